"""A revision of a plan before the athlete: asked about once, for as long as the answer makes sense."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from orjson import dumps, loads

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Plan, Situation, Workout
from coach.domain.plan.rules import check, checked
from coach.errors import Conflict, NotAllowed
from coach.pipeline.proposal_card import Proposal, card_of
from coach.pipeline.situation import local_day, situation_of
from coach.store import approvals, athletes, notices, plan_holds, plans
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Session

__all__ = ["NOTICE", "Proposal", "card_of", "expire", "propose", "stale", "still_known"]

ASKED_FOR = timedelta(days=7)
NOTICE = "plan_waits"
LAPSED = "plan_lapsed"


def propose(
    s: Session,
    athlete: Athlete,
    plan_id: int,
    number: int,
    now: datetime,
    *,
    channel: str,
    thread_id: int | None = None,
    situation: Situation | None = None,
) -> Approval:
    """Ask the athlete to decide about a revision; what waited before is replaced by it.

    The same again in the same place is the question that waits already. It may be answered for a week, and
    until the first day that it changes is over. `situation`: of today, where it is known already.
    Raises NotAllowed while a red flag stands, Conflict for a revision that was decided or is overtaken,
    UnsafePlan, and NotFound.
    """
    athletes.lock(s, athlete.id)
    if plan_holds.standing(s):
        raise NotAllowed("proposal_held")
    expire(s, athlete, now)
    revision = plans.revision(s, plan_id, number)
    waiting = [a for a in approvals.pending(s, now) if a.kind == "plan"]
    for approval in waiting:
        same_place = (approval.channel, approval.thread_id) == (channel, thread_id)
        if (approval.plan_id, approval.revision) == (plan_id, number) and same_place:
            return approval
    today = local_day(athlete, now)
    if revision.state not in ("draft", "proposed") or stale(s, revision, today):
        raise Conflict("plan_overtaken")
    until = _until(s, athlete, revision, now)
    if until <= now:
        raise Conflict("plan_over")
    situation = situation or situation_of(s, athlete, today)
    checked(revision.plan, situation, revision.acknowledged, warnings_pass=True)  # it may be an old draft
    for approval in approvals.replace_pending(s, "plan"):
        _set_state(s, approval, "replaced")
    asked = approvals.ask(
        s,
        "plan",
        revision.sha256,
        expires_at=until,
        plan_id=plan_id,
        revision=number,
        channel=channel,
        thread_id=thread_id,
        now=now,
    )
    plans.set_revision(s, plan_id, number, "proposed")
    if revision.origin == "adapted":  # whoever asked for a plan has it before them
        notices.tell(s, NOTICE, "plan_life.waits", link="/plan")
    return asked


def expire(s: Session, athlete: Athlete, now: datetime) -> tuple[Approval, ...]:
    """Close what nobody decided in time, and tell of plans among it; return all of it."""
    athletes.lock(s, athlete.id)
    lapsed = approvals.expire(s, now)
    for approval in lapsed:
        if approval.kind == "plan":
            _set_state(s, approval, "expired")
            notices.resolve(s, NOTICE)
            notices.resolve(s, LAPSED)  # told anew
            notices.tell(s, LAPSED, "plan_life.lapsed", link="/plan")
    return lapsed


def stale(s: Session, revision: Revision, today: date) -> bool:
    """Tell whether a revision was overtaken: its plan is over, another one holds, or it changes past days."""
    head = plans.head(s, revision.plan_id)
    if head.state in ("done", "cancelled"):
        return True
    if head.approved is None:
        return False
    made_from = plans.parents(s, revision.plan_id)
    at: int | None = revision.number
    while at is not None and at != head.approved:
        at = made_from.get(at)
    if at is None:
        return True
    held = plans.revision(s, revision.plan_id, at)
    return _before(held.plan, today) != _before(revision.plan, today)


def still_known(held: Revision, plan: Plan, situation: Situation) -> frozenset[str]:
    """Return which warnings that the athlete knows of stand in a changed plan as they knew them.

    Who accepted a long run of 20 km has not accepted one of 23.
    """
    known = [f for f in held.findings if f["rule"] in held.acknowledged]
    new = [plans.dump_finding(asdict(f)) for f in check(plan, situation)]
    worse = {f["rule"] for f in loads(dumps(new)) if f not in known}
    return held.acknowledged - worse


def _before(plan: Plan, day: date) -> tuple[Workout, ...]:
    return tuple(w for w in plan.workouts if w.day < day)


def _until(s: Session, athlete: Athlete, revision: Revision, now: datetime) -> datetime:
    """Return until when a revision may be decided: later it would change what is past."""
    last = revision.plan.end
    head = plans.head(s, revision.plan_id)
    if head.approved is not None:
        held = plans.revision(s, revision.plan_id, head.approved).plan
        changed = {w.day for w in {*held.workouts} ^ {*revision.plan.workouts}}
        last = min((day for day in changed if day >= local_day(athlete, now)), default=last)
    midnight = datetime.combine(last + timedelta(days=1), time(), tzinfo=athlete.zone)
    return min(now + ASKED_FOR, midnight)


def _set_state(s: Session, approval: Approval, state: plans.RevisionState) -> None:
    if approval.plan_id is not None and approval.revision is not None:
        plans.set_revision(s, approval.plan_id, approval.revision, state)
