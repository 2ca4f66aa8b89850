"""What the coach says first, now: the rules of `coach.domain.nudge_rules` on what waits for an athlete."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from coach.domain.athlete import Athlete
from coach.domain.nudge_rules import Waiting, decide
from coach.store import nudge_settings, nudges, queue
from coach.store.nudges import Nudge
from coach.store.session import Session

SPEAK, LOOK = "speak", "look_around"  # the jobs of `coach.jobs.speaking`


def due_now(s: Session, athlete: Athlete, now: datetime) -> list[Nudge]:
    """Return what one message is to say now, the leading one first; nothing when nothing may be said.

    What is too late or not wanted is dropped, what has to wait is put off. Whoever acts on it holds the
    athlete's lock (`coach.store.athletes.lock`).
    """
    found = {one.id: one for one in nudges.waiting(s, now)}
    if not found:
        return []
    said = nudges.said_on(s, now.astimezone(athlete.zone).date())
    verdict = decide(nudge_settings.get(s), athlete.zone, now, map(_waiting, found.values()), said)
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for nudge_id, why in verdict.drop:
        reasons[why].append(nudge_id)
    for why, ids in reasons.items():
        nudges.drop(s, ids, why)
    if verdict.later_at is not None:
        nudges.put_off(s, verdict.later, verdict.later_at)
    return [found[nudge_id] for nudge_id in verdict.say]


def defer(s: Session, athlete_id: int) -> bool:
    """Have what is due said soon, instead of at the next tick; return whether that is new."""
    lock = queue.own_lock(SPEAK, athlete_id)
    return queue.defer(s, SPEAK, {}, athlete_id=athlete_id, queueing_lock=lock) is not None


def _waiting(one: Nudge) -> Waiting:
    ended = one.about.get("ended_at")
    ended_at = None if ended is None else datetime.fromisoformat(ended)
    return Waiting(one.id, one.kind, one.local_date, one.due_at, ended_at)
