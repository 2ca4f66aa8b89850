"""The first conversation: one thing at a time, each can be skipped, anything else may be asked in between.

Code asks and reads the answers; no model takes part. What was learnt is kept on the athlete:
`{"step": …, "answers": {…}, "skipped": […], "clearance": bool}`, `step` None when nothing is left to ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from coach.domain.athlete import Sex
from coach.domain.redflags import Severity, check
from coach.graph.pending import choose
from coach.text import Lang, has, say

STEPS = ("lang", "data", "birth_year", "sex", "health", "running", "days", "goal")
OLDEST_YEARS, YOUNGEST_YEARS = 100, 8
LONGEST_ANSWER = 500
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "lang": ("ko", "en"),
    "data": ("files", "connect"),
    "birth_year": (),
    "sex": ("female", "male"),
    "health": ("none",),
    "running": ("not_yet", "some", "regular", "often"),
    "days": ("weekdays", "weekend", "any"),
    "goal": ("fit", "5k", "10k", "half", "marathon"),
}
_SKIP = re.compile(
    r"^\s*(건너\s*뛰(기|자|어|어요|고|을게요?|어\s*줘)|스킵(할게요?|해줘)?|패스(할게요?)?|넘어가(자|요|줘)?|몰라(요)?|말\s*안\s*할래(요)?|"
    r"skip( (it|this))?|pass|next|don'?t know|rather not say|prefer not to say)\s*[.!~]*\s*$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"^\s*(나중에(\s*(할게|할래|해|하자)(요)?)?|그만(할래|할게)?(요)?|다\s*건너\s*뛰기|"
    r"not now|later|stop asking|skip (all|everything))\s*[.!~]*\s*$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"[?？]\s*$|알려\s*줘|알려\s*주|보여\s*줘|보여\s*주|그려\s*줘|비교해|어때|뭐야|뭐예요|뭔가요|왜\b|얼마나|"
    r"^\s*(show|tell|how|what|when|where|why|which|compare|can you|could you|did i|list|give me|log|undo)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^\s*((딱히|특별히|다친\s*(데|곳)|아픈\s*(데|곳)|약|부상)?\s*(은|는|도)?\s*없(어|어요|음|습니다)|아니요?|"
    r"none|no|nope|nothing|no injuries)"
    r"\s*[.!~]*\s*$",
    re.IGNORECASE,
)
# Asked before training starts, any of these means: ask the doctor who knows you first (Riebe 2015).
_CONDITION = re.compile(
    r"심장|혈압|부정맥|협심증|심근|당뇨|인슐린|신장\s*(병|질환|이식)|콩팥|투석|천식|뇌졸중|혈전|항응고|임신|수술|암\s*(치료|수술|진단)|"
    r"heart|blood pressure|hypertensi|arrhythmi|angina|diabet|insulin|kidney|dialysis|asthma|stroke|"
    r"blood thinner|anticoagulant|pregnan|surgery|cancer|beta.?blocker",
    re.IGNORECASE,
)
_SEXES = (
    (
        re.compile(r"^\s*(여(성|자)?|female|woman|f)\s*(이?에요|예요|입니다)?[.!]*\s*$", re.IGNORECASE),
        Sex.female,
    ),
    (re.compile(r"^\s*(남(성|자)?|male|man|m)\s*(이?에요|예요|입니다)?[.!]*\s*$", re.IGNORECASE), Sex.male),
)
_DAYS_KO = "월화수목금토일"
_DAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SETS = {"weekdays": [0, 1, 2, 3, 4], "weekend": [5, 6], "any": list(range(7))}
_DAYS_ONLY = re.compile(
    rf"^[\s,·/]*((매주|주로)\s*)?([{_DAYS_KO}](요일)?[\s,·/과와랑]*)+(이?요|에요|예요|만)?[.!]*$"
)

Outcome = Literal["answered", "skipped", "later", "unclear", "other"]


@dataclass(frozen=True)
class Answer:
    """How an answer was understood: `fields` go to the profile, `value` to the onboarding record."""

    outcome: Outcome
    value: Any = None
    fields: Mapping[str, Any] | None = None
    clearance: str = ""  # text key of what to say when a doctor should decide first


def begin() -> dict[str, Any]:
    """Return the record of an onboarding that starts now."""
    return {"step": STEPS[0], "answers": {}, "skipped": []}


def question(step: str, lang: Lang) -> tuple[str, list[dict[str, str]]]:
    """Return the question of a step and its quick answers; the last of them skips it."""
    names = [*_CHOICES[step], "skip"]
    labels = {name: _label(step, name, lang) for name in names}
    return say(lang, f"onboarding.ask_{step}"), [{"label": labels[n], "value": n} for n in names]


def read(step: str, message: str, lang: Lang, today: date) -> Answer:
    """Read an answer to the question of `step`. "other" means: a request of its own, to be answered first."""
    text = message.strip()
    if _LATER.match(text) and step != "data":
        return Answer("later")
    counted = text.isdigit() and step in ("birth_year", "days")  # "3" is three days, not the third choice
    chosen = None if counted else choose(text, question(step, lang)[1])
    if chosen == "skip" or _SKIP.match(text):
        return Answer("skipped")
    if chosen is None and not counted and text.isdigit():
        return Answer("unclear")
    if chosen is None and _REQUEST.search(text):
        return Answer("other")
    match step:
        case "lang":
            return _lang(chosen, text)
        case "data":
            return Answer("answered", chosen) if chosen else Answer("other")
        case "birth_year":
            return _birth_year(text, today)
        case "sex":
            return _sex(chosen, text)
        case "days":
            return _days(chosen, text)
        case "health":
            return _health(chosen, text)
    return Answer("answered", chosen or text[:LONGEST_ANSWER])


def advance(record: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Return the record after an answer or a skip to its present step."""
    step = record["step"]
    after = STEPS[STEPS.index(step) + 1 :]
    new = {**record, "step": after[0] if after else None}
    if answer.outcome == "later":
        return {**new, "step": None, "later": True}
    if answer.outcome == "skipped":
        return {**new, "skipped": [*record.get("skipped", []), step]}
    new["answers"] = {**record.get("answers", {}), step: answer.value}
    if answer.clearance:
        new["clearance"] = answer.clearance
    return new


