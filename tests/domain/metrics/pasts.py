"""Pasts for the tests of day metrics, written as series that end on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.domain.metrics.history import History

TODAY = date(2026, 3, 2)  # a Monday


def ending(values: Sequence[float | None], last: date = TODAY) -> dict[date, float]:
    """Return day → value of a series whose last value is of `last`; None is a day without."""
    first = last - timedelta(days=len(values) - 1)
    return {first + timedelta(days=i): v for i, v in enumerate(values) if v is not None}


def past(
    *,
    load: Sequence[float] = (),
    entries: Sequence[Entry] = (),
    last: date = TODAY,
    **daily: Sequence[float | None],
) -> History:
    """Return a history that ends on `last`, of daily loads and daily values by name."""
    loads = ending(load, last)
    return History(
        athlete=Athlete(1),
        first_day=min(loads, default=last - timedelta(days=400)),
        last_day=last,
        daily_load=loads,
        daily={name: ending(values, last) for name, values in daily.items()},
        entries=entries,
    )


def lived(days: int = 420, seed: int = 7, last: date = TODAY) -> History:
    """Return a believable past: loads that tire, nights that show it with gaps, words on some mornings."""
    rng = np.random.default_rng(seed)
    tired, load, daily = 0.0, [], dict[str, list[float | None]]()
    entries: list[Entry] = []
    for i in range(days):
        on = last - timedelta(days=days - 1 - i)
        worn = rng.random() > 0.1
        for name, value in (
            ("rhr_bpm", round(48 + tired / 25 + rng.normal(0, 1.2))),
            ("hrv_sdnn_ms", float(np.exp(4.1 - tired / 250 + rng.normal(0, 0.09)))),
            ("sleep_s", 3600 * (7.1 + rng.normal(0, 0.8))),
        ):
            daily.setdefault(name, []).append(value if worn else None)
        if rng.random() < 0.6:
            feels = float(np.clip(round(2 + tired / 25 + rng.normal(0, 0.8)), 0, 10))
            entries += [Entry("fatigue", on, feels), Entry("mood", on, 4.0)]
        load.append(0.0 if on.weekday() in (0, 4) else float(rng.gamma(4, 18)))
        tired = 0.8 * tired + 0.3 * load[-1]
    history: Mapping[str, Sequence[float | None]] = daily
    return past(load=load, entries=entries, last=last, **history)
