"""A metric of a day knows nothing of the days after it, and says only what JSON can carry."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from fakes.past import demo_past

from coach.domain.metrics import METRICS, Measure
from coach.domain.metrics.history import History

OF_DAYS = sorted(name for name, m in METRICS.items() if m.scope == "day")
EARLY = (0, 1, 2, 5, 6, 7, 10, 17, 26, 27, 28, 41, 42, 43)  # what learns a baseline is most tempted there
EVERY = 43
EVERY_SLOW = 129
SLOW = {"change_points", "daily_anomalies"}


@pytest.fixture(scope="module")
def history() -> History:
    return demo_past()


@pytest.fixture(scope="module")
def replayed(history: History) -> dict[date, History]:
    """The past as it was at the end of each of many days."""
    days = (history.last_day - history.first_day).days
    offsets = sorted({*EARLY, *range(EARLY[-1], days, EVERY), days})
    return {day: history.until(day) for n in offsets if (day := history.first_day + timedelta(days=n))}


def days_of(name: str, replayed: dict[date, History]) -> list[date]:
    days = list(replayed)
    return days[:: EVERY_SLOW // EVERY] if name in SLOW else days


@pytest.mark.parametrize("name", OF_DAYS)
def test_a_metric_of_a_day_is_the_same_whatever_comes_later(
    name: str, history: History, replayed: dict[date, History]
) -> None:
    fn = METRICS[name].fn
    for day in days_of(name, replayed):
        assert fn(history, day) == fn(replayed[day], day), f"{name} of {day} reads what came later"


@pytest.mark.parametrize("name", OF_DAYS)
def test_a_metric_of_a_day_says_only_what_json_can_carry(name: str, replayed: dict[date, History]) -> None:
    measured = 0
    for day in days_of(name, replayed):
        found = METRICS[name].fn(replayed[day], day)
        if isinstance(found, Measure):
            measured += found.value is not None
            json.dumps([found.value, found.coverage, dict(found.detail)], allow_nan=False)
            assert found.coverage is None or 0 <= found.coverage <= 1
        else:
            json.dumps(dict(found.params), allow_nan=False)
    assert measured, f"{name} is unknown all through the invented life: it proves nothing here"
