"""What a number looks like in running text: one expression for every way of writing it."""

from __future__ import annotations

from collections.abc import Iterable

import regex  # type: ignore[import-untyped]

from coach.graph.units import ENGLISH, FRACTIONS, UNITS

WEEKDAYS_KO = "월화수목금토일"


def _any(words: Iterable[str]) -> str:
    return "|".join(regex.escape(w) for w in sorted(words, key=len, reverse=True))


_LATIN = [u for u in UNITS if u[-1].isascii() and u not in ("k", "%")]
# 보다, 도움 and the like only begin like a unit.
_HANGUL = rf"(?:{_any(u for u in UNITS if not u[-1].isascii() and u not in ('보', '도', '배', '세'))}"
_HANGUL += r"|보(?![가-힣]*다|통|여|니|았|고|세|완|수|이)|도(?!움|전|착|달|중|심|로|대|록|시)"
_HANGUL += r"|배(?!우|경|고)|세(?!요|트))"
_SP = r"[ \u00a0\u202f]?"
_MD = r"(?:\*\*|__|\*)?"  # a unit outside of the bold number it belongs to
# A Latin unit ends where the word ends; 번째 is an ordinal, not a count.
_UNIT = rf"(?:(?i:{_any(_LATIN)})(?![A-Za-z])|%|K(?![A-Za-z])|{_HANGUL}(?!째|차))"
# Behind a reference only what is surely a unit: " 달" may begin 달렸어요.
_AFTER = rf"(?:(?i:{_any(_LATIN)})(?![A-Za-z])|%|킬로미터|킬로|미터|마일|퍼센트|분|초)"
# A digit behind a letter belongs to a name (VO2max), unless the letters are the unit of another number.
_NAME = r"(?:^|[^A-Za-z0-9_/}%\"'°])[A-Za-z_][A-Za-z_0-9]{0,15}"
_LEFT = rf"(?:(?<!{_NAME})|(?<=[\d}}]{_SP}(?i:{_any([*_LATIN, 'k'])})))"
# Letters do not make a name of what is a quantity all the same: ran42 km, HR150, pace5:30.
_QUANTITY = rf"\d{{3}}|\d{{1,2}}(?:[.:]\d|{_SP}['’′]|{_SP}{_UNIT})"
_LEFT = rf"(?:{_LEFT}|(?={_QUANTITY}))"
_PER = rf"{_SP}/{_SP}(?:km|mi|100{_SP}m|100{_SP}yd)(?![A-Za-z])"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?![\d:])"
_UNTIL = rf"(?:{_SP}[–~-]{_SP}\d{{1,2}})?"
_NUM = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?"
_EN_WORD = _any(ENGLISH)
_EN_MEASURE = "|".join(
    f"{stem}s?" for stem in ("kilomet(?:er|re)", "met(?:er|re)", "mile", "minute", "hour", "second")
)
_EN_COUNT = (
    "runs?|times[ ](?:as|the|your|more|faster|further|longer|higher)|times|days?|weeks?|months?|years?|"
    "sessions?|workouts?|laps?|rides?|races?|activities|percent|km|mi|steps|bpm|spm|kcal|watts?"
)
_KO_BIG = "[일이삼사오육칠팔구]?천|[일이삼사오육칠팔구]?백|[일이삼사오육칠팔구]?십"
_NATIVE_N = (
    rf"(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔){_SP}(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)"
    "|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서른|마흔|쉰"
)
_LATIN_MEASURE = r"(?:km|mi|bpm|spm|kg|m|%)(?![A-Za-z])"
_PART = r"(?:as|of|the|your|what|that|my|its)(?![A-Za-z])"
_KO_MOST = (
    r"길었|길게|빨랐|느렸|높았|낮았|많았|멀었|짧았|적었|힘들었|셌|오래|많이|멀리|빨리|빠르게|천천히|"
    r"(?:긴|빠른|느린|높은|낮은|많은|먼|짧은|적은|큰|센|힘든)"
    rf"{_SP}(?:러닝|달리기|거리|롱런|기록|페이스|구간|랩|주|달|날|한|시간|심박|훈련|고도|케이던스|파워|마라톤|대회|"
    r"킬로|km|하프|달린|뛴|활동|부하|오르막|수면|값|때|1|5|10)"
)
_EN_MOST = (
    "longest|fastest|slowest|furthest|farthest|highest|lowest|biggest|shortest|quickest|hardest|hilliest"
)

