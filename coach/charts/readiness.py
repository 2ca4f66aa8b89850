"""Readiness: its score day by day, and what the latest one is made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_x
from coach.domain.metrics.history import History
from coach.domain.metrics.overrides import Override, overrides
from coach.domain.metrics.readiness import ReadinessSeries, readiness_series
from coach.domain.metrics.readiness_score import ANCHORS, AS_PLANNED, REDUCE, goodness
from coach.store import values
from coach.text import say
from coach.text.formats import day as day_text


@chart(needs=())
def readiness(canvas: Canvas, params: Params) -> Spec:
    """The score of each day in its bands, and the terms of the latest day that has one."""
    start, end = canvas.span(params, 60)
    end = min(end, canvas.today)
    history = None
    if start <= end:
        history = values.history_for(canvas.session, canvas.athlete.id, "readiness", start, end)
    if history is None:
        return canvas.empty()
    start = canvas.clipped(start, end, history.first_day)
    series = readiness_series(history, start, end)
    known = np.flatnonzero(~np.isnan(series.score))
    if not known.size:
        return canvas.empty()
    panels = [_scores(canvas, history, series), _terms(canvas, series, int(known[-1]))]
    return {
        "title": say(canvas.lang, "recovery.readiness_key"),
        "vconcat": panels,
        "spacing": 22,
        "resolve": {"scale": {"color": "independent"}},
    }


def _scores(canvas: Canvas, history: History, series: ReadinessSeries) -> Spec:
    c, days = canvas.colours, series.score.size - 1
    rows = []
    for i, score in enumerate(series.score):
        on = series.first_day + timedelta(days=i)
        stopped = overrides(history, on)
        rows.append(
            {
                "day": on.isoformat(),
                "score": None if np.isnan(score) else round(float(score)),
                "override": _reason(canvas, stopped),
                "at": (0.0 if np.isnan(score) else round(float(score))) if stopped else None,
            }
        )
    bands = [
        {"low": low, "high": high, "colour": colour}
        for low, high, colour in (
            (0, REDUCE, c.heart),
            (REDUCE, AS_PLANNED, c.warn),
            (AS_PLANNED, 100, c.good),
        )
    ]
    x = day_x(canvas.lang, days)
    y: dict[str, Any] = {
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": say(canvas.lang, "metric.readiness"), "values": [0, REDUCE, AS_PLANNED, 100]},
    }
    return {
        "width": WIDTH,
        "height": 170,
        "layer": [
            {
                "data": {"values": bands},
                "mark": {"type": "rect", "opacity": 0.16},
                "encoding": {
                    "y": {"field": "low", **y},
                    "y2": {"field": "high"},
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": rows},
                "mark": {
                    "type": "line",
                    "color": c.fitness,
                    "strokeWidth": 2,
                    "point": {"size": 22, "color": c.fitness},
                },
                "encoding": {
                    "x": x,
                    "y": {"field": "score", **y},
                    "tooltip": [
                        {"field": "day", "title": canvas.text("day")},
                        {"field": "score", "title": say(canvas.lang, "metric.readiness")},
                        {"field": "override", "title": say(canvas.lang, "recovery.overridden")},
                    ],
                },
            },
            {
                "data": {"values": [row for row in rows if row["at"] is not None]},
                "mark": {"type": "point", "shape": "cross", "color": c.heart, "size": 90, "filled": True},
                "encoding": {"x": x, "y": {"field": "at", **y}},
            },
        ],
    }


def _reason(canvas: Canvas, stopped: tuple[Override, ...]) -> str:
    kinds = dict.fromkeys(o.kind for o in stopped)
    return ", ".join(say(canvas.lang, f"recovery.short_{kind}") for kind in kinds)


def _terms(canvas: Canvas, series: ReadinessSeries, i: int) -> Spec:
    """Return one bar per term: how good it is, 0–100, with its share of the score; missing ones say so."""
    on: date = series.first_day + timedelta(days=i)
    c = canvas.colours
    rows = []
    for name, anchor in ANCHORS.items():
        s = float(goodness(name, series.terms[name][i : i + 1])[0])
        known = not np.isnan(s)
        label = say(canvas.lang, f"recovery.term_{name}")
        rows.append(
            {
                "term": label[:1].upper()
                + label[1:]
                + say(canvas.lang, "recovery.weight", pct=round(100 * anchor.weight)),
                "s": round(100 * s) if known else 0,
                "label": str(round(100 * s)) if known else say(canvas.lang, "recovery.term_missing"),
                "colour": c.good if s >= 0.7 else c.warn if s >= 0.45 else c.heart,
            }
        )
    order = [row["term"] for row in rows]
    y = {"field": "term", "type": "nominal", "sort": order, "axis": {"title": None, "labelLimit": 220}}
    x = {
        "field": "s",
        "type": "quantitative",
        "scale": {"domain": [0, 108]},
        "axis": {"title": None, "labels": False, "grid": False},
    }
    return {
        "title": say(canvas.lang, "recovery.terms_of", day=day_text(on, canvas.lang, canvas.today)),
        "data": {"values": rows},
        "width": WIDTH - 110,
        "height": {"step": 24},
        "layer": [
            {
                "mark": {"type": "bar", "height": 13, "cornerRadiusEnd": 3},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": c.muted},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            },
        ],
    }
