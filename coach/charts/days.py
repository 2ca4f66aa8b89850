"""Days: a calendar of what was done, and two spans of days growing side by side."""

from __future__ import annotations

from datetime import date, timedelta

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import month_label
from coach.store import activities
from coach.text import say


@chart(needs=())
def calendar(canvas: Canvas, params: Params) -> Spec:
    """One square a day, the darker the farther."""
    start, end = canvas.span(params, 364)
    rows = activities.find(
        canvas.session, canvas.athlete.id, start=start, end=end, sport=params.sport, limit=None
    )
    if not rows:
        return canvas.empty()
    far: dict[date, float] = {}
    for row in rows:
        far[row.local_date] = far.get(row.local_date, 0.0) + (row.distance_m or 0.0) / canvas.km_m
    start = canvas.clipped(start, end, min(row.local_date for row in rows))
    start -= timedelta(days=(start.weekday() - canvas.athlete.week_start) % 7)
    names = say(canvas.lang, "units.weekdays").split()
    names = names[canvas.athlete.week_start :] + names[: canvas.athlete.week_start]
    values = []
    for n in range((end - start).days + 1):
        day = start + timedelta(days=n)
        values.append(
            {
                "week": (start + timedelta(days=n - n % 7)).isoformat(),
                "weekday": names[n % 7],
                "far": round(far.get(day, 0.0), 1),
                "day": day.isoformat(),
            }
        )
    c = canvas.colours
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "cornerRadius": 2},
        "width": {"step": 12},
        "height": {"step": 15},
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "axis": {
                    "title": None,
                    "labelAngle": 0,
                    "labelOverlap": False,
                    "labelExpr": f"slice(datum.label, 8, 10) * 1 <= 7 ? ({month_label(canvas.lang)}) : ''",
                },
                "scale": {"padding": 0.12},
            },
            "y": {
                "field": "weekday",
                "type": "ordinal",
                "sort": names,
                "axis": {"title": None},
                "scale": {"padding": 0.12},
            },
            "color": {
                "condition": {
                    "test": "datum.far > 0",
                    "field": "far",
                    "type": "quantitative",
                    "scale": {"range": [c.bar_soft, c.fitness]},
                    "legend": {"title": canvas.far, "orient": "bottom", "gradientLength": 160},
                },
                "value": c.grid,
            },
            "tooltip": [
                {"field": "day", "title": canvas.text("day")},
                {"field": "far", "title": canvas.far},
            ],
        },
    }


@chart(needs=("a_start", "a_end", "b_start", "b_end"))
def compare(canvas: Canvas, params: Params) -> Spec:
    """Two spans of days: how the kilometres add up, day by day."""
    values: list[dict[str, object]] = []
    names = []
    for name, start, end in (
        ("b", params.b_start, params.b_end),
        ("a", params.a_start, params.a_end),
    ):
        assert start is not None, "`needs` holds it"
        assert end is not None, "`needs` holds it"
        start, end = min(start, end), max(start, end)
        label = canvas.period(start, end)
        names.append(label)
        rows = activities.find(
            canvas.session, canvas.athlete.id, start=start, end=end, sport=params.sport, limit=None
        )
        far: dict[date, float] = {}
        for row in rows:
            far[row.local_date] = far.get(row.local_date, 0.0) + (row.distance_m or 0.0) / canvas.km_m
        total = 0.0
        for n in range((min(end, canvas.today) - start).days + 1):
            day = start + timedelta(days=n)
            total += far.get(day, 0.0)
            values.append(
                {"n": n + 1, "what": label, "side": name, "far": round(total, 1), "day": day.isoformat()}
            )
    if not any(value["far"] for value in values):
        return canvas.empty()
    c = canvas.colours
    return {
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "step-after"},
        "encoding": {
            "x": {
                "field": "n",
                "type": "quantitative",
                "axis": {"title": canvas.text("nth_day"), "tickMinStep": 1},
                "scale": {"nice": False},
            },
            "y": {"field": "far", "type": "quantitative", "axis": {"title": canvas.far}},
            "color": {
                "field": "what",
                "type": "nominal",
                "sort": names,
                "scale": {"domain": names, "range": [c.muted, c.fitness]},
            },
            "tooltip": [
                {"field": "day", "title": canvas.text("day")},
                {"field": "far", "title": canvas.far},
            ],
        },
    }
