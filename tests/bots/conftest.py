"""A bot that works, and who talks to it.

`bot_house` has an owner with a linked chat; `house.move_in("두리")` adds another athlete. People act through
`house.person` (`fakes.telegram.Person`: says, sends, presses …); `await house.settled()` waits until every
update was worked on and every parcel was sent; `house.person.hears()` is what the bot said. With other
settings, another handler or a scripted coach: `async with open_bot_house(db, tmp_path, …) as house`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.bot import BotHouse, open_bot_house

from coach.store.session import Database


@pytest.fixture
async def bot_house(db: Database, tmp_path: Path) -> AsyncIterator[BotHouse]:
    """The bot with the offline coach and all its tools."""
    async with open_bot_house(db, tmp_path) as house:
        yield house
