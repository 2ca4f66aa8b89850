"""An insight in the reader's language: its figures as facts, its sentences as notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from coach.domain.fact import Fact, Subject
from coach.domain.insights import Figure, Said
from coach.domain.metrics import METRICS
from coach.text import say
from coach.text.formats import date_range
from coach.tools.facts import during, opening, period_name
from coach.tools.spec import Note, ToolContext


def title(ctx: ToolContext, kind: str, first: date, last: date) -> str:
    """Return what an insight is called."""
    if kind == "week":
        dates = date_range(first, last, ctx.lang, ctx.today)
        return say(ctx.lang, "insights.title_week", period=dates)
    if kind == "month":
        return opening(ctx, say(ctx.lang, "insights.title_month", period=period_name(ctx, first, last)))
    return say(ctx.lang, "insights.title_card")


# The sentences that say of which days they speak; what follows them speaks of the same.
NAMES_THE_TIME = frozenset(
    f"insights.{name}" for name in ("ran", "ran_time", "only_others", "none", "not_kept")
)


def facts_of(ctx: ToolContext, figures: Iterable[Figure], prefix: str = "") -> tuple[Fact, ...]:
    """Return figures as facts, their keys with a prefix."""
    return tuple(_fact(ctx, figure, prefix) for figure in figures)


def _fact(ctx: ToolContext, figure: Figure, prefix: str) -> Fact:
    kind = "day" if figure.first == figure.last else "period"
    subject = Subject(
        kind=kind,
        start=figure.first,
        end=figure.last,
        label=period_name(ctx, figure.first, figure.last),
    )
    metric = METRICS.get(figure.metric)
    return Fact(
        key=f"{prefix}{figure.key}",
        metric=figure.metric,
        value=figure.value,
        unit=figure.unit,
        label=say(ctx.lang, figure.label),
        subject=subject,
        version=metric.version if metric else 1,
        coverage=figure.coverage,
        because=figure.because,
        because_params=dict(figure.because_params),
        provisional=figure.provisional,
        estimated=figure.estimated,
        activities=figure.activities,
        sources=figure.rests_on,
    )


def notes_of(
    ctx: ToolContext, said: Sequence[Said], facts: Iterable[Fact], first: date, last: date, prefix: str = ""
) -> tuple[Note, ...]:
    """Return sentences as notes about the days from first to last."""
    values = {fact.key: fact.value for fact in facts}
    found = []
    for one in said:
        params: dict[str, Any] = {name: say(ctx.lang, key) for name, key in one.names.items()}
        if one.key in NAMES_THE_TIME:
            params["during"] = during(ctx, first, last)
        if one.plural:
            params["n"] = values[f"{prefix}{one.plural}"]
        named = {name: f"{prefix}{key}" for name, key in one.figures.items()}
        found.append(Note(key=one.key, params=params, facts=named))
    return tuple(found)
