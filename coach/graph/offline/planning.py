"""What is said about plans: make one, ask about it, change it. Whoever only mentions one gets none.

Order matters twice: what ends or moves something is read before what asks, and a plan is made last of all.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.graph.offline import planning_words as pw
from coach.graph.offline import words as w
from coach.graph.offline.guideline import of_the_body
from coach.graph.offline.heard import Heard
from coach.graph.offline.planning_goal import goal_args, wants_goal
from coach.graph.offline.planning_life import health, limits
from coach.graph.offline.planning_when import Ahead, days, find, spanned
from coach.graph.offline.reading import Call, Reading, call, reply

LONGEST_WHY = 200
CHANGES = ("change_workout", "plan_blackout", "undo_plan_change", "cancel_plan", "make_plan", "set_goal")
READS = ("plan_overview", "plan_week", "workout", "race_plan", "plan_adherence", "plan_history",
         "plan_changes", "send_status", "race_result")  # fmt: skip
TOLD = {*CHANGES, "set_constraints", "set_health"}
Rule = Callable[[Heard], Reading | None]


def read(heard: Heard) -> Reading | None:
    """Read what is about goals, plans and planned workouts; None where it is about none of them."""
    if heard.has(w.MEDICINE) and heard.asks:
        return None
    if heard.has(rf"{w.DIAGNOSES}|{w.PAIN}|{w.ILLNESS}") and (heard.asks or heard.has(pw.QUESTION)):
        # Whether to train with it is a doctor's to say.
        return of_the_body(heard) if _of_one_to_come(heard) else None
    return next((found for rule in _RULES if (found := rule(heard)) is not None), None)


def follow(heard: Heard, last: Call) -> Reading | None:
    """Read what leans on a turn about a plan: another day, the date that was asked for, "undo it"."""
    words = len(heard.low.split())
    if last.tool in CHANGES and heard.has(w.UNDO) and words <= 5 and not heard.has(pw.DONT):
        return call("undo_plan_change") if last.tool != "set_goal" else None
    if last.tool == "set_goal" and "day" not in last.args and words <= 8 and not heard.has(pw.QUESTION):
        on = [day for day in days(heard) if day > heard.cal.today]
        if on and not heard.amounts and not heard.has(rf"{pw.DONT}|{w.DID}|{pw.AWAY}"):
            return Reading((Call("set_goal", {**last.args, "day": on[0].isoformat()}),))
    if last.tool in ("workout", "plan_week") and words <= 4 and not heard.has(pw.DONE):
        spans = [span for span in find(heard) if span.kind in ("day", "week")]
        rest = heard.low
        for span in spans:
            rest = rest.replace(heard.low[span.at[0] : span.at[1]], "")
        if spans and not heard.has(pw.ORDER) and len(rest) <= 8:
            return _asked(spans[0])
    if last.tool == "workout" and words <= 3 and heard.has(rf"^(?:{pw.WHY})"):
        return Reading((Call("workout", dict(last.args)),))
    return None


# Rules


def _undo(heard: Heard) -> Reading | None:
    if not heard.has(pw.UNDO) or not heard.has(pw.A_PLAN) or _idle(heard) or heard.has(pw.IN_RECORDS):
        return None
    return call("undo_plan_change")


def _cancel(heard: Heard) -> Reading | None:
    if not (heard.has(pw.CANCEL) and heard.has(pw.A_PLAN)) or _idle(heard) or heard.has(pw.DONE):
        return None
    return call("cancel_plan") if not _day_named(heard) else None


def _away(heard: Heard) -> Reading | None:
    """Days without training: 다음 주 출장이라 못 뛰어."""
    if not heard.has(pw.AWAY) or heard.has(pw.OTHERS) or (heard.has(pw.PAST) and not heard.future):
        return None
    if heard.has(pw.QUESTION) or heard.asks or heard.has(rf"{w.PAIN}|{w.ILLNESS}|{w.DIAGNOSES}"):
        return None
    if heard.has(pw.EVERY_WEEK):
        return None
    span = spanned(heard)
    if span is None or (span[1] - span[0]).days > 60 or heard.has(rf"{pw.MOVE}|{pw.SWAP}"):
        return None
    if heard.has(r"취소|안\s?가|\bcancelled\b|\bnot going\b"):
        return None
    return call("plan_blackout", start=span[0], end=span[1], why=heard.text.strip()[:LONGEST_WHY])


def _change(heard: Heard) -> Reading | None:
    """Another day, shorter, easier, or not at all, for a workout of a day still to come."""
    if _idle(heard) or (heard.asks and not heard.has(r"\bcan you\b|\bcould you\b")):
        return None
    if not heard.has(pw.ORDER) or heard.has(pw.IN_RECORDS) or heard.has(w.CHART):
        return None
    on = days(heard)
    kind = _kind(heard)
    if not on or not (heard.has(pw.A_SESSION) or heard.has(rf"{pw.SWAP}|{pw.SHORTEN}|{pw.EASE}")):
        return None
    if heard.has(pw.SWAP) and len(on) >= 2:
        return call("change_workout", day=on[0], what="swap", to=on[1])
    if heard.has(pw.MOVE) and len(on) >= 2:
        return call("change_workout", day=on[0], what="move", to=on[1], kind=kind)
    if heard.has(pw.DROP):
        return call("change_workout", day=on[0], what="drop", kind=kind)
    if heard.has(pw.EASE):
        return call("change_workout", day=on[0], what="easier", kind=kind if kind != "easy" else None)
    if heard.has(pw.SHORTEN):
        return call(
            "change_workout",
            day=on[0],
            what="shorter",
            kind=kind,
            to_m=heard.value("distance_m"),
            to_s=heard.value("duration_s"),
        )
    return None


def _why(heard: Heard) -> Reading | None:
    if not heard.has(pw.WHY) or heard.has(rf"{pw.PAST}|{pw.OTHERS}") or heard.has(w.HR):
        return None
    kind, on = _kind(heard), days(heard)
    if kind is None or heard.has(r"느리|느려|힘들|아프|안\s?돼|못\s?하|\bslow\b|\bhard\b(?! day)|\bhurt"):
        return None
    planned = heard.has(
        r"이야|야\s?\?|예요|에요|인가|인데|이지\?|해야|하는|있어|넣|들어|뛰어\?|^왜|\bis\b"
        r"|\bdo i\b|\bam i\b|\bwhy (?:an?|the)\b"
    )
    return call("workout", day=on[0] if on else None, kind=kind) if planned else None


def _race_plan(heard: Heard) -> Reading | None:
    if not heard.has(pw.RACE_PLAN) or heard.has(pw.DONT) or heard.has(pw.DEBRIEF):
        return None
    return call("race_plan") if not heard.has(pw.PAST) else None


def _debrief(heard: Heard) -> Reading | None:
    return call("race_result") if heard.has(pw.DEBRIEF) and not heard.has(pw.DONT) else None


def _kept(heard: Heard) -> Reading | None:
    return call("plan_adherence") if heard.has(pw.KEEPING) and not heard.has(pw.OTHERS) else None


def _history(heard: Heard) -> Reading | None:
    if heard.has(pw.ON_WATCH) and not heard.has(rf"{pw.DONT}|{pw.OTHERS}"):
        return call("send_status")
    if heard.has(pw.HISTORY):
        return call("plan_history")
    return call("plan_changes") if heard.has(pw.CHANGED) else None


def _planned(heard: Heard) -> Reading | None:
    """What is planned for a day or a week: 내일 뭐 뛰어?, this week's training."""
    spans = [s for s in find(heard) if s.kind in ("day", "week", "weekend")]
    if (
        not spans
        or not heard.has(pw.WHAT)
        or heard.has(rf"{pw.DONE}|{pw.OTHERS}|{w.CHART}|{w.MAP}|{w.ZONES}")
    ):
        return None
    if heard.has(rf"{w.QUANTITY}|{w.COMPARE}|{w.NOTE}") and not heard.has(_OF_A_PLAN):
        return None
    run = heard.has(pw.A_SESSION) or heard.has(
        r"뭐\s?(?:뛰|뛸)|뭘\s?(?:뛰|뛸)|\bshould i (?:run|do)\b|\bdo i (?:run|do|have)\b"
    )
    if not run and not heard.has(pw.A_PLAN):
        return None
    if heard.has(rf"{pw.MAKE}") and heard.has(pw.A_PLAN) and not heard.has(r"알려|보여|\bshow\b|\bwhat\b"):
        return None
    return _asked(spans[0]) if heard.has(_OF_A_PLAN) else None


