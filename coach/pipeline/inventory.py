"""The inventory of a service: what its lists show, and what they no longer show."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta

from coach.errors import ServiceBroken
from coach.pipeline.fetching import Fetcher, listed, seen
from coach.pipeline.turn import Turn
from coach.providers.contract import Account
from coach.store import connections, remote_items, service_sources
from coach.store.session import Session

log = logging.getLogger(__name__)

# A list that begins with a day of theirs is complete from this much later on, whatever zone they think in.
EDGE = timedelta(hours=14)
MOST_ASKED = (
    20  # of what is no longer shown, in one run: should a service forget a year, that is no reason to
)


def take_stock(turn: Turn, account: Account, since: date | None) -> datetime:
    """Note what the service has since a day (None: ever, as far as it is read); return as of when.

    One transaction a page, newest first, so that what was cut off is begun anew without harm. What is shown
    unchanged is confirmed.
    """
    service, begun = turn.service, turn.now()
    floor = _floor(turn, begun)
    for page in account.listing(since if floor is None else max(since or date.min, floor.date())):
        wanted = [seen(item) for item in page if floor is None or item.start >= floor]
        with turn.session() as s:
            remote_items.saw(s, service.name, wanted, begun)
            unchanged = remote_items.done_among(s, service.name, [item.external_id for item in wanted])
            service_sources.confirm(s, turn.athlete_id, service.source, unchanged, begun)
    return begun


def _floor(turn: Turn, now: datetime) -> datetime | None:
    """Return from when on the service is read; None: from the beginning."""
    history = turn.service.history
    return None if history is None else now - history


def follow_deletions(turn: Turn, fetcher: Fetcher, since: date | None, as_of: datetime) -> int:
    """Ask for what the list of `take_stock` should have shown and did not; return how many are gone.

    Only an answer that says so makes an activity gone: a list may leave something out.
    """
    start = datetime.combine(since, time(), UTC) + EDGE if since else None
    floor = _floor(turn, as_of)
    start = max(start or datetime.min.replace(tzinfo=UTC), floor or datetime.min.replace(tzinfo=UTC))
    with turn.session() as s:
        missing = remote_items.unseen(s, turn.service.name, start, as_of)[:MOST_ASKED]
    gone = 0
    for item in missing:
        try:
            found = fetcher.account.fetch(listed(item))
        except ServiceBroken as error:
            log.info("whether an activity of %s is gone was not told: %s", turn.service.name, error.key)
            break
        if found is None:
            fetcher.gone(item)
            gone += 1
        else:
            with turn.session() as s:
                remote_items.saw(s, turn.service.name, [seen(listed(item))], as_of)
    return gone


def note(s: Session, provider: str, **changes: object) -> None:
    """Keep how far the synchronisation is; None forgets a mark."""
    known = connections.get(s, provider)
    cursor = {**(known.cursor if known else {}), **changes}
    connections.change(s, provider, cursor={k: v for k, v in cursor.items() if v is not None})
