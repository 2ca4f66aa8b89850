"""The critical swim speed: the two-point rule, and the tests it is read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coach.domain.activity import Sport, SwimLength
from coach.domain.athlete import Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import Measure, swim_threshold, thresholds
from coach.domain.metrics.history import Past

from .build import DAY, activity, athlete, because, value
from .examples import example_of


def swim(*sets, pool_m=25.0, sport=Sport.swim):
    """Return a swim of sets (metres, seconds), with the rest behind each in seconds as a third number."""
    lengths, clock = [], 0.0
    for metres, seconds, rest in sets:
        count = round(metres / pool_m)
        for _ in range(count):
            lengths.append(SwimLength(clock, seconds / count, active=True))
            clock += seconds / count
        if rest:
            lengths.append(SwimLength(clock, rest, active=False))
            clock += rest
    made = activity(sport=sport, elapsed_s=clock, totals={"pool_length_m": pool_m} if pool_m else {})
    return replace(made, recording=replace(made.recording, lengths=tuple(lengths)))


TEST = ((200, 240.0, 60.0), (400, 360.0, 300.0), (200, 170.0, 120.0), (100, 120.0, 0.0))


@example_of(
    "swim_test_speed_mps",
    source="Wakayoshi 1992, by hand: 400 m in 6:00 and 200 m in 2:50 give 200 m / 190 s = 1.0526",
)
def test_two_points_give_the_critical_speed():
    assert swim_threshold.critical_swim_speed(360, 170) == pytest.approx(200 / 190)
    found = swim_threshold.swim_test_speed_mps(swim(*TEST), athlete())
    assert isinstance(found, Measure)
    assert value(found) == pytest.approx(200 / 190, abs=1e-6)
    assert found.estimated
    with pytest.raises(ValueError, match="longer"):
        swim_threshold.critical_swim_speed(170, 360)


@pytest.mark.parametrize(
    "sets",
    [
        ((400, 360.0, 300.0), (200, 180.0, 0.0)),  # both at one pace: nobody swam all out
        ((400, 360.0, 300.0), (200, 140.0, 0.0)),  # 200 m far faster: the 400 m was no effort
        ((400, 360.0, 30.0), (200, 170.0, 0.0)),  # half a minute between them
        ((400, 360.0, 300.0), (200, 170.0, 60.0), (200, 171.0, 60.0)),  # repeats, not a test
        ((400, 360.0, 300.0), (200, 170.0, 60.0), (400, 362.0, 60.0)),
        ((400, 360.0, 300.0), (100, 80.0, 0.0)),
        ((1500, 1400.0, 0.0),),
    ],
)
def test_what_only_looks_like_a_test_is_none(sets):
    assert because(swim_threshold.swim_test_speed_mps(swim(*sets), athlete())) == "no_swim_test"


def test_without_lengths_or_a_pool_there_is_nothing_to_read():
    assert because(
        swim_threshold.swim_test_speed_mps(swim(*TEST, pool_m=25.0, sport=Sport.run), athlete())
    ) == ("not_a_swim")
    bare = activity(sport=Sport.swim, elapsed_s=600.0)
    assert because(swim_threshold.swim_test_speed_mps(bare, athlete())) == "no_lengths"


def past(days_ago, speed):
    return Past(
        100 + days_ago, DAY - timedelta(days=days_ago), Sport.swim, {"swim_test_speed_mps": Measure(speed)}
    )


def test_the_latest_test_of_half_a_year_is_the_threshold_and_a_given_one_wins():
    kind = ThresholdKind.swim_threshold_speed_mps
    history = [past(200, 1.3), past(90, 1.2), past(10, 1.1)]
    found = thresholds.estimate(history, {}, DAY)[kind]
    assert isinstance(found, Threshold)
    assert (found.value, found.origin, found.basis, found.activities) == (
        1.1,
        "estimated",
        "swim_test",
        (110,),
    )
    assert because(swim_threshold.estimate_swim_threshold(history[:1], DAY)) == "no_swim_test"
    mine = Threshold(kind, 1.25, "given", DAY)
    assert (
        thresholds.estimate(history, {}, DAY, given=Thresholds(swim_threshold_speed_mps=mine))[kind] is mine
    )