def _overview(heard: Heard) -> Reading | None:
    if not heard.has(pw.OVERVIEW) or heard.has(rf"{pw.DONT}|{pw.OTHERS}|{pw.DONE}|{pw.MAKE}"):
        return None
    if _day_named(heard):
        return None
    return call("plan_overview")


def _nothing_to_approve(heard: Heard) -> Reading | None:
    return reply("no_proposal") if heard.has(pw.APPROVES) else None


def _goal(heard: Heard) -> Reading | None:
    if not wants_goal(heard):
        return None
    asked_for = heard.has(pw.A_PLAN) and heard.has(pw.MAKE)
    return call("set_goal", **goal_args(heard), then_plan=True if asked_for else None)


def _make(heard: Heard) -> Reading | None:
    if not (heard.has(pw.A_PLAN) and heard.has(pw.MAKE)) or _idle(heard) or heard.has(rf"{pw.PAST}"):
        return None
    return call("make_plan") if not heard.has(r"식단|다이어트|영양|\bmeal\b|\bdiet\b|\bnutrition\b") else None


def _left_alone(heard: Heard) -> Reading | None:
    """Told not to, or asked what would be: nothing is made, changed or undone."""
    ends = heard.has(rf"{w.UNDO}|{pw.CANCEL}") and heard.has(rf"{pw.A_PLAN}|여행|출장|약속|\btrip\b|\btravel")
    asked = _of_one_to_come(heard) and (heard.asks or heard.has(pw.QUESTION))
    return reply("plan") if ends or (asked and not heard.has(rf"{w.CHART}|{w.ZONES}|{w.PACE}")) else None


