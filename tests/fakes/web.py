"""The whole coach behind HTTP, on a real database, with a scripted model and small tools."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fakes.chat import Decide, ScriptedCoach, nothing
from fakes.conversation import Tools
from fastapi import FastAPI

from api.app import create_app
from api.charts import ChartHouse
from coach.config import Settings
from coach.graph.model import Endpoint, Models
from coach.graph.run import Conversations
from coach.store import accounts, system
from coach.store.accounts import Account
from coach.store.session import Database
from coach.tools.spec import Tool

BLOG = "https://blog.example"
BASE = "http://127.0.0.1"
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Saturday noon in Seoul

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


class FakeRenderer:
    """Draws nothing, and keeps what it was asked to draw."""

    def __init__(self) -> None:
        self.specs: list[Mapping[str, Any]] = []

    def png(self, spec: Mapping[str, Any], scale: float = 2) -> bytes:
        self.specs.append(spec)
        return PNG

    def close(self) -> None:
        pass


@dataclass
class House:
    """The application and who lives in it."""

    app: FastAPI
    db: Database
    settings: Settings
    clock: Clock
    conversations: Conversations
    owner: Account
    link: str  # logs the owner in once
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        """Return a client, logged in when it has a session's token."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        cookies = {"hanbal": token} if token else {}
        new = httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies, headers=headers)
        self.clients.append(new)
        return new

    def session(self, account: Account | None = None) -> str:
        """Return the token of a new session."""
        account = account or self.owner
        with self.db.athlete_session(account.athlete_id) as s:
            return accounts.create_session(s, account.id, now=self.clock(), user_agent="test")

    def athlete(self) -> httpx.AsyncClient:
        """Return a client logged in as the owner."""
        return self.client(self.session())


@asynccontextmanager
async def open_house(
    db: Database,
    data_dir: Path,
    *,
    decide: Decide = nothing,
    tools: Mapping[str, Tool] | None = None,
    charts: ChartHouse | None = None,
    model_factory: Callable[[Settings], Models] | None = None,
    owned: tuple[Account, str] | None = None,
    **changes: Any,
) -> AsyncIterator[House]:
    """Open the coach with an owner in it. `owned`: who is there already, and their link."""
    clock = Clock()
    owner, link = owned or system.create_owner(db, now=clock(), name="하나")
    settings = Settings(_env_file=None, data_dir=data_dir, widget_origins=BLOG, **changes)

    def factory(settings: Settings) -> Models:
        return Models(Endpoint("offline", ScriptedCoach(decide=decide), outside=False))

    tools = Tools().registry() if tools is None else tools
    conversations = Conversations(
        db, settings=settings, clock=clock, model_factory=model_factory or factory, tools=tools
    )
    await conversations.open()
    charts = charts or ChartHouse(FakeRenderer, lambda: b"window.vegaEmbed = null;")
    house = House(
        create_app(db, conversations, settings, clock=clock, drawing=charts),
        db,
        settings,
        clock,
        conversations,
        owner,
        link,
    )
    try:
        yield house
    finally:
        for client in house.clients:
            await client.aclose()
        await conversations.aclose()
