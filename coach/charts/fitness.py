"""Fitness over the months: VDOT with its range and the races behind it, and the threshold pace."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import PACE_LABEL, day_x
from coach.domain.metrics.current_vdot import Vdot, fitness_past
from coach.domain.metrics.fitness import threshold_pace_s_per_km
from coach.domain.metrics.history import History
from coach.domain.metrics.performance import vdot_of
from coach.domain.metrics.registry import Measure
from coach.store.values import history_for
from coach.text import say
from coach.text.formats import clock, distance

POINTS = 370  # a day each over a year; further back every n-th day


@chart(needs=())
def fitness(canvas: Canvas, params: Params) -> Spec:
    """VDOT with its range and races, threshold pace below."""
    start, end = canvas.span(params, 365)
    end = min(end, canvas.today)
    history = history_for(canvas.session, canvas.athlete.id, "vdot", start, end)
    if history is None:
        return canvas.empty()
    start = max(start, history.first_day)
    days = [start + timedelta(days=n) for n in range(0, (end - start).days + 1, _step(start, end))]
    lines = _lines(canvas, history, days)
    if not any(row["vdot"] is not None for row in lines):
        return canvas.empty()
    x = day_x(canvas.lang, (end - start).days)
    tip = {"field": "day", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": canvas.text("day")}
    panels = [_vdot(canvas, lines, _races(canvas, history, start, end), x, tip)]
    if any(row["pace"] is not None for row in lines):
        panels.append(_threshold(canvas, lines, x, tip))
    return {
        "title": say(canvas.lang, "fitness.chart_key"),
        "vconcat": panels,
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


def _step(start: date, end: date) -> int:
    return max(1, -(-((end - start).days + 1) // POINTS))


def _lines(canvas: Canvas, history: History, days: list[date]) -> list[dict[str, Any]]:
    past, rows = fitness_past(history), []
    for day in days:
        found, pace = past.vdot(day), threshold_pace_s_per_km(history, day)
        known = found if isinstance(found, Vdot) else None
        seconds = pace.value if isinstance(pace, Measure) else None
        rows.append(
            {
                "day": day.isoformat(),
                "vdot": known and round(known.value, 1),
                "low": known and round(known.low, 1),
                "high": known and round(known.high, 1),
                "pace": seconds and round(seconds * canvas.km_m / 1000, 1),
            }
        )
    return rows


def _races(canvas: Canvas, history: History, start: date, end: date) -> list[dict[str, Any]]:
    return [
        {
            "day": e.day.isoformat(),
            "vdot": round(vdot_of(e.distance_m, e.time_s), 1),
            "what": f"{distance(e.distance_m, canvas.lang, canvas.athlete.units)} {clock(e.time_s)}",
        }
        for e in fitness_past(history).races(start, end)
    ]


def _vdot(
    canvas: Canvas, lines: list[dict[str, Any]], races: list[dict[str, Any]], x: Spec, tip: Spec
) -> Spec:
    c, name = canvas.colours, say(canvas.lang, "fitness.chart_vdot")
    y = {
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"title": name, "tickCount": 5},
    }
    return {
        "data": {"values": lines},
        "width": WIDTH,
        "height": 190,
        "layer": [
            {
                "mark": {"type": "area", "color": c.fitness, "opacity": 0.14},
                "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "color": c.fitness, "strokeWidth": 2.2},
                "encoding": {
                    "x": x,
                    "y": {"field": "vdot", **y},
                    "tooltip": [tip, {"field": "vdot", "title": name}],
                },
            },
            {
                "data": {"values": races},
                "mark": {"type": "circle", "color": c.fatigue, "size": 80, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": {"field": "vdot", **y},
                    "tooltip": [
                        tip,
                        {"field": "what", "title": say(canvas.lang, "fitness.chart_basis")},
                        {"field": "vdot", "title": name},
                    ],
                },
            },
            {
                "data": {"values": races},
                "mark": {"type": "text", "dy": -12, "fontSize": 11, "color": c.text},
                "encoding": {"x": x, "y": {"field": "vdot", **y}, "text": {"field": "what"}},
            },
        ],
    }


def _threshold(canvas: Canvas, lines: list[dict[str, Any]], x: Spec, tip: Spec) -> Spec:
    c, name = canvas.colours, say(canvas.lang, "fitness.chart_threshold", unit=canvas.far)
    return {
        "data": {"values": lines},
        "width": WIDTH,
        "height": 100,
        "mark": {"type": "line", "color": c.form, "strokeWidth": 2.2, "interpolate": "step-after"},
        "encoding": {
            "x": x,
            "y": {
                "field": "pace",
                "type": "quantitative",
                "scale": {"zero": False, "reverse": True},
                "axis": {"title": name, "labelExpr": PACE_LABEL, "tickCount": 4},
            },
            "tooltip": [tip],
        },
    }
