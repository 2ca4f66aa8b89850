"""How the load of many days adds up and fades: the arithmetic behind fitness, fatigue and form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats

CTL_DAYS = 42.0
ATL_DAYS = 7.0
SEED_DAYS = 28
SEED_AT_LEAST_DAYS = 7  # one run on the first day must not seed a fitness of its own size
ACUTE_DAYS, CHRONIC_DAYS = 7, 28
PROVISIONAL_DAYS = 84  # by then the seed's share has fallen to 13.5 %


@dataclass(frozen=True)
class LoadSeries:
    """Daily load and what it adds up to; all arrays have one entry per day from `first_day` on.

    `tsb` is the form of the morning: yesterday's CTL minus yesterday's ATL. `provisional` marks the days
    on which the seed still weighs. `given_seed` is the seed where it was given, not taken from the load.
    """

    first_day: date
    load: Floats
    ctl: Floats
    atl: Floats
    tsb: Floats
    provisional: NDArray[np.bool_]
    given_seed: float | None = None

    def __len__(self) -> int:
        return int(self.load.size)

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=len(self) - 1)

    @cached_property
    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=i) for i in range(len(self))]

    def index(self, day: date) -> int | None:
        """Return the place of a day, or None when the series does not reach it."""
        i = (day - self.first_day).days
        return i if 0 <= i < len(self) else None

    def known_on(self, day: date) -> LoadSeries:
        """Return the series as it was known on a day: the seed of the first weeks rests on later days."""
        i = self.index(day)
        if i is None or i >= SEED_DAYS - 1 or self.given_seed is not None:
            return self
        until = dict(zip(self.days, self.load[: i + 1].tolist(), strict=False))
        return load_series(until, first_day=self.first_day, last_day=day) or self

    def week_until(self, day: date) -> Floats | None:
        """Return the loads of the seven days that end with `day`, or None when they are not all known."""
        i = self.index(day)
        return None if i is None or i < 6 else self.load[i - 6 : i + 1]


def exponential_mean(load: Sequence[float] | Floats, days: float, seed: float = 0.0) -> Floats:
    """Return x += α·(load − x) day by day from `seed`, α = 1 − e^(−1/days)."""
    alpha = 1 - math.exp(-1 / days)
    keep = 1 - alpha
    gains = (alpha * np.asarray(load, dtype=np.float64)).tolist()
    return np.array(list(accumulate(gains, lambda x, gain: keep * x + gain, initial=seed))[1:])


def seed_of(load: Floats) -> float:
    """Return the mean of the first 28 days; of a shorter history what there is, over a week at least."""
    days = min(SEED_DAYS, load.size)
    return float(load[:days].sum()) / max(days, SEED_AT_LEAST_DAYS)


def load_series(
    daily_load: Mapping[date, float],
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    seed: float | None = None,
) -> LoadSeries | None:
    """Return fitness (CTL, 42 days), fatigue (ATL, 7 days) and form (TSB) for every day.

    `daily_load` holds the days that have a load; days without are rest. The series runs from the first of
    them (or `first_day`) to the last (or `last_day`); None when there is no day. Both means start from
    the mean of the first 28 days unless `seed` is given: from zero they stay too low for months.
    """
    if first_day is None:
        first_day = min(daily_load, default=None)
    if last_day is None:
        last_day = max(daily_load, default=None)
    if first_day is None or last_day is None or last_day < first_day:
        return None
    size = (last_day - first_day).days + 1
    place = np.fromiter((day.toordinal() for day in daily_load), np.int64, len(daily_load))
    place -= first_day.toordinal()
    value = np.fromiter(daily_load.values(), np.float64, len(daily_load))
    inside = (place >= 0) & (place < size)
    load = np.zeros(size)
    load[place[inside]] = value[inside]
    begin = seed_of(load) if seed is None else seed
    ctl, atl = exponential_mean(load, CTL_DAYS, begin), exponential_mean(load, ATL_DAYS, begin)
    form = ctl - atl
    return LoadSeries(
        first_day=first_day,
        load=load,
        ctl=ctl,
        atl=atl,
        tsb=np.concatenate(([0.0], form[:-1])),
        provisional=np.arange(load.size) < PROVISIONAL_DAYS,
        given_seed=seed,
    )


@dataclass(frozen=True)
class LoadRatio:
    """Acute over chronic load in three ways; None where the earlier days hold no load."""

    uncoupled: float | None  # mean of the last 7 days over that of the 21 before them
    coupled: float | None  # over that of the last 28, the 7 among them
    ewma: float | None  # exponentially weighted, λ = 2 / (N + 1), N = 7 and 28


def load_ratio_of(loads: Sequence[float] | Floats) -> LoadRatio:
    """Return the acute:chronic workload ratios at the end of daily loads, 28 of them or more.

    Gabbett 2016 (coupled), Windt & Gabbett 2019 (uncoupled), Williams 2017 (EWMA, from the first day's
    load on). Raises ValueError with fewer than 28 days.
    """
    days = np.asarray(loads, dtype=np.float64)
    if days.size < CHRONIC_DAYS:
        raise ValueError(f"{CHRONIC_DAYS} days are needed, not {days.size}")
    acute = float(days[-ACUTE_DAYS:].mean())
    before = float(days[-CHRONIC_DAYS:-ACUTE_DAYS].mean())
    whole = float(days[-CHRONIC_DAYS:].mean())
    short, long = (_weighted(days, n) for n in (ACUTE_DAYS, CHRONIC_DAYS))
    return LoadRatio(
        uncoupled=acute / before if before > 0 else None,
        coupled=acute / whole if whole > 0 else None,
        ewma=short / long if long > 0 else None,
    )


def _weighted(days: Floats, n: int) -> float:
    """Return the exponentially weighted mean of λ = 2 / (n + 1), which starts at the first day's load."""
    share = 2 / (n + 1)
    weights = share * (1 - share) ** np.arange(days.size - 1, -1, -1)
    weights[0] /= share
    return float(weights @ days)


def monotony_of(loads: Sequence[float] | Floats) -> float | None:
    """Return mean over population standard deviation of daily loads; None when every day is the same."""
    week = np.asarray(loads, dtype=np.float64)
    spread = float(week.std())
    return float(week.mean()) / spread if spread > 1e-9 else None
