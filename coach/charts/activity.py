"""Splits of one activity, and what all charts of one activity share."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import PACE_LABEL
from coach.domain.activity import Activity, Floats
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics
from coach.text.formats import pace

POINTS = 500  # as many as a picture of this width can show
PANEL_WIDTH = 600
SLOWEST_S = 900.0  # slower than 15 min/km is walking or standing: off the chart


def activity_of(canvas: Canvas, params: Params) -> Activity:
    """Return the activity to draw, with its samples. Raises NotFound when it is not the athlete's."""
    assert params.activity_id is not None
    return activities.load(canvas.session, canvas.athlete.id, params.activity_id)


def measure_of(canvas: Canvas, activity_id: int, name: str) -> Measure | None:
    """Return a stored metric of the activity, None when it is unknown."""
    found = (
        metrics.read(canvas.session, canvas.athlete.id, [activity_id], [name]).get(activity_id, {}).get(name)
    )
    return found if isinstance(found, Measure) else None


@chart(needs=("activity_id",))
def splits(canvas: Canvas, params: Params) -> Spec:
    """Pace of each kilometre (or mile) as bars, heart rate as a line above them."""
    assert params.activity_id is not None
    activities.get(canvas.session, canvas.athlete.id, params.activity_id)  # NotFound when it is not theirs
    measured = measure_of(canvas, params.activity_id, "splits_mile" if canvas.imperial else "splits_km")
    if measured is None:
        return canvas.empty("nothing_of_one")
    factor = canvas.km_m / 1000
    values = [
        {
            "n": row["index"],
            "pace": row["pace_s_per_km"] * factor,
            "hr": row.get("avg_hr_bpm"),
            "clock": pace(row["pace_s_per_km"], canvas.lang, canvas.athlete.units, "axis"),
            "beats": f"{row['avg_hr_bpm']:.0f}" if row.get("avg_hr_bpm") else "–",
            "full": row.get("full", True),
        }
        for row in measured.detail["rows"]
        if row.get("pace_s_per_km") and row["pace_s_per_km"] < SLOWEST_S
    ]
    if not values:
        return canvas.empty("nothing_of_one")
    c = canvas.colours
    paces = [v["pace"] for v in values]
    low, high = min(paces), max(paces)
    room = max(20.0, (high - low) * 0.6)
    step = 15 if high - low < 60 else 30 if high - low < 180 else 60
    ticks = list(range(int((low - room) // step) * step, int(high + room) + step, step))
    x = {
        "field": "n",
        "type": "ordinal",
        "axis": {"title": canvas.far, "labelAngle": 0, "labelOverlap": "greedy"},
        "scale": {"paddingInner": 0.2},
    }
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "color": c.bar},
        "encoding": {
            "x": x,
            "y": {
                "field": "pace",
                "type": "quantitative",
                # The faster, the higher: so the axis runs down, and bars stand on the slow end.
                "scale": {"domain": [high + room, low - room * 0.25], "zero": False, "nice": False},
                "axis": {
                    "title": canvas.text("pace", unit=canvas.far),
                    "labelExpr": PACE_LABEL,
                    "values": ticks,
                },
            },
            "y2": {"datum": high + room},
            "opacity": {"condition": {"test": "datum.full", "value": 0.95}, "value": 0.5},
            "tooltip": [
                {"field": "n", "title": canvas.far},
                {"field": "clock", "title": canvas.text("pace", unit=canvas.far)},
                {"field": "beats", "title": canvas.text("hr")},
            ],
        },
    }
    layers: list[dict[str, Any]] = [bars]
    if any(v["hr"] for v in values):
        layers.append(
            {
                "mark": {
                    "type": "line",
                    "color": c.heart,
                    "strokeWidth": 2,
                    "point": {"color": c.heart, "size": 22},
                },
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "hr",
                        "type": "quantitative",
                        "scale": {"zero": False},
                        "axis": {
                            "title": canvas.text("hr"),
                            "titleColor": c.heart,
                            "grid": False,
                            "orient": "right",
                        },
                    },
                },
            }
        )
    return {
        "data": {"values": values},
        "layer": layers,
        "resolve": {"scale": {"y": "independent"}},
    }


def thin(t: Floats, values: Floats) -> Floats:
    """Return the mean of `values` in POINTS even stretches of `t`; empty stretches are NaN."""
    edges = np.linspace(t[0], t[-1], min(POINTS, t.size) + 1)
    place = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, edges.size - 2)
    known = ~np.isnan(values)
    sums = np.bincount(place[known], values[known], edges.size - 1)
    counts = np.bincount(place[known], minlength=edges.size - 1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def number(value: Any, digits: int = 2) -> float | None:
    """Return a value as it stands in a spec: rounded, None for NaN."""
    return None if np.isnan(value) else round(float(value), digits)
