"""The best efforts of many activities."""

from __future__ import annotations

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL, PACE_LABEL
from coach.domain.activity import Sport
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics


@chart(needs=())
def best_curve(canvas: Canvas, params: Params) -> Spec:
    """The fastest pace that was held over each duration, recently and ever."""
    start, end = canvas.span(params, 90)
    rows = activities.find(canvas.session, canvas.athlete.id, sport=params.sport or Sport.run, limit=None)
    read = metrics.read(canvas.session, canvas.athlete.id, [row.id for row in rows], ["speed_curve"])
    ever: dict[float, float] = {}
    recent: dict[float, float] = {}
    for row in rows:
        curve = read.get(row.id, {}).get("speed_curve")
        if not isinstance(curve, Measure):
            continue
        for seconds, best in zip(curve.detail["duration_s"], curve.detail["best"], strict=True):
            ever[seconds] = max(best, ever.get(seconds, 0.0))
            if start <= row.local_date <= end:
                recent[seconds] = max(best, recent.get(seconds, 0.0))
    if not ever:
        return canvas.empty()
    names = {"ever": canvas.text("ever"), "recent": canvas.period(start, end)}
    values = [
        {"s": seconds, "pace": canvas.km_m / mps, "what": names[which]}
        for which, curve in (("ever", ever), ("recent", recent))
        for seconds, mps in sorted(curve.items())
        if seconds >= 10 and mps > 0.5
    ]
    c = canvas.colours
    return {
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": {
                "field": "s",
                "type": "quantitative",
                "scale": {"type": "log", "nice": False},
                "axis": {
                    "title": canvas.text("held"),
                    "values": [10, 30, 60, 180, 300, 600, 1200, 1800, 3600, 7200, 10800],
                    "labelExpr": CLOCK_LABEL,
                },
            },
            "y": {
                "field": "pace",
                "type": "quantitative",
                "scale": {"zero": False, "reverse": True},
                "axis": {"title": canvas.text("pace", unit=canvas.far), "labelExpr": PACE_LABEL},
            },
            "color": {
                "field": "what",
                "type": "nominal",
                "sort": list(names.values()),
                "scale": {"domain": list(names.values()), "range": [c.muted, c.fitness]},
            },
        },
    }
