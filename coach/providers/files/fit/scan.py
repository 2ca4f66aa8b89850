"""Find every message of a FIT file: where it lies and which definition describes it.

Nothing is decoded here but definitions; `columns` turns the messages of one kind into arrays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coach.errors import TooLarge, UnreadableFile
from coach.providers.files.fit.crc import crc16

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

# A device defines a few dozen shapes of messages and sends none without fields. A hostile file of
# 1 MB may hold 10⁶ empty messages or 10⁵ definitions, which cost other readers 11–25 s.
MAX_DEFINITIONS = 2_000
MAX_EMPTY_MESSAGES = 1_000
MAX_MESSAGES = 3_000_000
MAX_SEGMENTS = 200

_MIN_HEADER = 12
_MAGIC = b".FIT"
_FILE_ID_DEFINITION = re.compile(rb"[\x40-\x4f]\0[\0\1]\0\0")
_GALLOP_AFTER = 16  # messages of one shape ahead that make counting them with numpy worth it


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a definition. `index` is the developer data index, None for the profile's fields."""

    number: int
    size: int
    base_type: int
    offset: int
    index: int | None = None


class Definition:
    """The shape of data messages: `message` is the profile's message number, `size` the bytes of one.

    `content` is one byte with the developer bit, then the definition's bytes as in the file.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.big_endian = content[2] != 0
        self.message = int.from_bytes(content[3:5], "big" if self.big_endian else "little")
        self._own_end = 6 + 3 * content[5]
        self.size = sum(content[7 : self._own_end : 3])
        if content[0]:
            self.size += sum(content[self._own_end + 2 :: 3])

    @cached_property
    def fields(self) -> tuple[FieldShape, ...]:
        """The fields in the order in which they lie in a message."""
        content, own_end = self.content, self._own_end
        fields: list[FieldShape] = []
        offset = 0
        for i in range(6, own_end, 3):
            fields.append(FieldShape(content[i], content[i + 1], content[i + 2], offset))
            offset += content[i + 1]
        if content[0]:
            for i in range(own_end + 1, len(content), 3):
                fields.append(FieldShape(content[i], content[i + 1], -1, offset, content[i + 2]))
                offset += content[i + 1]
        return tuple(fields)


@dataclass(slots=True)
class Group:
    """All data messages of a segment that share one definition.

    `starts` are single header positions, `runs` are (first, step, count) of evenly spaced ones.
    """

    definition: Definition
    starts: list[int] = field(default_factory=list)
    runs: list[tuple[int, int, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.starts or self.runs)

    def positions(self) -> Ints:
        """Return the sorted positions of the message headers."""
        parts = [np.asarray(self.starts, np.int64)]
        parts += [first + step * np.arange(count, dtype=np.int64) for first, step, count in self.runs]
        positions = np.concatenate(parts)
        positions.sort()
        return positions


@dataclass(slots=True)
class Segment:
    """One FIT file; several may be chained in one. Local message types end with it."""

    groups: list[Group]
    truncated: bool = False
    bad_crc: bool = False
    no_header: bool = False  # the device never came to write the size into the header

    def of(self, message: int) -> list[Group]:
        """Return the non-empty groups of a message number."""
        return [g for g in self.groups if g.definition.message == message and g]


def scan(data: bytes) -> tuple[Segment, ...]:
    """Return the segments of a FIT file, flagged where they are damaged.

    Raises UnreadableFile when `data` is empty or no FIT file, TooLarge when it holds more messages or
    definitions than any device writes.
    """
    if not data:
        raise UnreadableFile("fit_empty")
    headless = _headless(data)
    if not headless and not _is_header(data, 0):
        raise UnreadableFile("fit_not_fit")
    segments: list[Segment] = []
    position = 0
    if headless:
        walk = _Walk(data, len(data))
        walk.run(headless)
        return (Segment(list(walk.groups.values()), no_header=True),)
    while position < len(data):
        if not _is_header(data, position) or len(segments) >= MAX_SEGMENTS:
            segments[-1].truncated |= bool(data[position:].strip(b"\0"))
            break
        segment, position = _scan_segment(data, position)
        segments.append(segment)
    return tuple(segments)


def _headless(data: bytes) -> int:
    """Return where the content starts in a file whose header stayed all zeros (a crash), else 0.

    Every file begins with the definition of its `file_id`.
    """
    for size in (14, 12):
        if not any(data[:size]) and _FILE_ID_DEFINITION.match(data, size):
            return size
    return 0


def _is_header(data: bytes, position: int) -> bool:
    return data[position + 8 : position + 12] == _MAGIC and data[position] >= _MIN_HEADER


def _scan_segment(data: bytes, start: int) -> tuple[Segment, int]:
    """Return the segment whose header is at `start`, and the position behind its checksum."""
    first = start + data[start]
    size = int.from_bytes(data[start + 4 : start + 8], "little")
    end = first + size
    segment = Segment(groups=[])
    if size == 0:
        segment.no_header = True
        end = after = len(data)
    elif end + 2 > len(data):
        segment.truncated = end > len(data)
        segment.bad_crc = not segment.truncated
        end = min(end, len(data))
        after = len(data)
    else:
        after = end + 2
        stored = int.from_bytes(data[end:after], "little")
        segment.bad_crc = crc16(memoryview(data)[start:end]) != stored
    walk = _Walk(data, end)
    complete = walk.run(first)
    segment.groups = list(walk.groups.values())
    if segment.no_header:
        # The end is unknown: what follows the last whole message may be a checksum or half a message.
        segment.no_header = any(segment.groups)
        segment.truncated = not segment.no_header
    elif not complete:
        segment.truncated = True
    return segment, after


class _Walk:
    """The walk over one segment's messages."""

    def __init__(self, data: bytes, end: int) -> None:
        self.data = data
        self.end = end
        self.buffer: Bytes = np.frombuffer(data, np.uint8)
        self.groups: dict[bytes, Group] = {}
        self._messages = 0
        self._empty = 0

    def run(self, position: int) -> bool:
        """Collect messages from `position`; return whether the segment was walked to its exact end."""
        data, end = self.data, self.end
        local: list[Group | None] = [None] * 16
        while position < end:
            header = data[position]
            if header & 0xC0 == 0x40:
                behind = self._define(position, local)
                if behind is None:
                    return False
                position = behind
                continue
            group = local[(header >> 5) & 0x03 if header & 0x80 else header & 0x0F]
            if group is None:
                return False
            step = group.definition.size + 1
            following = position + step
            if following > end:
                return False
            ahead = position + _GALLOP_AFTER * step
            if ahead < end and data[ahead] == data[following] == header:
                count = self._count(position, step)
                group.runs.append((position, step, count))
                position += step * count
                self._note(count, step)
            else:
                group.starts.append(position)
                position = following
                self._note(1, step)
        return True

    def _note(self, count: int, step: int) -> None:
        self._messages += count
        if step == 1:
            self._empty += count
        if self._messages > MAX_MESSAGES or self._empty > MAX_EMPTY_MESSAGES:
            raise TooLarge("fit_overloaded")

    def _count(self, position: int, step: int) -> int:
        """Return how many whole messages with this header follow one another from `position`."""
        header = self.data[position]
        mask = 0xE0 if header & 0x80 else 0xFF  # compressed headers carry the time in five bits
        possible = (self.end - position) // step
        headers = self.buffer[position : position + possible * step : step]
        done, window = 0, 64
        while done < possible:
            other = np.flatnonzero((headers[done : done + window] & mask) != (header & mask))
            if other.size:
                return done + int(other[0])
            done += window
            window *= 4
        return possible

    def _define(self, position: int, local: list[Group | None]) -> int | None:
        """Read the definition at `position`; return the position behind it, None when it is cut off."""
        data, end = self.data, self.end
        header = data[position]
        if position + 6 > end:
            return None
        behind = position + 6 + 3 * data[position + 5]
        if header & 0x20:
            if behind >= end:
                return None
            behind += 1 + 3 * data[behind]
        if behind > end:
            return None
        # Devices repeat definitions; equal ones share a group. Only bit 5 of the header shapes it.
        key = bytes((header & 0x20,)) + data[position + 1 : behind]
        group = self.groups.get(key)
        if group is None:
            if len(self.groups) >= MAX_DEFINITIONS:
                raise TooLarge("fit_overloaded")
            group = self.groups[key] = Group(Definition(key))
        local[header & 0x0F] = group
        return behind
