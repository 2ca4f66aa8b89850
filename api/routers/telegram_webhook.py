"""What Telegram brings, where the operator lets it: kept, and answered before anything is made of it."""

from __future__ import annotations

import json
import logging
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.bot_state import bot_state
from api.deps import House
from api.errors import documented
from coach.errors import BadInput, NotFound
from coach.pipeline import incoming

router = APIRouter(tags=["service"])
log = logging.getLogger(__name__)

_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


class Kept(BaseModel):
    """It was kept. Nothing is said of what comes of it."""

    kept: bool = True


@router.post(
    incoming.WEBHOOK,
    name="telegram_webhook",
    summary="Telegram brings an update",
    responses=documented(400, 404, 413),
    openapi_extra=_BODY,
)
async def telegram_webhook(
    request: Request,
    house: House,
    x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
) -> Kept:
    """The secret in the header is the authority. Whoever does not know it finds nothing here.

    What cannot be kept is answered with an error: Telegram brings it again.
    """
    if not incoming.is_webhook_secret(house.settings, x_telegram_bot_api_secret_token):
        raise NotFound("no_such_page")
    try:
        raw = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", problem=type(error).__name__) from error
    new, known = await run_in_threadpool(incoming.take_in, house.db, [raw])
    if not new + known:
        log.warning("the webhook was brought something that is no update")
    heard = bot_state(request).heard
    heard["updates"] += new + known
    heard["duplicates"] += known
    return Kept()
