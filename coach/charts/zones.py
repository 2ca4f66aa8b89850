"""Time in zones, of one activity or of a span of days, and how it was spread over the weeks."""

from __future__ import annotations

from datetime import date
from typing import Any

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import day_label, month_label
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.totals import months_between, weeks_between
from coach.store import activities, metrics
from coach.text import say
from coach.text.formats import duration

WEEKS_UNTIL_DAYS = 300  # a longer span is drawn by month
FEW, FEW_WIDTH = 6, 72  # so few bars would each become a wall
EASY_PCT = 80  # the share that most of training is held to be easy (Seiler 2010)


@chart(needs=())
def hr_zones(canvas: Canvas, params: Params) -> Spec:
    """Time in heart-rate zones."""
    return _zones(canvas, params, "hr_zones_s")


@chart(needs=())
def pace_zones(canvas: Canvas, params: Params) -> Spec:
    """Time in pace zones."""
    return _zones(canvas, params, "pace_zones_s")


@chart(needs=())
def power_zones(canvas: Canvas, params: Params) -> Spec:
    """Time in power zones."""
    return _zones(canvas, params, "power_zones_s")


@chart(needs=())
def intensity(canvas: Canvas, params: Params) -> Spec:
    """Share of the time below, between and above the two thresholds, by week (of a long span by month)."""
    bars = _spread(canvas, params)
    if not bars:
        return canvas.empty()
    by_month = len(bars[0][0]) == len("2026-11")
    by_week = not by_month and params.activity_id is None
    names = [say(canvas.lang, f"load.zone_{n}") for n in (1, 2, 3)]
    values: list[dict[str, Any]] = []
    for label, times in bars:
        total = sum(times)
        for n, seconds in enumerate(times):
            values.append(
                {
                    "label": label,
                    "zone": names[n],
                    "order": n,
                    "share": round(100 * seconds / total, 1),
                    "text": _text(canvas, seconds, seconds / total),
                }
            )
    c = canvas.colours
    named = month_label if by_month else day_label
    share = say(canvas.lang, "load.share")
    return {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", **({"size": FEW_WIDTH} if len(bars) < FEW else {})},
                "encoding": {
                    "x": {
                        "field": "label",
                        "type": "ordinal",
                        "axis": {
                            "title": canvas.text("by_week") if by_week else None,
                            "labelExpr": named(canvas.lang),
                            "labelAngle": 0,
                            "labelOverlap": "parity",
                        },
                        "scale": {"paddingInner": 0.25},
                    },
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "stack": "zero",
                        "axis": {"title": f"{share} (%)", "values": [0, 20, 40, 60, 80, 100]},
                        "scale": {"domain": [0, 100]},
                    },
                    "color": {
                        "field": "zone",
                        "type": "nominal",
                        "scale": {"domain": names, "range": [c.zones[1], c.zones[2], c.zones[4]]},
                    },
                    "order": {"field": "order", "type": "quantitative"},
                    "tooltip": [
                        {"field": "label", "title": canvas.text("day")},
                        {"field": "zone", "title": canvas.text("what")},
                        {"field": "text", "title": share},
                    ],
                },
            },
            {
                "mark": {"type": "rule", "color": c.text, "strokeDash": [4, 4], "opacity": 0.7},
                "encoding": {"y": {"datum": EASY_PCT}},
            },
        ],
    }


def _spread(canvas: Canvas, params: Params) -> list[tuple[str, list[float]]]:
    """Return (first day or month, seconds in the three zones) of every week or month that has any."""
    athlete_id, name = canvas.athlete.id, "intensity_distribution"
    if params.activity_id is not None:
        rows = [activities.get(canvas.session, athlete_id, params.activity_id)]
        start = end = rows[0].local_date
    else:
        start, end = canvas.span(params, 84)
        rows = activities.find(
            canvas.session, athlete_id, start=start, end=end, sport=params.sport, limit=None
        )
    by_month = (end - start).days > WEEKS_UNTIL_DAYS
    read = metrics.read(canvas.session, athlete_id, [row.id for row in rows], [name])
    of_day: dict[date, list[float]] = {}
    for row in rows:
        found = read.get(row.id, {}).get(name)
        if isinstance(found, Measure):
            times = of_day.setdefault(row.local_date, [0.0] * 3)
            for n, line in enumerate(found.detail["rows"]):
                times[n] += float(line["time_s"])
    if not of_day:
        return []
    start = canvas.clipped(start, end, min(of_day))
    spans = months_between(start, end) if by_month else weeks_between(start, end, canvas.athlete.week_start)
    bars = []
    for span in spans:
        parts = [times for day, times in of_day.items() if day in span]
        if parts:
            first = (span.first if params.activity_id is None else start).isoformat()
            bars.append((first[:7] if by_month else first, [sum(zone) for zone in zip(*parts, strict=True)]))
    return bars


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
