"""The whole bot on a real database against an invented Telegram, in the test's loop.

    async with open_bot_house(db, tmp_path) as house:
        house.person.says("이번 주 몇 km 뛰었어?")
        await house.settled()
        assert "km" in house.person.hears()[-1].text

Everything is real but Telegram, the pictures (`FakeRenderer`) and how fast it goes. The coach is the offline
one with all its tools; with `decide` it is a scripted one with the small tools of `fakes.conversation`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fakes.chat import Decide, ScriptedCoach
from fakes.conversation import Tools
from fakes.telegram import Person, Telegram
from fakes.web import Clock, FakeRenderer
from sqlalchemy import func, insert, select

from bots.telegram.desk import SERVICE, Pictures
from bots.telegram.pacing import Pace as SendingPace
from bots.telegram.receiving import Pauses
from bots.telegram.sending import PacedSender
from bots.telegram.serving import Menu, Part, Serving, Tempo
from bots.telegram.working import Handle, Pace
from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.graph.model import Endpoint, Models
from coach.graph.run import Conversations
from coach.pipeline.reach import Reach
from coach.store import athletes, models, system, threads, updates
from coach.store.session import Database
from coach.store.threads import Message
from coach.store.vault import Vault

FAST = Tempo(
    pace=Pace(lease_s=5.0, poll_s=0.2, pauses_s=(0.05, 0.05)),
    pauses=Pauses(first_s=0.02, longest_s=0.1, refused_s=0.05),
    long_s=5,
    finish_s=0.3,
)
AT_ONCE = SendingPace(overall=2000, chat=2000, burst=2000)


@dataclass
class Resident:
    """An athlete with an account, and with a linked chat."""

    athlete: Athlete
    account_id: int
    person: Person

    @property
    def id(self) -> int:
        return self.athlete.id


@dataclass
class BotHouse:
    """The bot and who talks to it. `residents[0]` is the owner; `clock` stands until it is moved."""

    fake: Telegram
    db: Database
    settings: Settings
    clock: Clock
    conversations: Conversations
    serving: Serving
    pictures: FakeRenderer | Pictures
    residents: list[Resident] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """The owner in their chat."""
        return self.residents[0].person

    @property
    def athlete_id(self) -> int:
        """The owner's."""
        return self.residents[0].id

    def move_in(
        self, name: str = "두리", *, lang: str = "ko", linked: bool = True, **fields: Any
    ) -> Resident:
        """Add an athlete; their chat is linked unless told otherwise."""
        if self.residents:
            athlete = system.create_athlete(self.db, name=name, lang=lang, **fields)
            with self.db.system_session() as s:
                new = insert(models.accounts).values(athlete_id=athlete.id, role="athlete")
                account_id = s.execute(new.returning(models.accounts.c.id)).scalar_one()
        else:
            account, _ = system.create_owner(self.db, now=self.clock(), name=name, lang=lang, **fields)
            with self.db.athlete_session(account.athlete_id) as s:
                athlete, account_id = athletes.get(s, account.athlete_id), account.id
        person = self.fake.person(first_name=name, lang=lang)
        if linked:
            with self.db.athlete_session(athlete.id) as s:
                # Not by `messengers.put_link`, which has the chat told.
                s.execute(
                    insert(models.messenger_links).values(
                        athlete_id=athlete.id, service=SERVICE, chat_id=person.chat_id, account_id=account_id
                    )
                )
        self.residents.append(Resident(athlete, account_id, person))
        return self.residents[-1]

    async def settled(self, within_s: float = 15.0) -> None:
        """Return when every update was worked on and everything that is due was sent."""
        async with asyncio.timeout(within_s):
            while self._busy():  # noqa: ASYNC110 - several processes could do the work
                await asyncio.sleep(0.01)

    def _busy(self) -> bool:
        if self.fake.updates or self.fake._again or updates.waiting(self.db, SERVICE).number:
            return True
        t = models.outbox.c
        # What is being sent is held, and due again when whoever holds it was killed.
        open_ones = (t.state == "sending") | ((t.state == "waiting") & (t.next_at <= self.clock()))
        due = select(func.count()).where(t.kind == SERVICE, open_ones)
        with self.db.system_session() as s:
            return bool(s.scalar(due))

    def conversation(self, resident: Resident | None = None) -> list[Message]:
        """Return the stored messages of an athlete's chat, the oldest first."""
        who = resident or self.residents[0]
        with self.db.athlete_session(who.id) as s:
            link = models.messenger_links.c
            thread_id = s.scalar(select(link.thread_id).where(link.athlete_id == who.id))
            return [] if thread_id is None else threads.messages(s, thread_id)


@asynccontextmanager
async def open_bot_house(
    db: Database,
    data_dir: Path,
    *,
    handle: Handle | None = None,
    decide: Decide | None = None,
    more: Callable[..., list[Part]] | None = None,
    fake: Telegram | None = None,
    menu: Menu = MappingProxyType({}),
    tempo: Tempo = FAST,
    pace: SendingPace = AT_ONCE,
    pictures: Pictures | None = None,
    **changes: Any,
) -> AsyncIterator[BotHouse]:
    """Open a bot that works already, with an owner whose chat is linked.

    `handle` instead of the bot's own; `pace` of sending; `changes` are settings.
    """
    clock = Clock()
    async with fake or Telegram() as telegram:
        settings = Settings(
            _env_file=None,
            data_dir=data_dir,
            telegram_bot_token=telegram.token,
            telegram_url=telegram.url,
            **changes,
        )
        chosen: dict[str, Any] = {}
        if decide is not None:
            scripted = Endpoint("offline", ScriptedCoach(decide=decide), outside=False)
            chosen = {"model_factory": lambda settings: Models(scripted), "tools": Tools().registry()}
        conversations = Conversations(db, settings=settings, clock=clock, **chosen)
        await conversations.open()
        drawn = pictures or FakeRenderer()
        serving = Serving(
            db,
            settings,
            clock=clock,
            conversations=conversations,
            pictures=drawn,
            reach=Reach(db, settings, Vault(settings), clock),
            handle=handle or _own_handle(),
            sender=lambda bot, count: PacedSender(bot, count=count, pace=pace),
            more=more or _own_parts(),
            menu=menu,
            tempo=tempo,
        )
        house = BotHouse(telegram, db, settings, clock, conversations, serving, drawn)
        house.move_in("하나")
        stop = asyncio.Event()
        running = asyncio.create_task(serving.run(stop))
        try:
            yield house
        finally:
            stop.set()
            await running
            await conversations.aclose()


def _own_handle() -> Handle:
    from bots.telegram import routing

    return routing.handle


def _own_parts() -> Callable[..., list[Part]]:
    from bots.telegram.outgoing import Outgoing

    return lambda desk: [Outgoing(desk)]
