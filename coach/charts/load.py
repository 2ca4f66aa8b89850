"""Load and volume: fitness and form, kilometres by week and month."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_label, day_x, month_label
from coach.domain.activity import Sport
from coach.domain.metrics.load_series import load_series
from coach.domain.metrics.totals import Span, months_between, weeks_between
from coach.store import activities, completeness, metrics


@chart(needs=())
def load_form(canvas: Canvas, params: Params) -> Spec:
    """Fitness and fatigue as lines, form as bars below them."""
    start, end = canvas.span(params, 182)
    end = min(end, canvas.today)
    first = activities.first_day(canvas.session, canvas.athlete.id)
    if first is None or first > end:
        return canvas.empty()
    daily = metrics.daily_sums(canvas.session, canvas.athlete.id, "training_load", first, end)
    # Across what is missing fitness would be drawn too low: it begins where nothing is.
    complete = completeness.incomplete_before(canvas.session) or first
    series = load_series(daily, first_day=max(first, complete), last_day=end)
    if series is None:
        return canvas.empty()
    names = {"ctl": canvas.text("ctl"), "atl": canvas.text("atl"), "tsb": canvas.text("tsb")}
    rows: list[dict[str, Any]] = []
    for i, day in enumerate(series.days):
        if day < start:
            continue
        for name in ("ctl", "atl"):
            rows.append(
                {
                    "day": day.isoformat(),
                    "what": names[name],
                    "value": round(float(getattr(series, name)[i]), 1),
                }
            )
        rows.append({"day": day.isoformat(), "what": names["tsb"], "value": round(float(series.tsb[i]), 1)})
    days = (end - start).days
    c = canvas.colours
    tip = [
        {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": canvas.text("day")},
        {"field": "what", "title": canvas.text("what")},
        {"field": "value", "title": canvas.text("value")},
    ]
    colour = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(names.values()), "range": [c.fitness, c.fatigue, c.form]},
    }
    lines = {
        "transform": [{"filter": {"field": "what", "oneOf": [names["ctl"], names["atl"]]}}],
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": day_x(canvas.lang, days),
            "y": {"field": "value", "type": "quantitative", "axis": {"title": canvas.text("load_axis")}},
            "color": colour,
            "tooltip": tip,
        },
        "width": WIDTH,
        "height": 190,
    }
    form = {
        "transform": [{"filter": {"field": "what", "equal": names["tsb"]}}],
        "layer": [
            {
                "mark": {
                    "type": "area",
                    "opacity": 0.45,
                    "color": c.form,
                    "line": {"color": c.form, "strokeWidth": 1.5},
                }
            },
            {
                "mark": {"type": "rule", "color": c.muted, "strokeDash": [3, 3]},
                "encoding": {"y": {"datum": 0}, "x": None},
            },
        ],
        "encoding": {
            "x": day_x(canvas.lang, days),
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": canvas.text("tsb_axis"), "tickCount": 4},
            },
            "tooltip": tip,
        },
        "width": WIDTH,
        "height": 90,
    }
    return {
        "data": {"values": rows},
        "vconcat": [lines, form],
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


@chart(needs=())
def weekly_volume(canvas: Canvas, params: Params) -> Spec:
    """Distance by week."""
    return _volume(canvas, params, "week", 182)


@chart(needs=())
def monthly_volume(canvas: Canvas, params: Params) -> Spec:
    """Distance by month."""
    return _volume(canvas, params, "month", 540)


def _volume(canvas: Canvas, params: Params, by: Literal["week", "month"], days: int) -> Spec:
    start, end = canvas.span(params, days)
    sport = params.sport or Sport.run
    rows = activities.find(canvas.session, canvas.athlete.id, start=start, end=end, sport=sport, limit=None)
    if not rows:
        return canvas.empty()
    start = canvas.clipped(start, end, min(row.local_date for row in rows))
    spans = (
        weeks_between(start, end, canvas.athlete.week_start) if by == "week" else months_between(start, end)
    )
    values = []
    for span in spans:
        of_span = [row for row in rows if row.local_date in span]
        values.append(
            {
                "label": _label(span, by),
                "day": span.first.isoformat(),
                "far": round(sum(row.distance_m or 0.0 for row in of_span) / canvas.km_m, 1),
                "count": len(of_span),
                "now": canvas.today in span,
            }
        )
    c = canvas.colours
    named = day_label if by == "week" else month_label
    x = {
        "field": "label",
        "type": "ordinal",
        "axis": {
            "title": canvas.text("by_week") if by == "week" else None,
            "labelExpr": named(canvas.lang),
            "labelAngle": 0,
            "labelOverlap": "parity",
        },
        "scale": {"paddingInner": 0.25},
    }
    y = {"field": "far", "type": "quantitative", "axis": {"title": canvas.far, "tickCount": 5}}
    return {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "condition": {"test": "datum.now", "value": c.bar_soft},
                        "value": c.bar,
                    },
                    "tooltip": [
                        {"field": "label", "title": canvas.text("day")},
                        {"field": "far", "title": canvas.far},
                        {"field": "count", "title": canvas.text("count")},
                    ],
                },
            },
            {
                "transform": [{"filter": "datum.far > 0"}],
                "mark": {"type": "text", "dy": -7, "fontSize": 10.5, "color": c.muted},
                "encoding": {"x": x, "y": y, "text": {"field": "far", "format": ".0f"}},
            },
        ],
    }


def _label(span: Span, by: str) -> str:
    first: date = span.first
    return first.isoformat() if by == "week" else first.isoformat()[:7]
