"""How the bot is doing, for the operator's own tools."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from api.bot_state import bot_state
from api.deps import House
from api.errors import documented
from coach.pipeline import bot_status

router = APIRouter(prefix="/bot", tags=["service"])


@router.get(
    "/metrics",
    name="bot_metrics",
    summary="Numbers of the bot, in Prometheus' text format",
    response_class=PlainTextResponse,
    responses=documented(401, 403),
)
def bot_metrics(request: Request, house: House) -> PlainTextResponse:
    """For the operator. `coach bot --metrics` prints the same without a session."""
    now = bot_status.status(house.db, house.settings)
    text = bot_status.metrics(now, bot_state(request).heard)
    return PlainTextResponse(
        text, media_type="text/plain; version=0.0.4", headers={"cache-control": "no-store"}
    )
