"""What the demo's coach says first when the demo begins: a look back on the last whole week, as it is today.

It is composed and kept as a check-in is, at the moment it is said: nothing pretends to have been said on a
Sunday evening when nobody was there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from coach.domain.athlete import Athlete
from coach.domain.nudge_times import moment, week_key
from coach.domain.nudges import Manners, NudgeKind
from coach.errors import NotEnoughData
from coach.graph.speaking.compose import compose
from coach.pipeline import saying
from coach.store import nudges
from coach.store.session import Database
from coach.tools.spec import ToolContext


def look_back(db: Database, athlete: Athlete, now: datetime) -> int | None:
    """Say the check-in of the last evening of one; return the message, None where there is nothing to say."""
    usual, today = Manners(), now.astimezone(athlete.zone).date()
    day = today - timedelta(days=(today.weekday() - usual.weekly_day) % 7)
    if moment(day, usual.weekly_at, athlete.zone) > now:
        day -= timedelta(days=7)
    key = week_key(day)
    with db.athlete_session(athlete.id) as s:
        nudges.add(s, NudgeKind.weekly, key, day, now)
        nudge = nudges.named(s, NudgeKind.weekly, key)
    if nudge is None or nudge.state != "waiting":
        return None
    try:
        words = compose(ToolContext(athlete, db, now, athlete.lang), [nudge])
    except NotEnoughData:
        return None  # the worker says it when metrics are there
    if words is None:
        return None
    with db.athlete_session(athlete.id) as s:
        return saying.say(s, athlete, words, now)
