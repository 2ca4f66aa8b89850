"""Workouts that the athlete changed over there by hand: kept in mind, told, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coach.domain.plan.held import Difference
from coach.pipeline.delivering_orders import SERVICE
from coach.pipeline.delivering_told import tell_changed
from coach.store import approvals, deliveries
from coach.store.deliveries import Delivery
from coach.store.session import Session

TIME_TO_DECIDE = timedelta(days=7)


def note_change(s: Session, row: Delivery, differences: Sequence[Difference], now: datetime) -> bool:
    """Keep that a workout was changed by hand, and ask what should hold; return whether that is news.

    From then on nothing is written there before the athlete decides.
    """
    found = [difference.dump() for difference in differences]
    if row.state == "changed" and row.receipt.get("changed") == found:
        return False
    receipt = {**row.receipt, "changed": found}
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="changed", receipt=receipt)
    day = row.wanted_day or row.sent_day
    if day is not None:
        tell_changed(s, row.plan_id, row.uid, str(row.receipt.get("name", "")), day)
    ask(s, row.plan_id, now)
    return True


def ask(s: Session, plan_id: int, now: datetime) -> approvals.Approval | None:
    """Ask whether ours should be put back: one question for all workouts of a plan that wait for it."""
    items = [
        {
            "uid": row.uid,
            "day": None if row.wanted_day is None else row.wanted_day.isoformat(),
            "name": str(row.receipt.get("name", "")),
            "changed": row.receipt.get("changed", []),
        }
        for row in deliveries.find(s, plan_id, SERVICE)
        if row.state == "changed" and row.wanted_sha256 is not None
    ]
    if not items:
        return None
    content = {"plan_id": plan_id, "items": items}
    sha256 = approvals.hash_of(content)
    for waiting in approvals.pending(s, now):
        if waiting.kind == "restore" and waiting.sha256 == sha256:
            return waiting
    return approvals.ask(
        s, "restore", sha256, expires_at=now + TIME_TO_DECIDE, plan_id=plan_id, content=content
    )
