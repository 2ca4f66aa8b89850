"""Files of the approved plan: for each workout, for a week, the same each time, and none without approval."""

from __future__ import annotations

import io
import zipfile

import fitdecode
import pytest
from plan_desk import PlanDesk

from coach.domain.plan.model import Health
from coach.domain.plan.rules import UnsafePlan
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import planning, workout_files
from coach.pipeline.workout_files import WorkoutFile
from coach.store import plan_holds
from coach.store.plans import Revision
from coach.store.session import Database


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    return PlanDesk(db, athlete_id)


def week(desk: PlanDesk, revision: Revision, number: int) -> WorkoutFile:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return workout_files.week_files(s, desk.athlete, revision.plan_id, number, desk.now)


def one(desk: PlanDesk, uid: str) -> WorkoutFile:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return workout_files.workout_file(s, desk.athlete, uid, desk.now)


def steps_of(data: bytes) -> int:
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return sum(isinstance(f, fitdecode.FitDataMessage) and f.name == "workout_step" for f in reader)


def test_a_week_is_a_zip_of_its_workouts_the_same_each_time(desk: PlanDesk) -> None:
    revision = desk.approved()
    for planned in revision.plan.weeks[:3]:
        packed = week(desk, revision, planned.number)
        assert packed.content == week(desk, revision, planned.number).content
        assert packed.name == f"plan-{revision.plan_id}-week-{planned.number:02d}.zip"
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        own = [w for w in planned.workouts if w.steps]
        assert len(files) == len(own) > 0
        for workout, (name, data) in zip(own, files.items(), strict=True):
            assert name.startswith(f"{workout.day.isoformat()}-")
            assert data == one(desk, workout.uid).content
            assert steps_of(data) >= 1


def test_only_what_was_approved_has_files(desk: PlanDesk) -> None:
    draft = desk.make()
    with pytest.raises(Conflict) as refused:
        week(desk, draft, 1)
    assert refused.value.key == "plan_files_not_approved"
    with pytest.raises(NotFound):
        one(desk, draft.plan.workouts[0].uid)


def test_unknown_weeks_workouts_and_plans_are_not_found(desk: PlanDesk) -> None:
    revision = desk.approved()
    for ask in (lambda: week(desk, revision, 99), lambda: one(desk, "nope")):
        with pytest.raises(NotFound):
            ask()
    other = PlanDesk(desk.db, desk.athlete_id)
    with pytest.raises(NotFound), other.db.athlete_session(other.athlete_id) as s:
        workout_files.week_files(s, other.athlete, 999, 1, other.now)


def test_a_hold_makes_no_files(desk: PlanDesk) -> None:
    revision = desk.approved()
    uid = next(w.uid for w in revision.plan.workouts if w.steps)
    with desk.db.athlete_session(desk.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "urgent", "가슴이 아파요", desk.now)
    for ask in (lambda: week(desk, revision, 1), lambda: one(desk, uid)):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.key == "plan_files_held"


def test_what_is_forbidden_today_makes_no_files(desk: PlanDesk) -> None:
    """The rules are asked again when a file leaves, like when a workout is sent."""
    revision = desk.approved()
    uid = next(w.uid for w in revision.plan.workouts if w.steps)
    with desk.db.athlete_session(desk.athlete_id) as s:
        planning.set_health(s, desk.athlete, Health(needs_clearance=("heart",)))
    with pytest.raises(UnsafePlan) as refused:
        one(desk, uid)
    assert {f.rule for f in refused.value.findings} == {"clearance_gate"}


def test_a_day_of_rest_has_no_file(desk: PlanDesk) -> None:
    revision = desk.approved()
    empty = [w.uid for w in revision.plan.workouts if not w.steps]
    for uid in empty[:1]:
        with pytest.raises(BadInput):
            one(desk, uid)
