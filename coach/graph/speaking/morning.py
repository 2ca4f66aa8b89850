"""The line of a morning: what the plan has today, and how ready the athlete is for it."""

from __future__ import annotations

from collections.abc import Sequence

from coach.domain.fact import Fact
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Plan, Workout
from coach.graph.speaking.naming import plain
from coach.graph.speaking.part import Nudge, Paragraph, Part
from coach.store import plan_holds, plans, workout_matches
from coach.text import plans as words
from coach.text import say
from coach.tools.facts import Facts, of_day
from coach.tools.plan_facts import add_workout, next_workout
from coach.tools.readiness import ReadinessArgs, readiness
from coach.tools.spec import Note, ToolContext

_READY = ("recovery.readiness_overridden", "recovery.override_next", "recovery.readiness_now")


def morning(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word today. None: another day's morning, today's training is done, or there is nothing to say of it."""
    if due[-1].local_date != ctx.today:
        return None
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        running = plans.holding(session)
        on_hold = bool(plan_holds.standing(session))
        done = set() if running is None else set(workout_matches.of_plan(session, running.plan_id))
    facts = Facts(ctx)
    plan = None if running is None else running.plan
    today: Paragraph = ()
    if plan is not None and on_hold:
        today = (Note(key="plan_tools.on_hold", general=True),)
    elif plan is not None and plan.start <= ctx.today <= plan.end:
        sessions = [w for w in plan.on(ctx.today) if w.steps]
        if sessions and all(w.uid in done for w in sessions):
            return None
        today = _today(ctx, facts, plan, [w for w in sessions if w.uid not in done])
    ready, of_ready = ((), ()) if on_hold else _ready(ctx)
    says = tuple(paragraph for paragraph in (today, ready) if paragraph)
    if not says:
        return None
    return Part(NudgeKind.morning, tuple(n.id for n in due), says, facts=(*facts.all(), *of_ready))


def _today(ctx: ToolContext, facts: Facts, plan: Plan, sessions: Sequence[Workout]) -> Paragraph:
    """Say what is planned in two lines: the session, and its parts where it has any."""
    lang, units = ctx.lang, ctx.athlete.units
    if not sessions:
        says = [Note(key="speaking.rest_today")]
        if (following := next_workout(plan, ctx.today)) is not None:
            line = plain(words.day_line(following, lang, units, ctx.today))
            says.append(Note(key="speaking.then", params={"workout": line}))
        return tuple(says)
    says = []
    for one in sessions:
        named = {"workout": plain(words.workout_title(one, lang, units))}
        keys = _size(ctx, facts, one)
        key = "today" if len(keys) == 2 else "today_time" if keys else "today_plain"
        says.append(Note(key=f"speaking.{key}", params=named, facts=keys))
        if len(one.steps) > 1 and len(sessions) == 1:
            parts = " → ".join(words.step_lines(one, lang, units))
            says.append(Note(key="speaking.parts", params={"parts": parts}))
    return tuple(says)


def _size(ctx: ToolContext, facts: Facts, one: Workout) -> dict[str, str]:
    """Add about how long a session takes, and how far it is where its name does not say that."""
    keys = add_workout(ctx, facts, one)
    found = {}
    if len(one.steps) > 1 and "distance" in keys:
        found["distance"] = keys["distance"]
    if one.duration_s:
        minutes, label = round(one.duration_s / 60), say(ctx.lang, "plan_tools.label_plan_duration_s")
        found["duration"] = facts.add(
            f"workout.{one.uid}.min", "plan_duration_min", minutes, "min", of_day(ctx, one.day), label=label
        )
    return found if "duration" in found else {}


def _ready(ctx: ToolContext) -> tuple[Paragraph, tuple[Fact, ...]]:
    """Say the readiness and what it advises; nothing where too little is known for one."""
    found = readiness(ctx, ReadinessArgs(day=None))
    told = tuple(note for note in found.says if note.key in _READY)
    named = {key for note in told for key in note.facts.values()}
    return told, tuple(fact for fact in found.facts if fact.key in named)
