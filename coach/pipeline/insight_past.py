"""What insights are made of: the stored past, added up once by day, week and month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from statistics import fmean
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, Threshold
from coach.domain.insights.records import Bettered, bettered
from coach.domain.insights.stretch import TREND_WEEKS, Values
from coach.domain.metrics.changes import NEEDS, changes_of
from coach.domain.metrics.history import History
from coach.domain.metrics.judging import Change
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Span
from coach.domain.metrics.watched import WHATS
from coach.domain.plan.match import Pair
from coach.domain.plan.model import Done, Plan, Race
from coach.domain.source import Source, limited
from coach.pipeline import matching
from coach.store import (
    activities,
    athletes,
    completeness,
    daily,
    metrics,
    permissions,
    plans,
    races,
    recordings,
    rests_on,
)
from coach.store.activities import Row
from coach.store.history import history_of
from coach.store.session import Session

NIGHTS_A_WEEK = 4  # of a longer span more than half
_OF_RUNS = ("training_load", "intensity_distribution")
_OF_ALL_TIME = ("distance_bests", "distance_m", "elapsed_s")
_BODY_DAYS = timedelta(days=62)  # what usual ranges of a morning look back on
_CHANGE_DAYS = timedelta(days=366)
_HRV = ("hrv_rmssd_ms", "hrv_sdnn_ms")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """What was done on a day. `easy_s` and `spread_s`: seconds below the first threshold, and in all."""

    row: Row
    load: float | None
    easy_s: float | None
    spread_s: float | None
    load_because: str | None = None

    @property
    def is_run(self) -> bool:
        return self.row.sport is Sport.run

    @property
    def seconds(self) -> float:
        return self.row.moving_s or self.row.timer_s or self.row.elapsed_s


@dataclass(frozen=True)
class Past:
    """An athlete's past as insights read it. `known_from`: before it records are missing (None: none are).

    `there`: the sources that forbid something and that anything rests on; what nobody can trace to its
    sources counts as resting on all of them.
    """

    athlete: Athlete
    today: date
    done: Sequence[Day]
    ever: History
    lately: History
    known_from: date | None
    there: frozenset[Source]
    bases: Sequence[rests_on.Basis]
    thresholds: Sequence[Threshold]
    plan: Plan | None
    plan_id: int | None
    pairs: tuple[Pair, ...]
    planned_done: tuple[Done, ...]
    races: Sequence[Race]
    rated: frozenset[int]
    changes: tuple[Change, ...] = ()
    sources_of: Mapping[int, frozenset[Source]] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        return self.ever.first_day

    def is_complete(self, first: date) -> bool:
        """Tell whether nothing is missing of the days from `first` on."""
        return self.known_from is None or first >= self.known_from

    def within(self, span: Span) -> list[Day]:
        """Return what was done within a span, oldest first."""
        return [day for day in self.done if day.row.local_date in span]

    def rests(self, rows: Iterable[Row]) -> frozenset[Source]:
        """Return what a figure of these activities rests on; of none, on all that was recorded."""
        return frozenset(source for row in rows for source in row.sources) or self.there

    def through(self, metric: str, first: date | None, last: date) -> frozenset[Source]:
        """Return what the thresholds rest on that a metric was computed with."""
        return frozenset(
            rests_on.through_thresholds(self.bases, rests_on.threshold_kinds(metric), first, last)
        )

    def values(self, span: Span) -> Values:
        """Return the numbers of a span by the names of `stretch.MEASURED`; unknown is None."""
        done = self.within(span)
        runs = [day for day in done if day.is_run]
        far = [day.row.distance_m for day in runs if day.row.distance_m is not None]
        loads = [day.load for day in done if day.load is not None]
        spread = sum(day.spread_s or 0.0 for day in runs)
        return {
            "runs": float(len(runs)),
            "distance_m": sum(far) if far or not runs else None,
            "time_s": sum(day.seconds for day in runs),
            "longest_m": max(far, default=None),
            "load": sum(loads) if loads or not done else None,
            "easy_pct": 100 * sum(d.easy_s or 0.0 for d in runs) / spread if spread else None,
            "rhr_bpm": self.nightly("rhr_bpm", span),
            "hrv_ms": self.nightly(self.hrv, span),
            "sleep_s": self.nightly("sleep_s", span),
        }

    def nightly(self, name: str, span: Span) -> float | None:
        """Return the mean of what was measured on the days of a span; None where too few are known."""
        known = [v for v in self.lately.values(name, span.first, span.last).values() if v > 0]
        days = (span.last - span.first).days + 1
        return fmean(known) if len(known) >= max(NIGHTS_A_WEEK, days // 2) else None

    @cached_property
    def hrv(self) -> str:
        """The series of heart-rate variability with more nights; the two are never mixed."""
        return max(_HRV, key=lambda name: len(self.lately.daily.get(name, {})))

    def before(self, first: date) -> tuple[tuple[Span, Values], ...]:
        """Return the 12 weeks before a day with their numbers, oldest first, as far as they are complete."""
        spans = [
            Span(first - n * _WEEK, first - (n - 1) * _WEEK - timedelta(days=1))
            for n in range(TREND_WEEKS, 0, -1)
        ]
        begin = max(self.first_day, self.known_from or self.first_day)
        return tuple((span, self._weekly(span)) for span in spans if span.first >= begin)

    def _weekly(self, span: Span) -> Values:
        if span.first not in self._weeks:
            self._weeks[span.first] = self.values(span)
        return self._weeks[span.first]

    @cached_property
    def _weeks(self) -> dict[date, Values]:
        return {}

    @cached_property
    def records(self) -> tuple[Bettered, ...]:
        """The best efforts that bettered all before; none where some of the past is missing."""
        return tuple(bettered(self.ever.activities)) if self.known_from is None else ()


def past_of(
    s: Session, athlete: Athlete, today: date, first: date, *, with_changes: bool = True
) -> Past | None:
    """Return what is known of the time since `first` and of the weeks before it; None without any activity.

    Raises NotEnoughData while metrics are being computed: sums without a part would be wrong.
    """
    since = first - TREND_WEEKS * _WEEK - timedelta(days=31)
    ever = history_of(s, athlete.id, today, load=True, measures=_OF_ALL_TIME)
    if ever is None:
        return None
    reads = min(since - _BODY_DAYS, today - _CHANGE_DAYS) if with_changes else since - _BODY_DAYS
    names = NEEDS if with_changes else ()
    lately = history_of(
        s,
        athlete.id,
        today,
        measures=names,
        daily_names=(*_HRV, "rhr_bpm", "sleep_s", "weight_kg"),
        since=reads,
        devices=with_changes,
    )
    rows = activities.find(s, athlete.id, start=since, end=today, limit=None, newest_first=False)
    revision = plans.holding(s)
    rated = daily.list_entries(s, athlete.id, start=since, end=today, kinds=["rpe"])
    permitted = permissions.read(s)
    past = Past(
        athlete=athlete,
        today=today,
        done=_days(s, athlete.id, rows),
        ever=ever,
        lately=lately or ever,
        known_from=completeness.incomplete_before(s),
        there=recordings.used(s, athlete.id, limited(permitted)),
        bases=rests_on.of_thresholds(s, athlete.id),
        thresholds=athletes.thresholds(s),
        plan=None if revision is None else revision.plan,
        plan_id=None if revision is None else revision.plan_id,
        pairs=() if revision is None else matching.kept_pairs(s, revision.plan_id),
        planned_done=()
        if revision is None
        else matching.done_between(s, athlete, revision.plan.start, min(today, revision.plan.end)),
        races=races.find(s, start=since),
        rated=frozenset(r.id for r in rows if r.rpe is not None)
        | frozenset(e.activity_id for e in rated if e.activity_id is not None),
    )
    changes = changes_of(past.lately, today, WHATS).changes if with_changes and lately else ()
    return replace(past, changes=changes, sources_of=_sources(s, athlete.id, past.records))


def _days(s: Session, athlete_id: int, rows: Sequence[Row]) -> list[Day]:
    read = metrics.read(s, athlete_id, [row.id for row in rows], _OF_RUNS, whole=True) if rows else {}
    found = []
    for row in rows:
        load, spread = read[row.id]["training_load"], read[row.id]["intensity_distribution"]
        zones = [float(z["time_s"]) for z in spread.detail["rows"]] if isinstance(spread, Measure) else []
        found.append(
            Day(
                row,
                load.value if isinstance(load, Measure) else None,
                zones[0] if sum(zones) > 0 else None,
                sum(zones) or None,
                load.because if isinstance(load, Unknown) else None,
            )
        )
    return found


def _sources(s: Session, athlete_id: int, records: Collection[Bettered]) -> Mapping[int, frozenset[Source]]:
    ids = {i for one in records for i in (one.run.activity_id, one.before_id)}
    return recordings.sources_of(s, athlete_id, ids) if ids else {}


def span_before(kind: Literal["week", "month"], span: Span) -> Span:
    """Return the week or the month before one."""
    last = span.first - timedelta(days=1)
    return Span(span.first - _WEEK if kind == "week" else last.replace(day=1), last)
