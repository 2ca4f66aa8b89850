"""Two outings over each other: gains add up, and a pause or a gap is nobody's gain."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.alignment import align, line_of
from tests.domain.metrics import build


def line(speed, **more):
    made = line_of(build.activity(speed=np.asarray(speed, dtype=float), **more))
    assert made is not None
    return made


def test_a_known_lead_by_distance():
    """By hand: 3 km at 3 m/s takes 1000 s, at 2.5 m/s 1200 s; each kilometre is worth 66.7 s."""
    made = align(line(np.full(1000, 3.0)), line(np.full(1200, 2.5)), "distance")
    assert made is not None
    assert made.at[-1] == pytest.approx(3000, abs=5)
    assert made.lead[-1] == pytest.approx(200, abs=3)
    rows = made.rows(1000.0)
    assert len(rows) == 3
    assert [row["gained"] for row in rows] == pytest.approx([66.7] * 3, abs=1.5)
    assert [row["a_pace_s_per_km"] for row in rows] == pytest.approx([333.3] * 3, abs=3)
    assert [row["b_pace_s_per_km"] for row in rows] == pytest.approx([400] * 3, abs=3)


def test_a_known_lead_by_time():
    """By hand: in 1000 s one is 3000 m far and the other 2500 m."""
    made = align(line(np.full(1000, 3.0)), line(np.full(1200, 2.5)), "time")
    assert made is not None
    assert made.at[-1] == pytest.approx(1000, abs=2)
    assert made.lead[-1] == pytest.approx(500, abs=5)


def test_gains_add_up_to_the_lead_and_turn_with_the_sides():
    rng = np.random.default_rng(4)
    one, other = (line(3 + np.convolve(rng.normal(0, 0.5, 1500), np.ones(60) / 60, "same")) for _ in "ab")
    for by, every in (("distance", 1000.0), ("time", 300.0)):
        forth, back = align(one, other, by), align(other, one, by)
        assert forth is not None
        assert back is not None
        assert sum(row["gained"] or 0 for row in forth.rows(every)) == pytest.approx(forth.lead[-1], abs=0.01)
        assert np.allclose(forth.lead, -back.lead)
    same = align(one, one, "distance")
    assert same is not None
    assert np.allclose(same.lead, 0)


def test_a_pause_of_the_watch_is_no_loss_and_standing_is():
    speed, t = np.full(1000, 3.0), np.arange(1001.0)
    paused = line(speed, t=np.where(t > 500, t + 120, t), pauses=((500.0, 620.0),))
    made = align(line(speed), paused, "distance")
    assert made is not None
    assert abs(made.lead[-1]) < 3
    stood = align(line(speed), line(np.insert(speed, 500, np.zeros(120))), "distance")
    assert stood is not None
    assert stood.lead[-1] == pytest.approx(120, abs=3)


def test_hearts_and_ground_come_along_and_unknown_stays_unknown():
    speed = np.full(1000, 3.0)
    with_hr = line(speed, hr=np.linspace(120, 160, 1000), altitude=np.linspace(10, 60, 1000))
    made = align(with_hr, line(speed), "distance")
    assert made is not None
    assert made.a.hr_bpm[made.at.size // 2] == pytest.approx(140, abs=1)
    assert made.a.altitude_m[-1] == pytest.approx(60, abs=2)
    assert np.isnan(made.b.hr_bpm).all()
    rows = made.rows(1000.0)
    assert rows[0]["b_hr_bpm"] is None
    assert rows[1]["a_hr_bpm"] == pytest.approx(140, abs=1.5)


def test_too_short_or_without_distance_is_not_laid_over():
    long, short = line(np.full(1000, 3.0)), line(np.full(60, 3.0))
    assert align(long, short, "distance") is None
    assert align(long, short, "time") is None
    assert line_of(build.activity(elapsed_s=1800.0, distance_m=5000.0)) is None
    assert line_of(build.activity(hr=np.full(600, 120.0))) is None


def test_the_last_metres_are_no_row_of_their_own():
    made = align(line(np.full(1010, 3.0)), line(np.full(1010, 3.0)), "distance")
    assert made is not None
    assert [row["index"] for row in made.rows(1000.0)] == [1, 2, 3]
