"""Before and after races: ready for the distance, rested on the day, recovered afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from coach.domain.plan.model import Plan, Race, Situation
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import Session, View, view_of


@rule(
    source="Convention: a longest run of 60 % of the distance or of 150 minutes; that long runs tell how a "
    "marathon "
    "goes: Doherty et al. 2020, Int J Environ Res Public Health",
    severity=Severity.forbid,
)
def race_distance(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """No run before a race is long enough for its distance; far too short is forbidden."""
    view = view_of(plan, situation)
    for s in view.coming:
        if s.race is None:
            continue
        longest_m, longest_s = _longest_before(view, s.day)
        need_m = limits.ready_m(s.race.distance_m)
        if longest_m >= need_m - 1 or longest_s >= limits.READY_S - 60:
            continue
        far = (
            longest_m < limits.READY_LEAST * s.race.distance_m - 250 and longest_s < limits.READY_LEAST_S - 60
        )
        yield Finding(
            "race_distance",
            Severity.forbid if far else Severity.warn,
            s.day,
            plan.weeks[s.week].number,
            s.workout.uid,
            {"race_m": s.race.distance_m, "longest_m": longest_m, "limit_m": need_m},
        )


def _longest_before(view: View, day: date) -> tuple[float, float]:
    """Return the longest training run of the 90 days before a day, in m, and the longest in s."""
    first = day - timedelta(days=90)
    done = [r for r in view.situation.runs if first <= r.day < day and r.day <= view.today]
    planned = [s for s in view.coming if s.runs and s.race is None and s.day < day]
    metres = [r.distance_m or 0.0 for r in done] + [s.run_m for s in planned]
    seconds = [r.duration_s for r in done] + [s.run_s for s in planned]
    return max(metres, default=0.0), max(seconds, default=0.0)


@rule(
    source="Bosquet et al. 2007, Med Sci Sports Exerc 39:1358: two weeks, 41–60 % less volume, intensity and "
    "frequency kept; Wang et al. 2023, PLoS One",
    severity=Severity.warn,
)
def taper(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """The two weeks before an A race of 10 km or more rest too little or too much."""
    view = view_of(plan, situation)
    for s in view.coming:
        if s.race is None or not s.goal_race or s.race.distance_m < limits.TAPER_FROM_M - 100:
            continue
        found = _tapered(view, s, s.race)
        if found is not None:
            yield found


def taper_start(week_start: date, race_day: date) -> date:
    """Return the first day of the two weeks of taper: of the week before the race's, or one before that.

    A race on one of the first three days of its week has two whole weeks before it.
    """
    early = (race_day - week_start).days < 3
    return week_start - timedelta(days=14 if early else 7)


def _tapered(view: View, s: Session, race: Race) -> Finding | None:
    week = view.weeks[s.week]
    start = taper_start(week.week.start, race.day)
    earlier = [w.run_m for w in view.weeks if w.week.end < start][-8:]
    done = [v.run_m for v in view.weeks[0].before] if len(earlier) < 4 else []
    peak = max((*earlier, *done), default=0.0)
    days = (race.day - start).days + 1
    inside = [t for t in view.sessions if t.runs and start <= t.day < race.day and not t.goal_race]
    to_come = [t for t in inside if t.day >= view.today]
    if peak <= 0 or not to_come or days < 9 or view.plan.start > start:
        return None
    # What was planned but not run is no reason to rest more, nor one to run it now.
    planned = sum(t.run_m for t in inside) / days * 7
    left = sum(t.run_m if t.day >= view.today else min(t.run_m, view.done_m.get(t.day, 0.0)) for t in inside)
    left = left / days * 7
    slack = limits.TAPER_TOLERANCE * peak + limits.TAPER_TOLERANCE_M
    too_much = left > (1 - limits.TAPER_LEAST) * peak + slack
    too_little = planned < (1 - limits.TAPER_MOST) * peak - slack
    if not (too_much or too_little):
        return None
    volume = left if too_much else planned
    return Finding(
        "taper",
        Severity.warn,
        to_come[0].day,
        view.plan.weeks[to_come[0].week].number,
        params={
            "distance_m": volume,
            "peak_m": peak,
            "less_pct": 100 * (1 - volume / peak),
            "low_pct": 100 * limits.TAPER_LEAST,
            "high_pct": 100 * limits.TAPER_MOST,
        },
    )


@rule(
    source="Daniels' Running Formula: one easy day for each 3 km raced. Convention", severity=Severity.forbid
)
def race_recovery(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Hard or long running follows too soon after a race; in the first half of its easy days never."""
    view = view_of(plan, situation)
    races: list[tuple[date, float]] = [
        (d.day, d.distance_m) for d in situation.runs if d.race and d.distance_m and d.day < view.today
    ]
    for s in view.coming:
        if s.runs:
            soon = [(day, m, limits.recovery_days(m)) for day, m in races if s.day > day]
            soon = [(day, m, n) for day, m, n in soon if (s.day - day).days <= n]
            if soon and not s.goal_race and (s.hard or s.run_s > limits.RECOVERY_LONG_S):
                day, metres, days = max(soon, key=lambda r: r[2] - (s.day - r[0]).days)
                early = (s.day - day).days <= days / 2 and s.race is None
                yield Finding(
                    "race_recovery",
                    Severity.forbid if early else Severity.warn,
                    s.day,
                    plan.weeks[s.week].number,
                    s.workout.uid,
                    {"race_m": metres, "days": (s.day - day).days, "limit_days": days},
                )
        if s.race is not None and s.runs:
            races = [*races[-4:], (s.day, s.race.distance_m)]
