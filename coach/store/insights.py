"""Insights: summaries of weeks and months, and cards; kept by the hash of the facts they were made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.domain.insights import Draft
from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session

Kind = Literal["week", "month", "card"]
_t = models.insights
_EMPTIED = b""  # of a row whose facts were let go: what it was made of is unknown


@dataclass(frozen=True, slots=True)
class Insight:
    """One stored insight. `facts` and `body` as `Draft` dumped them; both empty once they were let go."""

    id: int
    kind: Kind
    key: str
    first_day: date
    last_day: date
    facts_sha256: bytes
    facts: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    seen_at: datetime | None
    dismissed_at: datetime | None

    @property
    def topic(self) -> str:
        """What a card is about: it stands in its key, so that it outlives what the card said."""
        return self.key.partition(":")[0]


def made_of(s: Session, athlete_id: int) -> dict[tuple[Kind, str], tuple[int, bytes]]:
    """Return kind and key of every stored insight → its id and the hash of its facts."""
    rows = s.execute(
        select(_t.c.kind, _t.c.key, _t.c.id, _t.c.facts_sha256).where(_t.c.athlete_id == athlete_id)
    )
    return {(kind, key): (id, bytes(sha256)) for kind, key, id, sha256 in rows}


def save(s: Session, athlete_id: int, draft: Draft, now: datetime) -> bool:
    """Keep an insight under its key; return whether anything was written.

    Of the same facts nothing is. Other facts replace the old ones; whether it was seen or dismissed stays.
    """
    sha256 = draft.sha256()
    changing = {
        "first_day": draft.first,
        "last_day": draft.last,
        "facts_sha256": sha256,
        "facts": draft.facts(),
        "body": draft.body(),
        "updated_at": now,
    }
    query = (
        insert(_t)
        .values(athlete_id=athlete_id, kind=draft.kind, key=draft.key, created_at=now, **changing)
        .on_conflict_do_update(
            index_elements=["athlete_id", "kind", "key"],
            set_=changing,
            where=_t.c.facts_sha256 != sha256,
        )
        .returning(_t.c.id)
    )
    return s.scalar(query) is not None


def find(
    s: Session,
    athlete_id: int,
    kinds: Collection[Kind],
    *,
    before: date | None = None,
    limit: int | None = None,
) -> list[Insight]:
    """Return stored insights, the newest first (`before`: that ended before a day)."""
    query = select(_t).where(_t.c.athlete_id == athlete_id, _t.c.kind.in_(list(kinds)))
    if before is not None:
        query = query.where(_t.c.last_day < before)
    ordered = query.order_by(_t.c.last_day.desc(), _t.c.first_day, _t.c.id)
    return [_insight(r) for r in s.execute(ordered.limit(limit))]


def get(s: Session, athlete_id: int, insight_id: int) -> Insight:
    """Return an insight that says something. Raises NotFound."""
    query = select(_t).where(
        _t.c.athlete_id == athlete_id, _t.c.id == insight_id, _t.c.facts_sha256 != _EMPTIED
    )
    row = s.execute(query).one_or_none()
    if row is None:
        raise NotFound("insight_not_found")
    return _insight(row)


def see(s: Session, athlete_id: int, insight_id: int, now: datetime) -> Insight:
    """Note that an insight was seen, the first time. Raises NotFound."""
    return _mark(s, athlete_id, insight_id, seen_at=func.coalesce(_t.c.seen_at, now))


def dismiss(s: Session, athlete_id: int, insight_id: int, now: datetime) -> Insight:
    """Put a card away for good. Raises NotFound, also of a week or a month."""
    return _mark(s, athlete_id, insight_id, only="card", dismissed_at=func.coalesce(_t.c.dismissed_at, now))


def undismiss(s: Session, athlete_id: int, insight_id: int) -> Insight:
    """Take a dismissal back. Raises NotFound."""
    return _mark(s, athlete_id, insight_id, only="card", dismissed_at=None)


def _mark(s: Session, athlete_id: int, insight_id: int, only: Kind | None = None, **columns: Any) -> Insight:
    query = update(_t).where(
        _t.c.athlete_id == athlete_id, _t.c.id == insight_id, _t.c.facts_sha256 != _EMPTIED
    )
    if only is not None:
        query = query.where(_t.c.kind == only)
    row = s.execute(query.values(**columns).returning(_t)).one_or_none()
    if row is None:
        raise NotFound("insight_not_found")
    return _insight(row)


def remove(s: Session, athlete_id: int, ids: Collection[int]) -> None:
    """Delete insights for good."""
    if ids:
        s.execute(delete(_t).where(_t.c.athlete_id == athlete_id, _t.c.id.in_(list(ids))))


def forget(s: Session, athlete_id: int, source: Source) -> int:
    """Let go of what insights say that rests on a source; return how many there were.

    That a card was dismissed, and when, stays, or it would come back. Everything else is built anew from what
    is left.
    """
    mine = (_t.c.athlete_id == athlete_id, _t.c.facts.contains([{"rests_on": [source.value]}]))
    gone = s.execute(delete(_t).where(*mine, _t.c.dismissed_at.is_(None)).returning(_t.c.id)).all()
    emptied = {"facts": [], "body": {}, "facts_sha256": _EMPTIED}
    kept = s.execute(update(_t).where(*mine).values(**emptied).returning(_t.c.id)).all()
    return len(gone) + len(kept)


def _insight(r: Record[Any]) -> Insight:
    return Insight(**{name: getattr(r, name) for name in Insight.__dataclass_fields__})
