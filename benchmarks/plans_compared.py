"""Our plans beside four published ones: prints `docs/plans-compared.md`.

The published weeks are distances and long runs as transcribed by others (named on the page); no text of a
plan is repeated. Run it as `python -m benchmarks.plans_compared > docs/plans-compared.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.plan.build import attempt, build
from coach.domain.plan.model import (
    HARD,
    Constraints,
    Done,
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Plan,
    Race,
    Situation,
)
from coach.domain.plan.outcome import Built, Refused
from coach.domain.plan.rules import check
from coach.domain.plan.rules.limits import READY_S, ready_m

MARATHON_M = 42_195.0
RACE_DAY = date(2027, 5, 2)
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Published:
    """One published plan: km of each week and of its long run, the race left out."""

    name: str
    weeks: tuple[int, ...]
    long: tuple[int, ...]
    runs: int
    vdot: float | None
    experience: str
    why: str


PUBLISHED = (
    Published(
        "Higdon Novice 1",
        (24, 26, 24, 31, 34, 29, 39, 40, 39, 47, 51, 47, 58, 53, 64, 47, 34, 14),
        (10, 11, 8, 14, 16, 11, 19, 21, 16, 24, 26, 19, 29, 23, 32, 19, 13),
        4,
        35.0,
        "some",
        "It rises by a third from one week to the next (29 to 39 km) where ours adds a tenth, and so "
        "reaches 64 km and a long run of 32 km. Ours goes as far as 24 km a week can safely grow in that "
        "time: two and a half hours at a stretch. Both let the long run be a large part of the week, as "
        "four runs must.",
    ),
    Published(
        "Pfitzinger 18/55",
        (53, 58, 64, 68, 72, 60, 80, 87, 77, 69, 88, 82, 84, 79, 84, 69, 51, 35),
        (19, 21, 23, 24, 26, 19, 29, 32, 26, 23, 32, 27, 29, 27, 32, 26, 19),
        5,
        48.0,
        "regular",
        "It climbs to its peak in eleven weeks and holds it; ours climbs evenly, with a lighter week after "
        "each two or three. Its taper begins three weeks before the race, as ours does.",
    ),
    Published(
        "Hansons Advanced",
        (61, 66, 72, 74, 79, 76, 84, 79, 90, 80, 96, 87, 97, 85, 99, 88, 86, 42),
        (13, 13, 16, 16, 19, 16, 23, 16, 24, 16, 26, 16, 26, 16, 26, 16, 13),
        6,
        50.0,
        "regular",
        "It keeps the long run at 26 km, has three hard sessions a week and tapers for ten days. Ours has "
        "two, runs longer at the weekend and rests for two weeks, as the trials suggest (Bosquet 2007).",
    ),
    Published(
        "Daniels 2Q (88 km)",
        (62, 71, 80, 80, 80, 80, 88, 80, 88, 88, 80, 80, 88, 88, 80, 80, 80),
        (21, 19, 21, 19, 18, 21, 19, 23, 26, 24, 26, 29, 26, 24, 31, 27, 19),
        6,
        52.0,
        "advanced",
        "It stands at 80–100 % of its peak from the third week on. Ours starts where the athlete is, 62 km, "
        "and needs most of the time to arrive. Both put marathon pace into long runs.",
    ),
)


def athlete(plan: Published) -> Situation:
    """Return somebody who runs what the plan's first week holds, as its readers are meant to."""
    start = RACE_DAY - timedelta(days=7 * len(plan.weeks) - 1)
    today = start - timedelta(days=1)
    week, long = plan.weeks[0] * 1000.0, plan.long[0] * 1000.0
    each = (week - long) / (plan.runs - 1)
    days = {4: (1, 3, 5, 6), 5: (1, 2, 3, 5, 6), 6: (0, 1, 2, 3, 5, 6)}[plan.runs]
    done: list[Done] = []
    for back in range(12):
        for weekday in days:
            metres = long if weekday == 6 else each
            day = start - timedelta(days=7 * (back + 1) - weekday)
            done.append(Done(len(done), day, Sport.run, 0.36 * metres, metres))
    return Situation(
        today,
        constraints=Constraints(experience=plan.experience, long_day=6),  # type: ignore[arg-type]
        age=35,
        done=tuple(sorted(done, key=lambda d: d.day)),
        vdot=plan.vdot,
    )


