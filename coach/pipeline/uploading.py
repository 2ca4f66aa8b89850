"""Uploads to Strava: what came from the watch or a file goes there, once, when the athlete wants it.

A parcel in the outbox is the decision, `send` the job. Whatever the moment it is killed, it ends with one
activity over there: a parcel that may have arrived is looked for by the number we gave it before anything is
sent, and Strava itself recognises a file that it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from uuid import uuid4

from coach.errors import (
    BadInput,
    CoachError,
    ComeBackLater,
    Conflict,
    NeedsAthlete,
    NotAllowed,
    NotFound,
    ProviderTrouble,
)
from coach.pipeline import telling
from coach.pipeline.original import original_of
from coach.pipeline.reach import Reach
from coach.pipeline.turn import Turn, opened, taken
from coach.pipeline.uploadable import SENT, SERVICE, is_on, on_since, our_number, ours, refusal, strava_id
from coach.providers.contract import Account
from coach.store import activities, connections, outbox, provider_health
from coach.store.activities import Row
from coach.store.connections import Connection
from coach.store.outbox import Parcel
from coach.store.session import Session

__all__ = ["KIND", "ask", "notice_new", "our_number", "ours", "send"]

KIND = "strava_upload"

SOON = timedelta(minutes=1)  # somebody else works on the connection
UNTIL_MENDED = timedelta(hours=1)  # only the athlete can mend the connection
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
MOST_TRIES = 12
SAME_START = timedelta(minutes=2)


@runtime_checkable
class Resumes(Protocol):
    """An account that goes on with an upload it began. Raises NotFound when there is no such upload."""

    def resume(self, upload_id: str, external_id: str) -> str: ...


@dataclass(frozen=True)
class _Load:
    """A parcel taken up. `was`: its state before."""

    parcel: Parcel
    was: outbox.State
    row: Row
    data: bytes

    @property
    def external_id(self) -> str:
        return our_number(self.row.id, self.row.athlete_id)


def notice_new(s: Session, athlete_id: int, activity_id: int, now: datetime) -> int | None:
    """Have a new activity uploaded when the athlete wants that; return the parcel's id, or None.

    Only what was recorded after the athlete turned it on, and what Strava does not have. Call it in the
    transaction that stored the activity.
    """
    known = connections.get(s, SERVICE)
    if known is None or not is_on(known):
        return None
    row = activities.get(s, athlete_id, activity_id)
    since = on_since(known)
    if since is None or row.start_at < since or refusal(s, row, known) is not None:
        return None
    return outbox.put(s, KIND, str(row.id), {"activity_id": row.id}, next_at=now)


def ask(s: Session, athlete_id: int, activity_id: int, now: datetime) -> int:
    """Have one activity uploaded because the athlete asks for it, however old it is; return the parcel's id.

    Raises NotFound, NeedsAthlete without the permission, BadInput with what is in the way, and Conflict when
    it was uploaded before.
    """
    known = connections.get(s, SERVICE)
    if known is None:
        raise NotFound("not_connected")
    row = activities.get(s, athlete_id, activity_id)
    why = refusal(s, row, known)
    if why is not None:
        raise why
    payload = {"activity_id": row.id, "asked": True}
    new = outbox.put(s, KIND, str(row.id), payload, next_at=now)
    if new is not None:
        return new
    parcel = next(p for p in outbox.find(s, KIND, limit=100_000) if p.key == str(row.id))
    if parcel.state == "sent":
        raise Conflict("strava_has_it")
    # What was refused or given up is tried again; what may have arrived is looked for first.
    again: outbox.State = "waiting" if parcel.state in ("waiting", "refused") else "sending"
    outbox.settle(s, parcel.id, again, payload=payload, next_at=now, why_key=None, why_params={})
    return parcel.id


def send(reach: Reach, athlete_id: int, parcel_id: int) -> None:
    """Send a parcel that is due; afterwards it is sent, refused, given up, or due again later.

    Raises ComeBackLater while somebody else works on the connection, and TurnLost.
    """
    service = reach.services[SERVICE]
    with reach.db.athlete_session(athlete_id) as s:
        known = connections.get(s, SERVICE)
        if known is None or known.state == "off":
            _settle(s, outbox.get(s, parcel_id), "refused", NotFound("not_connected"))
            return
    with taken(reach, athlete_id, service, f"upload:{uuid4().hex}") as turn:
        if turn is None:
            raise ComeBackLater("strava_turn", until=reach.clock() + SOON)
        load = _take(turn, parcel_id)
        if load is None:
            return
        try:
            arrived_as = _deliver(turn, load)
        except ProviderTrouble as error:
            _put_off(turn, load, error)
        except (BadInput, NotAllowed) as error:
            with turn.session() as s:
                _refuse(s, load.parcel, load.row, error)
        else:
            with turn.session() as s:
                _sent(s, load.parcel, arrived_as)


def _take(turn: Turn, parcel_id: int) -> _Load | None:
    """Begin with a parcel; None when there is nothing to send, or not now."""
    now = turn.now()
    with turn.session() as s:
        parcel = outbox.get(s, parcel_id)
        known = connections.get(s, SERVICE)
        if parcel.kind != KIND or parcel.state not in ("waiting", "sending") or known is None:
            return None
        later = _not_before(s, known, now)
        if later is not None:
            outbox.settle(s, parcel.id, parcel.state, next_at=later)
            return None
        row = activities.get(s, turn.athlete_id, int(parcel.payload["activity_id"]))
        there = strava_id(s, row)
        if there:
            _sent(s, parcel, there)
            return None
        wanted = is_on(known) or parcel.payload.get("asked") is True
        why = refusal(s, row, known) if wanted else BadInput("strava_upload_off")
        data = original_of(s, row, SENT) if why is None else None
        if data is None:
            _settle(s, parcel, "refused", why or BadInput("strava_upload_no_recording"))
            return None
        begun = outbox.take(s, parcel.id, now)
        return None if begun is None else _Load(begun, parcel.state, row, data)


def _deliver(turn: Turn, load: _Load) -> str:
    """Return the activity's number at Strava, where it is now."""
    with opened(turn) as account:
        found = _look(account, load) if load.was == "sending" else None
        if found is not None:
            return found
        turn.renew()
        try:
            return account.upload(load.row.name, load.data, load.external_id)
        except BadInput as error:
            # A duplicate of something, but of what was not to be read: it began when ours did.
            twin = _twin(account, load.row) if error.key == "strava_duplicate" else None
            if twin is None:
                raise
            return twin


