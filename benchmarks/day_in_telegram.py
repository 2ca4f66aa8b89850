"""A day in Telegram with the offline coach: writes `docs/telegram/{ko,en}.html` and their pictures.

Run it as `python -m benchmarks.day_in_telegram [ko|en]`. Everything is real but Telegram and Garmin, which
are invented on this machine: the chat is linked, a question answered with a chart, a file imported, the run
asked about, a plan made, changed by a sentence and approved, the watch's receipt comes back, and on Sunday
evening the coach speaks first.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

import benchmarks.conversations as life_of
from benchmarks.conversations import ROOT, TODAY, demo_athlete

sys.path.insert(0, str(ROOT / "tests"))

from fakes import garmin as invented
from fakes.bot import BotHouse, Resident, open_bot_house
from fakes.telegram import Message, Telegram

from coach.charts.render import Renderer
from coach.jobs.registry import JobContext
from coach.jobs.schedule import tick
from coach.jobs.worker import work
from coach.pipeline.demo import live, run_file
from coach.pipeline.importing import reader_pool
from coach.providers.garmin import provider
from coach.store import athletes, connections, messengers, models
from coach.text import LANGS, Lang

SAID: Mapping[Lang, Mapping[str, str]] = {
    "ko": {
        "chart": "요즘 내 폼 어때? 그래프로 보여줘",
        "goal": "2027년 3월 21일 서울마라톤 서브4 준비하고 싶어",
        "yes": "네",
        "change": "금요일은 좀 더 짧게",
        "approve": "승인",
        "no_pain": "안 아팠어요",
    },
    "en": {
        "chart": "How is my form? Show me a chart",
        "goal": "I want to run the Seoul Marathon on 21 March 2027 in under 4 hours",
        "yes": "Yes",
        "change": "Friday shorter please",
        "approve": "Approve",
        "no_pain": "No pain",
    },
}


class Small(Renderer):
    """Draws half as wide: these pictures are kept with the code."""

    def png(self, spec: Mapping[str, Any], scale: float = 2) -> bytes:
        return super().png(spec, scale / 2)


class Day:
    """The demo athlete's chat, and the worker that is run when something is due."""

    def __init__(
        self, house: BotHouse, athlete_id: int, context: JobContext, garmin: invented.Garmin
    ) -> None:
        self.house, self.athlete_id, self.context, self.garmin = house, athlete_id, context, garmin
        with house.db.athlete_session(athlete_id) as s:
            athlete = athletes.get(s, athlete_id)
        with house.db.system_session() as s:
            new = insert(models.accounts).values(athlete_id=athlete_id, role="athlete")
            account_id = int(s.execute(new.returning(models.accounts.c.id)).scalar_one())
        person = house.fake.person(first_name=athlete.name, lang=athlete.lang)
        self.me = Resident(athlete, account_id, person)
        house.residents.append(self.me)

    def last(self, *labels: str) -> Message:
        """Return the bot's last message that has buttons with these labels."""
        for message in reversed(self.me.person.hears()):
            if all(any(label in button for button in message.buttons) for label in labels):
                return message
        raise AssertionError(f"nobody offers {labels}: {[m.text for m in self.me.person.hears()[-3:]]}")

    async def says(self, text: str) -> None:
        self.me.person.says(text)
        await self.settled()

    async def presses(self, label: str) -> None:
        self.me.person.presses(self.last(label), label)
        await self.settled()

    async def settled(self) -> None:
        """Let bot and worker finish what is to be done now."""
        async with asyncio.timeout(90):
            quiet = 0
            while quiet < 3:
                await self.house.settled(60)
                quiet = 0 if self.busy() else quiet + 1
                await asyncio.sleep(0.1)

    def busy(self) -> bool:
        """Return whether a job waits or is worked on."""
        due = text(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
            " OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        with self.house.db.system_session() as s:
            return bool(s.scalar(due))

    async def come_due(self) -> None:
        """Have the worker look once at what is due."""
        await asyncio.to_thread(tick, self.context, self.house.clock())
        await self.settled()

    async def later(self, **span: float) -> None:
        self.house.clock.advance(**span)
        await self.come_due()
        await self.come_due()  # what the first look had others make

    def connect_watch(self) -> None:
        """Connect Garmin as a login leaves it."""
        tokens = json.dumps({**json.loads(self.garmin.tokens()), "display_name": self.garmin.display_name})
        with self.house.db.athlete_session(self.athlete_id) as s:
            connections.keep_secret(s, self.context.reach.vault, "garmin", "secret", tokens)
            connections.well(s, "garmin", account_id="90001", connected_at=self.house.clock())


async def day(lang: Lang) -> tuple[str, list[Message]]:
    """Live the day and return its transcript and what stands in the chat."""
    said = SAID[lang]
    with ExitStack() as stack:
        db, athlete_id = stack.enter_context(demo_athlete(lang, but_last=1))
        garmin = invented.Garmin()
        url = stack.enter_context(invented.running(garmin))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        renderer = Small(within_s=120)  # its process reads this module first
        stack.callback(renderer.close)
        telegram = Telegram(username="hanbal_bot")
        async with open_bot_house(db, place, fake=telegram, pictures=renderer) as house:
            house.clock.now = life_of.NOW
            telegram.clock = house.clock
            readers = stack.enter_context(reader_pool(1))
            settings = house.settings.model_copy(update={"garmin_url": url})
            context = JobContext(db, settings, readers, house.clock, {"garmin": provider})
            working = asyncio.create_task(work(context))
            stack.callback(working.cancel)
            today = Day(house, athlete_id, context, garmin)
            today.connect_watch()
            with db.athlete_session(athlete_id) as s:
                code = messengers.new_code(s, "telegram", today.me.account_id, house.clock())
            await today.says(f"/start {code.code}")
            await today.says(said["chart"])
            # This morning's run, as the watch wrote it.
            name, content = run_file(live(TODAY).runs[-1])
            today.me.person.sends(content, name)
            await today.settled()
            await today.later(minutes=15)
            await today.presses("6")
            await today.says(said["goal"])
            await today.says(said["yes"])
            await today.says(said["change"])
            await today.says(said["approve"])
            await today.later(minutes=3)
            await today.later(hours=30)  # Sunday evening
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            chat = today.me.person
            return telegram.transcript(chat.chat_id, zone=ZoneInfo("Asia/Seoul")), chat.sees()


def main() -> None:
    """Write the transcripts of the languages that are named, or of both."""
    for lang in LANGS:
        if sys.argv[1:] and lang not in sys.argv[1:]:
            continue
        html, messages = asyncio.run(day(lang))
        path = ROOT / "docs" / "telegram" / f"{lang}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(html.rstrip() + "\n", encoding="utf-8")
        for message in messages:
            print("BOT" if message.by_bot else "ME ", message.text, message.buttons or "", flush=True)
        print(path)


if __name__ == "__main__":
    main()
