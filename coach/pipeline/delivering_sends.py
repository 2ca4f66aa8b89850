"""Sending workouts of a plan: each effect once, read back and held against the plan, with a receipt.

A job is for one parcel, but whoever has the turn does all that are due: the service is looked at once for
them. Killed at any moment it ends with one workout there, as its mark is looked for before it is made.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from coach.domain.plan.held import compare, grade, planned
from coach.errors import (
    BadInput,
    CoachError,
    ComeBackLater,
    Conflict,
    NeedsAthlete,
    NotEnoughData,
    NotFound,
    ProviderTrouble,
    ServiceBroken,
)
from coach.pipeline import receipts, telling
from coach.pipeline.delivering_changes import note_change
from coach.pipeline.delivering_checks import UNTIL_MENDED, Checks, is_wanted, not_before
from coach.pipeline.delivering_orders import KIND, SERVICE, Ordered, tag_of
from coach.pipeline.delivering_receipts import arrived, end, give_up, refuse, taken_away
from coach.pipeline.delivering_shelf import ByHand, Shelf
from coach.pipeline.reach import Reach
from coach.pipeline.turn import Turn, opened, taken
from coach.providers.contract import Workouts
from coach.store import athletes, connections, deliveries, outbox, plans
from coach.store.deliveries import Delivery
from coach.store.outbox import Parcel
from coach.store.session import Session

SOON = timedelta(minutes=1)  # somebody else works on the connection
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
MOST_TRIES = 12
_OPEN: tuple[outbox.State, ...] = ("waiting", "sending")


@dataclass(frozen=True)
class _Load:
    """A parcel taken up, with what was there before. `one` is None where something is taken away."""

    parcel: Parcel
    before: Delivery
    tag: str
    one: Ordered | None
    account_id: str


@dataclass
class _Desk:
    """The account, opened when the first parcel needs it, and what lies there."""

    turn: Turn
    checks: Checks
    stack: ExitStack
    _shelf: Shelf | None = None

    @property
    def shelf(self) -> Shelf:
        if self._shelf is None:
            account = self.stack.enter_context(opened(self.turn))
            if not isinstance(account, Workouts):
                raise ServiceBroken("plan_send_no_workouts")
            self._shelf = Shelf.look(self.turn, account, self.checks.today)
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
        if parcel.kind != KIND or parcel.state not in _OPEN:
            return
        known = connections.get(s, SERVICE)
        if known is None or known.state == "off":
            refuse(s, parcel, NotFound("not_connected"))
            receipts.look(s, [parcel.id], reach.clock())
            return
    with taken(reach, athlete_id, service, f"workouts:{uuid4().hex}") as turn:
        if turn is None:
            raise ComeBackLater("plan_send_turn", until=reach.clock() + SOON)
        with turn.session() as s:
            today = turn.now().astimezone(athletes.get(s, athlete_id).zone).date()
            due = _due(s, turn.now())
        with ExitStack() as stack:
            desk = _Desk(turn, Checks(athlete_id, today), stack)
            for each in due:
                load = _take(turn, desk.checks, each)
                trouble = None if load is None else _try(desk, load)
                if load is not None and trouble is not None:
                    _put_off(turn, load, trouble)
                    break
        with turn.session() as s:
            receipts.look(s, due, turn.now())


def _due(s: Session, now: datetime) -> list[int]:
    """Return the parcels that are due: what goes first, then by day."""
    waits = [
        *outbox.find(s, KIND, state="waiting", limit=500),
        *outbox.find(s, KIND, state="sending", limit=500),
    ]
    due = [p for p in waits if p.next_at is not None and p.next_at <= now]
    return [p.id for p in sorted(due, key=lambda p: (str(p.payload.get("day") or ""), p.id))]


def _take(turn: Turn, checks: Checks, parcel_id: int) -> _Load | None:
    """Begin with a parcel; None when there is nothing to send, or not now."""
    now = turn.now()
    with turn.session() as s:
        parcel = outbox.get(s, parcel_id)
        known = connections.get(s, SERVICE)
        if parcel.state not in _OPEN or known is None:
            return None
        later = not_before(s, known, now)
        if later is not None:
            outbox.settle(s, parcel.id, parcel.state, next_at=later)
            return None
        plan_id, uid = int(parcel.payload["plan_id"]), str(parcel.payload["uid"])
        before = deliveries.get(s, plan_id, uid, SERVICE)
        if before is None or not is_wanted(before, parcel.payload):
            end(s, parcel, Conflict("plan_send_superseded"))
            return None
        if before.receipt.get("account", known.account_id) != known.account_id:
            # What lies on an account that was connected before is out of reach.
            before = replace(before, remote_id="", schedule_id="", remote_sha256=None)
        one: Ordered | None = None
        if before.wanted_sha256 is not None:
            try:
                one = checks.order(s, before)
            except NotEnoughData:
                outbox.settle(s, parcel.id, parcel.state, next_at=now + FIRST_PAUSE)
                return None
            except CoachError as error:
                refuse(s, parcel, error)
                return None
        tag = tag_of(turn.athlete_id, plan_id, plans.head(s, plan_id).created_at, uid)
        begun = outbox.take(s, parcel.id, now)
        return None if begun is None else _Load(begun, before, tag, one, known.account_id)


def _try(desk: _Desk, load: _Load) -> ProviderTrouble | None:
    """Send one parcel; return what concerns the service rather than this one, if anything."""
    turn = desk.turn
    columns: dict[str, Any] | None = None
    try:
        if load.one is None:
            force = bool(load.parcel.payload.get("force"))
            desk.shelf.take_away(load.tag, load.before, force=force)
        else:
            columns = _put(desk.shelf, load, load.one)
    except ProviderTrouble as error:
        return error
    except NotFound as error:  # gone while we were at it: looked at anew the next time
        return ServiceBroken(error.key)
    except ByHand as found:
        with turn.session() as s:
            note_change(s, load.before, found.differences, turn.now())
            end(s, load.parcel, Conflict("plan_send_changed"))
        return None
    except BadInput as error:
        with turn.session() as s:
            refuse(s, load.parcel, error)
        return None
    with turn.session() as s:
        if columns is None:
            taken_away(s, load.parcel, load.before)
        else:
            arrived(s, load.parcel, load.before, columns)
    return None


def _put(shelf: Shelf, load: _Load, one: Ordered) -> dict[str, Any]:
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
            "read_at": shelf.turn.now().isoformat(),
        },
    }


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
            give_up(s, parcel, load.before, error)
            return
        why = {"why_key": error.key, "why_params": dict(error.params)}
        outbox.settle(s, parcel.id, "sending", next_at=until, **why)
        for other in _due(s, now):
            outbox.settle(s, other, outbox.get(s, other).state, next_at=until)
