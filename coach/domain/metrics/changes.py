"""What changed in an athlete: lasting steps of the watched series, and days that stand out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from coach.domain.metrics.anomalies import Anomaly, anomalies_of
from coach.domain.metrics.change_points import A_SIDE
from coach.domain.metrics.history import History
from coach.domain.metrics.judging import Change, NotSo, change_since, found_changes, prepare
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.sensor_drift import with_sensors_named
from coach.domain.metrics.watched import DAILY_NAMES, MEASURES, OPTIONAL_MEASURES, WHATS, What, series_of

WINDOW = timedelta(days=365)
BASELINE = timedelta(days=182)  # before an event
NEEDS = (*DAILY_NAMES, *MEASURES, *OPTIONAL_MEASURES, "device")


@dataclass(frozen=True)
class Look:
    """What was looked at of one series. `smallest` is the smallest step that would have been reported.

    `because` is why there is nothing to report: too few values, or the rule that did not hold.
    """

    what: What
    n: int
    n_after: int
    first: date | None
    last: date | None
    smallest: float | None
    because: NotSo | None = None


@dataclass(frozen=True)
class Findings:
    changes: tuple[Change, ...]  # oldest first
    looks: tuple[Look, ...]

    @property
    def enough(self) -> bool:
        """Whether any series was long enough to be judged."""
        return any(look.smallest is not None for look in self.looks)


def changes_of(
    history: History, day: date, whats: Collection[What] = WHATS, since: date | None = None
) -> Findings:
    """Return what changed within the year up to `day`; with `since`, what is different now from before it."""
    first = day - WINDOW if since is None else min(since - BASELINE, day)
    changes: list[Change] = []
    looks = []
    for what in whats:
        series = series_of(history, what, first, day)
        ready = prepare(series)
        because: NotSo | None = "few_values"
        if ready is not None and since is None:
            found, because = found_changes(ready)
            changes += found
        elif ready is not None and since is not None:
            verdict = change_since(ready, since)
            because = None if isinstance(verdict, Change) else verdict
            changes += [verdict] if isinstance(verdict, Change) else []
        looks.append(
            Look(
                what,
                len(series),
                sum(d >= since for d in series.days) if since else 0,
                series.days[0] if series.days else None,
                series.days[-1] if series.days else None,
                ready.smallest_step if ready else None,
                because,
            )
        )
    return Findings(tuple(sorted(with_sensors_named(changes), key=lambda c: c.day)), tuple(looks))


def standing_out(
    history: History, day: date, whats: Collection[What] = WHATS, days: int = 1
) -> list[Anomaly]:
    """Return what stands out on the last `days` days up to `day`."""
    first = day - timedelta(days=days - 1)
    found: list[Anomaly] = []
    for what in whats:
        # Effects of speed and slope need more runs than a month has.
        series = series_of(history, what, day - WINDOW, day)
        found += anomalies_of(series, first, day)
    return found


@metric(
    title="change_points",
    unit="count",
    scope="day",
    combine="none",
    needs=NEEDS,
    source="PELT (Killick 2012), l2, penalty 6σ²·ln n AR(1) long-run σ; Plews 2014 (SWC .5 SD)",
    evidence=Evidence.useful,
    version=1,
)
def change_points(history: History, day: date) -> Measure | Unknown:
    """How many lasting changes of the runner the year up to the day shows; the sensor's own do not count.

    `detail.rows` are all changes, the sensor's too; `detail.looked` is what was looked at. Reported are only
    steps with 20 values on both sides, above half an SD and the instrument's noise, of one device, runs at
    matched speed, slope and temperature. In 500 simulated years of steady athletes one was false.
    """
    found = changes_of(history, day)
    if not found.enough:
        return Unknown("need_values_a_side", {"values": A_SIDE})
    own = [c for c in found.changes if c.status != "sensor"]
    return Measure(
        float(len(own)),
        detail={
            "rows": [_plain(c) for c in found.changes],
            "looked": [_plain(look) for look in found.looks],
        },
    )


@metric(
    title="daily_anomalies",
    unit="count",
    scope="day",
    combine="none",
    needs=NEEDS,
    source="Robust z (median, 1.4826 MAD) over 28 days: > 3, or > 2 twice running",
    evidence=Evidence.useful,
    version=1,
)
def daily_anomalies(history: History, day: date) -> Measure | Unknown:
    """How many of the watched values of the day stand out from the 28 days before.

    Chance alone does this on about one day in a hundred for each series, so one is a question, no finding.
    """
    known = [what for what in WHATS if day in series_of(history, what, day, day).days]
    if not known:
        return Unknown("nothing_measured_that_day")
    found = standing_out(history, day, known)
    return Measure(float(len(found)), detail={"rows": [_plain(a) for a in found]})


def _plain(row: Change | Look | Anomaly) -> dict[str, Any]:
    """Return a finding as JSON."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(row).items()}
