"""Strava's bulk export: activities.csv describes the files, and holds what was typed in without a file.

Its headers, dates and decimals are in the athlete's language, and columns are added every year, so columns
are found by their place: seven lead the table, and "activities/123.fit.gz" shows where the file name is,
after which elapsed time, moving time and distance in metres follow (since 2019).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from coach.domain.activity import Recording, Sport
from coach.errors import CoachError, TooLarge, UnreadableFile
from coach.providers.files.archive import Content, Entry
from coach.providers.files.dates import order_of, parse_date
from coach.providers.files.limits import MIB, TABLE_BYTES, TEXT_CHARS
from coach.providers.files.parsed import Parsed
from coach.providers.files.sports import sport_of

TABLE = "activities.csv"
_FILE = re.compile(r"^activities/[^/]+\.(?:fit|gpx|tcx)(?:\.gz)?$", re.IGNORECASE)
_ID = re.compile(r"^\d{1,20}$")
# Where columns stand from the left, and counted from the file name's column.
_ID_AT, _DATE_AT, _NAME_AT, _TYPE_AT, _NOTE_AT, _ELAPSED_AT, _DISTANCE_AT = range(7)
_FILE_AT = 12
_ELAPSED_AFTER, _MOVING_AFTER, _METRES_AFTER, _ASCENT_AFTER = 3, 4, 5, 8


@dataclass(frozen=True)
class ActivityRow:
    """One line of activities.csv. `file` is the path of its recording in the archive, or ""."""

    id: str
    start: datetime
    name: str
    kind: str
    note: str
    file: str
    elapsed_s: float
    moving_s: float | None
    distance_m: float | None
    ascent_m: float | None

    def recording(self) -> Recording:
        """Return what the line alone says: a recording without samples."""
        sport, sub_sport = sport_of(self.kind)
        return Recording(
            sport=sport,
            sub_sport=sub_sport,
            start=self.start,
            elapsed_s=self.elapsed_s,
            timer_s=self.moving_s,
            distance_m=self.distance_m,
            name=self.name,
            note=self.note,
            totals={} if self.ascent_m is None else {"ascent_m": self.ascent_m},
            external_id=self.id,
            flags=("no_samples",),
        )

    def describe(self, recordings: tuple[Recording, ...]) -> tuple[Recording, ...]:
        """Return the recordings of this line's file with the athlete's own name, note and sport.

        The parts of a multisport file keep their sports, and only the first carries the line's number.
        """
        sport, sub_sport = sport_of(self.kind)
        described: list[Recording] = []
        for i, recording in enumerate(recordings):
            keep = len(recordings) > 1 or sport in (Sport.other, recording.sport)
            described.append(
                replace(
                    recording,
                    name=self.name or recording.name,
                    note=self.note or recording.note,
                    sport=recording.sport if keep else sport,
                    sub_sport=recording.sub_sport if keep else sub_sport,
                    external_id=self.id if i == 0 else "",
                )
            )
        return tuple(described)


def is_activity_table(data: bytes) -> bool:
    """Return whether the bytes are Strava's activities.csv."""
    header, first = (*_rows(data[:65_536])[:2], [], [])[:2]
    if len(header) < 10 or len(first) < 10 or not _ID.match(first[_ID_AT]):
        return False
    return parse_date(first[_DATE_AT]) is not None


