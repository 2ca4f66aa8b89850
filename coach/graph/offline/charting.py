"""Which chart shows what was asked about."""

from __future__ import annotations

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, make_call

# chart, pattern: the first that fits
_BY_WORD: tuple[tuple[str, str], ...] = (
    ("heatmap", aw.HEATMAP),
    ("route", w.MAP),
    ("calendar", w.CALENDAR),
    ("track_record", rf"{aw.WAS_RIGHT}|예측\s?(?:정확도|오차|적중)|\bprediction (?:errors?|accuracy)\b"),
    ("readiness", r"준비도|레디니스|\breadiness\b"),
    ("intensity", aw.INTENSITY),
    ("power_zones", rf"파워\s?존|(?:{w.POWER}).*(?:존|구간|zone)"),
    ("pace_zones", rf"(?:{w.PACE}).*(?:존|구간|zone)|pace zones?"),
    ("hr_zones", w.ZONES),
    ("sleep", w.SLEEP),
    ("recovery", rf"{w.HRV}|{w.REST_HR}|회복|\brecovery\b|{w.WEIGHT}"),
    ("fitness", r"vdot|브이닷|vo2|최대\s?산소"),
    ("predictions", r"예상|예측|\bpredict|\brace times?\b"),
    ("compare", w.COMPARE),
    ("best_curve", w.BEST),
    ("mean_max", aw.MEAN_MAX),
    ("splits", rf"{w.SPLITS}|{w.LAPS}"),
    ("load_form", rf"{w.CONDITION}|{w.LOAD}|\bform\b|\bload\b|\bfreshness\b"),
    ("intervals", w.INTERVALS),
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
    "readiness": "readiness",
    "sleep": "sleep",
    "training_status": "load_form",
    "fitness": "fitness",
    "training_paces": "fitness",
    "race_predictions": "predictions",
    "track_record": "track_record",
}
# Answers whose own chart shows just what was asked: two runs, one curve, one series, one link.
BRINGS_ITS_CHART = frozenset(
    {"compare_periods", "compare_runs", "mean_max", "changes", "correlate", "same_route", "heatmap", "metric"}
)
NO_CHART = frozenset({"calculate", "profile_show", "journal_show", "import_status", "what_can_you_do"})
# what one outing looks like, against what a period looks like
OF_ONE = frozenset({"route", "splits", "streams", "intervals"})
# Series of days: one day alone shows nothing, so the days before it are drawn too.
OF_DAYS = frozenset({"readiness", "fitness", "predictions", "load_form", "recovery", "sleep"})
_WITHOUT_SPORT = OF_DAYS | {"track_record"}


def chart_named(heard: Heard) -> str | None:
    """Return the chart that the words name, or None when they only say that there should be one."""
    return next((chart for chart, pattern in _BY_WORD if heard.has(pattern)), None)


def chart_of(call: Call) -> str:
    """Return the chart that shows what a call told."""
    if call.tool == "zones":
        return f"{call.args.get('kind', 'hr')}_zones"
    if call.tool == "totals" and call.args.get("by") == "month":
        return "monthly_volume"
    if call.tool == "activity_show" and "intervals" in call.args.get("parts", ()):
        return "intervals"
    return BY_TOOL.get(call.tool, "load_form")


def chart_call(heard: Heard, chart: str) -> Call:
    """Return the call for a chart about the named days and sport."""
    span = heard.span
    sport = None if heard.sport is None or chart in _WITHOUT_SPORT else heard.sport.value
    if span is None or span.kind == "recent":
        return make_call("show_chart", chart=chart, sport=sport)
    if chart in OF_DAYS and span.is_day:
        return make_call("show_chart", chart=chart, end=None if span.end == heard.cal.today else span.end)
    return make_call("show_chart", chart=chart, start=span.start, end=span.end, sport=sport)
