"""Recovery: two years of readiness and of its forecasts at once, against one day after the other.

The peer is the metric asked for every day; both give the same values, which is checked here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from coach.domain.athlete import Athlete
from coach.domain.daily import Entry
from coach.domain.metrics.forecast import forecasts, readiness_forecast
from coach.domain.metrics.history import History
from coach.domain.metrics.readiness import readiness, readiness_series
from coach.domain.metrics.registry import Measure

DAYS = 730
FIRST = date(2024, 1, 1)
LAST = FIRST + timedelta(days=DAYS - 1)


def two_years() -> History:
    """Return a life whose nights and words follow its loads."""
    rng = np.random.default_rng(1)
    tired, load, entries = 0.0, dict[date, float](), list[Entry]()
    daily: dict[str, dict[date, float]] = {"rhr_bpm": {}, "hrv_sdnn_ms": {}, "sleep_s": {}}
    for i in range(DAYS):
        on = FIRST + timedelta(days=i)
        daily["rhr_bpm"][on] = round(48 + tired / 25 + rng.normal(0, 1.2))
        daily["hrv_sdnn_ms"][on] = float(np.exp(4.1 - tired / 250 + rng.normal(0, 0.09)))
        daily["sleep_s"][on] = 3600 * (7.1 + rng.normal(0, 0.8))
        if rng.random() < 0.6:
            entries.append(Entry("fatigue", on, float(np.clip(2 + tired / 25 + rng.normal(0, 0.8), 0, 10))))
        load[on] = 0.0 if on.weekday() in (0, 4) else float(rng.gamma(4, 18))
        tired = 0.8 * tired + 0.3 * load[on]
    return History(Athlete(1), FIRST, LAST, daily_load=load, daily=daily, entries=entries)


def _timed[T](fn: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    found = fn()
    return found, 1000 * (time.perf_counter() - start)


def _values(found: list[object]) -> list[float]:
    return [f.value if isinstance(f, Measure) and f.value is not None else float("nan") for f in found]


def _row(name: str, ours_ms: float, peer_ms: float) -> None:
    ratio = f"{peer_ms / ours_ms:.0f}×"
    print(f"{name} | {ours_ms:.1f} ms | {peer_ms:.0f} ms (day by day) | {ratio}", flush=True)


def main() -> None:
    """Print both rows, and how far the forecasts were off."""
    history = two_years()
    days = [FIRST + timedelta(days=i) for i in range(DAYS)]
    series, ours = _timed(lambda: readiness_series(history, FIRST, LAST))
    alone, peer = _timed(lambda: [readiness(history, day) for day in days])
    assert np.allclose(series.score, _values(list(alone)), equal_nan=True)
    _row("readiness of two years", ours, peer)
    made, ours = _timed(lambda: forecasts(history, FIRST, LAST))
    each, peer = _timed(lambda: [readiness_forecast(history, day) for day in days])
    told = np.array(_values(list(each)))
    known = ~np.isnan(told)
    assert np.allclose(made.made[known], told[known])
    _row("readiness forecasts of two years", ours, peer)
    held = ~np.isnan(made.made - made.came)
    off = np.abs(made.made - made.came)[held].mean()
    naive = np.abs(made.same - made.came)[held].mean()
    name = f"error of tomorrow's readiness (n={held.sum()}, simulated)"
    print(f"{name} | {off:.2f} | {naive:.2f} (same as today) | {naive / off:.2f}×", flush=True)


if __name__ == "__main__":
    main()
