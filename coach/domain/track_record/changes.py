"""Reports of lasting changes: how many there would have been, and how many still stood four weeks later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coach.domain.metrics.changes import changes_of
from coach.domain.metrics.history import History
from coach.domain.metrics.judging import Change
from coach.domain.metrics.watched import DAILY_NAMES, MEASURES
from coach.domain.track_record.registry import TrackRecord, tracked

EVERY = timedelta(days=7)
STANDING = timedelta(days=28)
SAME_WITHIN = timedelta(days=21)  # the day of a step is known no better


@dataclass(frozen=True)
class _Report:
    on: date
    change: Change


@tracked(formulas=("change_points",), reads=(*MEASURES, *DAILY_NAMES), key=("what", "day"), scoring=0)
def changes(history: History) -> TrackRecord:
    """Look for changes each week with what was known, and look again four weeks after each first report.

    A report that is gone by then, or is the sensor's, was a false alarm; one younger than four weeks is
    open. Only what would have been told as a change of the runner counts, not what was called uncertain.
    """
    looks = [
        (day, changes_of(history.until(day), day).changes)
        for day in _weeks(history.first_day, history.last_day)
    ]
    reports: list[_Report] = []
    for day, found in looks:
        for change in found:
            if change.status == "changed" and not any(_same(change, r.change) for r in reports):
                reports.append(_Report(day, change))
    rows: list[dict[str, Any]] = []
    for report in reports:
        later = next((found for day, found in looks if day >= report.on + STANDING), None)
        rows.append(
            {
                "what": report.change.what,
                "day": report.change.day.isoformat(),
                "reported": report.on.isoformat(),
                "step": report.change.step,
                "stood": None if later is None else _stands(report.change, later),
            }
        )
    stood = [row["stood"] for row in rows if row["stood"] is not None]
    weeks = len(looks)
    summary = {
        "weeks": weeks,
        "reports": len(rows),
        "judged": len(stood),
        "false_alarms": stood.count(False),
        "per_year": 365.25 * len(rows) / (7 * weeks) if weeks else None,
    }
    return TrackRecord(summary, rows)


def _weeks(first: date, last: date) -> list[date]:
    """Return the days on which one would have looked, the last day of all among them."""
    n = (last - first).days // EVERY.days
    return [last - EVERY * k for k in range(n, -1, -1)]


def _same(a: Change, b: Change) -> bool:
    return a.what == b.what and (a.step > 0) == (b.step > 0) and abs(a.day - b.day) <= SAME_WITHIN


def _stands(change: Change, later: Sequence[Change]) -> bool:
    return any(_same(change, c) and c.status != "sensor" for c in later)
