"""Runs: one answer of the coach each, with the events that a page can resume from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

_t, _e = models.runs, models.run_events

State = Literal["running", "done", "stopped", "failed", "interrupted"]
CHANNEL = "hanbal_runs"  # NOTIFY: "run:first:last"


@dataclass(frozen=True)
class Run:
    """One answer. `owner` names the process that works on it; `heartbeat_at` is when that last lived."""

    id: UUID
    athlete_id: int
    thread_id: int
    state: State
    client_key: str
    owner: str
    heartbeat_at: datetime
    created_at: datetime
    finished_at: datetime | None
    tokens_in: int
    tokens_out: int
    cost: float


@dataclass(frozen=True)
class RunEvent:
    """One event of a run; `seq` counts from the run's first."""

    run_id: UUID
    athlete_id: int
    seq: int
    type: str
    payload: Mapping[str, Any]


_COLUMNS = tuple(_t.c[name] for name in Run.__dataclass_fields__)
_NOTIFY = text("SELECT pg_notify(:channel, what) FROM unnest(CAST(:spans AS text[])) AS what")
_APPEND = text("""
    INSERT INTO run_events (run_id, athlete_id, seq, type, payload)
    SELECT r.run_id, r.athlete_id, r.seq, r.type, r.payload
      FROM jsonb_to_recordset(:rows) AS r (
             run_id uuid, athlete_id bigint, seq integer, type text, payload jsonb)
      JOIN runs ON runs.id = r.run_id AND runs.athlete_id = r.athlete_id
       FOR KEY SHARE OF runs
        ON CONFLICT (run_id, seq) DO NOTHING
""").bindparams(bindparam("rows", type_=_e.c.payload.type))


def create(s: Session, athlete_id: int, thread_id: int, client_key: str, owner: str) -> tuple[UUID, bool]:
    """Begin a run and return its id and True, or the id of the one this key began before and False."""
    new: UUID | None = s.scalar(
        insert(_t)
        .values(athlete_id=athlete_id, thread_id=thread_id, client_key=client_key, owner=owner)
        .on_conflict_do_nothing(index_elements=["athlete_id", "client_key"])
        .returning(_t.c.id)
    )
    if new is not None:
        return new, True
    there: UUID = s.scalars(
        select(_t.c.id).where(_t.c.athlete_id == athlete_id, _t.c.client_key == client_key)
    ).one()
    return there, False


def append(s: Session, events: Sequence[RunEvent]) -> None:
    """Store events in one statement and tell listeners which, once per run. An event stored is kept as is.

    In an athlete's session the events must be that athlete's; `coach.store.system.append_events` takes
    everybody's. Events of a run that was deleted meanwhile are let go: others in the same batch must not wait
    for them.
    """
    if not events:
        return
    rows = [
        {"run_id": e.run_id, "athlete_id": e.athlete_id, "seq": e.seq, "type": e.type, "payload": e.payload}
        for e in events
    ]
    s.execute(_APPEND, {"rows": rows})
    spans: dict[UUID, tuple[int, int]] = {}
    for e in events:
        first, last = spans.get(e.run_id, (e.seq, e.seq))
        spans[e.run_id] = (min(first, e.seq), max(last, e.seq))
    told = [f"{run_id}:{first}:{last}" for run_id, (first, last) in spans.items()]
    s.execute(_NOTIFY, {"channel": CHANNEL, "spans": told})


def events(s: Session, run_id: UUID, after: int = -1) -> list[RunEvent]:
    """Return the events of a run that come after `after`, in order."""
    rows = s.execute(
        select(_e.c.run_id, _e.c.athlete_id, _e.c.seq, _e.c.type, _e.c.payload)
        .where(_e.c.run_id == run_id, _e.c.seq > after)
        .order_by(_e.c.seq)
    )
    return [RunEvent(*row) for row in rows]


def heartbeat(s: Session, run_id: UUID) -> None:
    """Say that a run is being worked on."""
    s.execute(update(_t).where(_t.c.id == run_id).values(heartbeat_at=func.now()))


def finish(
    s: Session,
    run_id: UUID,
    state: State,
    *,
    tokens_in: int = 0,
    tokens_out: int = 0,
    cost: float = 0.0,
) -> bool:
    """End a running run and add what it used; return False when it had ended already."""
    ended = s.execute(
        update(_t)
        .where(_t.c.id == run_id, _t.c.state == "running")
        .values(state=state, finished_at=func.now(), tokens_in=tokens_in, tokens_out=tokens_out, cost=cost)
        .returning(_t.c.id)
    ).all()
    return bool(ended)


def get(s: Session, run_id: UUID) -> Run:
    """Return a run. Raises NotFound."""
    row = s.execute(select(*_COLUMNS).where(_t.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("run_not_found")
    return Run(*row)


def running(s: Session, thread_id: int) -> Run | None:
    """Return the run that answers in a conversation now, or None."""
    row = s.execute(
        select(*_COLUMNS)
        .where(_t.c.thread_id == thread_id, _t.c.state == "running")
        .order_by(_t.c.created_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Run(*row)


def latest(s: Session, thread_id: int) -> Run | None:
    """Return the run that was started last in a conversation, or None."""
    row = s.execute(
        select(*_COLUMNS).where(_t.c.thread_id == thread_id).order_by(_t.c.created_at.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Run(*row)
