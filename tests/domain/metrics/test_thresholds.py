"""Estimated thresholds: near the truth, deaf to one bad recording, honest about their basis."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.athlete import Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import METRICS, compute
from coach.domain.metrics.history import Past
from coach.domain.metrics.thresholds import READS, age_hr_max, estimate, estimate_hr_max, with_estimates

from .build import DAY, activity, athlete, because, thresholds
from .examples import vectors

K = ThresholdKind
NOBODY = athlete(Thresholds())


def past(id, ago=10, race=False, sport=Sport.run, **recorded) -> Past:
    run = activity(sport=sport, **recorded)
    return Past(id, DAY - timedelta(days=ago), sport, compute(run, NOBODY), race)


def tempo(id, peak=182.0, lthr=166.0, speed=3.7, **kw) -> Past:
    """Ten easy minutes, forty at threshold with a sprint at the end."""
    hr = np.concatenate(
        (np.linspace(110, lthr, 600), np.full(2340, lthr), np.linspace(lthr, peak, 45), np.full(15, peak))
    )
    return past(id, speed=np.concatenate((np.full(600, 2.7), np.full(2400, speed))), hr=hr, **kw)


def easy(id, hr=140.0, speed=2.9, **kw) -> Past:
    return past(id, speed=np.full(2700, speed), hr=np.full(2700, hr), **kw)


def found(estimates, kind) -> Threshold:
    threshold = estimates[kind]
    assert isinstance(threshold, Threshold), threshold
    return threshold


RESTING = {DAY - timedelta(days=i): 48.0 + i % 3 for i in range(28)}


def test_tanaka_as_published():
    (vector,) = vectors("tanaka")
    assert age_hr_max(vector["inputs"]["age"]) == pytest.approx(vector["expected"], abs=vector["tol"])


def test_a_runner_with_hard_runs_gets_all_four():
    runs = [tempo(1), tempo(2, peak=180.0, ago=30), *(easy(i) for i in range(3, 8))]
    got = estimate(runs, RESTING, DAY, birth_year=1986)
    top, rest, lthr, speed = (found(got, k) for k in list(K)[:4])
    assert top.value == pytest.approx(182, abs=1)
    assert (top.basis, top.activities) == ("hr_max_observed", (1, 2))
    assert rest.value == pytest.approx(49)
    assert (lthr.value, lthr.basis) == (pytest.approx(166, abs=1), "lthr_half_hour")
    assert speed.value == pytest.approx(3.7, rel=0.03)
    assert {t.origin for t in (top, rest, lthr, speed)} == {"estimated"}


def test_one_wild_sensor_does_not_set_the_maximum():
    wild = past(9, speed=np.full(1800, 3.0), hr=np.full(1800, 215.0))
    got = estimate_hr_max([wild, tempo(1), tempo(2)], DAY, None)
    assert got.value == pytest.approx(182, abs=1)
    hr = np.full(1800, 150.0)
    hr[900:920] = 210.0
    spiky = [past(i, hr=hr) for i in (10, 11)]
    assert estimate_hr_max([*spiky, tempo(1), tempo(2)], DAY, None).value == pytest.approx(182, abs=1)


def test_someone_who_only_runs_easily_gets_the_maximum_of_their_age():
    got = estimate([easy(i) for i in range(5)], {}, DAY, birth_year=1986)
    assert (found(got, K.hr_max_bpm).value, found(got, K.hr_max_bpm).basis) == (180, "hr_max_age")
    assert found(got, K.lthr_bpm).basis == "lthr_hr_max"
    assert because(got[K.hr_rest_bpm]) == "need_resting_days"


def test_easy_runs_are_not_taken_for_threshold_when_heart_rate_knows_better():
    # 140 bpm with rest 49 and LTHR .89·180 = 160.2: threshold is 1/(91/111.2) times faster than easy.
    got = estimate([easy(i) for i in range(5)], RESTING, DAY, birth_year=1986)
    speed = found(got, K.threshold_speed_mps)
    assert speed.basis == "threshold_speed_hr"
    assert speed.value == pytest.approx(2.9 * (160.2 - 49) / (140 - 49), rel=0.01)


def test_a_race_needs_no_second_witness_and_no_heart_rate():
    race = past(1, race=True, speed=np.full(2481, 10_000 / 2481))  # 41:21 is VDOT 50
    got = estimate([race], {}, DAY)
    speed = found(got, K.threshold_speed_mps)
    assert 1000 / speed.value == pytest.approx(255, abs=1.5)  # Daniels' T at 50
    assert speed.activities == (1,)


def test_one_implausibly_fast_training_run_does_not_set_the_threshold():
    bike = past(9, speed=np.full(2400, 5.4))
    got = estimate([bike, tempo(1), tempo(2), easy(3)], {}, DAY)
    assert found(got, K.threshold_speed_mps).value == pytest.approx(3.7, rel=0.05)


def test_two_runs_down_a_hill_do_not_set_the_threshold():
    downhill = [past(n, speed=np.full(1500, 5.0), hr=np.full(1500, 135.0)) for n in (8, 9)]
    with_hill = estimate([*downhill, *(easy(i) for i in range(5))], RESTING, DAY, birth_year=1986)
    assert found(with_hill, K.threshold_speed_mps).basis == "threshold_speed_hr"
    assert found(with_hill, K.threshold_speed_mps).value < 4


def test_old_and_future_activities_do_not_count():
    runs = [tempo(1, ago=400), tempo(2, ago=400), tempo(3, ago=-5), tempo(4, ago=-6)]
    got = estimate(runs, {}, DAY)
    assert because(got[K.hr_max_bpm]) == "need_hr_runs"
    assert because(got[K.lthr_bpm]) == "need_hr_max"
    assert because(got[K.threshold_speed_mps]) == "need_runs"


def test_what_the_athlete_gave_stands():
    given = thresholds(hr_max_bpm=195.0)
    got = estimate([tempo(1), tempo(2), tempo(3)], RESTING, DAY, given=given)
    assert found(got, K.hr_max_bpm).origin == "given"
    merged = with_estimates(given, got)
    assert merged.hr_max_bpm == given.hr_max_bpm
    assert merged.lthr_bpm is not None
    assert merged.lthr_bpm.origin == "estimated"


def test_nothing_gives_nothing():
    got = estimate([], {}, DAY)
    assert {because(v) for v in got.values()} == {
        "need_hr_runs",
        "need_resting_days",
        "need_hr_max",
        "need_runs",
        "no_swim_test",
    }


def test_the_estimates_read_no_more_than_they_say():
    runs = [tempo(1), tempo(2, ago=30), *(easy(i) for i in range(3, 8))]
    thin = [replace(p, measures={n: m for n, m in p.measures.items() if n in READS}) for p in runs]
    assert set(READS) <= set(METRICS)
    assert estimate(thin, RESTING, DAY) == estimate(runs, RESTING, DAY)


def test_a_half_hour_above_any_threshold_is_a_sensor_that_follows_the_steps():
    locked = [past(i, speed=np.full(2400, 3.0), hr=np.full(2400, 178.0)) for i in (10, 11)]
    got = estimate([*locked, tempo(1), tempo(2)], {}, DAY, given=thresholds(hr_max_bpm=184))
    assert found(got, K.lthr_bpm).value == pytest.approx(166, abs=1)
