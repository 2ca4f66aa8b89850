"""Holds: after a red flag a plan stands still until the athlete says that a doctor agreed.

While a hold stands nothing is sent to a service, nothing is proposed and nothing encourages. It is lifted
only by an approval of kind "clearance" that the athlete gave, and even then the old plan does not go on as
if nothing had happened: until a plan was approved anew, nothing is sent either (`still`).

A person in distress (crisis) comes before any coaching: their plan stands still too, but they are not asked
about workouts on a watch, and what lifts it is their own word, not a doctor's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from coach.domain.daily import Entry
from coach.domain.redflags import RedFlag, Severity, check_all
from coach.errors import Conflict, NotEnoughData
from coach.pipeline.situation import local_day
from coach.store import approvals, athletes, deliveries, notices, plan_holds, plans
from coach.store.approvals import Approval
from coach.store.plan_holds import Hold
from coach.store.session import Session, athlete_of

log = logging.getLogger(__name__)

ASKED_FOR = timedelta(days=7)  # how long a question about a hold may be answered
ENTRY_DAYS = 7  # what is written of longer ago was dealt with then
WORDS_SHOWN = 300
NOTICE = "plan_hold"


def raise_flag(s: Session, athlete_id: int, flag: RedFlag, words: str, now: datetime) -> bool:
    """Put the athlete's plan on hold for a red flag of their own; return whether that is news.

    A proposal that waits for a decision is taken back, and the removal of scheduled workouts is asked about
    at once. A flag about somebody else raises nothing.
    """
    if flag.about != "athlete":
        return False
    athletes.lock(s, athlete_id)
    new = plan_holds.raise_hold(s, flag.trigger.value, flag.severity.value, words[:WORDS_SHOWN], now)
    for approval in approvals.replace_pending(s, "plan"):
        if approval.plan_id is not None and approval.revision is not None:
            plans.set_revision(s, approval.plan_id, approval.revision, "replaced")
    # What was confirmed, or is about to be, was said before this.
    approvals.replace_pending(s, "clearance")
    if flag.severity is not Severity.crisis:
        _ask_removal(s, athlete_id, now)
        if plans.running(s) is not None:
            notices.tell(s, NOTICE, _sentence(flag.trigger.value), tone="alert", link="/plan")
    return new


def raise_flags(s: Session, athlete_id: int, text: str, now: datetime) -> bool:
    """Put the plan on hold for every red flag of the athlete's own in a text; whether one is news."""
    news = [raise_flag(s, athlete_id, flag, text, now) for flag in check_all(text)]
    return any(news)


def read_entries(s: Session, athlete_id: int, entries: Iterable[Entry], now: datetime) -> bool:
    """Put the plan on hold for red flags in what the athlete wrote down; return whether that is news."""
    today = local_day(athletes.get(s, athlete_id), now)
    recent = [e for e in entries if e.text and (today - e.day).days < ENTRY_DAYS]
    news = [raise_flags(s, athlete_id, entry.text, now) for entry in recent]
    return any(news)


def held(s: Session) -> bool:
    """Return whether a red flag stands that was not lifted."""
    return bool(plan_holds.standing(s))


def still(s: Session) -> bool:
    """Return whether nothing may be sent: a red flag stands, or no plan was approved since one was lifted."""
    if held(s):
        return True
    lifted = plan_holds.last_lifted(s)
    if lifted is None:
        return False
    return not approvals.agreed_since(s, "plan", lifted[1])


def told(s: Session, now: datetime) -> str:
    """Return the text key of what to say of a plan that stands still; "" where there is none to speak of.

    There is one where a plan runs or waits for a decision. Nothing is said to somebody in distress.
    """
    standing = plan_holds.standing(s)
    if not standing or any(hold.severity == Severity.crisis for hold in standing):
        return ""
    revised = any(h.state in ("running", "draft") and _proposed(s, h.id) for h in plans.heads(s, 3))
    return _sentence(standing[-1].trigger) if revised or plans.running(s) is not None else ""


def ask_clearance(
    s: Session, athlete_id: int, now: datetime, *, channel: str = "web", thread_id: int | None = None
) -> Approval:
    """Ask the athlete to confirm that they may train again. Raises Conflict when nothing holds."""
    athletes.lock(s, athlete_id)
    standing = plan_holds.standing(s)
    if not standing:
        raise Conflict("nothing_held")
    content = {"holds": [_shown(hold) for hold in standing]}
    return approvals.ask(
        s,
        "clearance",
        approvals.hash_of(content),
        expires_at=now + ASKED_FOR,
        content=content,
        channel=channel,
        thread_id=thread_id,
    )


def lift(s: Session, athlete_id: int, now: datetime, by: int | None) -> tuple[Hold, ...]:
    """Lift every hold that the athlete confirmed to be cleared of, and propose how to come back.

    Call it in the transaction in which the approval was given. Raises Conflict where there is none that
    covers what stands.
    """
    athletes.lock(s, athlete_id)
    standing = plan_holds.standing(s)
    if not standing:
        return ()
    confirmed = {
        int(hold["id"])
        for approval in approvals.find(s)
        if approval.kind == "clearance" and approval.state == "approved"
        for hold in approval.content.get("holds", ())
    }
    if not {hold.id for hold in standing} <= confirmed:
        raise Conflict("clearance_missing")
    lifted = plan_holds.lift(s, now, by)
    notices.resolve(s, NOTICE)
    from coach.pipeline import adapting  # which asks here whether anything holds

    try:
        with s.begin_nested():
            adapting.come_back(s, athletes.get(s, athlete_id), now)
    except NotEnoughData:
        log.info("the way back is proposed once the metrics of recent activities are computed")
    return lifted


def _ask_removal(s: Session, athlete_id: int, now: datetime) -> None:
    """Ask whether to take scheduled workouts off the watch, once for each plan that has some there."""
    today = local_day(athletes.get(s, athlete_id), now)
    there: dict[int, list[dict[str, Any]]] = {}
    for row in deliveries.find(s):
        day: date | None = row.sent_day or row.wanted_day
        if row.state in ("sent", "changed") and day is not None and day >= today:
            one = {"uid": row.uid, "day": day.isoformat(), "provider": row.provider}
            there.setdefault(row.plan_id, []).append(one)
    open_ones = {a.plan_id: a for a in approvals.pending(s, now) if a.kind == "removal"}
    for plan_id, workouts in there.items():
        content = {"plan_id": plan_id, "why": "hold", "workouts": workouts}
        sha256 = approvals.hash_of(content)
        if plan_id in open_ones and open_ones[plan_id].sha256 == sha256:
            continue
        approvals.ask(s, "removal", sha256, expires_at=now + ASKED_FOR, plan_id=plan_id, content=content)
    if there:
        log.info("athlete %s is asked about %d workouts of a plan on hold", athlete_of(s), len(there))


def _proposed(s: Session, plan_id: int) -> bool:
    return any(revision.state in ("proposed", "replaced") for revision in plans.revisions(s, plan_id)[-1:])


def _shown(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "trigger": hold.trigger,
        "severity": hold.severity,
        "raised_at": hold.raised_at.isoformat(),
    }


def _sentence(trigger: str) -> str:
    return "plan_adapt.still_illness" if trigger == "illness" else "plan_adapt.still"
