"""Charts of one activity."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL, PACE_LABEL
from coach.domain.activity import Activity, Floats, Sport
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics
from coach.text.formats import M_PER_FOOT, pace

POINTS = 500  # as many as a picture of this width can show
PANEL_WIDTH = 600
SLOWEST_S = 900.0  # slower than 15 min/km is walking or standing: off the chart


def _activity(canvas: Canvas, params: Params) -> Activity:
    assert params.activity_id is not None
    return activities.load(canvas.session, canvas.athlete.id, params.activity_id)


def _measure(canvas: Canvas, activity_id: int, name: str) -> Measure | None:
    found = (
        metrics.read(canvas.session, canvas.athlete.id, [activity_id], [name]).get(activity_id, {}).get(name)
    )
    return found if isinstance(found, Measure) else None


@chart(needs=("activity_id",))
def splits(canvas: Canvas, params: Params) -> Spec:
    """Pace of each kilometre (or mile) as bars, heart rate as a line above them."""
    assert params.activity_id is not None
    activities.get(canvas.session, canvas.athlete.id, params.activity_id)  # NotFound when it is not theirs
    measured = _measure(canvas, params.activity_id, "splits_mile" if canvas.imperial else "splits_km")
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


def _thin(t: Floats, values: Floats) -> Floats:
    """Return the mean of `values` in POINTS even stretches of `t`; empty stretches are NaN."""
    edges = np.linspace(t[0], t[-1], min(POINTS, t.size) + 1)
    place = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, edges.size - 2)
    known = ~np.isnan(values)
    sums = np.bincount(place[known], values[known], edges.size - 1)
    counts = np.bincount(place[known], minlength=edges.size - 1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


@chart(needs=("activity_id",))
def streams(canvas: Canvas, params: Params) -> Spec:
    """Pace, heart rate and height over the distance (or the time), one below the other."""
    activity = _activity(canvas, params)
    recorded = activity.streams
    if recorded is None or len(recorded) < 2:
        return canvas.empty("nothing_of_one")
    t = recorded.t_s
    distance = recorded.get("distance_m")
    if distance is not None:
        along = _thin(t, distance) / canvas.km_m
        x_title, x_axis = canvas.far, {}
    else:
        along = _thin(t, t)
        x_title, x_axis = canvas.text("time"), {"labelExpr": CLOCK_LABEL}
    rows: dict[str, Floats] = {}
    speed = recorded.get("speed_mps")
    if speed is not None:
        smooth = _thin(t, speed)
        with np.errstate(divide="ignore", invalid="ignore"):
            if activity.sport is Sport.ride:
                rows["speed"] = smooth * 3600 / canvas.km_m
            else:
                paces = canvas.km_m / smooth
                rows["pace"] = np.where(paces < SLOWEST_S * canvas.km_m / 1000, paces, np.nan)
    for name, channel in (("hr", "hr_bpm"), ("altitude", "altitude_m")):
        values = recorded.get(channel)
        if values is not None:
            rows[name] = _thin(t, values) / (M_PER_FOOT if name == "altitude" and canvas.imperial else 1.0)
    if not rows:
        return canvas.empty("nothing_of_one")
    points = [
        {"x": round(float(x), 3), **{name: _number(values[i]) for name, values in rows.items()}}
        for i, x in enumerate(along)
        if not np.isnan(x)
    ]
    c = canvas.colours
    colours = {"pace": c.bar, "speed": c.bar, "hr": c.heart, "altitude": c.ground}
    panels = []
    for name in rows:
        unit = canvas.height if name == "altitude" else canvas.far
        title = canvas.text(name, **({} if name == "hr" else {"unit": unit}))
        last = name == list(rows)[-1]
        y: dict[str, Any] = {
            "field": name,
            "type": "quantitative",
            "scale": {"zero": False, "reverse": name == "pace"},
            "axis": {"title": title, "tickCount": 4, **({"labelExpr": PACE_LABEL} if name == "pace" else {})},
        }
        mark: dict[str, Any] = {"type": "line", "color": colours[name], "strokeWidth": 1.6}
        if name == "altitude":
            mark = {"type": "area", "color": colours[name], "opacity": 0.7}
        panels.append(
            {
                "mark": mark,
                "encoding": {
                    "x": {
                        "field": "x",
                        "type": "quantitative",
                        "scale": {"nice": False},
                        "axis": {"title": x_title, "tickMinStep": 1, **x_axis}
                        if last
                        else {"title": None, "labels": False},
                    },
                    "y": y,
                },
                "width": PANEL_WIDTH,
                "height": 70 if name == "altitude" else 110,
            }
        )
    return {
        "data": {"values": points},
        "vconcat": panels,
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
