"""Races: those to come and those that were run."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import House, Id, Who
from api.errors import documented
from api.plan_view import RaceOut, race_out
from api.planning_bodies import RaceChange, RaceIn
from coach.pipeline import planning
from coach.store import activities, athletes, races
from coach.store.session import Session

router = APIRouter(prefix="/races", tags=["plans"])


class RaceList(BaseModel):
    races: list[RaceOut]


def _own_activity(s: Session, athlete_id: int, given: RaceIn) -> None:
    """Refuse a result that is another athlete's activity, or none. Raises NotFound."""
    if given.activity_id is not None:
        activities.get(s, athlete_id, given.activity_id)


@router.get("", name="list_races", summary="Races", responses=documented(401, 403, 422))
def list_races(house: House, who: Who, start: date | None = None, end: date | None = None) -> RaceList:
    """By day, the earliest first; both days included."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        return RaceList(races=[race_out(race, athlete) for race in races.find(s, start, end)])


@router.post(
    "", name="add_race", summary="Add a race", status_code=201, responses=documented(400, 401, 403, 404, 422)
)
def add_race(given: RaceIn, house: House, who: Who) -> RaceOut:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        _own_activity(s, who.athlete_id, given)
        return race_out(planning.save_race(s, athlete, given.made(), house.clock()), athlete)


@router.patch(
    "/{race_id}", name="change_race", summary="Change a race", responses=documented(400, 401, 403, 404, 422)
)
def change_race(race_id: Id, given: RaceChange, house: House, who: Who) -> RaceOut:
    """What is left out stays. A running plan stays as it was approved."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        whole = given.onto(races.get(s, race_id))
        _own_activity(s, who.athlete_id, whole)
        return race_out(planning.save_race(s, athlete, whole.made(race_id), house.clock()), athlete)


@router.delete(
    "/{race_id}",
    name="delete_race",
    summary="Forget a race",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def delete_race(race_id: Id, house: House, who: Who) -> None:
    with house.session(who) as s:
        races.delete(s, race_id)
