"""The invented Telegram refuses what the real one refuses: what is proven against it holds there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fakes.telegram import Cut, Limits, Reversed, Status, Telegram, Twice, running, until
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

PNG = b"\x89PNG\r\n\x1a\n\r\n"


@asynccontextmanager
async def bot_of(fake: Telegram, token: str = "") -> AsyncIterator[Bot]:
    pools = [HTTPXRequest(8, httpx_kwargs={"trust_env": False}) for _ in range(2)]
    bot = Bot(
        token or fake.token,
        base_url=fake.bot_url,
        base_file_url=fake.file_url,
        request=pools[0],
        get_updates_request=pools[1],
    )
    async with bot:
        yield bot


async def test_a_conversation() -> None:
    async with Telegram() as fake, bot_of(fake) as bot:
        person = fake.person(first_name="하나")
        person.says("/start abc")
        person.sends(b"\r\n--x\r\n", "run.fit")
        first, second = await bot.get_updates(timeout=1)
        assert first.message is not None
        assert first.message.text == "/start abc"
        assert second.message is not None
        assert second.message.document is not None
        file = await bot.get_file(second.message.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"\r\n--x\r\n"

        keys = InlineKeyboardMarkup([[InlineKeyboardButton("네", callback_data="y")]])
        bold = [MessageEntity("bold", 0, 2)]
        sent = await bot.send_message(person.chat_id, "안녕 👋", entities=bold, reply_markup=keys)
        picture = await bot.send_photo(person.chat_id, PNG, caption="그림")
        assert person.hears()[0].styled("bold") == ["안녕"]
        assert person.hears()[1].photo == PNG
        assert person.hears()[1].text == "그림"
        await bot.edit_message_text("바뀜", person.chat_id, sent.message_id, reply_markup=keys)
        person.presses(sent.message_id, "네")
        [press] = await bot.get_updates(offset=second.update_id + 1, timeout=1)
        assert press.callback_query is not None
        assert press.callback_query.data == "y"
        await bot.answer_callback_query(press.callback_query.id, "됐어요")
        assert person.toasts == [("됐어요", False)]
        await bot.delete_message(person.chat_id, picture.message_id)
        assert [m.text for m in person.hears()] == ["바뀜"]
        assert len(person.hears()[0].edits) == 1


@pytest.mark.parametrize(
    ("text", "entities", "data", "words"),
    [
        ("가" * 4097, [], "", "message is too long"),
        ("👋" * 2049, [], "", "message is too long"),
        (" \n ", [], "", "text is empty"),
        ("짧다", [("bold", 1, 2)], "", "can't parse entities"),
        ("👋", [("bold", 0, 1)], "", "can't parse entities"),
        ("눌러", [], "가" * 22, "button_data_invalid"),
    ],
)
async def test_refuses(text: str, entities: list[tuple[str, int, int]], data: str, words: str) -> None:
    async with Telegram() as fake, bot_of(fake) as bot:
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("네", callback_data=data)]]) if data else None
        with pytest.raises(BadRequest, match=rf"(?i){words}"):
            await bot.send_message(
                fake.person().chat_id, text, entities=[MessageEntity(*e) for e in entities], reply_markup=keys
            )
        assert not fake.person(10_001).hears()


async def test_refuses_edits_and_strangers_and_big_files() -> None:
    async with Telegram() as fake, bot_of(fake) as bot:
        person, shy = fake.person(), fake.person(started=False)
        sent = await bot.send_message(person.chat_id, "하나")
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_text("하나", person.chat_id, sent.message_id)
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await bot.edit_message_text("하나", person.chat_id, 5)
        with pytest.raises(Forbidden):
            await bot.send_message(shy.chat_id, "하나")
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(77, "하나")
        big = person.sends(b"x", "big.zip", size=21 * 2**20)
        with pytest.raises(BadRequest, match=r"(?i)file is too big"):
            await bot.get_file(big.file["document"]["file_id"])
        person.blocks()
        with pytest.raises(Forbidden, match=r"(?i)blocked by the user"):
            await bot.send_message(person.chat_id, "하나")
    async with Telegram() as fake:
        with pytest.raises(InvalidToken):
            async with bot_of(fake, "1:wrong"):
                pass


async def test_faults_happen_as_often_as_asked() -> None:
    async with Telegram() as fake, bot_of(fake) as bot:
        person = fake.person()
        fake.fault("sendMessage", Status(429, retry_after=2))
        fake.fault("sendMessage", Status(502))
        fake.fault("sendMessage", Cut(done=True))
        with pytest.raises(RetryAfter):
            await bot.send_message(person.chat_id, "1")
        with pytest.raises(NetworkError):
            await bot.send_message(person.chat_id, "2")
        with pytest.raises(NetworkError):
            await bot.send_message(person.chat_id, "3")
        await bot.send_message(person.chat_id, "4")
        assert [m.text for m in person.hears()] == ["3", "4"]

        person.says("가"), person.says("나")
        fake.fault("getUpdates", Reversed())
        fake.fault("getUpdates", Twice())
        wrong = [u.update_id for u in await bot.get_updates()]
        assert wrong == sorted(wrong, reverse=True)
        assert len(await bot.get_updates()) == 4
        again = await bot.get_updates(offset=wrong[0] + 1)
        assert sorted(u.update_id for u in again) == sorted(wrong)
        fake.fault("getUpdates", Cut())
        with pytest.raises(NetworkError):
            await bot.get_updates(offset=wrong[0] + 1, timeout=1)


async def test_only_one_bot_asks_for_updates() -> None:
    async with Telegram() as fake, bot_of(fake) as one, bot_of(fake) as other:
        waiting = asyncio.create_task(one.get_updates(timeout=5))
        await until(lambda: fake.called("getUpdates"))
        asked = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict):
            await waiting
        fake.person().says("누구에게?")
        assert len(await asked) == 1


async def test_brings_updates_to_a_webhook_until_they_are_taken() -> None:
    got: list[tuple[bytes, bytes]] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:"))
        got.append((head, await reader.readexactly(int(length.split(b":")[1]))))
        status = b"500 X" if len(got) == 1 else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server, Telegram() as fake, bot_of(fake) as bot:
        port = server.sockets[0].getsockname()[1]
        await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
        with pytest.raises(Conflict):
            await bot.get_updates()
        fake.person().says("왔어요")
        await until(lambda: not fake.updates)
        assert len(got) == 2
        assert got[0][1] == got[1][1]
        assert b"x-telegram-bot-api-secret-token: s3cret" in got[0][0].lower()


async def test_refuses_what_comes_too_fast() -> None:
    now = 0.0
    fake = Telegram(limits=Limits(overall=4, chat=1, burst=2), monotonic=lambda: now)
    async with fake, bot_of(fake) as bot:
        people = [fake.person() for _ in range(4)]
        for _ in range(2):
            await bot.send_message(people[0].chat_id, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[0].chat_id, "x")
        for person in people[1:3]:
            await bot.send_message(person.chat_id, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[3].chat_id, "x")
        now = 1.0
        await bot.send_message(people[0].chat_id, "x")
        assert fake.traffic.refused == 2


async def test_serves_from_a_thread_of_its_own() -> None:
    fake = Telegram()
    with running(fake):
        async with bot_of(fake) as bot:
            waiting = asyncio.create_task(bot.get_updates(timeout=5))
            await until(lambda: fake.called("getUpdates"))
            fake.person().says("여기요")
            [update] = await waiting
            assert update.message is not None
            assert update.message.text == "여기요"


async def test_writes_a_chat_down_as_a_page() -> None:
    async with Telegram() as fake, bot_of(fake) as bot:
        person = fake.person()
        asked = person.says("<b>3</b> & 4?")
        person.sends(b"x", "run.fit")
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("네", url="https://example.org/")]])
        forms = [MessageEntity("bold", 0, 4), MessageEntity("italic", 3, 4), MessageEntity("pre", 8, 3)]
        await bot.send_message(
            person.chat_id,
            "👋 가나다라\n표\n표\n끝",
            entities=forms,
            reply_markup=keys,
            reply_to_message_id=asked.id,
        )
        await bot.send_photo(person.chat_id, PNG, caption="그림")
    page = fake.transcript(person.chat_id)
    for shown in (
        "&lt;b&gt;3&lt;/b&gt; &amp; 4?",
        "↑ run.fit",
        "<b>👋 </b><i><b>가</b></i><i>나다라</i><pre><i>표</i>\n<i>표</i></pre>끝",
        "<span>네</span>",
        "data:image/png;base64,",
        "그림",
    ):
        assert shown in page
    assert "http" not in page.replace("https://example.org/", "")
