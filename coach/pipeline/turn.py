"""A turn at a connection: one at a time works on it, and what they write counts only while it is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coach.errors import NeedsAthlete, NotFound, SetupError
from coach.pipeline.reach import Reach
from coach.providers.contract import Account, Opening, Provider
from coach.store import athletes, connections, provider_health, sync_system
from coach.store.session import Session

# Longer than any call to a service lasts. Who was killed blocks the connection for as long.
HOLD = timedelta(minutes=3)


class TurnLost(Exception):
    """Somebody else works on the connection now, or it was disconnected: stop, and write nothing more."""


@dataclass(frozen=True)
class Turn:
    """The right of `holder` to work on an athlete's connection."""

    reach: Reach
    athlete_id: int
    service: Provider
    holder: str

    def now(self) -> datetime:
        """Return the time."""
        return self.reach.clock()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction with the athlete's lock that renews the turn. Raises TurnLost."""
        with self.reach.db.athlete_session(self.athlete_id) as s:
            athletes.lock(s, self.athlete_id)
            if not connections.hold(s, self.service.name, self.holder, self.now(), HOLD):
                raise TurnLost(self.service.name)
            yield s

    def renew(self) -> None:
        """Keep the turn while nothing is written for a while. Raises TurnLost."""
        with self.session():
            pass


@contextmanager
def taken(reach: Reach, athlete_id: int, service: Provider, holder: str) -> Iterator[Turn | None]:
    """Take the turn at a connection and give it back at the end; None where it is not to be had."""
    got = sync_system.take_turn(
        reach.db, athlete_id, service.name, holder, now=reach.clock(), for_=HOLD, cap=service.cap
    )
    if not got:
        yield None
        return
    try:
        yield Turn(reach, athlete_id, service, holder)
    finally:
        with reach.db.athlete_session(athlete_id) as s:
            connections.release(s, service.name, holder)


@contextmanager
def opened(turn: Turn, *, reserve: float = 0.0) -> Iterator[Account]:
    """Open the athlete's account at the service with the tokens that are kept; new ones are kept at once.

    Raises NeedsAthlete where there are none, or none that can be decrypted, and TurnLost.
    """
    reach, service = turn.reach, turn.service
    with turn.session() as s:
        try:
            kept = connections.secret(s, reach.vault, service.name)
        except (NotFound, SetupError) as error:
            raise NeedsAthlete(error.key, **error.params) from error

    def keep(tokens: str) -> None:
        nonlocal kept
        with reach.db.athlete_session(turn.athlete_id) as s:
            athletes.lock(s, turn.athlete_id)
            if not _may_keep(s, turn, kept, tokens):
                raise TurnLost(service.name)
            connections.keep_secret(s, reach.vault, service.name, "secret", tokens)
        kept = tokens

    with account_of(reach, service, turn.athlete_id, kept, keep, reserve) as account:
        yield account


def _may_keep(s: Session, turn: Turn, before: str, tokens: str) -> bool:
    """Return whether tokens that were given for `before` are the newest there are.

    Disconnecting and connecting end every turn. Who lost theirs because they were slow may keep new tokens
    only where nobody has kept any since: the old ones are dead by then.
    """
    known = connections.get(s, turn.service.name)
    if known is None or not known.has_secret:
        return False  # disconnected meanwhile: nothing of it is kept
    if known.holder == turn.holder:
        return True
    try:
        return connections.secret(s, turn.reach.vault, turn.service.name) in (before, tokens)
    except SetupError:
        return False


@contextmanager
def account_of(
    reach: Reach,
    service: Provider,
    athlete_id: int,
    tokens: str,
    keep: Callable[[str], None],
    reserve: float = 0.0,
) -> Iterator[Account]:
    """Open an account with these tokens; `keep` is told of new ones. It is closed at the end."""
    if service.open is None:
        raise NotFound("not_connected")

    def usage() -> Mapping[str, Any]:
        with reach.db.athlete_session(athlete_id) as s:
            return provider_health.read(s, service.name).usage

    account = service.open(
        Opening(
            settings=reach.settings,
            tokens=tokens,
            keep=keep,
            clock=reach.clock,
            usage=usage,
            keep_usage=lambda used: provider_health.note_usage(reach.db, service.name, used),
            reserve=reserve,
        )
    )
    try:
        yield account
    finally:
        account.close()
