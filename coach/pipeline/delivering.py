"""Workouts of the approved plan on the athlete's watch: what should be there, and what no longer should.

Approving a plan approves all its weeks; the watch holds today and the thirteen days after it. `want` compares
that with what was sent and puts every effect into the outbox, each once; `send` does them, `look` notices
what was changed over there by hand. What lies behind is left alone (what was done is history); a week later
our own workout is taken off the service, so that its library does not fill up. What the athlete made or
changed there is never overwritten or removed before they say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from coach.domain.athlete import Athlete
from coach.pipeline.delivering_checks import wants_workouts
from coach.pipeline.delivering_looks import look
from coach.pipeline.delivering_orders import KIND, SERVICE, Ordered, ordered
from coach.pipeline.delivering_sends import send
from coach.pipeline.delivering_told import resolve_changed
from coach.pipeline.holding import still
from coach.store import athletes, connections, deliveries, outbox, plans, queue
from coach.store.approvals import Approval
from coach.store.connections import Connection
from coach.store.deliveries import Delivery
from coach.store.session import Session

__all__ = [
    "KIND",
    "SERVICE",
    "again",
    "defer_look",
    "is_on",
    "keep_theirs",
    "look",
    "put_back",
    "remove_all",
    "restore_decided",
    "send",
    "want",
    "wants_workouts",
]

DAYS = 14
TIDY_AFTER = timedelta(days=7)
NETWORK = "sync"  # the queue of jobs that wait for services

type Key = tuple[int, str]  # plan, uid


def is_on(known: Connection | None) -> bool:
    """Return whether workouts go to the watch: Garmin is connected, and the athlete did not turn it off."""
    return known is not None and known.state not in ("off", "pending") and wants_workouts(known.options)


def want(s: Session, athlete_id: int, now: datetime) -> int:
    """Put into the outbox what the watch should hold and does not, and what it should no longer hold.

    Call it after every approval and once a day; returns how many effects are new. While a red flag stands
    only what the athlete agreed to have removed goes.
    """
    athletes.lock(s, athlete_id)
    known = connections.get(s, SERVICE)
    if known is None or known.state in ("off", "pending"):
        return 0
    athlete = athletes.get(s, athlete_id)
    today = now.astimezone(athlete.zone).date()
    wanted = _wanted(s, athlete, today)
    rows = {(row.plan_id, row.uid): row for row in deliveries.find(s, provider=SERVICE)}
    new = 0
    if is_on(known) and not still(s):
        for key, one in wanted.items():
            if not _stands(rows.get(key), one, known.account_id):
                new += _want(s, key, one, now)
    for key, row in rows.items():
        if key not in wanted and _leaves(row, today):
            new += _unwant(s, row, now)
    return new


def defer_look(s: Session, athlete_id: int) -> int | None:
    """Queue a look at what lies on the watch; None where there is nothing to look at, or one waits."""
    if not is_on(connections.get(s, SERVICE)):
        return None
    if not any(row.state in ("sent", "changed") for row in deliveries.find(s, provider=SERVICE)):
        return None
    return queue.defer(
        s,
        "look_at_watch",
        {},
        athlete_id=athlete_id,
        queue=NETWORK,
        lock=f"{KIND}:{athlete_id}",
        queueing_lock=f"look:{athlete_id}",
    )


def remove_all(s: Session, athlete_id: int, plan_id: int, now: datetime) -> int:
    """Have everything of a plan from today on taken off the watch, because the athlete agreed to it.

    What they changed by hand goes too: they were asked about all of it. Returns how many effects are new.
    """
    athletes.lock(s, athlete_id)
    today = now.astimezone(athletes.get(s, athlete_id).zone).date()
    new = 0
    for row in deliveries.find(s, plan_id, SERVICE):
        day = row.wanted_day or row.sent_day
        if row.state != "removed" and (day is None or day >= today):
            resolve_changed(s, row.plan_id, row.uid)
            new += _unwant(s, row, now, force=True)
    return new


def keep_theirs(s: Session, athlete_id: int, plan_id: int, uid: str, now: datetime) -> None:
    """Leave a workout as the athlete changed it over there, until the plan itself has another one for it."""
    athletes.lock(s, athlete_id)
    row = deliveries.get(s, plan_id, uid, SERVICE)
    if row is None or row.state != "changed" or row.wanted_sha256 is None:
        return
    receipt = {**row.receipt, "theirs": _version(row.wanted_sha256, row.wanted_day)}
    deliveries.write(s, plan_id, uid, SERVICE, wanted_sha256=None, wanted_day=None, receipt=receipt)
    resolve_changed(s, plan_id, uid)


def put_back(s: Session, athlete_id: int, plan_id: int, uid: str, now: datetime) -> int:
    """Have our workout put back where the athlete changed it by hand; return how many effects are new."""
    athletes.lock(s, athlete_id)
    row = deliveries.get(s, plan_id, uid, SERVICE)
    if row is None or row.state != "changed":
        return 0
    receipt = {name: value for name, value in row.receipt.items() if name not in ("changed", "theirs")}
    # Without what was read back then, nothing over there counts as the athlete's: ours replaces it.
    blank = {"remote_sha256": None, "schedule_id": "", "wanted_sha256": None, "wanted_day": None}
    deliveries.write(s, plan_id, uid, SERVICE, state="removed", receipt=receipt, **blank)
    resolve_changed(s, plan_id, uid)
    return want(s, athlete_id, now)


def restore_decided(s: Session, athlete_id: int, approval: Approval, now: datetime) -> int:
    """Do what the athlete decided of workouts changed by hand (an approval of kind `restore`)."""
    new = 0
    for item in approval.content.get("items", ()):
        plan_id, uid = int(approval.content["plan_id"]), str(item["uid"])
        if approval.state == "approved":
            new += put_back(s, athlete_id, plan_id, uid, now)
        elif approval.state == "rejected":
            keep_theirs(s, athlete_id, plan_id, uid, now)
    return new


def again(s: Session, athlete_id: int, plan_id: int, uid: str, now: datetime) -> int:
    """Try once more what was given up or refused; return how many effects are new."""
    athletes.lock(s, athlete_id)
    row = deliveries.get(s, plan_id, uid, SERVICE)
    if row is None or row.state not in ("failed", "refused"):
        return 0
    if row.wanted_sha256 is None:
        return _unwant(s, row, now)
    deliveries.write(s, plan_id, uid, SERVICE, state="removed", wanted_sha256=None, wanted_day=None)
    return want(s, athlete_id, now)


def _wanted(s: Session, athlete: Athlete, today: date) -> Mapping[Key, Ordered]:
    """Return what the approved plan wants on the watch now. Days that were emptied want nothing."""
    holding = plans.holding(s)
    if holding is None:
        return {}
    head = plans.head(s, holding.plan_id)
    last = today + timedelta(days=DAYS - 1)
    return {
        (head.id, workout.uid): ordered(athlete, head, workout)
        for workout in holding.plan.workouts
        if today <= workout.day <= last and workout.steps
    }


def _stands(row: Delivery | None, one: Ordered, account_id: str) -> bool:
    """Return whether nothing needs to be done for a workout: it is there, on its way, or theirs to decide."""
    if row is None:
        return False
    if row.state == "changed":
        undecided = row.wanted_sha256 is not None
        return undecided or row.receipt.get("theirs") == _version(one.sha256, one.workout.day)
    if (row.wanted_sha256, row.wanted_day) != (one.sha256, one.workout.day):
        return False
    if row.state == "refused":
        return bool(row.receipt.get("final"))
    # Somebody who connects another account has nothing of it there.
    return row.state != "removed" and row.receipt.get("account", account_id) == account_id


def _leaves(row: Delivery, today: date) -> bool:
    """Return whether a workout that the plan does not want now goes off the watch."""
    if row.state == "changed" or row.wanted_day is None:
        return False
    return row.wanted_day >= today or row.wanted_day < today - TIDY_AFTER


def _want(s: Session, key: Key, one: Ordered, now: datetime) -> int:
    plan_id, uid = key
    day = one.workout.day
    deliveries.write(s, plan_id, uid, SERVICE, wanted_sha256=one.sha256, wanted_day=day, state="waiting")
    payload = {"plan_id": plan_id, "uid": uid, "sha256": one.sha256.hex(), "day": day.isoformat()}
    return _enqueue(s, f"{plan_id}:{uid}:{_version(one.sha256, day)}", payload, now)


def _unwant(s: Session, row: Delivery, now: datetime, *, force: bool = False) -> int:
    never_there = bool(row.receipt.get("final")) and not row.remote_id
    state = "removed" if never_there else "waiting"
    deliveries.write(s, row.plan_id, row.uid, SERVICE, wanted_sha256=None, wanted_day=None, state=state)
    if never_there:
        return 0
    payload = {"plan_id": row.plan_id, "uid": row.uid, "sha256": None, "day": None, "force": force}
    return _enqueue(s, f"{row.plan_id}:{row.uid}:gone", payload, now)


def _enqueue(s: Session, key: str, payload: Mapping[str, object], now: datetime) -> int:
    """Have an effect sent; one that was done before and is needed again (there and back) is done again."""
    if outbox.put(s, KIND, key, payload, next_at=now) is not None:
        return 1
    parcel = outbox.named(s, KIND, key)
    assert parcel is not None
    waits = parcel.state in ("waiting", "sending")
    state: outbox.State = parcel.state if waits else "sending"
    outbox.settle(
        s, parcel.id, state, payload=dict(payload), next_at=now, tries=0, why_key=None, why_params={}
    )
    return 0 if waits else 1


def _version(sha256: bytes, day: date | None) -> str:
    return f"{sha256.hex()[:8]}:{'' if day is None else day.isoformat()}"
