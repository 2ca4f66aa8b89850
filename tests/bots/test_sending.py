"""Whatever Telegram answers, a message arrives once, in order, or it is said why not."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fakes.telegram import Cut, Limits, Person, Slow, Status, Telegram
from telegram import MessageEntity

from bots.telegram.client import open_line
from bots.telegram.message import Button, Out
from bots.telegram.pacing import Pace
from bots.telegram.sending import Blocked, PacedSender, Refused, Unreachable
from coach.config import Settings
from coach.errors import CoachError, TooLarge

FAST = Pace(overall=10_000, chat=1000, burst=1000)
PNG = b"\x89PNG\r\n\x1a\n"
BOLD = (MessageEntity("bold", 0, 2),)


@dataclass
class Bench:
    """A sender, and the person it posts to. Sleeping moves the clock, and takes no time."""

    fake: Telegram
    person: Person
    sender: PacedSender
    counted: Counter[str]
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def heard(self) -> list[str]:
        return [m.text for m in self.person.hears()]


@asynccontextmanager
async def bench(pace: Pace = FAST, *, fake: Telegram | None = None, **more: Any) -> AsyncIterator[Bench]:
    counted: Counter[str] = Counter()
    async with fake or Telegram() as fake:
        settings = Settings(_env_file=None, telegram_url=fake.url, TELEGRAM_BOT_TOKEN=fake.token)
        line = open_line(settings)

        async def sleep(seconds: float) -> None:
            made.slept.append(seconds)
            made.now += seconds
            await asyncio.sleep(0)

        def count(name: str, by: float) -> None:
            counted[name] += by  # type: ignore[assignment]

        more = {"monotonic": lambda: made.now, "sleep": sleep, **more}
        sender = PacedSender(line.bot, count=count, pace=pace, **more)
        made = Bench(fake, fake.person(), sender, counted)
        try:
            yield made
        finally:
            await line.close()


BAD = Status(400, description="Bad Request: can't parse entities: unsupported")
LONG = Status(400, description="Bad Request: message is too long")

# What goes wrong, then what stands in the chat or is raised, and what was counted.
FAULTS: list[tuple[str, list[Any], list[str] | type[CoachError], dict[str, float]]] = [
    ("flood", [Status(429, retry_after=7)], ["하나", "둘"], {"flood_waits": 1, "flood_wait_s": 7}),
    ("long flood", [Status(429, retry_after=3600)], Unreachable, {"flood_waits": 1, "flood_wait_s": 3600}),
    ("5xx", [Status(502), Status(500), Status(504)], ["하나", "둘"], {"retries": 3}),
    ("5xx for long", [Status(502)] * 6, Unreachable, {"retries": 5}),
    ("cut before", [Cut()], ["하나", "둘"], {"retries": 1}),
    ("cut after", [Cut(done=True)], ["하나", "하나", "둘"], {"retries": 1}),  # at most twice
    ("cut for long", [Cut(done=True)] * 2, Unreachable, {"retries": 1}),
    ("entities", [BAD], ["하나", "둘"], {"unformed": 1}),
    ("too long", [LONG], ["하", "나", "둘"], {}),
    ("blocked", [Status(403, description="Forbidden: bot was blocked by the user")], Blocked, {"blocked": 1}),
    ("gone", [Status(400, description="Bad Request: chat not found")], Blocked, {"blocked": 1}),
    ("refused", [Status(400, description="Bad Request: whatever")], Refused, {"refused": 1}),
    ("token", [Status(401, description="Unauthorized")], Unreachable, {}),
]


@pytest.mark.parametrize(
    ("faults", "outcome", "counted"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
async def test_faults_of_a_post(
    faults: list[Any], outcome: list[str] | type[CoachError], counted: dict[str, float]
) -> None:
    async with bench() as b:
        for fault in faults:
            b.fake.fault("sendMessage", fault)
        first = asyncio.create_task(b.sender.post(b.person.chat_id, Out("하나", BOLD)))
        await asyncio.sleep(0)
        second = asyncio.create_task(b.sender.post(b.person.chat_id, Out("둘")))
        if isinstance(outcome, list):
            await first
            await second
            assert b.heard() == outcome
        else:
            with pytest.raises(outcome) as raised:
                await first
            assert b.fake.token not in "".join(traceback.format_exception(raised.value))
            await asyncio.gather(second, return_exceptions=True)
        assert dict(b.counted) == counted or (outcome is Unreachable and counted.items() <= b.counted.items())


async def test_waits_as_long_as_it_was_told_and_lets_nothing_overtake() -> None:
    async with bench() as b:
        b.fake.fault("sendMessage", Status(429, retry_after=5))
        other = b.fake.person()
        await asyncio.gather(*(b.sender.post(b.person.chat_id, Out(str(n))) for n in range(4)))
        await b.sender.post(other.chat_id, Out("다른 방"))
        assert b.heard() == ["0", "1", "2", "3"]
        assert 5 <= b.now < 6


async def test_a_flood_in_two_chats_holds_all() -> None:
    async with bench() as b:
        people = [b.fake.person() for _ in range(3)]
        for person in people[:2]:
            b.fake.fault("sendMessage", Status(429, retry_after=9), chat_id=person.chat_id)
        first = [asyncio.create_task(b.sender.post(p.chat_id, Out("x"))) for p in people[:2]]
        await asyncio.gather(*first)
        assert b.now >= 9
        assert b.counted["flood_waits"] == 2


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("message is not modified: exactly the same", None),
        ("message to edit not found", Refused),
        ("message can't be edited", Refused),
        ("chat not found", Blocked),
    ],
)
async def test_what_may_become_of_an_edit(words: str, outcome: type[CoachError] | None) -> None:
    async with bench() as b:
        remote_id = await b.sender.post(b.person.chat_id, Out("하나"))
        b.fake.fault("editMessageText", Status(400, description=f"Bad Request: {words}"))
        if outcome is None:
            await b.sender.edit(b.person.chat_id, remote_id, Out("하나"))
        else:
            with pytest.raises(outcome):
                await b.sender.edit(b.person.chat_id, remote_id, Out("둘"))


async def test_edits_are_repeated_as_often_as_it_takes() -> None:
    async with bench() as b:
        remote_id = await b.sender.post(b.person.chat_id, Out("하나"))
        b.fake.fault("editMessageText", Cut(done=True), times=4)
        await b.sender.edit(b.person.chat_id, remote_id, Out("둘", rows=((Button("네", "m:today"),),)))
        [seen] = b.person.hears()
        assert (seen.text, seen.buttons, len(seen.edits)) == ("둘", ["네"], 1)
        await b.sender.edit(b.person.chat_id, remote_id, Out("셋" * 5000, BOLD))
        assert [len(m.text) for m in b.person.hears()] == [4096, 904]


async def test_what_does_not_fit_is_split_and_pictures_that_are_not_taken_are_left_out() -> None:
    async with bench() as b:
        keys = ((Button("네", "m:today"),),)
        last = await b.sender.post(b.person.chat_id, Out("가나다라 " * 1000, BOLD, rows=keys))
        first, second = b.person.hears()
        assert (first.buttons, second.buttons, second.id) == ([], ["네"], last)
        await b.sender.post(b.person.chat_id, Out("설명 " * 500, photo=PNG, rows=keys))
        picture, words = b.person.hears()[2:]
        assert (picture.photo, picture.text, picture.buttons) == (PNG, "", [])
        assert (words.text, words.buttons) == (("설명 " * 500).strip(), ["네"])
        await b.sender.post(b.person.chat_id, Out("그림 없이", photo=b"no picture", rows=keys))
        assert (b.heard()[-1], b.person.hears()[-1].photo) == ("그림 없이", None)
        await b.sender.post(b.person.chat_id, Out("\u202e숨은\u200b 이름 \ud800!", BOLD))
        assert b.heard()[-1] == "숨은 이름 !"


async def test_buttons_go_away_and_what_is_gone_is_no_error() -> None:
    async with bench() as b:
        chat = b.person.chat_id
        remote_id = await b.sender.post(chat, Out("하나", rows=((Button("네", "m:today"),),)))
        answered = b.person.presses(remote_id, "네")
        await b.sender.close(chat, remote_id)
        await b.sender.close(chat, remote_id)
        assert b.person.hears()[0].buttons == []
        await b.sender.answer(answered, "가" * 500)
        await b.sender.answer(answered, "또")
        assert b.person.toasts == [("가" * 200, False)]
        await b.sender.action(chat, "typing")
        await b.sender.delete(chat, remote_id)
        await b.sender.delete(chat, remote_id)
        await b.sender.close(chat, remote_id)
        assert b.person.hears() == []
        await b.sender.post(chat, Out("답"), reply_to=remote_id)
        b.person.blocks()
        with pytest.raises(Blocked):
            await b.sender.action(chat, "typing")


async def test_downloads_no_more_than_it_may(tmp_path: Path) -> None:
    async with bench() as b:
        ids = [
            b.person.sends(b"x" * 9, "run.fit").file["document"]["file_id"],
            b.person.sends(b"x", "big.zip", size=21 * 2**20).file["document"]["file_id"],
            b.person.sends(b"x" * 99, "lie.fit", size=5).file["document"]["file_id"],
        ]
        b.fake.fault("getFile", Status(502))
        b.fake.fault("file", Cut())
        assert await b.sender.download(ids[0], tmp_path / "a", limit=10) == 9
        assert (tmp_path / "a").read_bytes() == b"x" * 9
        for file_id in ids[1:]:
            with pytest.raises(TooLarge):
                await b.sender.download(file_id, tmp_path / "b", limit=10)
        with pytest.raises(Refused):
            await b.sender.download("nothing", tmp_path / "b", limit=10)
        assert not (tmp_path / "b").exists()


async def test_keeps_the_pace_of_a_chat_and_of_all() -> None:
    """As fast as Telegram allows, at a twentieth of the time: nothing is refused, all is in order."""
    limits = Limits(overall=600, chat=20, burst=6)  # the machine may be busy
    fake = Telegram(limits=limits)
    async with bench(Pace(overall=550, chat=19, burst=3), fake=fake) as b:
        sender = PacedSender(b.sender._bot, pace=Pace(overall=550, chat=19, burst=3))
        people = [fake.person() for _ in range(30)]
        began = asyncio.get_running_loop().time()
        await asyncio.gather(
            *(sender.post(p.chat_id, Out(str(n))) for n in range(5) for p in people),
        )
        took = asyncio.get_running_loop().time() - began
        assert fake.traffic.refused == 0
        assert all([m.text for m in p.hears()] == list("01234") for p in people)
        assert took >= 150 / 550 * 0.9


async def test_edits_of_a_chat_are_a_second_apart_and_do_not_hold_others() -> None:
    async with bench(Pace()) as b:
        remote_id = await b.sender.post(b.person.chat_id, Out("0"))
        for n in range(1, 5):
            await b.sender.edit(b.person.chat_id, remote_id, Out(str(n)))
        assert b.now == pytest.approx(4, abs=0.2)
        await b.sender.post(b.fake.person().chat_id, Out("다른 방"))
        assert b.now == pytest.approx(4, abs=0.2)


async def test_a_chat_that_is_slow_holds_no_other() -> None:
    async with bench() as b:
        b.fake.fault("sendMessage", Slow(0.2), chat_id=b.person.chat_id)
        slow = asyncio.create_task(b.sender.post(b.person.chat_id, Out("늦음")))
        other = b.fake.person()
        await b.sender.post(other.chat_id, Out("빠름"))
        assert (len(other.hears()), slow.done()) == (1, False)
        await slow


async def test_the_token_stands_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with bench() as b:
        for fault in (Status(401), Cut(), Status(502), Status(429, retry_after=1), BAD):
            b.fake.fault("sendMessage", fault)
        with pytest.raises(Unreachable) as raised:
            await b.sender.post(b.person.chat_id, Out("하나", BOLD))
        await b.sender.post(b.person.chat_id, Out("하나", BOLD))
        assert b.fake.token not in "".join(traceback.format_exception(raised.value))
    assert caplog.records
    assert b.fake.token not in caplog.text
