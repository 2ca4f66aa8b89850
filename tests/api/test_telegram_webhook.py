"""What Telegram brings is kept before it is answered, and nobody else can bring anything."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.web import House, open_house
from pydantic import SecretStr
from sqlalchemy import insert, text

from coach.config import Settings
from coach.pipeline import incoming
from coach.store import accounts, bots, models, system, updates
from coach.store.accounts import Account
from coach.store.session import Database

TOKEN = "7000000001:AAF-loopback-token-nobody-may-see-0123456"
HEADER = "x-telegram-bot-api-secret-token"
PLACE = "/telegram/webhook"


@pytest.fixture
async def hooked(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(db, tmp_path, telegram_bot_token=TOKEN, telegram_webhook=True) as house:
        yield house


def secret(house: House) -> str:
    found = incoming.webhook_secret(house.settings)
    assert found is not None
    return found


def said(update_id: int, text: str = "비밀", chat_id: int = 5) -> dict[str, Any]:
    chat = {"id": chat_id, "type": "private", "first_name": "하나"}
    return {"update_id": update_id, "message": {"message_id": 1, "date": 0, "chat": chat, "text": text}}


def somebody(house: House) -> Account:
    athlete = system.create_athlete(house.db, name="두리")
    with house.db.system_session() as s:
        new = insert(models.accounts).values(athlete_id=athlete.id, role="athlete")
        return accounts.get(s, s.execute(new.returning(models.accounts.c.id)).scalar_one())


def kept(db: Database) -> list[updates.Taken]:
    return updates.take(db, incoming.SERVICE, "test", for_s=30, limit=100)


async def test_an_update_is_kept_before_it_is_answered(hooked: House) -> None:
    client = hooked.client(**{HEADER: secret(hooked)})
    first = await client.post(PLACE, json=said(11))
    again = await client.post(PLACE, json=said(11))
    assert (first.status_code, again.status_code) == (200, 200)
    assert "비밀" not in first.text
    [one] = kept(hooked.db)
    assert (one.update_id, one.chat_id, one.payload["message"]["text"]) == (11, 5, "비밀")
    numbers = (await hooked.athlete().get("/api/v1/bot/metrics")).text
    assert "hanbal_telegram_waiting_updates 1\n" in numbers


@pytest.mark.parametrize("shown", [None, "", "0" * 64, TOKEN, "비밀".encode(), "SECRET"])
async def test_without_the_secret_nothing_is_kept(hooked: House, shown: str | bytes | None) -> None:
    if shown == "SECRET":
        shown = secret(hooked)[:-1]
    headers = {} if shown is None else {HEADER: shown}
    answer = await hooked.client().post(PLACE, json=said(11), headers=headers)
    assert answer.status_code == 404
    assert kept(hooked.db) == []


async def test_a_new_token_ends_the_old_secret(hooked: House) -> None:
    old = secret(hooked)
    turned = hooked.settings.model_copy(update={"telegram_bot_token": SecretStr(f"{TOKEN}x")})
    assert incoming.is_webhook_secret(hooked.settings, old)
    assert not incoming.is_webhook_secret(turned, old)
    assert TOKEN not in old
    assert len(old) == 64  # Telegram takes 1 to 256 of A-Z, a-z, 0-9, _ and -
    assert old.isalnum()


@pytest.mark.parametrize("changes", [{"telegram_bot_token": TOKEN}, {"telegram_webhook": True}])
async def test_with_polling_or_without_a_bot_there_is_no_such_place(
    db: Database, tmp_path: Path, changes: dict[str, Any]
) -> None:
    both = Settings(_env_file=None, telegram_bot_token=TOKEN, telegram_webhook=True)
    async with open_house(db, tmp_path, **changes) as house:
        for shown in ("", "None", incoming.webhook_secret(both) or ""):
            answer = await house.client().post(PLACE, json=said(11), headers={HEADER: shown})
            assert answer.status_code == 404
        assert kept(db) == []


async def test_what_is_no_update_is_refused_or_passed_over(hooked: House) -> None:
    client = hooked.client(**{HEADER: secret(hooked)})
    kind = {"content-type": "application/json"}
    for body in (b"", b"{", b"[" * 100_000, b"\xff\xfe"):
        assert (await client.post(PLACE, content=body, headers=kind)).status_code == 400
    assert (
        await client.post(PLACE, content=b"{}", headers={"content-type": "text/plain"})
    ).status_code == 400
    assert (await client.post(PLACE, content=b" " * 1_000_001, headers=kind)).status_code == 413
    # Answered with an error it would be brought again and again, and nothing after it.
    for odd in ([], 7, {}, {"update_id": "11"}, {"update_id": 2**70}, {"update_id": True}):
        assert (await client.post(PLACE, json=odd)).status_code == 200
    assert kept(hooked.db) == []
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    assert (await client.post(PLACE, json=said(13) | {"deep": deep})).status_code == 200
    odd = said(12, chat_id=2**70) | {"message": {"chat": {"id": 2**70}, "text": "\ud800\x00"}}
    assert (await client.post(PLACE, content=json.dumps(odd), headers=kind)).status_code == 200
    assert [(one.update_id, one.chat_id) for one in kept(hooked.db)] == [(12, None), (13, 5)]


async def test_a_page_of_another_site_cannot_bring_anything(hooked: House) -> None:
    headers = {HEADER: secret(hooked), "origin": "https://evil.example"}
    answer = await hooked.client().post(PLACE, json=said(11), headers=headers)
    assert answer.status_code == 403
    assert kept(hooked.db) == []


async def test_health_says_whether_the_bot_is_connected(hooked: House) -> None:
    def beat(connected: bool, why: str | None = None) -> None:
        bots.beat(
            hooked.db, incoming.SERVICE, "here", username="b", mode="webhook", connected=connected,
            why_key=why, counters={},
        )  # fmt: skip

    async def told() -> str:
        hooked.app.state.bot._until = 0.0
        answer = await hooked.client().get("/healthz")
        assert answer.status_code == 200  # the rest is up
        assert answer.json()["status"] == "ok"
        return str(answer.json()["bot"])

    assert await told() == "down"
    beat(False, "bot.why_token")
    assert await told() == "not_connected"
    beat(True)
    assert await told() == "connected"
    with hooked.db.system_session() as s:
        s.execute(text("UPDATE bots SET beat_at = now() - interval '31 seconds'"))
    assert await told() == "down"


async def test_health_without_a_bot(house: House) -> None:
    assert (await house.client().get("/healthz")).json() == {"status": "ok", "bot": "off"}


async def test_numbers_are_for_the_operator(hooked: House) -> None:
    counters = {
        "updates": 7,
        "failed": 1,
        "flood_wait_s": 2.5,
        "reaction": {"buckets": [1, 0, 3, 0, 0, 0, 0, 0, 0, 1], "sum_s": 31.25},
    }
    bots.beat(
        hooked.db, incoming.SERVICE, "here", username="b", mode="webhook", connected=True, why_key=None,
        counters=counters,
    )  # fmt: skip
    assert (await hooked.client().get("/api/v1/bot/metrics")).status_code == 401
    assert (
        await hooked.client(hooked.session(somebody(hooked))).get("/api/v1/bot/metrics")
    ).status_code == 403
    answer = await hooked.athlete().get("/api/v1/bot/metrics")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        "hanbal_telegram_connected 1",
        "hanbal_telegram_updates_total 7",
        "hanbal_telegram_failed_updates_total 1",
        "hanbal_telegram_flood_wait_seconds_total 2.5",
        'hanbal_telegram_first_reaction_seconds_bucket{le="0.05"} 1',
        'hanbal_telegram_first_reaction_seconds_bucket{le="0.25"} 4',
        'hanbal_telegram_first_reaction_seconds_bucket{le="+Inf"} 5',
        "hanbal_telegram_first_reaction_seconds_count 5",
        "hanbal_telegram_first_reaction_seconds_sum 31.25",
    ):
        assert line in lines
    assert TOKEN not in answer.text
    for line in lines:  # every line is a comment or a name and a number
        assert line.startswith(("# HELP ", "# TYPE ")) or float(line.rpartition(" ")[2]) >= 0
