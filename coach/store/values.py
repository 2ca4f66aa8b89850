"""The value of any metric by its name: what the API, the tool `metric` and its chart have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import get_args

from coach.domain.activity import Sport
from coach.domain.athlete import ThresholdKind
from coach.domain.daily import DAILY_UNITS, EntryKind
from coach.domain.metrics import METRICS
from coach.domain.metrics.history import History
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Done, Span
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.store.history import history_of
from coach.store.session import Session

# What a metric of a day may look back on: a year and the month its medians need.
LOOKBACK = timedelta(days=400)
_ENTRY_KINDS = frozenset(get_args(EntryKind))
_THRESHOLDS = frozenset(kind.value for kind in ThresholdKind)


@dataclass(frozen=True)
class Needs:
    """What of the past a metric of a day reads, by what it and the metrics it needs declare."""

    load: bool
    measures: frozenset[str]
    daily_names: frozenset[str]
    entry_kinds: frozenset[str]
    thresholds: frozenset[str]  # always loaded; estimated from activities, so that it rests on them too


@cache
def needs_of(name: str) -> Needs:
    """Return what must be loaded to compute a metric of scope "day"."""
    direct: set[str] = set()
    todo, seen = [name], {name}
    while todo:
        for need in METRICS[todo.pop()].needs:
            direct.add(need)
            # What an activity's metric rests on is in its stored value already.
            if need in METRICS and METRICS[need].scope == "day" and need not in seen:
                seen.add(need)
                todo.append(need)
    return Needs(
        load="training_load" in direct,
        # Of the load only the sums by day are read.
        measures=frozenset(
            n for n in direct - {"training_load"} if n in METRICS and METRICS[n].scope == "activity"
        ),
        daily_names=frozenset(direct & DAILY_UNITS.keys()),
        entry_kinds=frozenset(direct & _ENTRY_KINDS),
        thresholds=frozenset(direct & _THRESHOLDS),
    )


def history_for(s: Session, athlete_id: int, name: str, first: date, last: date) -> History | None:
    """Return the past that a metric of scope "day" reads for the days of a span, or None without any."""
    needs = needs_of(name)
    return history_of(
        s,
        athlete_id,
        last,
        load=needs.load,
        measures=needs.measures,
        daily_names=needs.daily_names,
        entry_kinds=needs.entry_kinds,
        since=first - LOOKBACK,
        devices="device" in METRICS[name].needs,
    )


def of_days(s: Session, athlete_id: int, name: str, days: Sequence[date]) -> list[Measure | Unknown]:
    """Return a metric of scope "day" for each of the days, which must be in order."""
    past = history_for(s, athlete_id, name, days[0], days[-1]) if days else None
    if past is None:
        return [Unknown("day_without_history") for _ in days]
    fn = METRICS[name].fn
    return [fn(past, day) for day in days]


def of_spans(
    s: Session, athlete_id: int, name: str, spans: Sequence[Span], sport: Sport | None = None
) -> list[tuple[Measure | Unknown, list[Row]]]:
    """Return a metric of scope "period" for each span, with the activities it rests on."""
    rows = activities.find(
        s, athlete_id, start=spans[0].first, end=spans[-1].last, sport=sport, limit=None, newest_first=False
    )
    wanted = [n for n in METRICS[name].needs if n in METRICS and METRICS[n].scope == "activity"]
    read = metrics.read(s, athlete_id, [row.id for row in rows], wanted)
    done = [
        Done(
            row.id,
            row.local_date,
            row.sport,
            {"distance_m": row.distance_m, "moving_s": row.moving_s or row.timer_s or row.elapsed_s}
            | {
                n: found.value
                for n, found in read.get(row.id, {}).items()
                if n not in ("distance_m", "moving_s") and isinstance(found, Measure)
            },
        )
        for row in rows
    ]
    results = []
    for span in spans:
        at = [n for n, d in enumerate(done) if d.day in span]
        results.append((METRICS[name].fn([done[n] for n in at]), [rows[n] for n in at]))
    return results
