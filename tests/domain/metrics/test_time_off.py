"""VDOT after days off."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.metrics.time_off import vdot_share_after

from .examples import vectors


@pytest.mark.parametrize("vector", vectors("vdot_time_off"))
def test_published_days(vector):
    days, expected, tol = vector["inputs"]["days_off"], vector["expected"], vector["tol"]
    assert vdot_share_after(days) == pytest.approx(expected["no_cross_training"], abs=tol)
    assert vdot_share_after(days, cross_trained=True) == pytest.approx(expected["cross_training"], abs=tol)


def test_between_the_days_and_beyond_them():
    assert vdot_share_after(0) == vdot_share_after(5) == 1
    assert vdot_share_after(10.5) == pytest.approx((0.994 + 0.973) / 2)
    assert vdot_share_after(72) == vdot_share_after(400) == 0.80
    assert vdot_share_after(400, cross_trained=True) == 0.90


@given(days=st.floats(0, 100), more=st.floats(0, 50))
@settings(max_examples=40, derandomize=True)
def test_more_days_never_leave_more(days, more):
    assert vdot_share_after(days + more) <= vdot_share_after(days) <= vdot_share_after(days, True)
