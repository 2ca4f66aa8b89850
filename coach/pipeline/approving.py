"""Deciding: by the athlete alone, once, and for exactly what was shown; in one transaction with what follows.

Whatever comes later for the same question (a second click, a forged or old hash, a late answer) changes
nothing and is told why.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from coach.domain.athlete import Athlete
from coach.domain.plan.frozen import frozen
from coach.domain.plan.rules import Finding, Severity, UnsafePlan, check, checked
from coach.errors import BadInput, Conflict
from coach.pipeline import delivering, holding, proposing, receipts
from coach.pipeline.proposing import NOTICE, expire
from coach.pipeline.situation import local_day, situation_of
from coach.store import approvals, athletes, notices, plan_holds, plans
from coach.store.approvals import Approval, Decision
from coach.store.plans import Revision
from coach.store.session import Session

__all__ = ["Decided", "WarningsOpen", "acknowledge", "cancel", "decide", "expire", "finish", "undo"]

Why = Literal["", "approved", "rejected", "expired", "replaced", "other_content", "held", "unsafe", "stale"]


@dataclass(frozen=True)
class Decided:
    """What came of a decision. `taken`: this one counts; otherwise nothing changed and `why` says why.

    `told` is a text key that says it to the athlete. `findings`: the rules that stand against it now.
    """

    approval: Approval
    taken: bool
    told: str
    why: Why = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


class WarningsOpen(Conflict):
    """Warnings that the athlete has not said to know of."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("warnings_open", n=len({f.rule for f in findings}))
        self.findings = findings


def decide(
    s: Session,
    athlete: Athlete,
    approval_id: int,
    sha256: bytes,
    decision: Decision,
    now: datetime,
    *,
    by: int | None,
    channel: str,
) -> Decided:
    """Decide about what was shown as `sha256`, and do what follows from it. `by` is the account.

    Raises NotFound for a question that is not this athlete's, WarningsOpen, and NotEnoughData while the
    metrics of recent activities are being computed: a plan is held against the rules once more.
    """
    athletes.lock(s, athlete.id)
    expire(s, athlete, now)
    asked = approvals.get(s, approval_id)
    if asked.state != "pending":
        return Decided(asked, False, f"plan_life.was_{asked.state}", asked.state)
    if not hmac.compare_digest(asked.sha256, sha256):
        return Decided(asked, False, "plan_life.was_other_content", "other_content")
    if asked.kind == "plan" and decision == "approved":
        stopped = _stopped(s, athlete, asked, now)
        if stopped is not None:
            return stopped
    taken = approvals.decide(s, approval_id, sha256, decision, now=now, by=by, channel=channel)
    if taken is None:  # the lock keeps others out; the one UPDATE is what counts
        return Decided(approvals.get(s, approval_id), False, "plan_life.was_replaced", "replaced")
    n = _follow(s, athlete, taken, now, by)
    if taken.state == "approved" and taken.kind != "clearance":
        receipts.expect(s, athlete, taken, now)
    sent = "_sent" if n and taken.kind == "plan" else ""
    return Decided(taken, True, f"plan_life.{taken.kind}_{decision}{sent}", params={"n": n})


def acknowledge(
    s: Session, athlete: Athlete, plan_id: int, number: int, rules: Iterable[str], now: datetime
) -> Revision:
    """Keep that the athlete knows of warnings. Raises BadInput for a rule that does not warn, Conflict."""
    athletes.lock(s, athlete.id)
    revision = plans.revision(s, plan_id, number)
    if revision.state not in ("draft", "proposed"):
        raise Conflict("plan_overtaken")
    named = frozenset(rules)
    situation = situation_of(s, athlete, local_day(athlete, now))
    warns = {f.rule for f in check(revision.plan, situation) if f.severity is Severity.warn}
    if not named <= warns | {str(f["rule"]) for f in revision.findings if f["severity"] == "warn"}:
        raise BadInput("no_such_warning")
    plans.acknowledge(s, plan_id, number, revision.acknowledged | named)
    return plans.revision(s, plan_id, number)


def undo(
    s: Session,
    athlete: Athlete,
    now: datetime,
    *,
    channel: str = "web",
    thread_id: int | None = None,
    call_key: str = "",
) -> Revision:
    """Take the last change of a plan back; return the revision that is before the athlete, or holds again.

    What waits for a decision is withdrawn. Otherwise what was approved before the last approval is proposed
    anew, days before today as they are. Raises Conflict where nothing was before, UnsafePlan, NotAllowed.
    """
    athletes.lock(s, athlete.id)
    known = plans.of_call(s, call_key)
    if known is not None:
        return known
    expire(s, athlete, now)
    held = plans.holding(s)
    waiting = next((a for a in approvals.pending(s, now) if a.kind == "plan"), None)
    if waiting is not None:
        base = _withdrawn(s, waiting, held)
        if base is None or base == held:
            return base or plans.revision(s, waiting.plan_id or 0, waiting.revision or 0)
        plan_id, parent, plan = base.plan_id, waiting.revision, base.plan
    elif held is None:
        raise Conflict("nothing_to_undo")
    else:
        before = _before(s, held)
        plan_id, parent = held.plan_id, held.number
        plan = frozen(held.plan, before.plan, local_day(athlete, now))
    situation = situation_of(s, athlete, local_day(athlete, now))
    known_of = frozenset[str]() if held is None else proposing.still_known(held, plan, situation)
    safe = checked(plan, situation, known_of, warnings_pass=True)
    made = plans.add_revision(
        s, plan_id, safe, origin="undone", parent=parent, why_key="why_undone", call_key=call_key
    )
    proposing.propose(
        s, athlete, plan_id, made.number, now, channel=channel, thread_id=thread_id, situation=situation
    )
    return plans.revision(s, plan_id, made.number)


