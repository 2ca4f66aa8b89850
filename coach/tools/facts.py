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


def opening(ctx: ToolContext, text: str) -> str:
    """Return `text` as it stands alone, in a title or a cell: with a capital letter in English."""
    return text[:1].upper() + text[1:] if ctx.lang == "en" else text


def during(ctx: ToolContext, start: date, end: date, label: str = "") -> str:
    """Return how a sentence about a span of days begins: `지난주(11월 9–15일)에는`, `오늘은`, `today:`."""
    name = label or period_name(ctx, start, end)
    return say(ctx.lang, "tools.during_day" if start == end else "tools.during", period=name)


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
    elif seconds_of(row):
        parts.append(clock(seconds_of(row)))
    return f"{day_name(ctx, row.local_date)} {' · '.join(parts)}"


def seconds_of(row: Row) -> float:
    """Return how long an activity took: moving where that is known, else with the stops."""
    return row.moving_s or row.timer_s or row.elapsed_s


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

    def cell(self, key: str | None) -> str:
        """Return how a table shows a fact: by its key, or as a dash when it is unknown or not there."""
        fact = self._facts.get(key) if key else None
        return "–" if fact is None or fact.value is None else f"{{{fact.key}}}"

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
        **more: Any,
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
            **more,
        )

    def core(self, key: str, row: Row, subject: Subject) -> dict[str, str]:
        """Add distance, time and pace (speed of a ride, pace per 100 m of a swim) of an activity.

        Returns what of it is known: "distance", "moving", and one of "pace" and "speed" → fact key.
        """
        seconds, metres = seconds_of(row), row.distance_m
        why = None if metres is not None else "no_distance"
        self.add(f"{key}.distance_m", "distance_m", metres, "m", subject, rows=[row], because=why)
        known = {"moving": self.add(f"{key}.moving_s", "moving_s", seconds, "s", subject, rows=[row])}
        if metres is None:
            return known
        known["distance"] = f"{key}.distance_m"
        if not metres or not seconds:
            return known
        what, name, value, unit = (
            ("speed", "speed_mps", metres / seconds, "mps")
            if row.sport is Sport.ride
            else ("pace", "pace_s_per_100m", 100 * seconds / metres, "s_per_100m")
            if row.sport is Sport.swim
            else ("pace", "pace_s_per_km", 1000 * seconds / metres, "s_per_km")
        )
        known[what] = self.add(f"{key}.{name}", name, value, unit, subject, rows=[row])
        return known

    def _label(self, metric: str) -> str:
        for key in (f"metric.{metric}", f"tools.label_{metric}"):
            if has(self._ctx.lang, key):
                return say(self._ctx.lang, key)
        raise KeyError(f"no label for {metric}")
