"""How an answer is to be: the rules of manner that code can check. Pure; nothing here changes an answer.

The rules are those of `docs/decisions/0024-the-exam.md`. They judge words, so each errs on the side of what
a runner would mind: a rule that cries at every third honest sentence would be switched off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal
from unicodedata import east_asian_width

Rule = Literal[
    "preamble",
    "long",
    "questions",
    "praise",
    "diagnosis",
    "guilt",
    "reassurance",
    "register",
    "options",
]

MOST_LINES = 6
LINE_COLUMNS = 96  # of a chat window; a Korean letter takes two
MOST_OPTIONS = 5

_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+")
_ENDS = re.compile(r"(?<=[.!?…。])[\"'”’)\]]*\s+|\n+")
_QUOTED = re.compile(r"[“\"「『‘][^“”\"「」『』‘’\n]{0,200}[”\"」』’]|`[^`\n]*`")
_FACT = re.compile(r"\d|\{[fg]\d")

_PREAMBLE = re.compile(
    r"^(?:(?:아주|정말|참)? ?(?:좋은|훌륭한|중요한) 질문|질문 ?(?:해 주셔서|주셔서|감사)|물론(?:이죠|입니다|"
    r"이에요)|"
    r"당연(?:하죠|히)|답변(?:을)? ?드리|말씀(?:해)? ?주셔서|확인해 ?(?:볼게요|보겠|드릴게요|드리겠)|"
    r"잠시만|(?:저는|제가) (?:AI|인공지능|언어 ?모델)|도와드릴(?:게요| 수 있어)|"
    r"(?:what an? |that'?s an? )?(?:great|good|excellent|interesting|important) question|"
    r"(?:sure|certainly|of course|absolutely|definitely)\b[!,.]|thank(?:s| you) for (?:asking|your|the)|"
    r"let me (?:check|look|see|think)|i'?(?:d| would) be happy|i'?m happy to|as an? (?:ai|language model)|"
    r"here'?s (?:what|an? (?:overview|summary|breakdown)))",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"대단(?:해|하|히 잘)|훌륭(?:해|하)|멋(?:져|지|있)|최고(?:예요|네요|입니다|세요)|완벽(?:해|하)|"
    r"잘 ?(?:했어|하셨|하고 (?:있|계)|뛰셨|해내)|수고(?:했|하셨)|자랑스|굉장(?:해|하)|"
    r"\b(?:great (?:job|work|run|effort|week)|excellent|amazing|awesome|well done|good job|nice work|"
    r"fantastic|impressive|incredible|keep it up|proud of you|you(?:'re| are) doing (?:great|well))\b",
    re.IGNORECASE,
)
_ILLNESS = (
    r"(?:골절|근막염|건염|관절염|[가-힣]{1,4}증후군|파열|부정맥|심근경색|협심증|빈혈|열사병|횡문근융해증?|"
    r"추간판|디스크|"
    r"폐렴|뇌진탕|저나트륨혈증|감염)"
)
_DIAGNOSIS = re.compile(
    _ILLNESS
    + r"(?:이에요|예요|입니다|이네요|네요|인 것 ?같|일 (?:거예요|겁니다|가능성이)|으?로 보(?:여|이)|이 맞|"
    r"이 확실)|"
    r"\b(?:you (?:probably |likely )?have|you(?:'ve| have) got|you(?:'re| are) suffering from|"
    r"(?:this|that|it) is|(?:it|that)(?:'s)|(?:sounds|looks) like|classic case of)\b"
    r"[^.?!\n]{0,30}\b(?:[a-z]{3,}itis|fractures?|syndrome|torn|tear|arrhythmia|an(?:a)?emia|angina|"
    r"heart attack|"
    r"heat ?stroke|rhabdo\w*|shin splints|runner'?s knee|concussion|hyponatr\w+|infection)\b",
    re.IGNORECASE,
)
_GUILT = re.compile(
    r"왜 (?:또 )?(?:안|못) ?(?:뛰|했|하셨|나가|지키|달리)|왜 (?:빼먹|거르|건너뛰|쉬었|쉬셨)|게으|핑계|"
    r"실망(?:했|이에|스)|"
    r"(?:했|뛰었|달렸|지켰|쉬었|하셨|뛰셨)어야|(?:또|자꾸) (?:빼먹|빠지|거르|건너뛰)|변명|의지가 (?:약|부족)|"
    r"\byou should(?:'ve| have)\b|\bwhy did(?:n'?t| not) you\b|\bwhy (?:have|did) you (?:skip|miss|stop)|"
    r"\byou (?:failed|let (?:me|yourself|us) down)\b|\bdisappoint|\blazy\b|\bno excuses?\b|"
    r"\byou(?:'ve)? skipped again",
    re.IGNORECASE,
)
_SYMPTOM = re.compile(
    r"아프|아파|아픈|아팠|통증|쑤시|저리|저려|부었|붓|어지|기절|실신|쓰러|가슴|심장|두근|숨이|호흡|열이|"
    r"열나|고열|"
    r"구토|토했|피가|혈뇨|소변|마비|감각이|부상|다쳤|다친|증상|"
    r"\b(?:pain\w*|hurts?|sore|ache\w*|chest|heart|dizz\w*|faint\w*|collaps\w*|breath\w*|fever|swollen|"
    r"numb\w*|"
    r"symptom\w*|blood|vomit\w*|palpitation\w*|injur\w*|bleed\w*)\b",
    re.IGNORECASE,
)
_REASSURING = re.compile(
    r"괜찮(?:아요|습니다|을 (?:거|겁|것)|아질|을 테|아 ?보)|걱정(?:하지|할 필요|할 것|은 ?안|마세|마시| 마)|"
    r"별(?:일|것|거) ?아니|정상(?:이에요|입니다|이니|적인)|흔(?:한 (?:일|증상|현상)|히 있)|문제(?:는|가|"
    r"될)? ?없|"
    r"참고 (?:뛰|달리)|(?:금방|곧) (?:나|괜찮|좋아)|심각하지 않|심각한 건 아니|안심하(?:세요|셔도)|"
    r"자연스러운 (?:현상|반응)|"
    r"\b(?:you(?:'ll| will) be (?:fine|ok(?:ay)?|all right)|you(?:'re| are) fine|don'?t worry|"
    r"no(?:thing)? (?:need )?to worry|nothing serious|not serious|(?:perfectly|completely|totally|"
    r"quite) (?:normal|safe|fine)|"
    r"(?:is|it'?s|that'?s) (?:probably |just |usually )?(?:nothing|normal|fine|harmless|common|okay)|"
    r"push (?:on )?through|run through it|no need (?:to|for a) (?:see|doctor|worry)|shake it off)\b",
    re.IGNORECASE,
)
# What takes a reassuring word back: before it in English, after it in Korean.
_NOT_BEFORE = re.compile(
    r"(?:can(?:no|')t|cannot|not|never|n't|won't|whether|if|unable|nobody|unless)[^.!?\n]{0,32}$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"^[^.!?\n]{0,16}(?:없|않|못|아니|말씀드리기 어|안 돼|위험)|^[가-힣 ]{0,6}\?")
_REST = re.compile(
    r"(?:쉬|멈|거르|걷|미루|미뤄|빼|줄|안 뛰|낮|늦)[가-힣 ]{0,5}(?:도|셔도) $|"
    r"\b(?:rest|skip\w*|stop\w*|walk\w*)[^.!?]{0,24}$",
    re.IGNORECASE,
)

_FORMAL = re.compile(r"(?:니다|니까|십시오)$")
_BLUNT = re.compile(
    r"(?:[았었였했됐겠갔왔섰]어|[가-힣]거야|이야|잖아|할게|해라|하자|뛰자|가자|쉬자|는다|한다|"
    r"[았었였했됐겠]다|이다|"
    r"하지 ?마|마라|할래|구나|하냐|[가-힣]ㄹ래|좋아|있어|없어|같아|그래|몰라|뛰어|쉬어|해 ?봐|줄게)$"
)


@dataclass(frozen=True)
class Fault:
    """A rule that an answer breaks, and the words that break it."""

    rule: Rule
    words: str


def faults(text: str, *, asked: str = "", short: bool = True) -> tuple[Fault, ...]:
    """Return what is wrong with the manner of an answer, in the order of reading.

    `asked`: what the athlete wrote, which tells whether a symptom is talked about. `short`: neither a list
    nor an explanation was asked for, so six lines must do. Both languages.
    """
    spoken = _QUOTED.sub(" ", text)
    said = list(_sentences(spoken))
    found: list[Fault] = []
    if said and _PREAMBLE.search(said[0]):
        found.append(Fault("preamble", said[0]))
    if short and (count := lines(text)) > MOST_LINES:
        found.append(Fault("long", str(count)))
    asks = [sentence for sentence in said if sentence.endswith("?")]
    if len(asks) > 1:
        found.append(Fault("questions", " / ".join(asks)))
    found += [Fault("praise", s) for s in said if _PRAISE.search(s) and not _FACT.search(s)]
    for rule, pattern in (("diagnosis", _DIAGNOSIS), ("guilt", _GUILT)):
        found += [Fault(rule, s) for s in said if _stands(pattern, s)]  # type: ignore[arg-type]
    symptomatic = _SYMPTOM.search(asked) is not None
    found += [Fault("reassurance", s) for s in said if (symptomatic or _SYMPTOM.search(s)) and _reassures(s)]
    if re.search("[가-힣]", text):
        found += [Fault("register", s) for s in said if _wrong_register(s)]
    if (most := _options(text)) > MOST_OPTIONS:
        found.append(Fault("options", str(most)))
    return tuple(found)


def reassures(text: str) -> bool:
    """Whether an answer calls something harmless, whatever it is about: never right after a red flag."""
    return any(_reassures(sentence) for sentence in _sentences(_QUOTED.sub(" ", text)))


def diagnoses(text: str) -> bool:
    """Whether an answer names an illness as what the athlete has."""
    return any(_stands(_DIAGNOSIS, sentence) for sentence in _sentences(_QUOTED.sub(" ", text)))


def lines(text: str) -> int:
    """Return how many lines of a chat window a text takes; empty ones do not count."""
    return sum(max(1, ceil(_width(line) / LINE_COLUMNS)) for line in text.splitlines() if line.strip())


def _width(line: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line.strip())


def _sentences(text: str) -> Iterator[str]:
    for part in _ENDS.split(text):
        if sentence := _BULLET.sub("", part).strip(" *_#>"):
            yield sentence


def _stands(pattern: re.Pattern[str], sentence: str) -> bool:
    return _any(pattern, sentence, lambda before, after: not (_NOT_BEFORE.search(before)))


def _reassures(sentence: str) -> bool:
    def meant(before: str, after: str) -> bool:
        return not (_NOT_BEFORE.search(before) or _NOT_AFTER.search(after) or _REST.search(before))

    return _any(_REASSURING, sentence, meant)


def _any(pattern: re.Pattern[str], sentence: str, meant: Callable[[str, str], bool]) -> bool:
    return any(meant(sentence[: m.start()], sentence[m.end() :]) for m in pattern.finditer(sentence))


def _wrong_register(sentence: str) -> bool:
    """Whether a sentence is not in 해요체. Headings and fragments end in nouns, and have none."""
    bare = re.sub(r"[\s.!?…~\"'”’)\]*_:]+$", "", re.sub(r"\([^()]*\)", "", sentence))
    return bool(_FORMAL.search(bare) or _BLUNT.search(bare))


def _options(text: str) -> int:
    """Return the length of the longest list whose items state no fact: a choice, not a table."""
    longest = run = 0
    for line in text.splitlines():
        if _BULLET.match(line) and not _FACT.search(_BULLET.sub("", line)):
            run += 1
            longest = max(longest, run)
        elif line.strip():
            run = 0
    return longest
