"""What one FIT file holds, decoded but not yet interpreted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.domain.activity import Floats
from coach.providers.files.fit.columns import Columns, join_columns, read_columns
from coach.providers.files.fit.developer import DeveloperField, read_developer_fields
from coach.providers.files.fit.rest import Message, read_rest
from coach.providers.files.fit.scan import Segment

# Message numbers of the profile.
FILE_ID = 0
RECORD = 20
EVENT = 21
HRV = 78
HR = 132


@dataclass(frozen=True)
class Content:
    """The decoded messages of one FIT file (of all its chained segments)."""

    messages: Sequence[Message]
    records: Columns
    events: Columns
    developer: Mapping[tuple[int, int], DeveloperField]
    heart_beats: Sequence[Columns]  # `hr` messages, by segment: their clocks are independent
    flags: tuple[str, ...]

    def of(self, name: str) -> list[Message]:
        """Return the messages of a kind in file order."""
        return [m for m in self.messages if m.name == name]

    def first(self, name: str) -> Message | None:
        """Return the first message of a kind."""
        return next((m for m in self.messages if m.name == name), None)


def files_of(segments: Sequence[Segment]) -> list[Sequence[Segment]]:
    """Return the segments by file: one that brings no `file_id` of its own continues the one before.

    Watches append such segments with the heart beats that a chest strap stored during a swim.
    """
    starts = [i for i, segment in enumerate(segments) if i == 0 or segment.of(FILE_ID)]
    return [segments[a:b] for a, b in pairwise([*starts, len(segments)])]


def read_content(data: bytes, segments: Sequence[Segment]) -> Content:
    """Decode the segments of one file. Raises TooLarge as `read_rest` does."""
    messages: list[Message] = []
    records: list[Columns] = []
    beats: list[Columns] = []
    events: list[Columns] = []
    developer: dict[tuple[int, int], DeveloperField] = {}
    complete = True
    for segment in segments:
        developer |= read_developer_fields(data, segment)
        types = {key: f.base_type for key, f in developer.items()}
        records.append(read_columns(data, segment, RECORD, types))
        events.append(read_columns(data, segment, EVENT))
        beats.append(read_columns(data, segment, HR))
        rest, all_read = read_rest(data, segment)
        messages += rest
        complete &= all_read
    flags = {
        "truncated": not complete or any(s.truncated for s in segments),
        "bad_crc": any(s.bad_crc for s in segments),
        "no_header": any(s.no_header for s in segments),
    }
    return Content(
        messages=messages,
        records=join_columns(records),
        events=join_columns(events),
        developer=developer,
        heart_beats=[b for b in beats if len(b)],
        flags=tuple(name for name, raised in flags.items() if raised),
    )


def read_rr(data: bytes, segments: Sequence[Segment]) -> Floats:
    """Return the intervals between heart beats (`hrv` messages) in seconds, in file order."""
    columns = join_columns([read_columns(data, segment, HRV) for segment in segments])
    raw = columns.values.get(0)
    if raw is None:
        return columns.time_s[:0]
    flat = raw.ravel()
    return np.asarray(flat[~np.isnan(flat)] / 1000)
