"""Taking away from a changed plan until no rule that forbids is broken: the past decides what is safe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from coach.domain.plan.easing import EASED, change_days, eased, easy_step, has_hard, percent_of, rested
from coach.domain.plan.model import Plan, Situation, Step, Workout, WorkoutKind
from coach.domain.plan.ramping import ramped, spared_last
from coach.domain.plan.rules import Finding, Severity, check
from coach.domain.plan.rules.gates import gate_of
from coach.domain.plan.targets import pacing
from coach.domain.plan.walk_run import session

LESS = (100, 80, 70, 50, 33)  # percent of what was planned, one after the other; then rest
MOST_ROUNDS = 60


def mended(plan: Plan, before: Plan, situation: Situation, first: date) -> Plan | None:
    """Take away from what breaks a rule until none that forbids is broken; None when that cannot be had.

    Warnings about how much it is are taken away too where the plan did not have them before: a change that
    was made for safety is no reason to ask the athlete for exceptions.
    """
    model = easy_step(plan.workouts)
    known = {(f.rule, f.week) for f in check(before, situation) if f.severity is Severity.warn}
    best: Plan | None = None
    for _ in range(MOST_ROUNDS):
        findings = check(plan, situation)
        forbidden = [f for f in findings if f.severity is Severity.forbid]
        worse = [f for f in findings if f.rule in _AMOUNT and (f.rule, f.week) not in known]
        if not forbidden:
            best = plan
            if not worse:
                return plan
        if worse or any(f.rule in _AMOUNT for f in forbidden):
            less = ramped(plan, situation, first, known, lambda workout: _lesser(workout, model))
            if less is not plan:
                plan = less
                continue
        changed: dict[str, Workout] = {}
        for finding in forbidden or worse:
            workout = _to_blame(plan, finding, first)
            if workout is not None and workout.uid not in changed:
                changed[workout.uid] = _less(workout, finding, plan, situation, model)
        if not changed:
            return best
        plan = change_days(plan, changed)
    return best


_AMOUNT = frozenset({"session_spike", "weekly_rise", "daily_total"})
_OF_WEEK = frozenset({"weekly_rise"})
_STRETCHES = frozenset({"walk_run_gate", "session_gate"})
_NO_RUNNING = frozenset({"hold_gate", "clearance_gate", "injury_gate", "alternate_days"})


def _to_blame(plan: Plan, finding: Finding, first: date) -> Workout | None:
    """Return what to take away from: the session a finding names, else the most of its day or week.

    Of a week that is too much in all, an easy run goes first; of one that is too hard, a hard one.
    """

    def there(workouts: Iterable[Workout]) -> list[Workout]:
        return [w for w in workouts if w.day >= first and w.steps and w.kind is not WorkoutKind.race]

    named: list[Workout] = []
    if finding.uid is not None and finding.uid in plan.by_uid:
        named = there((plan.by_uid[finding.uid],))
    if not named and finding.week is not None:
        named = there(w for week in plan.weeks if week.number == finding.week for w in week.workouts)
    if not named and finding.day is not None:
        named = there(plan.on(finding.day))
    runs = [w for w in named if w.runs] or named
    if finding.rule in _OF_WEEK:
        return max(runs, key=spared_last, default=None)
    return max(runs, key=lambda w: (has_hard(w), w.distance_m, w.duration_s, w.uid), default=None)


def _less(
    workout: Workout, finding: Finding, plan: Plan, situation: Situation, model: Step | None
) -> Workout:
    """Return the next lesser form of a workout that answers a finding."""
    if finding.rule in _NO_RUNNING:
        return rested(workout)
    if finding.rule in _STRETCHES and (by_turns := _walk_run(workout, plan, situation)) is not None:
        return by_turns
    return _lesser(workout, model)


def _lesser(workout: Workout, model: Step | None) -> Workout:
    """Return easy instead of hard, then less and less, then rest."""
    known = percent_of(workout)
    for percent in LESS:
        if known is not None and percent >= known:
            continue
        less = eased(workout, percent, model)
        if less != workout:
            return less
    return rested(workout)


def _walk_run(workout: Workout, plan: Plan, situation: Situation) -> Workout | None:
    """Return running and walking in turns as the gates allow that day, no longer than the workout was."""
    gate = gate_of(situation, plan)
    week = None if gate is None else gate.week(workout.day)
    if gate is None or week is None:
        return None
    made = session(pacing(situation), gate, week, most_s=workout.duration_s)
    if made is None or made[1] == workout.steps:
        return None
    kind, steps = made
    turned = replace(
        workout,
        kind=kind,
        steps=steps,
        purpose=f"{EASED}{percent_of(workout) or 100}",
        guideline="walk_run_gates",
        key=False,
        name="",
        place="any",
    )
    less = turned.duration_s <= workout.duration_s and turned.distance_m <= workout.distance_m
    return turned if less else None
