"""The few messages that are no samples, decoded by fitparse, which knows the profile.

An allow-list of messages and fields is written as a small, well-formed FIT stream of its own: what a
hostile or odd file holds besides never reaches fitparse, nor do developer fields (it keeps their types in
a module-global table).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from typing import Any

from fitparse import FitFile
from fitparse.profile import MESSAGE_TYPES

from coach.errors import TooLarge
from coach.providers.files.fit.columns import BASE_TYPES, BYTE, STRING
from coach.providers.files.fit.scan import Definition, FieldShape, Group, Segment

# fitparse needs about 50 µs a message; the longest pool swims have a few thousand lengths.
MAX_MESSAGES_OF_A_KIND = 10_000
MAX_SESSIONS = 100

WANTED: Mapping[str, tuple[str, ...]] = {
    "file_id": ("type", "manufacturer", "product", "serial_number", "time_created", "product_name"),
    "activity": ("timestamp", "local_timestamp"),
    "sport": ("sport", "sub_sport"),
    "workout": ("wkt_name",),
    "session": (
        "timestamp",
        "start_time",
        "sport",
        "sub_sport",
        "total_elapsed_time",
        "total_timer_time",
        "total_distance",
        "total_cycles",
        "total_calories",
        "total_ascent",
        "total_descent",
        "avg_speed",
        "max_speed",
        "enhanced_avg_speed",
        "enhanced_max_speed",
        "avg_heart_rate",
        "max_heart_rate",
        "avg_cadence",
        "max_cadence",
        "avg_fractional_cadence",
        "max_fractional_cadence",
        "avg_power",
        "max_power",
        "normalized_power",
        "total_training_effect",
        "total_anaerobic_training_effect",
        "training_stress_score",
        "avg_temperature",
        "avg_step_length",
        "avg_vertical_oscillation",
        "avg_vertical_ratio",
        "avg_stance_time",
        "pool_length",
    ),
    "lap": (
        "timestamp",
        "start_time",
        "sport",
        "sub_sport",
        "total_elapsed_time",
        "total_timer_time",
        "total_distance",
        "total_ascent",
        "avg_heart_rate",
        "max_heart_rate",
        "lap_trigger",
        "intensity",
    ),
    "length": (
        "timestamp",
        "start_time",
        "total_elapsed_time",
        "total_strokes",
        "swim_stroke",
        "length_type",
    ),
}

_NUMBERS: Mapping[int, str] = {number: m.name for number, m in MESSAGE_TYPES.items() if m.name in WANTED}
_FIELDS: Mapping[int, frozenset[int]] = {
    number: frozenset(f.def_num for f in MESSAGE_TYPES[number].fields.values() if f.name in WANTED[name])
    for number, name in _NUMBERS.items()
}


@dataclass(frozen=True)
class Message:
    """One decoded message: `values` in the profile's units and names, `raw` the numbers as stored."""

    name: str
    position: int
    values: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def number(self, *names: str) -> float | None:
        """Return the first of the fields that holds a number."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, int | float) and isfinite(value):
                return float(value)
        return None

    def amount(self, *names: str) -> float | None:
        """Return the first of the fields that holds a number, None when that is below zero."""
        number = self.number(*names)
        return None if number is None or number < 0 else number

    def text(self, name: str) -> str:
        """Return a text or the name of an enumerated value, "" when there is none or it has no name."""
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def time_s(self, name: str) -> float | None:
        """Return a point in time as FIT time: seconds since 1989-12-31.

        A watch whose clock was never set counts from when it was switched on; its times still
        agree with one another.
        """
        value = self.raw.get(name)
        return float(value) if isinstance(value, int) and 0 <= value <= 0xFFFFFFFF else None


class _Plain:
    """Instead of fitparse's post-processing, of which nothing is needed (times stay numbers)."""

    def run_type_processor(self, field_data: Any) -> None: ...

    def run_field_processor(self, field_data: Any) -> None: ...

    def run_unit_processor(self, field_data: Any) -> None: ...

    def run_message_processor(self, data_message: Any) -> None: ...


