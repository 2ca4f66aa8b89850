"""Showing a chart."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from coach.charts import CHARTS
from coach.domain.activity import Sport
from coach.errors import BadInput
from coach.text import say
from coach.tools.activities import ShowArgs, activity_show
from coach.tools.facts import period_name
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool

OF_ONE_ACTIVITY = ("splits", "streams", "route")
DAYS = {"sleep": 60, "recovery": 90, "calendar": 371, "monthly_volume": 540}


class ChartArgs(Args):
    chart: str = Field(description="id of the chart")
    start: date | None = None
    end: date | None = None
    activity_id: int | None = None
    sport: Sport | None = None


@tool(effect="read")
def show_chart(ctx: ToolContext, args: ChartArgs) -> Result:
    """Show one chart: load and form, volume, zones, splits, streams, best curve, recovery, calendar …"""
    if args.chart not in CHARTS:
        raise BadInput("no_such_chart", chart=args.chart, known=", ".join(CHARTS))
    title = say(ctx.lang, f"charts.{args.chart}")
    if args.chart in OF_ONE_ACTIVITY:
        shown = activity_show(ctx, ShowArgs(activity_id=args.activity_id, day=args.start, sport=args.sport))
        activity = next((c.activity_id for c in shown.cards if c.kind == "activity"), None)
        if activity is None:
            return shown
        chart = Card(kind="chart", chart=args.chart, title=title, params={"activity_id": activity})
        others = tuple(c for c in shown.cards if c.kind != "chart")
        return shown.model_copy(update={"cards": (chart, *others)})
    end = args.end or ctx.today
    start = args.start or end - timedelta(days=DAYS.get(args.chart, 182))
    params = {"start": start.isoformat(), "end": end.isoformat()}
    if args.activity_id is not None:
        params = {"activity_id": str(args.activity_id)}
    if args.sport:
        params["sport"] = args.sport.value
    says = Note(key="tools.chart_here", params={"what": title, "period": period_name(ctx, start, end)})
    return Result(says=(says,), cards=(Card(kind="chart", chart=args.chart, title=title, params=params),))
