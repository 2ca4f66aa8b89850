"""The pages of guidelines: by topic with a search, and one with its source."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import House, Who
from api.routers.guidelines import GuidelineHead, Name, Words, listed, whole
from api.templates import page
from coach.text import Lang, formats, say

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/guidelines", name="guidelines_page")
def guidelines_page(house: House, who: Who, q: Words = "") -> HTMLResponse:
    athlete, told = listed(house, who, q)
    lang = athlete.lang
    topics: dict[str, list[dict[str, Any]]] = {}
    for head in told.guidelines:
        topics.setdefault(say(lang, f"guidelines.topic.{head.topic}"), []).append(_shown(head, lang))
    return page(
        "guidelines.html",
        lang,
        p=partial(_sentence, lang),
        q=q,
        found=None if told.found is None else [_shown(head, lang) for head in told.found],
        topics=sorted(topics.items()),
    )


@router.get("/guidelines/{guideline}", name="guideline_page")
def guideline_page(guideline: Name, house: House, who: Who) -> HTMLResponse:
    athlete, told = whole(house, who, guideline)
    lang = athlete.lang
    return page(
        "guideline.html",
        lang,
        p=partial(_sentence, lang),
        head=_shown(told, lang),
        people=", ".join(say(lang, f"guidelines.people.{one}") for one in told.population),
        texts=[
            {
                **text.model_dump(),
                "named": say(lang, f"guidelines.page.lang_{text.lang}"),
                "checked": formats.day(text.checked_on, lang) if text.checked_on else None,
            }
            for text in told.texts
        ],
    )


def _shown(head: GuidelineHead, lang: Lang) -> dict[str, Any]:
    return {**head.model_dump(), "grade": say(lang, f"guidelines.evidence.{head.evidence}")}


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"guidelines.page.{key}", **params)
