"""Mean-maximal curves: what was held for how long, in a span of days and ever."""

from __future__ import annotations

from typing import Any

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL, PACE_LABEL
from coach.domain.activity import Sport
from coach.domain.metrics.history import Past
from coach.domain.metrics.period_curves import Held, period_curve
from coach.store import activities, metrics
from coach.text import say

METRIC = {"pace": "speed_curve", "hr": "hr_curve", "power": "power_curve"}
TICKS_S = (1, 5, 15, 60, 180, 300, 600, 1200, 1800, 3600, 7200, 10_800)
# A speed over a few seconds is the noise of a satellite position.
FROM_S = {"pace": 10, "hr": 1, "power": 1}
TO_S = 4 * 3600
SLOWEST_MPS = 0.5


@chart(needs=())
def mean_max(canvas: Canvas, params: Params) -> Spec:
    """The best pace, heart rate or power held for each duration, in a span of days and ever."""
    return curve_of(canvas, params, params.channel)


def curve_of(canvas: Canvas, params: Params, channel: str) -> Spec:
    """Return the curve of a channel as a spec; the sentence that there is nothing where there is none."""
    start, end = canvas.span(params, 90)
    sport = params.sport or Sport.run
    rows = activities.find(canvas.session, canvas.athlete.id, sport=sport, limit=None)
    read = metrics.read(canvas.session, canvas.athlete.id, [row.id for row in rows], [METRIC[channel]])
    pasts = [Past(row.id, row.local_date, row.sport, read.get(row.id, {})) for row in rows]
    ever = period_curve(pasts, METRIC[channel])
    recent = period_curve([p for p in pasts if start <= p.day <= end], METRIC[channel])
    if not ever:
        return canvas.empty()
    names = {"ever": canvas.text("ever"), "recent": canvas.period(start, end)}
    values = [
        _point(canvas, held, channel) | {"what": names[which]}
        for which, curve in (("ever", ever), ("recent", recent))
        for held in curve
        if FROM_S[channel] <= held.duration_s <= TO_S and (channel != "pace" or held.best > SLOWEST_MPS)
    ]
    c = canvas.colours
    longest = max(v["s"] for v in values) if values else 1
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
                    "values": [t for t in TICKS_S if FROM_S[channel] <= t <= longest],
                    "labelExpr": CLOCK_LABEL,
                    "labelOverlap": "greedy",
                },
            },
            "y": _y(canvas, channel),
            "color": {
                "field": "what",
                "type": "nominal",
                "sort": list(names.values()),
                "scale": {"domain": list(names.values()), "range": [c.muted, c.fitness]},
            },
            "tooltip": [
                {"field": "what", "title": canvas.text("what")},
                {"field": "day", "title": say(canvas.lang, "fitness.chart_activity_day")},
                {"field": "shown", "title": canvas.text("value")},
            ],
        },
    }


def _point(canvas: Canvas, held: Held, channel: str) -> dict[str, Any]:
    if channel != "pace":
        shown = f"{held.best:.0f}"
        return {"s": held.duration_s, "value": held.best, "shown": shown, "day": held.day.isoformat()}
    seconds = canvas.km_m / held.best
    minutes, rest = divmod(round(seconds), 60)
    return {
        "s": held.duration_s,
        "value": round(seconds, 2),
        "shown": f"{minutes}:{rest:02d}",
        "day": held.day.isoformat(),
    }


def _y(canvas: Canvas, channel: str) -> Spec:
    y: Spec = {"field": "value", "type": "quantitative", "scale": {"zero": False}}
    if channel == "pace":
        # Faster is higher.
        y["scale"] = {"zero": False, "reverse": True}
        return {**y, "axis": {"title": canvas.text("pace", unit=canvas.far), "labelExpr": PACE_LABEL}}
    title = say(canvas.lang, "fitness.chart_hr" if channel == "hr" else "fitness.chart_power")
    return {**y, "axis": {"title": title}}
