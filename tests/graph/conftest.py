"""Opens conversations on a real database, offline or against a fake endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import pytest
from fakes.chat import Decide, ScriptedCoach, nothing
from fakes.conversation import NOW, Chat, OpenChat, Tools
from fakes.life import Lived, opened
from fakes.openai_server import FakeOpenAI

from coach.config import Settings
from coach.graph.model import Endpoint, Models, outside
from coach.graph.run import Conversations
from coach.store import athletes
from coach.store.postgres import Embedded
from coach.store.session import Database


@pytest.fixture
def tools() -> Tools:
    return Tools()


@pytest.fixture
async def open_chat(db: Database, athlete_id: int, tools: Tools) -> AsyncIterator[OpenChat]:
    """Open a conversation: `await open_chat(decide)` offline, `await open_chat(fake=server)` with a model."""
    async with AsyncExitStack() as stack:

        async def open_one(
            decide: Decide = nothing,
            *,
            fake: FakeOpenAI | None = None,
            consent: bool = True,
            clock: Callable[[], datetime] = lambda: NOW,
            **changes: Any,
        ) -> Chat:
            values: dict[str, Any] = {"model_timeout_s": 3, "model_retries": 1, **changes}
            if fake is not None:
                values |= {"openai_base_url": fake.url, "openai_api_key": "k", "model": "fake"}
            settings = Settings(_env_file=None, **values)

            def factory(settings: Settings) -> Models:
                offline = Endpoint("offline", ScriptedCoach(decide=decide), outside=False)
                if not settings.has_model:
                    return Models(offline)
                endpoints, close = outside(settings)
                return Models(offline, endpoints, close)

            if fake is not None and consent:
                with db.athlete_session(athlete_id) as session:
                    athletes.set_model_consent(session, athlete_id, NOW)
            conversations = Conversations(
                db, settings=settings, clock=clock, model_factory=factory, tools=tools.registry()
            )
            await conversations.open()
            stack.push_async_callback(conversations.aclose)
            return Chat(conversations, athlete_id)

        yield open_one


@pytest.fixture
def own_life(embedded: Embedded, template: str) -> Iterator[Lived]:
    """Athletes with and without training, to write to."""
    yield from opened(embedded.url, template)
