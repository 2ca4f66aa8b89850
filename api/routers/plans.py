"""Plans: built, shown, compared, proposed, decided, undone, ended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.approval_view import ApprovalOut, DiffOut, approval_out, diff_out
from api.deps import House, Id, Services, Who
from api.errors import documented
from api.plan_problems import PlanRefused
from api.plan_view import DeliveryOut, HeadOut, RevisionOut, delivery_out, head_out, revision_out
from api.planning_bodies import GoalIn
from api.race_plan_view import RacePlanOut, race_plan_out
from api.routers.approvals import DecidedOut, Shown, decide
from api.routers.goals import goal_of
from api.whole_plan import PlanOut, whole
from coach.domain.plan.outcome import Refused
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import approving, planning, proposing
from coach.store import approvals, athletes, deliveries, planning_profiles, plans

router = APIRouter(prefix="/plans", tags=["plans"])

Number = Annotated[int, Query(ge=1, lt=2**31, examples=[2])]


class Wish(BaseModel):
    """What to build a plan for; without a goal the one that was named before."""

    model_config = ConfigDict(extra="forbid")

    goal: GoalIn | None = None
    seed: int = Field(0, ge=0, lt=2**31, description="Another number gives another mix of workouts.")
    client_key: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{8,80}$")] | None = Field(
        None, description="The same key again returns what was built then."
    )


class GeneratedOut(BaseModel):
    """A plan that was built, as a draft: nothing holds and nothing is sent before it is approved."""

    plan: PlanOut


class PlanList(BaseModel):
    plans: list[HeadOut]


class RevisionList(BaseModel):
    revisions: list[RevisionOut]


class DeliveryList(BaseModel):
    deliveries: list[DeliveryOut]


@router.post(
    "/generate",
    name="generate_plan",
    summary="Build a plan",
    status_code=201,
    responses=documented(400, 401, 403, 404, 422),
)
def generate_plan(given: Wish, house: House, who: Who) -> GeneratedOut:
    """422 with `findings` and, where there is one, an `offer` when no safe plan leads to the goal."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        goal = planning_profiles.goal(s) if given.goal is None else goal_of(s, given.goal)
        if goal is None:
            raise BadInput("no_goal")
        made = planning.generate(s, athlete, goal, now, seed=given.seed, call_key=_key(given.client_key))
        if isinstance(made, Refused):
            raise PlanRefused(made)
        head = plans.head(s, made.revision.plan_id)
        return GeneratedOut(
            plan=whole(s, athlete, head, made.revision, now),
        )


def _key(client_key: str | None) -> str:
    return f"api:{client_key}" if client_key else ""


@router.get("", name="list_plans", summary="Plans", responses=documented(401, 403))
def list_plans(house: House, who: Who) -> PlanList:
    """The newest first."""
    with house.session(who) as s:
        return PlanList(plans=[head_out(head) for head in plans.heads(s)])


@router.get(
    "/current", name="current_plan", summary="The plan that runs", responses=documented(401, 403, 404)
)
def current_plan(house: House, who: Who) -> PlanOut:
    now = house.clock()
    with house.session(who) as s:
        holding = plans.holding(s)
        if holding is None:
            raise NotFound("no_running_plan")
        return whole(s, athletes.get(s, who.athlete_id), plans.head(s, holding.plan_id), holding, now)


@router.get("/{plan_id}", name="get_plan", summary="A plan", responses=documented(401, 403, 404, 422))
def get_plan(plan_id: Id, house: House, who: Who, revision: Number | None = None) -> PlanOut:
    """Its approved revision, or the newest where none was approved, unless another is asked for."""
    now = house.clock()
    with house.session(who) as s:
        head = plans.head(s, plan_id)
        number = revision or head.approved
        found = plans.latest(s, plan_id) if number is None else plans.revision(s, plan_id, number)
        return whole(s, athletes.get(s, who.athlete_id), head, found, now)


@router.get(
    "/{plan_id}/revisions",
    name="list_revisions",
    summary="A plan's revisions",
    responses=documented(401, 403, 404, 422),
)
def list_revisions(plan_id: Id, house: House, who: Who) -> RevisionList:
    """The oldest first."""
    with house.session(who) as s:
        plans.head(s, plan_id)
        return RevisionList(revisions=[revision_out(r) for r in plans.revisions(s, plan_id)])


