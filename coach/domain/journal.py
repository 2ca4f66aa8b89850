"""What a sentence about a day or a run says for the daily record, read by rules.

Only what was said is taken: a number when a number was said, otherwise no value but the words. "Not sore"
is a said zero. Scales: `Entry` in `coach.domain.daily`. A number out of m becomes 10·x/m for effort, pain,
soreness, fatigue and stress, and 1 + 4·(x − 1)/(m − 1) for mood and sleep quality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from coach.domain.body import BodyPart, Side, body_parts
from coach.domain.daily import DailyValue, Entry, EntryKind
from coach.domain.source import Source
from coach.domain.utterance import Mention, Text, compile_english, compile_korean, read
from coach.domain.utterance import english as english_grammar
from coach.domain.utterance import korean as korean_grammar
from coach.domain.utterance.reading import fold


@dataclass(frozen=True)
class Said:
    """One thing that was said. `text` are the athlete's own words; see `Entry` for the scales."""

    kind: EntryKind | Literal["sleep_s"]
    value: float | None = None
    where: str = ""
    side: Side = ""
    text: str = ""

    def on(self, day: date, activity_id: int | None = None) -> Entry | DailyValue:
        """Return it as a row of `day`: hours of sleep are a measured value, all else an entry."""
        if self.kind == "sleep_s":
            assert self.value is not None
            return DailyValue(day=day, name="sleep_s", value=self.value, source=Source.journal)
        return Entry(self.kind, day, self.value, self.where, self.side, self.text, activity_id)


_KO: dict[EntryKind, tuple[str, ...]] = {
    "pain": (
        r"아프|아픈|아파|아팠|아퍼|아펐|아픔|아픕|통증|쑤시|쑤셔|쑤셨|욱신|시큰|찌릿|따끔|결리|결려|"
        r"쓰라|삐끗|삐었|두통|복통|콕콕",
    ),
    "soreness": (
        r"뻐근|뭉쳤|뭉쳐|뭉침|뭉치|뭉친|알_배|알이 ?배|근육통|뻣뻣|땡기|땡겨|땡겼|당기|당겨|당겼|뻑뻑|묵직",
    ),
    "fatigue": (r"피곤|피로(?! ?골절)|지쳤|지침|지친|녹초|방전|기운_없|무기력|나른|힘_없",),
    "stress": (r"스트레스",),
    "mood": (r"기분|우울|짜증|행복|즐거|즐겁|신났|신나|뿌듯|상쾌|울적",),
    "sleep_quality": (
        r"(?<!낮)잠_(?:잤|못 ?잤|못 ?잠|설쳤|설침|안 ?왔|안 ?와|깼)|숙면|수면_?(?:질|품질|상태)|뒤척|"
        r"(?:잘|푹|못|설|꿀잠) ?(?:잤|잠을? ?잤|"
        r"잠)|꿀잠|자다_깼|"
        r"(?<!낮)잠_(?:좋|나쁘|별로|부족)|불면",
    ),
    "illness": (
        r"감기|몸살|열_(?:나|났|있)|미열|고열|오한|기침|콧물|가래|독감|코로나|장염|배탈|설사|"
        r"(?<![가-힣])목_(?:따갑|따가|칼칼|부었|아프|아파)|으슬|인후통|체했",
    ),
}
_EN: dict[EntryKind, tuple[str, ...]] = {
    "pain": (
        r"hurts?|hurting|pains?|painful|ache|aches|aching|ached|throbb\w*|twinge\w*|niggl\w*|stabbing|"
        r"headache|stomach ?ache",
    ),
    "soreness": (r"sore(?! throat)|soreness|stiff\w*|doms|tight(?:ness)?|achy",),
    "fatigue": (
        r"tired(?! of)|fatigue\w*|exhaust\w*|worn out|wiped out|drained|low energy|no energy|knackered|"
        r"sluggish|lethargic",
    ),
    "stress": (r"stress(?:ed|ful)?(?: out)?(?! (?:fracture|reaction|test))",),
    "mood": (
        r"mood|happy|sad|cheerful|grumpy|irritable|depressed|feeling (?:down|low|great|good)|"
        r"in good spirits|motivated",
    ),
    "sleep_quality": (
        r"(?:slept|sleep|sleeping)_(?:well|badly|poorly|great|terribl\w*|awful\w*|bad|good|fine|ok|okay|"
        r"poor|like a (?:baby|log|rock))|sleep quality|"
        r"(?:couldn'?t|could not|didn'?t|barely) (?:really )?(?:sleep|slept)|restless night|"
        r"toss\w* and turn\w*|insomnia|(?:bad|poor|good|great|terrible)(?: night'?s?)? sleep|"
        r"woke up_night|sleep (?:was|is)",
    ),
    "illness": (
        r"(?:have|having|got|caught|with|getting|a|slight|bit of a|head) cold(?! (?:run|day|weather|"
        r"shower|bath|morning|water))|flu|fever\w*|cough\w*|runny nose|sore throat|sick(?! (?:of|pace))|"
        r"ill|covid|stomach bug|diarrh\w*|sniffles|chills",
    ),
}
_PHRASES = {kind: (compile_korean(_KO[kind]), compile_english(_EN[kind])) for kind in _KO}

