"""Looking back on a week or a month, and what is worth attention now."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coach.domain.fact import Fact
from coach.domain.insights.draft import load_figure, load_says
from coach.domain.metrics.totals import month_of, week_of
from coach.pipeline import insights as built
from coach.pipeline.insight_past import span_before
from coach.store import passages
from coach.store.insights import Insight
from coach.store.session import Session
from coach.text import say
from coach.tools.completeness import gap_before, marked
from coach.tools.facts import period_name
from coach.tools.guidelines import cite_of
from coach.tools.insight_words import facts_of, notes_of
from coach.tools.spec import Args, Card, Cite, Day, Note, Result, ToolContext, tool


class InsightsArgs(Args):
    span: Literal["week", "month", "now"] = Field("week", description="now: only what needs attention")
    day: Day | None = Field(None, description="a day of the span; the last finished one when left out")


@tool(effect="read")
def insights(ctx: ToolContext, args: InsightsArgs) -> Result:
    """Look back on a week or month: what stood out against the athlete's own weeks, what to look at next."""
    kind: Literal["week", "month"] = "month" if args.span == "month" else "week"
    now = week_of(ctx.today, ctx.athlete.week_start) if kind == "week" else month_of(ctx.today)
    last = span_before(kind, now)
    day = min(args.day or last.first, ctx.today)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        held = built.held(session)
        is_held = built.is_held(session)
        draft = None if args.span == "now" else built.look(session, ctx.athlete, kind, day, ctx.today)
        cards = built.open_cards(session, ctx.athlete) if day >= last.first else ()
        cited = {card.id: _cite(ctx, session, card) for card in cards}
        gap = None if draft is None else gap_before(ctx, session, draft.first)
    facts: list[Fact] = []
    says: list[Note] = []
    notes: list[Note] = []
    shown: tuple[Card, ...] = ()
    if draft is not None:
        facts += facts_of(ctx, draft.figures)
        spoken = [said for said in draft.says if not (is_held and said.role == "look")]
        told = notes_of(ctx, spoken, facts, draft.first, min(draft.last, ctx.today))
        says += [n for n, said in zip(told, spoken, strict=True) if said.role != "unknown"]
        unknown = [n for n, said in zip(told, spoken, strict=True) if said.role == "unknown"]
        (notes if says else says).extend(unknown)
        title = say(ctx.lang, f"insights.chart_{kind}")
        shown = (Card(kind="chart", chart=draft.chart, params=draft.chart_params, title=title),)
    elif args.span != "now":
        span = week_of(day, ctx.athlete.week_start) if kind == "week" else month_of(day)
        period = period_name(ctx, span.first, span.last)
        says.append(Note(key="insights.tool_none", params={"period": period}))
    for card in cards:
        prefix = f"card{card.id}."
        own = facts_of(ctx, map(load_figure, card.facts), prefix)
        facts += own
        says += notes_of(ctx, load_says(card.body), own, card.first_day, card.last_day, prefix)
        if (cite := cited[card.id]) is not None:
            says.append(Note(key="insights.tool_source", facts={"source": cite.key}))
    if held:
        notes.append(Note(key=held, general=True))
    elif args.span == "now" and not cards:
        says.append(Note(key="insights.tool_no_cards"))
    cites = tuple(cite for cite in cited.values() if cite is not None)
    return Result(
        facts=marked(ctx, facts, gap), says=tuple(says), notes=tuple(notes), cards=shown, cites=cites
    )


def _cite(ctx: ToolContext, session: Session, card: Insight) -> Cite | None:
    """Return the first passage of the guideline that a card rests on; None where it is not known here."""
    name = card.body.get("guideline")
    found = passages.of_guidelines(session, [name]) if name else []
    own = [passage for passage in found if passage.lang == ctx.lang] or found
    return cite_of(own[0], f"guideline.{card.id}") if own and own[0].verified else None
