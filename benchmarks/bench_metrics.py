"""Metrics: a ten-year load series, a four-hour mean-maximal curve, best efforts, everything of one hour.

Peers are what one would write first with pandas or numpy: the same result, checked here, by its plain
definition. The mean-maximal curve is also held against sweatpy where that is importable, else against its
method: prefix sums in pandas, one `diff` for every duration there is (it cannot be asked for fewer), without
the first sample and the full length.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from coach.domain.activity import Activity, Floats, Lap, Recording, Sport, Streams
from coach.domain.athlete import Athlete, Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import METRICS, compute
from coach.domain.metrics.bests import DISTANCES_M, best_efforts
from coach.domain.metrics.curves import durations, mean_max
from coach.domain.metrics.load_series import exponential_mean, load_series

DAY = date(2016, 1, 1)
AIM_MS = 20.0  # for everything that one hour of a run can tell


def best_of(runs: int, fn: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the shortest of several timings, in milliseconds."""
    taken = []
    for _ in range(runs):
        start = clock()
        fn()
        taken.append(clock() - start)
    return 1000 * min(taken)


def row(name: str, ours_ms: float, peer_ms: float, peer: str) -> str:
    ratio = peer_ms / ours_ms
    shown = f"{ratio:.0f}×" if ratio >= 9.5 else f"{ratio:.2f}×"
    return f"{name} | {ours_ms:.2f} ms | {peer_ms:.2f} ms ({peer}) | {shown}"


def an_hour() -> Activity:
    """Return a hilly hour at 1 Hz with every usual sensor and twelve laps."""
    rng = np.random.default_rng(1)
    t = np.arange(3601.0)
    speed = 3 + 0.4 * np.sin(t / 90) + rng.normal(0, 0.05, t.size)
    distance = np.cumsum(speed) - speed[0]
    channels = {
        "distance_m": distance,
        "speed_mps": speed,
        "hr_bpm": np.rint(150 + 10 * np.sin(t / 90) + rng.normal(0, 1, t.size)),
        "cadence_spm": np.rint(rng.normal(176, 2, t.size)),
        "power_w": np.rint(rng.normal(250, 15, t.size)),
        "altitude_m": np.rint(5 * (50 + 20 * np.sin(distance / 500))) / 5,
        "lat_deg": 37.5 + distance / 111_195,
        "lon_deg": np.full(t.size, 127.0),
    }
    laps = tuple(Lap(i * 300.0, 300.0) for i in range(12))
    start = datetime(2026, 3, 2, 6, tzinfo=UTC)
    recording = Recording(Sport.run, start, 3600.0, streams=Streams(t, channels), laps=laps)
    return Activity(1, recording, start.date(), "Asia/Seoul")


def an_athlete() -> Athlete:
    given = {
        "hr_max_bpm": 190.0,
        "hr_rest_bpm": 50.0,
        "lthr_bpm": 170.0,
        "threshold_speed_mps": 3.7,
        "threshold_power_w": 280.0,
    }
    kinds = {k: Threshold(ThresholdKind(k), v, "given", DAY) for k, v in given.items()}
    return Athlete(1, thresholds=Thresholds(**kinds))


def bench_load_series() -> str:
    rng = np.random.default_rng(2)
    ten_years = {DAY + timedelta(days=i): float(rng.uniform(0, 150)) for i in range(3653)}
    loads = pd.Series(ten_years)

    def day_by_day() -> list[float]:
        """A fitness value per day over pandas, one `.iloc` a day."""
        alpha, x, out = 1 - np.exp(-1 / 42), 0.0, []
        for i in range(len(loads)):
            x += alpha * (loads.iloc[i] - x)
            out.append(x)
        for i in range(len(loads)):
            x += (1 - np.exp(-1 / 7)) * (loads.iloc[i] - x)
        return out

    assert np.allclose(exponential_mean(loads.to_numpy(), 42.0), day_by_day())
    ours = best_of(20, lambda: load_series(ten_years))
    return row("load series, 10 years", ours, best_of(3, day_by_day), "pandas day by day")


