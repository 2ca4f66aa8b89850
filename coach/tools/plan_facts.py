"""What all tools of plans share: which plan is meant, its figures as facts, its weeks and days as tables.

Facts of a plan name no sources of their own: paces and volumes come from whatever is known of the athlete, so
they count as resting on all of it (`coach.graph.provenance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from coach.domain.fact import Subject
from coach.domain.plan.model import Goal, Plan, Week, Workout, WorkoutKind
from coach.errors import NotFound
from coach.store import plans
from coach.store.plans import Head, Revision
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.text.formats import date_range
from coach.tools.facts import Facts, day_name, of_athlete, of_day, of_period, opening
from coach.tools.spec import Card, ToolContext


@dataclass(frozen=True)
class Current:
    """The plan that is spoken of. `holds`: it was approved, and is not only a proposal."""

    head: Head
    revision: Revision
    holds: bool

    @property
    def plan(self) -> Plan:
        return self.revision.plan


def current(s: Session) -> Current:
    """Return the plan that holds, else the newest that was not decided about. Raises NotFound."""
    head = plans.running(s)
    if head is not None and head.approved is not None:
        return Current(head, plans.revision(s, head.id, head.approved), holds=True)
    for head in plans.heads(s):
        if head.state == "draft":
            latest = plans.latest(s, head.id)
            if latest.state in ("draft", "proposed"):
                return Current(head, latest, holds=False)
            break
    raise NotFound("no_plan_yet")


def holding(s: Session) -> Current:
    """Return the plan that holds. Raises NotFound."""
    found = current(s)
    if not found.holds:
        raise NotFound("no_running_plan")
    return found


def plan_title(ctx: ToolContext, plan: Plan) -> str:
    """Return what a plan is for."""
    return words.goal_title(plan.goal, ctx.lang, ctx.athlete.units)


def of_plan(ctx: ToolContext, plan: Plan) -> Subject:
    return of_period(ctx, plan.start, plan.end, plan_title(ctx, plan))


def of_goal(ctx: ToolContext, goal: Goal) -> Subject:
    """Return a goal as what a fact is about: the day of its race, or the athlete."""
    if goal.race is None:
        return of_athlete(ctx)
    title = words.goal_title(goal, ctx.lang, ctx.athlete.units)
    return Subject(kind="day", start=goal.race.day, end=goal.race.day, label=title)


def of_week(ctx: ToolContext, week: Week) -> Subject:
    return of_period(ctx, week.start, week.end)


def add_plan(ctx: ToolContext, facts: Facts, plan: Plan) -> dict[str, str]:
    """Add how long a plan is, its highest week, its longest run and its first week; return their keys."""
    subject = of_plan(ctx, plan)
    # The goal race is no training: it makes neither the biggest week nor the longest run.
    whole = [week for week in plan.weeks if week.run_m and not any(map(_is_race, week.workouts))]
    found = {"weeks": _fact(ctx, facts, "plan.weeks", "plan_weeks", len(plan.weeks), "weeks", subject)}
    if whole:
        peak = max(week.run_m for week in whole)
        longest = max(w.distance_m for w in plan.workouts if w.runs and not _is_race(w))
        found |= {
            "peak": _fact(ctx, facts, "plan.peak_m", "plan_peak_week", peak, "m", subject),
            "longest": _fact(ctx, facts, "plan.longest_m", "plan_longest", longest, "m", subject),
            "first": _fact(
                ctx, facts, "plan.first_m", "plan_first_week", whole[0].run_m, "m", of_week(ctx, whole[0])
            ),
        }
    return found


def _is_race(workout: Workout) -> bool:
    return workout.kind is WorkoutKind.race


def add_week(ctx: ToolContext, facts: Facts, week: Week) -> dict[str, str]:
    """Add distance, longest run and number of runs of a week; return their keys."""
    subject, at = of_week(ctx, week), f"week.{week.number}"
    runs = sum(w.runs for w in week.workouts)
    found = {"runs": _fact(ctx, facts, f"{at}.runs", "plan_runs", runs, "count", subject)}
    if week.run_m:
        found["distance"] = _fact(ctx, facts, f"{at}.run_m", "plan_week_m", week.run_m, "m", subject)
        found["longest"] = _fact(ctx, facts, f"{at}.longest_m", "plan_longest", week.longest_m, "m", subject)
    return found


def add_workout(ctx: ToolContext, facts: Facts, workout: Workout) -> dict[str, str]:
    """Add how far and how long a workout is; return their keys."""
    subject, at = of_day(ctx, workout.day), f"workout.{workout.uid}"
    found = {}
    if workout.runs and workout.distance_m:
        found["distance"] = _fact(
            ctx, facts, f"{at}.distance_m", "plan_distance_m", workout.distance_m, "m", subject
        )
    if workout.duration_s:
        found["duration"] = _fact(
            ctx, facts, f"{at}.duration_s", "plan_duration_s", workout.duration_s, "s", subject
        )
    return found


def _fact(
    ctx: ToolContext, facts: Facts, key: str, metric: str, value: float, unit: str, subject: Subject
) -> str:
    if key in facts:
        return key
    return facts.add(key, metric, value, unit, subject, label=say(ctx.lang, f"plan_tools.label_{metric}"))


def weeks_card(ctx: ToolContext, facts: Facts, plan: Plan) -> Card:
    """Return the weeks of a plan as a table."""
    rows = []
    for week in plan.weeks:
        keys = add_week(ctx, facts, week)
        phase = "cutback" if week.cutback else f"phase_{week.phase.value}"
        rows.append(
            (
                str(week.number),
                date_range(week.start, week.end, ctx.lang, ctx.today),
                opening(ctx, say(ctx.lang, f"plan.{phase}")),
                facts.cell(keys.get("distance")),
                facts.cell(keys.get("longest")),
            )
        )
    columns = tuple(
        say(ctx.lang, f"plan_tools.column_{c}") for c in ("week", "dates", "phase", "distance", "longest")
    )
    return Card(kind="table", title=plan_title(ctx, plan), columns=columns, rows=tuple(rows))


def days_card(ctx: ToolContext, week: Week, title: str, done: Mapping[str, object] | None = None) -> Card:
    """Return the workouts of a week as a table; `done`: by uid, what was matched with an activity."""
    rows = [
        (
            day_name(ctx, workout.day),
            opening(ctx, words.workout_title(workout, ctx.lang, ctx.athlete.units)),
            _state(ctx, workout, done or {}),
        )
        for workout in week.workouts
    ]
    columns = tuple(say(ctx.lang, f"plan_tools.column_{c}") for c in ("day", "workout", "state"))
    return Card(kind="table", title=title, columns=columns, rows=tuple(rows))


def _state(ctx: ToolContext, workout: Workout, done: Mapping[str, object]) -> str:
    if not workout.steps:
        return ""
    if workout.uid in done:
        return say(ctx.lang, "plan_tools.state_done")
    past = workout.day < ctx.today and workout.runs
    return say(ctx.lang, "plan_tools.state_missed") if past else ""


def next_workout(plan: Plan, after: date, workouts: Iterable[Workout] | None = None) -> Workout | None:
    """Return the first session from a day on, rest days left out."""
    found = (w for w in (plan.workouts if workouts is None else workouts) if w.day >= after and w.steps)
    return next(found, None)
