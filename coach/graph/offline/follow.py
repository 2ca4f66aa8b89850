"""Follow-ups: 그 전 주는?, and the week before?, 그래프로, 그날 심박은? — read with what was asked before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coach.graph.offline import (
    asking,
    calculating,
    charting,
    connecting,
    guideline,
    intents,
    journaling,
    minding,
    moving,
    outing,
    planning,
    swapping,
    telling,
)
from coach.graph.offline import words as w
from coach.graph.offline.calendar import Period, kind_of, shift
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, make_call, reply

# Asked about with few words, and still complete; what is told or ordered is so in any case.
_TOLD = {"profile_change", "log_activity", "journal_add", "journal_correct", "same_route", "heatmap"}
_TOLD |= {"mean_max", "correlate"}
_TOLD |= planning.TOLD
_COMPLETE = {
    *("readiness", "training_status", "fitness", "race_predictions", "training_paces", "metric", "calculate"),
    *("compare_runs", "track_record", "import_status", "what_can_you_do"),
    *connecting.TOOLS,
    *planning.READS,
}
# Few words that may well be about what was just told.
_VAGUE = {None, "activity_show", "recovery", "load_and_form"}
_WRITES = {"activity_change", "activity_delete"}
_SELECTS = {"activity_id", "day", "pick", "start"}
_ON_ONE = {"activity_show", "activity_change", "activity_delete"}
_POINTS_BACK = re.compile(
    r"그날|그때|그\s?(?:주|달|해)(?:는|엔|에)?|그거|그건|그것|이거|이건|그\s?(?:달리기|러닝|운동)"
    r"|\b(?:that|it|this one|those|them|then|same)\b"
)
_FRAGMENT = re.compile(
    r"^(?:그럼|그러면|그리고|또|and|what about|how about|then|ok and"
    r"|so)\b|(?:은|는|도|이랑은|으로|로|로는|은요|는요|도요)\s*[??]*$"
)


@dataclass(frozen=True)
class Before:
    """The turn before: what the athlete said, what was called, which activity it turned out to be."""

    text: str
    calls: tuple[Call, ...] = ()
    activity_id: int | None = None
    offered: Call | None = None  # the next step that was offered

    @property
    def main(self) -> Call | None:
        """The call that the turn was about: the first that is not a chart, else the chart."""
        return next((c for c in self.calls if c.tool != "show_chart"), self.calls[0] if self.calls else None)


def interpret(heard: Heard, before: Before | None) -> Reading:
    """Return what to do about a message, given the turn before it."""
    if before is not None:
        if not before.calls and (answered := _answer(heard, before)) is not None:
            return answered
        if before.offered is not None and heard.has(w.YES):
            return Reading((before.offered,))
        if before.main is not None and (found := _follow(heard, before, before.main)) is not None:
            return _settle(found, heard)
    own = intents.read(heard)
    if own is None and before is not None and before.main is not None:
        own = moving.replace(heard, before.main)
    return _settle(own or intents.bare(heard) or reply("not_understood"), heard)


def _settle(reading: Reading, heard: Heard) -> Reading:
    """Ask back where the words name two periods, or an order names no activity."""
    if any(c.tool in _WRITES and not _SELECTS & c.args.keys() for c in reading.calls):
        return reply("ask_which")
    doubtful = next((s for s in heard.spans if s.others), None)
    if (
        doubtful is None
        or not reading.calls
        or reading.calls[0].tool in ("compare_periods", "journal_add", "undo")
    ):
        return reading
    used = {str(v) for c in reading.calls for v in c.args.values()}
    return asking.ask_which(doubtful) if doubtful.start.isoformat() in used else reading


def _answer(heard: Heard, before: Before) -> Reading | None:
    """Return the reading of an earlier message that the coach had asked back about, now answered."""
    earlier = heard.saying(before.text)
    asked = interpret(earlier, None)
    match asked.reply:
        case "ask_year" | "ask_day":
            chosen = _chosen(
                heard, [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in asked.params["periods"]]
            )
            doubtful = next(s for s in earlier.spans if s.others)
            if chosen is None:
                return None
            named = chosen[0].isoformat() if chosen[0] == chosen[1] else f"{chosen[0]:%Y-%m}"
            start, end = doubtful.at
            return intents.read(heard.saying(f"{earlier.low[:start]}{named}{earlier.low[end:]}"))
        case "ask_period" if heard.spans or heard.has(w.EVER):
            return intents.read(heard.saying(f"{heard.low.rstrip('?.! ')} {earlier.low}"))
        case "ask_amount" if heard.amounts:
            return intents.read(heard.saying(f"{earlier.low} {heard.low}"))
        case "ask_which" if heard.spans or telling.picked(heard):
            return intents.read(heard.saying(f"{heard.low} {before.text}"))
        case "ask_service":
            return connecting.asked_service(heard)
        case "ask_tz":
            return intents.read(heard.saying(f"{earlier.low} {heard.low}"))
        case "ask_birth_year" if m := re.search(r"(?:19|20)\d\d", heard.low):
            return Reading((make_call("profile_change", field="birth_year", value=m[0]),))
    return None


def _chosen(heard: Heard, periods: list[Period]) -> Period | None:
    for i, pattern in enumerate((r"^1\W*$|첫|\bfirst\b", r"^2\W*$|두\s?번째|둘째|\bsecond\b")):
        if i < len(periods) and heard.has(pattern):
            return periods[i]
    this_year = heard.cal.today.year
    year = (
        this_year - 1
        if heard.has(r"작년|지난해|\blast year\b")
        else this_year
        if heard.has(r"올해|\bthis year\b")
        else None
    )
    digits = re.search(r"20\d\d", heard.low)
    year = int(digits[0]) if digits else year
    by_year = [p for p in periods if p[0].year == year]
    if len(by_year) == 1:
        return by_year[0]
    named = {s.period for s in heard.spans if not s.others}
    return next((p for p in periods if p in named), None)


def _follow(heard: Heard, before: Before, last: Call) -> Reading | None:
    """Return the reading of a message that leans on the one before it, or None when it stands alone."""
    short = len(heard.low) <= 60
    if not short or heard.has(w.NOTE):
        return None
    points = _POINTS_BACK.search(heard.low) is not None
    relative = heard.has(asking.BEFORE) or heard.has(asking.AFTER)
    leaning = _FRAGMENT.search(heard.low) is not None
    fragment = leaning or len(heard.low.split()) <= 3
    for again in (
        connecting.follow(heard, last),
        planning.follow(heard, last),
        journaling.follow(heard, last),
        minding.follow(heard, last),
        guideline.follow(heard, last),
    ):
        if again is not None:
            return again
    if last.tool == "calculate" and (volume := calculating.with_volume(heard, last.args)) is not None:
        return volume
    ordered = intents.read(heard)
    named = ordered.calls[0].tool if ordered is not None and ordered.calls else None
    if ordered is not None and (named in _TOLD or (named in _COMPLETE and not leaning)):
        return _same_place(ordered, before, last)
    if (leaning or (fragment and named in _VAGUE)) and (swapped := swapping.swap(heard, last)) is not None:
        return swapped
    if (
        ordered is not None
        and ordered.calls
        and ordered.calls[0].tool in ("activity_change", "activity_delete")
    ):
        return _same_activity(ordered.calls[0], before, last)
    if heard.has(w.COMPARE) and last.period and (relative or points or fragment) and len(heard.spans) < 2:
        return _compared(heard, last)
    if heard.has(rf"{w.DRAWN}|{w.MAP}|{w.CALENDAR}") and not heard.spans and heard.sport is None:
        return (
            _charted(heard, before, last)
            if points or fragment or charting.chart_named(heard) is None
            else None
        )
    detail = points or fragment or len(heard.low.split()) <= 6
    if detail and not heard.spans and not heard.amounts and heard.sport is None and last.tool in _ON_ONE:
        wanted = outing.parts(heard)
        if heard.has(w.ZONES) and (kind := asking.kind_of_zones(heard)) != "hr":
            kept = {} if before.activity_id is None else {"activity_id": before.activity_id}
            return Reading((make_call("zones", **kept, kind=kind),))
        if heard.has(w.ZONES) and heard.has(r"(?<![가-힣])내\s|\bmy\b"):
            return None  # where they lie, not how long that outing was in them
        if wanted or heard.has(w.PACE):
            return _parts(before, last, wanted)
    if detail and not heard.spans and last.tool in _ON_ONE and (length := outing.split_m(heard)) is not None:
        return _parts(before, last, ["splits"], length)
    if relative:
        return moving.shifted(heard, last)
    if fragment and heard.amounts and last.tool == "best_efforts" and not heard.has(w.DID):
        return moving.replace(heard, last)
    return None


def _same_activity(order: Call, before: Before, last: Call) -> Reading:
    """Let an order without an object ("지워줘", "mark it as a race") mean the activity that was shown."""
    if _SELECTS & order.args.keys() or last.tool not in _ON_ONE:
        return Reading((order,))
    return Reading((Call(order.tool, {**_selection(before, last), **order.args}),))


def _same_place(own: Reading, before: Before, last: Call) -> Reading:
    """Let "this route" be that of the run just shown or compared."""
    call = own.calls[0]
    if call.tool != "same_route" or "day" in call.args:
        return own
    if last.tool in _ON_ONE:
        chosen = {k: v for k, v in _selection(before, last).items() if k in ("activity_id", "day")}
    else:
        named = {"activity_id": last.args.get("a_id"), "day": last.args.get("a_day")}
        chosen = {k: v for k, v in named.items() if v is not None}
    return Reading((Call("same_route", chosen),))


def _selection(before: Before, last: Call) -> dict[str, Any]:
    if before.activity_id is not None:
        return {"activity_id": before.activity_id}
    return {
        k: last.args[k] for k in ("activity_id", "day", "pick", "start", "end", "sport") if k in last.args
    }


def _compared(heard: Heard, last: Call) -> Reading | None:
    period = last.period
    if period is None:
        return None
    kind = kind_of(period, heard.cal)
    if relative := re.search(asking.BEFORE, heard.low):
        other = shift(period, asking.step_kind(relative[0], kind), -1, heard.cal)
    elif heard.span is not None:
        other = moving.in_year(heard.span, period, heard) or heard.span.period
    else:
        other = shift(period, kind, -1, heard.cal)
    earlier, later = sorted((period, other))
    sport = heard.sport.value if heard.sport else last.args.get("sport")
    return Reading(
        (
            make_call(
                "compare_periods",
                a_start=later[0],
                a_end=later[1],
                b_start=earlier[0],
                b_end=earlier[1],
                sport=sport,
            ),
        )
    )


def _charted(heard: Heard, before: Before, last: Call) -> Reading:
    named = charting.chart_named(heard)
    if last.tool in charting.BRINGS_ITS_CHART and named in (None, "compare"):
        return Reading((last,))
    if last.tool in charting.NO_CHART and named is None:
        return reply("no_chart")
    chart = named or charting.chart_of(last)
    args: dict[str, Any] = {"chart": chart}
    if last.tool in _ON_ONE and chart in charting.OF_ONE and before.activity_id is not None:
        return Reading((Call("show_chart", {**args, "activity_id": before.activity_id}),))
    if last.period and chart in charting.OF_DAYS and last.period[0] == last.period[1]:
        args |= {} if last.period[1] == heard.cal.today else {"end": last.period[1].isoformat()}
    elif last.period:
        args |= {"start": last.period[0].isoformat(), "end": last.period[1].isoformat()}
    if "sport" in last.args:
        args["sport"] = last.args["sport"]
    if "activity_id" in last.args and chart in charting.OF_ONE:
        args["activity_id"] = last.args["activity_id"]
    return Reading((Call("show_chart", args),))


def _parts(before: Before, last: Call, wanted: list[str] | None, split_m: float | None = None) -> Reading:
    kept: Mapping[str, Any] = {
        k: v for k, v in last.args.items() if k in ("activity_id", "day", "pick", "start", "end", "sport")
    }
    if before.activity_id is not None:
        kept = {"activity_id": before.activity_id}
    return Reading((make_call("activity_show", **kept, parts=wanted or ["splits"], split_m=split_m),))