def read_rest(data: bytes, segment: Segment) -> tuple[list[Message], bool]:
    """Return the wanted messages of a segment in file order, and whether all could be read.

    Raises TooLarge when a kind has more messages than MAX_MESSAGES_OF_A_KIND.
    """
    packed: list[tuple[int, bytes, bytes]] = []
    count = dict.fromkeys(_NUMBERS, 0)
    for group in segment.groups:
        number = group.definition.message
        if number not in _NUMBERS or not group:
            continue
        count[number] += len(group.starts) + sum(n for _, _, n in group.runs)
        session = _NUMBERS[number] == "session"
        if count[number] > (MAX_SESSIONS if session else MAX_MESSAGES_OF_A_KIND):
            raise TooLarge("fit_overloaded")
        packed += _packed(data, group)
    packed.sort(key=lambda p: p[0])
    try:
        return _decode(packed), True
    except Exception:
        # Whatever fitparse makes of a damaged message must not cost the others.
        return _decode_singly(packed), False


def _decode_singly(packed: Iterable[tuple[int, bytes, bytes]]) -> list[Message]:
    messages: list[Message] = []
    for one in packed:
        try:
            messages += _decode([one])
        except Exception:  # noqa: S112 - the caller is told that something was unreadable
            continue
    return messages


def _decode(packed: list[tuple[int, bytes, bytes]]) -> list[Message]:
    """Decode messages given as (position, definition, content)."""
    if not packed:
        return []
    stream = bytearray()
    local: dict[bytes, int] = {}
    for _, definition, content in packed:
        if definition not in local:
            if len(local) == 16:
                local.clear()
            local[definition] = len(local)
            stream += bytes((0x40 | local[definition],)) + definition
        stream += bytes((local[definition],)) + content
    header = struct.pack("<BBHI4s", 12, 0x20, 2132, len(stream), b".FIT")
    file = FitFile(io.BytesIO(header + bytes(stream) + b"\0\0"), check_crc=False, data_processor=_Plain())
    decoded = file.get_messages()
    return [_message(message, p[0]) for message, p in zip(decoded, packed, strict=True)]


def _message(message: Any, position: int) -> Message:
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    for item in message.fields:
        if values.get(item.name) is None:
            values[item.name] = item.value
        if item.field_def is not None:
            raw[item.field_def.name] = item.raw_value
            # A subfield (garmin_product, total_strokes) is known by its parent's name as well.
            values.setdefault(item.field_def.name, item.value)
    return Message(message.name, position, values, raw)


def _packed(data: bytes, group: Group) -> list[tuple[int, bytes, bytes]]:
    """Return each message of a group as (position, definition, content) with nothing but wanted fields."""
    head, slices = _layout(group.definition.content)
    if not slices:
        return []
    result: list[tuple[int, bytes, bytes]] = []
    for position in group.positions().tolist():
        first = position + 1
        content = b"".join([data[first + begin : first + end] for begin, end in slices])
        result.append((position, head, content))
    return result


@lru_cache(maxsize=256)
def _layout(definition_content: bytes) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """Return a definition's wanted fields: as a definition without header, and where they lie.

    Kept for the next file, which most often comes from the same watch.
    """
    definition = Definition(definition_content)
    kept = [shape for shape in definition.fields if _wanted(definition.message, shape)]
    order = ">" if definition.big_endian else "<"
    head = struct.pack(order + "BBHB", 0, definition.big_endian, definition.message, len(kept))
    head += b"".join(bytes((s.number, s.size, s.base_type)) for s in kept)
    return head, tuple((s.offset, s.offset + s.size) for s in kept)


def _wanted(message: int, shape: FieldShape) -> bool:
    """Tell whether a field is on the list and has the form that the profile gives it."""
    if shape.index is not None or shape.number not in _FIELDS[message]:
        return False
    profile = MESSAGE_TYPES[message].fields[shape.number]
    if profile.base_type.name == "string":
        return shape.base_type == STRING and shape.size > 0
    kind, _ = BASE_TYPES.get(shape.base_type & 0x1F, ("", None))
    return bool(kind) and shape.size == int(kind[1:]) and shape.base_type & 0x1F != BYTE