def read_rows(name: str, data: bytes) -> tuple[ActivityRow, ...]:
    """Read activities.csv; lines that make no sense are left out.

    Raises UnreadableFile("strava_table") when there are lines and none can be understood, and TooLarge.
    """
    if len(data) > TABLE_BYTES:
        raise TooLarge("file_too_large", name=name, limit_mb=TABLE_BYTES // MIB)
    lines = [line for line in _rows(data)[1:] if len(line) > _DISTANCE_AT]
    file_at = _file_column(lines)
    order = order_of([line[_DATE_AT] for line in lines])
    rows = [_row(line, file_at, order) for line in lines]
    understood = tuple(row for row in rows if row is not None)
    if lines and not understood:
        raise UnreadableFile("strava_table", name=name)
    return understood


def read_activity_table(name: str, data: bytes) -> Parsed:
    """Read activities.csv on its own: one recording without samples for each line that has no file."""
    rows = read_rows(name, data)
    recordings = tuple(row.recording() for row in rows if not row.file)
    return Parsed(format="strava_archive", recordings=recordings, records=len(rows))


def with_rows(
    entries: Iterable[Entry],
) -> Iterator[tuple[str, Content | CoachError, ActivityRow | None]]:
    """Add to the entries of `archive.walk` the line of activities.csv that describes each.

    In a Strava export everything but the table and the recordings (photos, comments, messages, routes) is
    left out; other sources pass through unchanged, with None.
    """
    by_file: dict[str, ActivityRow] = {}
    root: str | None = None  # where the latest table lies
    for name, data in entries:
        if isinstance(data, bytes) and name.endswith(TABLE) and is_activity_table(data):
            root = name.removesuffix(TABLE)
            try:
                by_file = {row.file: row for row in read_rows(name, data) if row.file}
            except CoachError as error:
                by_file = {}
                yield name, error, None
            else:
                yield name, data, None
            continue
        if root is None or not name.startswith(root):
            yield name, data, None
        elif name.removeprefix(root).startswith("activities/"):
            yield name, data, by_file.get(name.removeprefix(root))


def _rows(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig", errors="replace").replace("\0", "")
    rows: list[list[str]] = []
    with suppress(csv.Error):  # a field over 128 KiB: what came before it stays
        rows.extend(line for line in csv.reader(io.StringIO(text, newline="")) if line)
    return rows


def _file_column(lines: list[list[str]]) -> int:
    counts: dict[int, int] = {}
    for line in lines:
        for at, value in enumerate(line):
            if _FILE.match(value):
                counts[at] = counts.get(at, 0) + 1
    return max(counts, key=lambda at: counts[at]) if counts else _FILE_AT


def _row(line: list[str], file_at: int, order: str) -> ActivityRow | None:
    def cell(at: int) -> str:
        return line[at].strip() if at < len(line) else ""

    start = parse_date(cell(_DATE_AT), "mdy" if order == "mdy" else "dmy")
    elapsed_s = _decimal(cell(_ELAPSED_AT))
    if start is None or not _ID.match(cell(_ID_AT)) or elapsed_s is None:
        return None
    file = cell(file_at) if _FILE.match(cell(file_at)) else ""
    has_details = len(line) > file_at + _METRES_AFTER
    metres = _decimal(cell(file_at + _METRES_AFTER)) if has_details else None
    if metres is None:
        metres = _first_distance_m(cell(_DISTANCE_AT), elapsed_s, has_details)
    return ActivityRow(
        id=cell(_ID_AT),
        start=start,
        name=cell(_NAME_AT)[:TEXT_CHARS],
        kind=cell(_TYPE_AT),
        note=cell(_NOTE_AT)[:TEXT_CHARS],
        file=file,
        elapsed_s=elapsed_s,
        moving_s=_decimal(cell(file_at + _MOVING_AFTER)) if has_details else None,
        distance_m=metres or None,
        ascent_m=_decimal(cell(file_at + _ASCENT_AFTER)) if has_details else None,
    )


def _first_distance_m(text: str, elapsed_s: float, has_details: bool) -> float | None:
    # The leading column holds kilometres since July 2019 and metres before, when the table was short. A
    # value no human covers in that time as kilometres is metres.
    value = _decimal(text)
    if value is None:
        return None
    metres = not has_details and value * 1000 > 40 * max(elapsed_s, 1)
    return value if metres else value * 1000


def _decimal(text: str) -> float | None:
    """Read "9.44", "9,44", "1,234.5" and "1.234,5"; None when empty or no number."""
    text = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if "," in text and "." in text:
        thousands = "," if text.rfind(",") < text.rfind(".") else "."
        text = text.replace(thousands, "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
