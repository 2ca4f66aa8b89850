"""Five hundred people who talk to the bot at once: how soon it reacts and answers, and is anything lost?

Everybody asks once within a minute, at moments drawn at random, against an invented Telegram that enforces
the real one's limits. The coach is the offline one with its tools and database; the peer is the least a bot
can do: python-telegram-bot's own `Application`, which sends a word back without storing or knowing anything.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import func, select
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.bot import BotHouse, open_bot_house
from fakes.telegram import Limits, Person, Telegram

from bots.telegram.pacing import Pace
from coach.domain.activity import Sport
from coach.pipeline import recompute
from coach.store import activities, models
from coach.store.postgres import bootstrap, migrate
from coach.store.session import Database
from coach.store.throwaway import throwaway_server

CHATS = 500
WITHIN_S = 60.0
QUESTION = "지난주에 몇 킬로 뛰었어?"
RUNS = 3
SEED = 7


class Stamped(list[tuple[str, dict[str, str]]]):
    """The calls of the bot, and when each came."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []

    def append(self, call: tuple[str, dict[str, str]]) -> None:
        self.at.append(perf_counter())
        super().append(call)

    def first(self, methods: set[str], since: Mapping[int, float]) -> dict[int, float]:
        """Return chat → seconds until the first of these calls for it."""
        found: dict[int, float] = {}
        for (method, fields), at in zip(self, self.at, strict=True):
            chat_id = int(fields.get("chat_id") or 0)
            if method in methods and chat_id in since and at > since[chat_id]:
                found.setdefault(chat_id, at - since[chat_id])
        return found


async def ask(people: list[Person]) -> dict[int, float]:
    """Have everybody ask at their moment; return when each did."""
    rng, asked = random.Random(SEED), dict[int, float]()
    moments = sorted(rng.uniform(0, WITHIN_S) for _ in people)
    begin = perf_counter()
    for person, moment in zip(people, moments, strict=True):
        await asyncio.sleep(max(0.0, begin + moment - perf_counter()))
        asked[person.chat_id] = perf_counter()
        person.says(QUESTION)
    return asked


def fill(house: BotHouse, athlete_id: int) -> None:
    """Give an athlete some runs of last week."""
    now = house.clock()
    with house.db.athlete_session(athlete_id) as s:
        for n in range(RUNS):
            start = now - timedelta(days=7 + n)
            activities.create(
                s, athlete_id, sport=Sport.run, start_at=start, tz="Asia/Seoul", local_date=start.date(),
                elapsed_s=3000, moving_s=3000, distance_m=8000.0 + 100 * n,
            )  # fmt: skip
    recompute.bring_up_to_date(house.db, athlete_id, now.date())


async def ours(chats: int) -> dict[str, Any]:
    with ExitStack() as stack:
        url = stack.enter_context(throwaway_server())
        bootstrap(url)
        migrate(url)
        db = Database(url)
        stack.callback(db.dispose)
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fake = Telegram(limits=Limits())
        async with open_bot_house(db, place, fake=fake, pace=Pace()) as house:
            people = [house.move_in(f"러너{n}") for n in range(chats)]
            for one in people:
                fill(house, one.id)
            people[0].person.says(QUESTION)  # what is loaded once is loaded
            await house.settled(30)
            calls = fake.calls = Stamped()
            cpu = process_time()
            asked = await ask([one.person for one in people[1:]])
            await house.settled(600)
            cpu = process_time() - cpu
            done = calls.first({"editMessageText"}, asked) or calls.first({"sendMessage"}, asked)
            answers = [sum(1 for m in one.person.hears() if "km" in m.text) for one in people[1:]]
            with db.system_session() as s:
                runs = s.scalar(select(func.count()).select_from(models.runs)) or 0
            return {
                "first": calls.first({"sendChatAction", "sendMessage"}, asked),
                "done": done,
                "lost": answers.count(0),
                "doubled": sum(1 for n in answers if n > 1) + runs - len(people),
                "cpu": cpu / len(asked),
            }


async def bare(chats: int) -> dict[int, float]:
    """Return how soon the peer answers."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text("40 km")

    async with Telegram(limits=Limits()) as fake:
        people = [fake.person(first_name=f"{n}") for n in range(chats)]
        builder = Application.builder().token(fake.token).base_url(fake.bot_url).base_file_url(fake.file_url)
        application = builder.concurrent_updates(True).build()
        application.add_handler(MessageHandler(filters.TEXT, answer))
        async with application:
            assert application.updater is not None
            await application.updater.start_polling()
            await application.start()
            calls = fake.calls = Stamped()
            asked = await ask(people)
            async with asyncio.timeout(60):
                while len(found := calls.first({"sendMessage"}, asked)) < chats:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await application.updater.stop()
            await application.stop()
        return found


def p95(seconds: Mapping[int, float]) -> float:
    return statistics.quantiles(seconds.values(), n=20)[-1]


def main() -> None:
    chats = int(sys.argv[1]) if sys.argv[1:] else CHATS
    told, peer = asyncio.run(ours(chats)), asyncio.run(bare(chats))
    first, done = told["first"], told["done"]
    print(
        f"first reaction of {chats} chats within {WITHIN_S:.0f} s, p95 "
        f"| {p95(first) * 1e3:.0f} ms (median {statistics.median(first.values()) * 1e3:.0f}) "
        f"| telegram.ext with one word {p95(peer) * 1e3:.0f} ms | {p95(first) / p95(peer):.1f}×"
    )
    print(
        f"whole answer, p95 | {p95(done) * 1e3:.0f} ms (median {statistics.median(done.values()) * 1e3:.0f}; "
        f"{told['cpu'] * 1e3:.0f} ms of CPU each, Telegram's fake included) | – | –"
    )
    print(f"lost, doubled of {chats} | {told['lost']}, {told['doubled']} | 0, 0 | –")


if __name__ == "__main__":
    main()
