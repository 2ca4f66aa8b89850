"""A plan from elsewhere taken in: read, held against the rules, kept as a draft and proposed. Never more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.plan.exchange import Imported, read_plan
from coach.domain.plan.rules import CheckedPlan, Finding, UnsafePlan, checked
from coach.pipeline import proposing
from coach.pipeline.situation import local_day, situation_of
from coach.store import athletes, plans
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Session


@dataclass(frozen=True)
class TakenIn:
    """What became of a plan from elsewhere. `findings`: the warnings, or what forbids it.

    `revision` and `approval` are None after a trial and where a rule forbids the plan.
    """

    imported: Imported
    findings: tuple[Finding, ...]
    is_safe: bool
    revision: Revision | None = None
    approval: Approval | None = None


def take_in(
    s: Session,
    athlete: Athlete,
    given: Any,
    now: datetime,
    *,
    trial: bool = False,
    channel: str = "web",
    thread_id: int | None = None,
    call_key: str = "",
) -> TakenIn:
    """Read a plan (text, bytes or parsed JSON) and propose it; `trial` only shows what would come of it.

    Where a rule forbids it, nothing is kept: `is_safe` is False and the findings say why and on which days.
    The same `call_key` again keeps nothing twice. Raises BadInput, TooLarge (see `read_plan`), NotAllowed
    while a red flag stands, and NotEnoughData while the metrics of recent activities are being computed.
    """
    if not trial:
        athletes.lock(s, athlete.id)
    situation = situation_of(s, athlete, local_day(athlete, now))
    imported = read_plan(given, situation)
    try:
        safe = checked(imported.plan, situation, warnings_pass=True)
    except UnsafePlan as error:
        return TakenIn(imported, error.findings, is_safe=False)
    if trial:
        return TakenIn(imported, safe.findings, is_safe=True)
    revision = plans.of_call(s, call_key) or _keep(s, safe, call_key)
    asked = proposing.propose(
        s, athlete, revision.plan_id, revision.number, now, channel=channel, thread_id=thread_id
    )
    return TakenIn(imported, safe.findings, is_safe=True, revision=revision, approval=asked)


def _keep(s: Session, safe: CheckedPlan, call_key: str) -> Revision:
    """Keep a plan as a new revision of the draft there is, or of a new one; another may run meanwhile."""
    start, end = safe.plan.start, safe.plan.end
    draft = next((head for head in plans.heads(s) if head.state == "draft"), None)
    if draft is None:
        plan_id, parent = plans.create(s, start, end), None
    else:
        plan_id, parent = draft.id, max((r.number for r in plans.revisions(s, draft.id)), default=None)
        plans.set_plan(s, plan_id, start_day=start, end_day=end)
    return plans.add_revision(s, plan_id, safe, origin="imported", parent=parent, call_key=call_key)
