"""How often the coach cries wolf about athletes who did not change, and how often it sees those who did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import numpy as np

from coach.domain.activity import Device, Floats, Sport
from coach.domain.athlete import Athlete
from coach.domain.metrics.changes import changes_of, standing_out
from coach.domain.metrics.correlation import Link, correlate
from coach.domain.metrics.history import History, Past
from coach.domain.metrics.judging import Change
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.watched import WHATS, What, series_of
from coach.domain.source import Source

FIRST = date(2025, 3, 3)  # a Monday
DAYS = 365
WATCH = Device("garmin", "fr965", "1")
NEW_WATCH = Device("garmin", "fr970", "2")
LOOK_EVERY = 28
SAME_REPORT = timedelta(days=28)
RUN_WEEKDAYS = (1, 3, 5, 6)
SD = {"rhr": 2.0, "hrv": 0.16, "weight": 0.6, "stride": 0.015, "cadence": 0.015, "efficiency": 0.025}


@dataclass(frozen=True)
class Life:
    """How a simulated athlete is: steady, but for what `step` adds from `step_day` on (per series)."""

    memory: float = 0.0  # AR(1) of every series
    temperature_known: bool = True
    missing: float = 0.1  # share of days without values
    step_day: int = DAYS
    step: tuple[tuple[What, float], ...] = ()  # added to the level: ln for the relative ones
    new_watch_day: int = DAYS
    hotter_after: float = 0.0  # °C added from step_day on
    days: int = DAYS


def _noise(rng: np.random.Generator, n: int, memory: float) -> Floats:
    made = rng.normal(size=n)
    for i in range(1, n):
        made[i] = memory * made[i - 1] + np.sqrt(1 - memory**2) * made[i]
    return made


def simulate(seed: int, life: Life = Life()) -> History:
    """Return the history of one athlete: a year of mornings and four runs a week, in a real climate.

    Mondays after the long run are worse mornings, heat costs heartbeats above 12 °C, hills and hard days
    shorten or lengthen strides; a tenth of the values is missing.
    """
    rng = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=n) for n in range(life.days)]
    stepped = np.arange(life.days) >= life.step_day
    added = {what: stepped * size for what, size in life.step}
    monday = np.array([d.weekday() == 0 for d in days])
    season = np.cos(2 * np.pi * (np.arange(life.days) - 140 + rng.normal(0, 5)) / 365)
    warmth = 13 + 11 * season + _noise(rng, life.days, 0.7) * 4 + stepped * life.hotter_after

    def level(what: What, base: float) -> Floats:
        return base + SD[what] * _noise(rng, life.days, life.memory) + added.get(what, 0.0)

    nights = {
        "rhr_bpm": np.round(level("rhr", 50.0) + 1.0 * monday - 0.5 * season),
        "hrv_rmssd_ms": np.round(np.exp(level("hrv", 4.0) - 0.05 * monday)),
        "weight_kg": np.round(level("weight", 66.0) - 0.3 * season, 1),
    }
    daily = {
        name: {d: float(v) for d, v in zip(days, values, strict=True) if rng.random() >= life.missing}
        for name, values in nights.items()
    }
    runs = []
    of_run = {what: level(what, 0.0) for what in ("stride", "cadence", "efficiency")}
    for n, day in enumerate(days):
        if day.weekday() not in RUN_WEEKDAYS or rng.random() < life.missing:
            continue
        speed = float(np.log({1: 3.4, 3: 2.9, 5: 2.9, 6: 2.8}[day.weekday()]) + rng.normal(0, 0.04))
        climb = float(rng.gamma(3, 3))
        heat = max(0.0, warmth[n] - 12)
        measures: dict[str, Any] = {
            "speed_mps": np.exp(speed),
            "distance_m": 10_000.0,
            "ascent_m": 10 * climb,
            "stride_length_m": np.exp(0.25 + 0.7 * speed - 0.001 * climb + of_run["stride"][n]),
            "avg_cadence_spm": np.exp(4.79 + 0.3 * speed + 0.001 * climb + of_run["cadence"][n]),
            "efficiency_factor": np.exp(
                0.2 + 0.1 * speed - 0.002 * climb - 0.004 * heat + of_run["efficiency"][n]
            ),
        }
        if life.temperature_known:
            measures["temperature_c"] = float(warmth[n])
        device = NEW_WATCH if n >= life.new_watch_day else WATCH
        known = {name: Measure(float(value)) for name, value in measures.items()}
        runs.append(Past(n + 1, day, Sport.run, known, device=device))
    return History(
        Athlete(1),
        days[0],
        days[-1],
        activities=runs,
        daily=daily,
        daily_sources={name: frozenset({Source.garmin}) for name in daily},
        daily_origin={name: dict.fromkeys(values, Source.garmin) for name, values in daily.items()},
    )


def reports(history: History, days: int = DAYS) -> list[Change]:
    """Return what a coach who looks every four weeks would have reported of the runner, each thing once."""
    told: list[Change] = []
    for n in range(3 * LOOK_EVERY, days + 1, LOOK_EVERY):
        day = FIRST + timedelta(days=n - 1)
        for change in changes_of(history.until(day), day).changes:
            same = (t for t in told if t.what == change.what and abs(t.day - change.day) <= SAME_REPORT)
            if change.status != "sensor" and not any(same):
                told.append(change)
    return told


def false_reports(athletes: int, life: Life, seed: int = 0) -> dict[What, int]:
    """Return how many changes were reported of so many athletes who did not change, a year each."""
    told = [c.what for n in range(athletes) for c in reports(simulate(seed + n, life))]
    return {what: told.count(what) for what in WHATS}


def detected(athletes: int, life: Life, what: What, seed: int = 50_000) -> float:
    """Return the share of athletes whose change is reported at the end, within three weeks of the day."""
    when, seen = FIRST + timedelta(days=life.step_day), 0
    for n in range(athletes):
        history = simulate(seed + n, life)
        found = changes_of(history, history.last_day, (what,)).changes
        seen += any(c.status != "sensor" and abs(c.day - when) <= timedelta(days=21) for c in found)
    return seen / athletes


def anomaly_rate(athletes: int, life: Life, what: What, seed: int = 0) -> float:
    """Return the share of measured days, or runs, of steady athletes that stand out."""
    days = found = 0
    for n in range(athletes):
        history = simulate(seed + n, life)
        found += len(standing_out(history, history.last_day, (what,), days=DAYS - 60))
        first = history.last_day - timedelta(days=DAYS - 61)
        days += len(series_of(history, what, first, history.last_day))
    return found / days


def linked(seed: int, life: Life, *, per_hour: float, later: int = 0) -> History:
    """Return a simulated history with nights of sleep, an hour of which adds `per_hour` to ln efficiency.

    `later` is how many days after the night.
    """
    history = simulate(seed, life)
    rng = np.random.default_rng(seed + 1_000_000)
    nights = _noise(rng, life.days, life.memory)
    slept = {FIRST + timedelta(days=n): 7.5 * 3600 + 2700 * float(z) for n, z in enumerate(nights)}
    runs = []
    for past in history.activities:
        hours = 0.75 * float(nights[max(0, (past.day - FIRST).days - later)])
        measures = dict(past.measures)
        measures["efficiency_factor"] = Measure(
            (past.value("efficiency_factor") or 0.0) * float(np.exp(per_hour * hours))
        )
        runs.append(replace(past, measures=measures))
    return replace(history, activities=runs, daily={**history.daily, "sleep_s": slept})


def links_found(athletes: int, life: Life, per_hour: float, seed: int = 0) -> float:
    """Return the share of athletes for whom sleep and efficiency are said to go together."""
    last, clear = FIRST + timedelta(days=life.days - 1), 0
    for n in range(athletes):
        found = correlate(linked(seed + n, life, per_hour=per_hour), "sleep", "efficiency", FIRST, last)
        clear += isinstance(found, Link) and found.clear
    return clear / athletes


STEADY = (
    ("iid", Life(), 170),
    ("AR .3", Life(memory=0.3), 170),
    ("AR .3, temperature unknown", Life(memory=0.3, temperature_known=False), 160),
)
LIMIT = "1 (limit)"  # a year, all series together: it must be well under that
ATHLETES = 40


def _row(name: str, ours: str, limit: str = "–") -> None:
    print(f"change: {name} | {ours} | {limit} | –", flush=True)


def main() -> None:
    """Print false reports per athlete and year, what is seen of real changes, and the price of an answer."""
    total = years = 0
    for name, life, athletes in STEADY:
        found = sum(false_reports(athletes, life, seed=1000).values())
        total, years = total + found, years + athletes
        _row(
            f"false reports per steady athlete-year ({name}, n={athletes})", f"{found / athletes:.3f}", LIMIT
        )
    _row(f"false reports per steady athlete-year (all, n={years})", f"{total / years:.3f}", LIMIT)
    for memory in (0.0, 0.3):
        steady = Life(memory=memory)
        for what in WHATS:
            for size in (1.0, 1.5, 2.0):
                stepped = replace(steady, step_day=DAYS // 2, step=((what, size * SD[what]),))
                seen = detected(ATHLETES, stepped, what)
                _row(f"{what} by {size} SD is seen (AR {memory})", f"{seen:.0%}")
        stepped = replace(steady, step_day=DAYS // 2, step=(("stride", -0.04),))
        _row(f"stride by 4 % is seen (AR {memory})", f"{detected(ATHLETES, stepped, 'stride'):.0%}")
        for what in WHATS:
            rate = anomaly_rate(ATHLETES // 2, steady, what)
            _row(f"{what}, values that stand out by chance (AR {memory})", f"{rate:.1%}")
        for per_hour in (0.0, 0.01):
            share = links_found(ATHLETES, steady, per_hour)
            _row(f"sleep and pace linked, truly {per_hour:.0%} an hour (AR {memory})", f"{share:.0%}")
    history = simulate(0)
    start = perf_counter()
    changes_of(history, history.last_day)
    _row("six series of a year", f"{(perf_counter() - start) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
