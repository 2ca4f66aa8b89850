"""Athletes and goals of every sort, drawn from one source of chance: for tests that hold for all of them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from coach.domain.activity import Sport
from coach.domain.plan.model import (
    Blackout,
    Club,
    Constraints,
    Course,
    Done,
    Goal,
    GoalKind,
    Health,
    Injury,
    Other,
    Priority,
    Race,
    Situation,
    WorkoutKind,
)

TODAY = date(2026, 11, 21)
DISTANCES = (3000.0, 5000.0, 10_000.0, 15_000.0, 21_097.5, 42_195.0, 42_195.0, 50_000.0)
CLUB_KINDS = (
    WorkoutKind.easy,
    WorkoutKind.interval,
    WorkoutKind.threshold,
    WorkoutKind.long,
    WorkoutKind.hills,
    WorkoutKind.repetition,
    WorkoutKind.fartlek,
    WorkoutKind.marathon,
)
RUN_DAYS = {3: (1, 3, 6), 4: (1, 3, 5, 6), 5: (1, 2, 3, 5, 6), 6: (0, 1, 2, 3, 5, 6)}


def steady(
    weekly_km: float, longest_km: float, runs: int = 4, *, today: date = TODAY, pace: float = 360.0
) -> tuple[Done, ...]:
    """Return twelve weeks of the same runs, the longest on Sundays."""
    easy = (weekly_km - longest_km) / (runs - 1)
    done: list[Done] = []
    for week in range(12):
        for weekday in RUN_DAYS[runs]:
            day = today - timedelta(days=today.weekday() + 7 * (week + 1) - weekday)
            km = longest_km if weekday == 6 else easy
            done.append(Done(len(done), day, Sport.run, km * pace, km * 1000))
    return tuple(sorted(done, key=lambda d: d.day))


def any_done(chance: Random, today: date) -> tuple[Done, ...]:
    """Return up to ninety days of irregular running, or none, perhaps with a gap before today."""
    weekly = chance.choice((0, 5, 8, 12, 20, 30, 40, 55, 75, 100, 140))
    runs, pace = chance.choice((3, 4, 5, 6)), chance.choice((270, 300, 330, 360, 400, 450))
    gap = chance.choice((0, 0, 0, 0, 0, 3, 8, 15, 25, 33, 50))
    done: list[Done] = []
    for week in range(12 if weekly else 0):
        days = sorted(chance.sample(range(7), runs))
        parts = [chance.uniform(0.5, 1.6) for _ in days]
        total = weekly * chance.uniform(0.6, 1.2)
        for back, part in zip(days, parts, strict=True):
            day = today - timedelta(days=7 * week + 1 + back + gap)
            km = round(total * part / sum(parts), 2)
            hard, race = chance.choice((None, 0.0, 900.0)), chance.random() < 0.01
            if (today - day).days <= 90:
                done.append(Done(len(done), day, Sport.run, km * pace, km * 1000, hard_s=hard, race=race))
    return tuple(sorted(done, key=lambda d: d.day))


def any_constraints(chance: Random, today: date) -> Constraints:
    """Return what somebody's life allows, contradictions included."""
    hours = (None, None, None, 0.0, 1800.0, 2700.0, 3600.0, 5400.0, 7200.0, 10_800.0)
    busy = chance.random() < 0.6
    starts = [today + timedelta(days=chance.randrange(200)) for _ in range(chance.choice((0, 0, 1, 2)))]
    return Constraints(
        max_s=tuple(chance.choice(hours) if busy else None for _ in range(7)),
        runs_per_week=chance.choice((None, None, None, 1, 2, 3, 4, 5, 6, 7)),
        long_day=chance.choice((None, None, 5, 6, 2)),
        clubs=tuple(
            Club(chance.randrange(7), chance.choice(CLUB_KINDS), chance.choice((2700.0, 3600.0, 5400.0)))
            for _ in range(chance.choice((0, 0, 0, 1, 2)))
        ),
        double_days=tuple(chance.sample(range(7), chance.choice((0, 0, 2)))),
        strength_days=tuple(chance.sample(range(7), chance.choice((0, 0, 2)))),
        others=tuple(Other(chance.randrange(7), Sport.ride, 3600.0) for _ in range(chance.choice((0, 0, 1)))),
        blackouts=tuple(Blackout(s, s + timedelta(days=chance.randrange(1, 20))) for s in starts),
        track=chance.choice((None, True, False)),
        treadmill=chance.choice((None, True, False)),
        terrain=chance.choice(("unknown", "flat", "hilly", "trail")),
        targets=chance.choice(("pace", "hr", "power", "rpe")),
        experience=chance.choice((None, None, "new", "some", "regular", "advanced")),
        temperature_c=chance.choice((None, None, 10.0, 22.0, 26.0, 31.0)),
    )


def any_health(chance: Random, today: date) -> Health:
    """Return the health of somebody: mostly nothing is known to be wrong."""
    since = today - timedelta(days=chance.randrange(5, 200))
    injury = Injury("knee", since, bone=chance.random() < 0.4, pain_free_walk=chance.random() < 0.7)
    unusual = (
        Health(no_period=True),
        Health(postpartum_since=since),
        Health(ill_since=today - timedelta(days=3)),
        Health(pregnant=True, clearance=chance.choice((None, True))),
        Health(injury=injury),
        Health(needs_clearance=("heart",), clearance=chance.choice((None, True))),
        Health(hold=True),
    )
    return chance.choice(unusual) if chance.random() < 0.2 else Health()


def any_situation(chance: Random) -> Situation:
    today = TODAY + timedelta(days=chance.randrange(400))
    races = tuple(
        Race(
            today + timedelta(days=chance.randrange(5, 250)),
            chance.choice((5000.0, 10_000.0, 21_097.5, 42_195.0)),
            chance.choice(tuple(Priority)),
            id=n + 1,
        )
        for n in range(chance.choice((0, 0, 0, 1, 2)))
    )
    return Situation(
        today,
        constraints=any_constraints(chance, today),
        health=any_health(chance, today),
        age=chance.choice((None, None, 12, 16, 17, 25, 35, 45, 52, 63, 71)),
        sex=chance.choice((None, "female", "male")),
        week_start=chance.choice((0, 0, 6)),
        done=any_done(chance, today),
        vdot=chance.choice((None, chance.uniform(28, 70))),
        lthr_bpm=chance.choice((None, 165.0)),
        hr_max_bpm=chance.choice((None, 188.0)),
        hr_rest_bpm=chance.choice((None, 50.0)),
        threshold_power_w=chance.choice((None, 280.0)),
        races=races,
    )


def any_goal(chance: Random, today: date) -> Goal:
    kind = chance.choice((*(GoalKind.race,) * 6, *GoalKind))
    start = chance.choice((None, None, None, today, today + timedelta(days=chance.randrange(1, 40))))
    if kind is not GoalKind.race:
        return Goal(kind, weeks=chance.choice((None, None, 4, 8, 12, 16)), start=start)
    ahead = chance.choice((chance.randrange(1, 40), chance.randrange(40, 160), chance.randrange(100, 300)))
    course = Course(temperature_c=chance.choice((None, None, 12.0, 30.0)))
    target = chance.choice((None, None, 1200.0, 4 * 3600.0))
    race = Race(today + timedelta(days=ahead), chance.choice(DISTANCES), course=course, target_time_s=target)
    return Goal(kind, race, start=start)
