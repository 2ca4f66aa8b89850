"""Race predictions: for each distance the range, what each model says, and the time that stands."""

from __future__ import annotations

from typing import Any

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.domain.metrics.race_predictions import DISTANCES_M, Prediction, predict
from coach.domain.metrics.registry import Unknown
from coach.store.values import history_for
from coach.text import has, say
from coach.text.formats import clock, distance

ROW_HEIGHT = 46


@chart(needs=())
def predictions(canvas: Canvas, params: Params) -> Spec:
    """Each race on its own scale, in percent of its predicted time; the times stand beside the marks."""
    day = min(params.end or canvas.today, canvas.today)
    history = history_for(canvas.session, canvas.athlete.id, "race_predictions", day, day)
    found = Unknown("need_effort") if history is None else predict(history, day, DISTANCES_M)
    if isinstance(found, Unknown) or not any(p.time_s for p in found):
        return canvas.empty()
    rows = [_row(canvas, p) for p in found if p.time_s]
    models = [
        {"race": row["race"], "share": 100 * (seconds / p.time_s - 1), "model": _model(canvas, name)}
        for p, row in zip((p for p in found if p.time_s), rows, strict=True)
        for name, seconds in p.models.items()
        if p.time_s
    ]
    c = canvas.colours
    edge = max(max(abs(row["low"]), abs(row["high"])) for row in rows) * 1.55
    names = [row["race"] for row in rows]
    y = {
        "field": "race",
        "type": "nominal",
        "sort": names,
        "axis": {"title": None, "labelFontSize": 13, "labelColor": c.text},
    }
    x = {"type": "quantitative", "scale": {"domain": [-edge, edge]}, "axis": None}
    shown = list(dict.fromkeys(m["model"] for m in models))
    colours = [c.fitness, c.fatigue, c.form, c.heart]
    return {
        "title": say(canvas.lang, "fitness.chart_predictions_key"),
        "data": {"values": rows},
        "height": ROW_HEIGHT * len(rows),
        "layer": [
            {
                "mark": {"type": "bar", "height": 12, "cornerRadius": 6, "color": c.bar_soft},
                "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": models},
                "mark": {"type": "tick", "thickness": 3, "size": 18, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": {"field": "share", **x},
                    "color": {
                        "field": "model",
                        "type": "nominal",
                        "scale": {"domain": shown, "range": colours[: len(shown)]},
                    },
                },
            },
            _times(y, {"field": "zero", **x}, "time", c.text, {"dy": -15, "fontSize": 14, "fontWeight": 600}),
            _times(y, {"field": "low", **x}, "fast", c.muted, {"align": "right", "dx": -8, "fontSize": 12}),
            _times(y, {"field": "high", **x}, "slow", c.muted, {"align": "left", "dx": 8, "fontSize": 12}),
        ],
    }


def _times(y: Spec, x: Spec, field: str, colour: str, mark: Spec) -> Spec:
    return {
        "mark": {"type": "text", "color": colour, **mark},
        "encoding": {"y": y, "x": x, "text": {"field": field}},
    }


def _row(canvas: Canvas, p: Prediction) -> dict[str, Any]:
    time_s, low_s, high_s = p.time_s or 1.0, p.low_s or 1.0, p.high_s or 1.0
    return {
        "race": _name(canvas, p.distance_m),
        "zero": 0,
        "low": 100 * (low_s / time_s - 1),
        "high": 100 * (high_s / time_s - 1),
        "time": clock(time_s),
        "fast": clock(low_s),
        "slow": clock(high_s),
    }


def _name(canvas: Canvas, metres: float) -> str:
    key = f"tools.best_of_{round(metres)}"
    named = say(canvas.lang, key) if has(canvas.lang, key) else ""
    return named or distance(metres, canvas.lang, canvas.athlete.units)


def _model(canvas: Canvas, name: str) -> str:
    return say(canvas.lang, f"fitness.model_{name}")
