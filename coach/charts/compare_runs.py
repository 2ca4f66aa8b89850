"""Two outings over each other: who was ahead where, and what pace, heart and ground were like."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import CLOCK_LABEL, PACE_LABEL
from coach.domain.activity import Floats
from coach.domain.alignment import Aligned, align, line_of
from coach.domain.comparability import counterpart
from coach.domain.streams import has_values
from coach.errors import NotFound
from coach.store import activities
from coach.store.activities import Row
from coach.text import say
from coach.text.formats import M_PER_FOOT, day

POINTS = 300
PANEL_WIDTH = 600
SLOWEST_S_PER_KM = 900.0


@chart(needs=("activity_id",))
def compare_runs(canvas: Canvas, params: Params) -> Spec:
    """The lead of one over the other, then pace, heart rate, cadence and height of both."""
    assert params.activity_id is not None, "`needs` holds it"
    row = activities.get(canvas.session, canvas.athlete.id, params.activity_id)
    other = _other(canvas, params, row)
    if other is None:
        return canvas.empty("nothing_to_compare")
    lines = [line_of(activities.load(canvas.session, canvas.athlete.id, one.id)) for one in (row, other)]
    if lines[0] is None or lines[1] is None:
        return canvas.empty("nothing_of_one")
    aligned = align(lines[0], lines[1], params.align)
    if aligned is None:
        return canvas.empty("nothing_to_compare")
    return _spec(canvas, aligned, _names(canvas, row, other))


def _other(canvas: Canvas, params: Params, row: Row) -> Row | None:
    if params.other_id is not None:
        return activities.get(canvas.session, canvas.athlete.id, params.other_id)
    same_sport = activities.find(canvas.session, canvas.athlete.id, sport=row.sport, limit=None)
    return counterpart(row, (other for other in same_sport if other.has_samples))


def _names(canvas: Canvas, row: Row, other: Row) -> tuple[str, str]:
    """Return what tells the two apart: their days, or their hours when it is one day."""
    if row.id == other.id:
        raise NotFound("nothing_to_compare")
    days = [day(one.local_date, canvas.lang, canvas.today) for one in (row, other)]
    if days[0] == days[1]:
        days = [
            f"{one} {r.start_at.astimezone(r.zone):%H:%M}" for one, r in zip(days, (row, other), strict=True)
        ]
    return days[0], days[1]


def _spec(canvas: Canvas, aligned: Aligned, names: tuple[str, str]) -> Spec:
    by_distance = aligned.by == "distance"
    thin = np.unique(np.linspace(0, aligned.at.size - 1, POINTS).round().astype(np.intp))
    x = aligned.at[thin] / (canvas.km_m if by_distance else 1.0)
    pace_factor = canvas.km_m / 1000
    panels: dict[str, tuple[Floats, Floats]] = {
        "pace": (
            _paces(aligned.a.pace_s_per_km) * pace_factor,
            _paces(aligned.b.pace_s_per_km) * pace_factor,
        ),
        "hr": (aligned.a.hr_bpm, aligned.b.hr_bpm),
        "cadence": (aligned.a.cadence_spm, aligned.b.cadence_spm),
    }
    foot = M_PER_FOOT if canvas.imperial else 1.0
    panels["altitude"] = (aligned.a.altitude_m / foot, aligned.b.altitude_m / foot)
    shown = {name: both for name, both in panels.items() if any(has_values(side) for side in both)}
    values: list[dict[str, Any]] = []
    for i, at in zip(thin, x, strict=True):
        for side, who in enumerate(names):
            point: dict[str, Any] = {"x": round(float(at), 3), "who": who}
            point |= {name: _number(both[side][i]) for name, both in shown.items()}
            if side == 0:
                point["lead"] = _number(aligned.lead[i])
            values.append(point)
    last = list(shown)[-1] if shown else ""
    titles = {
        "pace": canvas.text("pace", unit=canvas.far),
        "hr": canvas.text("hr"),
        "cadence": say(canvas.lang, "routes.cadence_axis"),
        "altitude": canvas.text("altitude", unit=canvas.height),
    }
    x_axis = (
        {"title": canvas.far} if by_distance else {"title": canvas.text("time"), "labelExpr": CLOCK_LABEL}
    )
    drawn = [_lead_panel(canvas, by_distance, names, x_axis if not shown else None)]
    drawn += [_panel(canvas, name, titles[name], names, x_axis if name == last else None) for name in shown]
    return {
        "data": {"values": values},
        "vconcat": drawn,
        "spacing": 12,
        "resolve": {"scale": {"x": "shared"}},
    }


def _paces(values: Floats) -> Floats:
    return np.where(values < SLOWEST_S_PER_KM, values, np.nan)


def _x(axis: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"nice": False},
        "axis": {"title": None, "labels": False} if axis is None else axis,
    }


def _lead_panel(
    canvas: Canvas, by_distance: bool, names: tuple[str, str], axis: dict[str, Any] | None
) -> dict[str, Any]:
    c = canvas.colours
    key = "routes.lead_s" if by_distance else "routes.lead_m"
    y = {
        "field": "lead",
        "type": "quantitative",
        "axis": {"title": say(canvas.lang, key), "tickCount": 4, "format": "+.0f"},
    }
    return {
        "title": say(canvas.lang, "routes.lead_above", a=names[0]),
        "transform": [{"filter": "isValid(datum.lead)"}],
        "layer": [
            {
                "mark": {
                    "type": "area",
                    "line": {"color": c.fitness, "strokeWidth": 1.8},
                    "color": c.fitness,
                    "opacity": 0.25,
                },
                "encoding": {"x": _x(axis), "y": y},
            },
            {
                "mark": {"type": "rule", "color": c.muted, "strokeDash": [3, 3]},
                "encoding": {"y": {"datum": 0}},
            },
        ],
        "width": PANEL_WIDTH,
        "height": 100,
    }


def _panel(
    canvas: Canvas, name: str, title: str, names: tuple[str, str], axis: dict[str, Any] | None
) -> dict[str, Any]:
    c = canvas.colours
    is_pace = name == "pace"
    return {
        "mark": {"type": "line", "strokeWidth": 1.6},
        "encoding": {
            "x": _x(axis),
            "y": {
                "field": name,
                "type": "quantitative",
                "scale": {"zero": False, "reverse": is_pace},
                "axis": {"title": title, "tickCount": 4, **({"labelExpr": PACE_LABEL} if is_pace else {})},
            },
            "color": {
                "field": "who",
                "type": "nominal",
                "sort": list(names),
                "scale": {"domain": list(names), "range": [c.fitness, c.warn]},
            },
        },
        "width": PANEL_WIDTH,
        "height": 70 if name in ("cadence", "altitude") else 105,
    }


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
