"""Efficiency factor and decoupling against published sessions."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.metrics import efficiency

from .build import activity, athlete, because, per_second, value
from .examples import example_of, vectors


@pytest.mark.parametrize("vector", vectors("decoupling"))
def test_decoupling_matches_golden_cheetah(vector):
    segments, expected = vector["inputs"]["segments_1hz"], vector["expected"]
    speed, hr = per_second(segments, "v"), per_second(segments, "hr")
    assert efficiency.decoupling_of(speed, hr) == pytest.approx(expected["decoupling_pct"], abs=vector["tol"])
    if skipped := expected.get("decoupling_pct_skip_warmup_900s"):
        found = efficiency.decoupling_of(speed[900:], hr[900:])
        assert found == pytest.approx(skipped, abs=vector["tol"])


@example_of("decoupling_pct", source="Friel (Pa:HR); GoldenCheetah AerobicDecoupling.cpp")
def test_decoupling_of_a_run_leaves_its_warm_up_out():
    # After ten minutes of anything: the vector 30 min at 140 bpm, 30 min at 150 bpm, both at 3 m/s (6.67 %).
    speed = np.full(600 + 3600, 3.0)
    hr = np.concatenate((np.linspace(90, 140, 600), np.full(1800, 140.0), np.full(1800, 150.0)))
    assert value(efficiency.decoupling_pct(activity(speed=speed, hr=hr), athlete())) == pytest.approx(
        6.6667, abs=0.02
    )


def test_decoupling_needs_a_long_steady_run_with_heart_rate():
    hour = np.full(3600, 3.0)
    hr = np.full(3600, 150.0)
    short = activity(speed=hour[:2900], hr=hr[:2900])
    intervals = activity(speed=np.tile(np.repeat([5.0, 2.0], 180), 10), hr=hr)
    gaps = hr.copy()
    gaps[1000:2000] = np.nan
    assert because(efficiency.decoupling_pct(short, athlete())) == "too_short"
    assert because(efficiency.decoupling_pct(intervals, athlete())) == "not_steady"
    assert because(efficiency.decoupling_pct(activity(speed=hour, hr=gaps), athlete())) == "hr_has_gaps"
    assert because(efficiency.decoupling_pct(activity(speed=hour), athlete())) == "no_hr"
    assert because(efficiency.decoupling_pct(activity(hr=hr), athlete())) == "no_speed"
    ride = activity(speed=hour, hr=hr, sport=Sport.ride)
    assert because(efficiency.decoupling_pct(ride, athlete())) == "not_a_run"


def test_long_repetitions_are_no_steady_run_however_little_their_speed_varies():
    reps = np.concatenate(
        [np.full(600, 2.9), *([np.full(600, 3.6), np.full(180, 2.8)] * 3), np.full(300, 2.9)]
    )
    run = activity(speed=reps, hr=np.full(reps.size, 150.0))
    assert because(efficiency.decoupling_pct(run, athlete())) == "not_steady"


@example_of("efficiency_factor", source="Friel (EF); metric metres, not yards")
def test_efficiency_factor_matches_friel():
    (vector,) = vectors("efficiency_factor")
    mps, hr = vector["inputs"]["ngs_m_per_min"] / 60, float(vector["inputs"]["hr"])
    assert efficiency.efficiency_of(mps, hr) == pytest.approx(vector["expected"], abs=vector["tol"])
    run = activity(speed=np.full(1800, mps), hr=np.full(1800, hr))
    found = efficiency.efficiency_factor(run, athlete())
    assert value(found) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_efficiency_factor_needs_ten_minutes_of_heart_rate():
    run = activity(speed=np.full(500, 3.0), hr=np.full(500, 150.0))
    assert because(efficiency.efficiency_factor(run, athlete())) == "too_short"
