"""Rows of the athlete's spreadsheet → what they said of a day, and planned workouts.

Two sheets are read: the journal ("일지", "Journal") and the plan ("계획", "Plan"). Columns are found by their
names, in Korean or English (`JOURNAL`, `PLAN`); others are left alone. A row is known by an id of its own
that the script keeps in a hidden column: sorting, inserting and moving rows changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from coach.domain.activity import Sport
from coach.domain.body import BodyPart, body_parts
from coach.domain.daily import Entry, EntryKind
from coach.domain.utterance import read
from coach.errors import BadInput
from coach.providers.files.sports import sport_of
from coach.providers.sheets.cells import (
    LONGEST,
    day_of,
    is_nothing,
    is_yes,
    metres_of,
    pain_of,
    score_of,
    seconds_of,
    side_of,
    words,
)

SHEETS: Mapping[str, Literal["journal", "plan"]] = {
    "일지": "journal", "훈련일지": "journal", "journal": "journal", "log": "journal",
    "계획": "plan", "훈련계획": "plan", "plan": "plan",
}  # fmt: skip
# Column → what it may be called. Compared without blanks, case and what stands in brackets.
JOURNAL: Mapping[str, tuple[str, ...]] = {
    "day": ("날짜", "일자", "date", "day"),
    "rpe": ("rpe", "운동강도", "자각강도", "힘든정도", "effort"),
    "soreness": ("근육통", "뻐근함", "soreness"),
    "fatigue": ("피로", "피로도", "fatigue", "tiredness"),
    "stress": ("스트레스", "stress"),
    "mood": ("기분", "mood"),
    "sleep_quality": ("수면질", "수면의질", "수면", "잠", "sleepquality", "sleep"),
    "pain": ("통증", "아픈정도", "pain"),
    "place": ("부위", "통증부위", "아픈곳", "bodypart", "where"),
    "side": ("쪽", "좌우", "side"),
    "illness": ("질병", "감기", "몸살", "illness", "sick"),
    "note": ("메모", "노트", "일지", "note", "notes", "comment"),
}
PLAN: Mapping[str, tuple[str, ...]] = {
    "day": ("날짜", "일자", "date", "day"),
    "sport": ("종목", "운동", "sport", "type"),
    "title": ("제목", "훈련", "내용", "title", "workout", "session"),
    "distance": ("거리", "distance"),
    "duration": ("시간", "소요시간", "duration", "time"),
    "note": ("메모", "노트", "note", "notes", "comment"),
}
_SCALES: Mapping[EntryKind, tuple[float, float]] = {
    "rpe": (0, 10), "soreness": (0, 10), "fatigue": (0, 10), "stress": (0, 10),
    "mood": (1, 5), "sleep_quality": (1, 5),
}  # fmt: skip
KINDS: tuple[EntryKind, ...] = (*_SCALES, "pain", "illness", "note")
_REST = ("휴식", "쉼", "쉬는날", "휴무", "rest", "off", "restday")
_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")

MOST_ROWS, MOST_IDS, MOST_CELLS = 2000, 20_000, 100
_FURTHEST = timedelta(days=2 * 366)  # a plan reaches no further


@dataclass(frozen=True)
class Planned:
    """One planned workout of the plan sheet."""

    day: date
    sport: Sport
    title: str = ""
    note: str = ""
    distance_m: float | None = None
    duration_s: float | None = None


@dataclass(frozen=True)
class Row:
    """One row that was understood. `raw` is what stands in it; an emptied row says nothing."""

    id: str
    kind: Literal["journal", "plan"]
    raw: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()
    planned: Planned | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be used, and why: `key` is of the text area `pushing`."""

    sheet: str
    number: int | None
    id: str
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""  # the words in it: a sign of danger is read even where the row cannot be used


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was sent. `ids` are all rows it has now; None where that was not said."""

    kind: Literal["journal", "plan"]
    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]
    ids: frozenset[str] | None


def read_sheets(document: Any, today: date) -> tuple[Sheet, ...]:
    """Read what the script sent. `today` is the athlete's; it says which year "3/15" means.

    Rows that cannot be used are told one by one. Raises BadInput("not_a_sheet") where the whole makes no
    sense, and BadInput("too_many_rows").
    """
    given = document.get("sheets") if isinstance(document, dict) else None
    if not isinstance(given, list) or not 0 < len(given) <= 10:
        raise BadInput("not_a_sheet")
    return tuple(_sheet(one, today) for one in given)


def _sheet(given: Any, today: date) -> Sheet:
    if not isinstance(given, dict):
        raise BadInput("not_a_sheet")
    name = words(given.get("name"))[:100]
    kind = SHEETS.get(_plain(name))
    header, rows, ids = given.get("header"), given.get("rows"), given.get("ids")
    if kind is None or not isinstance(header, list) or not isinstance(rows, list):
        raise BadInput("not_a_sheet")
    if len(rows) > MOST_ROWS or (isinstance(ids, list) and len(ids) > MOST_IDS):
        raise BadInput("too_many_rows", limit=MOST_ROWS)
    all_ids = None
    if isinstance(ids, list):
        all_ids = frozenset(i for i in ids if isinstance(i, str) and _ID.match(i))
    columns = _columns([words(cell) for cell in header[:MOST_CELLS]], JOURNAL if kind == "journal" else PLAN)
    if "day" not in columns:
        return Sheet(kind, (), (RefusedRow(name, None, "", "no_day_column"),), all_ids)
    read_rows = [_row(kind, name, row, columns, header, today) for row in rows]
    found: dict[str, Row] = {}
    refused: list[RefusedRow] = []
    for row in read_rows:
        if isinstance(row, Row) and row.id in found:
            row = RefusedRow(name, None, row.id, "row_twice")
        if isinstance(row, Row):
            found[row.id] = row
        else:
            refused.append(row)
    return Sheet(kind, tuple(found.values()), tuple(refused), all_ids)


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", _BRACKETS.sub("", text)).lower()


def _columns(header: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    names = {name: column for column, called in known.items() for name in called}
    found: dict[str, int] = {}
    for at, text in enumerate(header):
        column = names.get(_plain(text))
        if column is not None:
            found.setdefault(column, at)
    return found


class _Unusable(Exception):
    def __init__(self, key: str, **params: Any) -> None:
        self.key, self.params = key, params


def _row(
    kind: Literal["journal", "plan"],
    sheet: str,
    given: Any,
    columns: Mapping[str, int],
    header: Sequence[Any],
    today: date,
) -> Row | RefusedRow:
    given = given if isinstance(given, dict) else {}
    number, row_id, cells = given.get("number"), given.get("id"), given.get("cells")
    number = (
        number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**8 else None
    )
    if not isinstance(row_id, str) or not _ID.match(row_id):
        return RefusedRow(sheet, number, "", "row_without_id")
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        return RefusedRow(sheet, number, row_id, "row_without_cells")
    texts = {name: words(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
    raw = {"kind": kind, **{name: text for name, text in texts.items() if text}}
    row = Row(row_id, kind, raw)
    if not any(text for name, text in texts.items() if name != "day"):
        return row
    try:
        if any(len(text) > LONGEST for text in texts.values()):
            raise _Unusable("row_too_long", limit=LONGEST)
        day = day_of(
            cells[columns["day"]] if columns["day"] < len(cells) else None, today, ahead=kind == "plan"
        )
        if day is None:
            raise _Unusable("row_day", cell=texts["day"][:40] or "–")
        if kind == "journal":
            if day > today + timedelta(days=1):
                raise _Unusable("row_future", cell=texts["day"][:40])
            return replace(row, entries=tuple(_entries(texts, day)))
        if day > today + _FURTHEST:
            raise _Unusable("row_future", cell=texts["day"][:40])
        return replace(row, planned=_planned(texts, day, _unit(header, columns)))
    except _Unusable as why:
        said = "\n".join(text for name, text in texts.items() if text and name != "day")
        return RefusedRow(sheet, number, row_id, why.key, why.params, said)


def _entries(texts: Mapping[str, str], day: date) -> Iterator[Entry]:
    for kind, (low, high) in _SCALES.items():
        text = texts.get(kind, "")
        if not text:
            continue
        value = score_of(text, low, high)
        if value is None and low == 0 and is_nothing(text):
            value = 0.0
        if value is None and any(c.isdigit() for c in text):
            raise _Unusable("row_score", column=kind, cell=text[:40], low=int(low), high=int(high))
        # A word is kept as it was said; only a number is a number.
        yield Entry(kind, day, value, text="" if value is not None else text)
    yield from _pain(texts, day)
    ill = texts.get("illness", "")
    if ill and not is_nothing(ill):
        yield Entry("illness", day, text="" if is_yes(ill) else ill)
    if texts.get("note"):
        yield Entry("note", day, text=texts["note"])


def _pain(texts: Mapping[str, str], day: date) -> Iterator[Entry]:
    text, place = texts.get("pain", ""), texts.get("place", "")
    if not text and not place:
        return
    value, part = (0.0, BodyPart("")) if is_nothing(text) else pain_of(text)
    if value is None and not is_yes(text) and score_of(text, -1e9, 1e9) is not None:
        raise _Unusable("row_score", column="pain", cell=text[:40], low=0, high=10)
    if place:
        named = body_parts(read(place).plain)
        part = named[0] if named else part
    side = side_of(texts.get("side", "")) or part.side
    only_number = score_of(text, 0, 10) is not None or is_nothing(text) or is_yes(text)
    said = " ".join(t for t in ("" if only_number else text, place) if t)
    yield Entry("pain", day, value, where=part.name, side=side, text=said)  # type: ignore[arg-type]


def _unit(header: Sequence[Any], columns: Mapping[str, int]) -> str:
    """Return the unit that the title of the distance column names: km unless it says miles or metres."""
    title = words(header[columns["distance"]]).lower() if "distance" in columns else ""
    inside = " ".join(_BRACKETS.findall(title))
    if re.search(r"mi|마일", inside):
        return "mi"
    return "m" if re.search(r"(?<!k)m\b|미터", inside) and "km" not in inside else "km"


def _planned(texts: Mapping[str, str], day: date, unit: str) -> Planned | None:
    title, note, kind = texts.get("title", ""), texts.get("note", ""), texts.get("sport", "")
    if _plain(kind or title) in _REST:
        return None
    distance, duration = texts.get("distance", ""), texts.get("duration", "")
    distance_m = metres_of(distance, unit) if distance and not is_nothing(distance) else None
    if distance and distance_m is None and not is_nothing(distance):
        raise _Unusable("row_distance", cell=distance[:40])
    duration_s = seconds_of(duration) if duration and not is_nothing(duration) else None
    if duration and duration_s is None and not is_nothing(duration):
        raise _Unusable("row_duration", cell=duration[:40])
    sport = sport_of(kind)[0] if kind else sport_of(title)[0]
    if not kind and sport is Sport.other:
        sport = Sport.run  # a runner's plan: what names no sport is a run
    return Planned(day, sport, title[:200], note, distance_m, duration_s)
