"""Adapting the running plan: each reason is noted once, and what follows from it is proposed, never done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.domain.plan.adapt import Adapted, adapt, needs_new_plan
from coach.domain.plan.model import Plan, Situation
from coach.domain.plan.rules import UnsafePlan, checked
from coach.domain.plan.signals import Signal, SignalKind, cleared, signals
from coach.pipeline import holding, matching, proposing
from coach.pipeline.situation import local_day, situation_of
from coach.store import approvals, athletes, daily, notices, plan_holds, plan_signals, plans
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Session

log = logging.getLogger(__name__)

JOURNAL_DAYS = 14
KINDS = ("illness", "pain", "note")
# What is proposed again when nobody answered in time and it still holds: the body did not answer either.
_AGAIN = frozenset({SignalKind.illness, SignalKind.pain, SignalKind.gap, SignalKind.cleared})
_RANK = {kind: n for n, kind in enumerate(SignalKind)}  # the most urgent is the reason that is told first
NEW_PLAN = "plan_new_needed"  # notice: away for so long that the old plan is no longer theirs


def adapt_running(s: Session, athlete: Athlete, now: datetime) -> Approval | None:
    """Look for reasons to change the running plan and propose what follows; None when nothing does.

    Each reason is noted once. Nothing happens while a hold stands, or while the athlete has another proposal
    of their own before them: the reasons are still there afterwards.
    Raises NotEnoughData while metrics of recent activities are being computed.
    """
    athletes.lock(s, athlete.id)
    proposing.expire(s, athlete, now)
    running = plans.holding(s)
    if running is None or holding.held(s) or _own_proposal(s, now):
        return None
    if holding.still(s):
        return come_back(s, athlete, now)
    situation = situation_of(s, athlete, local_day(athlete, now))
    pairs = matching.kept_pairs(s, running.plan_id)
    found = signals(running.plan, pairs, situation, journal(s, athlete, situation.today))
    return _answer(s, athlete, running, found, situation, now)


def come_back(s: Session, athlete: Athlete, now: datetime) -> Approval | None:
    """Propose, once, how to come back after a hold was lifted; None without a running plan.

    Where nothing has to change the plan is proposed as it is: it goes on only with the athlete's word.
    Raises NotEnoughData while metrics of recent activities are being computed.
    """
    running, lifted = plans.holding(s), plan_holds.last_lifted(s)
    if running is None or lifted is None:
        return None
    situation = situation_of(s, athlete, local_day(athlete, now))
    back = (cleared(lifted[0], situation.today, situation),)
    for old in plan_signals.find(s, running.plan_id):
        if old.key == back[0].key and _undecided(s, running, old) != "expired":
            return None
    approval = _answer(s, athlete, running, back, situation, now)
    if approval is not None or needs_new_plan(back):
        return approval
    return _propose(
        s, athlete, running, Adapted(running.plan, "why_cleared", back[0].params, back), situation, now
    )


def journal(s: Session, athlete: Athlete, today: date) -> tuple[Entry, ...]:
    """Return what the athlete said of illness and pain in the last two weeks, oldest first."""
    first = today - timedelta(days=JOURNAL_DAYS - 1)
    return tuple(daily.list_entries(s, athlete.id, start=first, end=today, kinds=KINDS))


def _own_proposal(s: Session, now: datetime) -> bool:
    """Return whether something waits for a decision that was not proposed from here."""
    return any(
        plans.revision(s, approval.plan_id, approval.revision).origin != "adapted"
        for approval in approvals.pending(s, now)
        if approval.kind == "plan" and approval.plan_id is not None and approval.revision is not None
    )


def _answer(
    s: Session,
    athlete: Athlete,
    running: Revision,
    found: Sequence[Signal],
    situation: Situation,
    now: datetime,
) -> Approval | None:
    """Note what is new among the reasons; propose what follows from it and from what is still undecided."""
    known = {signal.key: signal for signal in plan_signals.find(s, running.plan_id)}
    fresh = [signal for signal in found if signal.key not in known]
    still_there = {signal.key for signal in found}
    undecided = []
    for old in known.values():
        state = _undecided(s, running, old)
        if state == "proposed" or (state and old.key in still_there):
            undecided.append(Signal(SignalKind(old.kind), old.key, old.day, old.params))
            if state == "expired" and old.kind in _AGAIN:
                fresh.append(undecided.pop())
    if not fresh:
        return None
    for signal in fresh:
        plan_signals.note(s, running.plan_id, signal.key, signal.kind.value, signal.day, signal.params)
    if needs_new_plan(fresh):
        notices.tell(s, NEW_PLAN, "plan_adapt.new_plan_needed", tone="warning", link="/plan")
        return None
    reasons = sorted([*fresh, *undecided], key=lambda signal: _RANK[signal.kind])
    adapted = adapt(running.plan, reasons, situation)
    if adapted is None:
        return None
    return _propose(s, athlete, running, adapted, situation, now)


def _undecided(s: Session, running: Revision, old: plan_signals.Signal) -> str:
    """Return the state of the proposal that a reason led to; "" where there was none or it was decided.

    Whoever approved another change since has decided too.
    """
    if old.revision is None or old.revision < running.number:
        return ""
    state = plans.revision(s, running.plan_id, old.revision).state
    return state if state in ("proposed", "expired", "replaced") else ""


def _propose(
    s: Session, athlete: Athlete, running: Revision, adapted: Adapted, situation: Situation, now: datetime
) -> Approval | None:
    plan: Plan = adapted.plan
    try:
        safe = checked(plan, situation, running.acknowledged, warnings_pass=True)
    except UnsafePlan as error:
        # Its rules will be broken tomorrow too; a new plan is what helps.
        log.warning("no safe change of plan %s: %s", running.plan_id, [f.rule for f in error.findings])
        notices.tell(s, NEW_PLAN, "plan_adapt.new_plan_needed", tone="warning", link="/plan")
        return None
    revision = plans.add_revision(
        s,
        running.plan_id,
        safe,
        origin="adapted",
        parent=running.number,
        why_key=adapted.why_key,
        why_params=adapted.why_params,
    )
    for signal in adapted.signals:
        plan_signals.led_to(s, running.plan_id, signal.key, revision.number)
    return proposing.propose(s, athlete, running.plan_id, revision.number, now, channel="web")
