"""English replies."""

from __future__ import annotations

import re
from typing import Literal

from coach.domain.plan.model import WorkoutKind
from coach.domain.plan.reply.model import EditWish, When, Wish

Approval = Literal["plain", "bare"]

_PLAN = (
    r"(?:the|this|that|my|your|these|those) (?:new |training |whole )?"
    r"(?:plan|proposal|changes?|schedule|week|revision)"
)
_OF = rf"(?: (?:{_PLAN}|all (?:the )?changes|plan|proposal|changes|it|this|that|them|all|everything))?"
# What names the act can mean nothing else, whatever was spoken of before.
_ACT = (
    rf"(?:i |i'll |i will |i'd like to |please |let's |lets )?approve{_OF}|(?:i )?approved|i'm approving{_OF}"
)
_VERBS = (
    rf"(?:i |i'll |i will |i'd like to |please |let's |lets )?(?:confirm|accept){_OF}",
    r"(?:i )?(?:confirmed|accepted|agreed)",
    rf"(?:i |i'd )?agree(?: to{_OF}| with{_OF})?",
    rf"(?:please |you can |you may )?(?:go ahead|proceed)(?: with{_OF})?",
    r"(?:please |let's |lets |just )?do (?:it|this|that)",
    rf"(?:let's |lets )?go (?:for it|with{_OF})",
    r"make it so|sign me up|lock it in|let's go ahead|i'm in",
)
_GOOD = "good|great|perfect|fine"
_YES = (
    rf"{_GOOD}|yes|yep|yeah|yup|ya|y|ok|okay|k|sure(?: thing)?|alright|all right|cool|nice|"
    r"lgtm|excellent|absolutely|definitely|of course|"
    rf"(?:it |that |this |the plan |this plan )?(?:looks|sounds|is) (?:{_GOOD})(?: to me)?|"
    rf"(?:that|this|it)'s (?:{_GOOD})|"
    r"(?:that |this |it )?works(?: for me)?|(?:i )?(?:love|like) (?:it|this|that|the plan)|"
    r"let's go|lets go|go|all good|(?:good|great|nice|perfect) plan"
)
_PAD = (
    r"please|thanks|thank you|thx|coach|and|then|so|well|as is|as it is|like this|now|just|"
    r"with (?:it|this|that)"
)
_APPROVING = re.compile(
    rf"^(?:(?P<act>{_ACT})|(?P<verb>{'|'.join(_VERBS)})|(?P<yes>{_YES})|(?P<pad>{_PAD}))(?=\s|$)"
)
_NAMES_PLAN = re.compile(r"\b(?:plan|proposal|changes|schedule|revision)\b")
_NAMES_IT = re.compile(r"\b(?:approve|reject|rejected|decline|declined|plan)\b")
_MOST_WORDS = 8
_IT = r"(?: (?:it|this|that|the plan|with it))?"
_DONT = r"(?:don't|do not|dont)"
_REJECTING = re.compile(
    rf"^(?:no|nope|nah|n|no thanks|no thank you|no way|not this|never|(?:i )?decline|rejected|declined|"
    rf"(?:reject|cancel){_IT}|(?:please )?{_DONT} (?:approve|do|accept|send|go ahead){_IT}|"
    rf"i {_DONT} (?:approve|accept|agree|want (?:it|this|that)|like (?:it|this|that)))"
    rf"(?: (?:no|thanks|thank you|please|cancel|reject(?: it)?|{_DONT} do it))*$"
)
_ASKS = re.compile(
    r"[?]|^(?:what|why|how|when|where|which|who|is|are|was|were|does|did|can|could|would|will|should|shall|"
    r"may|am|has|have|do(?! (?:it|this|that)\b))\b|\bwonder|\bnot sure\b|\bwhat if\b"
)
_WANTS_TO_KNOW = re.compile(r"\b(?:what|why|how|when|which|who|wonder|what if)\b")

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    r"(?:(?P<week>this|next)\s+(?:week'?s?\s+)?)?"
    r"\b(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?:'?s)?\b|"
    r"\b(?P<ahead>today|tomorrow)(?:'s)?\b|"
    r"\b(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
)
_KINDS: tuple[tuple[str, WorkoutKind], ...] = (
    (r"long runs?", WorkoutKind.long),
    (r"intervals?", WorkoutKind.interval),
    (r"tempo|threshold", WorkoutKind.threshold),
    (r"recovery (?:run|jog)", WorkoutKind.recovery),
    (r"easy runs?|jog", WorkoutKind.easy),
    (r"hills?", WorkoutKind.hills),
    (r"strides", WorkoutKind.strides),
    (r"fartlek", WorkoutKind.fartlek),
    (r"progression", WorkoutKind.progression),
    (r"strength|gym", WorkoutKind.strength),
)
_AMOUNT = re.compile(
    r"\b(?:to|just|only)\s+(?P<n>\d+(?:\.\d+)?)\s?"
    r"(?P<unit>km|k|kilometers?|miles?|mi|min(?:ute)?s?|hours?|h)\b"
)
_METRES = {"k": 1000.0, "m": 1609.344}
_WISHES: tuple[tuple[Wish, str], ...] = (
    ("swap", r"\b(?:swap|switch|exchange|trade)\b"),
    ("move", r"\b(?:move|shift|push|reschedule|bring)\b"),
    (
        "drop",
        r"\b(?:skip|drop|remove|delete|cancel|rest on|rest day|day off|take .{1,20} off|leave out|without|"
        r"can't run|cannot run|no run(?:ning)?)\b",
    ),
    ("shorter", r"\b(?:shorter|shorten|cut|reduce|less)\b"),
    ("longer", r"\b(?:longer|lengthen|extend|increase)\b"),
    ("easier", r"\b(?:easier|lighter|gentler|slower|tone down|ease|easy instead)\b"),
)
_WISH = re.compile("|".join(f"(?P<{wish}>{words})" for wish, words in _WISHES))
_DENIED = re.compile(r"\b(?:don't|dont|do not|not|never|no need|shouldn't|won't|wouldn't)\b")
_BEGINS = "make|shorten|skip|drop|move|swap|cut|extend|ease|remove|take|cancel"
_PARTS = re.compile(rf"[,;.]|\b(?:but|then|also)\b|\band (?=(?:{_BEGINS})\b)")