# Begun at no other digit and of few: a line of thousands of digits is read once, not once from each.
_NUMBER = r"((?<!\d)\d{1,4}(?:\.\d{1,4})?)"
_OUT_OF = re.compile(fold(
    rf"(?<![\d/]){_NUMBER}\s*(?:/|out of|of)\s*(10|5)(?![\d/])|(10|5)점\s*만점(?:에|으로|에서|"
    rf"중)?\s*{_NUMBER}|"
    rf"{_NUMBER}\s*(?:점|points?(?![a-z]))"
))  # fmt: skip
_RPE = re.compile(fold(
    rf"rpe\s*(?:는|은|가|was|is|of|about|around|:|=|~)?\s*{_NUMBER}|{_NUMBER}\s*(?:정도)?\s*rpe"
))  # fmt: skip
_EFFORT = re.compile(
    fold(
        r"rpe|힘듦|힘듬|힘든|힘들|강도|자각|노력|운동|훈련|러닝|effort|exertion|hard|felt like|"
        r"difficulty|session|workout|run"
    )
)

_HOURS_KO = {
    fold(name): hours
    for hours, name in enumerate(
        ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), start=1
    )
}
_HOURS_EN = {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_SLEPT = (
    re.compile(fold(
        rf"(?:{_NUMBER}|(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열))\s*시간\s*(?:(반)|"
        r"(\d{1,4})\s*분)?\s*(?:만|밖에|정도|쯤|도|씩|은|는|가량|"
        r"넘게|겨우)?\s*"
        r"(?:을|를)?\s*(?:못|푹|잘|내리)?\s*(?:잤|잔|자고|잠|수면|잤음)"
    )),
    re.compile(fold(
        rf"(?<!낮)(?:잠|수면)(?:은|는|을|시간|시간은|을\s?한)?\s*(?:총|약|한|겨우)?\s*(?:{_NUMBER}|(한|"
        r"두|세|네|다섯|여섯|일곱|여덟|아홉|"
        r"열))\s*시간\s*(?:(반)|(\d{1,4})\s*분)?"
    )),
    re.compile(
        r"(?:slept|sleep|got|had)(?: (?:for|about|around|only|just|like|maybe|of|was|"
        rf":))*\s*(?:{_NUMBER}|({'|'.join(_HOURS_EN)}))"
        r"\s*(and a half)?\s*(?:hours?|hrs?|h)\b(?:\s*(?:and\s*)?(\d{1,4})\s*m(?:in\w*)?)?(?!\s*(?:run|"
        r"long run|of running))"
    ),
    re.compile(
        rf"(?:{_NUMBER}|\b({'|'.join(_HOURS_EN)}))\s*(and a half)?\s*(?:hours?|hrs?|"
        r"h)\b(?:\s*(?:and\s*)?(\d{1,4})\s*m(?:in\w*)?)?\s*(?:of )?sleep"
    ),
)  # fmt: skip
_CLAUSE = re.compile(
    r"(?<!\d)[.](?!\d)|(?<=\d)[.](?!\d)|[!?;,\n]|(?<=[았었했팠렸됐없지찮좋웠였쁘프갔왔잤쳤근])고\s|"
    r"(?<=[는은던픈쁜한인운린])데\s|지만\s|"
    r"\s(?:but|though|however)\s|"
    r"\s(?:and|&)\s(?=(?:i|slept|felt|rpe|stress|mood|no|sleep|my mood|a bit|very|pretty|feeling)\b)|"
    r"(?<=[가-힣]다)\s(?=[가-힣])",
    re.IGNORECASE,
)
_ENDING = " \t\n.,;!?"
_SCALED: tuple[EntryKind, ...] = ("pain", "soreness", "fatigue", "stress")
# A score and what may stand around it where it is all that a clause says.
_ALONE = re.compile(
    fold(
        r"(?:(?:통증|아픔|아픈|정도|느낌|은|는|이|가|한|약|대충|대략|아마|그냥|만점에|으로|에서|중에?|수준|쯤|점수)"
        r"|pain|level|about|around|maybe|roughly|only|just|like|an?|it|was|is|say|i'?d|out|of|points?|so"
        r"|점|였어|이었어|였고|이야|이에요|예요|요|야|임|정도|[\d\s./,~])*"
    )
)
# An illness that is over; one that is "almost" or "not yet" over is not.
_RECOVERED = re.compile(
    fold(r"(?<![안못덜의])(?<![안못덜의]\s)(?:나았|나앗|완치)(?!\S{0,3}(?:으면|다면|나요|을까))|")
    + r"\bno longer (?:sick|ill)\b"
)
_LONG_AGO = (korean_grammar.OLD, english_grammar.OLD)


def extract(text: str, lang_hint: Literal["ko", "en"] | None = None) -> tuple[Said, ...]:
    """Return what `text` says for the daily record, in the order said; nothing said: empty.

    Korean and English are both understood; where both speak in one clause, `lang_hint` is read first.
    Denied pain, soreness, fatigue and stress have value 0; what is long past or someone else's is left out.
    """
    found: list[Said] = []
    before = 0  # where the clause before begins in `found`
    for clause in _clauses(text):
        if (scored := _scored(clause, found[before:])) is not None:
            found[before:] = scored
            continue
        said = _read_clause(clause, lang_hint)
        if said or clause.strip(_ENDING):
            before = len(found)
        found += said
    return tuple(dict.fromkeys(found))


def kinds_named(plain: str) -> frozenset[str]:
    """Return which kinds of entries a text in normal form (`utterance.read`) speaks of, denied ones too."""
    found: set[str] = {kind for kind, of in _PHRASES.items() if any(phrases.find(plain) for phrases in of)}
    if _slept_s(plain) is not None:
        found.add("sleep_s")
    return frozenset(found)


def runs_back(text: str) -> int | None:
    """Return which run a text is about, counted back: 1 the last, 2 the one before last; None: not said."""
    low = fold(text.lower())
    return next((back for back, pattern in _RUNS_BACK if pattern.search(low)), None)


_RUN_KO = r" ?(?:번)? ?(?:에 ?(?:한|뛴) ?)?(?:달리기|달릴 ?때|러닝|런닝|뛸 ?때)"
_RUNS_BACK = tuple(
    (back, re.compile(fold(rf"{korean}{_RUN_KO}") + english))
    for back, korean, english in (
        (
            2,
            r"(?:지지난|저저번|지난번 ?전|전전)",
            r"|\brun before (?:my )?last\b|\b(?:second|2nd)[ -](?:to[ -])?last run\b|\blast run but one\b"
            r"|\btwo runs ago\b",
        ),
        (1, r"(?<!지)(?:지난|저번|마지막|최근)", r"|\b(?:last|previous|latest) run\b|\brun i did last\b"),
    )
)


def recovered(text: str) -> bool:
    """Tell whether a text says that an illness is over."""
    return any(_RECOVERED.search(fold(clause)) for clause in _clauses(text.lower()))


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for m in _CLAUSE.finditer(text):
        yield text[start : m.end()]
        start = m.end()
    yield text[start:]


def _scored(clause: str, before: list[Said]) -> list[Said] | None:
    """Return what was said just before with the number a clause gives it: "my knee hurt. 3 out of 10"."""
    plain = read(clause).plain
    number, kinds = _out_of(plain), {one.kind for one in before if one.kind in _SCALED}
    if number is None or len(kinds) != 1:
        return None
    (kind,) = kinds
    parts = {part.name for part in body_parts(plain)}
    if not (parts <= {one.where for one in before} if parts else _ALONE.fullmatch(plain)):
        return None

    def meant(one: Said) -> bool:
        return one.kind == kind and (not parts or one.where in parts)

    if _EFFORT.search(plain) or any(one.value is not None for one in before if meant(one)):
        return None
    named = {name for name, of in _PHRASES.items() if any(phrases.find(plain) for phrases in of)}
    if not named <= {kind}:
        return None
    words = clause.strip(_ENDING)
    return [
        replace(one, value=_scaled(kind, number), text=f"{one.text}, {words}") if meant(one) else one
        for one in before
    ]


def _read_clause(original: str, lang_hint: str | None) -> list[Said]:
    clause, words = read(original), original.strip(" \t\n.,;")
    plain = clause.plain
    if not plain or any(old.search(plain) for old in _LONG_AGO):
        return []
    if korean_grammar.of_someone_else(plain) or english_grammar.of_someone_else(plain):
        return []
    said: list[Said] = []
    slept = _slept_s(plain)
    if slept is not None:
        said.append(Said("sleep_s", slept, text=words))
    mentions = {kind: _mention(clause, kind, lang_hint) for kind in _PHRASES}
    number = _out_of(plain)
    if (effort := _effort(plain, number, any(mentions.values()))) is not None:
        said.append(Said("rpe", effort, text=words))
        number = None
    for kind, (mention, verdict) in ((k, v) for k, v in mentions.items() if v is not None):
        if verdict == "imagined" or (slept is not None and kind == "sleep_quality" and number is None):
            continue
        said += _said(kind, clause, mention, verdict, number, words)
    return _without_doubles(said)


def _mention(clause: Text, kind: EntryKind, lang_hint: str | None) -> tuple[Mention, str] | None:
    """Return the first mention of a kind and what is claimed of it."""
    korean, english = (phrases.find(clause.plain) for phrases in _PHRASES[kind])
    if korean and not (english and lang_hint == "en"):
        return korean[0], korean_grammar.claim(clause.plain, korean[0], len(clause.plain))
    if english:
        return english[0], english_grammar.claim(clause.plain, english[0], 0)
    return None


def _said(
    kind: EntryKind,
    clause: Text,
    mention: Mention,
    verdict: str,
    number: tuple[float, float] | None,
    words: str,
) -> list[Said]:
    if kind in ("pain", "soreness"):
        value = 0.0 if verdict == "denied" else _scaled(kind, number)
        parts = body_parts(clause.plain) or (
            [BodyPart("")] if kind == "soreness" or verdict == "denied" or number else []
        )
        if not parts:
            parts = [BodyPart("")]
        return [Said(kind, value, part.name, part.side, words) for part in parts]
    if kind in ("fatigue", "stress"):
        return [Said(kind, 0.0 if verdict == "denied" else _scaled(kind, number), text=words)]
    if kind == "illness":
        over = verdict == "denied" or _RECOVERED.search(clause.plain)
        return [] if over else [Said(kind, None, text=words)]
    return [Said(kind, _scaled(kind, number), text=words)]


def _without_doubles(said: list[Said]) -> list[Said]:
    """Leave out what another entry of the same words says better (a sore throat is no pain entry)."""
    kinds = {s.kind for s in said}
    return [
        s
        for s in said
        if not (s.kind == "pain" and "illness" in kinds and s.where in ("", "neck"))
        and not (s.kind == "pain" and "soreness" in kinds and s.where == "")
    ]


def _out_of(plain: str) -> tuple[float, float] | None:
    """Return (x, m) of a score "x out of m"; "x점" alone is out of ten."""
    m = _OUT_OF.search(plain)
    if m is None:
        return None
    x, most = (m[1], m[2]) if m[1] else (m[4], m[3]) if m[4] else (m[5], "10")
    score, top = float(x), float(most)
    return (score, top) if 0 <= score <= top else None


def _effort(plain: str, number: tuple[float, float] | None, other_kind: bool) -> float | None:
    if m := _RPE.search(plain):
        value = float(m[1] or m[2])
        return value if 0 <= value <= 10 else None
    if number is None or other_kind:
        return None
    clear = _EFFORT.search(plain) is not None
    alone = (
        re.fullmatch(fold(r"[\s\d./점만에오늘은was today]*(?:였어|이었어|정도|요|야|임)?[\s.]*"), plain)
        is not None
    )
    return 10 * number[0] / number[1] if clear or alone else None


def _scaled(kind: EntryKind, number: tuple[float, float] | None) -> float | None:
    if number is None:
        return None
    x, most = number
    if kind in ("mood", "sleep_quality"):
        return max(1.0, 1 + 4 * (x - 1) / (most - 1))
    return 10 * x / most


def _slept_s(plain: str) -> float | None:
    for pattern in _SLEPT:
        if m := pattern.search(plain):
            hours = float(m[1]) if m[1] else float(_HOURS_KO.get(m[2], 0) or _HOURS_EN.get(m[2], 0))
            seconds = hours * 3600 + (1800 if m[3] else 0) + (float(m[4]) * 60 if m[4] else 0)
            return seconds if 0 < seconds <= 24 * 3600 else None
    return None
