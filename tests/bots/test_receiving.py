"""Updates come in through whatever the network does, are kept before they are acknowledged, and once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.telegram import Cut, Reversed, Status, Telegram, Twice
from sqlalchemy import text

from bots.telegram import client
from bots.telegram.health import Health
from bots.telegram.receiving import Pauses, Polling, Webhook, webhook_url
from coach.config import Settings
from coach.pipeline import incoming
from coach.pipeline.incoming import KINDS, SERVICE
from coach.store import updates
from coach.store.postgres import owner_connection
from coach.store.session import Database

QUICK = Pauses(first_s=0.01, longest_s=0.05, refused_s=0.02)


@dataclass
class Line:
    fake: Telegram
    db: Database
    health: Health
    why: list[str]

    def kept(self) -> list[int]:
        """Return what is kept, in the order in which it would be worked on."""
        with self.db.system_session() as s:
            return list(s.scalars(text("SELECT update_id FROM bot_updates ORDER BY update_id")))


async def until(what: Callable[[], object], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not what():  # noqa: ASYNC110 - whatever it is, nobody tells when it comes
            await asyncio.sleep(0.005)


def settings_of(fake: Telegram, **changes: Any) -> Settings:
    return Settings(_env_file=None, telegram_bot_token=fake.token, telegram_url=fake.url, **changes)


@asynccontextmanager
async def polling(db: Database, fake: Telegram, token: str = "") -> AsyncIterator[Line]:
    """Poll, and note every reason for which it did not work."""
    line = client.open_line(settings_of(fake).model_copy(update={}))
    health = Health(db, SERVICE, "test", "polling")
    why: list[str] = []
    told = health.down

    def down(key: str) -> None:
        why.append(key)
        told(key)

    health.down = down  # type: ignore[method-assign]
    work = asyncio.create_task(Polling(line.bot, db, health, pauses=QUICK, long_s=2).work())
    try:
        yield Line(fake, db, health, why)
    finally:
        assert not work.done(), "it ended"
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await line.close()


@pytest.fixture
async def fake() -> AsyncIterator[Telegram]:
    async with Telegram() as telegram:
        yield telegram


async def test_it_asks_for_what_it_handles_and_forgets_nothing_that_waits(
    db: Database, fake: Telegram
) -> None:
    fake.set_webhook("https://elsewhere.example", "x")  # the mode of before
    fake.person().says("하나")
    fake.person().says("둘")
    async with polling(db, fake) as line:
        await until(lambda: len(line.kept()) == 2 and line.health.connected)
        assert fake.webhook == ""
        [ended] = fake.called("deleteWebhook")
        assert ended.get("drop_pending_updates", "false") in ("false", "False")
        assert tuple(fake.allowed) == KINDS
        assert line.why == []
        assert line.health.counts["updates"] == 2


async def test_nothing_is_acknowledged_before_it_is_kept(
    db: Database, fake: Telegram, database_url: str
) -> None:
    with owner_connection(database_url) as c:
        c.execute(text("ALTER TABLE bot_updates RENAME TO away"))
        c.commit()
    async with polling(db, fake) as line:
        fake.person().says("안녕")
        await until(lambda: line.why.count("bot.why_database") >= 3)
        assert len(fake.updates) == 1  # still theirs
        assert not line.health.connected
        with owner_connection(database_url) as c:
            c.execute(text("ALTER TABLE away RENAME TO bot_updates"))
            c.commit()
        await until(lambda: len(line.kept()) == 1 and line.health.connected)
        await until(lambda: not fake.updates)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Status(502), "bot.why_network"),
        (Status(500), "bot.why_network"),
        (Cut(), "bot.why_network"),
        (Status(429, retry_after=1), "bot.why_flood"),
        (Status(401), "bot.why_token"),
        (Status(409, description="Conflict: terminated by other getUpdates request"), "bot.why_conflict"),
        (Status(400, description="Bad Request: odd"), "bot.why_network"),
    ],
)
async def test_it_goes_on_after_whatever_happens_and_says_what_it_is(
    db: Database, fake: Telegram, fault: Status | Cut, why: str
) -> None:
    async with polling(db, fake) as line:
        await until(lambda: line.health.connected)
        since = len(fake.called("getUpdates"))
        fake.fault("getUpdates", fault, times=1 if why == "bot.why_flood" else 3)
        fake.person().says("하나")  # ends the question that is open
        await until(lambda: why in line.why)
        fake.person().says("둘")
        await until(lambda: len(line.kept()) == 2 and line.health.connected)
        assert set(line.why) == {why}
        # The first question after trouble is answered at once: only so it is known that all is well.
        assert "0" in {call.get("timeout", "0") for call in fake.called("getUpdates")[since + 1 :]}
        if why == "bot.why_flood":
            assert (line.health.counts["flood_waits"], line.health.counts["flood_wait_s"]) == (1, 1)


async def test_twice_and_in_the_wrong_order_is_kept_once(db: Database, fake: Telegram) -> None:
    person = fake.person()
    fake.fault("getUpdates", Reversed(), times=1)
    fake.fault("getUpdates", Twice(), times=1)
    for number in range(5):
        person.says(str(number))
    async with polling(db, fake) as line:
        await until(lambda: not fake.updates)
        person.says("5")
        await until(lambda: len(line.kept()) == 6)
        await until(lambda: line.health.counts["updates"] - line.health.counts["duplicates"] == 6)
        assert line.kept() == sorted(set(line.kept()))
    said = []
    while taken := updates.take(
        db, SERVICE, "t", for_s=30, limit=100, finished=dict.fromkeys(line.kept(), "done")
    ):
        said += [one.payload["message"]["text"] for one in taken]
    assert said == ["0", "1", "2", "3", "4", "5"]


async def test_an_update_that_cannot_be_read_holds_nothing_up(
    db: Database, fake: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.push_raw({"update_id": 899_999_999, "message": {"message_id": "비밀", "chat": 7}})
    fake.person().says("안녕")
    async with polling(db, fake) as line:
        await until(lambda: len(line.kept()) == 2 and line.health.connected)
    taken = updates.take(db, SERVICE, "t", for_s=30, limit=100)
    assert {one.update_id: bool(one.chat_id) for one in taken} == {899_999_999: False, line.kept()[1]: True}
    assert "비밀" not in caplog.text


async def test_after_a_quiet_time_any_number_is_taken(db: Database, fake: Telegram) -> None:
    """After a week without updates Telegram counts from another number, which may be lower."""
    async with polling(db, fake) as line:
        fake.person().says("하나")
        await until(lambda: len(line.kept()) == 1)
        await until(lambda: fake.called("getUpdates")[-1].get("offset") is None and not fake.updates, 8)
        fake._last["update"] = 1000
        fake.person().says("둘")
        await until(lambda: line.kept()[:1] == [1001])


async def test_the_webhook_is_set_with_a_secret_and_looked_after(db: Database, fake: Telegram) -> None:
    settings = settings_of(fake, telegram_webhook=True, public_url="https://run.example/")
    line = client.open_line(settings)
    health = Health(db, SERVICE, "test", "webhook")
    hook = Webhook(line.bot, settings, health, pauses=QUICK, look_s=0.02, clock=lambda: datetime.now(UTC))
    work = asyncio.create_task(hook.work())
    try:
        await until(lambda: health.connected)
        [call] = fake.called("setWebhook")
        assert call["url"] == fake.webhook == "https://run.example/telegram/webhook"
        assert call["secret_token"] == incoming.webhook_secret(settings)
        assert call.get("drop_pending_updates", "false") == "false"
        assert tuple(fake.allowed) == KINDS
        fake.set_webhook("https://thief.example", "y")
        await until(lambda: not health.connected)
        assert health.why_key == "bot.why_webhook_taken"
        await until(lambda: health.connected)
        assert fake.webhook == call["url"]
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await line.close()


async def test_a_webhook_needs_an_address_that_telegram_can_call(db: Database, fake: Telegram) -> None:
    for public in (None, "http://run.example", "run.example"):
        settings = settings_of(fake, telegram_webhook=True, public_url=public)
        assert webhook_url(settings) is None
    line = client.open_line(settings)
    health = Health(db, SERVICE, "test", "webhook")
    hook = Webhook(line.bot, settings, health, pauses=QUICK, clock=lambda: datetime.now(UTC))
    work = asyncio.create_task(hook.work())
    await until(lambda: health.why_key == "error.telegram_webhook_needs_https")
    assert not work.done()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await line.close()
    assert fake.called("setWebhook") == []


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({"message": {"chat": {"id": 5}, "text": "안녕"}}, ""),
        ({"message": {"chat": {"id": 5}, "text": "/stop"}}, updates.AT_ONCE),
        ({"message": {"chat": {"id": 5}, "text": " /STOP@hanbal_bot bitte"}}, updates.AT_ONCE),
        ({"message": {"chat": {"id": 5}, "text": "/stopping"}}, ""),
        ({"message": {"chat": {"id": 5}, "text": "please /stop"}}, ""),
        ({"edited_message": {"chat": {"id": 5}, "text": "/stop"}}, ""),
        ({"callback_query": {"message": {"message_id": 9, "chat": {"id": 5}}, "from": {"id": 6}}}, "press:9"),
        ({"callback_query": {"from": {"id": 5}}}, "press:0"),
        ({"my_chat_member": {"chat": {"id": 5}}}, ""),
    ],
)
def test_presses_and_stop_have_lanes_of_their_own(raw: dict[str, Any], lane: str) -> None:
    found = incoming.read({"update_id": 1, **raw})
    assert found is not None
    assert (found.chat_id, found.lane) == (5, lane)
