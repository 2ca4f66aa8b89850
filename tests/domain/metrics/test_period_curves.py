"""The curve of a period: above every run's own, and never rising with duration."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.activity import Sport
from coach.domain.metrics import Measure, curves
from coach.domain.metrics.history import Past
from coach.domain.metrics.period_curves import held_for, period_curve

from .build import activity, athlete
from .past_runs import ago

RUNS = st.lists(
    st.lists(st.floats(0.0, 8.0), min_size=2, max_size=90), min_size=1, max_size=5
)  # each: one speed a second


def past(id: int, speed) -> Past:
    run = activity(speed=np.asarray(speed, dtype=float))
    return Past(id, ago(id), Sport.run, {"speed_curve": curves.speed_curve(run, athlete())})


@given(RUNS)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_a_period_holds_at_least_what_each_run_held_and_never_rises(speeds):
    pasts = [past(n, speed) for n, speed in enumerate(speeds)]
    row = period_curve(pasts, "speed_curve")
    best = [held.best for held in row]
    assert best == sorted(best, reverse=True)
    by_duration = {held.duration_s: held.best for held in row}
    for p in pasts:
        curve = p.measures["speed_curve"]
        if isinstance(curve, Measure):
            for seconds, own in zip(curve.detail["duration_s"], curve.detail["best"], strict=True):
                assert by_duration[seconds] >= own
                one = held_for(period_curve([p], "speed_curve"), seconds)
                assert one is None or one.best <= by_duration[seconds]
    assert period_curve(pasts[::-1], "speed_curve") == row or len({p.day for p in pasts}) > 1


def test_each_point_names_the_run_that_holds_it():
    sprint = past(1, np.full(60, 6.0))
    long = past(2, np.full(1800, 3.5))
    row = period_curve([sprint, long], "speed_curve")
    assert held_for(row, 30).activity_id == 1
    assert held_for(row, 600).activity_id == 2
    assert held_for(row, 600).day == ago(2)
    assert held_for(row, 3600) is None
    assert period_curve([], "speed_curve") == []
    assert period_curve([Past(3, ago(3), Sport.run)], "speed_curve") == []
