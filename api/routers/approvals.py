"""What waits for the athlete's decision, and deciding it: once, for exactly what was shown."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.approval_view import ApprovalOut, approval_out, cards
from api.deps import House, Id, Services, Who
from api.errors import documented
from api.plan_problems import NotTaken
from coach.pipeline import approving, holding
from coach.store import approvals, athletes
from coach.store.approvals import Decision
from coach.text import say

router = APIRouter(prefix="/approvals", tags=["plans"])

Rule = Annotated[str, Field(pattern="^[a-z0-9_]{1,60}$")]


class Shown(BaseModel):
    """What the athlete saw when they decided."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="As the card had it.")
    acknowledge: list[Rule] = Field(
        default=[], max_length=50, description="Rules that warn, which the athlete says to know of."
    )


class Choice(Shown):
    decision: Literal["approved", "rejected"]


class ApprovalList(BaseModel):
    approvals: list[ApprovalOut]


class DecidedOut(BaseModel):
    approval: ApprovalOut
    said: str = Field(examples=["승인했어요. 앞으로 2주 훈련을 시계로 보낼게요."])


@router.get("", name="list_approvals", summary="What waits for a decision", responses=documented(401, 403))
def list_approvals(house: House, who: Who) -> ApprovalList:
    """The oldest first; what expired is not among them."""
    with house.session(who) as s:
        return ApprovalList(approvals=cards(s, athletes.get(s, who.athlete_id), house.clock()))


@router.post(
    "/clearance",
    name="ask_clearance",
    summary="Ask to confirm that a doctor agreed",
    status_code=201,
    responses=documented(401, 403, 409),
)
def ask_clearance(house: House, who: Who) -> ApprovalOut:
    """Lifts nothing by itself: the question that it makes has to be approved. 409 when nothing is on hold."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        return approval_out(s, athlete, holding.ask_clearance(s, athlete.id, now))


@router.post(
    "/{approval_id}/decide",
    name="decide_approval",
    summary="Approve or reject",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def decide_approval(approval_id: Id, given: Choice, house: House, who: Who) -> DecidedOut:
    """409 when it was decided, expired or replaced meanwhile, or is of other content than `sha256`."""
    return decide(house, who, approval_id, given.decision, given)


def decide(house: Services, who: Who, approval_id: int, decision: Decision, given: Shown) -> DecidedOut:
    """Decide for the account that asks. Raises NotTaken where the decision changed nothing, and NotFound."""
    now, sha256 = house.clock(), bytes.fromhex(given.sha256)
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        asked = approvals.get(s, approval_id)
        same = asked.state == "pending" and asked.sha256 == sha256
        if decision == "approved" and asked.kind == "plan" and same and given.acknowledge:
            approving.acknowledge(s, athlete, asked.plan_id or 0, asked.revision or 0, given.acknowledge, now)
        done = approving.decide(
            s, athlete, approval_id, sha256, decision, now, by=who.account_id, channel="web"
        )
        out = approval_out(s, athlete, done.approval)
    if not done.taken:  # after the transaction: that it was closed meanwhile is kept
        raise NotTaken(done)
    return DecidedOut(approval=out, said=say(athlete.lang, done.told, **done.params))
