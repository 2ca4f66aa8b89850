"""How tools make facts: subjects named as people do, labels from the catalogue, sources of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coach.domain.activity import Sport
from coach.domain.fact import Fact, Subject
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.source import Source
from coach.store.activities import Row
from coach.text import has, say
from coach.text.formats import clock, day, distance, period_label
from coach.tools.spec import ToolContext


def sport_name(ctx: ToolContext, sport: Sport | str) -> str:
    """Return the sport in the athlete's language."""
    return say(ctx.lang, f"sports.{Sport(sport).value}")


def day_name(ctx: ToolContext, on: date) -> str:
    """Return a day as a person would say it on the athlete's today."""
    return day(on, ctx.lang, ctx.today)


def period_name(ctx: ToolContext, start: date, end: date) -> str:
    """Return a span of days as a person would say it on the athlete's today."""
    return period_label(start, end, ctx.lang, ctx.today, week_start=ctx.athlete.week_start)


def activity_name(ctx: ToolContext, row: Row) -> str:
    """Return what an activity is called: its own name, else its sport, with its day."""
    what = row.name or sport_name(ctx, row.sport)
    return say(ctx.lang, "tools.activity_label", day=day_name(ctx, row.local_date), what=what)


def activity_choice(ctx: ToolContext, row: Row) -> str:
    """Return an activity as a choice that tells it apart from the others of its day."""
    local = row.start_at.astimezone(row.zone)
    parts = [f"{local:%H:%M}", row.name or sport_name(ctx, row.sport)]
    if row.distance_m:
        parts.append(distance(row.distance_m, ctx.lang, ctx.athlete.units))
    elif row.elapsed_s:
        parts.append(clock(row.elapsed_s))
    return f"{day_name(ctx, row.local_date)} {' · '.join(parts)}"


def of_activity(ctx: ToolContext, row: Row) -> Subject:
    return Subject(
        kind="activity",
        activity_id=row.id,
        start=row.local_date,
        end=row.local_date,
        label=activity_name(ctx, row),
    )


def of_day(ctx: ToolContext, on: date) -> Subject:
    return Subject(kind="day", start=on, end=on, label=day_name(ctx, on))


def of_period(ctx: ToolContext, start: date, end: date, label: str = "") -> Subject:
    return Subject(kind="period", start=start, end=end, label=label or period_name(ctx, start, end))


def of_athlete(ctx: ToolContext) -> Subject:
    return Subject(kind="athlete", label=say(ctx.lang, "tools.you"))


class Facts:
    """Collects the facts of one result."""

    def __init__(self, ctx: ToolContext) -> None:
        self._ctx = ctx
        self._facts: dict[str, Fact] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def all(self) -> tuple[Fact, ...]:
        return tuple(self._facts.values())

    def value(self, key: str) -> float | None:
        """Return the number of a fact, None when it is unknown or not there."""
        fact = self._facts.get(key)
        return float(fact.value) if fact and isinstance(fact.value, int | float) else None

    def add(
        self,
        key: str,
        metric: str,
        value: float | int | str | None,
        unit: str,
        subject: Subject,
        *,
        label: str | None = None,
        rows: Iterable[Row] = (),
        sources: Iterable[Source] = (),
        **more: Any,
    ) -> str:
        """Add a fact and return its key. `rows` are the activities it rests on."""
        rows = tuple(rows)
        self._facts[key] = Fact(
            key=key,
            metric=metric,
            value=value,
            unit=unit,
            label=label or self._label(metric),
            subject=subject,
            version=METRICS[metric].version if metric in METRICS else 1,
            activities=tuple(row.id for row in rows),
            sources=frozenset(sources) | frozenset(s for row in rows for s in row.sources),
            **more,
        )
        return key

    def measure(
        self,
        key: str,
        metric: str,
        result: Measure | Unknown | None,
        subject: Subject,
        *,
        rows: Iterable[Row],
    ) -> str:
        """Add what a metric of the registry gave, its value or the reason why there is none."""
        because: str | None = None
        params: Mapping[str, Any] = {}
        measure = result if isinstance(result, Measure) else None
        if isinstance(result, Unknown):
            because, params = result.because, result.params
        elif result is None:
            because = "not_computed"
        return self.add(
            key,
            metric,
            measure.value if measure else None,
            METRICS[metric].unit,
            subject,
            rows=rows,
            coverage=measure.coverage if measure else None,
            estimated=measure.estimated if measure else False,
            because=because,
            because_params=params,
        )

    def _label(self, metric: str) -> str:
        for key in (f"metric.{metric}", f"tools.label_{metric}"):
            if has(self._ctx.lang, key):
                return say(self._ctx.lang, key)
        raise KeyError(f"no label for {metric}")
