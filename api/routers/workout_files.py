"""Workouts of the approved plan as FIT files, for a watch that nothing is sent to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.deps import House, Id, Who
from api.errors import documented
from coach.pipeline import workout_files
from coach.pipeline.workout_files import WorkoutFile
from coach.store import athletes

router = APIRouter(tags=["plans"])

FIT, ZIP = "application/vnd.ant.fit", "application/zip"
Uid = Annotated[str, Path(min_length=1, max_length=80, examples=["w03-thu"])]
Number = Annotated[int, Path(ge=1, le=1000, examples=[3])]


@router.get(
    "/workouts/{uid}/fit",
    name="workout_fit",
    summary="A workout as a FIT file",
    response_class=Response,
    responses={200: {"content": {FIT: {}}}, **documented(400, 401, 403, 404, 409, 422)},
)
def workout_fit(uid: Uid, house: House, who: Who) -> Response:
    """Of the plan that runs, to copy to the watch (GARMIN/NewFiles). 409 while the plan is on hold."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        return _download(workout_files.workout_file(s, athlete, uid, house.clock()), FIT)


@router.get(
    "/plans/{plan_id}/weeks/{number}/fit.zip",
    name="week_fit",
    summary="A week's workouts as FIT files",
    response_class=Response,
    responses={200: {"content": {ZIP: {}}}, **documented(401, 403, 404, 409, 422)},
)
def week_fit(plan_id: Id, number: Number, house: House, who: Who) -> Response:
    """Of the approved revision. 409 before it was approved and while the plan is on hold."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        return _download(workout_files.week_files(s, athlete, plan_id, number, house.clock()), ZIP)


def _download(file: WorkoutFile, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-store"}
    return Response(file.content, media_type=kind, headers=headers)
