"""What is an athlete's own: every table of theirs, read row by row for an archive.

A table or a column that an archive leaves out is named here with the reason; everything else is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, text

from coach.store import models
from coach.store.session import Session, athlete_of

PIECE = 4 * 2**20  # bytes of an original that are read at once
AT_ONCE = 500  # rows that are read at once


class Why(StrEnum):
    """Why something of an athlete's stands not in `data/`."""

    secret = "secret"  # noqa: S105 - would let whoever has the archive in
    elsewhere = "elsewhere"  # stands in the archive in a form that others read
    computed = "computed"  # computed from what stands in the archive, and from nothing else
    repeats = "repeats"  # repeats what stands in the archive
    under_way = "under_way"  # work that is not done yet


# Columns of an athlete's tables.
LEFT_OUT: Mapping[str, Mapping[str, Why]] = {
    "accounts": {"password_hash": Why.secret},
    "activity_streams": {"samples": Why.elsewhere, "ticks": Why.elsewhere},
    "addresses": {"token_sha256": Why.secret},
    "approvals": {"nonce": Why.secret},
    "connections": {"secret": Why.secret, "pending": Why.secret},
    "files": {"content": Why.elsewhere},
    "login_links": {"token_sha256": Why.secret},
    "messenger_codes": {"code_sha256": Why.secret},
    "oauth_states": {"state_sha256": Why.secret, "session_sha256": Why.secret},
    "sessions": {"token_sha256": Why.secret},
}
# Whole tables: LangGraph's and the job queue's among them, which no model of ours describes.
TABLES_LEFT_OUT: Mapping[str, Why] = {
    "vault_keys": Why.secret,
    "note_embeddings": Why.computed,
    "checkpoints": Why.repeats,
    "checkpoint_blobs": Why.repeats,
    "checkpoint_writes": Why.repeats,
    "procrastinate_jobs": Why.under_way,
    "procrastinate_events": Why.under_way,
}
# Of the installation: no row of these is anybody's.
NOBODYS = frozenset(
    {
        "source_settings",
        "provider_health",
        "passages",
        "passage_embeddings",
        "model_days",
        "model_leases",
        "model_exams",
        "bots",
        "bot_strangers",
        "bot_updates",
    }
)


@dataclass(frozen=True)
class OwnTable:
    """A table of which an athlete's rows are exported; `columns` in the order of the model."""

    name: str
    columns: tuple[str, ...]
    left_out: Mapping[str, Why]


def tables() -> tuple[OwnTable, ...]:
    """Return every table that an archive holds, by name."""
    return tuple(
        OwnTable(
            name,
            tuple(c.name for c in found.c if c.name not in LEFT_OUT.get(name, {})),
            LEFT_OUT.get(name, {}),
        )
        for name, found in sorted(models.metadata.tables.items())
        if name not in NOBODYS and name not in TABLES_LEFT_OUT
    )


def rows(s: Session, own: OwnTable) -> Iterator[str]:
    """Return each of the athlete's rows as JSON, in the order of the primary key.

    Moments are of UTC, bytes hexadecimal; the server writes numbers so that they read back the same.
    """
    model = models.metadata.tables[own.name]
    chosen = select(*(model.c[name] for name in own.columns)).where(_mine(s, model))
    one = chosen.order_by(*model.primary_key.columns).subquery("one")
    # The whole row as the server's own JSON: what is exact in the column is exact in the archive.
    statement = select(text("row_to_json(one)::text")).select_from(one)
    yield from s.scalars(statement.execution_options(yield_per=AT_ONCE))


def begin(s: Session) -> bool:
    """Prepare a snapshot session for reading; False while another one is being read for this athlete.

    Moments are then written as of UTC, whatever the server's zone is.
    """
    s.execute(text("SET LOCAL timezone TO 'UTC'"))
    return bool(s.scalar(_ALONE, {"key": f"export:{athlete_of(s)}"}))


_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))")


