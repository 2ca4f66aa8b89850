"""The past of a plan: what held on days that are over stays what held."""

from __future__ import annotations

from datetime import date

from coach.domain.plan.model import Plan


def frozen(held: Plan, new: Plan, today: date) -> Plan:
    """Return `new` with the days before today as they are in `held`.

    A workout that `held` has in the past is not there a second time.
    """
    past = tuple(w for w in held.workouts if w.day < today)
    uids = {w.uid for w in past}
    coming = tuple(w for w in new.workouts if w.day >= today and w.uid not in uids)
    return new.with_workouts((*past, *coming))
