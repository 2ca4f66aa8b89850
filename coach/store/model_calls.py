"""Calls of outside models: what each might use, what it did use, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.model_calls

Purpose = Literal["chat", "summary", "insight", "journal", "memory"]
State = Literal["reserved", "settled", "failed"]


@dataclass(frozen=True)
class Call:
    """One call. `cost` in dollars, None: the price is not known. `why`: the kind of failure, or ""."""

    id: int
    run_id: UUID | None
    purpose: Purpose
    host: str
    model: str
    day: date
    state: State
    tokens_reserved: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    cost: float | None
    estimated: bool
    tools: str
    removed: Mapping[str, int]
    why: str
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Spent:
    """What an athlete used on a day, with what calls under way have set aside."""

    tokens: int = 0
    cost: float = 0.0


_COLUMNS = tuple(_t.c[name] for name in Call.__dataclass_fields__)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_USED = """
    SELECT coalesce(sum(CASE WHEN state <> 'reserved' THEN tokens_in + tokens_out
                             WHEN at > :alive THEN tokens_reserved ELSE 0 END), 0) AS tokens,
           coalesce(sum(CASE WHEN state <> 'reserved' THEN cost
                             WHEN at > :alive THEN cost_reserved END), 0) AS cost
      FROM model_calls WHERE athlete_id = :athlete AND day = :day
"""
_SPENT = text(_USED)
_RESERVE = text(f"""
    INSERT INTO model_calls (athlete_id, run_id, purpose, host, model, day, tokens_reserved, cost_reserved,
                             sent, removed, tools, at)
    SELECT :athlete, CAST(:run AS uuid), :purpose, :host, :model, CAST(:day AS date), :tokens,
           CAST(:cost AS float8), :sent, :removed, :tools, :now
      FROM ({_USED}) AS used
     WHERE used.tokens + :tokens <= :most_tokens
       AND (CAST(:most_cost AS float8) IS NULL
            OR used.cost + coalesce(CAST(:cost AS float8), 0) <= :most_cost)
    RETURNING id
""").bindparams(bindparam("sent", type_=_t.c.sent.type), bindparam("removed", type_=_t.c.removed.type))  # noqa: S608 - one constant


def reserve(
    s: Session,
    *,
    run_id: UUID | None,
    purpose: Purpose,
    host: str,
    model: str,
    day: date,
    tokens: int,
    cost: float | None,
    most_tokens: int,
    most_cost: float | None,
    sent: Sequence[Mapping[str, Any]],
    tools: str,
    removed: Mapping[str, int],
    now: datetime,
    alive: datetime,
) -> int | None:
    """Note a call before it is made and return its id, or None when the athlete's cap of `day` is reached.

    Reservations from before `alive` belong to a process that was killed, and no longer count.
    """
    athlete_id = athlete_of(s)
    s.execute(_LOCK, {"key": f"model_calls:{athlete_id}"})
    found: int | None = s.scalar(
        _RESERVE,
        {
            "athlete": athlete_id,
            "run": run_id,
            "purpose": purpose,
            "host": host,
            "model": model,
            "day": day,
            "tokens": tokens,
            "cost": cost,
            "most_tokens": most_tokens,
            "most_cost": most_cost,
            "sent": list(sent),
            "tools": tools,
            "removed": dict(removed),
            "now": now,
            "alive": alive,
        },
    )
    return found


def settle(
    s: Session,
    call_id: int,
    *,
    tokens_in: int,
    tokens_cached: int,
    tokens_out: int,
    cost: float | None,
    estimated: bool,
    why: str,
    now: datetime,
) -> bool:
    """Note what a call used, and why it failed if it did; False when it was settled already."""
    done = s.execute(
        update(_t)
        .where(_t.c.id == call_id, _t.c.athlete_id == athlete_of(s), _t.c.state == "reserved")
        .values(
            state="failed" if why else "settled",
            tokens_in=tokens_in,
            tokens_cached=tokens_cached,
            tokens_out=tokens_out,
            cost=cost,
            estimated=estimated,
            why=why,
            settled_at=now,
        )
        .returning(_t.c.id)
    ).all()
    return bool(done)


def spent(s: Session, day: date, alive: datetime) -> Spent:
    """Return what the athlete has used on their day; `alive` as in `reserve`."""
    row = s.execute(_SPENT, {"athlete": athlete_of(s), "day": day, "alive": alive}).one()
    return Spent(int(row.tokens), float(row.cost))


def by_model(s: Session, day: date) -> dict[tuple[str, str], Spent]:
    """Return what the athlete's calls of a day have used, by host and model."""
    used = func.sum(_t.c.tokens_in + _t.c.tokens_out), func.coalesce(func.sum(_t.c.cost), 0.0)
    query = select(_t.c.host, _t.c.model, *used).where(_t.c.athlete_id == athlete_of(s), _t.c.day == day)
    rows = s.execute(query.group_by(_t.c.host, _t.c.model))
    return {(host, model): Spent(int(tokens), float(cost)) for host, model, tokens, cost in rows}


def last_failure(s: Session, host: str, model: str) -> Call | None:
    """Return the athlete's last call of a model that failed, or None."""
    row = s.execute(
        select(*_COLUMNS)
        .where(
            _t.c.athlete_id == athlete_of(s), _t.c.host == host, _t.c.model == model, _t.c.state == "failed"
        )
        .order_by(_t.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Call(*row)


def listed(s: Session, limit: int = 50, before: int | None = None) -> list[Call]:
    """Return the athlete's latest calls (before call `before`), the newest first."""
    query = select(*_COLUMNS).where(_t.c.athlete_id == athlete_of(s))
    if before is not None:
        query = query.where(_t.c.id < before)
    return [Call(*row) for row in s.execute(query.order_by(_t.c.id.desc()).limit(limit))]


def get(s: Session, call_id: int) -> tuple[Call, list[dict[str, Any]]]:
    """Return a call and the messages that were sent, none once they were deleted. Raises NotFound."""
    query = select(*_COLUMNS, _t.c.sent).where(_t.c.athlete_id == athlete_of(s), _t.c.id == call_id)
    row = s.execute(query).one_or_none()
    if row is None:
        raise NotFound("model_call_not_found")
    return Call(*row[:-1]), row.sent


def forget_threads(s: Session, thread_ids: Sequence[int]) -> None:
    """Delete what was sent in some conversations; that there were calls, and what they cost, stays."""
    runs = select(models.runs.c.id).where(models.runs.c.thread_id.in_(list(thread_ids)))
    _empty(s, _t.c.run_id.in_(runs))


def forget_all(s: Session) -> None:
    """Delete everything of the athlete that was sent."""
    _empty(s, _t.c.id.is_not(None))


def forget_before(s: Session, moment: datetime) -> int:
    """Delete calls made before a moment; return how many."""
    gone = delete(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.at < moment)
    return len(s.execute(gone.returning(_t.c.id)).all())


def _empty(s: Session, which: Any) -> None:
    s.execute(update(_t).where(_t.c.athlete_id == athlete_of(s), which).values(sent=[], removed={}))
