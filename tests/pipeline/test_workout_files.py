"""Files of the approved plan: for each workout, for a week, the same each time, and none without approval."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import fitdecode
import pytest
from plan_desk import COUCH, PlanDesk, trained

from coach.domain.plan.model import Health
from coach.domain.plan.rules import UnsafePlan
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import planning, workout_files
from coach.pipeline.workout_files import WorkoutFile
from coach.store import plan_holds, plans
from coach.store.plans import Revision
from coach.store.postgres import Embedded
from coach.store.session import Database


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    return PlanDesk(db, athlete_id)


@pytest.fixture
def beginner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete with an approved plan for the first 5 km."""
    yield from trained(embedded.url, template, COUCH, weeks=0)


def week(desk: PlanDesk, revision: Revision, number: int) -> WorkoutFile:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return workout_files.week_files(s, desk.athlete, revision.plan_id, number, desk.now)


def one(desk: PlanDesk, uid: str) -> WorkoutFile:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return workout_files.workout_file(s, desk.athlete, uid, desk.now)


def steps_of(data: bytes) -> int:
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return sum(isinstance(f, fitdecode.FitDataMessage) and f.name == "workout_step" for f in reader)


def test_a_week_is_a_zip_of_its_workouts_the_same_each_time(beginner: PlanDesk) -> None:
    revision = beginner.held()
    for planned in revision.plan.weeks[:3]:
        packed = week(beginner, revision, planned.number)
        assert packed.content == week(beginner, revision, planned.number).content
        assert packed.name == f"plan-{revision.plan_id}-week-{planned.number:02d}.zip"
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        own = [w for w in planned.workouts if w.steps]
        assert len(files) == len(own) > 0
        for workout, (name, data) in zip(own, files.items(), strict=True):
            assert name.startswith(f"{workout.day.isoformat()}-")
            assert data == one(beginner, workout.uid).content
            assert steps_of(data) >= 1


def test_only_what_was_approved_has_files(desk: PlanDesk) -> None:
    draft = desk.make()
    with pytest.raises(Conflict) as refused:
        week(desk, draft, 1)
    assert refused.value.key == "plan_files_not_approved"
    with pytest.raises(NotFound):
        one(desk, draft.plan.workouts[0].uid)


def test_a_plan_that_was_given_up_has_no_files(beginner: PlanDesk) -> None:
    revision = beginner.held()
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        plans.set_plan(s, revision.plan_id, state="cancelled")
    with pytest.raises(Conflict, match="plan_files_not_approved"):
        week(beginner, revision, 1)


def test_unknown_weeks_workouts_and_plans_are_not_found(beginner: PlanDesk) -> None:
    revision = beginner.held()
    for ask in (lambda: week(beginner, revision, 99), lambda: one(beginner, "nope")):
        with pytest.raises(NotFound):
            ask()
    other = PlanDesk(beginner.db, beginner.athlete_id)
    with pytest.raises(NotFound), other.db.athlete_session(other.athlete_id) as s:
        workout_files.week_files(s, other.athlete, 999, 1, other.now)


def test_a_hold_makes_no_files(beginner: PlanDesk) -> None:
    revision = beginner.held()
    uid = next(w.uid for w in revision.plan.workouts if w.steps)
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "urgent", "가슴이 아파요", beginner.now)
    for ask in (lambda: week(beginner, revision, 1), lambda: one(beginner, uid)):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.key == "plan_files_held"


def test_what_is_forbidden_today_makes_no_files(beginner: PlanDesk) -> None:
    """The rules are asked again when a file leaves, like when a workout is sent."""
    revision = beginner.held()
    uid = next(w.uid for w in revision.plan.workouts if w.steps)
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        planning.set_health(s, beginner.athlete, Health(needs_clearance=("heart",)))
    with pytest.raises(UnsafePlan) as refused:
        one(beginner, uid)
    assert {f.rule for f in refused.value.findings} == {"clearance_gate"}


def test_a_day_of_rest_has_no_file(beginner: PlanDesk) -> None:
    revision = beginner.held()
    empty = [w.uid for w in revision.plan.workouts if not w.steps]
    for uid in empty[:1]:
        with pytest.raises(BadInput):
            one(beginner, uid)
