"""Weeks of check-ins in some zones; `tests/soak/test_year_of_checkins.py` lives through the year in all."""

from __future__ import annotations

from tests.soak.year import ZONES, a_year


def test_some_weeks_in_every_twentieth_zone() -> None:
    counts = a_year(1, ZONES[::20], 100)
    assert counts.is_right, counts
    assert counts.most_a_day == 2
