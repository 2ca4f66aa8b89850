"""What a metric of a day declares to need is all that it reads: nothing else is loaded for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from fakes.life import TODAY, Lived, opened
from fakes.past import demo_past

from coach.domain.activity import Device
from coach.domain.daily import DAILY_UNITS, EntryKind
from coach.domain.metrics import METRICS
from coach.domain.metrics.history import History
from coach.store import values
from coach.store.history import history_of
from coach.store.postgres import Embedded

OF_DAYS = sorted(name for name, m in METRICS.items() if m.scope == "day")
OF_ACTIVITIES = frozenset(name for name, m in METRICS.items() if m.scope == "activity")


@pytest.fixture(scope="module")
def life(embedded: Embedded, template: str) -> Iterator[Lived]:
    yield from opened(embedded.url, template)


def only_needed(history: History, name: str, since: date) -> History:
    """Return the past without everything that the metric does not declare, and without the time before."""
    needs = values.needs_of(name)
    devices = "device" in METRICS[name].needs
    return replace(
        history,
        daily_load=history.daily_load if needs.load else {},
        activities=[
            replace(
                past,
                measures={n: m for n, m in past.measures.items() if n in needs.measures},
                device=past.device if devices else Device(),
            )
            for past in history.activities
            if needs.measures and past.day >= since
        ],
        daily={
            n: {day: v for day, v in of.items() if day >= since}
            for n, of in history.daily.items()
            if n in needs.daily_names
        },
        entries=[e for e in history.entries if e.kind in needs.entry_kinds and e.day >= since],
    )


@pytest.mark.parametrize("name", OF_DAYS)
def test_a_metric_of_a_day_reads_nothing_that_it_does_not_declare(name: str) -> None:
    """Over eighteen months, of which the last day knows only the lookback."""
    whole = demo_past()
    days = [whole.last_day - timedelta(days=back) for back in (0, 3, 60, 150, 290)]
    for day in days[:2] if name == "change_points" else days:
        part = only_needed(whole, name, day - values.LOOKBACK)
        assert METRICS[name].fn(part, day) == METRICS[name].fn(whole, day), f"{name} of {day}"


def test_the_threshold_heart_rate_reads_thresholds_and_no_runs() -> None:
    needs = values.needs_of("lthr")
    assert (needs.measures, needs.thresholds) == (frozenset(), {"lthr_bpm"})


def test_what_is_loaded_for_a_metric_gives_what_the_whole_past_gives(life: Lived) -> None:
    days = [TODAY - timedelta(days=back) for back in (40, 12, 5, 0)]
    with life.db.athlete_session(life.full) as s:
        whole = history_of(
            s,
            life.full,
            TODAY,
            load=True,
            measures=OF_ACTIVITIES,
            daily_names=DAILY_UNITS.keys(),
            entry_kinds=get_args(EntryKind),
            devices=True,
        )
        assert whole is not None
        for name in OF_DAYS:
            loaded = values.of_days(s, life.full, name, days)
            assert loaded == [METRICS[name].fn(whole, day) for day in days], name
