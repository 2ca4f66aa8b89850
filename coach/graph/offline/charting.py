"""Which chart shows what was asked about."""

from __future__ import annotations

from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, make_call

# chart, pattern: the first that fits
_BY_WORD: tuple[tuple[str, str], ...] = (
    ("route", w.MAP),
    ("calendar", w.CALENDAR),
    ("pace_zones", rf"(?:{w.PACE}).*(?:존|구간|zone)|pace zones?"),
    ("hr_zones", w.ZONES),
    ("sleep", w.SLEEP),
    ("recovery", rf"{w.HRV}|{w.REST_HR}|회복|\brecovery\b|{w.WEIGHT}"),
    ("compare", w.COMPARE),
    ("best_curve", rf"{w.BEST}|파워\s?커브|\bpower curve\b|\bmean max"),
    ("splits", rf"{w.SPLITS}|{w.LAPS}"),
    ("load_form", rf"{w.CONDITION}|{w.LOAD}|\bform\b|\bload\b|\bfreshness\b"),
    ("monthly_volume", w.MONTHLY),
    ("streams", rf"{w.HR}|{w.PACE}|{w.CADENCE}|고도|\belevation\b|\bpower\b"),
    ("weekly_volume", rf"{w.WEEKLY}|{w.QUANTITY}"),
)
# the chart that goes with an answer
BY_TOOL = {
    "totals": "weekly_volume",
    "compare_periods": "compare",
    "load_and_form": "load_form",
    "recovery": "recovery",
    "zones": "hr_zones",
    "best_efforts": "best_curve",
    "activity_show": "splits",
    "activities_find": "calendar",
}
# what one outing looks like, against what a period looks like
OF_ONE = frozenset({"route", "splits", "streams"})


def chart_named(heard: Heard) -> str | None:
    """Return the chart that the words name, or None when they only say that there should be one."""
    return next((chart for chart, pattern in _BY_WORD if heard.has(pattern)), None)


def chart_of(call: Call) -> str:
    """Return the chart that shows what a call told."""
    if call.tool == "zones" and call.args.get("kind") == "pace":
        return "pace_zones"
    if call.tool == "totals" and call.args.get("by") == "month":
        return "monthly_volume"
    return BY_TOOL.get(call.tool, "load_form")


def chart_call(heard: Heard, chart: str) -> Call:
    """Return the call for a chart about the named days and sport."""
    span = heard.span
    sport = None if heard.sport is None or chart in ("load_form", "recovery", "sleep") else heard.sport.value
    if span is None or span.kind == "recent":
        return make_call("show_chart", chart=chart, sport=sport)
    return make_call("show_chart", chart=chart, start=span.start, end=span.end, sport=sport)