def four_hours() -> Floats:
    """Return four hours of power at 1 Hz."""
    return np.rint(np.random.default_rng(3).normal(250, 40, 4 * 3600)).clip(0)


def bench_mean_max() -> str:
    power = four_hours()
    wanted = durations(power.size)
    frame = pd.Series(power)

    def rolling() -> Floats:
        return np.array([frame.rolling(d).mean().max() for d in wanted])

    assert np.allclose(mean_max(power, wanted), rolling())
    ours = best_of(20, lambda: mean_max(power, wanted))
    return row(
        f"mean-maximal curve, 4 h, {len(wanted)} durations", ours, best_of(2, rolling), "pandas rolling"
    )


def bench_mean_max_floor() -> str:
    power = four_hours()
    wanted = durations(power.size)

    def floor() -> list[float]:
        """The least that numpy can do: no gaps, no names, one subtraction and one maximum each."""
        sums = np.concatenate(([0.0], np.cumsum(power)))
        return [(sums[d:] - sums[:-d]).max() / d for d in wanted]

    assert np.allclose(mean_max(power, wanted), floor())
    ours = best_of(40, lambda: mean_max(power, wanted))
    return row(
        "mean-maximal curve, the same, against its floor", ours, best_of(40, floor), "numpy prefix sums"
    )


def _whole_curve() -> tuple[Callable[[Floats], Floats], str]:
    """Return sweatpy's mean-maximal curve, or one made the same way where it is not installed."""
    try:
        from sweat.metrics.core import mean_max as theirs  # type: ignore[import-not-found]
    except ImportError:
        pass
    else:
        return theirs, "sweatpy"

    def by_diff(values: Floats) -> Floats:
        energy = pd.Series(values).cumsum()
        return np.array([energy.diff(d).max() / d for d in range(1, len(energy))])

    return by_diff, "sweatpy's method: pandas diff, every duration"


def bench_mean_max_sweatpy() -> str:
    power = four_hours()
    wanted = durations(power.size)
    theirs, name = _whole_curve()
    # It loses the first sample, so it is compared on what comes after it, and never has the full length.
    known = [d for d in wanted if d < power.size - 1]
    whole = theirs(power.copy())
    assert np.allclose(mean_max(power[1:], known), whole[np.array(known) - 1])
    ours = best_of(20, lambda: mean_max(power, wanted))
    return row("mean-maximal curve, 4 h", ours, best_of(1, lambda: theirs(power.copy())), name)


def bench_best_efforts() -> str:
    t = np.arange(4 * 3600.0)
    distance = np.cumsum(3 + np.sin(t / 300))

    def two_pointers() -> dict[float, float]:
        found = {}
        for target in DISTANCES_M:
            best, i = np.inf, 0
            for j in range(len(t)):
                while distance[j] - distance[i + 1] >= target:
                    i += 1
                if distance[j] - distance[i] >= target:
                    best = min(best, t[j] - t[i])
            if best < np.inf:
                found[target] = best
        return found

    exact = best_efforts(distance, t, DISTANCES_M)
    assert all(0 <= s - exact[d].time_s < 2 for d, s in two_pointers().items())
    ours = best_of(10, lambda: best_efforts(distance, t, DISTANCES_M))
    return row("best efforts, 4 h, 16 distances", ours, best_of(1, two_pointers), "two pointers in Python")


def bench_compute() -> str:
    hour, athlete = an_hour(), an_athlete()
    # A copy each time: what is shared between metrics must be built anew.
    # Processor time: an aim in milliseconds must not depend on who else is busy here.
    ours = best_of(60, lambda: compute(replace(hour), athlete), time.process_time)
    count = sum(m.scope == "activity" for m in METRICS.values())
    return row(f"all {count} metrics of one hour at 1 Hz, processor time", ours, AIM_MS, "the aim")


def main() -> None:
    for bench in (
        bench_load_series,
        bench_mean_max,
        bench_mean_max_floor,
        bench_mean_max_sweatpy,
        bench_best_efforts,
        bench_compute,
    ):
        print(bench())


if __name__ == "__main__":
    main()
