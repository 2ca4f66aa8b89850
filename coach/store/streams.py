"""Samples as arrays: numpy ↔ Postgres' binary format, on the driver connection of the session.

Most channels are `real[]`, missing is NaN. What float32 would blur is `integer[]` times a scale: time in
milliseconds, distance in millimetres, positions in semicircles (float32 longitude is off by up to 0.34 m).
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

from coach.domain.activity import CHANNELS, Floats, Streams
from coach.store.session import Session

MISSING_TICK = 2**31 - 1
SEMICIRCLE_DEG = 180 / 2**31
TICKS = {"distance_m": 0.001, "lat_deg": SEMICIRCLE_DEG, "lon_deg": SEMICIRCLE_DEG}
TIME_SCALE = 0.001

_INT4, _FLOAT4, _INT4_ARRAY, _FLOAT4_ARRAY = 23, 700, 1007, 1021
# Dimensions, has nulls, element type, length, first index; then for each element its size and value.
_HEAD = struct.Struct(">iiIii")


@dataclass(frozen=True)
class _Array:
    """A one-dimensional array on its way to the server: float32 or int32."""

    values: NDArray[Any]


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> Buffer:
        """Return the array in the server's binary format."""
        values = obj.values
        body = np.empty((values.size, 2), ">i4")
        body[:, 0] = 4
        body[:, 1] = values.view("i4")
        return _HEAD.pack(1, 0, self._element, values.size, 1) + body.tobytes()

    _element = 0


class _RealsDumper(_ArrayDumper):
    oid = _FLOAT4_ARRAY
    _element = _FLOAT4


class _IntsDumper(_ArrayDumper):
    oid = _INT4_ARRAY
    _element = _INT4


class _Reals(_Array):
    pass


class _Ints(_Array):
    pass


class _ArrayLoader(Loader):
    format = Format.BINARY
    dtype = ">f4"

    def load(self, data: Buffer) -> NDArray[Any]:
        """Return the array as numpy sees it, without a Python object per element."""
        if len(data) <= _HEAD.size:
            return np.empty(0, self.dtype)
        return np.frombuffer(data, self.dtype, offset=_HEAD.size).reshape(-1, 2)[:, 1]


class _IntsLoader(_ArrayLoader):
    dtype = ">i4"


def _cursor(s: Session) -> psycopg.Cursor[Any]:
    connection: psycopg.Connection[Any] = s.connection().connection.driver_connection  # type: ignore[assignment]
    cursor = connection.cursor(binary=True)
    cursor.adapters.register_dumper(_Reals, _RealsDumper)
    cursor.adapters.register_dumper(_Ints, _IntsDumper)
    cursor.adapters.register_loader(_FLOAT4_ARRAY, _ArrayLoader)
    cursor.adapters.register_loader(_INT4_ARRAY, _IntsLoader)
    return cursor


def _ticks(values: Floats, scale: float) -> _Ints:
    with np.errstate(invalid="ignore", over="ignore"):
        ticks = np.rint(values / scale)
    # 180° east is 180° west; anything else that does not fit was no measurement.
    if scale == SEMICIRCLE_DEG:
        ticks = np.where(ticks == 2.0**31, -(2.0**31), ticks)
    fits = np.isfinite(ticks) & (ticks >= -(2.0**31)) & (ticks < MISSING_TICK)
    return _Ints(np.where(fits, ticks, MISSING_TICK).astype("i4"))


def _unticks(ticks: NDArray[Any], scale: float) -> Floats:
    # Divided where the scale is a decimal fraction, so that 0.1 comes back as 0.1.
    known = ticks.astype(np.float64)
    values = known * scale if scale == SEMICIRCLE_DEG else known / round(1 / scale)
    values[ticks == MISSING_TICK] = np.nan
    return values


def _reals(values: Floats) -> _Reals:
    with np.errstate(over="ignore"):
        return _Reals(np.ascontiguousarray(values, "f4"))


def as_stored(streams: Streams) -> Streams:
    """Return the samples as `read` will return them: rounded to what the arrays hold."""
    t_s = _unticks(_ticks(streams.t_s, TIME_SCALE).values, TIME_SCALE)
    channels = {
        name: _unticks(_ticks(values, scale).values, scale)
        if (scale := TICKS.get(name))
        else _reals(values).values.astype(np.float64)
        for name, values in streams.channels.items()
    }
    developer = {
        name: (unit, _reals(values).values.astype(np.float64))
        for name, (unit, values) in streams.developer.items()
    }
    return Streams(t_s, channels, developer)


def write(s: Session, source_id: int, athlete_id: int, streams: Streams) -> None:
    """Store all channels of one recording; what was stored for it before is replaced."""
    rows: list[tuple[Any, ...]] = [
        ("time", "t_s", "s", TIME_SCALE, None, _ticks(streams.t_s, TIME_SCALE)),
    ]
    for name, values in streams.channels.items():
        unit = CHANNELS[name].unit
        if scale := TICKS.get(name):
            rows.append(("standard", name, unit, scale, None, _ticks(values, scale)))
        else:
            rows.append(("standard", name, unit, None, _reals(values), None))
    for name, (unit, values) in streams.developer.items():
        rows.append(("developer", name, unit, None, _reals(values), None))
    with _cursor(s) as cursor:
        cursor.execute(
            "DELETE FROM activity_streams WHERE athlete_id = %s AND activity_source_id = %s",
            [athlete_id, source_id],
        )
        cursor.executemany(
            "INSERT INTO activity_streams"
            " (athlete_id, activity_source_id, kind, channel, unit, scale, samples, ticks)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(athlete_id, source_id, *row) for row in rows],
        )


def remove(s: Session, source_id: int, athlete_id: int) -> None:
    """Delete the samples of one recording."""
    with _cursor(s) as cursor:
        cursor.execute(
            "DELETE FROM activity_streams WHERE athlete_id = %s AND activity_source_id = %s",
            [athlete_id, source_id],
        )


def read(s: Session, source_id: int, channels: Collection[str] | None = None) -> Streams | None:
    """Return the samples of a recording, or None when it has none.

    `channels` names the standard channels that are wanted; None: all, and the developer fields.
    """
    return read_many(s, [source_id], channels).get(source_id)


def read_many(
    s: Session, source_ids: Collection[int], channels: Collection[str] | None = None
) -> dict[int, Streams]:
    """Return recording → its samples, those without any left out. `channels` as for `read`."""
    with _cursor(s) as cursor:
        cursor.execute(
            "SELECT activity_source_id, kind, channel, unit, scale, samples, ticks FROM activity_streams"
            " WHERE activity_source_id = ANY (%s::bigint[])"
            " AND (%s::text[] IS NULL OR kind = 'time' OR kind = 'standard' AND channel = ANY (%s::text[]))",
            [list(source_ids), *(2 * [None if channels is None else list(channels)])],
        )
        rows = cursor.fetchall()
    times: dict[int, Floats] = {}
    standard: dict[int, dict[str, Floats]] = {}
    developer: dict[int, dict[str, tuple[str, Floats]]] = {}
    for source_id, kind, channel, unit, scale, samples, ticks in rows:
        values = samples.astype(np.float64) if ticks is None else _unticks(ticks, scale)
        if kind == "time":
            times[source_id] = values
        elif kind == "developer":
            developer.setdefault(source_id, {})[channel] = (unit, values)
        else:
            standard.setdefault(source_id, {})[channel] = values
    return {
        source_id: Streams(t_s, standard.get(source_id, {}), developer.get(source_id, {}))
        for source_id, t_s in times.items()
    }
