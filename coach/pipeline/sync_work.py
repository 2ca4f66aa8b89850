"""The work of one turn: the news of a service, and what lies further back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import Any

from coach.errors import Conflict, NeedsAthlete
from coach.pipeline import day_values, recompute
from coach.pipeline.fetching import MOST_DAYS, MOST_TRIES, Fetcher
from coach.pipeline.inventory import follow_deletions, note, take_stock
from coach.pipeline.logins import account_changes
from coach.pipeline.placing import Placing
from coach.pipeline.turn import Turn
from coach.providers.contract import Account
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import connections, metrics, permissions, remote_items
from coach.store.connections import Connection

SLICE_S = 60.0  # of what lies further back, before others get their turn
AT_ONCE = 10  # activities before the next weeks of days
LOOK_BACK = timedelta(days=3)  # news are looked for from so long before the last time
SWEEP = timedelta(days=7)  # how often the whole inventory is compared
SWEEP_KEPT = timedelta(days=1)  # … of a service that must show what it allows to keep
THIN_DAYS = 7  # a run that was typed in has no recording, however often one asks
FEW = 60  # activities whose metrics are computed while somebody waits


class Work:
    """What is done for one athlete at one service while the turn lasts."""

    def __init__(
        self, turn: Turn, account: Account, readers: ReaderPool[Parsed], *, slice_s: float = SLICE_S
    ) -> None:
        self._turn, self._account, self._slice_s = turn, account, slice_s
        self._placing = Placing.for_athlete(turn.reach.db, turn.athlete_id, turn.now())
        self._fetcher = Fetcher(turn, account, readers, self._placing)
        self._today = turn.now().astimezone(self._placing.athlete.zone).date()
        self._changed_days = 0

    def news(self) -> None:
        """Bring what is new: activities of the last weeks, the newest first, then the values of days."""
        self._know_whose()
        known = self._connection()
        since = self._today - day_values.FIRST
        if known.synced_at is not None:
            since = known.synced_at.astimezone(self._placing.athlete.zone).date() - LOOK_BACK
        as_of = take_stock(self._turn, self._account, since)
        if known.cursor.get("given_up_on") != self._today.isoformat():
            self._try_again()
        recent = datetime.combine(self._today - day_values.FIRST, datetime.min.time(), UTC)
        stored = self._fetcher.fetch(self._todo(recent))
        follow_deletions(self._turn, self._fetcher, since, as_of)
        if self._turn.service.has_days:
            self._changed_days += day_values.bring_newest(
                self._turn, self._account, known.cursor, self._today, thorough=stored > 0
            )

    def _try_again(self) -> None:
        """Ask once a day for what could not be had: the service may have been broken for hours."""
        with self._turn.session() as s:
            tries = range(MOST_TRIES, MOST_TRIES + MOST_DAYS)
            thin_since = self._turn.now() - timedelta(days=THIN_DAYS)
            remote_items.try_again(s, self._turn.service.name, tries, thin_since=thin_since)
            note(s, self._turn.service.name, given_up_on=self._today.isoformat())

    def backfill_is_left(self) -> bool:
        """Return whether anything lies further back that is not here."""
        return self._sweep_is_due() or bool(self._todo(limit=1)) or self._days_are_left()

    def backfill(self) -> bool:
        """Bring a stretch of what lies further back, the newest first; return whether more is left."""
        ends = time.monotonic() + self._slice_s
        self._know_whose()
        if self._sweep_is_due():
            as_of = take_stock(self._turn, self._account, None)
            follow_deletions(self._turn, self._fetcher, None, as_of)
            with self._turn.session() as s:
                note(s, self._turn.service.name, listed=True, swept_on=self._today.isoformat())
        batches = list(batched(self._todo(), AT_ONCE))
        while batches or self._days_are_left():
            if batches:
                self._fetcher.fetch(batches.pop(0))
            oldest = self._oldest()
            if oldest is not None and self._days_are_left():
                cursor = self._connection().cursor
                self._changed_days += day_values.bring_chunk(self._turn, self._account, cursor, oldest)
            if time.monotonic() >= ends:
                return bool(batches) or self._days_are_left()
        return False

    def compute(self, *, at_once: bool) -> None:
        """Have computed what rests on what came; `at_once` where it is little and somebody waits for it."""
        db, athlete_id = self._turn.reach.db, self._turn.athlete_id
        with db.athlete_session(athlete_id) as s:
            # Also what a run that was killed left behind.
            waiting = len(metrics.stale(s, athlete_id, recompute.VERSIONS))
            if not waiting and not self._fetcher.stored and not self._changed_days:
                return
            if not at_once or waiting > FEW:
                recompute.defer(s, athlete_id, waiting)
                return
        recompute.bring_up_to_date(db, athlete_id, self._today)

    def _connection(self) -> Connection:
        with self._turn.reach.db.athlete_session(self._turn.athlete_id) as s:
            known = connections.get(s, self._turn.service.name)
        assert known is not None
        return known

    def _todo(self, since: datetime | None = None, limit: int | None = None) -> list[remote_items.Item]:
        with self._turn.reach.db.athlete_session(self._turn.athlete_id) as s:
            return remote_items.todo(s, self._turn.service.name, since=since, limit=limit)

    def _know_whose(self) -> None:
        """Ask whose account it is where that could not be asked at the login."""
        if self._connection().account_id:
            return
        who = self._account.who()
        name = self._turn.service.name
        try:
            with self._turn.session() as s:
                known = connections.get(s, name)
                connections.change(s, name, **account_changes(s, name, known, who))
        except Conflict as error:
            with self._turn.session() as s:
                connections.keep_secret(s, self._turn.reach.vault, self._turn.service.name, "secret", None)
            raise NeedsAthlete(error.key) from error

    def _sweep_is_due(self) -> bool:
        cursor = self._connection().cursor
        if not cursor.get("listed") or "swept_on" not in cursor:
            return True
        with self._turn.reach.db.athlete_session(self._turn.athlete_id) as s:
            kept = permissions.read(s)[self._turn.service.source].keep_for
        return self._today - date.fromisoformat(cursor["swept_on"]) >= (SWEEP_KEPT if kept else SWEEP)

    def _oldest(self) -> date | None:
        return day_values.oldest_day(self._turn, self._today)

    def _days_are_left(self) -> bool:
        cursor: Mapping[str, Any] = self._connection().cursor
        return day_values.is_left(cursor, self._oldest())
