"""A conversation with the real tools whose model is a loopback server: everything it is sent can be read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fakes.conversation import NOW
from fakes.openai_server import Behaviour, FakeOpenAI

import coach.tools  # noqa: F401 - fills the registry
from coach.config import Settings
from coach.graph.events import Event
from coach.graph.model import Endpoint, Models, outside
from coach.graph.offline import OfflineChatModel
from coach.graph.run import Conversations
from coach.store import athletes
from coach.store.session import Database


@dataclass
class Talk:
    conversations: Conversations
    fake: FakeOpenAI
    db: Database
    athlete_id: int
    thread_id: int | None = None

    async def say(self, message: str) -> list[Event]:
        started = await self.conversations.start(self.athlete_id, message, thread_id=self.thread_id)
        self.thread_id = started.thread_id
        return [e async for e in self.conversations.events(self.athlete_id, started.run_id)]

    def consent(self) -> None:
        with self.db.athlete_session(self.athlete_id) as s:
            athletes.set_model_consent(s, self.athlete_id, NOW)

    @property
    def told(self) -> str:
        """Everything that went to the outside model, headers included."""
        return "\n".join(json.dumps(r, ensure_ascii=False) for r in self.fake.requests)


@asynccontextmanager
async def talk(
    db: Database, athlete_id: int, script: Callable[[Any], Behaviour], **changes: Any
) -> AsyncIterator[Talk]:
    async with FakeOpenAI(script) as fake:
        values = {"openai_base_url": fake.url, "openai_api_key": "k", "model": "m", **changes}
        settings = Settings(_env_file=None, **values)

        def factory(given: Settings) -> Models:
            endpoints, close = outside(given)
            return Models(Endpoint("offline", OfflineChatModel(), outside=False), endpoints, close)

        conversations = Conversations(db, settings=settings, clock=lambda: NOW, model_factory=factory)
        await conversations.open()
        try:
            yield Talk(conversations, fake, db, athlete_id)
        finally:
            await conversations.aclose()
