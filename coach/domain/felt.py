"""How a run felt, as people answer when they are asked: "7", "쉬웠어", "easy, 3", "8이요 무릎이 좀 아팠어".

Only what answers the question is taken. What asks or wants something of its own, is about another day, about
somebody or something else, or only agrees, is no answer; of several numbers none is the effort.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from coach.domain.journal import extract
from coach.domain.utterance import english as english_grammar
from coach.domain.utterance import korean as korean_grammar
from coach.domain.utterance import read

LONGEST = 400  # characters of an answer; who writes more tells a story, which is the journal's
LONGEST_WORDS = 120  # … of one without a number


@dataclass(frozen=True)
class Felt:
    """An answer. `rpe`: the effort from 1 to 10 where a number was said, else None."""

    rpe: float | None = None


_KO = ("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_SINO = ("일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "십")
_EN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {name: n for names in (_KO, _SINO, _EN) for n, name in enumerate(names, 1)}
# 오 and 이 are also cries and particles: those count with a unit only.
_WORD = "|".join((*_KO, "육", "칠", "팔", "십", rf"(?:{'|'.join(_SINO)})(?=\s?(?:점|정도))", *_EN))
# Without backtracking into what repeats: "ㅋㅋㅋㅋ…" is read once.
_BEFORE = "|".join(
    (
        r"음++|어++|글쎄요?|한|약|대략|대충|아마도?|거의|그냥|힘든 정도는?|힘듦은?|힘들기는?|강도는?",
        r"체감은?|점수는?|오늘은?|이번엔|는|은|가|:|=|10점 ?만점에",
        r"rpe|effort|um++|hm++|well|so|about|around|maybe|probably|roughly|like|only|just|perhaps|today|an?",
        r"(?:i'?d|i would) (?:say|give it|call it)|i think|it was|that was|was|it'?s|it felt like",
        r"felt(?: like)?|call it|solid|easy|hard",
    )
)
_EASY_OR_HARD = (
    r"(?:(?:아주|매우|꽤|좀|조금|많이|very|really|pretty|quite|a bit|fairly|fully) ?)?"
    r"(?:편함|편했\S*+|쉬움|쉬웠\S*+|적당함|적당\S*+|보통\S*+|힘듦|힘듬|힘들었\S*+|한계\S*+|최대\S*+|"
    r"easy|moderate|hard|tough|limit|max\w*+|all out)"
)
_AFTER = "|".join(
    (
        r"정도요?|쯤이?요?|점|이?요|이에요|예요|이었어요?|였어요?|였음|(?:였던|인) 것 같아요?|인듯요?|"
        r"같아요?",
        r"이야|야|임|입니다|이?네요?|이?라고 할게요?|할게요|만|으?로|ㅎ++|ㅋ++|ㅠ++",
        r"out of (?:10|ten)|/ ?(?:10|ten)|points?|or so|ish|i think|i guess|probably|maybe|for me|today|"
        r"overall",
        rf"rpe|effort|\({_EASY_OR_HARD}\)|{_EASY_OR_HARD}",
    )
)
_SCORE = re.compile(
    rf"\W*+(?:(?:{_BEFORE})[\s.,…~]*)*(?P<n>\d{{1,2}}(?:[.,]5)?|{_WORD})(?:[\s,·–-]*(?:{_AFTER}))*\W*",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"(?<!\d)[.,](?!\d)|(?<=\d)[.,](?=\s|$)|[!;\n~…]+|\s[-–—]\s")
# A number with its form of politeness, and behind it what else is to be said: 8이요 무릎이 좀 아팠어.
_LEADING = re.compile(
    rf"\W*+(?:(?:{_BEFORE})[\s.,…~]*)*(?P<n>\d{{1,2}}(?:\.5)?)\s*(?:/ ?10|점|정도|쯤)?\s*"
    r"(?:이?요|이에요|예요|입니다|이었어요?|였어요?|이었는데|였는데|이고|정도요|인데|점)?[\s.,!~]+"
    r"(?!(?:km|k|kilo\w*|mi|miles?|min\w*|sec\w*|hours?|hrs?|days?|weeks?|months?|bpm|am|pm|x|reps?|laps?|"
    r"times|"
    r"percent|years?)\b)(?!킬로|키로|미터|분|시간|초|일 |주|달|번|회|개|랩|세트|바퀴|명|살|위|등|층|도 )"
    r"(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)

# … or last, behind words: 생각보다 편했어 3점, legs felt heavy 7.
_TRAILING = re.compile(
    rf"(?P<rest>\D*\D)\s(?P<n>\d{{1,2}}(?:\.5)?)(?:\s*(?:{_AFTER}))*\W*", re.IGNORECASE | re.DOTALL
)

_FEELS_KO = re.compile(
    r"쉬웠|쉽더|쉬운 ?편|편했|편안했|편하게|편한 ?편|수월|널널|여유|가벼웠|가벼운|가뿐|상쾌|개운|좋았|"
    r"좋더|잘 ?뛰었|잘 ?달렸|"
    r"잘 ?나갔|괜찮았|괜찮더|괜찮은 ?편|무난|적당했|적당한|보통이|보통 ?정도|그냥 ?그랬|그저 ?그랬|"
    r"그럭저럭|쏘쏘|별로였|별로더|"
    r"나빴|안 ?좋았|나쁘지 ?않|힘들었|힘들더|힘드네|힘들었음|힘들게|힘든 ?편|안 ?힘들|힘들지 ?않|빡셌|"
    r"빡셈|빡쎘|빡빡했|"
    r"죽는 ?줄|죽을 ?뻔|지쳤|지침|무거웠|무겁더|벅찼|숨찼|숨이 ?찼|숨차|버거웠|고됐|고되|피곤했|녹초|털렸|"
    r"퍼졌|퍼짐|"
    r"재밌었|재미있었|즐거웠|신났|최고였|할 ?만했|견딜 ?만|전력|올아웃|한계였|뿌듯"
)
_FEELS_EN = re.compile(
    r"\b(?:eas(?:y|ier|iest)|comfortabl[ey]|comfy|relaxed|chill|cruis(?:y|ed)|hard(?:er|est)?|"
    r"tough(?:er)?|brutal|rough|"
    r"heavy|tiring|tired|exhaust\w*|knackered|wiped|drained|light|great|good|fine|alright|all right|"
    r"decent|not bad|"
    r"awful|terrible|horrible|bad|so[- ]so|meh|smooth|strong|amazing|awesome|lovely|fun|enjoy\w*|struggl\w*|"
    r"(?:nearly|almost) died|killed me|destroyed|dead|steady|moderate|challenging|controlled|all out|gassed|"
    r"effortless|sluggish|flat|fresh|nice|ok|okay|fantastic|suffer\w*)\b",
    re.IGNORECASE,
)
# Words that only agree, thank or greet, and "okay" without what it is said of.
_ONLY_POLITE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|good|great|fine|nice|all right|alright|cool|sure|thanks?|thank you|thx|cheers|hi|"
    r"hello|hey|yes|"
    r"yep|no|awesome|lovely|amazing|perfect|coach|it|got|then|very|much)\W*)*",
    re.IGNORECASE,
)
_IS_ANSWER_ALONE = re.compile(
    r"\W*(?:(?:pretty|really|very|so|quite|actually|all) )?(?:good|great|fine|alright|all right|awesome|"
    r"amazing|lovely)\W*",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"sounds? good|looks? (?:good|great|fine)|good (?:morning|night|evening|idea|point|one|to know|job|"
    r"luck|work)|"
    r"great (?:job|work|idea)|nice (?:one|work|job)|that'?s (?:good|great|fine|ok|okay|nice)|i'?m (?:good|"
    r"fine|ok|okay)\b|"
    r"all good|no thanks|\bthanks?\b|thank you|good for (?:me|you)|fair enough|난이도|잘 ?됐|좋았겠|"
    r"고마워|감사",
    re.IGNORECASE,
)

_ASKS_KO = re.compile(
    r"[?？]|보여|알려|가르쳐|해 ?줘|해 ?주세요|해 ?줄|바꿔|바꾸|옮겨|옮기|만들어|짜 ?줘|짜 ?주|줄여|늘려|"
    r"추천|어때|어떻게|어떡|"
    r"어떤 ?거|뭐(?:야|예요|에요|지|가|를|로|해|먹|뛰)|뭘|무슨|왜|언제|얼마|몇|어디|어느|할까|될까|일까|"
    r"을까|ㄹ까|인가요|"
    r"한가요|나요|건가|해야|하면 ?돼|해도 ?돼|되나|돼요$|싶|할래|부탁|취소|지워|삭제|되돌|수정|고쳐|비교|"
    r"분석|계획|일정|"
    r"설정|꺼 ?줘|켜 ?줘|꺼 ?주|켜 ?주|그만 ?(?:보내|물어)|묻지|보내지|적어|기록해|메모|요약|정리해|예측|"
    r"목표|승인|거절|"
    r"그려|찾아|계산|연결|불러|동기화|도와"
)
_ASKS_EN = re.compile(
    r"[?？]|^\W*(?:(?:so|and|but|ok|okay|hey|hi|well|now|then|please)\W+)*(?:what|how|when|where|why|"
    r"which|who|can|could|"
    r"should|shall|would|will|do|does|did|is|are|am|show|tell|give|list|compare|move|change|cancel|delete|"
    r"undo|remove|"
    r"log|note|add|set|help|plan|make|turn|stop|remind|sync|import|explain|analy[sz]e|draw|plot|swap|skip|"
    r"approve|"
    r"reject|switch|let'?s|schedule|find|look|write|start)\b|\b(?:can|could|would|will) you\b|\bplease\b|"
    r"\bi(?:'d| would) (?:like|love|prefer)\b|\bi want\b|\bwanna\b|\bi need (?:a|to|the|some|my)\b|"
    r"\blet'?s\b|"
    r"\bshould i\b|\bmy plan\b|\bthe plan\b|\bschedule\b|\bstop (?:asking|sending|messaging)\b|"
    r"\bnext (?:run|week|time)\b|"
    r"\bmake it\b|\bmake (?:tomorrow|the|my)\b|\bremember that\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:지난 ?번?|저번|어제|그제|평소|지난 ?주|저번 ?주|지난 ?달|작년)(?:에|의)?\s?(?:것|거|달리기|"
    r"런)?\s?(?:보다|만큼|처럼|에 ?비해|하고 ?비슷)"
    r"|\b(?:than|as|like|compared (?:to|with)) (?:the )?(?:last (?:time|week|month|run|one|year)|"
    r"yesterday|usual(?:ly)?|"
    r"sunday|monday|tuesday|wednesday|thursday|friday|saturday)(?:'s)?",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"어제|그제|그저께|엊그|지난|저번|내일|모레|다음 ?(?:주|번|달|에|날)|이번 ?(?:주|달)|한 ?주|일주일|"
    r"요즘|요새|최근|매일|항상|늘 |"
    r"[월화수목금토일]요일|작년|올해|예전|옛날|앞으로|나중|"
    r"\b(?:yesterday|tomorrow|tonight|last (?:week|month|night|time|year|run|race)|next|lately|these days|"
    r"recently|"
    r"this (?:week|month|year)|usually|always|every|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|"
    r"saturdays?|"
    r"sundays?|the other day|going to|gonna|will be|used to|in general|ever since)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"회의|회사|업무|(?<![가-힣])일(?:이|은|도|때문)|출근|퇴근|야근|점심|저녁(?:은|이|밥|을)|아침(?:은|이|"
    r"밥|을)|밥|시험|영화|앱|"
    r"사이트|코치|대답|답변|설명|기능|말투|아내|남편|친구|아이|동생|엄마|아빠|날씨(?:가|는|도)? ?(?:좋|"
    r"나)|수영|자전거|근력|"
    r"\b(?:work|meeting|boss|job|office|kids?|son|daughter|wife|husband|friend|lunch|dinner|breakfast|app|"
    r"site|movie|"
    r"exam|explanation|answers?|coach|your?|weather (?:is|was)|swim\w*|bike|cycling|ride|gym|sleep|slept|"
    r"book|pizza|"
    r"shoes?|watch|he|she|they)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"[으었]면(?:\s|$)|한다면|라면|려고|줄까|\bif\b|\bwould have\b|\bunless\b|\bmight\b", re.IGNORECASE
)
# What the rules of the journal read in it that tells of a run.
_OF_RUNS = frozenset({"pain", "soreness", "rpe", "fatigue"})


def read_felt(message: str) -> Felt | None:
    """Return what a message answers to "how did the run feel?", None where it is no answer to that."""
    text = unicodedata.normalize("NFC", message).replace("’", "'").strip()
    low = " ".join(text.lower().split())
    if not low or len(low) > LONGEST or low.startswith("/"):
        return None
    alone = _SCORE.fullmatch(low)  # "5?" is an answer, and no question
    if alone is not None and (score := _value(alone["n"])) is not None:
        return Felt(score)
    if is_request(low) or _OTHER_DAY.search(_COMPARED.sub(" ", low)):
        return None
    scores = _scores(low)
    if scores:
        return Felt(scores.pop() if len(scores) == 1 else None)
    return Felt(_rpe(text)) if len(low) <= LONGEST_WORDS and _tells(text, low) else None


def is_request(text: str) -> bool:
    """Return whether words ask or want something of their own."""
    low = " ".join(text.lower().split())
    return bool(_ASKS_KO.search(low) or _ASKS_EN.search(low))


def _scores(low: str) -> set[float]:
    """Return the numbers that stand for the effort: alone in a clause, or first or last of all."""
    found = set()
    for clause in _CLAUSES.split(low):
        if (m := _SCORE.fullmatch(clause)) and (score := _value(m["n"])) is not None:
            found.add(score)
    if found:
        return found
    for pattern in (_LEADING, _TRAILING):
        if (m := pattern.fullmatch(low)) and (score := _value(m["n"])) is not None and _feels(m["rest"]):
            # A number of the pain is none of the effort: "3/10 pain".
            return set() if any(one.value == score for one in extract(low) if one.kind != "rpe") else {score}
    return set()


def _feels(rest: str) -> bool:
    return bool(_FEELS_KO.search(rest) or _FEELS_EN.search(rest)) or _said(rest)


def _value(written: str) -> float | None:
    value = float(_NUMBERS[written]) if written in _NUMBERS else float(written.replace(",", "."))
    return value if 1 <= value <= 10 else None


def _said(text: str) -> bool:
    return any(one.kind in _OF_RUNS for one in extract(text))


def _rpe(text: str) -> float | None:
    """Return an effort that the journal's own rules read: "rpe 6", "강도 6점"."""
    said = {one.value for one in extract(text) if one.kind == "rpe" and one.value is not None}
    return said.pop() if len(said) == 1 and all(1 <= value <= 10 for value in said) else None


def _tells(text: str, low: str) -> bool:
    """Whether it says in words how a run felt."""
    if _ELSE.search(low) or _IF.search(low) or _PHRASES.search(low):
        return False
    if _IS_ANSWER_ALONE.fullmatch(low):
        return True
    if _ONLY_POLITE.fullmatch(low):
        return False
    plain = read(text).plain
    if korean_grammar.of_someone_else(plain) or english_grammar.of_someone_else(plain):
        return False
    if re.search(r"\d", low) and not _said(text):
        return False
    return _feels(text.lower())
