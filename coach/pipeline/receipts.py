"""What came of an approval on the watch, told once: when all is settled, when it is stuck, or after a while.

What an approval has sent stands in the outbox when it is decided. A receipt waits for those parcels; where it
had to be told before all of them were settled, the rest is told once more when they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.nudge_rules import NOTHING
from coach.domain.nudges import NudgeKind
from coach.errors import NotFound
from coach.pipeline import nudging
from coach.pipeline.delivering_orders import KIND, SERVICE
from coach.pipeline.situation import local_day
from coach.store import approvals, connections, deliveries, nudges, outbox, plans
from coach.store.approvals import Approval
from coach.store.deliveries import Delivery
from coach.store.outbox import Parcel
from coach.store.session import Session, athlete_of

PATIENCE = timedelta(minutes=10)
RECENT = 20  # receipts whose parcels may still be on their way
REST = ":rest"
_OPEN: tuple[outbox.State, ...] = ("waiting", "sending")


@dataclass(frozen=True)
class Why:
    """A text key of `error` with its parameters."""

    key: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One workout. `receipt`: as in `coach.store.deliveries`."""

    uid: str
    day: date
    name: str
    receipt: Mapping[str, Any]
    why: Why | None = None


@dataclass(frozen=True)
class Standing:
    """How an approval stands on the watch: the plan's workouts from today on, by what became of them.

    `removed` and `left` are workouts that were to go: gone, and not yet. `why`: what is in the way of others.
    """

    exact: tuple[Item, ...] = ()
    differs: tuple[Item, ...] = ()
    unsupported: tuple[Item, ...] = ()
    failed: tuple[Item, ...] = ()
    theirs: tuple[Item, ...] = ()
    on_way: tuple[Item, ...] = ()
    removed: int = 0
    left: int = 0
    why: Why | None = None

    @property
    def there(self) -> int:
        return len(self.exact) + len(self.differs)

    @property
    def total(self) -> int:
        other = (self.unsupported, self.failed, self.theirs, self.on_way)
        return self.there + sum(len(items) for items in other)


def expect(s: Session, athlete: Athlete, approval: Approval, now: datetime) -> bool:
    """Have told what comes of an approval on the watch; return whether anything goes there.

    Call it in the transaction of the decision, when its effects are in the outbox.
    """
    newest = nudges.newest(s, NudgeKind.receipt, RECENT)
    ids = [parcel.id for state in _OPEN for parcel in outbox.find(s, KIND, state=state, limit=500)]
    if not ids:
        return False
    # What an earlier approval still has under way is told with this one.
    nudges.drop(s, [row.id for row in newest], NOTHING)
    about = {"approval_id": approval.id, "decided_at": now.isoformat(), "parcels": sorted(ids)}
    today = local_day(athlete, now)
    return nudges.add(s, NudgeKind.receipt, f"approval:{approval.id}", today, now + PATIENCE, about)


def look(s: Session, tried: Collection[int], now: datetime) -> None:
    """Let receipts be told whose parcels were just tried, when all are settled or the rest is stuck."""
    left, news = set(tried), False
    for row in nudges.newest(s, NudgeKind.receipt, RECENT):
        # A parcel that was sent again belongs to the approval that sent it last.
        mine = left & set(row.about.get("parcels", ()))
        left -= mine
        if not mine or row.state == "dropped":
            continue
        parcels = _parcels(s, row.about)
        still_open = [parcel for parcel in parcels if parcel.state in _OPEN]
        if row.state == "waiting":
            stuck = any(p.next_at is not None and p.next_at > row.due_at for p in still_open)
            if (stuck or not still_open) and row.due_at > now:
                nudges.hasten(s, row.id, now)
                news = True
        elif not still_open and not row.key.endswith(REST):
            news |= nudges.add(
                s, NudgeKind.receipt, f"{row.key}{REST}", row.local_date, now, {**row.about, "rest": True}
            )
    if news:
        nudging.defer(s, athlete_of(s))


def standing(s: Session, about: Mapping[str, Any], today: date) -> Standing | None:
    """Return how the approval of a receipt stands on the watch; None when there is nothing of it to tell."""
    try:
        approval = approvals.get(s, int(about.get("approval_id", 0)))
    except NotFound:
        return None
    parcels = _parcels(s, about)
    gone = [_delivery(s, parcel) for parcel in parcels if parcel.payload.get("sha256") is None]
    removed = sum(row is not None and row.state == "removed" for row in gone)
    waits = sum(row is not None and row.wanted_sha256 is None and row.state != "removed" for row in gone)
    items = _wanted(s, approval, today)
    if not removed and not waits and not any(items.values()):
        return None
    return Standing(**items, removed=removed, left=waits, why=_in_the_way(s, parcels))


def _wanted(s: Session, approval: Approval, today: date) -> dict[str, tuple[Item, ...]]:
    held = plans.holding(s)
    found: dict[str, list[Item]] = {
        name: [] for name in ("exact", "differs", "unsupported", "failed", "theirs", "on_way")
    }
    if held is None or held.plan_id != approval.plan_id:
        return dict.fromkeys(found, ())
    for row in deliveries.find(s, approval.plan_id, SERVICE):
        if row.wanted_sha256 is None or row.wanted_day is None or row.wanted_day < today:
            continue
        why = row.receipt.get("why")
        item = Item(
            row.uid,
            row.wanted_day,
            str(row.receipt.get("name", "")),
            row.receipt,
            Why(str(why), row.receipt.get("why_params", {})) if why else _why_of(s, row),
        )
        found[_kind(row)].append(item)
    return {name: tuple(items) for name, items in found.items()}


def _kind(row: Delivery) -> str:
    match row.state:
        case "changed":
            return "theirs"
        case "refused":
            return "unsupported" if row.receipt.get("final") else "failed"
        case "failed":
            return "failed"
        case "sent" if (row.sent_sha256, row.sent_day) == (row.wanted_sha256, row.wanted_day):
            return "exact" if row.grade == "exact" else "differs"
    return "on_way"


def _why_of(s: Session, row: Delivery) -> Why | None:
    """Return why a parcel was given up, as the outbox knows it."""
    assert row.wanted_sha256 is not None
    assert row.wanted_day is not None
    key = f"{row.plan_id}:{row.uid}:{row.wanted_sha256.hex()[:8]}:{row.wanted_day.isoformat()}"
    parcel = outbox.named(s, KIND, key)
    return None if parcel is None or parcel.why_key is None else Why(parcel.why_key, parcel.why_params)


def _in_the_way(s: Session, parcels: Sequence[Parcel]) -> Why | None:
    """Return what keeps the rest from arriving: what a try met, else what is wrong with the connection."""
    for parcel in parcels:
        if parcel.state in _OPEN and parcel.why_key is not None:
            return Why(parcel.why_key, parcel.why_params)
    known = connections.get(s, SERVICE)
    if known is None or known.state == "connected" or known.why_key is None:
        return None
    return Why(known.why_key, known.why_params)


def _parcels(s: Session, about: Mapping[str, Any]) -> list[Parcel]:
    found = []
    for parcel_id in about.get("parcels", ()):
        try:
            found.append(outbox.get(s, int(parcel_id)))
        except NotFound:
            continue
    return found


def _delivery(s: Session, parcel: Parcel) -> Delivery | None:
    return deliveries.get(s, int(parcel.payload["plan_id"]), str(parcel.payload["uid"]), SERVICE)
