"""What had to give in a plan: each conflict between a wish and a rule, by name and with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coach.domain.plan.model import GoalKind, Intensity, Phase, Plan, Step, WorkoutKind
from coach.domain.plan.outcome import Remark
from coach.domain.plan.profile import Profile, is_a
from coach.domain.plan.rules import limits
from coach.domain.plan.targets import effort_first

if TYPE_CHECKING:
    from coach.domain.plan.feasibility import Feasibility
    from coach.domain.plan.state import State

FEW_RUNS = {"5k": 3, "10k": 3, "half": 3, "marathon": 4}


def remarks_of(plan: Plan, state: State, feasible: Feasibility | None) -> tuple[Remark, ...]:
    """Return the compromises of a plan, the weightiest first."""
    return tuple(_remarks(plan, state, feasible))


def _remarks(plan: Plan, state: State, feasible: Feasibility | None) -> Iterator[Remark]:
    p = state.p
    wishes, race = p.situation.constraints, p.race
    if feasible is not None and feasible.verdict == "unlikely" and race is not None and race.target_time_s:
        yield Remark("target_unlikely", {"target_clock_s": race.target_time_s})
    for dropped in state.dropped:
        yield Remark("race_left_out", {"race_day": dropped.day.isoformat(), "race_m": dropped.distance_m})
    kept = {r.day for r in plan.races}
    for other in p.situation.races:
        if not is_a(other) or other.day not in kept or race is None or other.day == race.day:
            continue
        yield Remark("another_a_race", {"race_day": other.day.isoformat(), "race_m": other.distance_m})
    if p.gate is not None:
        weeks = {"weeks": sum(w.phase is Phase.walk_run for w in plan.weeks)}
        hurt = p.situation.health.injury is not None
        yield Remark("walk_run_injury" if hurt else "walk_run_first", weeks)
        yield from _stretch(plan, p)
    if p.goal.start is not None and p.goal.start > plan.start:
        yield Remark("starts_now", {"start_day": plan.start.isoformat()})
    yield from _room(plan, p)
    if race is not None:
        yield from _reach(plan, p)
    yield from (Remark(key) for key in ("club_easy", "club_taper") if key in state.notes)
    if p.gentle and p.goal.kind.value != "return_from_injury":
        yield Remark("gentle")
    if effort_first(wishes):
        yield Remark("effort_on_hills")
    if p.situation.vdot is None and wishes.targets == "pace":
        yield Remark("no_vdot")
    elif p.situation.vdot_estimated and wishes.targets == "pace":
        yield Remark("vdot_estimated")
    if wishes.targets == "hr" and p.situation.lthr_bpm is None and p.situation.hr_max_bpm is None:
        yield Remark("no_hr")
    if wishes.targets == "power" and p.situation.threshold_power_w is None:
        yield Remark("no_power")
    if wishes.temperature_c is not None and wishes.temperature_c >= limits.HOT_C:
        yield Remark("heat", {"temperature_c": wishes.temperature_c})
    if limits.masters(p.situation):
        yield Remark("masters", {"days": p.gap})


def _stretch(plan: Plan, p: Profile) -> Iterator[Remark]:
    """Where short days keep a walk-run plan from half an hour of running at a stretch."""
    most = min((m for m in p.situation.constraints.max_s if m), default=None)
    longest = max((s.duration_s for w in plan.workouts for s in w.each_step() if _is_run(s)), default=0.0)
    enough = p.goal.kind in (GoalKind.couch_to_5k, GoalKind.return_from_injury)
    if enough and most is not None and most < 40 * 60 and 0 < longest < 30 * 60 and len(plan.weeks) >= 9:
        yield Remark("stretch_short", {"most_s": most, "longest_s": longest})


def _is_run(step: Step) -> bool:
    return step.intensity not in (Intensity.walk, Intensity.rest)


def _room(plan: Plan, p: Profile) -> Iterator[Remark]:
    """Where the days and minutes that the athlete has, and not the body, bound the weeks."""
    loading = [w.run_m for w in plan.weeks if w.phase in _LOADING]
    if not loading or p.gentle:
        return
    minutes = sorted(p.longest_s if m is None else min(m, p.longest_s) for m in p.situation.constraints.max_s)
    free_m = sum(minutes[-max(p.most_runs, 1) :]) / p.easy_s_per_m
    if free_m < p.peak_m and max(loading) < 0.9 * p.peak_m:
        yield Remark("week_limited", {"week_m": max(loading)})


_LOADING = (Phase.base, Phase.build, Phase.specific)


def _reach(plan: Plan, p: Profile) -> Iterator[Remark]:
    """What the days that the athlete has make of the long run and the week."""
    race, wishes = p.race, p.situation.constraints
    assert race is not None
    if wishes.runs_per_week is not None and wishes.runs_per_week < FEW_RUNS[p.event]:
        params = {"runs": wishes.runs_per_week, "race_m": race.distance_m, "enough": FEW_RUNS[p.event]}
        yield Remark("few_runs", params)
    if wishes.long_day is not None:
        most = wishes.max_s[wishes.long_day]
        need_s = min(limits.ready_m(race.distance_m) * p.easy_s_per_m, limits.READY_S)
        if most is not None and most < need_s:
            yield Remark("long_day_short", {"most_s": most, "need_s": need_s})
    planned = (w.distance_m for w in plan.workouts if w.runs and w.kind is not WorkoutKind.race)
    longest = max(p.situation.longest_m(), *planned, 0.0)
    if race.distance_m >= 21_000 and longest < limits.ready_m(race.distance_m):
        yield Remark("long_run_limited", {"longest_m": longest, "race_m": race.distance_m})
