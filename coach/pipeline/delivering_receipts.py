"""What became of a parcel for the watch: kept in the delivery, and told where it is news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coach.errors import BadInput, CoachError
from coach.pipeline.delivering_checks import is_wanted
from coach.pipeline.delivering_orders import SERVICE, ordered
from coach.pipeline.delivering_told import (
    resolve,
    tell_not_removed,
    tell_not_sent,
    tell_unsafe,
    tell_unsupported,
)
from coach.store import athletes, deliveries, outbox, plans
from coach.store.deliveries import Delivery
from coach.store.outbox import Parcel
from coach.store.session import Session, athlete_of

# What ends a parcel without a word: the plan has another effect in its place, or none.
_QUIET = frozenset(f"plan_send_{why}" for why in ("superseded", "held", "off", "past", "not_approved"))
_OF_CHANGES = ("changed", "theirs")


def arrived(s: Session, parcel: Parcel, row: Delivery, columns: Mapping[str, Any]) -> None:
    """Keep the receipt of what was sent. The plan may want another thing by now: that has its own parcel."""
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state=_state(s, parcel, row, "sent"), **columns)
    outbox.settle(s, parcel.id, "sent", receipt=columns["receipt"], **_WELL)
    resolve(s, row.plan_id, row.uid)


def taken_away(s: Session, parcel: Parcel, row: Delivery) -> None:
    """Keep that a workout is gone. Its receipt stays: it says what was there."""
    receipt = {name: value for name, value in row.receipt.items() if name not in _OF_CHANGES}
    gone = {"remote_id": "", "schedule_id": "", "remote_sha256": None, "receipt": receipt}
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state=_state(s, parcel, row, "removed"), **gone)
    outbox.settle(s, parcel.id, "sent", receipt={"removed": True}, **_WELL)
    resolve(s, row.plan_id, row.uid)


_WELL: Mapping[str, Any] = {"next_at": None, "why_key": None, "why_params": {}}


def _state(s: Session, parcel: Parcel, row: Delivery, done: deliveries.State) -> deliveries.State:
    now_there = deliveries.get(s, row.plan_id, row.uid, SERVICE)
    return done if now_there is not None and is_wanted(now_there, parcel.payload) else "waiting"


def end(s: Session, parcel: Parcel, error: CoachError) -> None:
    """End a parcel without sending it."""
    outbox.settle(s, parcel.id, "refused", next_at=None, why_key=error.key, why_params=dict(error.params))


def refuse(s: Session, parcel: Parcel, error: CoachError) -> None:
    """End a parcel whose workout may not or cannot be sent, and tell why where that is news."""
    end(s, parcel, error)
    row = deliveries.get(s, int(parcel.payload["plan_id"]), str(parcel.payload["uid"]), SERVICE)
    if row is None or not is_wanted(row, parcel.payload):
        return
    cannot = isinstance(error, BadInput)
    receipt = {**row.receipt, "why": error.key, "why_params": dict(error.params), "final": cannot}
    columns: dict[str, Any] = {"receipt": receipt}
    if cannot:
        columns = {"grade": "unsupported", "receipt": {**receipt, "grade": "unsupported", "differences": []}}
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="refused", **columns)
    name, day = _called(s, row)
    if error.key == "plan_send_unsafe":
        tell_unsafe(s, row.plan_id)
    elif cannot and day is not None:
        tell_unsupported(s, row.plan_id, row.uid, name, day, error)
    elif error.key not in _QUIET and day is not None:
        tell_not_sent(s, row.plan_id, row.uid, name, day, error)


def give_up(s: Session, parcel: Parcel, row: Delivery, error: CoachError) -> None:
    """End a parcel that did not arrive in all its tries, and tell it."""
    outbox.settle(s, parcel.id, "failed", next_at=None, why_key=error.key, why_params=dict(error.params))
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="failed")
    tell = tell_not_removed if row.wanted_sha256 is None else tell_not_sent
    name, day = _called(s, row)
    if day is not None:
        tell(s, row.plan_id, row.uid, name, day, error)


def _called(s: Session, row: Delivery) -> tuple[str, date | None]:
    """Return name and day of a workout, from the plan or else from its receipt."""
    day = row.wanted_day or row.sent_day
    holding = plans.holding(s)
    workout = holding.plan.by_uid.get(row.uid) if holding and holding.plan_id == row.plan_id else None
    if workout is None:
        return str(row.receipt.get("name", "")), day
    return ordered(athletes.get(s, athlete_of(s)), plans.head(s, row.plan_id), workout).order.name, day
