"""Which sources stored values really rest on: the thresholds that others were computed with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import func, select

from coach.domain.athlete import ThresholdKind
from coach.domain.metrics import METRICS
from coach.domain.source import Source
from coach.store import athletes, models
from coach.store.activity_row import LISTED, speaks
from coach.store.recordings import sources_of
from coach.store.session import Session

KINDS = frozenset(kind.value for kind in ThresholdKind)
# VDOT looks at thresholds where efforts leave a gap; its `needs` name what it reads of activities.
_BY_WAY_OF_VDOT = frozenset(
    {"vdot", "vo2max", "threshold_pace_s_per_km", "age_grade_pct", "race_predictions", "hr_recovery_bpm"}
)
_days = models.daily_values


@dataclass(frozen=True)
class Basis:
    """What a threshold rests on, from the day on that it holds."""

    kind: str
    valid_from: date
    given: bool
    sources: frozenset[Source]


@cache
def threshold_kinds(metric: str) -> frozenset[str]:
    """Return which thresholds a metric is computed with, however far down; none for an undeclared name."""
    if metric in KINDS:
        return frozenset({metric})
    if metric in _BY_WAY_OF_VDOT:
        return KINDS
    found: set[str] = set()
    todo, seen = [metric], {metric}
    while todo:
        name = todo.pop()
        needs = set(METRICS[name].needs) if name in METRICS else set()
        found |= needs & KINDS
        todo += [need for need in needs - seen if need in METRICS]
        seen |= needs
    return frozenset(found)


def of_thresholds(s: Session, athlete_id: int) -> list[Basis]:
    """Return what every threshold rests on, oldest first.

    One that the athlete gave rests on their word, an estimated one on its activities, the resting heart rate
    on daily values. One of another (lactate threshold as a share of the maximum) rests on what that does.
    """
    known = athletes.thresholds(s)
    of_activity = sources_of(s, athlete_id, {i for t in known for i in t.activities})
    resting: frozenset[Source] | None = None
    found: list[Basis] = []
    for t in known:
        if t.origin == "given":
            sources = frozenset({Source.journal})
        else:
            sources = frozenset().union(*(of_activity.get(i, frozenset()) for i in t.activities))
        if t.kind is ThresholdKind.hr_rest_bpm and t.origin == "estimated":
            resting = _measured(s, athlete_id, "rhr_bpm") if resting is None else resting
            sources |= resting
        found.append(Basis(t.kind.value, t.valid_from, t.origin == "given", sources))
    return [
        basis if basis.sources else replace(basis, sources=_of_same_month(found, basis)) for basis in found
    ]


def through_thresholds(
    bases: Collection[Basis], kinds: Collection[str], first: date | None, last: date | None
) -> set[Source]:
    """Return what the thresholds of these kinds rest on that held on some day of a span (None: open)."""
    found: set[Source] = set()
    for kind in kinds:
        of_kind = [b for b in bases if b.kind == kind and (last is None or b.valid_from <= last)]
        # What the athlete gave wins over estimates on every day from its first on.
        given = min((b.valid_from for b in of_kind if b.given), default=date.max)
        held = [b for b in of_kind if b.given or b.valid_from < given]
        before = max(
            (b.valid_from for b in held if first is not None and b.valid_from <= first), default=date.min
        )
        found |= {source for b in held if b.valid_from >= before for source in b.sources}
    return found


def _of_same_month(found: Collection[Basis], basis: Basis) -> frozenset[Source]:
    return frozenset(s for other in found if other.valid_from == basis.valid_from for s in other.sources)


def _measured(s: Session, athlete_id: int, name: str) -> frozenset[Source]:
    query = select(_days.c.source).where(_days.c.athlete_id == athlete_id, _days.c.name == name)
    return frozenset(map(Source, s.scalars(query.distinct())))


@dataclass(frozen=True)
class Held:
    """How much there is of a source: activities whose fields come from it, daily values, the first day."""

    activities: int
    values: int
    first_day: date | None


def held(s: Session, athlete_id: int, source: Source) -> Held:
    """Return how much of what is shown of an athlete comes from a source."""
    act, src = models.activities, models.activity_sources
    runs = s.execute(
        select(func.count(act.c.id.distinct()), func.min(act.c.local_date))
        .join_from(src, act, speaks())
        .where(act.c.athlete_id == athlete_id, src.c.source == source.value, *LISTED)
    ).one()
    days = s.execute(
        select(func.count(), func.min(_days.c.day)).where(
            _days.c.athlete_id == athlete_id, _days.c.source == source.value
        )
    ).one()
    return Held(runs[0], days[0], min((day for day in (runs[1], days[1]) if day is not None), default=None))
