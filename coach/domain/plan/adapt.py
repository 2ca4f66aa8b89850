"""Changing a running plan for a reason: always less or the same, dropped and never repaid, the past frozen.

Windows are judgement where no source is named; the numbers of a return are in `science.md`, section 6.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from coach.domain.activity import Sport
from coach.domain.plan.easing import CROSS, change_days, crossed, eased, easy_step, rested
from coach.domain.plan.mending import mended
from coach.domain.plan.model import Plan, Situation, Workout, WorkoutKind
from coach.domain.plan.retarget import retargeted
from coach.domain.plan.signals import GAP_DAYS, NEW_PLAN_DAYS, Signal, SignalKind

FEVER_FREE = 2  # days of rest after the last that somebody was ill: 24 to 48 hours without a fever
HALF_AFTER = (3, 7)  # then so many easy days at half the volume, at least and at most
CROSS_FROM = 5.0  # pain out of 10 from which running itself waits


@dataclass(frozen=True)
class Adapted:
    """A plan that was changed, and why: the sentence `plan.<why_key>`, and which reasons it answers.

    `why_params["also"]` are further reasons, `why_params["notes"]` what to say besides (`plan.adapt_note_*`).
    """

    plan: Plan
    why_key: str
    why_params: Mapping[str, Any] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()


@dataclass
class _Limit:
    """The most that a day may be."""

    percent: int = 100
    easy: bool = False
    rest: bool = False
    cross: bool = False


def adapt(plan: Plan, signals: Sequence[Signal], situation: Situation) -> Adapted | None:
    """Return the plan changed for these reasons; None when nothing must change, or nothing safe is left.

    Only days from today on change (tomorrow on, where something was done today). No day becomes more than it
    was; the rules that forbid hold afterwards. After more than eight weeks off there is no way back into the
    old plan: a new one is needed (`needs_new_plan`).
    """
    if not signals or needs_new_plan(signals):
        return None
    first = first_day(situation)
    ahead = {w.uid: w for w in plan.workouts if w.day >= first and w.steps}
    if not ahead:
        return None
    changed = plan
    if any(s.kind is SignalKind.fitness for s in signals):
        changed = _new_paces(changed, ahead, situation)
    changed = _limited(changed, _limits(signals, situation, first), first, _sport(situation))
    if any(s.kind is SignalKind.missed_days for s in signals):
        changed = _one_quality(changed, first)
    repaired = mended(changed, plan, situation, first)
    if repaired is None or repaired.workouts == plan.workouts:
        return None
    return Adapted(repaired, *_why(signals, plan, repaired), tuple(signals))


def needs_new_plan(signals: Iterable[Signal]) -> bool:
    """Return whether somebody was away for so long that the plan is no longer theirs."""
    away = (SignalKind.gap, SignalKind.cleared)
    return any(s.kind in away and s.params["days"] >= NEW_PLAN_DAYS for s in signals)


def first_day(situation: Situation) -> date:
    """Return the first day that may still change: today, unless something was done today."""
    begun = any(d.day == situation.today for d in situation.done)
    return situation.today + timedelta(days=1) if begun else situation.today


def _sport(situation: Situation) -> Sport:
    return next((o.sport for o in situation.constraints.others if o.sport is not Sport.run), Sport.ride)


def _new_paces(plan: Plan, ahead: Mapping[str, Workout], situation: Situation) -> Plan:
    changed = change_days(plan, retargeted(plan, ahead, situation))
    if changed is plan:
        return plan
    known = {name: getattr(situation, name) for name in ("vdot", "vdot_low", "vdot_high", "vdot_estimated")}
    return replace(changed, basis=replace(plan.basis, **known))


# What each reason makes of the days ahead


def _limits(signals: Iterable[Signal], situation: Situation, first: date) -> dict[date, _Limit]:
    limits: dict[date, _Limit] = {}
    for signal in signals:
        for day, limit in _of(signal, situation):
            if day < first:
                continue
            held = limits.setdefault(day, _Limit())
            held.percent = min(held.percent, limit.percent)
            held.easy |= limit.easy
            held.rest |= limit.rest
            held.cross |= limit.cross
    return limits


def _of(signal: Signal, situation: Situation) -> Iterator[tuple[date, _Limit]]:
    day, params = signal.day, signal.params
    match signal.kind:
        case SignalKind.illness:
            yield from _days(day, FEVER_FREE + 1, rest=True)
            half = min(max(int(params["days"]), HALF_AFTER[0]), HALF_AFTER[1])
            yield from _days(day + timedelta(days=FEVER_FREE + 1), half, percent=50, easy=True)
        case SignalKind.pain:
            worst = params.get("worst")
            if worst is not None and worst >= CROSS_FROM:
                yield from _days(day, 4, cross=True, easy=True)
            else:
                yield from _days(day, 4, percent=80, easy=True)
            yield from _days(day + timedelta(days=4), 4, easy=True)
        case SignalKind.readiness:
            yield from _days(day, 3, percent=70, easy=True)
        case SignalKind.spike:
            yield from _days(day, 4, percent=80, easy=True)
        case SignalKind.week_rise:
            yield from _days(day, 3, percent=80, easy=True)
            yield from _days(day + timedelta(days=3), 4, percent=80)
        case SignalKind.gap | SignalKind.cleared:
            yield from _return(day, int(params["days"]))
        case SignalKind.blackout:
            for blackout in situation.constraints.blackouts:
                if blackout.start.isoformat() == params["first_day"]:
                    length = (blackout.end - blackout.start).days + 1
                    yield from _days(blackout.start, length, rest=True)


def _days(start: date, n: int, **limit: Any) -> Iterator[tuple[date, _Limit]]:
    for k in range(n):
        yield start + timedelta(days=k), _Limit(**limit)


def _return(start: date, days: int) -> Iterator[tuple[date, _Limit]]:
    """Load on return (Daniels): up to 28 days off half at 50 %, half at 75, else thirds 33, 50, 75.

    Hard sessions wait until all of it is over.
    """
    parts = (50, 75) if days < GAP_DAYS[2] else (33, 50, 75)
    length = math.ceil(days / len(parts))
    for n, percent in enumerate(parts):
        yield from _days(start + timedelta(days=n * length), length, percent=percent, easy=True)


def _limited(plan: Plan, limits: Mapping[date, _Limit], first: date, sport: Sport) -> Plan:
    model = easy_step(plan.workouts)
    changed = {}
    for workout in plan.workouts:
        limit = limits.get(workout.day)
        if limit is None or workout.day < first or not workout.steps:
            continue
        if limit.rest:
            now = rested(workout)
        elif workout.purpose == CROSS:
            continue  # was a run before, and is as little as it should be
        elif limit.cross and workout.runs:
            now = crossed(workout, sport, limit.percent)
        else:
            # Half of the intervals at full speed are no way back: what is made less is made easy.
            now = eased(workout, limit.percent, model, easy=limit.easy)
        if now != workout:
            changed[workout.uid] = now
    return change_days(plan, changed)


def _one_quality(plan: Plan, first: date) -> Plan:
    """Keep of the rest of the week the long run and one hard session: what was missed is not repaid."""
    week = plan.week_of(first)
    if week is None:
        return plan
    hard = [w for w in week.workouts if w.day >= first and w.hard and w.kind not in _KEPT]
    model = easy_step(plan.workouts)
    spare = sorted(hard, key=lambda w: (not w.key, w.day, w.uid))[1:]
    return change_days(plan, {w.uid: eased(w, 100, model) for w in spare})


_KEPT = (WorkoutKind.race, WorkoutKind.long)


_WHY = {
    SignalKind.illness: "why_illness",
    SignalKind.pain: "why_pain",
    SignalKind.cleared: "why_cleared",
    SignalKind.gap: "why_gap",
    SignalKind.readiness: "why_readiness",
    SignalKind.spike: "why_spike",
    SignalKind.week_rise: "why_week_rise",
    SignalKind.rules: "why_rules",
    SignalKind.missed_days: "why_missed_days",
    SignalKind.missed_key: "why_missed_key",
    SignalKind.blackout: "why_blackout",
}


def _why(signals: Sequence[Signal], before: Plan, after: Plan) -> tuple[str, dict[str, Any]]:
    main, *others = signals
    params = dict(main.params)
    also = list(dict.fromkeys(s.kind.value for s in others if s.kind is not main.kind))
    notes = []
    if any(s.params.get("persists") for s in signals):
        notes.append("see_someone")
    if main.kind in (SignalKind.illness, SignalKind.pain):
        eased_until = max((b.day for a, b in _both(before, after) if a != b), default=None)
        races = [w.day for w in after.workouts if w.kind is WorkoutKind.race]
        if eased_until is not None and any(main.day <= day <= eased_until for day in races):
            notes.append("race_inside")
    return _WHY.get(main.kind) or ("why_fitness_up" if params["up"] else "why_fitness_down"), params | (
        {"also": also} if also else {}
    ) | ({"notes": notes} if notes else {})


def _both(before: Plan, after: Plan) -> Iterator[tuple[Workout, Workout]]:
    return ((w, after.by_uid[w.uid]) for w in before.workouts)
