"""A year of VDOT from a thousand activities, against computing each day's from its own past anew."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time

import numpy as np

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.domain.metrics import Measure
from coach.domain.metrics.bests import DISTANCES_M, DURATIONS_S
from coach.domain.metrics.current_vdot import vdot_on, vdot_series
from coach.domain.metrics.history import History, Past

LAST = date(2026, 11, 21)
ACTIVITIES, DAYS = 1000, 1400
ROUNDS = 3


def past_of(seed: int = 1) -> History:
    """Return four years of runs with their best efforts, a race now and then, thresholds of every month."""
    rng = np.random.default_rng(seed)
    first = LAST - timedelta(days=DAYS)
    runs = []
    for n, day in enumerate(np.sort(rng.integers(0, DAYS, ACTIVITIES))):
        metres, speed = float(rng.choice([8000, 12_000, 22_000])), float(rng.normal(3.0, 0.2))
        distances = [{"distance_m": m, "time_s": m / speed} for m in DISTANCES_M if m <= metres]
        durations = [{"distance_m": s * speed, "time_s": s} for s in DURATIONS_S if s * speed <= metres]
        values = {
            "distance_m": metres,
            "elapsed_s": metres / speed,
            "moving_s": metres / speed,
            "avg_hr_bpm": float(rng.normal(140, 5)),
            "graded_pace_s_per_km": 1000 / speed,
        }
        measures = {name: Measure(value) for name, value in values.items()}
        measures["distance_bests"] = Measure(1.0, detail={"rows": distances})
        measures["duration_bests"] = Measure(1.0, detail={"rows": durations})
        runs.append(Past(n, first + timedelta(days=int(day)), Sport.run, measures, race=n % 50 == 0))
    held = [
        Threshold(kind, value, "estimated", first + timedelta(days=30 * month))
        for month in range(DAYS // 30)
        for kind, value in ((ThresholdKind.lthr_bpm, 165.0), (ThresholdKind.hr_rest_bpm, 50.0))
    ]
    return History(Athlete(1), first, LAST, activities=runs, thresholds=held)


def main() -> None:
    """Print name | ours | peer | ratio."""
    days = [LAST - timedelta(days=n) for n in reversed(range(365))]
    series = []
    for _ in range(ROUNDS):
        history = past_of()
        began = process_time()
        vdot_series(history, days)
        series.append(process_time() - began)
    history = past_of()
    began = process_time()
    for day in days[::30]:
        vdot_on(history.until(day), day)
    anew = (process_time() - began) * 365 / len(days[::30])
    ours = min(series)
    print(
        f"VDOT of 365 days, 1,000 activities | {1e3 * ours:.0f} ms | {1e3 * anew:.0f} ms | {anew / ours:.0f}"
    )


if __name__ == "__main__":
    main()
