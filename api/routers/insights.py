"""The feed of insights: what weeks and months say, and cards that recommend something."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.deps import House, Id, Services, Who
from api.errors import documented
from api.insight_view import InsightOut, shown
from coach.pipeline import insights as built
from coach.store import athletes, insights
from coach.store.session import Session
from coach.text import say
from coach.tools.spec import ToolContext

router = APIRouter(prefix="/insights", tags=["insights"])


class InsightFeed(BaseModel):
    cards: list[InsightOut] = Field(description="At most two; none while a red flag stands.")
    items: list[InsightOut] = Field(description="Weeks and months, the newest first.")
    held: str = Field(description="What is said instead of cards while a red flag stands, or empty.")
    before: date | None = Field(description="Ask with this for what is older; null: that is all.")


def context(house: Services, s: Session, athlete_id: int) -> ToolContext:
    """Return for whom, when and in which language insights are worded."""
    athlete = athletes.get(s, athlete_id)
    return ToolContext(athlete, house.db, house.clock(), athlete.lang)


def feed_of(house: Services, s: Session, athlete_id: int, before: date | None, limit: int) -> InsightFeed:
    """Return a part of the feed."""
    ctx = context(house, s, athlete_id)
    found = built.feed(s, ctx.athlete, before=before, limit=limit)
    return InsightFeed(
        cards=[shown(s, ctx, card, is_held=found.is_held) for card in found.cards],
        items=[shown(s, ctx, item, is_held=found.is_held) for item in found.items],
        held=say(ctx.lang, found.held) if found.held else "",
        before=found.older_before,
    )


@router.get("", name="list_insights", summary="The feed", responses=documented(401, 403, 422))
def list_insights(
    house: House,
    who: Who,
    before: Annotated[date | None, Query(description="Only what ended before this day.")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> InsightFeed:
    """Weeks and months that are over, and open cards. Rendered when asked for, computed when facts change."""
    with house.session(who) as s:
        return feed_of(house, s, who.athlete_id, before, limit)


@router.get(
    "/{insight_id}", name="get_insight", summary="One insight", responses=documented(401, 403, 404, 422)
)
def get_insight(insight_id: Id, house: House, who: Who) -> InsightOut:
    """A dismissed card too: it can be taken back."""
    with house.session(who) as s:
        found = insights.get(s, who.athlete_id, insight_id)
        return shown(s, context(house, s, who.athlete_id), found, is_held=built.is_held(s))


@router.post(
    "/{insight_id}/seen",
    name="see_insight",
    summary="Note that it was seen",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def see_insight(insight_id: Id, house: House, who: Who) -> None:
    """The first time counts."""
    with house.session(who) as s:
        insights.see(s, who.athlete_id, insight_id, house.clock())


@router.post(
    "/{insight_id}/dismissal",
    name="dismiss_insight",
    summary="Put a card away",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def dismiss_insight(insight_id: Id, house: House, who: Who) -> None:
    """It never comes back, and what it is about is left alone for eight weeks."""
    with house.session(who) as s:
        built.dismiss(s, athletes.get(s, who.athlete_id), insight_id, house.clock())


@router.delete(
    "/{insight_id}/dismissal",
    name="undismiss_insight",
    summary="Take it back",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def undismiss_insight(insight_id: Id, house: House, who: Who) -> None:
    """The card is open again."""
    with house.session(who) as s:
        built.undismiss(s, athletes.get(s, who.athlete_id), insight_id)