def approves(words: str) -> Approval | None:
    """Tell whether words, without marks around them, do nothing but approve.

    Plain is only what names the act or the plan: "do that" is of whatever was spoken of last.
    """
    rest, said = words.replace("’", "'"), set[str]()
    for _ in range(_MOST_WORDS):
        found = _APPROVING.match(rest)
        if found is None:
            return None
        said |= {name for name, part in found.groupdict().items() if part is not None}
        rest = rest[found.end() :].lstrip()
        if not rest:
            if "act" in said or ("verb" in said and _NAMES_PLAN.search(words)):
                return "plain"
            return "bare" if said & {"verb", "yes"} else None
    return None


def rejects(words: str) -> Approval | None:
    """Tell whether words do nothing but reject, as `approves` does: "no" may answer anything."""
    if _REJECTING.match(words.replace("’", "'")) is None:
        return None
    return "plain" if _NAMES_IT.search(words) else "bare"


def asks(text: str) -> bool:
    return _ASKS.search(text) is not None


def wants_to_know(text: str) -> bool:
    """Tell whether it asks about something, and not politely for something ("could you …?")."""
    return _WANTS_TO_KNOW.search(text) is not None


def wishes(text: str) -> bool:
    """Tell whether some change is wished for, of whatever."""
    return any(_WISH.search(part) and not _DENIED.search(part) for part in _PARTS.split(text) if part)


def edits(text: str) -> tuple[EditWish, ...]:
    """Return the changes that are wished for and whose day or workout is named."""
    found: list[EditWish] = []
    for part in _PARTS.split(text.replace("’", "'")):
        match = _WISH.search(part)
        if match is None:
            continue
        if _DENIED.search(part):
            return ()
        found += _edits_of(match, part)
    return tuple(found)


def _edits_of(match: re.Match[str], part: str) -> list[EditWish]:
    wish: Wish = next(w for w, _ in _WISHES if w == match.lastgroup)
    days = [_when(m) for m in _DAY.finditer(part)]
    kind = next((k for words, k in _KINDS if re.search(rf"\b(?:{words})\b", part)), None)
    to_m, to_s = _amount(part)
    if wish == "swap":
        return [EditWish("swap", days[0], None, days[1])] if len(days) == 2 else []
    if wish == "move":
        if len(days) == 2:
            return [EditWish("move", days[0], kind, days[1])]
        return [EditWish("move", None, kind, days[0])] if days and kind else []
    if days:
        return [EditWish(wish, when, kind, to_m=to_m, to_s=to_s) for when in days]
    return [EditWish(wish, None, kind, to_m=to_m, to_s=to_s)] if kind else []


def _when(m: re.Match[str]) -> When:
    if m["weekday"]:
        week = None if not m["week"] else 0 if m["week"] == "this" else 1
        return When(weekday=_DAY_NAMES.index(m["weekday"][:3]), week=week)
    if m["ahead"]:
        return When(ahead=0 if m["ahead"] == "today" else 1)
    return When(month=_MONTHS.index(m["month"]) + 1, day_of_month=int(m["day"]))


def _amount(part: str) -> tuple[float | None, float | None]:
    found = _AMOUNT.search(part)
    if found is None:
        return None, None
    n, unit = float(found["n"]), found["unit"]
    if unit.startswith("min"):
        return None, 60 * n
    if unit[0] == "h":
        return None, 3600 * n
    return n * _METRES[unit[0]], None
