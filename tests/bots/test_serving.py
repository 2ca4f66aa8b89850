"""The bot's process: it starts whatever Telegram says, shows its menu, keeps its token, and ends quickly."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.bot import open_bot_house
from fakes.telegram import Cut, Status, Telegram, running
from telegram import Update

from bots.telegram import client
from bots.telegram.desk import Desk, Progress
from bots.telegram.message import Out
from coach.cli import logs
from coach.cli.serve import Group
from coach.config import Settings
from coach.errors import SetupError
from coach.pipeline import bot_status
from coach.store import bots, system
from coach.store.session import Database
from coach.text import say


async def until(what: Callable[[], object], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():  # noqa: ASYNC110 - whatever it is, nobody tells when it comes
            await asyncio.sleep(0.005)


async def echo(desk: Desk, update: Update, progress: Progress) -> None:
    assert update.message is not None
    await desk.sender.post(update.message.chat.id, Out(f"{desk.username}: {update.message.text}"))


def nothing_more(desk: Desk) -> list[Any]:
    return []


@pytest.mark.parametrize(
    ("fault", "why"),
    [(Status(401), "bot.why_token"), (Cut(), "bot.why_network"), (Status(502), "bot.why_network")],
)
async def test_a_bot_that_cannot_start_goes_on_trying_and_says_why(
    db: Database, tmp_path: Path, fault: Any, why: str
) -> None:
    fake = Telegram()
    fake.fault("getMe", fault, times=15)
    async with open_bot_house(db, tmp_path, handle=echo, more=nothing_more, fake=fake) as house:
        house.person.says("안녕")

        def told() -> bots.Bot | None:
            return bots.read(db, "telegram")

        await until(lambda: (found := told()) is not None and found.why_key == why)
        status = bot_status.status(db, house.settings)
        assert status.word == "not_connected"
        assert say("en", why) in bot_status.sentences("en", status)
        await house.settled()
        await until(lambda: (found := told()) is not None and found.connected)
        assert [m.text for m in house.person.hears()] == [f"{fake.username}: 안녕"]
    ended = bots.read(db, "telegram")
    assert ended is not None
    assert (ended.connected, ended.why_key, ended.username) == (False, "bot.why_stopped", fake.username)


async def test_the_menu_is_shown_in_both_languages(db: Database, tmp_path: Path) -> None:
    fake = Telegram()
    fake.fault("setMyCommands", Status(502), times=1)
    menu = {"ko": [("today", "오늘 할 것")], "en": [("today", "What to do today")]}
    async with open_bot_house(db, tmp_path, handle=echo, more=nothing_more, fake=fake, menu=menu):
        await until(lambda: len(fake.profile) == 3)
    shown = {
        lang: json.loads(given["commands"])[0]["description"] for (_, lang), given in fake.profile.items()
    }
    # Everybody else sees the installation's own language.
    assert shown == {"ko": "오늘 할 것", "": "오늘 할 것", "en": "What to do today"}


async def test_a_part_that_breaks_begins_anew(db: Database, tmp_path: Path) -> None:
    class Broken:
        times = 0

        async def work(self) -> None:
            self.times += 1
            if self.times == 1:
                raise RuntimeError("a bug")
            await asyncio.Event().wait()

    part = Broken()
    async with open_bot_house(db, tmp_path, handle=echo, more=lambda desk: [part]) as house:
        house.person.says("안녕")
        await house.settled()
        await until(lambda: part.times == 2)


LIBRARIES = ("httpx", "httpcore", "telegram")


async def test_the_token_is_told_to_nobody(
    db: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """At DEBUG, with everything that can go wrong, and the libraries that log addresses."""
    fake = Telegram()
    root = logging.getLogger()
    before = (
        root.handlers[:],
        root.level,
        {name: logging.getLogger(name).level for name in (*LIBRARIES, *logs.OURS)},
    )
    settings = Settings(_env_file=None, log_level="DEBUG", telegram_bot_token=fake.token)
    try:
        logs.configure(settings)
        root.setLevel(logging.DEBUG)
        for name in LIBRARIES:
            logging.getLogger(name).setLevel(logging.DEBUG)
        for fault in (Status(401), Status(404), Cut(), Status(500)):
            fake.fault("*", fault, times=2)
        async with open_bot_house(db, tmp_path, handle=_fails, more=nothing_more, fake=fake) as house:
            house.person.says("안녕")
            await house.settled()
            status = bot_status.status(db, house.settings)
            said = [*bot_status.sentences("ko", status), bot_status.metrics(status)]
    finally:
        root.handlers[:], root.level = before[0], before[1]
        for name, level in before[2].items():
            logging.getLogger(name).setLevel(level)
    written = capfd.readouterr().err
    secret = fake.token.partition(":")[2]
    assert "httpx" in written, "the libraries did log"
    assert "getUpdates" in written
    assert secret not in written
    assert fake.token not in "\n".join(said)
    assert secret not in str([message.text for message in house.person.hears()])
    assert [message.text for message in house.person.hears()] == [say("ko", "bot.update_failed")]


async def _fails(desk: Desk, update: Update, progress: Progress) -> None:
    bot = client.open_line(desk.settings).bot
    await bot.initialize()  # its error holds the token
    raise RuntimeError(f"{bot.token} {bot.base_url}")


def test_without_a_token_there_is_no_line() -> None:
    for empty in (None, "", "  "):
        settings = Settings(_env_file=None, telegram_bot_token=empty)
        with pytest.raises(SetupError) as refused:
            client.open_line(settings)
        assert refused.value.key == "no_telegram_token"


@pytest.mark.soak
def test_the_real_process_starts_answers_and_ends_within_seconds(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    fake = Telegram()
    system.create_owner(db, now=fake.clock(), name="하나")
    stranger = fake.person(30_001)
    with running(fake) as url:
        fake.fault("getMe", Status(502), times=1)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_"))}
        process = subprocess.Popen(
            [sys.executable, "-m", "coach.cli", "bot"],
            env={
                **environment,
                "DATABASE_URL": database_url,
                "COACH_DATA_DIR": str(tmp_path),
                "TELEGRAM_BOT_TOKEN": fake.token,
                "COACH_TELEGRAM_URL": url,
                "COACH_LOG_LEVEL": "DEBUG",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        stranger.says("안녕")
        while not stranger.hears() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert stranger.hears(), "a stranger is told something"
        assert fake.profile, "there is a menu"
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=20)
        assert time.monotonic() - started < 5
        assert process.returncode == 0
    assert fake.token.partition(":")[2] not in written


def test_a_child_that_is_not_needed_takes_nothing_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the bot beside the api and the worker: it ends, and is started again."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    group = Group()
    group.start_spare("bot", "bot")  # without a token it ends at once
    try:
        first = group._children["bot"]
        first.wait(30)
        assert first.returncode == 1
        group._spare["bot"].pause_s = 0.0
        assert not group.stopped(0.01)
        assert not group.stopped(0.01)
        assert group._children["bot"] is not first
    finally:
        group.stop()