def size(s: Session, name: str) -> int:
    """Return about how many bytes an athlete's rows of a table take on the server, compressed as they are."""
    model = models.metadata.tables[name]
    held = func.sum(func.pg_column_size(text(name)))
    return int(s.execute(select(held).select_from(model).where(_mine(s, model))).scalar() or 0)


def count(s: Session, name: str) -> int:
    """Return how many rows of a table are the athlete's."""
    model = models.metadata.tables[name]
    return s.execute(select(func.count()).select_from(model).where(_mine(s, model))).scalar_one()


def _mine(s: Session, model: Table) -> ColumnElement[bool]:
    return model.c["id" if model.name == "athletes" else "athlete_id"] == athlete_of(s)


@dataclass(frozen=True)
class Original:
    """A file as it came. `kept`: bytes that are here; less than `size` where it was too large to keep."""

    id: int
    name: str
    size: int
    kept: int


def originals(s: Session) -> list[Original]:
    """Return every file the athlete gave or a service sent, oldest first, without its content."""
    t = models.files
    columns = (t.c.id, t.c.name, t.c.size, func.octet_length(t.c.content))
    found = s.execute(select(*columns).where(t.c.athlete_id == athlete_of(s)).order_by(t.c.id))
    return [Original(*row) for row in found]


def content(s: Session, original: Original) -> Iterator[bytes]:
    """Return a file's bytes in pieces."""
    t = models.files
    for at in range(0, original.kept, PIECE):
        piece = select(func.substring(t.c.content, at + 1, PIECE))
        yield bytes(s.scalars(piece.where(t.c.athlete_id == athlete_of(s), t.c.id == original.id)).one())


def recordings(s: Session) -> list[int]:
    """Return the numbers of the athlete's recordings that have samples."""
    t = models.activity_streams
    found = select(t.c.activity_source_id).where(t.c.athlete_id == athlete_of(s)).distinct()
    return list(s.scalars(found.order_by(t.c.activity_source_id)))


def sources(s: Session) -> dict[int, list[int]]:
    """Return activity → the numbers of its recordings."""
    t = models.activity_sources
    found: dict[int, list[int]] = {}
    query = select(t.c.activity_id, t.c.id).where(t.c.athlete_id == athlete_of(s)).order_by(t.c.id)
    for activity_id, source_id in s.execute(query):
        found.setdefault(activity_id, []).append(source_id)
    return found


def plan_contents(s: Session) -> Iterator[tuple[int, int, str, dict[str, Any]]]:
    """Return every revision of every plan: plan, number, state and its content as it is stored."""
    t = models.plan_revisions
    query = select(t.c.plan_id, t.c.number, t.c.state, t.c.content).where(t.c.athlete_id == athlete_of(s))
    ordered = query.order_by(t.c.plan_id, t.c.number)
    for row in s.execute(ordered.execution_options(yield_per=10)):
        yield row.plan_id, row.number, row.state, row.content


def days(s: Session) -> Iterator[tuple[date, str, float, str]]:
    """Return every measured value of a day, oldest first: day, name, value, source."""
    t = models.daily_values
    query = select(t.c.day, t.c.name, t.c.value, t.c.source).where(t.c.athlete_id == athlete_of(s))
    ordered = query.order_by(t.c.day, t.c.name, t.c.source)
    for row in s.execute(ordered.execution_options(yield_per=AT_ONCE)):
        yield row.day, row.name, row.value, row.source


@dataclass(frozen=True)
class Sent:
    """A call of a model, with what was sent; no messages once those were deleted."""

    day: date
    at: datetime
    purpose: str
    host: str
    model: str
    messages: Sequence[Mapping[str, Any]]


def calls(s: Session) -> Iterator[Sent]:
    """Return every call of a model, oldest first."""
    t = models.model_calls
    columns = (t.c.day, t.c.at, t.c.purpose, t.c.host, t.c.model, t.c.sent)
    query = select(*columns).where(t.c.athlete_id == athlete_of(s)).order_by(t.c.day, t.c.id)
    for row in s.execute(query.execution_options(yield_per=10)):
        yield Sent(*row)
