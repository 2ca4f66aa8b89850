"""What a bot counts, how soon it reacts, and what others learn of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes.bot import open_bot_house
from fakes.telegram import Status
from telegram import Update

from bots.telegram.desk import Desk, Progress
from bots.telegram.health import Health, Waited, waited
from bots.telegram.message import Out
from coach.config import Settings
from coach.pipeline import bot_status
from coach.pipeline.bot_status import REACTION_S, BotStatus
from coach.store import bots, updates
from coach.store.session import Database
from coach.store.updates import Waiting
from coach.text import LANGS, has, say


async def until(what: Callable[[], object], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():  # noqa: ASYNC110 - whatever it is, nobody tells when it comes
            await asyncio.sleep(0.005)


def read(db: Database) -> bots.Bot:
    found = bots.read(db, "telegram")
    assert found is not None
    return found


async def test_a_beat_tells_since_when(db: Database) -> None:
    assert bots.read(db, "telegram") is None
    health = Health(db, "telegram", "one", "polling")
    await health.tell()
    first = read(db)
    assert (first.connected, first.why_key, first.connected_at) == (False, "bot.why_starting", None)
    health.username = "hanbal_bot"
    health.up()
    await health.tell()
    up = read(db)
    assert (up.connected, up.why_key, up.username) == (True, None, "hanbal_bot")
    assert up.connected_at is not None
    await health.tell()
    again = read(db)
    assert again.connected_at == up.connected_at
    assert again.beat_at > up.beat_at
    health.down("bot.why_network")
    await health.tell()
    cut = read(db)
    assert cut.connected_at is not None
    assert cut.connected_at > up.connected_at  # until when
    nameless = Health(db, "telegram", "two", "webhook")
    await nameless.tell()
    assert (read(db).username, read(db).holder, read(db).mode) == ("hanbal_bot", "two", "webhook")


async def test_what_changes_is_told_at_once(db: Database) -> None:
    health = Health(db, "telegram", "one", "polling")
    beating = asyncio.create_task(health.beat())
    try:
        await until(lambda: bots.read(db, "telegram"))
        health.up()
        await until(lambda: read(db).connected, within_s=2)
        health.down("bot.why_conflict")
        await until(lambda: read(db).why_key == "bot.why_conflict", within_s=2)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def test_only_the_first_sign_counts(db: Database) -> None:
    health = Health(db, "telegram", "one", "polling")
    health.reacted()  # nobody waits
    waited.set(Waited(0.3))
    await asyncio.create_task(_react(health))  # in whatever the work starts
    health.reacted()
    waited.set(Waited(100.0))
    health.reacted()
    waited.set(None)
    told: Any = health.counters()["reaction"]
    assert sum(told["buckets"]) == 2
    assert told["buckets"][REACTION_S.index(0.5)] == 1
    assert told["buckets"][-1] == 1
    assert told["sum_s"] == pytest.approx(100.3, abs=0.1)


async def _react(health: Health) -> None:
    health.reacted()


async def test_the_house_counts_what_happens(db: Database, tmp_path: Path) -> None:
    async def handle(desk: Desk, update: Update, progress: Progress) -> None:
        assert update.message is not None
        sent = await desk.sender.post(update.message.chat.id, Out("…"))
        await desk.sender.edit(update.message.chat.id, sent, Out("안녕하세요"))
        desk.count("documents")

    async with open_bot_house(db, tmp_path, handle=handle, more=lambda desk: []) as house:
        house.fake.fault("sendMessage", Status(429, retry_after=1))
        house.person.says("하나")
        house.person.says("둘")
        await house.settled()
        await house.serving.health.tell()
    counters = read(db).counters
    twice = ("updates", "worked", "sent", "edited", "documents")
    assert {name: counters[name] for name in twice} == dict.fromkeys(twice, 2)
    assert counters["flood_waits"] == 1
    assert sum(counters["reaction"]["buckets"]) == 2
    assert updates.waiting(db, "telegram") == Waiting(0, None)


def bot(**changes: Any) -> bots.Bot:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    values = {
        "service": "telegram",
        "holder": "h",
        "username": "hanbal_bot",
        "mode": "polling",
        "connected": True,
        "why_key": None,
        "counters": {
            "updates": 3,
            "worked": 2,
            "failed": 1,
            "sent": 4,
            "flood_waits": 1,
            "flood_wait_s": 7.0,
        },
        "connected_at": now,
        "beat_at": now,
        "silent_s": 1.0,
    }
    return bots.Bot(**{**values, **changes})


WITH_TOKEN = Settings(_env_file=None, telegram_bot_token="7000000001:AAF-secret-0123456789012345678901")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, "down"),
        (bot(), "connected"),
        (bot(silent_s=31.0), "down"),
        (bot(connected=False, why_key="bot.why_token"), "not_connected"),
        (bot(connected=False, why_key="error.telegram_webhook_needs_https", mode="webhook"), "not_connected"),
    ],
)
def test_people_are_told_in_words(lang: Any, found: bots.Bot | None, expected: Any) -> None:
    word = bot_status.word(WITH_TOKEN, found)
    assert word == expected
    told = bot_status.sentences(lang, BotStatus(word, found, Waiting(2, 90.0)))
    name = say(lang, "bot.no_name") if found is None else "@hanbal_bot"
    assert told[0] == say(lang, f"bot.status_{expected}", name=name)
    assert (say(lang, "bot.waiting", n=2, seconds=90) in told) is (found is not None)
    if found is not None and found.why_key is not None:
        assert say(lang, found.why_key) in told
    assert not any("{" in sentence or "bot." in sentence for sentence in told)


def test_without_a_token_it_is_off() -> None:
    off = Settings(_env_file=None)
    assert bot_status.word(off, bot()) == "off"
    assert (
        bot_status.metrics(BotStatus("off", None, Waiting())).splitlines()[2] == "hanbal_telegram_enabled 0"
    )


def test_a_bot_that_is_gone_tells_no_old_numbers() -> None:
    gone = bot_status.metrics(BotStatus("down", bot(silent_s=99.0), Waiting(5, 60.0)))
    assert "hanbal_telegram_connected 0\n" in gone
    assert "hanbal_telegram_waiting_updates 5\n" in gone
    assert "hanbal_telegram_oldest_waiting_seconds 60" in gone
    assert "_total" not in gone


def test_every_reason_has_its_sentence() -> None:
    for key in ("starting", "stopped", "flood", "token", "conflict", "database", "network", "unknown"):
        assert all(has(lang, f"bot.why_{key}") for lang in LANGS)
