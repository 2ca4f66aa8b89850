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
from coach.tools.facts import Facts, of_day, opening
from coach.tools.plan_facts import add_workout, next_workout
from coach.tools.readiness import ReadinessArgs, readiness
from coach.tools.spec import Note, ToolContext

_OVERRIDDEN = ("recovery.readiness_overridden", "recovery.override_next")


def morning(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word today. None: another day's morning, today's training is done, or there is nothing to say of it."""
    if due[-1].local_date != ctx.today:
        return None
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        running = plans.holding(session)
        on_hold = bool(plan_holds.standing(session))
        done = set() if running is None else set(workout_matches.of_plan(session, running.plan_id))
    ids = tuple(n.id for n in due)
    facts = Facts(ctx)
    plan = None if running is None else running.plan
    if on_hold:
        held = (Note(key="plan_tools.on_hold", general=True),)
        return None if plan is None else Part(NudgeKind.morning, ids, (held,))
    if plan is None or not plan.start <= ctx.today <= plan.end:
        ready, of_ready = _ready(ctx, with_advice=False)
        return Part(NudgeKind.morning, ids, (ready,), facts=of_ready) if ready else None
    sessions = [w for w in plan.on(ctx.today) if w.steps]
    if not sessions:
        return Part(NudgeKind.morning, ids, (_rest(ctx, plan),))
    left = [w for w in sessions if w.uid not in done]
    if not left:
        return None
    says: list[Paragraph] = [tuple(_session(ctx, facts, one) for one in left)]
    if len(left) == 1 and len(left[0].steps) > 1:
        parts = " → ".join(words.step_lines(left[0], ctx.lang, ctx.athlete.units))
        says.append((Note(key="speaking.parts", params={"parts": opening(ctx, parts)}),))
    ready, of_ready = _ready(ctx, with_advice=True)
    if ready:
        says.append(ready)
    return Part(NudgeKind.morning, ids, tuple(says), facts=(*facts.all(), *of_ready))


def _rest(ctx: ToolContext, plan: Plan) -> Paragraph:
    rest = Note(key="speaking.rest_today")
    following = next_workout(plan, ctx.today)
    if following is None:
        return (rest,)
    line = plain(words.day_line(following, ctx.lang, ctx.athlete.units, ctx.today))
    return (rest, Note(key="speaking.then", params={"workout": line}))


def _session(ctx: ToolContext, facts: Facts, one: Workout) -> Note:
    named = {"workout": plain(words.workout_title(one, ctx.lang, ctx.athlete.units))}
    keys = _size(ctx, facts, one)
    key = "today" if len(keys) == 2 else "today_time" if keys else "today_plain"
    return Note(key=f"speaking.{key}", params=named, facts=keys)


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


def _ready(ctx: ToolContext, *, with_advice: bool) -> tuple[Paragraph, tuple[Fact, ...]]:
    """Say the readiness and what it advises, or what overrides it; nothing where too little is known."""
    found = readiness(ctx, ReadinessArgs(day=None))
    told = [note for note in found.says if note.key in _OVERRIDDEN]
    if not told:
        scored = next((note for note in found.says if note.key == "recovery.readiness_now"), None)
        if scored is None:
            return (), ()
        told.append(Note(key="speaking.ready", facts=scored.facts))
        if with_advice:
            told.append(Note(key="speaking.advice", params={"advice": scored.params["advice"]}))
    named = {key for note in told for key in note.facts.values()}
    return tuple(told), tuple(fact for fact in found.facts if fact.key in named)
