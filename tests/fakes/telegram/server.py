"""The invented Telegram itself: its chats, the updates it holds, and the address it answers at."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

import httpx
from fakes.telegram import wire
from fakes.telegram.chats import Chat, Json, Message, Refusal
from fakes.telegram.faults import Cut, Fault, Reversed, Slow, Status, Twice, Waiting
from fakes.telegram.methods import Call, answer
from fakes.telegram.page import page
from fakes.telegram.people import Person
from fakes.telegram.traffic import Limits, Traffic

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAF-loopback-token-nobody-may-see-0123456"
RUNNING_ELSEWHERE = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


@dataclass
class Telegram:
    """The service with one bot in it. `limits`: refuse what comes too fast, as the real one does."""

    token: str = TOKEN
    username: str = "hanbal_test_bot"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    limits: Limits | None = None
    url: str = ""

    chats: dict[int, Chat] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    updates: dict[int, Json] = field(default_factory=dict)
    files: dict[str, tuple[Json, bytes]] = field(default_factory=dict)
    toasts: list[tuple[int, tuple[str, bool]]] = field(default_factory=list)
    open_callbacks: dict[str, int] = field(default_factory=dict)
    profile: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[Waiting] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    webhook: str = ""

    def __post_init__(self) -> None:
        self.traffic = Traffic(self.limits, self.monotonic)
        self._secret = ""
        self._last = {"message": 100, "update": 900_000_000, "callback": 4_000, "file": 0}
        self._poll = 0  # which call for updates is the current one
        self._again: list[Json] = []
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[Any]] = set()

    @property
    def bot_url(self) -> str:
        """What `telegram.Bot` takes as `base_url`."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """What `telegram.Bot` takes as `base_file_url`."""
        return f"{self.url}/file/bot"

    def person(
        self,
        chat_id: int = 0,
        *,
        first_name: str = "하나",
        lang: str = "ko",
        started: bool = True,
        **more: str,
    ) -> Person:
        """Return somebody with a private chat, the same when there is one by this number."""
        chat_id = chat_id or 10_001 + len(self.people)
        if chat_id not in self.people:
            chat = self.chats.setdefault(chat_id, Chat(chat_id, started=started))
            self.people[chat_id] = Person(self, chat_id, chat, first_name, lang=lang, **more)
        return self.people[chat_id]

    def fault(self, method: str, fault: Fault, times: int = 1, *, chat_id: int | None = None) -> None:
        """Have the next calls of a method ("*": of any) go wrong."""
        self.faults.append(Waiting(method, fault, times, chat_id))

    def called(self, method: str) -> list[dict[str, str]]:
        """Return the parameters of all calls of a method."""
        return [params for name, params in self.calls if name == method]

    def transcript(self, chat_id: int, *, zone: tzinfo = UTC) -> str:
        """Return what stands in a chat as a page that needs nothing else."""
        messages = self.chats[chat_id].messages
        return page(f"@{self.username}", [messages[i] for i in sorted(messages)], zone)

    # What methods and people do with it.

    def write(self, chat: Chat, **fields: Any) -> Message:
        """Put a message into a chat."""
        new = Message(self._next("message"), chat.id, self.clock(), **fields)
        chat.messages[new.id] = new
        return new

    def push(self, kind: str, body: Json) -> int:
        """Have an update for the bot; return its id."""
        update_id = self._next("update")
        if not self.allowed or kind in self.allowed:
            self.updates[update_id] = {"update_id": update_id, kind: body}
        self._wake()
        return update_id

    def push_raw(self, update: Json) -> None:
        """Have exactly this handed out as an update, whatever it is."""
        self._again.append(update)
        self._wake()

    def keep_file(self, content: bytes, name: str, size: int | None) -> Json:
        """Keep a file; return what is told of it."""
        number = self._next("file")
        told = {
            "file_id": f"file-{number}",
            "file_unique_id": f"unique-{number}",
            "file_size": len(content) if size is None else size,
        }
        self.files[f"file-{number}"] = (told, content)
        return {**told, "file_name": name}

    def new_callback(self, person_id: int) -> str:
        """Return the id of a new press of a button."""
        query = str(self._next("callback"))
        self.open_callbacks[query] = person_id
        return query

    def set_webhook(self, url: str, secret: str) -> None:
        """Call the bot at this address from now on; "" for never."""
        self.webhook, self._secret = url, secret
        self._wake()

    def me(self) -> Json:
        """Return the bot as it is told."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "한발",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def chat_told(self, chat: Chat, person: Person | None = None) -> Json:
        """Return a chat as it is told."""
        if chat.kind != "private":
            return {"id": chat.id, "type": chat.kind, "title": chat.title}
        person = person or self.people.get(chat.id)
        name = person.first_name if person else ""
        return {"id": chat.id, "type": "private", "first_name": name}

    def told(self, message: Message, person: Person | None = None) -> Json:
        """Return a message as it is told."""
        chat = self.chats[message.chat_id]
        body: Json = {
            "message_id": message.id,
            "date": int(message.sent_at.timestamp()),
            "chat": self.chat_told(chat, person),
            "from": self.me() if message.by_bot else message.author,
            **message.file,
        }
        text, entities = (
            ("caption", "caption_entities") if message.photo or message.file else ("text", "entities")
        )
        if message.text:
            body[text] = message.text
        if message.entities:
            body[entities] = message.entities
        if message.photo:
            size = {"file_id": f"p{message.id}", "file_unique_id": f"u{message.id}", "width": 8, "height": 8}
            body["photo"] = [size]
        if message.rows:
            body["reply_markup"] = {"inline_keyboard": message.rows}
        if message.reply_to in chat.messages:
            replied = chat.messages[message.reply_to]
            body["reply_to_message"] = {**self.told(replied, person)}
            body["reply_to_message"].pop("reply_to_message", None)
        return body

    def _next(self, what: str) -> int:
        self._last[what] += 1
        return self._last[what]

    # The address.

    async def __aenter__(self) -> Self:
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._hold(asyncio.create_task(self._call_back()))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._loop = None

    def _hold(self, task: asyncio.Task[Any]) -> None:
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._hold(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while (reply := await self._reply(await wire.read(reader))) is not None:
                    writer.write(reply)
                    await writer.drain()
        finally:
            writer.close()

    async def _reply(self, request: wire.Request) -> bytes | None:
        """Return the answer, None to close the connection."""
        path = request.path.partition("?")[0]
        if path.startswith("/file/bot"):
            token, _, place = path.removeprefix("/file/bot").partition("/")
            kept = self.files.get(place.removeprefix("documents/"))
            if token != self.token or kept is None:
                return wire.told(404, error_code=404, description="Not Found")
            return await self._with_faults(
                "file", None, lambda: wire.answer(200, kept[1], "application/octet-stream")
            )
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != self.token:
            known = token.partition(":")[0].isdigit() and ":" in token
            code, words = (401, "Unauthorized") if known else (404, "Not Found")
            return wire.told(code, error_code=code, description=words)
        call = Call(method, *request.form())
        self.calls.append((method, dict(call.params)))
        if method == "getUpdates":
            return await self._hand_out(call)
        return await self._with_faults(method, call.chat_id, lambda: self._do(call))

    def _do(self, call: Call) -> bytes:
        try:
            self.traffic.count(call.method, call.chat_id)
            return wire.told(200, result=answer(self, call))
        except Refusal as refusal:
            return _refused(refusal)

    async def _with_faults(self, method: str, chat_id: int | None, do: Callable[[], bytes]) -> bytes | None:
        match self._fault(method, chat_id):
            case Status() as fault:
                return _status(fault)
            case Cut() as fault:
                await asyncio.sleep(fault.after_s)
                if fault.done:
                    do()
                return None
            case Slow() as fault:
                await asyncio.sleep(fault.seconds)
        return do()

    def _fault(self, method: str, chat_id: int | None) -> Fault | None:
        for waiting in self.faults:
            if waiting.fits(method, chat_id):
                waiting.times -= 1
                if waiting.times <= 0:
                    self.faults.remove(waiting)
                return waiting.fault
        return None

    # Updates: handed out when asked for, or brought.

    async def _hand_out(self, call: Call) -> bytes | None:
        if self.webhook:
            return wire.told(409, error_code=409, description=WEBHOOK_SET)
        fault = self._fault("getUpdates", None)
        match fault:
            case Status():
                return _status(fault)
            case Cut():
                await asyncio.sleep(fault.after_s)
                return None
            case Slow():
                await asyncio.sleep(fault.seconds)
        if call.params.get("allowed_updates"):
            self.allowed = call.json("allowed_updates")
        self._poll += 1
        mine, offset = self._poll, call.number("offset") or 0
        self._news.set()  # whoever waits sees that somebody else asks
        if offset > 0:
            for done in [u for u in self.updates if u < offset]:
                del self.updates[done]
        found = await self._wait(mine, float(call.params.get("timeout") or 0))
        if found is None:
            return wire.told(409, error_code=409, description=RUNNING_ELSEWHERE)
        found = found[: call.number("limit") or 100]
        if isinstance(fault, Twice):
            self._again += found
            found = [*found, *found]
        if isinstance(fault, Reversed):
            found = found[::-1]
        return wire.told(200, result=found)

    async def _wait(self, mine: int, timeout_s: float) -> list[Json] | None:
        """Return what there is, waiting for it; None when somebody else asked meanwhile."""
        assert self._loop is not None
        until = self._loop.time() + timeout_s
        while True:
            if mine != self._poll:
                return None
            found = [*self._again, *(self.updates[u] for u in sorted(self.updates))]
            self._again = []
            left = until - self._loop.time()
            if found or left <= 0:
                return found
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    async def _call_back(self) -> None:
        """Bring updates to the webhook, each until it is taken."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            while True:
                waiting = [*self._again, *(self.updates[u] for u in sorted(self.updates))]
                if not self.webhook or not waiting:
                    self._news.clear()
                    await self._news.wait()
                    continue
                update, headers = waiting[0], {"content-type": "application/json"}
                if self._secret:
                    headers["x-telegram-bot-api-secret-token"] = self._secret
                try:
                    reply = await client.post(self.webhook, content=json.dumps(update), headers=headers)
                    taken = reply.is_success
                except httpx.HTTPError:
                    taken = False
                if not taken:
                    await asyncio.sleep(0.05)
                elif update in self._again:
                    self._again.remove(update)
                else:
                    self.updates.pop(update["update_id"], None)


def _refused(refusal: Refusal) -> bytes:
    more = {"parameters": refusal.parameters} if refusal.parameters else {}
    return wire.told(refusal.code, error_code=refusal.code, description=refusal.description, **more)


def _status(fault: Status) -> bytes:
    if fault.retry_after is not None:
        return _refused(Refusal.flood(fault.retry_after))
    return wire.told(fault.code, error_code=fault.code, description=fault.description or "scripted")


async def until(check: Callable[[], object], *, within_s: float = 10) -> None:
    """Wait for something to become true. Fails when it does not."""
    for _ in range(int(within_s * 100)):
        if check():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


@contextmanager
def running(fake: Telegram) -> Iterator[str]:
    """Serve the fake in a thread, for a bot in another process, and yield its address."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with fake:
            ready.set()
            await stop.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield fake.url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
