"""How hard: room between hard days, how much of a week is hard, and heat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from coach.domain.plan.model import HARD, HARD_FROM_S, Intensity, Plan, Repeat, Situation, Workout
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import coming_weeks, view_of

_DANIELS = "Daniels' Running Formula: "


@rule(
    source="Convention: 48 hours between hard sessions, 72 for masters, who recover more slowly (Lepers and "
    "Stapley 2016, Front Physiol, on masters' endurance)",
    severity=Severity.warn,
)
def hard_day_spacing(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Two hard sessions lie too close; three hard days in a row are forbidden. A races are exempt."""
    view = view_of(plan, situation)
    gap = limits.hard_gap_days(situation)
    hard_days: list[date] = sorted(
        {d.day for d in situation.done if d.day < view.today and (d.race or (d.hard_s or 0.0) >= HARD_FROM_S)}
    )
    for s in view.coming:
        if not s.hard:
            continue
        before = hard_days[-1] if hard_days else None
        if before is not None and (s.day - before).days < gap and not s.goal_race:
            row = len(hard_days) > 1 and (s.day - before).days == 1 and (before - hard_days[-2]).days == 1
            yield Finding(
                "hard_day_spacing",
                Severity.forbid if row else Severity.warn,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
                {"days": (s.day - before).days, "limit_days": gap},
            )
        if s.day != before:
            hard_days.append(s.day)


@rule(
    source="Seiler 2010, Int J Sports Physiol Perform: about 80 % of endurance training is easy",
    severity=Severity.forbid,
)
def easy_share(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Less than four fifths of a week's running time is easy (of the last full week's, if more)."""
    view = view_of(plan, situation)
    for week, first in coming_weeks(view):
        hard_s, base_s = week.hard_s, week.base_s
        races = [s for s in week.sessions if s.race is not None and not s.goal_race]
        alone = len(races) == 1 and hard_s - races[0].hard_s < HARD_FROM_S  # a tune-up and nothing else
        least = limits.EASY_LEAST if alone else limits.EASY_SHARE
        if hard_s <= limits.HARD_FREE_S or base_s <= 0 or 1 - hard_s / base_s >= least - 0.002:
            continue
        if not any(s.hard_s > 0 and s.day >= view.today and not s.goal_race for s in week.sessions):
            continue
        easy = 1 - hard_s / base_s
        yield Finding(
            "easy_share",
            Severity.forbid if easy < limits.EASY_LEAST else Severity.warn,
            first,
            week.week.number,
            params={"easy_pct": 100 * easy, "limit_pct": 100 * limits.EASY_SHARE, "duration_s": hard_s},
        )


def _cap(
    name: str, intensity: Intensity, limit_of: Callable[[float], float], plan: Plan, situation: Situation
) -> Iterator[Finding]:
    view = view_of(plan, situation)
    for week, _ in coming_weeks(view):
        metres = week.at_m.get(intensity, 0.0)
        limit = limit_of(week.base_m)
        if metres <= limit + 100:
            continue
        last = [s for s in week.sessions if s.day >= view.today and s.at_m.get(intensity) and not s.goal_race]
        if last:
            yield Finding(
                name,
                Severity.forbid if metres > 2 * limit else Severity.warn,
                last[-1].day,
                week.week.number,
                last[-1].workout.uid,
                {"distance_m": metres, "limit_m": limit},
            )


@rule(source=_DANIELS + "threshold running is at most 10 % of the week", severity=Severity.warn)
def threshold_cap(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A week holds too much running at threshold; twice the cap is forbidden."""
    return _cap("threshold_cap", Intensity.threshold, limits.threshold_limit_m, plan, situation)


@rule(source=_DANIELS + "intervals are at most 8 % of the week, and 10 km", severity=Severity.warn)
def interval_cap(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A week holds too much running at interval effort; twice the cap is forbidden."""
    return _cap("interval_cap", Intensity.interval, limits.interval_limit_m, plan, situation)


@rule(source=_DANIELS + "repetitions are at most 5 % of the week, and 8 km", severity=Severity.warn)
def repetition_cap(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A week holds too much running at repetition effort; twice the cap is forbidden."""
    return _cap("repetition_cap", Intensity.repetition, limits.repetition_limit_m, plan, situation)


@rule(
    source="Armstrong et al. 2007, ACSM position stand: WBGT above 28 °C cancel, 23–28 those at risk "
    "withdraw. "
    "Air temperature stands in for WBGT here, which also knows sun and humidity",
    severity=Severity.forbid,
)
def heat(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A hard session falls into heat: from 23 °C on by effort instead of pace, above 28 not at all."""
    view = view_of(plan, situation)
    expected = situation.constraints.temperature_c
    for s in view.coming:
        if not s.runs or not s.hard or s.workout.place == "treadmill":
            continue
        raced = s.race is not None
        celsius = s.race.course.temperature_c if s.race is not None else expected
        if celsius is None or celsius < limits.HOT_C:
            continue
        too_hot = celsius > limits.TOO_HOT_C
        # A race has its plan for a warm day; effort slows down by itself.
        if not too_hot and (raced or not _held_to_speed(s.workout)):
            continue
        yield Finding(
            "heat",
            Severity.forbid if too_hot and not raced else Severity.warn,
            s.day,
            plan.weeks[s.week].number,
            s.workout.uid,
            {"temperature_c": celsius, "limit_c": limits.TOO_HOT_C if too_hot else limits.HOT_C},
        )


def _held_to_speed(workout: Workout) -> bool:
    steps = (step for part in workout.steps for step in (part.steps if isinstance(part, Repeat) else (part,)))
    return any(step.intensity in HARD and step.target.kind in ("pace", "power") for step in steps)
