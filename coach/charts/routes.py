"""Ways on the ground: the way of one activity, and all of them together. No map beneath, no tiles fetched."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.charts.activity import POINTS
from coach.charts.raster import heat_stops
from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import PACE_LABEL
from coach.domain.activity import Floats
from coach.domain.geometry import plane_m
from coach.domain.heatmap import heat_of
from coach.store import activities, private_places, routes, streams
from coach.text import say

SIDE = 420
SQUARE = 3  # pixels of a square of the heatmap
SMOOTH_S = 15.0
SLOWEST_MPS = 0.3

# Who draws it elsewhere scales both sides alike: a circle of ground stays one.
MAP = {"map": True}


@chart(needs=("activity_id",))
def route(canvas: Canvas, params: Params) -> Spec:
    """The way that was taken, without a map, coloured by pace; private places are left out."""
    assert params.activity_id is not None, "`needs` holds it"
    row = activities.get(canvas.session, canvas.athlete.id, params.activity_id)
    hide = private_places.zones(canvas.session, canvas.athlete.id)
    seen = next(routes.tracks(canvas.session, [row], hide=hide), None)
    if seen is None:
        return canvas.empty("nothing_of_one")
    if not seen.track:
        return canvas.empty("route_hidden")
    lat = np.concatenate([piece.lat_deg for piece in seen.track])
    lon = np.concatenate([piece.lon_deg for piece in seen.track])
    t = np.concatenate([piece.t_s for piece in seen.track])
    number = np.repeat(np.arange(len(seen.track)), [len(piece) for piece in seen.track])
    middle = float(lat.min() + lat.max()) / 2, float(lon.min() + lon.max()) / 2
    east, north = plane_m(lat, lon, *middle)
    reach = max(float(np.abs(east).max()), float(np.abs(north).max()), 50.0) * 1.06
    paces = _paces(canvas, row, t)
    thin = np.unique(np.linspace(0, t.size - 1, min(POINTS, t.size)).round().astype(np.intp))
    values = [
        {
            "x": round(float(east[i]), 1),
            "y": round(float(north[i]), 1),
            "n": n,
            "piece": int(number[i]),
            "pace": None if np.isnan(paces[i]) else round(float(paces[i]), 2),
        }
        for n, i in enumerate(thin)
    ]
    known = paces[thin][~np.isnan(paces[thin])]
    bounds = [float(v) for v in np.percentile(known, [5, 95])] if known.size else [0.0, 1.0]
    c = canvas.colours
    axis = {"axis": None, "scale": {"domain": [-reach, reach], "nice": False, "zero": False}}
    place = {
        "x": {"field": "x", "type": "quantitative", **axis},
        "y": {"field": "y", "type": "quantitative", **axis},
    }
    colour: dict[str, Any] = {
        "field": "pace",
        "type": "quantitative",
        "scale": {"domain": bounds, "range": [c.fitness, c.zones[2], c.heart], "clamp": True},
        "legend": {
            "title": canvas.text("pace", unit=canvas.far),
            "labelExpr": PACE_LABEL,
            "values": bounds,
            "gradientLength": 140,
        },
    }
    return {
        "data": {"values": values},
        "usermeta": MAP,
        "width": SIDE,
        "height": SIDE,
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 5, "color": c.grid, "strokeJoin": "round"},
                "encoding": {
                    **place,
                    "order": {"field": "n"},
                    "detail": {"field": "piece", "type": "nominal"},
                },
            },
            {
                "mark": {"type": "circle", "size": 26, "opacity": 1},
                "encoding": {**place, "color": colour if known.size else {"value": c.bar}},
            },
        ],
    }


def _paces(canvas: Canvas, row: activities.Row, t: Floats) -> Floats:
    """Return the smoothed pace at some moments, in seconds per kilometre or mile."""
    source_id = routes.source_of(row)
    recorded = streams.read(canvas.session, source_id, ["speed_mps"]) if source_id is not None else None
    speed = recorded.get("speed_mps") if recorded is not None else None
    if recorded is None or speed is None:
        return np.full(t.shape, np.nan)
    known = ~np.isnan(speed)
    way = np.concatenate(([0.0], np.cumsum(speed[known][1:] * np.diff(recorded.t_s[known]))))
    begin, end = t - SMOOTH_S / 2, t + SMOOTH_S / 2
    times = recorded.t_s[known]
    covered = np.interp(end, times, way) - np.interp(begin, times, way)
    took = np.clip(end, times[0], times[-1]) - np.clip(begin, times[0], times[-1])
    return np.asarray(canvas.km_m / np.maximum(covered / np.maximum(took, 1e-9), SLOWEST_MPS))


@chart(needs=())
def heatmap(canvas: Canvas, params: Params) -> Spec:
    """Where the athlete goes, the warmer the more often; private places are left out."""
    rows = activities.find(
        canvas.session,
        canvas.athlete.id,
        start=params.start,
        end=params.end,
        sport=params.sport,
        limit=None,
    )
    if not rows:
        return canvas.empty()
    hide = private_places.zones(canvas.session, canvas.athlete.id)
    heat = heat_of([seen.track for seen in routes.tracks(canvas.session, rows, hide=hide)], WIDTH // SQUARE)
    if heat is None:
        return canvas.empty("no_positions")
    height, width = heat.counts.shape
    found_rows, found_columns = np.nonzero(heat.counts)
    values = [
        {"x": x, "y": y, "n": n}
        for x, y, n in zip(
            found_columns.tolist(),
            found_rows.tolist(),
            heat.counts[found_rows, found_columns].tolist(),
            strict=True,
        )
    ]
    most = int(heat.counts.max())
    c = canvas.colours

    def side(name: str, reach: int, *, down: bool) -> dict[str, Any]:
        domain = [reach, 0] if down else [0, reach]
        return {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": domain, "nice": False, "zero": False},
        }

    colour: dict[str, Any] = {
        "field": "n",
        "type": "quantitative",
        # A scale from one to one has no middle.
        "scale": {"type": "log", "domain": [1, max(2, most)], "range": list(heat_stops(c))},
        "legend": {
            "title": say(canvas.lang, "routes.times_passed"),
            "values": [n for n in (1, 3, 10, 30, 100, 300, 1000) if n <= max(2, most)],
            "format": "d",
            "gradientLength": 160,
        },
    }
    return {
        "data": {"values": values},
        "transform": [
            {"calculate": "datum.x + 1.35", "as": "x2"},
            {"calculate": "datum.y + 1.35", "as": "y2"},
        ],
        "mark": {"type": "rect"},
        "usermeta": MAP,
        "width": width * SQUARE,
        "height": height * SQUARE,
        "encoding": {
            "x": side("x", width, down=False),
            "x2": {"field": "x2"},
            "y": side("y", height, down=True),
            "y2": {"field": "y2"},
            "color": colour,
        },
    }
