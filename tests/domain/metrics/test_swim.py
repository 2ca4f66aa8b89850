"""Swims: by the length in a pool, by the timer in open water."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coach.domain.activity import Activity, Sport, SwimLength
from coach.domain.metrics import Measure, swim

from .build import activity, athlete, because, value
from .examples import example_of


def pool(*lengths: SwimLength, pool_length_m: float | None = 25.0, distance_m: float | None = None):
    totals = {} if pool_length_m is None else {"pool_length_m": pool_length_m}
    plain = activity(
        sport=Sport.swim,
        sub_sport="pool",
        elapsed_s=600.0,
        timer_s=600.0,
        totals=totals,
        distance_m=distance_m or (pool_length_m or 0) * sum(n.active for n in lengths) or None,
    )
    return replace(plain, recording=replace(plain.recording, lengths=lengths))


def lengths(*pairs: tuple[float, int | None], stroke: str = "freestyle") -> tuple[SwimLength, ...]:
    at, made = 0.0, []
    for seconds, strokes in pairs:
        made.append(SwimLength(at, seconds, True, strokes, stroke))
        at += seconds
    return tuple(made)


FOUR = (
    *lengths((20.0, 18), (22.0, 20)),
    SwimLength(42.0, 30.0, False),
    *lengths((30.0, 10), (28.0, 12), stroke="breaststroke"),
)


def detail(found) -> dict:
    assert isinstance(found, Measure)
    return dict(found.detail)


@example_of(
    "swim_pace_s_per_100m",
    "swim_lengths",
    "swim_strokes",
    "swolf",
    source="by hand: 4 lengths of 25 m in 20, 22, 30 and 28 s with 18, 20, 10 and 12 strokes",
)
def test_four_lengths():
    swum = pool(*FOUR)
    assert value(swim.swim_pace_s_per_100m(swum, athlete())) == 100  # the rest at the wall does not count
    assert value(swim.swim_lengths(swum, athlete())) == 4
    assert value(swim.swim_strokes(swum, athlete())) == 60
    assert value(swim.swolf(swum, athlete())) == 40  # (38 + 42 + 40 + 40) / 4
    assert detail(swim.swolf(swum, athlete()))["per_25_m"] == 40
    free, breast = detail(swim.swim_lengths(swum, athlete()))["strokes"]
    assert (free["stroke"], free["lengths"], free["pace_s_per_100m"], free["swolf"]) == (
        "freestyle", 2, 84.0, 40.0,
    )  # fmt: skip
    assert (breast["stroke"], breast["distance_m"], breast["strokes"]) == ("breaststroke", 50.0, 22)


def test_swolf_of_another_pool_is_made_comparable():
    fifty = pool(*lengths((40.0, 36), (40.0, 40)), pool_length_m=50.0)
    assert value(swim.swolf(fifty, athlete())) == 78
    assert detail(swim.swolf(fifty, athlete()))["per_25_m"] == 39
    guessed = pool(*lengths((40.0, 36), (40.0, 40)), pool_length_m=None, distance_m=100.0)
    assert detail(swim.swolf(guessed, athlete()))["pool_length_m"] == 50
    nobody_knows = pool(*lengths((40.0, 36)), pool_length_m=None)
    assert detail(swim.swolf(nobody_knows, athlete()))["per_25_m"] is None


def test_lengths_whose_strokes_were_not_counted_lower_the_coverage():
    some = pool(*lengths((20.0, 18), (21.0, None), (22.0, 20), (21.0, 0)))
    found = swim.swolf(some, athlete())
    assert (value(found), found.coverage) == (40, 0.5)
    assert swim.swim_strokes(some, athlete()).coverage == 0.5
    none = pool(*lengths((20.0, None)))
    assert because(swim.swolf(none, athlete())) == "no_strokes"
    assert because(swim.swim_strokes(none, athlete())) == "no_strokes"


def open_water(**more) -> Activity:
    return activity(sport=Sport.swim, sub_sport="open_water", elapsed_s=1500.0, timer_s=1440.0, **more)


def test_open_water_has_a_pace_and_nothing_else():
    far = open_water(distance_m=1500.0)
    assert value(swim.swim_pace_s_per_100m(far, athlete())) == 96
    assert because(swim.swolf(far, athlete())) == "no_lengths"
    assert because(swim.swim_lengths(far, athlete())) == "no_lengths"
    assert because(swim.swim_strokes(far, athlete())) == "no_strokes"
    assert value(swim.swim_strokes(open_water(totals={"strokes": 900.0}), athlete())) == 900
    assert because(swim.swim_pace_s_per_100m(open_water(), athlete())) == "no_distance"


def test_a_run_is_no_swim():
    run = activity(speed=np.full(600, 3.0))
    for one in (swim.swim_pace_s_per_100m, swim.swolf, swim.swim_lengths, swim.swim_strokes):
        assert because(one(run, athlete())) == "not_a_swim"


def test_normalising_is_linear():
    assert swim.swolf_of(40.0, 36.0, 50.0) == pytest.approx(38.0)
