"""An athlete with a word of their own in every column that can hold one, as the tables say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, CheckConstraint, Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from coach.store import models
from coach.store.models.base import Words
from coach.store.session import Database

DAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 9, tzinfo=UTC)
_ONE_OF = re.compile(r"^(\w+) IN \('([^']*)'")


@dataclass
class Planted:
    """What stands where: (table, column) → the word. `keys`: the first row of each table."""

    athlete_id: int
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)


def fixed(table: Table) -> dict[str, str]:
    """Return the columns that take words of ours only, with one that they take."""
    found = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            match = _ONE_OF.match(str(constraint.sqltext))
            if match:
                found[match[1]] = match[2]
    return found


def holding(table: Table) -> Iterator[Column[Any]]:
    """Return the columns of a table that can hold any words: text, JSON, bytes, lists of text."""
    only = fixed(table).keys() | {c for key in table.foreign_key_constraints for c in key.column_keys}
    for column in table.columns:
        of_list = isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text)
        if column.name not in only and (
            of_list or isinstance(column.type, Text | Words | JSONB | LargeBinary)
        ):
            yield column


def plant(db: Database, athlete_id: int, word: str, first_id: int) -> Planted:
    """Write one row into every table of an athlete's; numbers of rows begin at `first_id`."""
    planted = Planted(athlete_id)
    with psycopg.connect(db.url) as admin:
        for name in _in_order():
            table = models.metadata.tables[name]
            row = _row(table, planted, word, first_id)
            planted.keys[name] = row
            if name == "athletes":
                sets = ", ".join(f"{column} = %s" for column in row)
                admin.execute(f"UPDATE athletes SET {sets} WHERE id = %s", [*row.values(), athlete_id])
                continue
            marks = ", ".join("%s" for _ in row)
            admin.execute(
                f"INSERT INTO {name} ({', '.join(f'"{c}"' for c in row)}) VALUES ({marks})",
                list(row.values()),
            )
    return planted


def _in_order() -> list[str]:
    owned = [t.name for t in models.metadata.sorted_tables if "athlete_id" in t.c or t.name == "athletes"]
    # Activities and their recordings name each other; the winner is left open.
    owned.remove("athletes")
    return ["athletes", *owned]


def _row(table: Table, planted: Planted, word: str, first_id: int) -> dict[str, Any]:
    only = fixed(table)
    refers: dict[str, tuple[str, str]] = {}
    for key in table.foreign_key_constraints:
        for element in key.elements:
            if element.parent.name != "athlete_id" and element.column.table.name in planted.keys:
                refers[element.parent.name] = (element.column.table.name, element.column.name)
    words = {column.name for column in holding(table)}
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "athlete_id":
            row["athlete_id"] = planted.athlete_id
        elif table.name == "athletes" and column.name == "id":
            continue
        elif column.name in refers:
            other, name = refers[column.name]
            row[column.name] = planted.keys[other].get(name)
        elif column.name in only:
            row[column.name] = only[column.name]
        elif column.name in ODD.get(table.name, {}):
            row[column.name] = ODD[table.name][column.name]
        elif column.name in words:
            said = f"{word}{len(planted.words):03d}"
            planted.words[table.name, column.name] = said
            row[column.name] = _held(column, said)
        elif column.name == "id" and not isinstance(column.type, UUID):
            row["id"] = first_id
        elif not column.nullable and column.server_default is None:
            row[column.name] = _any(column)
    row.update(ODD.get(table.name, {}))
    if table.name == "job_failures":
        row["job_id"] = first_id
    if table.name == "messenger_links":
        row["chat_id"] = first_id
    if table.name == "runs":
        row["id"] = f"00000000-0000-4000-8000-{first_id:012d}"
    return row


# What the program reads when it shows the athlete: no word of ours is a zone, a sport or a source.
ODD: Mapping[str, Mapping[str, Any]] = {
    "athletes": {"tz": "Asia/Seoul"},
    "thresholds": {"kind": "lthr_bpm"},
    "activity_sources": {"source": "file", "merged_from": None},
    "daily_values": {"source": "sheets"},
    "entries": {"kind": "note", "side": "left"},
    "activities": {"tz": "Asia/Seoul", "sport": "run", "merged_into": None},
    "activity_streams": {"samples": [1.5, 2.5], "ticks": None, "scale": None},
    "memories": {"against": None, "confidence": 1.0},
}


def _held(column: Column[Any], said: str) -> Any:
    if isinstance(column.type, JSONB):
        default = str(getattr(column.server_default, "arg", "{}"))
        return Jsonb([{"x": said}] if default.startswith("'[") else {"x": said})
    if isinstance(column.type, LargeBinary):
        return said.encode()
    return [said] if isinstance(column.type, ARRAY) else said


def _any(column: Column[Any]) -> Any:
    kind = column.type.python_type if not isinstance(column.type, ARRAY) else list
    if type(column.type).__name__.lower() == "vector":
        return "[1, 0]"
    return {int: 1, float: 50.0, date: DAY, datetime: NOW, time: time(7), bool: False, list: []}[kind]
