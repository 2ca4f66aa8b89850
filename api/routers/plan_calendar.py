"""The calendar: what was planned for each day, and what was done."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import House, Who
from api.errors import documented
from api.plan_month import PlannedDaysOut, calendar_of
from api.planning_bodies import Day
from coach.errors import BadInput
from coach.store import athletes

router = APIRouter(prefix="/calendar", tags=["plans"])

MOST_DAYS = 400


@router.get("", name="calendar", summary="Planned against actual", responses=documented(400, 401, 403, 422))
def calendar(start: Day, end: Day, house: House, who: Who) -> PlannedDaysOut:
    """Each day from `start` to `end`: workouts, activities, races, days without training."""
    if not 0 <= (end - start).days < MOST_DAYS:
        raise BadInput("calendar_span", most=MOST_DAYS)
    with house.session(who) as s:
        return calendar_of(s, athletes.get(s, who.athlete_id), start, end)
