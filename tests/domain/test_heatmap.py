"""A square is as warm as the number of outings that passed it."""

from __future__ import annotations

import numpy as np
import pytest

from coach.domain.geometry import plane_m
from coach.domain.heatmap import heat_of
from tests.domain.walks import HOME, walk

SQUARE = [(0, 0), (2000, 0), (2000, 2000), (0, 2000), (0, 0)]


def test_an_outing_counts_once_in_a_square():
    rounds = walk([*SQUARE, *SQUARE[1:], *SQUARE[1:]])
    heat = heat_of([rounds, walk(SQUARE), walk(SQUARE[:2])], 200)
    assert heat is not None
    assert set(np.unique(heat.counts).tolist()) == {0, 2, 3}, "three rounds of one outing are one"
    assert heat.drawn == 3
    # Four sides of 2 km on 200 squares of about 10 m (and a little margin).
    assert np.count_nonzero(heat.counts) == pytest.approx(4 * 200 / 1.06, rel=0.05)
    assert np.count_nonzero(heat.counts == 3) == pytest.approx(200 / 1.06, rel=0.1)


def test_the_picture_lies_where_the_outings_were():
    heat = heat_of([walk(SQUARE)], 300)
    assert heat is not None
    b = heat.bounds
    east, north = plane_m(np.array([b.south, b.north]), np.array([b.west, b.east]), *HOME)
    assert east == pytest.approx([-60, 2060], abs=15)
    assert north == pytest.approx([-60, 2060], abs=15)
    rows, columns = heat.counts.shape
    assert max(rows, columns) <= 302
    assert heat.counts[0].sum() == 0, "a margin"


def test_only_the_area_with_the_most_outings_is_drawn():
    away = [walk(SQUARE, home=(48.85, 2.35), seed=n) for n in range(2)]
    heat = heat_of([*(walk(SQUARE) for _ in range(3)), *away, ()], 100)
    assert heat is not None
    assert (heat.drawn, heat.elsewhere) == (3, 2)
    assert heat.bounds.west > 100


def test_nothing_to_draw_and_very_little():
    assert heat_of([], 100) is None
    assert heat_of([()], 100) is None
    tiny = heat_of([walk([(0, 0), (6, 0)])], 100)
    assert tiny is not None
    assert tiny.counts.max() == 1
    assert max(tiny.counts.shape) <= 102
