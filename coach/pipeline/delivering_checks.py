"""What is looked at once more before a workout is sent: the plan, the hold, the rules, the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from coach.domain.plan.rules import Severity, check
from coach.errors import NotAllowed
from coach.pipeline.delivering_orders import SERVICE, Ordered, ordered
from coach.pipeline.holding import still
from coach.pipeline.situation import situation_of
from coach.store import athletes, connections, plans, provider_health
from coach.store.connections import Connection
from coach.store.deliveries import Delivery
from coach.store.plans import Revision
from coach.store.session import Session

UNTIL_MENDED = timedelta(hours=1)  # only the athlete can mend the connection


@dataclass
class Checks:
    """The checks of one turn. The rules are asked once for each revision: a turn takes seconds."""

    athlete_id: int
    today: date
    _safe: dict[tuple[int, int], bool] = field(default_factory=dict)

    def order(self, s: Session, row: Delivery) -> Ordered:
        """Return what is to be sent for a delivery. Raises NotAllowed, and NotEnoughData while it is not
        known whether it is safe, since what was just brought is being computed."""
        if still(s):
            raise NotAllowed("plan_send_held")
        known = connections.get(s, SERVICE)
        if known is None or not wants_workouts(known.options):
            raise NotAllowed("plan_send_off")
        holding = plans.holding(s)
        workout = None
        if holding is not None and holding.plan_id == row.plan_id and holding.state == "approved":
            workout = holding.plan.by_uid.get(row.uid)
        if holding is None or workout is None or workout.day != row.wanted_day:
            raise NotAllowed("plan_send_not_approved")
        if workout.day < self.today:
            raise NotAllowed("plan_send_past")
        one = ordered(athletes.get(s, self.athlete_id), plans.head(s, row.plan_id), workout)
        if one.sha256 != row.wanted_sha256:
            raise NotAllowed("plan_send_superseded")
        if not self._is_safe(s, holding):
            raise NotAllowed("plan_send_unsafe")
        return one

    def _is_safe(self, s: Session, revision: Revision) -> bool:
        key = (revision.plan_id, revision.number)
        if key not in self._safe:
            situation = situation_of(s, athletes.get(s, self.athlete_id), self.today)
            findings = check(revision.plan, situation)
            self._safe[key] = not any(f.severity is Severity.forbid for f in findings)
        return self._safe[key]


def wants_workouts(options: Mapping[str, Any]) -> bool:
    """Return whether the athlete lets workouts go to the watch: unless they turned it off."""
    return options.get("workouts") is not False


def is_wanted(row: Delivery, payload: Mapping[str, Any]) -> bool:
    """Return whether a parcel is still about what should be there."""
    sha256, day = payload.get("sha256"), payload.get("day")
    if row.state == "changed":
        return False  # the athlete decides first
    if sha256 is None or row.wanted_sha256 is None:
        return row.wanted_sha256 is None and sha256 is None
    return (
        row.wanted_sha256.hex() == sha256 and row.wanted_day is not None and row.wanted_day.isoformat() == day
    )


def not_before(s: Session, known: Connection, now: datetime) -> datetime | None:
    """Return when it may be tried, where that is not now: the service is paused, or waits for the athlete."""
    if known.state in ("needs_you", "pending"):
        return now + UNTIL_MENDED
    retry_at = None if "backfill_after" in known.cursor else known.retry_at
    pauses = (provider_health.read(s, SERVICE).open_until, retry_at)
    return max((until for until in pauses if until is not None and until > now), default=None)