def cancel(s: Session, athlete: Athlete, plan_id: int, now: datetime) -> None:
    """Give a plan up; its workouts go off the watch. Raises NotFound, and Conflict where it is over."""
    athletes.lock(s, athlete.id)
    head = plans.head(s, plan_id)
    if head.state in ("done", "cancelled"):
        raise Conflict("plan_over")
    _take_back(s, plan_id)
    plans.set_plan(s, plan_id, state="cancelled")
    delivering.want(s, athlete.id, now)


def finish(s: Session, athlete: Athlete, now: datetime) -> bool:
    """Close the running plan when its last day is over; return whether it was."""
    athletes.lock(s, athlete.id)
    head = plans.running(s)
    if head is None or head.end_day >= local_day(athlete, now):
        return False
    _take_back(s, head.id)
    plans.set_plan(s, head.id, state="done")
    return True


def _stopped(s: Session, athlete: Athlete, asked: Approval, now: datetime) -> Decided | None:
    """Return what is against approving a plan now, None when nothing is. Raises WarningsOpen."""
    if plan_holds.standing(s):
        return Decided(asked, False, "plan_life.was_held", "held")
    revision = _revision_of(s, asked)
    today = local_day(athlete, now)
    if proposing.stale(s, revision, today):
        return Decided(_closed(s, asked), False, "plan_life.was_stale", "stale")
    try:
        checked(revision.plan, situation_of(s, athlete, today), revision.acknowledged)
    except UnsafePlan as error:
        if all(f.severity is Severity.warn for f in error.findings):
            raise WarningsOpen(error.findings) from error
        closed = _closed(s, asked)
        return Decided(closed, False, "plan_life.was_unsafe", "unsafe", findings=error.findings)
    return None


def _closed(s: Session, asked: Approval) -> Approval:
    """Take a question back that can no longer be answered with yes."""
    approvals.close(s, asked.id, "expired")
    revision = _revision_of(s, asked)
    plans.set_revision(s, revision.plan_id, revision.number, "expired")
    notices.resolve(s, NOTICE)
    return approvals.get(s, asked.id)


def _follow(s: Session, athlete: Athlete, taken: Approval, now: datetime, by: int | None) -> int:
    """Do what follows from a decision; return how many effects on the watch that has."""
    agreed = taken.state == "approved"
    if taken.kind == "plan":
        notices.resolve(s, NOTICE)
        revision = _revision_of(s, taken)
        if not agreed:
            plans.set_revision(s, revision.plan_id, revision.number, "rejected")
            return 0
        _let_run(s, revision)
        return delivering.want(s, athlete.id, now)
    if taken.kind == "restore":
        return delivering.restore_decided(s, athlete.id, taken, now)
    if taken.kind == "removal" and agreed and taken.plan_id is not None:
        if taken.content.get("why") == "cancel":
            cancel(s, athlete, taken.plan_id, now)
        return delivering.remove_all(s, athlete.id, taken.plan_id, now)
    if taken.kind == "clearance" and agreed:
        holding.lift(s, athlete.id, now, by)
    return 0


def _let_run(s: Session, revision: Revision) -> None:
    """Make a revision the one that holds, in place of whatever held before."""
    running = plans.running(s)
    if running is not None and running.approved is not None:
        plans.set_revision(s, running.id, running.approved, "replaced")
        if running.id != revision.plan_id:
            plans.set_plan(s, running.id, state="cancelled")
    plans.set_revision(s, revision.plan_id, revision.number, "approved")
    plans.set_plan(
        s,
        revision.plan_id,
        state="running",
        approved=revision.number,
        start_day=revision.plan.start,
        end_day=revision.plan.end,
    )


def _take_back(s: Session, plan_id: int) -> None:
    """Withdraw what waits for a decision about a plan."""
    for approval in approvals.find(s):
        if approval.kind == "plan" and approval.plan_id == plan_id and approval.state == "pending":
            approvals.close(s, approval.id, "replaced")
            plans.set_revision(s, plan_id, approval.revision or 0, "replaced")
            notices.resolve(s, NOTICE)


def _withdrawn(s: Session, waiting: Approval, held: Revision | None) -> Revision | None:
    """Withdraw what waits; return what it was made from, None where it was the first."""
    revision = _revision_of(s, waiting)
    approvals.close(s, waiting.id, "replaced")
    plans.set_revision(s, revision.plan_id, revision.number, "replaced")
    notices.resolve(s, NOTICE)
    return None if revision.parent is None else plans.revision(s, revision.plan_id, revision.parent)


def _before(s: Session, held: Revision) -> Revision:
    """Return what was approved before what holds now. Raises Conflict where nothing was."""
    for approval in approvals.of_plan(s, held.plan_id):
        if approval.state == "approved" and approval.revision not in (None, held.number):
            return plans.revision(s, held.plan_id, approval.revision or 0)
    raise Conflict("nothing_to_undo")


def _revision_of(s: Session, approval: Approval) -> Revision:
    return plans.revision(s, approval.plan_id or 0, approval.revision or 0)
