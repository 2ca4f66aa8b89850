"""New paces for a plan, when the athlete's fitness is not what it was built on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from coach.domain.plan.model import Intensity, Plan, Repeat, Situation, Step, Workout, WorkoutKind
from coach.domain.plan.targets import Pacing, pacing

NEAR_S_PER_KM = 5.0  # a pace farther from what the VDOT says was set for another reason, such as the goal's


def retargeted(plan: Plan, workouts: Mapping[str, Workout], situation: Situation) -> dict[str, Workout]:
    """Return these workouts with the paces of today's VDOT in place of those of the plan's; uid → workout.

    Faster, a distance stays and takes less time. Slower, what is run easily stays as long in time and becomes
    shorter. The race itself keeps its own pace.
    """
    if plan.basis.vdot is None or situation.vdot is None:
        return {}
    old, new = pacing(replace(situation, vdot=plan.basis.vdot)), pacing(situation)
    changed = {}
    for uid, workout in workouts.items():
        if workout.kind is WorkoutKind.race:
            continue
        steps = tuple(
            replace(part, steps=tuple(_step(step, old, new) for step in part.steps))
            if isinstance(part, Repeat)
            else _step(part, old, new)
            for part in workout.steps
        )
        if steps != workout.steps:
            changed[uid] = replace(workout, steps=steps)
    return changed


def _step(step: Step, old: Pacing, new: Pacing) -> Step:
    target = step.target
    if target.kind != "pace" or target.low is None or target.high is None:
        return step
    if step.intensity is Intensity.race or step.intensity not in old.ranges:
        return step
    before, after = old.s_per_km(step.intensity), new.s_per_km(step.intensity)
    if abs((target.low + target.high) / 2 - before) > NEAR_S_PER_KM or before == after:
        return step
    ratio = after / before
    target = replace(target, low=round(target.low * ratio), high=round(target.high * ratio))
    if step.ends == "distance" and (ratio < 1 or step.intensity is not Intensity.easy):
        return replace(step, target=target, duration_s=_five(step.duration_s * ratio))
    if step.ends == "distance":
        metres = max(500.0, step.distance_m / ratio // 500 * 500)
        metres = min(metres, step.distance_m)
        return replace(
            step,
            target=target,
            distance_m=metres,
            duration_s=_five(step.duration_s * ratio * metres / step.distance_m),
        )
    return replace(step, target=target, distance_m=round(step.distance_m / ratio, -1))


def _five(seconds: float) -> float:
    """Round down to five seconds, as the library writes times."""
    return float(seconds // 5 * 5)
