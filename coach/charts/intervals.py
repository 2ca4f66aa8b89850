"""Repetitions and rests of one run: speed over time with the work shaded, heart rate below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coach.charts.activity import PANEL_WIDTH, activity_of, number, thin
from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL
from coach.domain.activity import Floats
from coach.domain.athlete import Athlete
from coach.domain.metrics.intervals import intervals as intervals_of
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Measure
from coach.domain.streams import has_values
from coach.text import Lang, say
from coach.text.formats import clock, distance, pace

LABEL_PX = 26  # labels closer together than this would overlap
TIME_TICKS_S = (60, 300, 600, 900, 1800, 3600, 7200)
MOST_TICKS = 9
PACE_TICKS_S = (150, 180, 210, 240, 270, 300, 330, 360, 420, 480, 600, 900)
FAST_ROOM, SLOW_ROOM = 1.08, 0.85  # above the fastest, for the labels, and below the slowest


@chart(needs=("activity_id",))
def intervals(canvas: Canvas, params: Params) -> Spec:
    """Speed over time with the repetitions that were found shaded and timed, and heart rate below."""
    activity = activity_of(canvas, params)
    samples = prepared(activity).samples
    if samples is None or not samples.has_speed:
        return canvas.empty("nothing_of_one")
    found = intervals_of(activity, canvas.athlete)
    work, title = _work(canvas, found)
    t = samples.t_s
    at = thin(t, t)
    rows = {"speed": thin(t, np.where(samples.moving, samples.speed_mps, 0.0))}
    if has_values(samples.hr_bpm):
        rows["hr"] = thin(t, samples.hr_bpm)
    points = [
        {"t": round(float(x), 1), **{name: number(values[i], 3) for name, values in rows.items()}}
        for i, x in enumerate(at)
        if not np.isnan(x)
    ]
    seconds = float(t[-1] - t[0])
    step = next((s for s in TIME_TICKS_S if seconds / s <= MOST_TICKS), TIME_TICKS_S[-1])
    ticks = [float(tick) for tick in range(0, int(t[-1]) + 1, step)]
    last = list(rows)[-1]
    panels = [_panel(canvas, name, rows[name], work, ticks if name == last else None) for name in rows]
    gaps = np.diff([(w["a"] + w["b"]) / 2 for w in work])
    if work and (not gaps.size or float(gaps.min()) / seconds * PANEL_WIDTH >= LABEL_PX):
        panels[0]["layer"].append(_labels(panels[0], work))
    return {
        "title": {
            "text": title,
            "anchor": "start",
            "fontSize": 13,
            "fontWeight": "normal",
            "color": canvas.colours.text,
        },
        "data": {"values": points},
        "vconcat": panels,
        "spacing": 14,
        "resolve": {"scale": {"x": "shared"}},
    }


def _work(canvas: Canvas, found: Any) -> tuple[list[dict[str, Any]], str]:
    """Return the bouts to shade, and one line that names the session."""
    if not isinstance(found, Measure) or not found.value:
        return [], say(canvas.lang, "inside.chart_none")
    rows = [row for row in found.detail["rows"] if row["kind"] == "work"]
    units = canvas.athlete.units
    by_distance = any(group["distance_m"] for group in found.detail["groups"])
    labels = [
        clock(row["time_s"])
        if by_distance or not row["pace_s_per_km"]
        else pace(row["pace_s_per_km"], canvas.lang, units, "axis")
        for row in rows
    ]
    bouts = [
        {"a": row["start_s"], "b": row["start_s"] + row["time_s"], "label": label}
        for row, label in zip(rows, labels, strict=True)
    ]
    return bouts, session_name(found.detail["groups"], canvas.lang, canvas.athlete)


def session_name(groups: Sequence[Mapping[str, Any]], lang: Lang, athlete: Athlete) -> str:
    """Return what repetitions amount to as runners write it: `6 × 400 m`, `3 × 10:00 + 4 × 200 m`."""
    parts = []
    for group in groups:
        n, metres, seconds = group["count"], group["distance_m"], group["time_s"]
        each = distance(metres, lang, athlete.units) if metres else clock(seconds) if seconds else ""
        parts.append(f"{n} × {each}" if each else say(lang, "inside.chart_surges", n=n))
    return " + ".join(parts)


def _panel(
    canvas: Canvas,
    name: str,
    values: Floats,
    work: Sequence[Mapping[str, Any]],
    ticks: Sequence[float] | None,
) -> dict[str, Any]:
    """Return one line over time with the work shaded; `ticks`: the times below it, None for no axis."""
    c = canvas.colours
    x: dict[str, Any] = {"field": "t", "type": "quantitative", "scale": {"nice": False}}
    x["axis"] = (
        {"title": None, "labels": False, "ticks": False}
        if ticks is None
        else {"title": canvas.text("time"), "labelExpr": CLOCK_LABEL, "values": list(ticks)}
    )
    y = _speed_axis(canvas, values) if name == "speed" else _hr_axis(canvas, values)
    layers: list[dict[str, Any]] = []
    if work:
        layers.append(
            {
                "data": {"values": list(work)},
                "mark": {"type": "rect", "color": c.bar_soft, "opacity": 0.55},
                "encoding": {"x": {"field": "a", "type": "quantitative"}, "x2": {"field": "b"}},
            }
        )
    colour = c.bar if name == "speed" else c.heart
    layers.append(
        {
            "mark": {"type": "line", "color": colour, "strokeWidth": 1.6},
            "encoding": {"x": x, "y": {"field": name, "type": "quantitative", **y}},
        }
    )
    return {"layer": layers, "width": PANEL_WIDTH, "height": 190 if name == "speed" else 110}


def _speed_axis(canvas: Canvas, values: Floats) -> dict[str, Any]:
    """Return an axis even in speed, so that standing has a place, and labelled in pace."""
    low, high = float(np.nanpercentile(values, 1)) * SLOW_ROOM, float(np.nanmax(values)) * FAST_ROOM
    far = canvas.km_m
    label = f"floor(round({far} / datum.value) / 60) + ':' + format(round({far} / datum.value) % 60, '02d')"
    return {
        "scale": {"domain": [low, high], "nice": False},
        "axis": {
            "title": canvas.text("pace", unit=canvas.far),
            "values": [far / s for s in PACE_TICKS_S if low <= far / s <= high],
            "labelExpr": label,
            "labelOverlap": True,
        },
    }


def _hr_axis(canvas: Canvas, values: Floats) -> dict[str, Any]:
    low = float(np.floor(np.nanmin(values) / 10) * 10)
    return {"scale": {"zero": False, "domainMin": low}, "axis": {"title": canvas.text("hr"), "tickCount": 4}}


def _labels(panel: Mapping[str, Any], work: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what stands at the top of each shaded stretch."""
    encoding = panel["layer"][-1]["encoding"]
    top = encoding["y"]["scale"]["domain"][1]
    middle = [{"t": (w["a"] + w["b"]) / 2, "speed": top, "label": w["label"]} for w in work]
    return {
        "data": {"values": middle},
        "mark": {"type": "text", "baseline": "top", "dy": 3, "fontSize": 10},
        "encoding": {**encoding, "text": {"field": "label", "type": "nominal"}},
    }
