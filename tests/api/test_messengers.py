"""Linking Telegram through the API: codes, claims that are guessed, the end of a link."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import httpx
import pytest
from fakes.web import House
from pydantic import SecretStr
from sqlalchemy import insert, update

from api.authorize import ROUTES, Principal, authorize
from api.throttle import CodeThrottle
from coach.errors import LimitReached, NotAllowed
from coach.store import accounts, messenger_system, messengers, models, system

T = "telegram"
AT = "/api/v1/messengers/telegram"


@pytest.fixture
def bot(house: House) -> str:
    """A bot that has reached Telegram once."""
    house.settings.telegram_bot_token = SecretStr("1:x")
    with house.db.system_session() as s:
        s.execute(insert(models.bots).values(service=T, username="hanbal_test_bot", connected=True))
    return "hanbal_test_bot"


async def status(who: httpx.AsyncClient) -> tuple[str, str | None]:
    answer = await who.get(AT)
    assert answer.status_code == 200, answer.text
    return answer.json()["state"], answer.json()["linked_at"]


async def test_without_a_bot_there_is_nothing_to_link(house: House) -> None:
    owner = house.athlete()
    assert await status(owner) == ("none", None)
    assert (await owner.post(f"{AT}/code")).status_code == 409
    house.settings.telegram_bot_token = SecretStr("1:x")
    assert await status(owner) == ("starting", None)
    refused = await owner.post(f"{AT}/code")
    assert refused.status_code == 409
    assert "아직" in refused.json()["detail"]


async def test_a_code_links_and_the_page_knows(house: House, bot: str) -> None:
    owner = house.athlete()
    assert await status(owner) == ("unlinked", None)
    assert (await owner.delete(AT)).status_code == 404
    answer = await owner.post(f"{AT}/code")
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert made["url"] == f"https://t.me/{bot}?start={made['code']}"
    assert len(made["code"]) <= 64
    assert datetime.fromisoformat(made["expires_at"]) == house.clock() + messengers.CODE_VALID
    drawn = ElementTree.fromstring(made["qr"])
    assert drawn.tag.endswith("svg")
    assert not {name for part in drawn.iter() for name in part.attrib} & {"style", "onload", "href"}

    assert messenger_system.use_code(house.db, T, made["code"], 77, house.clock()).outcome == "linked"
    assert await status(owner) == ("linked", "2026-11-21T03:00:00Z")
    with house.db.athlete_session(house.owner.athlete_id) as s:
        messengers.set_state(s, T, "blocked", house.clock())
    assert (await status(owner))[0] == "blocked"
    assert (await owner.delete(AT)).status_code == 204
    assert await status(owner) == ("unlinked", None)
    assert messenger_system.by_chat(house.db, T, 77) is None


async def test_a_code_from_the_chat_is_typed_in(house: House, bot: str) -> None:
    owner = house.athlete()
    code = messenger_system.stranger_code(house.db, T, 9, house.clock())
    assert code is not None
    answer = await owner.post(f"{AT}/claim", json={"code": f"{code[:4]}-{code[4:]}".lower()})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "linked"
    for bad in ({"code": ""}, {"code": "x" * 41}, {"code": 7}, {}, {"code": "A", "athlete_id": 1}):
        assert (await owner.post(f"{AT}/claim", json=bad)).status_code == 422


async def test_who_guesses_codes_has_to_wait(house: House, bot: str) -> None:
    owner = house.athlete()
    code = messenger_system.stranger_code(house.db, T, 9, house.clock())
    assert code is not None
    for _ in range(5):
        assert (await owner.post(f"{AT}/claim", json={"code": "AAAA2222"})).status_code == 404
    refused = await owner.post(f"{AT}/claim", json={"code": code})
    assert refused.status_code == 429, "the right one is not told from a wrong one by then"
    assert "15" in refused.json()["detail"]
    assert messenger_system.by_chat(house.db, T, 9) is None
    house.clock.advance(minutes=15)
    code = messenger_system.stranger_code(house.db, T, 9, house.clock())
    assert (await owner.post(f"{AT}/claim", json={"code": code})).status_code == 200


async def test_a_chat_of_somebody_else_is_refused(house: House, bot: str) -> None:
    other = system.create_athlete(house.db, name="두리").id
    with house.db.system_session() as s:
        values = {"athlete_id": other, "role": "athlete"}
        account_id = s.scalars(insert(models.accounts).values(values).returning(models.accounts.c.id)).one()
    with house.db.athlete_session(other) as s:
        messengers.put_link(s, T, account_id, 9, house.clock())
    code = messenger_system.stranger_code(house.db, T, 9, house.clock())
    answer = await house.athlete().post(f"{AT}/claim", json={"code": code})
    assert answer.status_code == 409
    assert "다른 분" in answer.json()["detail"]
    stranger = house.client(house.session(accounts_of(house, other, account_id)))
    assert (await status(stranger))[0] == "linked"
    assert (await status(house.athlete()))[0] == "unlinked"


def accounts_of(house: House, athlete_id: int, account_id: int) -> accounts.Account:
    with house.db.athlete_session(athlete_id) as s:
        return accounts.get(s, account_id)


async def test_a_link_ends_with_who_left(house: House, bot: str) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        messengers.put_link(s, T, house.owner.id, 77, house.clock())
    with house.db.system_session() as s:
        s.execute(insert(models.bot_updates).values(service=T, update_id=1, chat_id=77))
        s.execute(update(models.bots).values(username=""))
    assert (await status(house.athlete()))[0] == "linked", "whether its bot is known by now or not"
    answer = await house.athlete().post("/api/v1/own-data/delete", json={"word": "지우기"})
    assert answer.status_code == 200, answer.text
    assert messenger_system.by_chat(house.db, T, 77) is None


def test_only_the_athlete_links_and_no_widget_sees() -> None:
    for name in ("telegram_code", "telegram_claim"):
        with pytest.raises(NotAllowed):  # a linked chat may approve plans
            authorize(Principal(2, 1, "coach", b""), ROUTES[name], 1)
    for name in ("telegram_status", "telegram_code", "telegram_claim", "telegram_unlink"):
        authorize(Principal(1, 1, "athlete", b""), ROUTES[name], 1)
        with pytest.raises(NotAllowed):
            authorize(Principal(1, 1, "athlete", b"", widget=True), ROUTES[name], 1)


def test_wrong_codes_are_counted_for_each_account_for_a_while(house: House) -> None:
    throttle, now = CodeThrottle(), house.clock()
    for _ in range(5):
        throttle.attempt(1, now)
    with pytest.raises(LimitReached):
        throttle.attempt(1, now)
    throttle.attempt(2, now)
    house.clock.advance(minutes=15)
    throttle.attempt(1, house.clock())
    throttle.succeeded(1)
    for _ in range(5):
        throttle.attempt(1, house.clock())
