"""Finding repetitions: how many are found and right, on constructed sessions with known truth, and how fast.

A repetition is right when both its edges lie within 6 s (or a tenth of its length) of the truth. The peer is
what one would write first: speed over its mean, smoothed over 15 s, in stretches of 10 s and more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.bench_metrics import an_hour, best_of
from coach.domain.activity import Activity
from coach.domain.metrics.bouts import Bout, find_bouts
from coach.domain.metrics.prepared import prepared
from tests.domain.metrics.sessions import EVEN_RUNS, SESSIONS, Made, make

SEEDS = range(3)
NOISE = {"clean": 0.0, "ordinary GPS": 1.0, "bad GPS": 1.6}


def ours(run: Activity) -> Sequence[Bout]:
    shared = prepared(run)
    assert shared.samples is not None
    return find_bouts(shared.samples, shared.grade)


def above_the_mean(run: Activity) -> Sequence[Bout]:
    """Return stretches of 10 s and more in which speed, smoothed over 15 s, is above the run's mean."""
    samples = prepared(run).samples
    assert samples is not None
    speed = np.convolve(np.nan_to_num(samples.speed_mps), np.ones(15) / 15, "same")
    above = (speed > speed.mean()).astype(np.int8)
    edges = np.flatnonzero(np.diff(above, prepend=0, append=0)).reshape(-1, 2)
    return [Bout(float(samples.t_s[i]), float(samples.t_s[j - 1])) for i, j in edges if j - i >= 10]


def score(find: Callable[[Activity], Sequence[Bout]], runs: Sequence[Made]) -> tuple[float, float]:
    """Return precision and recall over all runs."""
    there = found = right = 0
    for made in runs:
        bouts = find(made.run)
        there, found = there + len(made.truth), found + len(bouts)
        for start, end in made.truth:
            room = max(6.0, 0.1 * (end - start))
            right += any(abs(b.start_s - start) <= room and abs(b.end_s - end) <= room for b in bouts)
    return right / max(1, found), right / max(1, there)


def main() -> None:
    everything = SESSIONS | EVEN_RUNS
    for name, noise in NOISE.items():
        runs = [make(legs, seed, noise=noise) for legs in everything.values() for seed in SEEDS]
        shown = [f"{p:.1%} / {r:.1%}" for p, r in (score(ours, runs), score(above_the_mean, runs))]
        what = f"repetitions, {len(everything)} kinds of run, {name}: precision / recall"
        print(f"{what} | {shown[0]} | {shown[1]} (above the mean) | –")
    even = [make(legs, seed) for legs in EVEN_RUNS.values() for seed in SEEDS]
    alarms = [sum(bool(find(made.run)) for made in even) for find in (ours, above_the_mean)]
    print(f"even runs taken for intervals, of {len(even)} | {alarms[0]} | {alarms[1]} (above the mean) | –")
    hour = an_hour()
    shared = prepared(hour)
    samples, grade = shared.samples, shared.grade
    assert samples is not None
    taken = best_of(20, lambda: find_bouts(samples, grade))
    print(f"repetitions of one hour at 1 Hz | {taken:.2f} ms | no peer | –")


if __name__ == "__main__":
    main()
