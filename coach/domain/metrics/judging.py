"""Whether two stretches of a series differ, by all the rules that keep the coach from crying wolf."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import expm1, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats
from coach.domain.metrics.change_points import (
    A_SIDE,
    Noise,
    error_of,
    noise_of,
    segments_of,
    smallest_seen,
    stands_out,
    without_glitches,
)
from coach.domain.metrics.matched import Conditions, Effects, at_reference, effects_of, overlap
from coach.domain.metrics.watched import Series, What

Indices = NDArray[np.intp]
Status = Literal["changed", "uncertain", "sensor"]
# Why two stretches are not reported as different.
NotSo = Literal["few_values", "few_of_one_device", "no_overlap", "too_small", "by_chance", "short", "season"]

WORTHWHILE_SD = 0.5
LASTING = timedelta(days=7)
NEAR = timedelta(days=7)  # so close to a change of the instrument, a step is the instrument's
YEAR_DAYS = 365.25
SEASON_Z = 4.0


@dataclass(frozen=True)
class Change:
    """A difference between two stretches. `before` and `after` are in the series' unit, at one condition.

    `step` is their difference in the unit, or in percent where levels are compared as ratios. `reasons` say
    why it is uncertain, or why it is probably the sensor. `speed_mps` is the speed runs were compared at.
    """

    what: What
    day: date  # the first after
    status: Status
    before: float
    after: float
    step: float
    n_before: int
    n_after: int
    first: date
    last: date
    reasons: tuple[str, ...] = ()
    speed_mps: float | None = None
    instrument: str = ""  # the new one, when it is the sensor's change


@dataclass(frozen=True)
class Ready:
    """A series as it is judged: levels at the reference conditions, without glitches, and their noise."""

    series: Series
    level: Floats
    noise: Noise
    effects: Effects | None
    speed_mps: float | None

    @property
    def smallest_step(self) -> float:
        """The smallest step in the middle that would be reported, as `Change.step`."""
        least = max(
            smallest_seen(self.noise, len(self.level)),
            self.series.watched.least,
            WORTHWHILE_SD * self.noise.sd,
        )
        return 100 * expm1(least) if self.series.watched.relative else least


def prepare(series: Series) -> Ready | None:
    """Return a series ready to be judged, or None when it is shorter than two sides."""
    if len(series) < 2 * A_SIDE:
        return None
    level, effects, speed = series.level, None, None
    if series.conditions is not None:
        effects = effects_of(level, series.conditions.rows)
        level, reference = at_reference(level, series.conditions.rows, effects)
        speed = float(np.exp(reference[0]))
    level = without_glitches(level)
    return Ready(series, level, noise_of(level), effects, speed)


def found_changes(ready: Ready) -> tuple[list[Change], NotSo | None]:
    """Return the changes of a series, oldest first, and why a step of it that was seen is not among them.

    Stretches shorter than a side are passing states, and steps too small to matter are none.
    """
    stretches = [s for s in segments_of(ready.level, ready.noise) if len(s) >= A_SIDE]
    verdicts = [judge(ready, a, b) for a, b in pairwise(stretches)]
    open_questions = [v for v in verdicts if v in ("few_of_one_device", "no_overlap", "season")]
    found = [v for v in verdicts if isinstance(v, Change)]
    return found, next((v for v in open_questions if not isinstance(v, Change)), None)


def change_since(ready: Ready, day: date) -> Change | NotSo:
    """Return how the level now differs from the one right before `day`, or why there is nothing to report.

    A side that changed level itself counts with its last stretch: what happened before the day is not laid
    at its door.
    """
    split = sum(d < day for d in ready.series.days)
    sides = []
    for begin, end in ((0, split), (split, len(ready.series))):
        last = segments_of(ready.level[begin:end], ready.noise)[-1] if end > begin else range(0)
        sides.append(range(begin + last.start, begin + last.stop))
    return judge(ready, *sides)


def judge(ready: Ready, before: range, after: range) -> Change | NotSo:
    """Return the change from one stretch to another when every rule holds, else the first that does not."""
    series, watched = ready.series, ready.series.watched
    left, right = (np.arange(side.start, side.stop) for side in (before, after))
    if min(left.size, right.size) < A_SIDE:
        return "few_values"
    day = series.days[right[0]]
    same = _of_one_instrument(series, left, right)
    swapped = None if same else _swap(series, left, right, day)
    if same:
        left, right = same
    elif swapped is None:
        return "few_of_one_device"
    error_shift, doubts = 0.0, _doubts(series)
    if series.conditions is not None and ready.effects is not None:
        matched, in_heat = _matched(series.conditions, left, right)
        if matched is None:
            return "no_overlap"
        left, right = matched
        doubts += () if in_heat else ("temperature_apart",)
        apart = series.conditions.rows[right].mean(axis=0) - series.conditions.rows[left].mean(axis=0)
        error_shift = float(apart @ ready.effects.covariance @ apart)
    low, high = float(ready.level[left].mean()), float(ready.level[right].mean())
    step = high - low
    if abs(step) <= max(watched.least, WORTHWHILE_SD * float(ready.level[left].std(ddof=1))):
        return "too_small"
    error = sqrt(error_of(ready.noise, left.size, right.size) ** 2 + error_shift)
    if not stands_out(step, error, len(series)):
        return "by_chance"
    if any(series.days[side[-1]] - series.days[side[0]] < LASTING for side in (left, right)):
        return "short"
    heat = {"temperature_unknown", "temperature_apart"} & set(doubts)
    if heat and watched.what == "efficiency" and not _beyond_season(ready, left, right, error):
        return "season"
    status: Status = "sensor" if swapped else "uncertain" if doubts else "changed"
    return Change(
        watched.what,
        day,
        status,
        series.back(low),
        series.back(high),
        100 * expm1(step) if watched.relative else step,
        int(left.size),
        int(right.size),
        series.days[left[0]],
        series.days[right[-1]],
        ("new_device",) if swapped else doubts,
        ready.speed_mps,
        swapped or "",
    )


def _matched(
    conditions: Conditions, left: Indices, right: Indices
) -> tuple[tuple[Indices, Indices] | None, bool]:
    """Return the runs of both sides in conditions that both know, and whether that goes for temperature too.

    A side that has too few of them is None. The effect of temperature is taken out either way, but where the
    sides share none, that rests on the slope alone.
    """
    for known in (conditions, conditions.without_temperature()):
        sides = overlap(known.rows, left, right)
        if min(side.size for side in sides) >= A_SIDE:
            return sides, known.temperature_known == conditions.temperature_known
    return None, False


def _of_one_instrument(series: Series, left: Indices, right: Indices) -> tuple[Indices, Indices] | None:
    """Return the values that one instrument measured on both sides, or None when they are too few."""
    names = np.array(series.instruments)
    counts = [Counter(names[side].tolist()) for side in (left, right)]
    common = {name: min(c[name] for c in counts) for name in counts[0].keys() & counts[1].keys()}
    best = max(common, key=lambda name: common[name], default=None)
    if best is None or common[best] < A_SIDE:
        return None
    return left[names[left] == best], right[names[right] == best]


def _swap(series: Series, left: Indices, right: Indices, day: date) -> str | None:
    """Return the new instrument when the athlete changed to it as the series changed, else None."""
    old = Counter(series.instruments[n] for n in left).most_common(1)[0][0]
    new = Counter(series.instruments[n] for n in right).most_common(1)[0][0]
    if old == new or not old or not new:
        return None
    since = next(series.days[n] for n in [*left, *right] if series.instruments[n] == new)
    return new if abs(since - day) <= NEAR else None


def _doubts(series: Series) -> tuple[str, ...]:
    """Return why a change of this series could be something else than the runner's."""
    doubts = []
    if series.conditions is not None:
        if not series.conditions.temperature_known:
            doubts.append("temperature_unknown")
        if not series.conditions.climb_known:
            doubts.append("climb_unknown")
        if not any(series.instruments):
            doubts.append("device_unknown")
    return tuple(doubts)


def _beyond_season(ready: Ready, left: Indices, right: Indices, error: float) -> bool:
    """Whether a step remains when a yearly wave and its overtone, whatever they are, are fitted with it.

    Heat raises heart rate from some degrees on, so without temperatures a summer looks like lost fitness.
    """
    at = np.concatenate([left, right])
    turn = 2 * np.pi * np.array([ready.series.days[n].toordinal() for n in at]) / YEAR_DAYS
    after = np.arange(at.size) >= left.size
    waves = [f(k * turn) for k in (1, 2) for f in (np.sin, np.cos)]
    x = np.column_stack([np.ones(at.size), after, *waves])
    gram = np.linalg.pinv(x.T @ x)
    step = float((gram @ x.T @ ready.level[at])[1])
    plain = sqrt(1 / left.size + 1 / right.size)
    wider = error * sqrt(max(float(gram[1, 1]), 0.0)) / plain
    observed = float(ready.level[right].mean() - ready.level[left].mean())
    return step * observed > 0 and abs(step) > ready.series.watched.least and abs(step) > SEASON_Z * wider
