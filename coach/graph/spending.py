"""Tokens and money of model calls: set aside before each call, settled after it. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
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


@dataclass(frozen=True)
class Settling:
    """What a call used, and why it failed if it did."""

    reserved: Reserved
    used: Used
    why: str
    at: datetime

    @property
    def cost(self) -> float | None:
        return cost_of(self.used, self.reserved.price)


def note(s: Session, calls: Iterable[Settling]) -> list[Settling]:
    """Settle calls of the athlete of `s`; return those that were not settled before, to be counted."""
    return [
        one
        for one in calls
        if model_calls.settle(
            s,
            one.reserved.call_id,
            tokens_in=one.used.read,
            tokens_cached=one.used.cached,
            tokens_out=one.used.written,
            cost=one.cost,
            estimated=one.used.estimated,
            why=one.why,
            now=one.at,
        )
    ]


def count(db: Database, calls: Iterable[Settling]) -> None:
    """Count calls for the installation, and end their leases."""
    for one in calls:
        model_days.settle(db, one.reserved.lease_id, one.reserved.day_all, one.used.total, one.cost)


def settle(db: Database, reserved: Reserved, used: Used, why: str, now: datetime) -> None:
    """Note what a call used, and why it failed if it did."""
    with db.athlete_session(reserved.athlete_id) as s:
        new = note(s, [Settling(reserved, used, why, now)])
    count(db, new)


@dataclass
class Bill:
    """The calls of a turn that are not settled yet: each is with the next one, the last with the run's end.

    A transaction of their own for each would cost a turn more than its checkpoint.
    """

    _open: list[Settling] = field(default_factory=list)
    _uncounted: list[Settling] = field(default_factory=list)

    def add(self, one: Settling) -> None:
        """Take a call that has ended."""
        self._open.append(one)

    def note(self, s: Session) -> Callable[[], None]:
        """Settle what is open in a transaction; return what is to be called once that has ended well."""
        taken = list(self._open)
        new = note(s, taken)

        def noted() -> None:
            self._open = [one for one in self._open if one not in taken]
            self._uncounted += new

        return noted

    def close(self, db: Database) -> None:
        """Settle what is still open, and count everything for the installation. Blocking."""
        if self._open:
            with db.athlete_session(self._open[0].reserved.athlete_id) as s:
                noted = self.note(s)
            noted()
        counted, self._uncounted = self._uncounted, []
        for day, of_day in groupby(counted, key=lambda one: one.reserved.day_all):
            used = list(of_day)
            costs = [one.cost for one in used if one.cost is not None]
            model_days.settle(
                db, None, day, sum(one.used.total for one in used), sum(costs) if costs else None
            )
