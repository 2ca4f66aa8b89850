"""Time in zones, of one activity or of a span of days."""

from __future__ import annotations

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics
from coach.text.formats import duration


@chart(needs=())
def hr_zones(canvas: Canvas, params: Params) -> Spec:
    """Time in heart-rate zones."""
    return _zones(canvas, params, "hr_zones_s")


@chart(needs=())
def pace_zones(canvas: Canvas, params: Params) -> Spec:
    """Time in pace zones."""
    return _zones(canvas, params, "pace_zones_s")


def _zones(canvas: Canvas, params: Params, metric: str) -> Spec:
    athlete_id = canvas.athlete.id
    if params.activity_id is not None:
        ids = [activities.get(canvas.session, athlete_id, params.activity_id).id]
    else:
        start, end = canvas.span(params, 28)
        rows = activities.find(
            canvas.session, athlete_id, start=start, end=end, sport=params.sport, limit=None
        )
        ids = [row.id for row in rows]
    read = metrics.read(canvas.session, athlete_id, ids, [metric])
    seconds = [0.0] * 5
    for found in (read.get(i, {}).get(metric) for i in ids):
        if isinstance(found, Measure):
            for n, row in enumerate(found.detail["rows"]):
                seconds[n] += float(row["time_s"])
    total = sum(seconds)
    if not total:
        return canvas.empty()
    c = canvas.colours
    names = [canvas.text("zone", n=n) for n in range(1, 6)]
    values = [
        {"zone": names[n], "share": s / total, "text": _text(canvas, s, s / total)}
        for n, s in enumerate(seconds)
    ]
    y = {"field": "zone", "type": "ordinal", "sort": names, "axis": {"title": None, "labelFontSize": 13}}
    x = {
        "field": "share",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, max(seconds) / total * 1.4]},
    }
    return {
        "data": {"values": values},
        "height": 190,
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 4, "height": {"band": 0.7}},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {
                        "field": "zone",
                        "type": "nominal",
                        "scale": {"domain": names, "range": list(c.zones)},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": c.text},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            },
        ],
    }


def _text(canvas: Canvas, seconds: float, share: float) -> str:
    return f"{duration(seconds, canvas.lang, 'words')} · {100 * share:.0f}%"
