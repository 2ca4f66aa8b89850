"""Workouts of the approved plan as FIT files: for a watch that nothing is sent to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coach.domain.athlete import Athlete
from coach.domain.plan.model import StepKind, Workout
from coach.domain.plan.rules import Severity, UnsafePlan, check
from coach.errors import Conflict, NotFound
from coach.pipeline import holding
from coach.pipeline.situation import local_day, situation_of
from coach.providers.files.fit.workout import encode_workout
from coach.store import plans
from coach.store.plans import Revision
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.plans import workout_title

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same week


@dataclass(frozen=True)
class WorkoutFile:
    """A file to download. `name` is plain ASCII."""

    name: str
    content: bytes


def workout_file(s: Session, athlete: Athlete, uid: str, now: datetime) -> WorkoutFile:
    """Return a workout of the plan that runs.

    Raises NotFound, Conflict while the plan is on hold, UnsafePlan, and BadInput("workout_without_steps") for
    a day of rest.
    """
    revision = plans.holding(s)
    if revision is None or uid not in revision.plan.by_uid:
        raise NotFound("workout_not_found")
    _check(s, athlete, revision, now)
    return _file(revision.plan.by_uid[uid], athlete, revision)


def week_files(s: Session, athlete: Athlete, plan_id: int, number: int, now: datetime) -> WorkoutFile:
    """Return the workouts of a week as one zip, the same bytes each time.

    Raises NotFound, Conflict for a plan that does not run or is on hold, UnsafePlan.
    """
    head = plans.head(s, plan_id)
    if head.approved is None or head.state != "running":
        raise Conflict("plan_files_not_approved")
    revision = plans.revision(s, plan_id, head.approved)
    week = next((w for w in revision.plan.weeks if w.number == number), None)
    if week is None:
        raise NotFound("plan_week_not_found")
    _check(s, athlete, revision, now)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        taken: set[str] = set()
        for workout in week.workouts:
            if not workout.steps:
                continue
            one = _file(workout, athlete, revision)
            name = one.name if one.name not in taken else f"{workout.day}-{len(taken) + 1}.fit"
            taken.add(name)
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, one.content)
    return WorkoutFile(f"plan-{plan_id}-week-{number:02d}.zip", packed.getvalue())


def _check(s: Session, athlete: Athlete, revision: Revision, now: datetime) -> None:
    """Raise where a watch would not be sent this plan either."""
    if holding.still(s):
        raise Conflict("plan_files_held")
    situation = situation_of(s, athlete, local_day(athlete, now))
    forbidden = tuple(f for f in check(revision.plan, situation) if f.severity is Severity.forbid)
    if forbidden:
        raise UnsafePlan(forbidden)


def _file(workout: Workout, athlete: Athlete, revision: Revision) -> WorkoutFile:
    title = workout_title(workout, athlete.lang, athlete.units)
    content = encode_workout(workout, title, revision.created_at, step_names=_step_names(athlete.lang))
    second = "-2" if workout.second else ""
    return WorkoutFile(f"{workout.day.isoformat()}-{workout.kind.value}{second}.fit", content)


def _step_names(lang: Lang) -> Mapping[StepKind, str]:
    return {kind: say(lang, f"plan.kind_of_{kind.value}") for kind in StepKind}
