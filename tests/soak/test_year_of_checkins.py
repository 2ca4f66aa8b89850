"""A year of check-ins in every zone: each week once, at most two messages a day, none in quiet hours.

`tests/domain/test_some_weeks_of_checkins.py` lives through a shorter time.
"""

from __future__ import annotations

import os
import secrets

import pytest

from tests.soak.year import ZONES, a_year


@pytest.mark.soak
def test_a_year_in_every_zone() -> None:
    seed = int(os.environ.get("HANBAL_SEED") or secrets.randbits(48))
    print(f"HANBAL_SEED={seed}")
    assert {"Etc/GMT+12", "Etc/GMT-14", "Asia/Kathmandu", "Australia/Lord_Howe"} <= set(ZONES)
    counts = a_year(seed, ZONES, 365)
    print(counts)
    assert counts.is_right, counts
    assert counts.most_a_day == 2
