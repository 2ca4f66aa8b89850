"""The one friendly line after some days without a run, with an easy way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Plan, Workout, WorkoutKind
from coach.graph.speaking.naming import day_called, plain
from coach.graph.speaking.part import Nudge, Part
from coach.store import activities, plan_holds, plans
from coach.text import plans as words
from coach.tools.facts import Facts, of_activity, opening
from coach.tools.spec import Note, ToolContext

SILENT_DAYS = 10
LOOK_AHEAD = timedelta(days=7)
_LIGHT = (WorkoutKind.walk, WorkoutKind.walk_run, WorkoutKind.recovery, WorkoutKind.easy)


def silence(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word it. None: something was recorded since, nothing ever was, or a red flag stands."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        last = activities.last(session, ctx.athlete.id)
        if last is None or (ctx.today - last.local_date).days < SILENT_DAYS:
            return None
        if plan_holds.standing(session):
            return None
        running = plans.holding(session)
    facts = Facts(ctx)
    day = opening(ctx, day_called(ctx, last.local_date))
    if last.distance_m and last.sport is Sport.run:
        far = facts.add(
            "last.distance_m", "distance_m", last.distance_m, "m", of_activity(ctx, last), rows=[last]
        )
        first = Note(key="speaking.silent", params={"day": day}, facts={"distance": far})
    else:
        first = Note(key="speaking.silent_plain", params={"day": day})
    easiest = None if running is None else _easiest(ctx, running.plan)
    if easiest is None:
        back = Note(key="speaking.way_back", general=True)
    else:
        line = plain(words.day_line(easiest, ctx.lang, ctx.athlete.units, ctx.today))
        back = Note(key="speaking.way_back_plan", params={"workout": line})
    return Part(NudgeKind.silence, tuple(n.id for n in due), ((first, back),), facts=facts.all())


def _easiest(ctx: ToolContext, plan: Plan) -> Workout | None:
    """Return the shortest light session of the next days."""
    ahead = [
        w
        for w in plan.workouts
        if ctx.today <= w.day < ctx.today + LOOK_AHEAD and w.kind in _LIGHT and w.steps
    ]
    return min(ahead, key=lambda w: (w.duration_s, w.day), default=None)
