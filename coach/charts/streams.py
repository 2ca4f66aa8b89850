"""What the sensors of one activity recorded, one panel below the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.charts.activity import PANEL_WIDTH, SLOWEST_S, activity_of, number, thin
from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL, PACE_LABEL
from coach.domain.activity import Activity, Floats, Sport
from coach.domain.metrics.prepared import prepared
from coach.domain.streams import Samples, has_values
from coach.text import say
from coach.text.formats import M_PER_FOOT

FROM_STEPS = 60.0  # fewer steps a minute are standing


@chart(needs=("activity_id",))
def streams(canvas: Canvas, params: Params) -> Spec:
    """Pace, heart rate, height, cadence and power over the distance (or the time), as far as recorded."""
    activity = activity_of(canvas, params)
    samples = prepared(activity).samples
    if samples is None:
        return canvas.empty("nothing_of_one")
    rows = _rows(canvas, activity, samples)
    if not rows:
        return canvas.empty("nothing_of_one")
    t = samples.t_s
    if samples.has_distance:
        along, x_title, x_axis = thin(t, samples.distance_m) / canvas.km_m, canvas.far, {}
    else:
        along, x_title, x_axis = thin(t, t), canvas.text("time"), {"labelExpr": CLOCK_LABEL}
    points = [
        {"x": round(float(x), 3), **{name: number(values[i]) for name, values in rows.items()}}
        for i, x in enumerate(along)
        if not np.isnan(x)
    ]
    last = list(rows)[-1]
    x: dict[str, Any] = {"field": "x", "type": "quantitative", "scale": {"nice": False}}
    below = {"title": x_title, "tickMinStep": 1, **x_axis}
    panels = [
        _panel(canvas, name, x | {"axis": below if name == last else {"title": None, "labels": False}})
        for name in rows
    ]
    return {
        "data": {"values": points},
        "vconcat": panels,
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


def _rows(canvas: Canvas, activity: Activity, samples: Samples) -> dict[str, Floats]:
    """Return what was recorded, by panel, thinned to what the picture can show."""
    rows: dict[str, Floats] = {}
    t = samples.t_s
    if samples.has_speed:
        smooth = thin(t, samples.speed_mps)
        with np.errstate(divide="ignore", invalid="ignore"):
            if activity.sport is Sport.ride:
                rows["speed"] = smooth * 3600 / canvas.km_m
            else:
                paces = canvas.km_m / smooth
                rows["pace"] = np.where(paces < SLOWEST_S * canvas.km_m / 1000, paces, np.nan)
    if has_values(samples.hr_bpm):
        rows["hr"] = thin(t, samples.hr_bpm)
    if has_values(samples.altitude_m):
        rows["altitude"] = thin(t, samples.altitude_m) / (M_PER_FOOT if canvas.imperial else 1.0)
    stepping = np.where(np.nan_to_num(samples.cadence_spm) >= FROM_STEPS, samples.cadence_spm, np.nan)
    if has_values(stepping) and activity.sport is not Sport.swim:
        rows["cadence"] = thin(t, stepping)
    if has_values(samples.power_w) and float(np.nanmax(samples.power_w)) > 0:
        rows["power"] = thin(t, samples.power_w)
    return {name: values for name, values in rows.items() if has_values(values)}


def _title(canvas: Canvas, name: str) -> str:
    if name in ("cadence", "power"):
        return say(canvas.lang, f"inside.panel_{name}")
    if name == "hr":
        return canvas.text("hr")
    return canvas.text(name, unit=canvas.height if name == "altitude" else canvas.far)


def _panel(canvas: Canvas, name: str, x: dict[str, Any]) -> dict[str, Any]:
    c = canvas.colours
    colours = {"pace": c.bar, "speed": c.bar, "hr": c.heart, "cadence": c.form, "power": c.fatigue}
    mark: dict[str, Any] = {"type": "line", "color": colours.get(name, c.ground), "strokeWidth": 1.6}
    if name == "altitude":
        mark = {"type": "area", "color": c.ground, "opacity": 0.7}
    label = {"labelExpr": PACE_LABEL} if name == "pace" else {}
    y = {
        "field": name,
        "type": "quantitative",
        "scale": {"zero": False, "reverse": name == "pace"},
        "axis": {"title": _title(canvas, name), "tickCount": 4, **label},
    }
    tall = name in ("pace", "speed", "hr")
    return {
        "mark": mark,
        "encoding": {"x": x, "y": y},
        "width": PANEL_WIDTH,
        "height": 110 if tall else 70,
    }