def acknowledgement(step: str, answer: Answer, lang: Lang) -> str:
    """Return what the coach says to an answer before it asks on."""
    if answer.outcome == "later":
        return say(lang, "onboarding.later")
    if answer.outcome == "skipped":
        return say(lang, "onboarding.skipped")
    if answer.clearance:
        return say(lang, answer.clearance)
    for key in (f"onboarding.got_{step}_{answer.value}", f"onboarding.got_{step}"):
        if has(lang, key):
            return say(lang, key, value=answer.value)
    return say(lang, "onboarding.got")


def _label(step: str, name: str, lang: Lang) -> str:
    key = f"onboarding.choice_{step}_{name}"
    return say(lang, key if has(lang, key) else f"onboarding.choice_{name}")


def _lang(chosen: str | None, text: str) -> Answer:
    if chosen is None:
        if re.search(r"korean|한국|한글", text, re.IGNORECASE):
            chosen = "ko"
        elif re.search(r"english|영어", text, re.IGNORECASE):
            chosen = "en"
    return Answer("answered", chosen, {"lang": chosen}) if chosen else Answer("other")


def _birth_year(text: str, today: date) -> Answer:
    for pattern, kind in (
        (r"(?<!\d)((?:19|20)\d{2})(?!\d)", "year"),
        (r"(?<!\d)(\d{2})\s*년\s*생", "short"),
        (r"(?<!\d)(\d{1,3})\s*(살|세|years? old)", "age"),
        (r"^\s*(\d{2})\s*$", "bare"),
    ):
        if found := re.search(pattern, text, re.IGNORECASE):
            number = int(found.group(1))
            year = _year(number, kind, today)
            if YOUNGEST_YEARS <= today.year - year <= OLDEST_YEARS:
                return Answer("answered", year, {"birth_year": year})
            return Answer("unclear")
    return Answer("unclear" if len(text) < 12 else "other")


def _year(number: int, kind: str, today: date) -> int:
    if kind == "year":
        return number
    if kind == "age":
        return today.year - number
    century = today.year // 100 * 100
    return century + number if century + number <= today.year - YOUNGEST_YEARS else century - 100 + number


def _sex(chosen: str | None, text: str) -> Answer:
    sex = Sex(chosen) if chosen else next((s for pattern, s in _SEXES if pattern.match(text)), None)
    if sex is None:
        return Answer("unclear" if len(text) < 12 else "other")
    return Answer("answered", sex.value, {"sex": sex.value})


def _days(chosen: str | None, text: str) -> Answer:
    if chosen:
        return Answer("answered", _SETS[chosen])
    named = {
        i
        for i, day in enumerate(_DAYS_KO)
        if re.search(rf"{day}요일", text) or (_DAYS_ONLY.match(text) and day in text)
    }
    named |= {i for i, day in enumerate(_DAYS_EN) if re.search(rf"\b{day}", text, re.IGNORECASE)}
    if re.search("주말|weekend", text):
        named |= {5, 6}
    if re.search("평일|weekday", text):
        named |= {0, 1, 2, 3, 4}
    if re.search("매일|every ?day|daily", text):
        named = set(range(7))
    if named:
        return Answer("answered", sorted(named))
    if text.isdigit() and 1 <= int(text) <= 7:
        return Answer("answered", {"per_week": int(text)})
    if count := re.search(r"(?:주|일주일에|week)\D{0,4}([1-7])|([1-7])\s*(?:일|번|회|days|times)", text):
        return Answer("answered", {"per_week": int(count.group(1) or count.group(2))})
    return Answer("unclear" if len(text) < 12 else "other")


def _health(chosen: str | None, text: str) -> Answer:
    """Read what the athlete tells of their health. A condition is never judged: a doctor decides first."""
    if chosen or _NOTHING.match(text):
        return Answer("answered", "none")
    flag = check(text)
    doctor_first = flag.text_key if flag is not None and flag.severity is Severity.clearance else ""
    if not doctor_first and _CONDITION.search(text):
        doctor_first = "onboarding.clearance"
    return Answer("answered", text[:LONGEST_ANSWER], clearance=doctor_first)
