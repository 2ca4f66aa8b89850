"""Each condition that differs is named, and what it spoils with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from coach.domain.activity import Lap
from coach.domain.comparability import Conditions, conditions_of, counterpart, obstacles
from tests.domain.metrics import build

PLAIN = Conditions(
    distance_m=10_000,
    pace_s_per_km=330.0,
    ascent_m_per_km=5.0,
    temperature_c=15.0,
    treadmill=False,
    ground=None,
    has_hr=True,
    has_samples=True,
    uneven=False,
    race=False,
    sport="run",
)


def test_like_conditions_are_a_fair_comparison():
    assert obstacles(PLAIN, PLAIN) == []
    near = replace(PLAIN, distance_m=9200, ascent_m_per_km=10.0, temperature_c=20.0)
    assert obstacles(PLAIN, near) == []


@pytest.mark.parametrize(
    ("change", "key", "spoils"),
    [
        ({"sport": "ride"}, "sport", "pace"),
        ({"treadmill": True, "ascent_m_per_km": None}, "treadmill_b", "along"),
        ({"uneven": True}, "intervals_b", "hr"),
        ({"distance_m": 15_000}, "distance_b", "pace"),
        ({"distance_m": 6_000}, "distance_a", "pace"),
        ({"distance_m": None}, "distance_unknown", "pace"),
        ({"ascent_m_per_km": 20.0}, "hills_b", "pace"),
        ({"ascent_m_per_km": None}, "hills_unknown", "pace"),
        ({"temperature_c": 27.0}, "warmer_b", "hr"),
        ({"temperature_c": 3.0}, "warmer_a", "hr"),
        ({"temperature_c": None}, "temperature_unknown", "hr"),
        ({"race": True}, "race_b", "effort"),
        ({"has_hr": False}, "no_hr_b", "effort"),
        ({"has_samples": False}, "no_samples", "along"),
    ],
)
def test_one_difference_is_one_reason(change, key, spoils):
    found = obstacles(PLAIN, replace(PLAIN, **change))
    assert [one.key for one in found] == [key]
    assert spoils in found[0].against
    if key.endswith(("_a", "_b")):
        turned = obstacles(replace(PLAIN, **change), PLAIN)
        assert turned[0].key == key[:-1] + ("a" if key[-1] == "b" else "b")


@pytest.mark.parametrize(
    ("metres", "pace", "key"),
    [
        (11_300, 345.0, "distance_b"),
        (12_400, 345.0, "distance_b"),
        (12_600, 345.0, "distance_slower_b"),
        (21_100, 325.0, "distance_b"),
        (21_100, None, "distance_b"),
        (8_100, 325.0, "distance_a"),
        (7_900, 325.0, "distance_slower_a"),
        (7_900, 340.0, "distance_a"),
    ],
)
def test_being_slower_is_put_down_to_length_only_where_it_was_slower_and_much_longer(metres, pace, key):
    """A run 13 % longer, and faster, was told that it is only natural to be slower."""
    found = obstacles(PLAIN, replace(PLAIN, distance_m=metres, pace_s_per_km=pace))
    assert [(one.key, one.against) for one in found] == [(key, ("pace",))]


def test_ground_and_both_on_a_treadmill():
    found = obstacles(replace(PLAIN, ground="track"), replace(PLAIN, ground="trail"))
    assert [(one.key, dict(one.params)) for one in found] == [
        ("ground", {"ground_a": "track", "ground_b": "trail"})
    ]
    belt = replace(PLAIN, treadmill=True, ascent_m_per_km=None)
    assert [one.key for one in obstacles(belt, belt)] == ["treadmills"]


def test_conditions_are_read_from_the_recording():
    speed = np.full(1200, 3.0)
    steady = conditions_of(build.activity(speed=speed, hr=np.full(1200, 140.0)), 36.0)
    assert steady.ascent_m_per_km == pytest.approx(10.0, rel=0.01)
    assert steady.pace_s_per_km == pytest.approx(1000 / 3, rel=0.01)
    assert steady.has_hr
    assert not steady.uneven
    hard = np.tile(np.concatenate([np.full(120, 5.0), np.full(120, 2.2)]), 5)
    assert conditions_of(build.activity(speed=hard), None).uneven
    laps = tuple(Lap(n * 60.0, 60.0, intensity="interval" if n % 2 else "recovery") for n in range(6))
    assert conditions_of(build.activity(speed=speed, laps=laps), None).uneven
    half = np.where(np.arange(1200) < 600, 140.0, np.nan)
    assert not conditions_of(build.activity(speed=speed, hr=half), None).has_hr
    told = conditions_of(build.activity(elapsed_s=1800.0, distance_m=5000.0), None)
    assert not told.has_samples
    assert told.temperature_c is None
    assert conditions_of(build.activity(speed=speed, sub_sport="treadmill"), 30.0).ascent_m_per_km is None


@dataclass(frozen=True)
class Outing:
    id: int
    days: int
    distance_m: float | None = 10_000.0
    treadmill: bool = False
    has_samples: bool = True

    @property
    def start_at(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=self.days)


def test_the_counterpart_is_the_latest_on_the_route_else_of_the_same_distance():
    one = Outing(9, 9)
    others = [one, Outing(1, 1), Outing(2, 2), Outing(3, 3, 15_000.0), Outing(4, 4, has_samples=False)]
    later = Outing(10, 10)
    assert counterpart(one, [*others, later], same_route={1, 3, 9, 10}) == others[3]
    assert counterpart(one, [*others, later]) == others[2]
    assert counterpart(one, [others[4]]) == others[4]
    assert counterpart(replace(one, treadmill=True), others) is None
    assert counterpart(one, [one]) is None
