"""Tracks as others read them: GeoJSON (RFC 7946) and WKT. Longitude stands before latitude in both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from coach.domain.activity import Floats
from coach.domain.geometry import Piece, Track, even

DECIMALS = 6  # a tenth of a metre, as RFC 7946 section 11.2 recommends
MEDIA_TYPE = "application/geo+json"


def thinned(track: Track, step_m: float) -> Track:
    """Return a track with a position about every `step_m`, for files of many outings; without height."""
    thin = []
    for piece in track:
        lat, lon = even(piece, step_m)
        thin.append(Piece(np.linspace(piece.t_s[0], piece.t_s[-1], lat.size), lat, lon))
    return tuple(thin)


def geometry(track: Track, *, altitude: bool = False) -> dict[str, Any] | None:
    """Return a LineString, a MultiLineString where pauses or gaps break it, or None with nothing to show."""
    lines = [_positions(piece, altitude) for piece in track]
    if not lines:
        return None
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def feature(
    track: Track, properties: Mapping[str, Any], *, number: int | None = None, altitude: bool = False
) -> dict[str, Any]:
    """Return one outing as a Feature; its geometry is null where nothing of it may be seen."""
    named = {} if number is None else {"id": number}
    return {
        "type": "Feature",
        **named,
        "geometry": geometry(track, altitude=altitude),
        "properties": dict(properties),
    }


def collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return features as one file."""
    return {"type": "FeatureCollection", "features": list(features)}


def wkt(tracks: Iterable[Track], *, altitude: bool = False) -> str:
    """Return the lines of tracks as well-known text (OGC 06-103r4): LINESTRING or MULTILINESTRING.

    With heights it is `Z`, which all lines of a text must share: it is left out where one line lacks them.
    """
    pieces = [piece for track in tracks for piece in track]
    high = altitude and bool(pieces) and all(_has_altitude(piece) for piece in pieces)
    lines = [
        "(" + ", ".join(" ".join(_text(n) for n in p) for p in _positions(piece, high)) + ")"
        for piece in pieces
    ]
    z = " Z" if high else ""
    if not lines:
        return "LINESTRING EMPTY"
    return f"LINESTRING{z} {lines[0]}" if len(lines) == 1 else f"MULTILINESTRING{z} ({', '.join(lines)})"


def _has_altitude(piece: Piece) -> bool:
    return piece.altitude_m is not None and not bool(np.isnan(piece.altitude_m).any())


def _positions(piece: Piece, altitude: bool) -> list[list[float]]:
    columns: list[Floats] = [np.round(piece.lon_deg, DECIMALS), np.round(piece.lat_deg, DECIMALS)]
    if altitude and piece.altitude_m is not None and _has_altitude(piece):
        columns.append(np.round(piece.altitude_m, 1))
    found: list[list[float]] = np.column_stack(columns).tolist()
    return found


def _text(number: float) -> str:
    return f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")
