"""Any metric over time: a line of days, points of activities, bars of weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import PACE_LABEL, day_x
from coach.domain.metrics import METRICS, Metric
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.totals import weeks_between
from coach.errors import BadInput
from coach.store import metrics, values
from coach.text import say
from coach.text.facts import quantity

CLOCKED = ("s_per_km", "s_per_100m")
MEDIAN_OF = 7  # activities: enough to see a trend through single days


@chart(needs=("metric",))
def metric_trend(canvas: Canvas, params: Params) -> Spec:
    """One metric, as its scope suits it."""
    found = METRICS.get(params.metric or "")
    if found is None:
        raise BadInput("no_such_metric", metric=params.metric or "")
    start, end = canvas.span(params, 182)
    end = min(end, canvas.today)
    if start > end:
        return canvas.empty()
    c = canvas.colours
    match found.scope:
        case "activity":
            points = _activities(canvas, found, start, end, params)
            marks: list[Spec] = [
                {"mark": {"type": "point", "filled": True, "size": 28, "opacity": 0.5, "color": c.bar}},
                {
                    "transform": [
                        {
                            "window": [{"op": "median", "field": "value", "as": "trend"}],
                            "frame": [-(MEDIAN_OF // 2), MEDIAN_OF // 2],
                            "sort": [{"field": "day"}],
                        }
                    ],
                    "mark": {"type": "line", "color": c.fitness, "strokeWidth": 2.2},
                    "encoding": {"y": _y(canvas, found, "trend")},
                },
            ]
        case "day":
            days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
            results = values.of_days(canvas.session, canvas.athlete.id, found.name, days)
            points = [
                _point(canvas, found, day, r.value)
                for day, r in zip(days, results, strict=True)
                if isinstance(r, Measure) and r.value is not None
            ]
            marks = [
                {"mark": {"type": "line", "color": c.fitness, "strokeWidth": 2.2, "point": len(points) < 30}}
            ]
        case "period":
            spans = weeks_between(start, end, canvas.athlete.week_start)
            told = values.of_spans(canvas.session, canvas.athlete.id, found.name, spans, params.sport)
            points = [
                _point(canvas, found, span.first, r.value)
                for span, (r, _) in zip(spans, told, strict=True)
                if isinstance(r, Measure) and r.value is not None
            ]
            width = 0.8 * WIDTH / max(1, len(spans))
            marks = [{"mark": {"type": "bar", "color": c.bar, "cornerRadiusEnd": 3, "width": width}}]
    if not points:
        return canvas.empty()
    return {
        "data": {"values": points},
        "encoding": {
            "x": day_x(canvas.lang, (end - start).days),
            "y": _y(canvas, found, "value", zero=found.scope == "period"),
            "tooltip": [
                {
                    "field": "day",
                    "type": "temporal",
                    "timeUnit": "utcyearmonthdate",
                    "title": canvas.text("day"),
                },
                {"field": "said", "title": say(canvas.lang, f"metric.{found.title}")},
            ],
        },
        "layer": marks,
    }


def _activities(
    canvas: Canvas, found: Metric, start: date, end: date, params: Params
) -> list[dict[str, Any]]:
    table = metrics.table(canvas.session, canvas.athlete.id, [found.name], start, end, params.sport)
    column = table[found.name] if found.name in table.columns else None
    if column is None:
        return []
    return [
        _point(canvas, found, day, float(value))
        for day, value in zip(table["local_date"], column, strict=True)
        if value == value
    ]


def _point(canvas: Canvas, found: Metric, day: date, value: float) -> dict[str, Any]:
    said = quantity(value, found.unit, canvas.lang, canvas.athlete.units, metric=found.name)
    return {"day": day.isoformat(), "value": _drawn(canvas, found, value), "said": said}


def _drawn(canvas: Canvas, found: Metric, value: float) -> float:
    """Return the value in the unit of the axis."""
    if found.unit == "m" and found.scope == "period":
        value /= canvas.km_m
    elif found.unit == "s_per_km":
        value *= canvas.km_m / 1000
    elif found.unit == "s":
        value /= 3600 if found.scope == "period" else 60
    return round(value, 3)


def _y(canvas: Canvas, found: Metric, field: str, *, zero: bool = False) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": say(canvas.lang, f"metric.{found.title}"), "tickCount": 5}
    scale: dict[str, Any] = {"zero": zero}
    if found.unit in CLOCKED:
        axis["labelExpr"] = PACE_LABEL
        scale["reverse"] = True  # faster is higher
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}
