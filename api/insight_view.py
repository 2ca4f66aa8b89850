"""An insight as API and page show it: sentences in pieces, of which every number opens to its fact."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.routers.charts import chart_urls
from coach.domain.fact import Fact
from coach.domain.insights.draft import load_figure, load_says
from coach.graph.ledger import Ledger
from coach.graph.opened import of_fact
from coach.graph.proof import Proof
from coach.store import passages
from coach.store.insights import Insight
from coach.store.session import Session
from coach.text import say
from coach.text.catalogue import Ref
from coach.text.facts import render
from coach.text.particles import with_particle
from coach.tools.insight_words import facts_of, notes_of, title
from coach.tools.spec import Note, ToolContext

_REF = re.compile(r"\{([^{}:]+)(?::\+([^{}]+))?\}")


class PieceOut(BaseModel):
    text: str
    fact: str = Field("", description="The key of the fact that this number is; empty: plain words.")


class SentenceOut(BaseModel):
    role: Literal["says", "look", "unknown"]
    pieces: list[PieceOut]


class NumberOut(BaseModel):
    label: str
    text: str
    fact: str


class GuidelineOut(BaseModel):
    title: str
    href: str


class InsightChartOut(BaseModel):
    title: str
    spec_url: str
    png_url: str


class InsightOut(BaseModel):
    """A week, a month, or a card that recommends something."""

    id: int
    kind: Literal["week", "month", "card"]
    topic: str = Field("", description="What a card is about.", examples=["sleep"])
    first_day: date
    last_day: date
    title: str
    sentences: list[SentenceOut]
    numbers: list[NumberOut] = Field(description="All it rests on, in the order of the catalogue.")
    facts: dict[str, Any] = Field(description="By key: what a number is and where it comes from.")
    chart: InsightChartOut | None
    guideline: GuidelineOut | None
    updated_at: datetime
    seen_at: datetime | None
    dismissed_at: datetime | None


def shown(s: Session, ctx: ToolContext, insight: Insight, *, is_held: bool) -> InsightOut:
    """Return an insight in the athlete's language; while a red flag stands without what to do next."""
    facts = facts_of(ctx, map(load_figure, insight.facts))
    by_key = {fact.key: fact for fact in facts}
    said = [one for one in load_says(insight.body) if not (is_held and one.role == "look")]
    last = min(insight.last_day, ctx.today)
    notes = notes_of(ctx, said, facts, insight.first_day, last)
    proof = Proof(Ledger(), ctx.lang, ctx.athlete.units, ctx.today)
    chart = insight.body.get("chart", "")
    return InsightOut(
        id=insight.id,
        kind=insight.kind,
        topic=insight.topic if insight.kind == "card" else "",
        first_day=insight.first_day,
        last_day=insight.last_day,
        title=title(ctx, insight.kind, insight.first_day, insight.last_day),
        sentences=[
            SentenceOut(role=one.role, pieces=_pieces(ctx, note, by_key))
            for one, note in zip(said, notes, strict=True)
        ],
        numbers=[NumberOut(label=f.label, text=_text(ctx, f), fact=f.key) for f in facts],
        facts={fact.key: of_fact(proof, fact) for fact in facts},
        chart=None
        if not chart
        else InsightChartOut(
            title=say(ctx.lang, f"charts.{chart}"), **chart_urls(chart, insight.body["chart_params"])
        ),
        guideline=_guideline(s, ctx, insight.body.get("guideline", "")),
        updated_at=insight.updated_at,
        seen_at=insight.seen_at,
        dismissed_at=insight.dismissed_at,
    )


def _pieces(ctx: ToolContext, note: Note, facts: dict[str, Fact]) -> list[PieceOut]:
    """Return a sentence in pieces: words, and numbers with the particle that follows them."""
    named = {name: Ref(key) for name, key in note.facts.items()}
    text = say(ctx.lang, note.key, **{**note.params, **named})
    found, at = [], 0
    for match in _REF.finditer(text):
        if before := text[at : match.start()]:
            found.append(PieceOut(text=before))
        shown_as, particle = _text(ctx, facts[match[1]]), match[2]
        found.append(PieceOut(text=shown_as, fact=match[1]))
        if particle:
            found.append(PieceOut(text=with_particle(shown_as, particle)[len(shown_as) :]))
        at = match.end()
    if rest := text[at:]:
        found.append(PieceOut(text=rest))
    return found


def _text(ctx: ToolContext, fact: Fact) -> str:
    return render(fact, ctx.lang, ctx.athlete.units, today=ctx.today)


def _guideline(s: Session, ctx: ToolContext, name: str) -> GuidelineOut | None:
    found = passages.of_guidelines(s, [name]) if name else []
    own = [passage for passage in found if passage.lang == ctx.lang] or found
    return GuidelineOut(title=own[0].title, href=f"/guidelines/{name}") if own else None
