"""A loopback OpenAI-compatible server with a script: what the real langchain-openai talks to in tests.

`async with FakeOpenAI([Say("안녕"), Status(429)]) as fake:` answers the first request with text, the second
with an error, and the rest with the last behaviour again. Every request body is kept in `fake.requests`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Body = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """Stream a text in pieces of `size` characters."""

    text: str
    size: int = 4
    pause_s: float = 0.0
    usage: tuple[int, ...] | None = (100, 20)  # read, written, and of those read the cached


@dataclass(frozen=True)
class Call:
    """Stream tool calls: (name, arguments as JSON text or mapping)."""

    calls: tuple[tuple[str, Any], ...]
    text: str = ""


def call(name: str, **args: Any) -> Call:
    """Return the behaviour that calls one tool."""
    return Call(((name, args),))


@dataclass(frozen=True)
class Status:
    """Answer with an HTTP error."""

    code: int
    retry_after: str = "0"


@dataclass(frozen=True)
class Silent:
    """Accept the request and send nothing."""

    seconds: float = 30.0


@dataclass(frozen=True)
class Cut:
    """Stream a text and drop the connection, or end it politely without a finish reason."""

    text: str
    polite: bool = False


@dataclass(frozen=True)
class Garbage:
    """Stream something that is not JSON."""

    line: str = "data: {not json"


@dataclass(frozen=True)
class Empty:
    """A finished reply that says nothing."""


Behaviour = Say | Call | Status | Silent | Cut | Garbage | Empty
Script = Sequence[Behaviour] | Callable[[Body], Behaviour]


def _chunk(delta: Body, finish: str | None = None, usage: tuple[int, ...] | None = None) -> bytes:
    body: Body = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "fake",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    if usage:
        body["choices"] = []
        body["usage"] = {
            "prompt_tokens": usage[0],
            "completion_tokens": usage[1],
            "total_tokens": sum(usage[:2]),
        }
        if len(usage) > 2:
            body["usage"]["prompt_tokens_details"] = {"cached_tokens": usage[2]}
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


@dataclass
class FakeOpenAI:
    """The server; `url` is what OPENAI_BASE_URL would be."""

    script: Script
    requests: list[Body] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _behaviour(self, body: Body) -> Behaviour:
        if callable(self.script):
            return self.script(body)
        return self.script[min(len(self.requests), len(self.script)) - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    lengths = [h for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")]
                    raw = await reader.readexactly(int(lengths[0].split(b":")[1]))
                    self.raw.append(head + raw)
                    body = json.loads(raw)
                    self.requests.append(body)
                    if not await self._answer(self._behaviour(body), writer):
                        break
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, behaviour: Behaviour, writer: asyncio.StreamWriter) -> bool:
        """Return whether the connection stays."""
        if isinstance(behaviour, Silent):
            await asyncio.sleep(behaviour.seconds)
            return False
        if isinstance(behaviour, Status):
            body = json.dumps({"error": {"message": "scripted", "type": "x", "code": "x"}}).encode()
            writer.write(
                f"HTTP/1.1 {behaviour.code} X\r\ncontent-type: application/json\r\n"
                f"retry-after: {behaviour.retry_after}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
            return True
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )

        async def send(data: bytes) -> None:
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()

        match behaviour:
            case Say():
                await send(_chunk({"role": "assistant", "content": ""}))
                for at in range(0, len(behaviour.text), behaviour.size):
                    await send(_chunk({"content": behaviour.text[at : at + behaviour.size]}))
                    if behaviour.pause_s:
                        await asyncio.sleep(behaviour.pause_s)
                await send(_chunk({}, "stop"))
                if behaviour.usage:
                    await send(_chunk({}, usage=behaviour.usage))
            case Call():
                await send(_chunk({"role": "assistant", "content": behaviour.text}))
                for i, (name, args) in enumerate(behaviour.calls):
                    text = args if isinstance(args, str) else json.dumps(args, ensure_ascii=False)
                    function = {"name": name, "arguments": ""}
                    await send(
                        _chunk(
                            {
                                "tool_calls": [
                                    {"index": i, "id": f"call_{i}", "type": "function", "function": function}
                                ]
                            }
                        )
                    )
                    for at in range(0, len(text), 9):
                        piece = {"index": i, "function": {"arguments": text[at : at + 9]}}
                        await send(_chunk({"tool_calls": [piece]}))
                await send(_chunk({}, "tool_calls"))
                await send(_chunk({}, usage=(100, 20)))
            case Cut():
                for at in range(0, len(behaviour.text), 4):
                    await send(_chunk({"content": behaviour.text[at : at + 4]}))
                if not behaviour.polite:
                    return False
            case Garbage():
                await send(f"{behaviour.line}\n\n".encode())
            case Empty():
                await send(_chunk({"role": "assistant", "content": ""}))
                await send(_chunk({}, "stop"))
        await send(b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True