@router.get(
    "/{plan_id}/diff",
    name="plan_diff",
    summary="What differs between two revisions",
    responses=documented(401, 403, 404, 422),
)
def plan_diff(
    plan_id: Id,
    house: House,
    who: Who,
    older: Annotated[int | None, Query(alias="from", ge=1, lt=2**31)] = None,
    newer: Annotated[int | None, Query(alias="to", ge=1, lt=2**31)] = None,
) -> DiffOut:
    """Left out, `to` is the newest revision and `from` the one that it was made from."""
    with house.session(who) as s:
        after = plans.latest(s, plan_id) if newer is None else plans.revision(s, plan_id, newer)
        before = plans.revision(s, plan_id, older or after.parent or after.number)
        return diff_out(before, after, athletes.get(s, who.athlete_id))


@router.post(
    "/{plan_id}/propose",
    name="propose_plan",
    summary="Ask for a decision on the newest revision",
    status_code=201,
    responses=documented(400, 401, 403, 404, 409, 422),
)
def propose_plan(plan_id: Id, house: House, who: Who) -> ApprovalOut:
    """What waited before is replaced. Nothing is sent by that."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        newest = plans.latest(s, plan_id)
        approval = proposing.propose(s, athlete, plan_id, newest.number, now, channel="web")
        return approval_out(s, athlete, approval)


@router.post(
    "/{plan_id}/approve",
    name="approve_plan",
    summary="Approve what was proposed",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def approve_plan(plan_id: Id, given: Shown, house: House, who: Who) -> DecidedOut:
    """`sha256` is of what was shown; 409 where that is not what waits for the decision any more."""
    return decide(house, who, _waiting(house, who, plan_id), "approved", given)


@router.post(
    "/{plan_id}/reject",
    name="reject_plan",
    summary="Reject what was proposed",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def reject_plan(plan_id: Id, given: Shown, house: House, who: Who) -> DecidedOut:
    return decide(house, who, _waiting(house, who, plan_id), "rejected", given)


def _waiting(house: Services, who: Who, plan_id: int) -> int:
    """Return the question about a plan that waits, else the last there was. Raises NotFound, Conflict."""
    with house.session(who) as s:
        plans.head(s, plan_id)
        asked = [a for a in approvals.find(s) if a.kind == "plan" and a.plan_id == plan_id]
    if not asked:
        raise Conflict("no_approval_waits")
    return next((a.id for a in asked if a.state == "pending"), asked[0].id)


@router.post(
    "/{plan_id}/undo",
    name="undo_plan",
    summary="Take the last change back",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def undo_plan(plan_id: Id, house: House, who: Who) -> RevisionOut:
    """What waits for a decision is withdrawn; else what was approved before is proposed anew."""
    now = house.clock()
    with house.session(who) as s:
        head = plans.head(s, plan_id)
        if head.state in ("done", "cancelled"):
            raise Conflict("nothing_to_undo")
        return revision_out(approving.undo(s, athletes.get(s, who.athlete_id), now))


@router.delete(
    "/{plan_id}",
    name="cancel_plan",
    summary="End a plan",
    status_code=204,
    responses=documented(401, 403, 404, 409, 422),
)
def cancel_plan(plan_id: Id, house: House, who: Who) -> None:
    """Its workouts are taken off the watch; what was done stays."""
    with house.session(who) as s:
        approving.cancel(s, athletes.get(s, who.athlete_id), plan_id, house.clock())


@router.get(
    "/{plan_id}/deliveries",
    name="plan_deliveries",
    summary="What the watch holds of a plan",
    responses=documented(401, 403, 404, 422),
)
def plan_deliveries(plan_id: Id, house: House, who: Who) -> DeliveryList:
    """With the receipts: what was read back there, and where it differs."""
    with house.session(who) as s:
        plans.head(s, plan_id)
        return DeliveryList(deliveries=[delivery_out(d) for d in deliveries.find(s, plan_id)])


@router.get(
    "/{plan_id}/race-plan",
    name="get_race_plan",
    summary="How to run the race",
    responses=documented(401, 403, 404, 422),
)
def get_race_plan(plan_id: Id, house: House, who: Who) -> RacePlanOut:
    """Splits by the course, fuelling, and what to do on a warm day. 404 for a plan without a race."""
    now = house.clock()
    with house.session(who) as s:
        head = plans.head(s, plan_id)
        found = (
            plans.latest(s, plan_id) if head.approved is None else plans.revision(s, plan_id, head.approved)
        )
        athlete = athletes.get(s, who.athlete_id)
        today = now.astimezone(athlete.zone).date()
        made = race_plan_out(s, athlete, found.plan, today)
        if made is None:
            raise NotFound("no_race_plan")
        return made
