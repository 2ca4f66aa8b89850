"""Connecting Strava on its own page, and what Strava tells us when something has changed there."""

from __future__ import annotations

import hmac
import logging
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Body, Path, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.deps import House, Services, Who
from api.errors import documented
from coach.config import Settings
from coach.errors import CoachError, NotFound
from coach.pipeline import connecting, syncing
from coach.providers.strava import webhook
from coach.store import connections, sync_system

router = APIRouter(prefix="/strava", tags=["connections"])
log = logging.getLogger(__name__)

NAME = "strava"
CALLBACK = "/api/v1/strava/callback"
PANEL = "/connections"

Returned = Annotated[str, Query(max_length=2000)]
PathSecret = Annotated[str, Path(max_length=64)]


def webhook_secret(settings: Settings) -> str | None:
    """Return the part of the webhook's address that only Strava and the operator know; None without an
    application. Strava does not sign what it sends."""
    secret = settings.strava_client_secret
    if secret is None or not secret.get_secret_value():
        return None
    return hmac.digest(secret.get_secret_value().encode(), b"hanbal webhook", "sha256").hex()[:32]


HINT = {
    "object_type": "activity",
    "object_id": 1360128428,
    "aspect_type": "create",
    "owner_id": 134815,
    "subscription_id": 120475,
    "event_time": 1516126040,
}


class Heard(BaseModel):
    """It was heard. Nothing is said of what it leads to."""

    heard: bool = True


def _checked(given: str, house: Services) -> str:
    ours = webhook_secret(house.settings)
    if ours is None or not hmac.compare_digest(given.encode(), ours.encode()):
        raise NotFound("no_such_page")
    return ours


@router.get(
    "/connect",
    name="strava_connect",
    summary="Go to Strava's page to connect",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401, 403, 422, 503),
)
def strava_connect(
    request: Request,
    house: House,
    who: Who,
    write: Annotated[bool, Query(description="Also ask to upload activities.")] = False,
) -> RedirectResponse:
    """For a browser: it comes back to `/connections`."""
    page = connecting.begin_oauth(
        house.reach, who.athlete_id, NAME, who.session, house.address_of(request) + CALLBACK, write=write
    )
    return RedirectResponse(page, status_code=303, headers={"cache-control": "no-store"})


@router.get(
    "/callback",
    name="strava_callback",
    summary="Where Strava's page leads back to",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401, 403, 422),
)
def strava_callback(
    house: House,
    who: Who,
    state: Returned = "",
    code: Returned = "",
    scope: Returned = "",
    error: Returned = "",
) -> RedirectResponse:
    """The state counts once, in the browser session that began."""
    trouble = ""
    try:
        connecting.finish_oauth(
            house.reach, who.athlete_id, NAME, who.session, state=state, code=code, scope=scope, error=error
        )
    except CoachError as refused:
        trouble = f"?trouble={quote(refused.key)}"
    return RedirectResponse(
        f"{PANEL}{trouble}#{NAME}", status_code=303, headers={"cache-control": "no-store"}
    )


@router.get(
    "/webhook/{path_secret}",
    name="strava_webhook_check",
    summary="Strava asks whether this is our address",
    responses=documented(404, 422),
)
def strava_webhook_check(path_secret: PathSecret, request: Request, house: House) -> dict[str, str]:
    """Sends back what Strava sent, when the operator subscribes: `coach strava-webhook subscribe`."""
    secret = _checked(path_secret, house)
    asked = webhook.challenge(request.query_params, secret)
    if asked is None:
        raise NotFound("no_such_page")
    return {"hub.challenge": asked}


@router.post(
    "/webhook/{path_secret}",
    name="strava_webhook",
    summary="Strava says that something has changed",
    responses=documented(400, 404, 413, 422),
)
def strava_webhook(
    path_secret: PathSecret,
    house: House,
    background: BackgroundTasks,
    told: Annotated[Any, Body(examples=[HINT])] = None,
) -> Heard:
    """A hint, and nothing more: it makes a synchronisation due, which finds out by itself what is so.

    Answered at once, whatever it says: what is made of it comes after the answer.
    """
    _checked(path_secret, house)
    background.add_task(_follow, house, told)
    return Heard()


def _follow(house: Services, told: Any) -> None:
    """Have the account synchronised that a hint is about; nothing happens when it is nobody's."""
    hint = webhook.hint(told, None)
    if hint is None:
        return
    try:
        for athlete_id in sync_system.athletes_of_account(house.db, NAME, hint.owner_id):
            if not _pauses(house, athlete_id):
                syncing.request(house.db, athlete_id, NAME, now=house.clock(), services=house.providers)
    except CoachError as error:
        log.info("a hint of Strava's is not followed now: %s", error.key)
    except SQLAlchemyError as error:
        log.warning("a hint of Strava's was lost: %s", type(error).__name__)


def _pauses(house: Services, athlete_id: int) -> bool:
    """Return whether we try again by ourselves later: only the athlete may cut that short."""
    with house.db.athlete_session(athlete_id) as s:
        known = connections.get(s, NAME)
    return known is not None and known.retry_at is not None and known.retry_at > house.clock()