def _of_one_to_come(heard: Heard) -> bool:
    """Whether a change to a workout of a day still to come is spoken of."""
    changed = heard.has(rf"{pw.SHORTEN}|{pw.EASE}|{pw.MOVE}|{pw.DROP}|{_MAY_I}")
    return bool(days(heard)) and changed and heard.has(rf"{pw.A_SESSION}|\bshould i make\b")


_MAY_I = r"(?:줄여|옮겨|빼|미뤄|건너뛰어)(?:도|야)"


def _idle(heard: Heard) -> bool:
    """Whether nothing is to happen: it is said not to, of somebody else, or only asked about."""
    asked = heard.has(pw.QUESTION) and not heard.has(
        r"줄래|줄\s?수|주실|\bcan you\b|\bcould you\b|\bwould you\b"
    )
    return heard.has(rf"{pw.DONT}|{pw.OTHERS}") or asked


def _day_named(heard: Heard) -> bool:
    return any(span.kind in ("day", "week", "weekend") for span in find(heard))


def _kind(heard: Heard) -> str | None:
    return next((kind for kind, pattern in pw.WHY_KIND if heard.has(pattern)), None)


def _asked(span: Ahead) -> Reading:
    return call("workout", day=span.start) if span.is_day else call("plan_week", day=span.start)


# Words that ask for what is to come, not for what was done on a day that is not over.
_OF_A_PLAN = (
    r"계획|예정|스케줄|훈련표|뭐\s?(?:뛰|뛸|야|지|예요|에요|해야|할까|하지)|뭘\s?(?:뛰|뛸"
    r"|해야)|무슨\s?(?:훈련|운동)|어떤\s?(?:훈련|운동)|훈련\s?(?:알려|보여)"
    r"|\bwhat(?:'s| is| are)? .*\b(?:workouts?|sessions?|training|runs?|plan(?:ned)?|scheduled"
    r"|do)\b|\bshould i (?:run|do)\b|\bdo i (?:run|do|have)\b"
    r"|\b(?:this|next) week'?s (?:plan|training|workouts|sessions|runs)\b|\b(?:today"
    r"|tomorrow)'?s (?:workout|session|training|run)\b|\bshow\b.*\b(?:plan|workouts?"
    r"|training)\b"
)

_RULES: tuple[Rule, ...] = (
    _nothing_to_approve,
    _undo,
    _change,
    _cancel,
    _away,
    health,
    _history,
    _kept,
    _debrief,
    _race_plan,
    _why,
    _planned,
    _overview,
    limits,
    _goal,
    _make,
    _left_alone,
)
