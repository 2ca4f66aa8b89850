"""Whether a plan makes sense as data at all: an imported or edited one may hold anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import isfinite

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Intensity,
    Plan,
    Repeat,
    Situation,
    Step,
    Target,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules.effort import in_keeping
from coach.domain.plan.rules.registry import Finding, Severity, rule

MOST_WEEKS, MOST_PER_DAY, MOST_PARTS, MOST_TIMES = 80, 4, 60, 60
MOST_STEP_S, MOST_STEP_M, MOST_SESSION_S = 12 * 3600.0, 110_000.0, 24 * 3600.0
MOST_MPS = 9.0  # 400 m in 44 s
MOST_WALKED_MPS, LEAST_RUN_MPS = 2.3, 1.1  # 7:15 and 15:00 per km
MOST_RUNS_PER_DAY = 2
MOST_NOTE, MOST_NAME, MOST_WORD = 4000, 200, 80  # letters
TARGETS = {"pace": (110.0, 1200.0), "hr": (40.0, 240.0), "power": (30.0, 1500.0), "rpe": (0.0, 10.0)}
_NO_DISTANCE = frozenset({WorkoutKind.strength, WorkoutKind.cross})
_ON_FOOT = frozenset({Sport.walk, Sport.hike, Sport.strength, Sport.other})
_SLOW = frozenset({Intensity.walk, Intensity.rest})


@rule(source="By definition: what no body and no watch can do", severity=Severity.forbid)
def sane_numbers(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A number cannot be: not finite, negative, empty, absurd; or a session lies outside its week."""
    bad = Severity.forbid
    if len(plan.weeks) > MOST_WEEKS or plan.end < plan.start:
        yield Finding("sane_numbers", bad)
    uids: set[str] = set()
    before: date | None = None
    for week in plan.weeks:
        if not 1 <= week.days <= 7 or (before is not None and week.start <= before):
            yield Finding("sane_numbers", bad, week=week.number)
        before = week.end
        per_day: dict[date, list[Workout]] = {}
        for w in week.workouts:
            same = per_day.setdefault(w.day, [])
            same.append(w)
            out = not (week.start <= w.day <= week.end and plan.start <= w.day <= plan.end)
            crowded = len(same) > MOST_PER_DAY or sum(o.runs for o in same) > MOST_RUNS_PER_DAY
            if out or crowded or not w.uid or w.uid in uids or not _sane(w):
                yield Finding("sane_numbers", bad, w.day, week.number, w.uid)
            uids.add(w.uid)
    if plan.weeks and plan.weeks[-1].end < plan.start:
        yield Finding("sane_numbers", bad)


def _sane(w: Workout) -> bool:
    """Tell whether a workout's numbers are possible."""
    words = (w.uid, w.purpose, w.guideline)
    if len(w.note) > MOST_NOTE or len(w.name) > MOST_NAME or any(len(x) > MOST_WORD for x in words):
        return False
    if w.kind is WorkoutKind.rest:
        return not w.steps
    if w.sport is not Sport.run and w.kind not in _NO_DISTANCE:
        return False
    if not w.steps or len(w.steps) > MOST_PARTS:
        return False
    seconds = metres = 0.0
    for part in w.steps:
        times, steps = (part.times, part.steps) if isinstance(part, Repeat) else (1, (part,))
        if not 1 <= times <= MOST_TIMES or not steps or len(steps) > MOST_PARTS:
            return False
        if not all(_sane_step(step, w) for step in steps):
            return False
        seconds += times * sum(s.duration_s for s in steps)
        metres += times * sum(s.distance_m for s in steps)
    runs = w.sport is Sport.run and w.kind not in _NO_DISTANCE
    return 0 < seconds <= MOST_SESSION_S and (metres > 0 or not runs)


def _sane_step(step: Step, w: Workout) -> bool:
    m, s = step.distance_m, step.duration_s
    if not (isfinite(m) and isfinite(s) and 0 <= m <= MOST_STEP_M and 0 < s <= MOST_STEP_S):
        return False
    if step.ends == "distance" and m <= 0:
        return False
    if len(step.note) > MOST_WORD or not _sane_target(step.target):
        return False
    if w.sport is not Sport.run:
        # What is not running has no running in it; who walks or hikes goes at a walk.
        return step.target.kind != "pace" and (w.sport not in _ON_FOOT or m <= MOST_WALKED_MPS * s)
    crawling = step.intensity not in _SLOW and s >= 600 and 0 < m < LEAST_RUN_MPS * s
    return m <= MOST_MPS * s and not crawling and in_keeping(step.target, step)


def _sane_target(target: Target) -> bool:
    if target.kind == "none":
        return target.low is None and target.high is None
    if target.low is None or target.high is None:
        return False
    least, most = TARGETS[target.kind]
    return least <= target.low <= target.high <= most
