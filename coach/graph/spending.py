"""Tokens and money of model calls: set aside before each call, settled after it. Blocking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.domain.model_cost import Price, Used, cost_of, price_of
from coach.store import model_calls, model_days
from coach.store.model_calls import Purpose
from coach.store.session import Database, Session

# Room for what a model writes. A longer reply is settled as it was, and the next call finds less left.
REPLY_TOKENS = 2_000
GRACE = timedelta(seconds=60)  # beyond the turn's own limit, until what a killed process set aside lapses

Cap = Literal["tokens", "cost", "tokens_all", "cost_all"]


class Capped(Exception):
    """A call was not made: it could pass a cap of the day. `renews_at` is when the next day begins."""

    def __init__(self, cap: Cap, renews_at: datetime) -> None:
        super().__init__(cap)
        self.cap = cap
        self.renews_at = renews_at


@dataclass(frozen=True)
class Reserved:
    """A call that may be made. `expected` is what was set aside for it."""

    call_id: int
    lease_id: int | None
    day_all: date
    athlete_id: int
    price: Price | None
    expected: Used


def alive_since(settings: Settings, now: datetime) -> datetime:
    """Return since when a call may still be under way."""
    return now - timedelta(seconds=settings.max_turn_s) - GRACE


def reserve(
    s: Session,
    db: Database,
    settings: Settings,
    athlete: Athlete,
    *,
    purpose: Purpose,
    host: str,
    model: str,
    prompt_tokens: int,
    sent: Sequence[Mapping[str, Any]],
    tools: str,
    removed: Mapping[str, int],
    run_id: UUID | None,
    now: datetime,
) -> Reserved:
    """Set aside what a call may use, and note what is about to be sent. Raises Capped.

    `s` is the athlete's; the call may be made once its transaction has ended.

    The installation's share is leased first: what its transaction leaves when this process dies in between
    lapses by itself, and nothing is noted as sent that was not.
    """
    price = price_of(model, settings.prices)
    expected = Used(read=prompt_tokens, written=REPLY_TOKENS)
    cost = cost_of(expected, price)
    day, day_all = now.astimezone(athlete.zone).date(), now.astimezone(UTC).date()
    alive = alive_since(settings, now)
    lease_id = _lease(db, settings, day_all, expected.total, cost, now)
    call_id = model_calls.reserve(
        s,
        run_id=run_id,
        purpose=purpose,
        host=host,
        model=model,
        day=day,
        tokens=expected.total,
        cost=cost,
        most_tokens=settings.max_tokens_per_day,
        most_cost=settings.max_cost_per_day,
        sent=sent,
        tools=tools,
        removed=removed,
        now=now,
        alive=alive,
    )
    if call_id is None:
        spent = model_calls.spent(s, day, alive)
        if lease_id is not None:
            model_days.settle(db, lease_id, day_all, 0, None)
        by_tokens = spent.tokens + expected.total > settings.max_tokens_per_day
        midnight = datetime.combine(day + timedelta(days=1), time(), athlete.zone)
        raise Capped("tokens" if by_tokens else "cost", midnight)
    return Reserved(call_id, lease_id, day_all, athlete.id, price, expected)


def _lease(
    db: Database, settings: Settings, day: date, tokens: int, cost: float | None, now: datetime
) -> int | None:
    most_tokens, most_cost = settings.max_tokens_per_day_all, settings.max_cost_per_day_all
    if most_tokens is None and most_cost is None:
        return None
    until = now + timedelta(seconds=settings.max_turn_s) + GRACE
    caps = {"most_tokens": most_tokens, "most_cost": most_cost}
    found = model_days.lease(db, day, tokens, cost, **caps, until=until, now=now)  # type: ignore[arg-type]
    if found is None:
        midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
        raise Capped("cost_all" if most_tokens is None else "tokens_all", midnight)
    return found


def settle(db: Database, reserved: Reserved, used: Used, why: str, now: datetime) -> None:
    """Note what a call used, and why it failed if it did."""
    cost = cost_of(used, reserved.price)
    with db.athlete_session(reserved.athlete_id) as s:
        first = model_calls.settle(
            s,
            reserved.call_id,
            tokens_in=used.read,
            tokens_cached=used.cached,
            tokens_out=used.written,
            cost=cost,
            estimated=used.estimated,
            why=why,
            now=now,
        )
    if first:
        model_days.settle(db, reserved.lease_id, reserved.day_all, used.total, cost)