# All that begins with a digit, behind one look to the left: that is what costs.
_DIGITS = "|".join(
    (
        rf"(?P<ordinal>\d{{1,3}}{_SP}(?:번째|주차|일차|회차))",
        r"(?P<iso>\d{4}-\d{1,2}-\d{1,2}(?!\d))",
        rf"(?P<ko_date>(?:(?P<ko_y>\d{{4}})년{_SP})?(?P<ko_m>\d{{1,2}})월"
        rf"(?:{_SP}(?P<ko_d>\d{{1,2}})(?:[–~-](?P<ko_d2>\d{{1,2}}))?일"
        rf"(?:{_SP}\((?P<ko_w>[{WEEKDAYS_KO}])(?:요일)?\))?)?)",
        rf"(?P<en_day_first>(?P<df_d>{_DAY})(?P<df_u>{_UNTIL})[ ](?:of[ ])?"
        rf"(?P<df_m>{_MONTH})"
        r"(?:[ ](?P<df_y>\d{4}))?)",
        rf"(?P<clock>(?P<c1>\d{{1,3}}):(?P<c2>\d{{2}})(?::(?P<c3>\d{{2}}))?(?P<c_per>{_PER})?)",
        rf"(?P<prime>(?P<p1>\d{{1,3}}){_SP}['’′]{_SP}(?P<p2>\d{{2}})(?:[\"”″]|'')?(?P<p_per>{_PER})?)",
        # 530 페이스, 서브4, sub-3:30
        rf"(?P<slang>(?P<sl_m>[2-9])(?P<sl_s>[0-5]\d){_SP}페이스)",
        rf"(?P<span>(?P<s_h>\d{{1,4}}){_SP}(?:시간|hours?|hrs?|h){_SP}(?P<s_m>\d{{1,2}}){_SP}"
        rf"(?:분|minutes?|mins?|m)(?:{_SP}(?P<s_s>\d{{1,2}}){_SP}(?:초|seconds?|secs?|s))?(?![A-Za-z])"
        rf"|(?P<t_m>\d{{1,4}}){_SP}(?:분|minutes?|mins?){_SP}(?P<t_s>\d{{1,2}}){_SP}(?:초|seconds?|secs?|s)"
        rf"(?![A-Za-z])(?P<t_per>{_PER})?)",
        # 3만 보, 1만 2천 보, 5천 보
        rf"(?P<man>(?:(?P<man_n>\d{{1,3}}(?:\.\d{{1,2}})?){_SP}만"
        rf"(?:{_SP}(?:(?P<man_k>\d){_SP}천|(?P<man_r>\d{{1,4}})))?|(?P<man_t>\d{{1,2}}){_SP}천)"
        rf"(?:{_SP}(?P<man_u>{_HANGUL}|{_LATIN_MEASURE}))?)",
        # 8–10 km, 8에서 10 km, 8 to 10 km
        rf"(?P<range>(?P<r_a>{_NUM}){_SP}(?:[–—~∼-]|에서|to){_SP}(?P<r_b>{_NUM})"
        rf"{_SP}(?P<r_u>{_UNIT})(?P<r_about>대(?![가-힣]))?)",
        rf"(?P<fraction>(?:(?P<fr_n>\d{{1,3}}){_SP})?(?P<fr>[{''.join(FRACTIONS)}])(?:{_SP}(?P<fr_u>{_UNIT}))?)",
        rf"(?P<number>(?P<sign>(?<!\d)[+\-−])?(?P<value>{_NUM})"
        rf"(?:{_MD}{_SP}(?P<unit>{_UNIT})(?P<about>{_SP}대(?![가-힣]{{2}}|비|로|신|회|부|략|체|단))?)?)",
    )
)

