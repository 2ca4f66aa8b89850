"""What a text of the journal is about, in either language: kinds of entries, parts of the body, topics.

A question and a note meet by topic though they share no word: "when was I sick" and "감기로 쉬었어".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from coach.domain.body import body_parts
from coach.domain.journal import kinds_named
from coach.domain.utterance import read
from coach.domain.utterance.reading import fold

LONGEST_READ = 4000  # characters: as long as a note may be

# Korean, English. What only one language would say still stands under the same name.
_TOPICS: Mapping[str, tuple[str, str]] = {
    "heat": (
        r"더웠|더위|더운|더워|무더|폭염|땡볕|뜨거|습했|습해|습도|열대야",
        r"hot|heat|humid\w*|muggy|scorching|sweltering|boiling",
    ),
    "cold_weather": (
        r"추웠|추위|추운|추워|한파|영하|꽁꽁|칼바람|쌀쌀",
        r"freezing|chilly|cold(?: day| morning| weather| wind)|icy|frost\w*|below zero",
    ),
    "rain": (
        r"비_(?:가|를|에|맞|와|왔|오)|빗길|빗속|우중|장마|소나기|폭우|젖었",
        r"rain\w*|wet|downpour|drizzl\w*|shower(?:s|ed) on|soaked|puddles?",
    ),
    "wind": (
        r"바람|강풍|맞바람|역풍",
        r"wind\w*|headwind|gust\w*",
    ),
    "snow": (
        r"눈길|눈_(?:이|을)_?(?:오|왔|내|쌓)|폭설|빙판|미끄러",
        r"snow\w*|slipp\w*",
    ),
    "air": (
        r"미세 ?먼지|공기가|황사|매연",
        r"air quality|smog\w*|dust\w*|pollut\w*|smok\w*",
    ),
    "shoes": (
        r"신발|운동화|러닝화|레이싱화|카본화|끈을|깔창|밑창",
        r"shoes?|trainers|sneakers?|insoles?|laces?|vaporfly|super ?shoes",
    ),
    "skin": (
        r"물집|쓸렸|쓸림|쓸려|까졌|굳은살|피멍|발톱",
        r"blister\w*|chaf\w*|toenails?|raw skin|hot spot",
    ),
    "fuel": (
        r"젤|보급|에너지바|바나나|빵|식사|밥|먹었|먹고|공복|배고|허기|봉크|탄수화물|아침을",
        r"gels?|fuel\w*|bars?|bananas?|bonk\w*|carb\w*|breakfast|ate|eat\w*|empty stomach|fasted|"
        r"hungry|hit the wall",
    ),
    "drink": (
        r"물을|물_마|수분|목말|갈증|이온 ?음료|탈수|전해질|커피|카페인",
        r"water|drink\w*|drank|thirst\w*|dehydrat\w*|hydrat\w*|electrolytes?|coffee|caffeine",
    ),
    "gut": (
        r"화장실|설사|배탈|속이|메스꺼|토할|구토|울렁|복통|가스|체했|위경련|배가_아",
        r"toilet|bathroom|porta ?potty|diarrh\w*|nause\w*|vomit\w*|threw up|stomach|gut|belly|"
        r"bloat\w*|cramps? in my (?:stomach|belly)",
    ),
    "alcohol": (
        r"술|맥주|소주|회식|숙취|과음|와인",
        r"alcohol|beers?|wine|drinks last|hungover|hangover|drunk",
    ),
    "cramp": (
        r"쥐가|쥐_났|쥐났|경련",
        r"cramp\w*|spasm\w*",
    ),
    "race": (
        r"대회|레이스|출전|완주|기록증|출발선|피니시|하프|마라톤|풀코스|배번",
        r"races?|racing|raced|half marathon|marathon|parkrun|finish line|start line|bib",
    ),
    "best": (
        r"개인 ?기록|최고 ?기록|신기록|pb|자기 ?기록|갱신|최장",
        r"pb|pr|personal best|personal record|fastest ever|longest ever|new best",
    ),
    "hills": (
        r"언덕|오르막|내리막|업힐|다운힐|고개|계단",
        r"hills?|hilly|uphill|downhill|climb\w*|stairs",
    ),
    "trail": (
        r"산길|트레일|등산|임도|흙길|숲길",
        r"trails?|mountain|dirt|forest path|woods",
    ),
    "track": (
        r"트랙|운동장|인터벌|질주|빌드업|템포",
        r"track|intervals?|repeats|tempo|strides|speed ?work",
    ),
    "treadmill": (
        r"트레드밀|러닝머신|런닝머신|헬스장",
        r"treadmill|gym",
    ),
    "long_run": (
        r"장거리|롱런|엘에스디|lsd|2시간 넘|30킬로",
        r"long runs?|lsd|longest|twenty miler|20 miler",
    ),
    "company": (
        r"같이|함께|친구|동료|크루|동호회|남편|아내|아들|딸|가족|형이|누나|언니|엄마|아빠|강아지|개와",
        r"together|friends?|with my|club|crew|group|partner|husband|wife|son|daughter|family|dog|buddy",
    ),
    "work": (
        r"회사|업무|야근|출근|퇴근|회의|마감|프로젝트|상사|일이_많|일_때문",
        r"work|office|job|meetings?|deadline|overtime|boss|project|commut\w*",
    ),
    "travel": (
        r"출장|여행|비행기|시차|호텔|공항|제주|부산|해외",
        r"travel\w*|trip|flight|flew|jet ?lag|hotel|airport|abroad|holiday|vacation",
    ),
    "breath": (
        r"숨이|숨_|호흡|헐떡|숨차|헉헉",
        r"breath\w*|out of breath|wheez\w*|lungs?|winded|gasping",
    ),
    "heart_rate": (
        r"심박|심장|맥박|두근",
        r"heart rate|hr|pulse|heart|palpitation\w*",
    ),
    "heavy": (
        r"무거|천근만근|납덩이|안 ?나가|묵직|둔했",
        r"heavy|like lead|leaden|dead legs|no spring|flat|sluggish",
    ),
    "light": (
        r"가벼|개운|상쾌|가뿐|술술|날아갈|컨디션_(?:이|은)?_?(?:좋|최고)",
        r"light|fresh|effortless|flying|springy|smooth|floating|felt great|felt amazing|bouncy",
    ),
    "quit": (
        r"포기|그만|중단|중간에_|걸었|걷다|돌아왔|집에_왔|끊었",
        r"quit|stopped|gave up|cut (?:it )?short|walked|bailed|dnf|turned back|abandon\w*",
    ),
    "motivation": (
        r"귀찮|의욕|하기_싫|나가기_싫|동기|지루|재미|슬럼프|싫었",
        r"motivat\w*|lazy|bored|boring|couldn'?t be bothered|dread\w*|fun|enjoy\w*|slump|no desire",
    ),
    "fear": (
        r"무서|무섭|겁_|불안|걱정|긴장|떨렸|떨려|초조",
        r"afraid|scared|anxious|anxiety|nervous|worr\w*|jitters|panick\w*|tense",
    ),
    "proud": (
        r"뿌듯|자랑|해냈|성공|목표_달성|대견|감격|보람",
        r"proud|achiev\w*|made it|nailed|success\w*|accomplish\w*|chuffed|satisf\w*",
    ),
    "disappointed": (
        r"실망|아쉬|속상|망했|망쳤|후회|허탈|분했",
        r"disappoint\w*|frustrat\w*|upset|regret\w*|ruined|gutted|annoyed|let down",
    ),
    "treatment": (
        r"병원|의사|물리치료|도수|한의원|침_|마사지|폼롤러|스트레칭|파스|얼음|찜질|테이핑|진통제",
        r"doctor|physio\w*|clinic|hospital|massage|foam roll\w*|stretch\w*|iced?|taping|tape|"
        r"painkillers?|ibuprofen|rehab",
    ),
    "strength": (
        r"근력|스쿼트|웨이트|코어|플랭크|런지|데드리프트",
        r"strength|squats?|weights|core|plank|lunges?|deadlifts?|lifting",
    ),
    "fall": (
        r"넘어|접질|삐끗|삐었|부딪|자빠|발을_헛",
        r"fell|fall|tripp\w*|twisted|rolled my|sprain\w*|stumbl\w*|crash\w*",
    ),
    "swelling": (
        r"붓|부었|부어|부기|멍_|멍이",
        r"swoll\w*|swelling|puffy|bruis\w*",
    ),
    "cycle": (
        r"생리|월경|피임|배란|pms",
        r"period|menstru\w*|pms|ovulat\w*|cycle day",
    ),
    "watch": (
        r"시계|워치|gps|가민|배터리|앱이",
        r"watch|gps|garmin|battery|strap|app",
    ),
    "dark": (
        r"어두|캄캄|밤에|새벽|헤드램프|야간",
        r"dark|at night|before dawn|headlamp|pitch black|early morning",
    ),
    "traffic": (
        r"자동차|자전거가|신호등|교통|차가|횡단보도",
        r"cars?|traffic|cyclists?|junction|traffic lights?",
    ),
    "view": (
        r"경치|풍경|노을|단풍|벚꽃|일출|한강|바다|꽃이",
        r"view|scenery|sunset|sunrise|blossoms?|autumn leaves|beautiful|river|sea|beach",
    ),
    "music": (
        r"음악|노래|팟캐스트|이어폰",
        r"music|songs?|podcast|headphones|earbuds|playlist",
    ),
}
_COMPILED = {
    name: (re.compile(fold(ko.replace("_", r"\s?"))), re.compile(rf"\b(?:{en})\b"))
    for name, (ko, en) in _TOPICS.items()
}
# Kinds that are near each other: who asks for one also means the others, a little.
_NEAR: Mapping[str, tuple[str, ...]] = {
    "pain": ("ache",),
    "soreness": ("ache", "heavy"),
    "fatigue": ("heavy", "tired"),
    "sleep_quality": ("sleep",),
    "sleep_s": ("sleep",),
    "illness": ("ill",),
}


@lru_cache(maxsize=5_000)  # a search reads a whole journal, and the next one the same
def topics(text: str, kinds: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return what a text is about: "kind:pain", "part:knee", "heat" … `kinds` are known of it otherwise."""
    plain = read(text[:LONGEST_READ]).plain
    found = {name for name, (ko, en) in _COMPILED.items() if ko.search(plain) or en.search(plain)}
    found |= {f"part:{part.name}" for part in body_parts(plain)}
    for kind in kinds_named(plain) | kinds:
        if kind not in ("note", "rpe"):
            found.add(f"kind:{kind}")
            found.update(_NEAR.get(kind, ()))
    return frozenset(found)
