"""Heart rate in the minute after an effort."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.domain.metrics import Measure, hr_recovery

from .build import activity, athlete, because, thresholds, value
from .examples import example_of


def effort(*, eased_mps: float = 0.0, peak: float = 180.0, seconds: int = 120, jog_s: int = 600):
    """Return ten minutes easy, five hard, then easing off: heart rate falls by half a beat a second."""
    speed = np.concatenate((np.full(jog_s, 2.8), np.full(300, 4.5), np.full(seconds, eased_mps)))
    hr = np.concatenate(
        (np.full(jog_s, 140.0), np.linspace(140, peak, 300), peak - 0.5 * np.arange(1, seconds + 1))
    )
    return speed, hr


@example_of(
    "hr_recovery_bpm", source="by hand, as Cole 1999 takes it: 0.5 bpm a second for 60 s from a peak of 180"
)
def test_thirty_beats_in_a_minute():
    speed, hr = effort()
    found = hr_recovery.hr_recovery_bpm(activity(speed=speed, hr=hr), athlete())
    assert value(found) == pytest.approx(30, abs=1.5)
    assert isinstance(found, Measure)
    assert found.detail["easing"] == "standing"
    assert found.detail["from_bpm"] == pytest.approx(179, abs=1.5)
    assert found.detail["start_s"] == pytest.approx(900, abs=5)


@pytest.mark.parametrize(("mps", "easing"), [(1.4, "walking"), (2.3, "jogging")])
def test_how_one_eased_off_is_said(mps, easing):
    speed, hr = effort(eased_mps=mps)
    found = hr_recovery.hr_recovery_bpm(activity(speed=speed, hr=hr), athlete())
    assert isinstance(found, Measure)
    assert found.detail["easing"] == easing


def test_the_hardest_of_several_ends_counts():
    a, b = effort(peak=172.0), effort(peak=182.0)
    run = activity(speed=np.concatenate((a[0], b[0])), hr=np.concatenate((a[1], b[1])))
    found = hr_recovery.hr_recovery_bpm(run, athlete())
    assert isinstance(found, Measure)
    assert found.detail["from_bpm"] == pytest.approx(181, abs=1.5)


def test_without_a_recorded_hard_end_it_is_unknown():
    hour = np.full(3600, 3.0)
    steady = activity(speed=hour, hr=np.full(3600, 170.0))
    assert because(hr_recovery.hr_recovery_bpm(steady, athlete())) == "no_end_of_effort"
    speed, hr = effort(seconds=40)
    stopped = activity(speed=speed, hr=hr)
    assert because(hr_recovery.hr_recovery_bpm(stopped, athlete())) == "no_end_of_effort"
    speed, hr = effort(peak=150.0)
    easy = activity(speed=speed, hr=hr)
    assert because(hr_recovery.hr_recovery_bpm(easy, athlete())) == "no_hard_effort"
    assert value(hr_recovery.hr_recovery_bpm(easy, athlete(thresholds()))) == pytest.approx(30, abs=1.5)


def test_gaps_pauses_and_missing_sensors_are_no_recovery():
    speed, hr = effort()
    gap = hr.copy()
    gap[905:940] = np.nan
    assert because(hr_recovery.hr_recovery_bpm(activity(speed=speed, hr=gap), athlete())) == (
        "no_end_of_effort"
    )
    paused = activity(speed=speed, hr=hr, pauses=((902.0, 960.0),))
    assert because(hr_recovery.hr_recovery_bpm(paused, athlete())) == "no_end_of_effort"
    assert because(hr_recovery.hr_recovery_bpm(activity(speed=speed), athlete())) == "no_hr"
    assert because(hr_recovery.hr_recovery_bpm(activity(hr=hr), athlete())) == "no_speed"
    ride = activity(speed=speed, hr=hr, sport=Sport.ride)
    assert because(hr_recovery.hr_recovery_bpm(ride, athlete())) == "not_on_foot"
