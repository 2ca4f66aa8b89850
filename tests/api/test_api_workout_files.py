"""Workout files over HTTP."""

from __future__ import annotations

import io
import zipfile

from fakes.web import House
from pipeline.plan_desk import PlanDesk


async def test_a_workout_and_a_week_are_downloads(one_house: House) -> None:
    desk = PlanDesk(one_house.db, one_house.owner.athlete_id, one_house.clock())
    revision = desk.approved()
    workout = next(w for w in revision.plan.workouts if w.steps)
    client = one_house.athlete()
    one = await client.get(f"/api/v1/workouts/{workout.uid}/fit")
    assert one.status_code == 200
    assert one.headers["content-type"] == "application/vnd.ant.fit"
    assert one.headers["content-disposition"].endswith('.fit"')
    assert one.content[8:12] == b".FIT"
    week = await client.get(f"/api/v1/plans/{revision.plan_id}/weeks/1/fit.zip")
    assert week.status_code == 200
    with zipfile.ZipFile(io.BytesIO(week.content)) as archive:
        assert one.content in [archive.read(name) for name in archive.namelist()]


async def test_what_is_not_there_or_not_mine_is_not_found(one_house: House) -> None:
    desk = PlanDesk(one_house.db, one_house.owner.athlete_id, one_house.clock())
    draft = desk.make()
    client = one_house.athlete()
    assert (await client.get("/api/v1/workouts/nope/fit")).status_code == 404
    assert (await client.get("/api/v1/plans/999/weeks/1/fit.zip")).status_code == 404
    assert (await client.get(f"/api/v1/plans/{draft.plan_id}/weeks/1/fit.zip")).status_code == 409
    assert (await client.get(f"/api/v1/plans/{draft.plan_id}/weeks/0/fit.zip")).status_code == 422
    assert (await one_house.client().get("/api/v1/workouts/nope/fit")).status_code == 401