def _look(account: Account, load: _Load) -> str | None:
    """Return what became of an upload that may have arrived, or None."""
    upload_id = load.parcel.receipt.get("upload_id")
    if upload_id and isinstance(account, Resumes):
        try:
            return account.resume(str(upload_id), load.external_id)
        except NotFound:
            pass  # forgotten over there: the list tells
    for page in account.listing(load.row.start_at.date()):
        for item in page:
            if ours(item.echo_of, load.row.athlete_id) == load.row.id:
                return item.external_id
    return None


def _twin(account: Account, row: Row) -> str | None:
    for page in account.listing(row.start_at.date()):
        for item in page:
            if abs(item.start - row.start_at) <= SAME_START:
                return item.external_id
    return None


def _put_off(turn: Turn, load: _Load, error: ProviderTrouble) -> None:
    """Say in parcel and connection what is in the way, and when it is tried again."""
    now, parcel = turn.now(), load.parcel
    receipt = {**parcel.receipt, **{k: v for k, v in error.params.items() if k == "upload_id"}}
    with turn.session() as s:
        if isinstance(error, ComeBackLater):
            # Over the limit nothing was taken; while Strava is at work, it was.
            state = "sending" if receipt.get("upload_id") else load.was
            _settle(s, parcel, state, error, next_at=error.until, receipt=receipt)
        elif error.key == "strava_write_missing":
            _refuse(s, parcel, load.row, error)
        elif isinstance(error, NeedsAthlete):
            connections.trouble(s, SERVICE, "needs_you", error)
            telling.tell(s, "needs_you", SERVICE, "alert", error)
            _settle(s, parcel, "sending", error, next_at=now + UNTIL_MENDED, receipt=receipt)
        elif parcel.tries >= MOST_TRIES:
            _settle(s, parcel, "failed", error, receipt=receipt)
            telling.tell_not_uploaded(s, SERVICE, load.row, error)
        else:
            pause = min(FIRST_PAUSE * 2 ** (parcel.tries - 1), LONGEST_PAUSE)
            _settle(s, parcel, "sending", error, next_at=now + pause, receipt=receipt)


def _not_before(s: Session, known: Connection, now: datetime) -> datetime | None:
    """Return when it may be tried, where that is not now: Strava is paused, or waits for the athlete."""
    if known.state in ("needs_you", "pending"):
        return now + UNTIL_MENDED
    # Where only what lies further back waits, there is room for what is new.
    retry_at = None if "backfill_after" in known.cursor else known.retry_at
    pauses = (provider_health.read(s, SERVICE).open_until, retry_at)
    return max((until for until in pauses if until is not None and until > now), default=None)


def _sent(s: Session, parcel: Parcel, arrived_as: str) -> None:
    receipt = {"strava_id": arrived_as}
    outbox.settle(s, parcel.id, "sent", receipt=receipt, next_at=None, why_key=None, why_params={})
    telling.resolve_not_uploaded(s, SERVICE, int(parcel.key))


def _refuse(s: Session, parcel: Parcel, row: Row, error: CoachError) -> None:
    _settle(s, parcel, "refused", error)
    telling.tell_not_uploaded(s, SERVICE, row, error)


def _settle(
    s: Session,
    parcel: Parcel,
    state: outbox.State,
    error: CoachError,
    *,
    next_at: datetime | None = None,
    receipt: dict[str, object] | None = None,
) -> None:
    columns = {} if receipt is None else {"receipt": receipt}
    outbox.settle(
        s, parcel.id, state, next_at=next_at, why_key=error.key, why_params=dict(error.params), **columns
    )
