"""Single workouts of the plan: shown, changed by proposal, sent, matched with what was done."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.approval_view import ApprovalOut, DiffOut, approval_out, diff_out
from api.deps import House, Services, Who
from api.errors import documented
from api.plan_view import MatchOut, RevisionOut, WorkoutOut, match_out, revision_out, workout_out
from api.planning_bodies import Day
from coach.domain.plan.model import WorkoutKind
from coach.errors import Conflict, NotFound
from coach.pipeline import delivering, holding, matching, revising
from coach.pipeline.revising import Edit
from coach.store import approvals, athletes, connections, deliveries, plans, workout_matches
from coach.store.plans import Revision
from coach.store.session import Session

router = APIRouter(prefix="/workouts", tags=["plans"])

Uid = Annotated[str, Path(pattern="^[A-Za-z0-9._:-]{1,80}$", examples=["w03-thu"])]


class Change(BaseModel):
    """One change of a workout. A change of size is a distance or a time."""

    model_config = ConfigDict(
        extra="forbid", allow_inf_nan=False, json_schema_extra={"examples": [{"day": "2026-12-03"}]}
    )

    day: Day | None = None
    distance_m: float | None = Field(None, gt=0, le=300_000)
    duration_s: float | None = Field(None, gt=0, le=86_400)
    kind: WorkoutKind | None = None
    ease: bool = Field(False, description="About the same time, easy.")
    drop: bool = Field(False, description="Leave it out; it is not made up for.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = (self.day, self.distance_m, self.duration_s, self.kind)
        if sum(value is not None for value in said) + self.ease + self.drop != 1:
            raise ValueError("exactly one change: day, distance_m, duration_s, kind, ease or drop")
        return self

    def edit(self, uid: str) -> Edit:
        """Return the change as the plan takes it."""
        if self.day is not None:
            return Edit("move", uid, self.day)
        if self.kind is not None:
            return Edit("kind", uid, kind=self.kind)
        if self.ease or self.drop:
            return Edit("ease" if self.ease else "drop", uid)
        return Edit("resize", uid, distance_m=self.distance_m, duration_s=self.duration_s)


class NewDay(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: Day


class Which(BaseModel):
    model_config = ConfigDict(extra="forbid")

    activity_id: int = Field(ge=1, lt=2**63)


class ChangedOut(BaseModel):
    """A changed plan, proposed: it holds once it is approved."""

    revision: RevisionOut
    diff: DiffOut
    approval: ApprovalOut


class PushedOut(BaseModel):
    queued: int = Field(description="How many effects are on their way now; 0: all of it is there already.")


def _base(s: Session, uid: str) -> Revision:
    """Return the revision that changes of a workout build on. Raises NotFound."""
    found = revising.base(s)
    if found is None or uid not in found.plan.by_uid:
        raise NotFound("workout_not_found")
    return found


@router.get(
    "/{uid}", name="get_workout", summary="A workout of the plan", responses=documented(401, 403, 404, 422)
)
def get_workout(uid: Uid, house: House, who: Who) -> WorkoutOut:
    """Of what waits for a decision, else of what holds."""
    with house.session(who) as s:
        found = _base(s, uid)
        sent = deliveries.get(s, found.plan_id, uid, delivering.SERVICE)
        match = workout_matches.of_plan(s, found.plan_id).get(uid)
        athlete = athletes.get(s, who.athlete_id)
        return workout_out(found.plan.by_uid[uid], athlete, match=match, delivery=sent)


@router.patch(
    "/{uid}",
    name="change_workout",
    summary="Change a workout",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def change_workout(uid: Uid, given: Change, house: House, who: Who) -> ChangedOut:
    """Makes a revision that is proposed. 422 with the rules that stand against an unsafe change."""
    return _changed(house, who, uid, given.edit(uid))


@router.post(
    "/{uid}/schedule",
    name="schedule_workout",
    summary="Move a workout to another day",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def schedule_workout(uid: Uid, given: NewDay, house: House, who: Who) -> ChangedOut:
    """As `PATCH` with a day: proposed, not done."""
    return _changed(house, who, uid, Edit("move", uid, given.day))


def _changed(house: Services, who: Who, uid: str, edit: Edit) -> ChangedOut:
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        before = _base(s, uid)
        after = revising.revise(s, athlete, before.plan_id, edit, now, channel="web")
        asked = next(
            a
            for a in approvals.pending(s, now)
            if (a.plan_id, a.revision) == (after.plan_id, after.number) and a.kind == "plan"
        )
        return ChangedOut(
            revision=revision_out(after),
            diff=diff_out(before, after, athlete),
            approval=approval_out(s, athlete, asked),
        )


@router.post(
    "/{uid}/push",
    name="push_workout",
    summary="Send a workout to the watch",
    responses=documented(401, 403, 404, 409, 422),
)
def push_workout(uid: Uid, house: House, who: Who) -> PushedOut:
    """Only what was approved and lies within the next two weeks; what failed is tried once more.

    409 before it was approved, while the plan is on hold, and without a connected watch.
    """
    now = house.clock()
    with house.session(who) as s:
        holds = plans.holding(s)
        if holds is None or uid not in holds.plan.by_uid:
            _base(s, uid)  # 404 where there is no such workout at all
            raise Conflict("not_approved_yet")
        if holding.still(s):
            raise Conflict("plan_send_held")
        if not delivering.is_on(connections.get(s, delivering.SERVICE)):
            raise Conflict("no_watch")
        queued = delivering.again(s, who.athlete_id, holds.plan_id, uid, now)
        return PushedOut(queued=queued + delivering.want(s, who.athlete_id, now))


@router.post(
    "/{uid}/match",
    name="match_workout",
    summary="Say which activity a workout was",
    responses=documented(401, 403, 404, 422),
)
def match_workout(uid: Uid, given: Which, house: House, who: Who) -> MatchOut:
    with house.session(who) as s:
        return match_out(matching.link(s, athletes.get(s, who.athlete_id), uid, given.activity_id))


@router.delete(
    "/{uid}/match",
    name="unmatch_workout",
    summary="Take a workout and its activity apart",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def unmatch_workout(uid: Uid, house: House, who: Who) -> None:
    """For good: they are not brought together again by themselves."""
    with house.session(who) as s:
        matching.unlink(s, athletes.get(s, who.athlete_id), uid)
