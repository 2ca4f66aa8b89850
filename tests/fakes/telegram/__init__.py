"""An invented Telegram on this machine, for the real `telegram.Bot`: tests, benchmarks, transcripts.

    async with Telegram() as fake:                       # or: with running(fake) as url, in a thread
        bot = Bot(fake.token, base_url=fake.bot_url, base_file_url=fake.file_url)
        person = fake.person(first_name="하나", lang="ko")
        person.says("안녕")                               # an update for the bot
        person.sees()[-1].text                           # what stands in the chat now
        fake.fault("sendMessage", Status(429, retry_after=2))

It refuses what the real one refuses. Faults wait in a queue; calls are in `fake.calls`.
"""

from __future__ import annotations

from fakes.telegram.chats import Message, Refusal, units
from fakes.telegram.faults import Cut, Reversed, Slow, Status, Twice
from fakes.telegram.people import Person
from fakes.telegram.server import Telegram, running, until
from fakes.telegram.traffic import Limits

__all__ = [
    "Cut",
    "Limits",
    "Message",
    "Person",
    "Refusal",
    "Reversed",
    "Slow",
    "Status",
    "Telegram",
    "Twice",
    "running",
    "units",
    "until",
]
