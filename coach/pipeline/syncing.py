"""Synchronising a connection: what is new first, then what lies further back, and what became of it.

Every step stands in a transaction with the mark that it is done, so a run that was killed anywhere goes on
where it was. A run that fails says why on the connection, and when it is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import uniform

from coach.errors import (
    BadInput,
    ComeBackLater,
    NeedsAthlete,
    NotFound,
    ProviderTrouble,
    ServiceBroken,
)
from coach.pipeline import inventory, sync_queue, telling
from coach.pipeline.reach import Reach
from coach.pipeline.sync_work import Work
from coach.pipeline.turn import Turn, TurnLost, opened, taken
from coach.providers.contract import Provider, providers
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import athletes, connections, provider_health
from coach.store.connections import Connection
from coach.store.session import Database, Session

log = logging.getLogger(__name__)

ASKABLE = ("connected", "waiting", "broken")
BUSY_S = (5.0, 40.0)  # whoever finds no free turn comes back after a moment, each after another
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
TOLD_AFTER = 5  # failures in a row: by then it is no hiccup
# Of the service itself, whoever asked: from so many failures in a row on, nobody asks for so long.
CIRCUIT = {5: timedelta(minutes=5), 10: timedelta(minutes=30), 20: timedelta(hours=2)}
BACKFILL_RESERVE = 0.3  # the share of a service's limits that is left to what is new


def request(
    db: Database,
    athlete_id: int,
    provider: str | None,
    *,
    now: datetime,
    services: Mapping[str, Provider] | None = None,
) -> tuple[str, ...]:
    """Have the athlete's connections (or one) synchronised in the background; return their names.

    Asking twice queues once. For a named one raises NotFound where it is off, NeedsAthlete where only they
    can mend it, ComeBackLater while it waits for a limit, BadInput where the service sends by itself.
    """
    known_services = providers() if services is None else services
    if provider is not None and provider not in known_services:
        raise NotFound("no_such_service", name=provider)
    if provider is not None and known_services[provider].open is None:
        raise BadInput("sends_by_itself")
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        found = connections.every(s, provider)
        if provider is not None:
            _refuse(next(iter(found), None), now)
        asked = []
        for known in found:
            service = known_services.get(known.provider)
            if service is None or service.open is None or known.state not in ASKABLE:
                continue
            if provider is None and _waits(known, now):
                continue
            if known.state == "broken":  # the athlete says: now
                connections.change(s, known.provider, retry_at=None, next_sync_at=now)
            sync_queue.defer_sync(s, athlete_id, known.provider, urgent=True)
            asked.append(known.provider)
    return tuple(asked)


def _refuse(known: Connection | None, now: datetime) -> None:
    """Raise why a connection cannot be synchronised."""
    if known is None or known.state in ("off", "pending"):
        raise NotFound("not_connected")
    if known.state == "needs_you":
        raise NeedsAthlete(known.why_key or "not_connected", **known.why_params)
    if _waits(known, now) and known.retry_at is not None:
        raise ComeBackLater(known.why_key or "service_busy", until=known.retry_at, **known.why_params)


def _waits(known: Connection, now: datetime) -> bool:
    """Return whether nothing may be asked for. Where only the backfill waits, the news may."""
    waits = known.state == "waiting" and known.retry_at is not None and known.retry_at > now
    return waits and "backfill_after" not in known.cursor


def run(
    reach: Reach,
    athlete_id: int,
    provider: str,
    *,
    readers: ReaderPool[Parsed],
    holder: str,
    backfill: bool = False,
) -> None:
    """Synchronise a connection: the news, or with `backfill` a stretch of about a minute of what lies back.

    `holder` names this run, and no other. What goes wrong with the service stands on the connection
    afterwards; only what is wrong with us is raised.
    """
    service = reach.services.get(provider)
    if service is None or service.open is None or not _may_run(reach, athlete_id, service, backfill):
        return
    work = None
    with taken(reach, athlete_id, service, holder) as turn:
        if turn is None:
            _come_back(reach, athlete_id, service, backfill)
            return
        try:
            reserve = BACKFILL_RESERVE if backfill else 0.0
            with opened(turn, reserve=reserve) as account:
                work = Work(turn, account, readers)
                _work(turn, work, backfill)
        except TurnLost:
            log.info("the turn at %s was lost", provider)
        except ProviderTrouble as error:
            _trouble(turn, error, backfill)
    if work is not None:
        work.compute(at_once=not backfill)


def _may_run(reach: Reach, athlete_id: int, service: Provider, backfill: bool) -> bool:
    """Return whether the service may be asked now; where all wait for it, say so on the connection."""
    now = reach.clock()
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        known = connections.get(s, service.name)
        if known is None or known.state not in ASKABLE or not known.has_secret:
            return False
        if _waits(known, now) or (known.state == "broken" and (known.retry_at or now) > now):
            return False
        health = provider_health.read(s, service.name)
        if health.open_until is None or health.open_until <= now:
            return True
        if not backfill:
            retry_at = health.open_until + timedelta(seconds=uniform(*BUSY_S))  # noqa: S311 - no secret
            why = ServiceBroken(health.why_key or "service_broken")
            connections.trouble(s, service.name, "broken", why, retry_at=retry_at)
        return False


def _come_back(reach: Reach, athlete_id: int, service: Provider, backfill: bool) -> None:
    """Try again in a moment: others work on this service, or on this connection."""
    if backfill:
        return  # the next run that brings news has it go on
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        known = connections.get(s, service.name)
        if known is None or known.state not in ASKABLE:
            return  # disconnected meanwhile
        later = reach.clock() + timedelta(seconds=uniform(*BUSY_S))  # noqa: S311 - no secret
        connections.change(s, service.name, next_sync_at=later)


def _work(turn: Turn, work: Work, backfill: bool) -> None:
    if backfill:
        is_left = work.backfill()
    else:
        work.news()
        is_left = work.backfill_is_left()
    provider_health.note_success(turn.reach.db, turn.service.name)
    with turn.session() as s:
        known = connections.get(s, turn.service.name)
        assert known is not None
        if backfill:
            _well_back(s, turn, known)
        else:
            _well(s, turn, known)
        if is_left and (backfill or not _backfill_waits(known, turn.now())):
            sync_queue.defer_backfill(s, turn.athlete_id, turn.service.name)


def _backfill_waits(known: Connection, now: datetime) -> bool:
    after = known.cursor.get("backfill_after")
    return after is not None and datetime.fromisoformat(after) > now


def _well(s: Session, turn: Turn, known: Connection) -> None:
    """Say that the news are here, and when they are asked for again."""
    now, service = turn.now(), turn.service
    following = now + service.every + service.jitter * uniform(0, 1)  # noqa: S311 - no secret
    if _backfill_waits(known, now):
        following = min(following, datetime.fromisoformat(known.cursor["backfill_after"]))
    if known.state == "waiting" and _backfill_waits(known, now):
        connections.change(s, service.name, synced_at=now, next_sync_at=following, failures=0)
    else:
        connections.well(s, service.name, synced_at=now, next_sync_at=following)
    telling.resolve(s, service.name, "needs_you", "broken")


def _well_back(s: Session, turn: Turn, known: Connection) -> None:
    """Say that nothing stands in the way of what lies further back."""
    if "backfill_after" in known.cursor:
        inventory.note(s, turn.service.name, backfill_after=None, backfill_failures=None)
    if known.state == "waiting":
        connections.well(s, turn.service.name)


def _trouble(turn: Turn, error: ProviderTrouble, backfill: bool) -> None:
    """Say on the connection what is in the way, and when it is tried again."""
    log.info("synchronising %s: %s", turn.service.name, error.key)
    if isinstance(error, ServiceBroken):
        provider_health.note_failure(
            turn.reach.db,
            turn.service.name,
            error.key,
            pauses=CIRCUIT,
            now=turn.now(),
            athlete_id=turn.athlete_id,
        )
    try:
        with turn.session() as s:
            known = connections.get(s, turn.service.name)
            assert known is not None
            if isinstance(error, NeedsAthlete):
                connections.trouble(s, turn.service.name, "needs_you", error)
                telling.tell(s, "needs_you", turn.service.name, "alert", error)
            elif backfill:
                _put_off(s, turn, known, error)
            elif isinstance(error, ComeBackLater):
                # All of it waits now, not only what lies further back.
                inventory.note(s, turn.service.name, backfill_after=None)
                connections.trouble(s, turn.service.name, "waiting", error, retry_at=error.until)
            else:
                _broken(s, turn, known, error)
    except TurnLost:
        log.info("the turn at %s was lost", turn.service.name)


def _broken(s: Session, turn: Turn, known: Connection, error: ProviderTrouble) -> None:
    failures = known.failures + 1
    retry_at = turn.now() + _pause(failures)
    connections.trouble(s, turn.service.name, "broken", error, retry_at=retry_at)
    connections.change(s, turn.service.name, failures=failures)
    if failures >= TOLD_AFTER:
        telling.tell(s, "broken", turn.service.name, "warning", error)


def _put_off(s: Session, turn: Turn, known: Connection, error: ProviderTrouble) -> None:
    """Go on with what lies further back later; the news come as before."""
    failures = known.cursor.get("backfill_failures", 0)
    if isinstance(error, ComeBackLater):
        until = error.until
        connections.trouble(s, turn.service.name, "waiting", error, retry_at=until)
        connections.change(s, turn.service.name, next_sync_at=min(known.next_sync_at or until, until))
    else:
        failures += 1
        until = turn.now() + _pause(failures)
    inventory.note(s, turn.service.name, backfill_after=until.isoformat(), backfill_failures=failures or None)


def _pause(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row: twice as long each time, with jitter."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    return pause * uniform(0.8, 1.2)  # noqa: S311 - no secret
