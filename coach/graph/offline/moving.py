"""The same question about another time, sport or distance: 그 전 주는?, 9월은?, and the week before?"""

from __future__ import annotations

from coach.graph.offline import asking
from coach.graph.offline import words as w
from coach.graph.offline.calendar import Period, kind_of, shift
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, make_call
from coach.graph.offline.when import Span

_WITH_SPORT = {
    "totals",
    "compare_periods",
    "activities_find",
    "best_efforts",
    "zones",
    "activity_show",
    "show_chart",
    "heatmap",
    "metric",
}
_WITH_PERIOD = {
    "totals",
    "activities_find",
    "load_and_form",
    "recovery",
    "zones",
    "best_efforts",
    "journal_show",
    "show_chart",
    "sleep",
    "mean_max",
    "heatmap",
    "correlate",
    "metric",
}
_WITH_DAY = {"load_and_form", "recovery", "readiness", "fitness", "metric", "same_route"}
# One day of these charts is told in words.
_TELLS_A_DAY = {
    "readiness": "readiness",
    "load_form": "load_and_form",
    "recovery": "recovery",
    "fitness": "fitness",
}


def shifted(heard: Heard, last: Call) -> Reading | None:
    """Return the call before at the period before or after its own."""
    # Of a comparison the earlier period moves: "그 전 주는?" asks for one further back.
    period, unnamed = last.compared or last.period, last.period is None
    if period is None and last.tool == "sleep":
        period = heard.cal.last_days(7)  # what it tells when no days are named
    elif period is None and last.tool in _WITH_DAY:
        period = (heard.cal.today, heard.cal.today)
    if period is None:
        return None
    back = heard.search(asking.BEFORE)
    named = back or heard.search(asking.AFTER)
    usual = kind_of(period, heard.cal)
    kind = usual if unnamed else asking.step_kind(named[0] if named else "", usual)
    moved = shift(period, kind, -1 if back else 1, heard.cal)
    if moved[0] > heard.cal.today:
        return None
    return _at(last, heard.cal.until_today(moved), heard)


def replace(heard: Heard, last: Call) -> Reading | None:
    """Put another period, sport or distance into the call before: 9월은?, 수영은?, 10k는?"""
    if len(heard.low) > 60 or heard.has(w.DID):
        return None
    call = last
    changed = False
    if last.tool == "best_efforts" and heard.amounts:
        distances, durations = heard.values("distance_m"), heard.values("duration_s")
        kept = {k: v for k, v in last.args.items() if k not in ("distances_m", "durations_s")}
        call = make_call("best_efforts", **kept, distances_m=distances or None, durations_s=durations or None)
        changed = True
    if heard.sport is not None and last.tool in _WITH_SPORT:
        call = Call(call.tool, {**call.args, "sport": heard.sport.value})
        changed = True
    if (span := heard.span) is not None:
        period = (last.period and in_year(span, last.period, heard)) or span.period
        moved = _at(call, period, heard)
        if moved is None:
            return None
        call, changed = moved.calls[0], True
    return Reading((call,)) if changed else None


def in_year(span: Span, period: Period, heard: Heard) -> Period | None:
    """ "And last year?" after October: October of last year."""
    if (
        span.kind != "year"
        or kind_of(period, heard.cal) not in ("month", "day", "days")
        or period[0].month == 2
    ):
        return None
    start, end = period
    by = span.start.year - start.year
    return start.replace(year=start.year + by), end.replace(year=end.year + by)


def _at(call: Call, period: Period, heard: Heard) -> Reading | None:
    """Return the call at another time."""
    start, end = (day.isoformat() for day in period)
    kept = {k: v for k, v in call.args.items() if k not in ("start", "end", "day", "label", "activity_id")}
    if call.tool == "compare_periods":
        return Reading((Call(call.tool, {**call.args, "b_start": start, "b_end": end}),))
    if call.tool == "activity_show":
        if start == end:
            kept.pop("pick", None)
            return Reading((Call(call.tool, {**kept, "day": start}),))
        if "pick" in kept:
            return Reading((Call(call.tool, {**kept, "start": start, "end": end}),))
        sport = {"sport": kept["sport"]} if "sport" in kept else {}
        return Reading((Call("activities_find", {**sport, "start": start, "end": end}),))
    told_by = _TELLS_A_DAY.get(str(call.args.get("chart"))) if call.tool == "show_chart" else None
    if told_by and start == end:
        return Reading((Call(told_by, {"day": start}),))
    if call.tool in _WITH_DAY and start == end:
        return Reading((Call(call.tool, {**kept, "day": start}),))
    if call.tool in _WITH_PERIOD:
        return Reading((Call(call.tool, {**kept, "start": start, "end": end}),))
    return None
