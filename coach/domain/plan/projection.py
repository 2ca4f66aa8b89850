"""Fitness, fatigue and form until the last day of a plan, if it is done as planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.metrics.load_series import ATL_DAYS, CTL_DAYS, exponential_mean
from coach.domain.metrics.paces import INTERVAL_SHARE
from coach.domain.metrics.performance import THRESHOLD_SHARE, held_share
from coach.domain.plan.model import Intensity, Plan, Repeat, Situation, Step, Workout, WorkoutKind

# Shares of VO2max (Daniels). Load of an hour is the square of the share of threshold, as rTSS has it.
_SHARE = {
    Intensity.rest: 0.0,
    Intensity.walk: 0.35,
    Intensity.easy: 0.68,
    Intensity.marathon: 0.82,
    Intensity.threshold: THRESHOLD_SHARE,
    Intensity.interval: INTERVAL_SHARE,
    Intensity.repetition: 1.05,
}
_LOAD = {intensity: (share / THRESHOLD_SHARE) ** 2 for intensity, share in _SHARE.items()}
_EASY = _LOAD[Intensity.easy]
# An hour of strength training against one of easy running (judgement: few watches see more of it).
STRENGTH_SHARE = 0.5


@dataclass(frozen=True)
class Projected:
    """One day. CTL and ATL as of its evening, TSB as of its morning: yesterday's CTL minus ATL."""

    day: date
    load: float
    ctl: float
    atl: float
    tsb: float


def project(plan: Plan, situation: Situation) -> tuple[Projected, ...]:
    """Return every day from today to the plan's last, or nothing where fitness or its scale is not known.

    Load is planned time times `load_per_hour` of the athlete's own easy running, harder steps weighted by the
    square of their effort. A day that lies between today and the plan's first has no load.
    """
    ctl, atl, per_hour = situation.ctl, situation.atl, situation.load_per_hour
    if ctl is None or atl is None or per_hour is None or plan.end < situation.today:
        return ()
    size = (plan.end - situation.today).days + 1
    loads = [0.0] * size
    for workout in plan.workouts:
        at = (workout.day - situation.today).days
        if 0 <= at < size:
            loads[at] += load_of(workout, per_hour)
    ctls = exponential_mean(loads, CTL_DAYS, ctl).tolist()
    atls = exponential_mean(loads, ATL_DAYS, atl).tolist()
    days = []
    form = ctl - atl
    for at, (load, fitness, fatigue) in enumerate(zip(loads, ctls, atls, strict=True)):
        days.append(Projected(situation.today + timedelta(days=at), load, fitness, fatigue, form))
        form = fitness - fatigue
    return tuple(days)


def load_of(workout: Workout, load_per_hour: float) -> float:
    """Return the load a session will have, where an hour of easy running has `load_per_hour`."""
    if workout.kind is WorkoutKind.strength or workout.sport is Sport.strength:
        return STRENGTH_SHARE * load_per_hour * workout.duration_s / 3600
    weighted = 0.0
    for part in workout.steps:
        times, steps = (part.times, part.steps) if isinstance(part, Repeat) else (1, (part,))
        weighted += times * sum(step.duration_s * _weight(step) for step in steps)
    return load_per_hour * weighted / _EASY / 3600


def _weight(step: Step) -> float:
    if step.intensity is Intensity.race:
        return (held_share(step.duration_s) / THRESHOLD_SHARE) ** 2
    return _LOAD[step.intensity]
