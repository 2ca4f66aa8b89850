"""Workouts from elsewhere in the weeks of a plan, and what the athlete was like when it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from coach.domain.metrics.totals import week_of, weeks_between
from coach.domain.plan.model import Basis, Goal, Phase, Plan, Situation, Week, Workout, WorkoutKind

CUTBACK_SHARE = 0.85  # of the week before
_HARD = frozenset(WorkoutKind) - {
    WorkoutKind.easy,
    WorkoutKind.recovery,
    WorkoutKind.long,
    WorkoutKind.medium_long,
    WorkoutKind.strides,
}


def weeks_of(
    workouts: Sequence[Workout], phases: Mapping[date, Phase], goal: Goal, situation: Situation
) -> tuple[Week, ...]:
    """Return the calendar weeks from the first workout to the last, empty ones too.

    `phases`: what the document says, by a day of the week. Without, it is base while nothing is hard.
    """
    spans = weeks_between(workouts[0].day, workouts[-1].day, situation.week_start)
    said = {week_of(day, situation.week_start).first: phase for day, phase in phases.items()}
    weeks: list[Week] = []
    for number, span in enumerate(spans, start=1):
        own = tuple(w for w in workouts if w.day in span)
        week = Week(number, span.first, Phase.base, False, own)
        cutback = bool(weeks) and 0 < week.run_m < CUTBACK_SHARE * weeks[-1].run_m
        phase = said.get(span.first) or _phase(week, goal)
        weeks.append(Week(number, span.first, phase, cutback and phase is not Phase.race, own))
    return tuple(weeks)


def _phase(week: Week, goal: Goal) -> Phase:
    race = goal.race
    if race is not None and week.start <= race.day <= week.end:
        return Phase.race
    if race is not None and race.day < week.start:
        return Phase.recovery
    if any(w.kind is WorkoutKind.walk_run for w in week.workouts):
        return Phase.walk_run
    return Phase.build if any(w.kind in _HARD for w in week.workouts) else Phase.base


def basis_of(situation: Situation) -> Basis:
    """Return what is known of the athlete on the day that a plan comes in."""
    weeks = situation.weeks_m[-4:]
    runs = sum(1 for run in situation.runs if 0 < (situation.today - run.day).days <= 28)
    return Basis(
        day=situation.today,
        weekly_m=situation.weekly_m if weeks else 0.0,
        longest_m=situation.longest_m(),
        runs_per_week=runs / 4,
        vdot=situation.vdot,
        vdot_low=situation.vdot_low,
        vdot_high=situation.vdot_high,
        vdot_estimated=situation.vdot_estimated,
        ctl=situation.ctl,
        atl=situation.atl,
        load_per_hour=situation.load_per_hour,
    )


def is_imported(plan: Plan) -> bool:
    """Whether a plan came from elsewhere: it is the athlete's own words, not made of their figures."""
    return plan.builder == 0
