"""Messages of one kind as arrays: a row per message, a column per field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.errors import TooLarge
from coach.providers.files.fit.scan import Bytes, Definition, FieldShape, Ints, Segment

TIMESTAMP = 253
BYTE = 13
STRING = 7

# A 24-hour run at 1 Hz with 100 fields has 9 million numbers. Few bytes can ask for far more, by giving
# one message a field that all others then lack.
MAX_CELLS = 20_000_000
_LAST_TIME = 0xFFFFFFFF

# Base type number (the low five bits of the identifier) → numpy kind and the value that means "none".
# Floats have no such value but NaN.
BASE_TYPES: Mapping[int, tuple[str, int | None]] = {
    0: ("u1", 0xFF),  # enum
    1: ("i1", 0x7F),
    2: ("u1", 0xFF),
    3: ("i2", 0x7FFF),
    4: ("u2", 0xFFFF),
    5: ("i4", 0x7FFFFFFF),
    6: ("u4", 0xFFFFFFFF),
    8: ("f4", None),
    9: ("f8", None),
    10: ("u1", 0),  # the z types
    11: ("u2", 0),
    12: ("u4", 0),
    BYTE: ("u1", 0xFF),
    14: ("i8", 0x7FFFFFFFFFFFFFFF),
    15: ("u8", 0xFFFFFFFFFFFFFFFF),
    16: ("u8", 0),
}

# A field of the profile by its number, a developer's field by (developer data index, number).
Key = int | tuple[int, int]


@dataclass(frozen=True)
class Columns:
    """The messages of one kind in file order.

    `position` is each message's place in the file. `values` holds raw numbers (no scale applied), NaN
    where the message has none: shape (rows,), or (rows, k) for a field that is an array. `time_s` is the
    FIT time (seconds since 1989-12-31) of each message, NaN when unknown.
    """

    position: Ints
    time_s: Floats
    values: Mapping[Key, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.position.size)

    def get(self, key: Key) -> Floats | None:
        """Return one number per message (of an array its first), or None when no message has the field."""
        values = self.values.get(key)
        if values is None:
            return None
        return values if values.ndim == 1 else values[:, 0]


def read_columns(
    data: bytes,
    segment: Segment,
    message: int,
    developer_types: Mapping[tuple[int, int], int] | None = None,
) -> Columns:
    """Return all messages with the number `message`.

    `developer_types` maps (developer data index, field number) to its base type; other developer fields
    are left out, as are strings, and fields whose size is no multiple of their type (COROS writes those).
    """
    groups = segment.of(message)
    if not groups:
        return Columns(np.empty(0, np.int64), np.empty(0))
    placed = [(group, group.positions()) for group in groups]
    position = np.concatenate([p for _, p in placed])
    order = np.argsort(position, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)

    table = _Table(position.size)
    first = 0
    for group, positions in placed:
        rows = rank[first : first + positions.size]
        first += positions.size
        for key, part in _group_values(data, group.definition, positions, developer_types or {}).items():
            table.place(key, part, rows)
    position = position[order]
    values = table.columns
    time_s = values.pop(TIMESTAMP, None)
    if time_s is None or time_s.ndim > 1:
        time_s = np.full(position.size, np.nan)
    time_s = np.where((time_s >= 0) & (time_s <= _LAST_TIME), time_s, np.nan)
    header = np.frombuffer(data, np.uint8)[position]
    if bool((header & 0x80).any()):
        time_s = _with_compressed_times(data, segment, position, header, time_s)
    return Columns(position, time_s, values)


class _Table:
    """Columns of `rows` numbers that are filled piece by piece. Raises TooLarge beyond MAX_CELLS."""

    def __init__(self, rows: int) -> None:
        self.columns: dict[Key, Floats] = {}
        self._rows = rows
        self._cells = 0

    def place(self, key: Key, part: Floats, rows: Ints) -> None:
        """Set the column `key` at `rows`; it is made, and widened, as needed."""
        column = self.columns.get(key)
        old_width = 0 if column is None else column.size // self._rows
        width = max(old_width, part.size // rows.size)
        if width > old_width:
            self._cells += self._rows * (width - old_width)
            if self._cells > MAX_CELLS:
                raise TooLarge("fit_overloaded")
            if rows.size == self._rows and column is None:
                # One shape of message, whose rows are in file order already.
                self.columns[key] = part
                return
            wider = np.full((self._rows, width) if width > 1 else self._rows, np.nan)
            if column is not None:
                wider[:, :old_width] = column.reshape(self._rows, -1)
            column = self.columns[key] = wider
        assert column is not None
        if width == 1:
            column[rows] = part
        else:
            part = part.reshape(rows.size, -1)
            column[rows, : part.shape[1]] = part


def message_bytes(data: bytes, positions: Ints, size: int) -> Bytes:
    """Return the content of messages of `size` bytes behind the headers at `positions`: (rows, size)."""
    windows: NDArray[np.void] = np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))
    return np.frombuffer(windows[positions + 1].tobytes(), np.uint8).reshape(positions.size, size)


def _group_values(
    data: bytes,
    definition: Definition,
    positions: Ints,
    developer_types: Mapping[tuple[int, int], int],
) -> dict[Key, Floats]:
    if definition.size == 0:
        return {}
    content = message_bytes(data, positions, definition.size)
    values: dict[Key, Floats] = {}
    for shape in definition.fields:
        if shape.index is None:
            key: Key = shape.number
            base_type = shape.base_type
        else:
            key = (shape.index, shape.number)
            base_type = developer_types.get(key, STRING)
        column = _field_values(content, definition, shape, base_type)
        if column is not None:
            values.setdefault(key, column)
    return values


def _field_values(content: Bytes, definition: Definition, shape: FieldShape, base_type: int) -> Floats | None:
    """Return a field's raw numbers, or None where its bytes are no numbers."""
    kind, none = BASE_TYPES.get(base_type & 0x1F, ("", None))
    width = int(kind[1:] or 0)
    if not width or not shape.size or shape.size % width:
        return None
    dtype = np.dtype(("<", ">")[definition.big_endian] + kind)
    part = np.ndarray(
        (len(content), shape.size // width),
        dtype,
        content,
        offset=shape.offset,
        strides=(definition.size, width),
    )
    with np.errstate(invalid="ignore"):  # a damaged float may be a signalling NaN
        values = part.astype(np.float64)
    if none is not None:
        missing = part == none
        if base_type & 0x1F == BYTE:
            missing = np.repeat(missing.all(axis=1, keepdims=True), missing.shape[1], axis=1)
        values[missing] = np.nan
    return values[:, 0] if values.shape[1] == 1 else values


def unroll(value: Floats, is_full: NDArray[np.bool_], bits: int) -> Floats:
    """Return a counter of which some samples give all bits and the others only the lowest `bits`.

    Each partial sample lies less than 2^bits above the one before; before the first full one the counter
    is unknown (NaN).
    """
    modulus = 1 << bits
    counter = np.nan_to_num(value).astype(np.int64)
    delta = np.diff(counter, prepend=counter[:1]) & (modulus - 1)
    delta[is_full] = 0
    climbed = np.cumsum(delta)
    last_full = np.maximum.accumulate(np.where(is_full, np.arange(counter.size), -1))
    result = (counter[last_full] + climbed - climbed[last_full]).astype(np.float64)
    result[last_full < 0] = np.nan
    return result


def _with_compressed_times(
    data: bytes, segment: Segment, position: Ints, header: Bytes, time_s: Floats
) -> Floats:
    """Return `time_s` with the times that headers carry as five bits, relative to the time before.

    That time may stand in a message of any kind, so all of the segment's timestamps are needed.
    """
    at: list[Ints] = []
    times: list[Floats] = []
    full: list[NDArray[np.bool_]] = []
    buffer = np.frombuffer(data, np.uint8)
    for group in filter(None, segment.groups):
        positions = group.positions()
        headers = buffer[positions]
        shapes = [s for s in group.definition.fields if s.number == TIMESTAMP and s.index is None]
        stamp = None
        if shapes:
            content = message_bytes(data, positions, group.definition.size)
            stamp = _field_values(content, group.definition, shapes[0], shapes[0].base_type)
        if stamp is None or stamp.ndim > 1:
            stamp = np.full(positions.size, np.nan)
        compressed = (headers & 0x80 > 0) & np.isnan(stamp)
        stamp[compressed] = headers[compressed] & 0x1F
        known = ~np.isnan(stamp)
        at.append(positions[known])
        times.append(stamp[known])
        full.append(~compressed[known])
    all_at = np.concatenate(at)
    order = np.argsort(all_at)
    unrolled = unroll(np.concatenate(times)[order], np.concatenate(full)[order], 5)
    need = (header & 0x80 > 0) & np.isnan(time_s)
    result = time_s.copy()
    result[need] = unrolled[np.searchsorted(all_at[order], position[need])]
    return result


def join_columns(parts: Sequence[Columns]) -> Columns:
    """Return the rows of several segments of one file, one after the other."""
    if len(parts) == 1:
        return parts[0]
    table = _Table(sum(len(p) for p in parts))
    first = 0
    for part in parts:
        rows = np.arange(first, first + len(part))
        first += len(part)
        for key, column in part.values.items():
            table.place(key, column, rows)
    return Columns(
        np.concatenate([p.position for p in parts]) if parts else np.empty(0, np.int64),
        np.concatenate([p.time_s for p in parts]) if parts else np.empty(0),
        table.columns,
    )
