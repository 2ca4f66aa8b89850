"""The FastAPI application: middleware, routers, pages, and the services they share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from importlib import resources
from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from api import (
    connections_page,
    errors,
    guidelines_page,
    inbox_page,
    insights_page,
    journal_page,
    memory_page,
    number_pages,
    pages,
    plan_page,
    plan_problems,
    sent_page,
    settings_page,
)
from api.bot_state import BotState, Word, bot_state
from api.charts import ChartHouse
from api.deps import Door, House, Services, gate
from api.guard import Guard
from api.logins import Logins
from api.routers import (
    activities,
    answers,
    approvals,
    auth,
    bot,
    calculators,
    calendar_feed,
    charts,
    connections,
    daily,
    days,
    exchange,
    garmin,
    goals,
    guidelines,
    inbox,
    ingest,
    insights,
    jobs,
    journal,
    memory,
    messengers,
    metrics,
    model_calls,
    notices,
    own_data,
    plan_calendar,
    plans,
    private_places,
    profile,
    progress,
    pushes,
    races,
    recordings,
    routes,
    runs,
    session,
    sources,
    strava,
    telegram_webhook,
    threads,
    uploads,
    workout_files,
    workouts,
)
from api.throttle import LoginThrottle
from coach.charts.render import Renderer, bundle_js
from coach.config import Settings
from coach.providers.contract import Provider, providers
from coach.store.session import Database

STATIC = Path(str(resources.files("api") / "web" / "static"))
# Fewer than the database's 16 connections: conversations keep some for their own threads.
REQUEST_THREADS = 10

DESCRIPTION = """
Everything the web page does goes through this API.

**Logging in** gives a session cookie; the embedded chat sends `Authorization: Bearer` with a short-lived
token. **Errors** are problem details (RFC 9457) whose `detail` is a sentence for the athlete.
**A conversation**: `POST /api/v1/runs` starts an answer, `GET /api/v1/runs/{id}/events?after=N` follows it
and resumes after a cut.
"""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Health(BaseModel):
    """`bot`: whether it reaches Telegram; "off" without a token. That it does not leaves the rest up."""

    status: str = "ok"
    bot: Word = "off"


def create_app(
    db: Database,
    conversations: Door,
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    drawing: ChartHouse | None = None,
    known: Mapping[str, Provider] | None = None,
) -> FastAPI:
    """Return the application. The caller opens and closes `db` and `conversations`.

    `known`: the services that can be connected, by default every one there is.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = REQUEST_THREADS
        yield
        logins.close()
        drawn.close()

    app = FastAPI(
        title="Hanbal",
        summary="A running coach you own and talk to.",
        description=DESCRIPTION,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(gate)],
    )
    drawn = drawing or ChartHouse(Renderer, partial(bundle_js, settings.data_dir))
    logins = Logins(clock)
    house = Services(
        db,
        conversations,
        settings,
        clock,
        LoginThrottle(clock),
        drawn,
        logins,
        providers=known or providers(),
    )
    app.state.services = house
    app.state.bot = BotState()
    errors.install(app)
    plan_problems.install(app)
    embedders = house.embedders
    if embedders:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(embedders),
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type"],
        )
    app.add_middleware(
        Guard,
        embedders=embedders,
        hosts=house.hosts,
        max_upload_bytes=settings.max_upload_mb * 1_000_000,
    )

    app.router.routes.extend(_routes())
    return app


class Static(StaticFiles):
    """Our modules and styles: any site may load them, and a browser asks each time whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        response.headers["cache-control"] = "no-cache"
        return response


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Build the tree of routes, which takes a quarter of a second and is the same for every application."""
    whole = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(gate)])
    api = APIRouter(prefix="/api/v1")
    for module in (
        auth,
        session,
        threads,
        runs,
        uploads,
        activities,
        recordings,
        daily,
        journal,
        days,
        profile,
        charts,
        messengers,
        metrics,
        guidelines,
        answers,
        calculators,
        routes,
        private_places,
        memory,
        progress,
        connections,
        garmin,
        strava,
        ingest,
        insights,
        inbox,
        notices,
        jobs,
        sources,
        pushes,
        goals,
        races,
        plans,
        workouts,
        approvals,
        plan_calendar,
        workout_files,
        calendar_feed,
        exchange,
    ):
        api.include_router(module.router)
    api.include_router(model_calls.router)
    api.include_router(own_data.router)
    api.include_router(bot.router)
    api.include_router(activities.edits_router)
    whole.include_router(api)
    whole.include_router(telegram_webhook.router)
    whole.include_router(pages.router)
    whole.include_router(number_pages.router)
    whole.include_router(guidelines_page.router)
    whole.include_router(settings_page.router)
    whole.include_router(insights_page.router)
    whole.include_router(inbox_page.router)
    whole.include_router(memory_page.router)
    whole.include_router(connections_page.router)
    whole.include_router(plan_page.router)
    whole.include_router(sent_page.router)
    whole.include_router(journal_page.router)

    @whole.get("/healthz", name="healthz", tags=["service"], summary="Is it up?")
    async def healthz(request: Request, house: House) -> Health:
        return Health(bot=await bot_state(request).word(house.db, house.settings))

    @whole.get(
        "/api/v1/openapi.json",
        include_in_schema=False,
        name="openapi",
        tags=["service"],
        summary="This description",
    )
    async def openapi(request: Request) -> JSONResponse:
        return JSONResponse(errors.with_problem_schemas(request.app.openapi()))

    whole.mount("/static", Static(directory=STATIC), name="static")
    return tuple(whole.router.routes)
