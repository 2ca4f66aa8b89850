"""Sending workouts of a plan: each effect once, read back and held against the plan, with a receipt.

A job is for one parcel, but whoever has the turn does all that are due: the service is looked at once for
them. Killed at any moment it ends with one workout there, as its mark is looked for before it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from coach.domain.plan.held import compare, grade, planned
from coach.domain.plan.model import Situation, Workout
from coach.domain.plan.rules import Severity, check
from coach.errors import (
    BadInput,
    CoachError,
    ComeBackLater,
    Conflict,
    NeedsAthlete,
    NotAllowed,
    NotFound,
    ProviderTrouble,
    ServiceBroken,
)
from coach.pipeline import telling
from coach.pipeline.delivering_changes import note_change
from coach.pipeline.delivering_orders import KIND, SERVICE, Ordered, ordered, tag_of
from coach.pipeline.delivering_shelf import ByHand, Shelf
from coach.pipeline.delivering_told import (
    resolve,
    tell_not_removed,
    tell_not_sent,
    tell_unsafe,
    tell_unsupported,
)
from coach.pipeline.reach import Reach
from coach.pipeline.turn import Turn, opened, taken
from coach.providers.contract import Workouts
from coach.store import athletes, connections, deliveries, outbox, plan_holds, plans, provider_health
from coach.store.connections import Connection
from coach.store.deliveries import Delivery
from coach.store.outbox import Parcel
from coach.store.session import Session, athlete_of

SOON = timedelta(minutes=1)  # somebody else works on the connection
UNTIL_MENDED = timedelta(hours=1)  # only the athlete can mend the connection
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
MOST_TRIES = 12
# What ends a parcel without a word: the plan has another effect in its place, or none.
_QUIET = frozenset({"plan_send_superseded", "plan_send_held", "plan_send_past", "plan_send_not_approved"})


@dataclass(frozen=True)
class _Load:
    """A parcel taken up, with what was there before. `one` is None where something is taken away."""

    parcel: Parcel
    before: Delivery
    tag: str
    one: Ordered | None
    account_id: str

    @property
    def force(self) -> bool:
        return bool(self.parcel.payload.get("force"))


@dataclass
class _Desk:
    """The account, opened when the first parcel needs it, and what lies there."""

    turn: Turn
    today: date
    stack: ExitStack
    _shelf: Shelf | None = field(default=None)

    @property
    def shelf(self) -> Shelf:
        if self._shelf is None:
            account = self.stack.enter_context(opened(self.turn))
            if not isinstance(account, Workouts):
                raise ServiceBroken("plan_send_no_workouts")
            self._shelf = Shelf.look(self.turn, account, self.today)
        return self._shelf


def send(reach: Reach, athlete_id: int, parcel_id: int) -> None:
    """Send a parcel that is due, and all others for the watch that are.

    Afterwards it is sent, refused, given up, or due again later. Raises ComeBackLater while somebody else
    works on the connection, and TurnLost.
    """
    service = reach.services[SERVICE]
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        parcel = outbox.get(s, parcel_id)
        if parcel.kind != KIND or parcel.state not in ("waiting", "sending"):
            return
        known = connections.get(s, SERVICE)
        if known is None or known.state == "off":
            _refuse(s, parcel, NotFound("not_connected"))
            return
    with taken(reach, athlete_id, service, f"workouts:{uuid4().hex}") as turn:
        if turn is None:
            raise ComeBackLater("plan_send_turn", until=reach.clock() + SOON)
        with ExitStack() as stack:
            with turn.session() as s:
                today = reach.clock().astimezone(athletes.get(s, athlete_id).zone).date()
                due = _due(s, reach.clock())
            desk = _Desk(turn, today, stack)
            for each in due:
                load = _take(turn, each, today)
                if load is None:
                    continue
                trouble = _try(desk, load)
                if trouble is not None:
                    _put_off(turn, load, trouble)
                    break


def _due(s: Session, now: datetime) -> list[int]:
    """Return the parcels that are due: what goes first, then by day."""
    waits = [p for state in ("waiting", "sending") for p in outbox.find(s, KIND, state=state, limit=500)]
    due = [p for p in waits if p.next_at is not None and p.next_at <= now]
    return [p.id for p in sorted(due, key=lambda p: (str(p.payload.get("day") or ""), p.id))]


def _take(turn: Turn, parcel_id: int, today: date) -> _Load | None:
    """Begin with a parcel; None when there is nothing to send, or not now."""
    now = turn.now()
    with turn.session() as s:
        parcel = outbox.get(s, parcel_id)
        known = connections.get(s, SERVICE)
        if parcel.state not in ("waiting", "sending") or known is None:
            return None
        later = not_before(s, known, now)
        if later is not None:
            outbox.settle(s, parcel.id, parcel.state, next_at=later)
            return None
        plan_id, uid = int(parcel.payload["plan_id"]), str(parcel.payload["uid"])
        before = deliveries.get(s, plan_id, uid, SERVICE)
        if before is None or not _is_wanted(before, parcel.payload):
            _end(s, parcel, Conflict("plan_send_superseded"))
            return None
        if before.receipt.get("account", known.account_id) != known.account_id:
            # What lies on an account that was connected before is out of reach.
            before = replace(before, remote_id="", schedule_id="", remote_sha256=None)
        head = plans.head(s, plan_id)
        tag = tag_of(turn.athlete_id, plan_id, head.created_at, uid)
        one: Ordered | None = None
        if before.wanted_sha256 is not None:
            try:
                one = _checked(s, turn.athlete_id, before, today)
            except CoachError as error:
                _refuse(s, parcel, error)
                return None
        begun = outbox.take(s, parcel.id, now)
        return None if begun is None else _Load(begun, before, tag, one, known.account_id)


def _is_wanted(row: Delivery, payload: Mapping[str, Any]) -> bool:
    """Return whether a parcel is still about what should be there."""
    sha256, day = payload.get("sha256"), payload.get("day")
    if sha256 is None:
        return row.wanted_sha256 is None and row.state != "changed"
    return (
        row.state != "changed"
        and row.wanted_sha256 == bytes.fromhex(str(sha256))
        and row.wanted_day is not None
        and row.wanted_day.isoformat() == day
    )


def _checked(s: Session, athlete_id: int, row: Delivery, today: date) -> Ordered:
    """Return what is to be sent, after looking once more whether it may be. Raises CoachError."""
    if plan_holds.standing(s):
        raise NotAllowed("plan_send_held")
    holding = plans.holding(s)
    workout: Workout | None = None
    if holding is not None and holding.plan_id == row.plan_id and holding.state == "approved":
        workout = holding.plan.by_uid.get(row.uid)
    if holding is None or workout is None or workout.day != row.wanted_day:
        raise NotAllowed("plan_send_not_approved")
    if workout.day < today:
        raise NotAllowed("plan_send_past")
    athlete = athletes.get(s, athlete_id)
    one = ordered(athlete, plans.head(s, row.plan_id), workout)
    if one.sha256 != row.wanted_sha256:
        raise NotAllowed("plan_send_superseded")
    findings = check(holding.plan, Situation(today=today))
    if any(finding.severity is Severity.forbid for finding in findings):
        raise NotAllowed("plan_send_unsafe")
    return one


def _try(desk: _Desk, load: _Load) -> ProviderTrouble | None:
    """Send one parcel; return what concerns the service rather than this one, if anything."""
    turn = desk.turn
    try:
        if load.one is None:
            desk.shelf.take_away(load.tag, load.before, force=load.force)
            receipt: dict[str, Any] | None = None
        else:
            receipt = _put(desk.shelf, load, load.one, turn.now())
    except ProviderTrouble as error:
        return error
    except ByHand as found:
        with turn.session() as s:
            note_change(s, load.before, found.differences, turn.now())
            _end(s, load.parcel, Conflict("plan_send_changed"))
    except NotFound as error:  # gone while we were at it: looked at anew the next time
        return ServiceBroken(error.key)
    except BadInput as error:
        with turn.session() as s:
            _refuse(s, load.parcel, error)
    else:
        with turn.session() as s:
            _arrived(s, load, receipt)
    return None


def _put(shelf: Shelf, load: _Load, one: Ordered, now: datetime) -> dict[str, Any]:
    """Put a workout there and return the columns of its delivery."""
    number, place, held = shelf.put(one, load.before)
    differences = compare(planned(one.workout), held)
    graded = grade(differences)
    return {
        "sent_sha256": one.sha256,
        "sent_day": one.workout.day,
        "remote_id": number,
        "schedule_id": place,
        "remote_sha256": held.sha256,
        "grade": graded,
        "receipt": {
            "grade": graded,
            "differences": [difference.dump() for difference in differences],
            "name": held.name,
            "day": one.workout.day.isoformat(),
            "mark": one.tag,
            "account": load.account_id,
            "read_at": now.isoformat(),
        },
    }


def _arrived(s: Session, load: _Load, columns: dict[str, Any] | None) -> None:
    """Keep the receipt. What the plan wants may be another thing by now: that has a parcel of its own."""
    row = load.before
    now_there = deliveries.get(s, row.plan_id, row.uid, SERVICE)
    still = now_there is not None and _is_wanted(now_there, load.parcel.payload)
    if columns is None:
        receipt = {name: value for name, value in row.receipt.items() if name not in ("changed", "theirs")}
        gone = {"remote_id": "", "schedule_id": "", "remote_sha256": None, "receipt": receipt}
        state = "removed" if still else "waiting"
        deliveries.write(s, row.plan_id, row.uid, SERVICE, state=state, **gone)
        told: dict[str, Any] = {"removed": True}
    else:
        state = "sent" if still else "waiting"
        deliveries.write(s, row.plan_id, row.uid, SERVICE, state=state, **columns)
        told = columns["receipt"]
    outbox.settle(s, load.parcel.id, "sent", receipt=told, next_at=None, why_key=None, why_params={})
    resolve(s, row.plan_id, row.uid)


def _put_off(turn: Turn, load: _Load, error: ProviderTrouble) -> None:
    """Say what is in the way and when it is tried again: this parcel, and the others that wait."""
    now, parcel = turn.now(), load.parcel
    with turn.session() as s:
        until = now + min(FIRST_PAUSE * 2 ** (parcel.tries - 1), LONGEST_PAUSE)
        if isinstance(error, ComeBackLater):
            until = error.until
        elif isinstance(error, NeedsAthlete):
            until = now + UNTIL_MENDED
            connections.trouble(s, SERVICE, "needs_you", error)
            telling.tell(s, "needs_you", SERVICE, "alert", error)
        elif parcel.tries >= MOST_TRIES:
            _give_up(s, load, error)
            return
        outbox.settle(
            s, parcel.id, "sending", next_at=until, why_key=error.key, why_params=dict(error.params)
        )
        for other in _due(s, now):
            if other != parcel.id:
                outbox.settle(s, other, outbox.get(s, other).state, next_at=until)


def _give_up(s: Session, load: _Load, error: CoachError) -> None:
    row = load.before
    outbox.settle(s, load.parcel.id, "failed", next_at=None, why_key=error.key, why_params=dict(error.params))
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="failed")
    tell = tell_not_removed if load.one is None else tell_not_sent
    name, day = _called(s, row)
    if day is not None:
        tell(s, row.plan_id, row.uid, name, day, error)


def _refuse(s: Session, parcel: Parcel, error: CoachError) -> None:
    """End a parcel whose workout may not or cannot be sent, and tell why where that is news."""
    _end(s, parcel, error)
    row = deliveries.get(s, int(parcel.payload["plan_id"]), str(parcel.payload["uid"]), SERVICE)
    if row is None or not _is_wanted(row, parcel.payload):
        return
    cannot = isinstance(error, BadInput)
    columns: dict[str, Any] = {"grade": "unsupported"} if cannot else {}
    receipt = {**row.receipt, "why": error.key, "why_params": dict(error.params), "final": cannot}
    if cannot:
        receipt |= {"grade": "unsupported", "differences": []}
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="refused", receipt=receipt, **columns)
    name, day = _called(s, row)
    if error.key == "plan_send_unsafe":
        tell_unsafe(s, row.plan_id)
    elif cannot and day is not None:
        tell_unsupported(s, row.plan_id, row.uid, name, day, error)
    elif error.key not in _QUIET and day is not None:
        tell_not_sent(s, row.plan_id, row.uid, name, day, error)


def _called(s: Session, row: Delivery) -> tuple[str, date | None]:
    """Return name and day of a workout, from the plan or else from its receipt."""
    day = row.wanted_day or row.sent_day
    holding = plans.holding(s)
    workout = holding.plan.by_uid.get(row.uid) if holding and holding.plan_id == row.plan_id else None
    if workout is None:
        return str(row.receipt.get("name", "")), day
    athlete = athletes.get(s, athlete_of(s))
    return ordered(athlete, plans.head(s, row.plan_id), workout).order.name, day


def _end(s: Session, parcel: Parcel, error: CoachError) -> None:
    outbox.settle(s, parcel.id, "refused", next_at=None, why_key=error.key, why_params=dict(error.params))


def not_before(s: Session, known: Connection, now: datetime) -> datetime | None:
    """Return when it may be tried, where that is not now: the service is paused, or waits for the athlete."""
    if known.state in ("needs_you", "pending"):
        return now + UNTIL_MENDED
    retry_at = None if "backfill_after" in known.cursor else known.retry_at
    pauses: Iterator[datetime | None] = iter((provider_health.read(s, SERVICE).open_until, retry_at))
    return max((until for until in pauses if until is not None and until > now), default=None)
