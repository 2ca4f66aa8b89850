"""Guidelines: what the coach's advice rests on, to look up and to search."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.deps import House, Services, Who
from api.errors import documented
from coach.domain.athlete import Athlete
from coach.errors import NotFound
from coach.knowledge import search
from coach.store import athletes, passages, planning_profiles
from coach.store.passages import Origin, Passage
from coach.text import Lang
from coach.tools.guidelines import LONGEST, population

router = APIRouter(prefix="/guidelines", tags=["guidelines"])

Name = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_-]{0,59}$", examples=["heat_acclimation"])]
Words = Annotated[str, Query(alias="q", max_length=LONGEST, description="A question, or words.")]
SHOWN = 10
# Only what is a DOI and nothing else becomes a link.
_DOI = re.compile(r"10\.\d{4,9}/[A-Za-z0-9._;()/:-]{1,200}")


class GuidelineHead(BaseModel):
    id: str = Field(examples=["heat_acclimation"])
    title: str
    topic: str
    lang: Lang
    evidence: Literal["established", "useful", "contested", "convention"]
    verified: bool = Field(description="False: nobody has checked it, and it is not given as advice.")
    origin: Origin = Field(description="`own`: added by whoever runs this installation.")
    population: list[str]


class GuidelineList(BaseModel):
    guidelines: list[GuidelineHead]
    found: list[GuidelineHead] | None = Field(None, description="What answers `q`, the best first.")


class GuidelineText(BaseModel):
    lang: Lang
    title: str
    paragraphs: list[str]
    not_for: str
    citation: str
    authority: str = Field(description="A DOI, or who stands behind it.")
    href: str | None = Field(description="Where a well-formed DOI leads.")
    checked_on: date | None


class GuidelineOut(GuidelineHead):
    texts: list[GuidelineText] = Field(description="In each language, the athlete's first.")


@router.get("", name="list_guidelines", summary="Guidelines", responses=documented(401, 403, 422))
def list_guidelines(house: House, who: Who, q: Words = "") -> GuidelineList:
    """By topic; with `q` also what answers it for this athlete."""
    return listed(house, who, q)[1]


def listed(house: Services, who: Who, q: str) -> tuple[Athlete, GuidelineList]:
    """Return the athlete, and the guidelines as the page and the API show them."""
    question = search.ask(q) if q.strip() else None
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        heads = [_head(one) for one in passages.headings(s, athlete.lang)]
        if question is None:
            return athlete, GuidelineList(guidelines=heads)
        people = population(
            athlete,
            house.clock().astimezone(athlete.zone).date(),
            planning_profiles.health(s),
            planning_profiles.goal(s),
            planning_profiles.constraints(s),
        )
        answer = search.answer(s, question, lang=athlete.lang, population=people, limit=SHOWN)
    best = [_head(found.passage) for found in (*answer.found, *answer.unchecked)]
    return athlete, GuidelineList(guidelines=heads, found=best)


@router.get(
    "/{guideline}", name="get_guideline", summary="A guideline", responses=documented(401, 403, 404, 422)
)
def get_guideline(guideline: Name, house: House, who: Who) -> GuidelineOut:
    """Its text in both languages, and what it rests on."""
    return whole(house, who, guideline)[1]


def whole(house: Services, who: Who, name: str) -> tuple[Athlete, GuidelineOut]:
    """Return the athlete and one guideline. Raises NotFound."""
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        rows = passages.of_guidelines(s, [name])
    if not rows:
        raise NotFound("guideline_unknown")
    langs = sorted({row.lang for row in rows}, key=lambda lang: lang != athlete.lang)
    texts = [_text([row for row in rows if row.lang == lang]) for lang in langs]
    first = next(row for row in rows if row.lang == langs[0])
    return athlete, GuidelineOut(**_head(first).model_dump(), texts=texts)


def _head(one: Passage) -> GuidelineHead:
    return GuidelineHead(
        id=one.guideline,
        title=one.title,
        topic=one.topic,
        lang=one.lang,
        evidence=one.evidence,
        verified=one.verified,
        origin=one.origin,
        population=list(one.population),
    )


def _text(rows: list[Passage]) -> GuidelineText:
    first = rows[0]
    return GuidelineText(
        lang=first.lang,
        title=first.title,
        paragraphs=[row.text for row in rows],
        not_for=first.not_for,
        citation=first.citation,
        authority=first.authority,
        href=doi_link(first.authority),
        checked_on=first.checked_on,
    )


def doi_link(authority: str) -> str | None:
    """Return where a DOI leads; None for anything that is not one from beginning to end."""
    name = authority.strip().removeprefix("doi:").strip()
    return f"https://doi.org/{name}" if _DOI.fullmatch(name) else None
