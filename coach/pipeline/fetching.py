"""Fetching: one activity of a service, from its list to the row, in one transaction that says it is done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.exc import OperationalError

from coach.domain.activity import Recording
from coach.errors import BadInput, CoachError, NotAnActivity, NotFound, ServiceBroken, UnreadableFile
from coach.pipeline import editing, forgetting, telling
from coach.pipeline.placing import Placing, numbered
from coach.pipeline.turn import Turn, TurnLost
from coach.pipeline.uploadable import ours
from coach.providers.contract import Account, Fetched, Listed, Payload
from coach.providers.files.archive import walk
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import (
    activities,
    files,
    permissions,
    raw_payloads,
    recordings,
    remote_items,
    service_sources,
)
from coach.store.activities import Row
from coach.store.remote_items import Item, Seen
from coach.store.session import Session

log = logging.getLogger(__name__)

MOST_TRIES = 3  # in a row; what could not be had is tried again once a day
MOST_DAYS = 30
# In `Item.summary`, beside what the service showed: our own number of what we put there.
ECHO = "hanbal:echo"
# In `Item.why_key` of what is gone: we took its activity out of the lists.
HIDDEN = "deleted_over_there"

Became = Literal["stored", "gone", "refused", "failed"]


def seen(listed: Listed) -> Seen:
    """Return what is kept of an activity that a list showed."""
    summary = {**listed.summary, ECHO: listed.echo_of} if listed.echo_of else listed.summary
    return Seen(listed.external_id, listed.start, listed.sha256, summary)


def listed(item: Item) -> Listed:
    """Return an activity as the list showed it."""
    summary = dict(item.summary)
    echo_of = str(summary.pop(ECHO, ""))
    return Listed(item.external_id, item.start_at, item.sha256, summary, echo_of)


@dataclass(frozen=True)
class _Content:
    """What was fetched, read."""

    recordings: Sequence[Recording]
    payloads: Sequence[Payload]
    file: tuple[str, bytes, str] | None = None  # name, bytes, format
    complete: bool = True


@dataclass
class Fetcher:
    """Fetches activities of one account, as long as its turn lasts.

    A service that fails is told from an activity that cannot be had by the next one: two failures in a row
    are the service's.
    """

    turn: Turn
    account: Account
    readers: ReaderPool[Parsed]
    placing: Placing
    stored: int = 0
    _suspect: tuple[Item, str] | None = field(default=None, init=False)

    def fetch(self, items: Sequence[Item]) -> int:
        """Fetch some, in their order; return how many were stored. Raises ProviderTrouble, TurnLost."""
        before = self.stored
        for item in items:
            try:
                self.one(item)
            except ServiceBroken as error:
                if self._suspect is not None:
                    self._suspect = None
                    raise
                self._suspect = (item, error.key)
            else:
                self.settle()
        self.settle()
        return self.stored - before

    def settle(self) -> None:
        """Count a try of the one that failed while others did not."""
        if self._suspect is not None:
            self._failed(*self._suspect)
            self._suspect = None

    def one(self, item: Item) -> Became:
        """Fetch one activity and store it. Raises ProviderTrouble where it could not be asked for."""
        fetched = self.account.fetch(listed(item))
        if fetched is None:
            self.gone(item)
            return "gone"
        try:
            content = self._read(fetched, item)
        except (BadInput, NotFound) as error:
            if error.key == "reading_stopped":
                raise  # the process ends: the file is not to blame
            return self._refused(item, error)
        try:
            with self.turn.session() as s:
                self._store(s, item, content)
        except UnreadableFile as error:
            return self._refused(item, error)
        except (OperationalError, CoachError, TurnLost):
            raise  # the database is not there, or somebody else's turn: the activity is not to blame
        except Exception:
            log.exception("an activity of %s could not be stored", self.turn.service.name)
            return self._failed(item, "item_failed")
        self.stored += 1
        return "stored"

    def gone(self, item: Item) -> None:
        """Follow a deletion over there: what may not be kept without being shown goes, the rest is hidden.

        An activity that is known from elsewhere, too, stays as it is.
        """
        source = self.turn.service.source
        with self.turn.session() as s:
            there = service_sources.of_item(s, self.turn.athlete_id, source, item.external_id)
            why = None
            if permissions.read(s)[source].keep_for is not None:
                forgetting.forget_sources(s, self.turn.athlete_id, [k.id for k in there], self._home)
            else:
                for activity_id in {k.activity_id for k in there}:
                    why = HIDDEN if self._hide(s, activity_id, {k.id for k in there}) else why
            remote_items.mark(
                s, self.turn.service.name, item.external_id, "gone", now=self.turn.now(), why_key=why
            )

    def _hide(self, s: Session, activity_id: int, ids: set[int]) -> bool:
        row = activities.get(s, self.turn.athlete_id, activity_id)
        if row.deleted_at or any(k.id not in ids for k in recordings.sources(s, activity_id)):
            return False
        editing.hide(s, self.placing.athlete, activity_id)
        telling.tell_gone(s, self.turn.service.name, row)
        return True

    @property
    def _home(self) -> str:
        return self.placing.athlete.tz

    def _read(self, fetched: Fetched, item: Item) -> _Content:
        """Return the recordings of what was fetched. Raises BadInput or NotFound where it holds none."""
        name = fetched.file[0] if fetched.file else item.external_id
        if fetched.file is None:
            if not fetched.recordings:
                raise NotAnActivity("nothing_to_import", name=name)
            described = fetched.describe(fetched.recordings)
            return _Content(described, fetched.payloads, complete=fetched.complete)
        for inner, data in walk(fetched.file[1], name):
            if isinstance(data, CoachError):
                raise data
            assert isinstance(data, bytes)  # what came as bytes is unpacked as such
            parsed = self.readers.read(inner, data)
            if parsed.recordings:
                described = fetched.describe(parsed.recordings)
                return _Content(described, fetched.payloads, (inner, data, parsed.format))
        raise NotAnActivity("nothing_to_import", name=name)

    def _store(self, s: Session, item: Item, content: _Content) -> None:
        athlete_id, service, now = self.turn.athlete_id, self.turn.service, self.turn.now()
        for payload in content.payloads:
            keep_payload(s, athlete_id, self.turn, payload)
        file_id = None
        if content.file is not None:
            name, data, format = content.file
            file_id, _ = files.keep(s, athlete_id, name, data, format)
        known = {k.part: k for k in service_sources.of_item(s, athlete_id, service.source, item.external_id)}
        if file_id is not None:
            mine = {k.id for k in known.values()}
            if any(k.id not in mine for k in recordings.of_file(s, athlete_id, file_id)):
                # The athlete gave this very file by hand, or it is on the account twice: it belongs to the
                # source that it was first.
                file_id = None
        title = content.recordings[0].name or item.external_id
        concerned = set[int]()
        for recording in numbered(content.recordings):
            recording = replace(recording, external_id=item.external_id)
            before = known.get(recording.part)
            known.pop(recording.part, None)
            if before is not None and before.records and not content.complete:
                continue  # what there was before says more
            if before is not None:
                self.placing.refuse_future(recording, title)
                service_sources.rewrite(s, athlete_id, before.id, recording, file_id=file_id)
                concerned.add(before.activity_id)
            elif (row := self._echo(s, item)) is not None:
                self.placing.join(s, row, recording, source=service.source, file_id=file_id, name=title)
            else:
                self.placing.place(s, recording, source=service.source, file_id=file_id, name=title)
        if known:
            forgetting.forget_sources(s, athlete_id, [k.id for k in known.values()], self._home)
        for activity_id in concerned:
            if item.why_key == HIDDEN:  # it is there again
                editing.show_again(s, self.placing.athlete, activity_id)
                telling.resolve_gone(s, activity_id)
            self.placing.refreshed(s, activity_id)
        service_sources.confirm(s, athlete_id, service.source, [item.external_id], now)
        # Of what should have more the rest is asked for again, some times.
        enough = content.complete or item.tries + 1 >= MOST_TRIES
        remote_items.mark(
            s,
            service.name,
            item.external_id,
            "done" if enough else "failed",
            now=now,
            why_key=None if content.complete else remote_items.THIN,
            tried=not content.complete,
        )

    def _echo(self, s: Session, item: Item) -> Row | None:
        """Return the activity that we put there ourselves, where it is still one of its own."""
        activity_id = ours(listed(item).echo_of, self.turn.athlete_id)
        if activity_id is None:
            return None
        try:
            row = activities.get(s, self.turn.athlete_id, activity_id)
            while row.merged_into is not None:
                row = activities.get(s, self.turn.athlete_id, row.merged_into)
        except NotFound:
            return None
        return row

    def _refused(self, item: Item, error: CoachError) -> Became:
        self._mark(item, "refused", error.key)
        return "refused"

    def _failed(self, item: Item, why_key: str) -> Became:
        state: Literal["failed", "refused"] = "failed" if item.tries + 1 < MOST_TRIES else "refused"
        self._mark(item, state, why_key, tried=True)
        return state

    def _mark(
        self, item: Item, state: Literal["failed", "refused"], why_key: str, *, tried: bool = False
    ) -> None:
        with self.turn.session() as s:
            remote_items.mark(
                s,
                self.turn.service.name,
                item.external_id,
                state,
                now=self.turn.now(),
                why_key=why_key,
                tried=tried,
            )


def keep_payload(s: Session, athlete_id: int, turn: Turn, payload: Payload) -> None:
    """Keep an answer beside what was made of it, in place of the one before about the same thing."""
    source = turn.service.source
    if payload.external_id:
        raw_payloads.forget_payloads(s, athlete_id, source, [payload.external_id], payload.endpoint)
    raw_payloads.keep_payload(
        s,
        athlete_id,
        source,
        payload.endpoint,
        payload.body,
        external_id=payload.external_id,
        fetched_at=turn.now(),
    )
