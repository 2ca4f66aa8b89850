"""Write the messages of a FIT file.

Message and field numbers, types, scales and names of values are fitparse's profile; only the layout of the
bytes is ours.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from fitparse.profile import FIELD_TYPES, MESSAGE_TYPES
from fitparse.records import BASE_TYPES as PARSED_TYPES
from fitparse.records import Field
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.providers.files.fit.columns import BASE_TYPES, BYTE, STRING
from coach.providers.files.fit.crc import crc16
from coach.providers.files.fit.scan import Ints

_MESSAGES: Mapping[str, Any] = {m.name: m for m in MESSAGE_TYPES.values()}

# Fields that the profile got after fitparse's copy of it.
_NEWER_FIELDS: Mapping[tuple[str, str], Any] = {
    ("record", "enhanced_respiration_rate"): Field(
        name="enhanced_respiration_rate", type=PARSED_TYPES[0x84], def_num=108, scale=100, units="breaths/min"
    )
}

# Local message types: records without and with a compressed timestamp (only 0–3 can have one), the rest.
_RECORD, _RECORD_COMPRESSED, _OTHER = 0, 1, 2
_COMPRESSED_SPAN_S = 32
FLOAT32 = 0x88
_PROTOCOL_2, _PROFILE = 0x20, 2132
_TEXT_BYTES = 250


@lru_cache
def value_numbers(type_name: str) -> Mapping[str, int]:
    """Return the numbers of an enumerated type's values by name."""
    return {name: number for number, name in FIELD_TYPES[type_name].values.items()}


@lru_cache
def _profile_field(message: str, name: str) -> Any:
    if (message, name) in _NEWER_FIELDS:
        return _NEWER_FIELDS[message, name]
    return next(f for f in _MESSAGES[message].fields.values() if f.name == name)


class FitWriter:
    """The messages of one file.

    `compressed_times` writes record times into the message headers, `big_endian` the other byte order.
    """

    def __init__(self, *, compressed_times: bool = False, big_endian: bool = False) -> None:
        self._chunks: list[bytes] = []
        self._defined: dict[int, bytes] = {}
        self._compressed_times = compressed_times
        self._order = ">" if big_endian else "<"

    def file(self) -> bytes:
        """Return the whole file with header and checksums."""
        content = b"".join(self._chunks)
        header = struct.pack("<BBHI4s", 14, _PROTOCOL_2, _PROFILE, len(content), b".FIT")
        header += crc16(header).to_bytes(2, "little")
        body = header + content
        return body + crc16(body).to_bytes(2, "little")

    def message(self, name: str, values: Mapping[str, Any]) -> None:
        """Write one message; fields whose value is None are left out.

        A value is in the field's unit, or the name of an enumerated value.
        """
        shapes: list[tuple[int, int, int]] = []
        content = b""
        for field_name, value in values.items():
            if value is None:
                continue
            field = _profile_field(name, field_name)
            raw = self._raw(field, value)
            shapes.append((field.def_num, len(raw), field.base_type.identifier))
            content += raw
        self._define(_OTHER, name, shapes, [])
        self._chunks.append(bytes((_OTHER,)) + content)

    def _raw(self, field: Any, value: Any) -> bytes:
        kind = field.base_type.identifier & 0x1F
        if kind == STRING:
            return str(value).encode()[:_TEXT_BYTES].decode(errors="ignore").encode() + b"\0"
        if kind == BYTE:
            return bytes(value)
        if isinstance(value, str):
            value = value_numbers(field.type.name).get(value)
        numbers = np.array([np.nan if value is None else value], np.float64)
        return _stored(field, numbers, self._order).tobytes()

    def _define(
        self, local: int, name: str, shapes: list[tuple[int, int, int]], developer: list[tuple[int, int, int]]
    ) -> None:
        number = _MESSAGES[name].mesg_num
        definition = struct.pack(self._order + "BBHB", 0, self._order == ">", number, len(shapes))
        definition += b"".join(map(bytes, shapes))
        if developer:
            definition += bytes((len(developer),)) + b"".join(map(bytes, developer))
        header = 0x40 | (0x20 if developer else 0) | local
        if self._defined.get(local) != definition:
            self._defined[local] = definition
            self._chunks.append(bytes((header,)) + definition)

    def records(self, time_s: Ints, columns: Mapping[str, Floats], developer: Mapping[int, Floats]) -> None:
        """Write one `record` per FIT time.

        `columns` are fields of `record` in the profile's units, `developer` fields by number (of the
        developer data index 0, FLOAT32).
        """
        if not time_s.size:
            return
        stored: list[tuple[str, NDArray[Any]]] = []
        shapes: list[tuple[int, int, int]] = []
        for name, values in columns.items():
            field = _profile_field("record", name)
            column = _stored(field, values, self._order)
            stored.append((name, column))
            shapes.append((field.def_num, column.itemsize, field.base_type.identifier))
        for number, values in developer.items():
            stored.append((f"developer_{number}", values.astype(self._order + "f4")))
        own = [(number, 4, 0) for number in developer]
        stamp = _profile_field("record", "timestamp")
        stamps = _stored(stamp, time_s.astype(np.float64), self._order)
        full_shapes = [(stamp.def_num, 4, stamp.base_type.identifier), *shapes]
        headers = np.full(time_s.size, _RECORD, np.uint8)
        whole = _packed([("header", headers), ("time", stamps), *stored])
        self._define(_RECORD, "record", full_shapes, own)
        if not self._compressed_times:
            self._chunks.append(whole.tobytes())
            return
        self._define(_RECORD_COMPRESSED, "record", shapes, own)
        headers = (0x80 | _RECORD_COMPRESSED << 5 | (time_s & 0x1F)).astype(np.uint8)
        short = _packed([("header", headers), *stored])
        far = np.diff(time_s, prepend=time_s[0] - _COMPRESSED_SPAN_S) >= _COMPRESSED_SPAN_S
        edges = np.flatnonzero(far).tolist()
        for begin, end in zip(edges, [*edges[1:], time_s.size], strict=True):
            self._chunks.append(whole[begin : begin + 1].tobytes() + short[begin + 1 : end].tobytes())


def _stored(field: Any, values: Floats, order: str) -> NDArray[Any]:
    """Return numbers as the field stores them; NaN and what does not fit become the type's "none"."""
    kind, none = BASE_TYPES[field.base_type.identifier & 0x1F]
    dtype = np.dtype(order + kind)
    scaled = np.rint((values + (field.offset or 0)) * (field.scale or 1))
    limits = np.iinfo(dtype)
    bad = ~((scaled >= limits.min) & (scaled <= limits.max))
    return np.where(bad, np.nan if none is None else none, scaled).astype(dtype)


def _packed(columns: Sequence[tuple[str, NDArray[Any]]]) -> NDArray[Any]:
    """Return the columns as rows without gaps."""
    rows = np.empty(columns[0][1].size, np.dtype([(name, values.dtype) for name, values in columns]))
    for name, values in columns:
        rows[name] = values
    return rows