def ours(published: Published) -> tuple[Plan, Situation]:
    """Return our plan for the athlete that a published one is for."""
    situation = athlete(published)
    found = build(Goal(GoalKind.race, Race(RACE_DAY, MARATHON_M), start=None), situation)
    if not isinstance(found, Built):
        raise ValueError(f"{published.name}: {found.findings}")
    return found.plan, situation


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Our marathon plans beside published ones"
    yield ""
    yield (
        "Made by `python -m benchmarks.plans_compared`; a test keeps it true. Each of our plans is for "
        "somebody who ran the first week of the published one for twelve weeks, with as much time before the "
        "race. Distances in km, the race left out."
    )
    yield ""
    yield (
        "Published weeks: hoovercj/time-to-run and GaryRPCondon/training-platform-app (7a08afa); other "
        "transcriptions differ by up to 10 %. Two safety rules of ours, a tenth a week and a tenth beyond "
        "the longest run of 30 days, are broken by all four: compare the shape, not how well they keep our "
        "rules. What is easy or hard in the published plans was not transcribed, so intensity is ours alone."
    )
    for published in PUBLISHED:
        plan, situation = ours(published)
        yield ""
        yield from _section(published, plan, situation)
    yield ""
    yield from _line()


FIRST_KM, FIRST_WEEKS, FIRST_VDOT = (12, 16, 20, 24, 30, 35, 40), (10, 12, 14, 16, 18, 20, 24), 36.0


def first_marathon(weekly_km: float, weeks: int) -> Built | Refused:
    """Return the plan for a first marathon after twelve weeks of so much running, or why there is none."""
    today = RACE_DAY - timedelta(days=7 * weeks)
    runs = (1, 3, 6) if weekly_km < 24 else (1, 3, 5, 6)
    long = 0.4 * weekly_km
    each = (weekly_km - long) / (len(runs) - 1)
    done = [
        Done(7 * back + weekday, today - timedelta(days=7 * back - weekday), Sport.run, 410 * km, 1000 * km)
        for back in range(12, 0, -1)
        for weekday in runs
        for km in (long if weekday == 6 else each,)
    ]
    situation = Situation(today, age=35, done=tuple(done), vdot=FIRST_VDOT)
    return attempt(Goal(GoalKind.race, Race(RACE_DAY, MARATHON_M)), situation)


def _line() -> Iterator[str]:
    yield "## From where on a first marathon is planned"
    yield ""
    yield (
        "Longest run in km, and the highest week, that a runner of VDOT 36 (marathon about 4:10) comes to "
        "within the rules, by what they run now and the weeks left. A dash: no plan for that day. It is "
        "refused where the longest run stays below half of the distance and below 130 minutes; a half "
        "marathon on the day or a later marathon is offered instead. Below 60 % and 150 minutes the athlete "
        "is asked whether they know (marked *)."
    )
    yield ""
    yield "| km a week now | " + " | ".join(f"{n} weeks" for n in FIRST_WEEKS) + " |"
    yield "|---|" + "---|" * len(FIRST_WEEKS)
    for km in FIRST_KM:
        yield f"| {km} | " + " | ".join(_reached(first_marathon(km, n)) for n in FIRST_WEEKS) + " |"
    yield ""
    yield (
        "Higdon's Novice 1 takes on 24 km a week in 18 weeks, and so does ours: longest run two and a half "
        "hours, no marathon pace, one easy tempo a week. What it gives up is its 32 km run, which at this "
        "pace lasts more than three and a half hours. Who runs 16 km a week needs half a year, and who runs "
        "12 longer: to get there sooner they would have to add more than a tenth each week for months."
    )