TOKEN = regex.compile(
    "|".join(
        (
            rf"(?P<ref>\{{{_SP}(?P<name>[fg]\d{{1,7}}){_SP}(?::\+?(?P<particle>[^{{}}\n]{{0,8}}))?\}})"
            rf"(?P<after>{_SP}{_AFTER})?",
            # The form that only code may give a citation.
            r"(?P<forged>\[\d{1,3}(?:[ ]?[,;–-][ ]?\d{1,3}){0,4}\])",
            r"(?P<list>(?<=^|\n)[ \t]{0,6}\d{1,2}[.)](?=[ \t]))",
            r"(?P<zone>(?:존|[Zz]one)[ \u00a0]?[1-7](?!\d|[.,:]\d))",
            # 두 시간 반, an hour and a half, half an hour
            rf"(?<![가-힣])(?P<half_past>(?P<hp_n>\d{{1,2}}|{_NATIVE_N}|한){_SP}시간{_SP}반(?!복|대|응|드|면|년))",
            rf"(?=[\d+\-−{''.join(FRACTIONS)}]){_LEFT}(?:{_DIGITS})",
            rf"(?<![A-Za-z])(?P<en_month_first>(?P<mf_m>{_MONTH})"
            rf"{_SP}(?:(?P<mf_y0>\d{{4}})(?!\d)|(?P<mf_d>{_DAY})(?P<mf_u>{_UNTIL})(?:,?{_SP}(?P<mf_y>\d{{4}}))?))",
            rf"(?<![A-Za-z가-힣])(?P<sub>(?:서브|[Ss]ub){_SP}-?{_SP}"
            rf"(?:(?P<sub_n>\d{{1,2}})(?::(?P<sub_m>[0-5]\d))?|(?P<sub_w>쓰리|스리|포|파이브|three|four|five)))",
            rf"(?<![A-Za-z])(?P<en_half>(?i:(?P<eh_n>(?:{_EN_WORD}|an?|\d{{1,2}}))"
            rf"(?:[ ]and[ ]a[ ]half[ ](?P<eh_u>{_EN_MEASURE})"
            rf"|[ ](?P<eh_u1>{_EN_MEASURE})[ ]and[ ]a[ ]half)"
            rf"|half[ ]an?[ ](?P<eh_u2>{_EN_MEASURE}))(?![A-Za-z]))",
            # Written in ways that are not read as numbers here, so they cannot be proven either: ④② km, Ⅻ km,
            # 四十二 km, 사십이점삼 킬로, 만 이천 보.
            rf"(?P<odd>[\p{{No}}\p{{Nl}}〇一二三四五六七八九十百千]{{1,12}}(?:[.,:·][\p{{N}}〇一二三四五六七八九]{{1,4}})?"
            rf"{_SP}{_UNIT}"
            rf"|(?<![가-힣])[영일이삼사오육칠팔구십백천만]{{1,8}}{_SP}점{_SP}[영일이삼사오육칠팔구]{{1,4}}{_SP}(?:{_HANGUL}|{_any(_LATIN)})"
            rf"|(?<![가-힣])[일이삼사오육칠팔구십백천]{{0,6}}만{_SP}[일이삼사오육칠팔구십백천]{{0,6}}{_SP}(?:보|걸음|미터|킬로|칼로리)(?![가-힣]))",
            rf"(?<![가-힣])(?P<sino>(?P<sino_n>(?:{_KO_BIG}){{1,3}}[일이삼사오육칠팔구]?){_SP}"
            rf"(?P<sino_u>킬로미터|킬로|미터|마일|분|초|시간|퍼센트|프로|와트|개월|회|번|년|주|일|보|걸음|{_LATIN_MEASURE})(?!째|차))",
            rf"(?<![가-힣])(?P<sino1>(?P<sino1_n>[일이삼사오육칠팔구]){_SP}"
            rf"(?P<sino1_u>킬로미터|킬로|미터|마일|퍼센트|개월|{_LATIN_MEASURE}))",
            rf"(?<![가-힣])(?P<sino2>(?P<sino2_n>[삼사오육칠팔구]){_SP}(?P<sino2_u>분|초|회|년)(?!째|차))",
            rf"(?<![가-힣])(?P<native>(?P<native_n>{_NATIVE_N})"
            rf"{_SP}(?P<native_u>번|회|개월|개|시간|달|주|킬로미터|킬로|마일|바퀴|차례|배(?!우|경|고)|곳|명|살|세트|{_LATIN_MEASURE})"
            r"(?!째|차))",
            rf"(?<![가-힣])(?P<native1>한{_SP}(?P<native1_u>시간|킬로미터|킬로|마일))",
            rf"(?<![A-Za-z])(?P<word>(?i:(?P<word_n>(?:{_EN_WORD})"
            rf"(?:(?:-|[ ]and[ ]|[ ])(?:{_EN_WORD})){{0,3}})"
            rf"[ -]?(?:point[ -](?P<word_p>{_EN_WORD})[ -])?"
            rf"(?:(?<=[ -])(?P<word_u>{_EN_MEASURE}|{_EN_COUNT}|%)|(?P<word_h>{_HANGUL})))(?![A-Za-z째]))",
            # Parts, multiples and superlatives are claims too. "Half of" behind an ordinal is a place.
            rf"(?<![A-Za-z가-힣])(?P<multiple>(?i:(?:twice|thrice|doubled|tripled|quadrupled|halved)(?![A-Za-z])"
            rf"|(?:double|triple)[ ]{_PART}"
            rf"|(?<!first )(?<!second )(?<!other )(?<!latter )(?<!last )(?<!back )half[ ]{_PART}"
            rf"|(?:two[ ]thirds|three[ ]quarters|(?:a|one)[ ](?:third|quarter))(?![A-Za-z]))"
            r"|절반|반[ ]?토막|반으로|곱절)",
            rf"(?<![A-Za-z가-힣])(?P<idiom>"
            rf"(?i:(?:{_EN_MOST})[ ](?:way|route|risk|priority|path))(?![A-Za-z]))",
            rf"(?<![가-힣])(?P<ko_most>(?:가장|제일|(?:[두세네]|다섯|\d){_SP}번째로){_SP}(?:{_KO_MOST})"
            r"|(?:최장|최단|최다)(?:[ ]?(?:거리|시간|기록))|신기록"
            rf"|개인{_SP}최고|최고{_SP}기록|자기{_SP}최고)",
            rf"(?<![A-Za-z])(?P<en_most>(?i:(?:{_EN_MOST})|personal[ ]best)|PBs?|PRs?)(?![A-Za-z])",
        )
    )
)
LOOK_BACK = 72  # longer than any token


