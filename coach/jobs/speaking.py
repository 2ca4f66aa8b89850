"""Speaking first: what is due is composed and said, once, whatever is killed in between.

Deciding, composing and saying are transactions of their own. What was composed is said only if the same would
be decided in that moment, so of two workers one says it, and a day never has more than it has room for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from coach.domain.nudge_rules import NOTHING
from coach.errors import NotEnoughData
from coach.graph.speaking.compose import compose
from coach.jobs.registry import JobContext, job
from coach.pipeline import noticing, nudging, saying
from coach.pipeline.saying import FirstWords
from coach.store import athletes, messengers, nudge_system, nudges
from coach.store.nudges import Nudge
from coach.tools.spec import ToolContext

log = logging.getLogger(__name__)

Composer = Callable[[ToolContext, Sequence[Nudge]], FirstWords | None]
CHANGES = 5  # of what is due, while words are looked for
SOON = timedelta(minutes=1)  # metrics are computed in seconds


@job(queue="default", tries=3)
def speak(context: JobContext, *, athlete_id: int) -> None:
    """Say what is due."""
    say_due(context, athlete_id, compose)


@job(queue="default", tries=3)
def look_around(context: JobContext, *, athlete_id: int) -> None:
    """Notice what the day brings to say, and have it said."""
    now = context.clock()
    with context.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        noticing.look(s, athletes.get(s, athlete_id), now)
        if nudges.waiting(s, now):
            nudging.defer(s, athlete_id)


def say_due(context: JobContext, athlete_id: int, compose: Composer) -> int | None:
    """Say what is due as one message and return its id; None when there is nothing to say now."""
    for _ in range(CHANGES):
        now = context.clock()
        with context.db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)
            athlete = athletes.get(s, athlete_id)
            due = nudging.due_now(s, athlete, now)
            link = messengers.link(s, saying.TELEGRAM)
        if not due:
            return None
        channel = "web" if link is None else saying.TELEGRAM
        thread_id = None if link is None else link.thread_id
        ctx = ToolContext(athlete, context.db, now, athlete.lang, channel=channel, thread_id=thread_id)
        try:
            words = compose(ctx, due)
        except NotEnoughData:
            with context.db.athlete_session(athlete_id) as s:
                nudges.put_off(s, [one.id for one in due], now + SOON)
            return None
        told, message_id = _keep(context, athlete_id, due, words)
        if told:
            return message_id
    log.info("what is due for athlete %d changes faster than it is said", athlete_id)
    return None


def _keep(
    context: JobContext, athlete_id: int, due: Sequence[Nudge], words: FirstWords | None
) -> tuple[bool, int | None]:
    """Say the words if the same is still due; return whether it was, and the message."""
    now = context.clock()
    with context.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        athlete = athletes.get(s, athlete_id)
        if [one.id for one in nudging.due_now(s, athlete, now)] != [one.id for one in due]:
            return False, None
        said = () if words is None else words.nudges
        nudges.drop(s, [one.id for one in due if one.id not in said], NOTHING)
        return True, None if words is None else saying.say(s, athlete, words, now)


def hand_out(context: JobContext, now: datetime) -> int:
    """Turn what the clock brought into nudges, and queue jobs for what is due; return how many are new."""
    taken = nudge_system.take_due(context.db, now, nudging.LOOK)
    return taken.jobs + nudge_system.hand_out(context.db, now, nudging.SPEAK)
