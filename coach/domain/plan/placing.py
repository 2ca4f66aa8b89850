"""Which days of a week are for what: the long run, the hard sessions, and the easy runs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

# Days are counted from the first of the week on: 0–6. Hard days before and after the week have numbers
# below 0 and above 6.


@dataclass(frozen=True)
class Days:
    """The days of a week, by what is run on them."""

    long: int | None
    hard: tuple[int, ...]
    easy: tuple[int, ...]


@lru_cache(maxsize=65_536)
def place(
    free: tuple[int, ...],
    runs: int,
    hard: int,
    gap: int,
    *,
    long: int | None,
    fixed_hard: tuple[int, ...] = (),
    fixed_easy: tuple[int, ...] = (),
    around: tuple[int, ...] = (),
    long_is_hard: bool = False,
    hard_ok: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6),
    room: tuple[float, ...] = (),
    shun: tuple[int, ...] = (),
    short_m: tuple[float, ...] = (),
) -> Days:
    """Return the days of `runs` runs, `hard` of them hard and at least `gap` days from each other.

    `free`: days that may be used; `fixed_*`: days that are taken already and count; `around`: hard days of
    the weeks beside; `hard_ok`: days that may be hard at all. `room`: how long each of the days
    0–6 is, for choosing between equals. Fewer hard days where the gap leaves none.
    `shun`: days beside a long run: no second hard day there, and easy ones if they must.
    `short_m`: how much each of the days 0–6 is too short for a usual easy run.
    """
    open_days = [d for d in free if d not in fixed_hard and d not in fixed_easy]
    long_day = long if long in open_days else None
    left = [d for d in open_days if d != long_day]
    others = (*fixed_hard, *around, *((long_day,) if long_is_hard and long_day is not None else ()))
    count = min(hard, max(0, runs - len(fixed_hard) - len(fixed_easy) - (long_day is not None)))
    chosen: tuple[int, ...] = ()
    for n in range(count, 0, -1):
        fits = [
            days
            for days in combinations([d for d in left if d in hard_ok], n)
            if not any(_crowded(d, (*others, *(e for e in days if e != d)), gap) for d in days)
            and (n == 1 or not set(days) & set(shun))
        ]
        if fits:
            chosen = min(fits, key=lambda days: _hard_cost(days, long_day, room, shun))
            break
    taken = [*chosen, *fixed_hard, *fixed_easy, *([long_day] if long_day is not None else [])]
    need = max(0, runs - len(taken))
    rest = [d for d in left if d not in chosen]
    easy = min(
        combinations(rest, min(need, len(rest))),
        key=lambda days: (
            sum(short_m[d] for d in days) if short_m else 0.0,
            *_spread_cost((*taken, *days), shun),
        ),
        default=(),
    )
    return Days(long_day, tuple(sorted(chosen)), tuple(sorted(easy)))


def alternate(free: Sequence[int], runs: int, before: int) -> tuple[int, ...]:
    """Return up to `runs` days with a day between each two; `before`: the last day run, −1 yesterday."""
    best: tuple[int, ...] = ()
    for n in range(min(runs, len(free)), 0, -1):
        fits = [
            days
            for days in combinations(sorted(free), n)
            if days[0] - before >= 2 and all(b - a >= 2 for a, b in pairwise(days))
        ]
        if fits:
            best = min(fits, key=lambda days: (_spread_cost(days), days))
            break
    return best


def _crowded(day: int, others: Sequence[int], gap: int) -> bool:
    return any(abs(day - other) < gap for other in others)


def _hard_cost(
    days: tuple[int, ...], long: int | None, room: tuple[float, ...], shun: tuple[int, ...]
) -> tuple[float, ...]:
    """Prefer hard days away from the long run, then evenly spread, then where there is time, then early."""
    near = 2.0 * len(set(days) & set(shun))
    if long is not None:
        for day in days:
            ahead, behind = (day - long) % 7, (long - day) % 7
            near += (3.0 if behind == 1 else 0.0) + (2.0 if ahead == 1 else 0.0)
    marks = sorted({*days, *([long] if long is not None else [])})
    gaps = [(b - a) % 7 or 7 for a, b in zip(marks, (*marks[1:], marks[0]), strict=True)]
    time = -sum(min(room[d], 7200.0) for d in days) / 600 if room else 0.0
    return near, sum(g * g for g in gaps), time, *days


def _spread_cost(days: Sequence[int], shun: tuple[int, ...] = ()) -> tuple[float, ...]:
    """Prefer days of rest that are spread over the week, and rest beside a long run."""
    marks = sorted(days)
    if not marks:
        return (0.0,)
    gaps = [(b - a) % 7 or 7 for a, b in zip(marks, (*marks[1:], marks[0]), strict=True)]
    return float(sum(g * g for g in gaps)), float(len(set(marks) & set(shun))), *map(float, marks)
