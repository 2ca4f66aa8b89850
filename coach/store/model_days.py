"""What the installation may spend on language models in a day: leased before a call, counted after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete as remove
from sqlalchemy import func, select, text

from coach.store import models
from coach.store.session import Database, Session

_t, _lease = models.model_days, models.model_leases

# The day is locked to the end of the transaction: of two calls at once, the second sees the other's lease.
_LOCK = text("""
    INSERT INTO model_days AS d (day) VALUES (:day)
        ON CONFLICT (day) DO UPDATE SET tokens = d.tokens RETURNING tokens, cost
""")
_LEASE = text("""
    INSERT INTO model_leases (day, tokens, cost, until)
    SELECT CAST(:day AS date), :tokens, CAST(:cost AS float8), :until
      FROM (SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost), 0) AS cost
              FROM model_leases WHERE day = :day AND until > :now) AS held
     WHERE (CAST(:most_tokens AS bigint) IS NULL OR :spent_tokens + held.tokens + :tokens <= :most_tokens)
       AND (CAST(:most_cost AS float8) IS NULL
            OR :spent_cost + held.cost + coalesce(CAST(:cost AS float8), 0) <= :most_cost)
    RETURNING id
""")
_ADD = text("""
    INSERT INTO model_days AS d (day, tokens, cost) VALUES (:day, :tokens, :cost)
        ON CONFLICT (day) DO UPDATE
       SET tokens = d.tokens + excluded.tokens, cost = d.cost + excluded.cost
""")


@dataclass(frozen=True)
class Day:
    """What was used on a day, without calls under way. `cost` in dollars, of models whose price is known."""

    tokens: int = 0
    cost: float = 0.0


def read(s: Session, day: date) -> Day:
    """Return what the installation has used on a day (UTC)."""
    row = s.execute(select(_t.c.tokens, _t.c.cost).where(_t.c.day == day)).one_or_none()
    return Day() if row is None else Day(*row)


def lease(
    db: Database,
    day: date,
    tokens: int,
    cost: float | None,
    *,
    most_tokens: int | None,
    most_cost: float | None,
    until: datetime,
    now: datetime,
) -> int | None:
    """Set tokens and money aside for a call and return the lease, or None when a cap would be passed.

    What nobody settles lapses at `until`. `most_…`: caps, None for none.
    """
    with db.system_session() as s:
        spent = s.execute(_LOCK, {"day": day}).one()
        s.execute(remove(_lease).where(_lease.c.until <= now))
        values = {"day": day, "tokens": tokens, "cost": cost, "until": until, "now": now}
        caps = {"most_tokens": most_tokens, "most_cost": most_cost}
        already = {"spent_tokens": spent.tokens, "spent_cost": spent.cost}
        found: int | None = s.scalar(_LEASE, {**values, **caps, **already})
        return found


def settle(db: Database, lease_id: int | None, day: date, tokens: int, cost: float | None) -> None:
    """End a lease, if there was one, and count what the call used, also when the lease has lapsed."""
    if lease_id is None and not tokens:
        return
    with db.system_session() as s:
        if lease_id is not None:
            s.execute(remove(_lease).where(_lease.c.id == lease_id))
        if tokens:
            s.execute(_ADD, {"day": day, "tokens": tokens, "cost": cost or 0.0})


def held(db: Database, now: datetime) -> int:
    """Return how many tokens calls under way have set aside."""
    with db.system_session() as s:
        query = select(func.coalesce(func.sum(_lease.c.tokens), 0)).where(_lease.c.until > now)
        return int(s.scalar(query) or 0)
