"""Which activity was which workout: by day, sport, size and structure, one to one.

Of each day's own the best of all ways is taken first. A session moves to the day before or after only where
it fits better there: two that were swapped, one that was put off, one left over beside one left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.plan.model import Done, Intensity, Workout, WorkoutKind

# Shares of the score: that the sport and the day agree at all, how alike the sizes are, and how alike the
# time at threshold and harder. Judgement: none are published.
DAY_SHARE, SIZE_SHARE, HARD_SHARE = 0.3, 0.45, 0.25
OTHER_DAY = 0.85  # what a match of the day before or after is worth beside one of the day itself
LEAST, LEAST_OTHER_DAY = 0.35, 0.55
LEAST_HARD_OTHER_DAY = 0.5
LEAST_SIZE = 0.25  # a jog to the shop is not the long run
HARD_ROOM_S = 6 * 60.0  # differences below are noise of what a watch calls hard
RACE_ROOM = 0.15  # a course measured by a watch, and somebody who got lost on it
# What `Done.hard_s` counts: time above the threshold.
_ABOVE_THRESHOLD = (Intensity.threshold, Intensity.interval, Intensity.repetition, Intensity.race)
_ON_FOOT = frozenset({Sport.run, Sport.walk, Sport.hike})


@dataclass(frozen=True, slots=True)
class Pair:
    """A workout and the activity that it was. `score` 0–1; said by the athlete it is 1."""

    uid: str
    activity_id: int
    score: float
    origin: Literal["found", "said"] = "found"


def match(
    workouts: Iterable[Workout],
    done: Iterable[Done],
    said: Mapping[str, int] | None = None,
    refused: Iterable[tuple[str, int]] = (),
    *,
    week_start: int = 0,
) -> tuple[Pair, ...]:
    """Return which activity was which workout, by day of the workout; each at most once.

    `said`: uid → activity as the athlete told, which wins; `refused`: pairs taken apart. The order of
    the arguments makes no difference.
    """
    told = dict(said or {})
    apart = frozenset(refused)
    planned = sorted((w for w in workouts if w.steps), key=lambda w: (w.day, w.second, w.uid))
    taken = frozenset(told.values())
    free = [w for w in planned if w.uid not in told]
    left = sorted((d for d in done if d.activity_id not in taken), key=lambda d: (d.day, d.activity_id))
    pairs = [Pair(w.uid, told[w.uid], 1.0, "said") for w in planned if w.uid in told]
    weeks: dict[date, tuple[list[Workout], list[Done]]] = {}
    for workout in free:
        weeks.setdefault(_week(workout.day, week_start), ([], []))[0].append(workout)
    for one in left:
        if (week := _week(one.day, week_start)) in weeks:
            weeks[week][1].append(one)
    for of_week, there in weeks.values():
        pairs += _best(of_week, there, apart)
    days = {w.uid: (w.day, w.second) for w in planned}
    return tuple(sorted(pairs, key=lambda p: (days[p.uid], p.uid)))


def score(workout: Workout, done: Done) -> float:
    """Return how well an activity fits a workout, 0–1; 0: it was not that one."""
    away = abs((done.day - workout.day).days)
    if away > 1 or not _same_family(workout, done):
        return 0.0
    if workout.kind is WorkoutKind.race:
        return _race_score(workout, done) if away == 0 else 0.0
    size = _size(workout, done)
    if size < LEAST_SIZE:
        return 0.0
    parts = [(DAY_SHARE, 1.0), (SIZE_SHARE, size)]
    if away and done.hard_s is None and workout.hard:
        return 0.0  # nothing tells it from any other run
    if done.hard_s is not None and workout.sport is Sport.run:
        alike = _alike(workout.seconds_at(*_ABOVE_THRESHOLD), done.hard_s)
        if away and alike < LEAST_HARD_OTHER_DAY:
            return 0.0  # the easy run of one day is not the intervals of the next
        parts.append((HARD_SHARE, alike))
    fit = sum(share * value for share, value in parts) / sum(share for share, _ in parts)
    if away:
        fit *= OTHER_DAY
    return round(fit, 4) if fit >= (LEAST_OTHER_DAY if away else LEAST) else 0.0


def _race_score(workout: Workout, done: Done) -> float:
    if done.distance_m is None:
        return 0.9 if done.race else 0.0
    off = abs(done.distance_m / workout.distance_m - 1) if workout.distance_m else 1.0
    if off > RACE_ROOM and not done.race:
        return 0.0
    # One that was given up is still that race.
    return round(1.0 - min(0.6, off) * 0.5, 4)


def _same_family(workout: Workout, done: Done) -> bool:
    if workout.kind is WorkoutKind.strength:
        return done.sport is Sport.strength
    if workout.kind is WorkoutKind.cross:
        return done.sport not in (Sport.run, Sport.strength)
    if workout.kind in (WorkoutKind.walk, WorkoutKind.walk_run):
        return done.sport in _ON_FOOT
    return done.sport is workout.sport


def _size(workout: Workout, done: Done) -> float:
    """Return how alike they are in time and distance, 0–1: the mean of what is known of both."""
    ratios = [_ratio(workout.duration_s, done.duration_s)]
    if workout.sport is Sport.run and workout.distance_m and done.distance_m:
        ratios.append(_ratio(workout.distance_m, done.distance_m))
    return sum(ratios) / len(ratios)


def _ratio(a: float, b: float) -> float:
    return min(a, b) / max(a, b) if a > 0 and b > 0 else 0.0


def _alike(planned_s: float, done_s: float) -> float:
    apart = max(0.0, abs(planned_s - done_s) - HARD_ROOM_S / 2)
    return 1.0 - apart / max(planned_s, done_s, HARD_ROOM_S)


def _week(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _best(workouts: Sequence[Workout], done: Sequence[Done], apart: frozenset[tuple[str, int]]) -> list[Pair]:
    """Return the pairs of one week."""
    if not workouts or not done:
        return []
    worth = [[0.0 if (w.uid, d.activity_id) in apart else score(w, d) for d in done] for w in workouts]
    same_day = [
        [value if w.day == d.day else 0.0 for value, d in zip(row, done, strict=True)]
        for row, w in zip(worth, workouts, strict=True)
    ]
    held = {i: j for i, j in enumerate(_assign(same_day)) if j is not None and same_day[i][j] > 0}
    while _moved(held, worth):
        pass  # each move makes the sum greater, so that it ends
    rows = [i for i in range(len(workouts)) if i not in held]
    columns = [j for j in range(len(done)) if j not in held.values()]
    if rows and columns:
        left = [[worth[i][j] for j in columns] for i in rows]
        found = zip(rows, _assign(left), strict=True)
        held |= {i: columns[k] for i, k in found if k is not None and worth[i][columns[k]] > 0}
    return [Pair(workouts[i].uid, done[j].activity_id, worth[i][j]) for i, j in held.items()]


def _moved(held: dict[int, int], worth: Sequence[Sequence[float]]) -> bool:
    """Swap two activities, or give one to a workout that has none, where that fits better; whether it did."""
    for i, j in sorted(held.items()):
        for k in range(len(worth)):
            if k == i:
                continue
            other = held.get(k)
            before = worth[i][j] + (0.0 if other is None else worth[k][other])
            after = worth[k][j] + (0.0 if other is None else worth[i][other])
            fits = worth[k][j] > 0 and (other is None or worth[i][other] > 0)
            if fits and after > before + 1e-9:
                held[k] = j
                if other is None:
                    del held[i]
                else:
                    held[i] = other
                return True
    return False


def _assign(worth: Sequence[Sequence[float]]) -> list[int | None]:
    """Return for each row its column, so that the sum is the greatest (Hungarian method, Kuhn 1955)."""
    rows, columns = len(worth), len(worth[0])
    n = max(rows, columns)
    cost = [
        [-worth[i][j] if i < rows and j < columns else 0.0 for j in range(n)] for i in range(n)
    ]  # square: whoever gets a column or row that is not there stays alone
    up, vp = [0.0] * (n + 1), [0.0] * (n + 1)
    held = [0] * (n + 1)  # column → row, both from 1
    for i in range(1, n + 1):
        held[0], j0 = i, 0
        least, way, used = [float("inf")] * (n + 1), [0] * (n + 1), [False] * (n + 1)
        while held[j0]:
            used[j0] = True
            i0, delta, j1 = held[j0], float("inf"), 0
            for j in range(1, n + 1):
                if used[j]:
                    continue
                reduced = cost[i0 - 1][j - 1] - up[i0] - vp[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, j0
                if least[j] < delta:
                    delta, j1 = least[j], j
            for j in range(n + 1):
                if used[j]:
                    up[held[j]] += delta
                    vp[j] -= delta
                else:
                    least[j] -= delta
            j0 = j1
        while j0:
            held[j0] = held[way[j0]]
            j0 = way[j0]
    found: list[int | None] = [None] * rows
    for j in range(1, n + 1):
        if held[j] <= rows and j <= columns:
            found[held[j] - 1] = j - 1
    return found