def _reached(found: Built | Refused) -> str:
    if isinstance(found, Refused):
        return "–"
    runs = [w for w in found.plan.workouts if w.runs and w.day < RACE_DAY]
    weeks = [w for w in found.plan.weeks if w.end < RACE_DAY]
    long, most = max(w.distance_m for w in runs), max(w.run_m for w in weeks)
    ready = long >= ready_m(MARATHON_M) or max(w.duration_s for w in runs) >= READY_S - 60
    return f"{long / 1000:.0f} ({most / 1000:.0f}){'' if ready else ' *'}"


def _section(published: Published, plan: Plan, situation: Situation) -> Iterator[str]:
    weeks = [w for w in plan.weeks if w.phase is not Phase.recovery]
    run = [sum(o.distance_m for o in w.workouts if o.runs and o.day != RACE_DAY) / 1000 for w in weeks]
    long = [
        max((o.distance_m for o in w.workouts if o.runs and o.day != RACE_DAY), default=0) / 1000
        for w in weeks
    ]
    yield f"## {published.name}"
    yield ""
    yield "| | published | ours |"
    yield "|---|---|---|"
    yield f"| shape of the weeks | `{_bars(published.weeks)}` | `{_bars(run)}` |"
    yield f"| shape of the long runs | `{_bars(published.long)}` | `{_bars(long[:-1])}` |"
    pairs: tuple[tuple[str, str, str], ...] = (
        ("first week", _km(published.weeks[0]), _km(run[0])),
        ("highest week", _km(max(published.weeks)), _km(max(run))),
        ("longest run", _km(max(published.long)), _km(max(long))),
        ("long run, share of its week", _shares(published.weeks, published.long), _shares(run, long)),
        ("largest rise on the highest week before", _rise(published.weeks), _rise(run)),
        ("last two weeks, of the highest", _taper(published.weeks), _taper(run)),
    )
    yield from (f"| {name} | {theirs} | {own} |" for name, theirs, own in pairs)
    trained = [o for w in weeks for o in w.workouts if o.runs and o.day != RACE_DAY]
    seconds = sum(o.duration_s for o in trained)
    easy = 1 - sum(o.seconds_at(*HARD) for o in trained) / seconds
    parts = ", ".join(
        f"{name} {sum(o.seconds_at(i) for o in trained) / seconds:.0%}"
        for name, i in (
            ("marathon pace", Intensity.marathon),
            ("threshold", Intensity.threshold),
            ("interval", Intensity.interval),
            ("repetition", Intensity.repetition),
        )
    )
    yield f"| easy running, of the time | – | {easy:.0%} ({parts}) |"
    yield f"| findings of our rules | – | {len(check(plan, situation))} |"
    yield ""
    yield published.why
    yield ""
    yield "| week | " + " | ".join(str(n + 1) for n in range(len(run))) + " |"
    yield "|---|" + "---|" * len(run)
    yield "| published | " + " | ".join(_padded(published.weeks, len(run))) + " |"
    yield "| ours | " + " | ".join(f"{km:.0f}" for km in run) + " |"
    yield "| long, published | " + " | ".join(_padded(published.long, len(run))) + " |"
    yield "| long, ours | " + " | ".join(f"{km:.0f}" for km in long) + " |"
    phases = ("↓" if w.cutback else w.phase.value for w in weeks)
    yield "| phase | " + " | ".join(phases) + " |"


def _padded(values: Sequence[int], size: int) -> list[str]:
    return [*map(str, values), *["–"] * (size - len(values))][:size]


def _bars(values: Sequence[float]) -> str:
    top = max(values)
    return "".join(BARS[min(7, int(8 * v / top))] for v in values)


def _km(value: float) -> str:
    return f"{value:.0f}"


def _shares(weeks: Sequence[float], long: Sequence[float]) -> str:
    shares = [a / b for a, b in zip(long[:-2], weeks, strict=False) if b]
    return f"{min(shares):.0%}–{max(shares):.0%}"


def _rise(weeks: Sequence[float]) -> str:
    rises = [w / max(weeks[max(0, n - 4) : n]) - 1 for n, w in enumerate(weeks) if n]
    return f"{max(rises):.0%}"


def _taper(weeks: Sequence[float]) -> str:
    return f"{sum(weeks[-2:]) / 2 / max(weeks):.0%}"


if __name__ == "__main__":
    print(page(), end="")