def _begins(words: Iterable[str], length: int) -> str:
    """Return an expression for the first `length` letters of words, or fewer at the end of the text."""
    heads = {word[:length] for word in words}
    ends = {head[:n] for head in heads for n in range(1, len(head))}
    return rf"(?:{_any(heads)}|(?:{_any(ends)})\Z)"


_EN_BEGINS = _begins(
    (
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sub"),
        *(*ENGLISH, "half", "an", "a a", "a k", "a m", "a h", "a s", "a t", "a q"),
        *("twice", "thrice", "double", "triple", "quadrupled", "halved", "third", "quarter"),
        *(*_EN_MOST.split("|"), "personal", "pb", "pr"),
    ),
    3,
)
_KO_BEGINS = _begins(
    (
        *(
            "서브",
            "두",
            "세",
            "네",
            "다섯",
            "여섯",
            "일곱",
            "여덟",
            "아홉",
            "열",
            "스물",
            "스무",
            "서른",
            "마흔",
            "쉰",
        ),
        *(
            "예순",
            "일흔",
            "여든",
            "아흔",
            "가장",
            "제일",
            "최장",
            "최단",
            "최다",
            "신기록",
            "개인",
            "최고",
            "자기",
        ),
        *("절반", "반토막", "반 토막", "반으로", "곱절"),
        *(f"한{space}{unit}" for space in ("", " ", "\u00a0", "\u202f") for unit in "시킬마"),
    ),
    3,
)
_KO_DIGIT = "[영일이삼사오육칠팔구십백천만]"
_KO_NEXT = rf"(?:{_KO_DIGIT}|[점%A-Za-z{''.join(sorted({u[0] for u in UNITS if not u[0].isascii()}))}]|\Z)"
# Where a token may begin, as far as can be told cheaply: most text has no such place.
BEGINS = regex.compile(
    rf"\p{{N}}|\{{{_SP}(?:[fg]|\Z)|\[(?:\d|\Z)|[+\-−](?:[\d{''.join(FRACTIONS)}]|\Z)"
    r"|(?<=^|\n)[ \t]|[Zz](?:[Oo]|\Z)|존"
    rf"|[〇一二三四五六七八九十百千]|(?<![A-Za-z])(?i:{_EN_BEGINS})"
    rf"|(?<![가-힣])(?:{_KO_BEGINS}|{_KO_DIGIT}(?:{_KO_NEXT}|[ \u00a0\u202f](?:{_KO_NEXT})))"
)

_HANGUL_INSIDE = "".join(sorted({c for c in TOKEN.pattern if "가" <= c <= "힣"}))
# What cannot grow into a longer token: it has a letter that none has. Behind 보 and 대 any letter counts.
ENDED = regex.compile(rf"[\d+\-−][^보대]*?[[가-힣]--[{_HANGUL_INSIDE}]][^보대]*+\Z", regex.V1)
DIGITS = regex.compile(r"\d{1,4}\Z")
