"""Showing a chart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import Field

from coach.charts import CHARTS
from coach.domain.activity import Sport
from coach.domain.metrics.totals import Span, month_of
from coach.errors import BadInput
from coach.store import activities
from coach.text import say
from coach.tools.activity import ShowArgs, activity_show
from coach.tools.compare import CompareArgs, compare_periods
from coach.tools.compare_runs import CompareRunsArgs, compare_runs
from coach.tools.facts import activity_name, period_name
from coach.tools.routes import HeatmapArgs, heatmap
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool
from coach.tools.which import listed

OF_ONE_ACTIVITY = ("splits", "streams", "route", "intervals")
OF_ONE_TOO = ("hr_zones", "pace_zones", "power_zones", "intensity")  # of a span of days, or of one activity
OF_NIGHTS = ("recovery", "sleep")  # need no activity
DAYS = {
    "sleep": 60,
    "recovery": 90,
    "calendar": 364,
    "monthly_volume": 540,
    "hr_zones": 28,
    "pace_zones": 28,
    "power_zones": 28,
    "intensity": 84,
}
DAYS_ELSE = 182
# The chart of a metric comes with the tool that names the metric.
SHOWN = tuple(name for name, chart in CHARTS.items() if "metric" not in chart.needs)


class ChartArgs(Args):
    chart: str = Field(description="which", json_schema_extra={"enum": list(SHOWN)})
    start: Day | None = Field(None, description="first day; one that suits if left out")
    end: Day | None = Field(None, description="last day; else today")
    activity_id: int | None = Field(
        None, description="of splits, streams, route, zones; the last if left out"
    )
    sport: Sport | None = Field(None, description="only this")


@tool(effect="read")
def show_chart(ctx: ToolContext, args: ChartArgs) -> Result:
    """Show one chart: load and form, volume, zones, splits, streams, best curve, recovery, calendar …"""
    if args.chart not in SHOWN:
        raise BadInput("no_such_chart", chart=args.chart, known=", ".join(SHOWN))
    if args.chart in OF_ONE_ACTIVITY:
        return _of_activity(ctx, args)
    if args.chart == "compare":
        return _comparison(ctx, args)
    if args.chart == "compare_runs":
        return compare_runs(ctx, CompareRunsArgs(a_id=args.activity_id))
    if args.chart == "heatmap":
        return heatmap(ctx, HeatmapArgs(start=args.start, end=args.end, sport=args.sport))
    end = args.end or ctx.today
    start = args.start or end - timedelta(days=DAYS.get(args.chart, DAYS_ELSE))
    params: dict[str, Any] = {"start": start.isoformat(), "end": end.isoformat()}
    what = say(ctx.lang, f"charts.{args.chart}")
    where = period_name(ctx, start, end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if args.activity_id is not None and args.chart in OF_ONE_TOO:
            row = listed(session, ctx.athlete.id, args.activity_id)
            params, where = {"activity_id": row.id}, activity_name(ctx, row)
        elif args.chart not in OF_NIGHTS and not activities.count(session, ctx.athlete.id):
            return Result(says=(Note(key="tools.chart_nothing"),), notes=(Note(key="tools.no_data_yet"),))
    if args.sport:
        params["sport"] = args.sport.value
    says = Note(key="tools.chart_here", params={"what": what, "period": where})
    return Result(says=(says,), cards=(Card(kind="chart", chart=args.chart, title=what, params=params),))


def _of_activity(ctx: ToolContext, args: ChartArgs) -> Result:
    """Show a chart of one activity, with what there is to say of it."""
    # The day of a span of one day is the day of the activity.
    day = args.start if args.start is not None and args.end in (None, args.start) else None
    asked = {"activity_id": args.activity_id, "day": day, "sport": args.sport}
    if day is None:
        asked |= {"start": args.start, "end": args.end}
    shown = activity_show(ctx, ShowArgs.model_validate(asked))
    if shown.question is not None:
        # The answer leads back to this chart.
        mine = args.model_dump(mode="json", exclude_none=True, exclude={"start", "end"})
        question = shown.question.model_copy(update={"tool": "show_chart", "args": mine})
        return shown.model_copy(update={"question": question})
    charts = [card for card in shown.cards if card.kind == "chart"]
    others = [card for card in shown.cards if card.kind != "chart"]
    drawn = [
        card.model_copy(update={"chart": args.chart, "title": say(ctx.lang, f"charts.{args.chart}")})
        for card in charts[:1]
    ]
    return shown.model_copy(update={"cards": (*drawn, *others)})


def _comparison(ctx: ToolContext, args: ChartArgs) -> Result:
    """Compare the span with the one before it; without a span, this month with the last."""
    if args.start is None:
        a = month_of(args.end or ctx.today)
        b = month_of(a.first - timedelta(days=1))
    else:
        a = Span(args.start, args.end or max(ctx.today, args.start))
        b = _before(a)
    return compare_periods(
        ctx,
        CompareArgs(a_start=a.first, a_end=a.last, b_start=b.first, b_end=b.last, sport=args.sport),
    )


def _before(span: Span) -> Span:
    """Return the span of the same length right before; before a calendar month the one before it."""
    last: date = span.first - timedelta(days=1)
    if span == month_of(span.first):
        return month_of(last)
    return Span(last - (span.last - span.first), last)
