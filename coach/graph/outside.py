"""Models behind OpenAI-compatible endpoints: the only module that needs OpenAI's library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import orjson
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from coach.config import Settings
from coach.graph.model import OPENAI, Endpoint, Reason

LONGEST_WAIT_S = 5.0  # however long a server asks us to wait: the athlete waits too
LONGEST_LINE = 1_000_000  # bytes of one event of a stream


class FastChatOpenAI(ChatOpenAI):
    """ChatOpenAI without the SDK's walk through every message and every token.

    The SDK transforms `messages` and `tools` key by key in Python on the event loop (34 ms for 120 messages);
    what stands in `extra_body` is sent as it is. Of a stream it makes three models a token (0.5 ms); here
    everything that arrived together is read at once, and its words are one chunk.
    """

    def _get_request_payload(
        self, input_: Any, *, stop: list[str] | None = None, body_of: Any = None, **kwargs: Any
    ) -> dict[str, Any]:
        # What was noted as sent is what is sent: the messages come as they stand in the request.
        payload = super()._get_request_payload(input_ if body_of is None else [], stop=stop, **kwargs)
        messages = payload.pop("messages")
        body = {**(payload.get("extra_body") or {}), "messages": messages if body_of is None else body_of}
        if tools := payload.pop("tools", None):
            body["tools"] = tools
        return {**payload, "messages": [], "extra_body": body}

    async def _astream(
        self, messages: list[Any], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        more = {"stream": True, "stream_options": {"include_usage": True}}
        payload = self._get_request_payload(messages, stop=stop, **kwargs, **more)
        async with self.async_client.with_streaming_response.create(**payload) as response:
            lines, arriving = _Lines(), response.http_response.aiter_bytes()
            while not lines.done:
                async with asyncio.timeout(self.stream_chunk_timeout):
                    found = await _next(lines, arriving)
                words: list[str] = []
                for event in found:
                    if (text := _words(event)) is not None:
                        words.append(text)
                        continue
                    if words:
                        yield _said(words)
                        words = []
                    if (
                        chunk := self._convert_chunk_to_generation_chunk(event, AIMessageChunk, {})
                    ) is not None:
                        yield chunk
                if words:
                    yield _said(words)


class _Lines:
    """The events of a stream, from bytes that are cut anywhere: one line of JSON each."""

    def __init__(self) -> None:
        self.done = False
        self._rest = b""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Return the events that are whole. Raises ValueError for what is none."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("an endless line")
        found = []
        for line in lines:
            name, _, value = line.partition(b":")
            if name != b"data" or self.done:
                continue
            if (value := value.strip()) == b"[DONE]":
                self.done = True
                continue
            event = orjson.loads(value)
            if not isinstance(event, dict) or event.get("error"):
                raise ValueError("no piece of a reply")
            found.append(event)
        return found


async def _next(lines: _Lines, arriving: AsyncIterator[bytes]) -> list[dict[str, Any]]:
    """Return the next events; none at the end, when `lines.done` is set."""
    async for data in arriving:
        if (found := lines.feed(data)) or lines.done:
            return found
    found = lines.feed(b"\n")
    lines.done = True
    return found


def _words(event: dict[str, Any]) -> str | None:
    """Return the text of an event that holds nothing but text, else None."""
    choices = event.get("choices")
    if event.get("usage") or not isinstance(choices, list) or len(choices) != 1:
        return None
    choice = choices[0]
    delta = choice.get("delta")
    if not isinstance(delta, dict) or choice.get("finish_reason"):
        return None
    text = delta.get("content")
    bare = all(name in ("content", "role") or value is None for name, value in delta.items())
    return text if bare and isinstance(text, str) else None


def _said(words: list[str]) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content="".join(words)))


def endpoints(settings: Settings) -> tuple[tuple[Endpoint, ...], tuple[Callable[[], Any], ...]]:
    """Return the OpenAI-compatible endpoints of the settings and what closes their connections."""
    urls = _listed(settings.openai_base_url) or [OPENAI]
    keys = _listed(settings.openai_api_key.get_secret_value()) or ["none"]
    names = _listed(settings.model)
    found = []
    closers = []
    for i in range(max(len(urls), len(names))):
        url, key, name = (items[min(i, len(items) - 1)] for items in (urls, keys, names))
        client = openai.DefaultAsyncHttpxClient(timeout=settings.model_timeout_s, follow_redirects=False)
        closers.append(client.aclose)
        model = FastChatOpenAI(
            model=name,
            base_url=url,
            api_key=SecretStr(key),
            timeout=settings.model_timeout_s,
            stream_chunk_timeout=settings.model_timeout_s,
            max_retries=0,  # ours, below: they must end before the turn does
            stream_usage=True,
            http_async_client=client,
        )
        host = urlsplit(url).hostname or url
        found.append(Endpoint(host, model, outside=True, judge=judge, takes_body=True))
    return tuple(found), tuple(closers)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def judge(error: Exception) -> tuple[Reason, float | None]:
    """Return what went wrong and how long to wait before trying again; None: trying again is no use."""
    if isinstance(error, openai.RateLimitError):
        return "busy", _retry_after(error)
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException | TimeoutError):
        return "slow", None
    if isinstance(error, openai.InternalServerError):
        return "down", _retry_after(error)
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError | openai.NotFoundError):
        return "setup", None
    if isinstance(error, openai.APIStatusError):
        return "refused", None
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return "down", 0.0
    return "garbage", None


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        asked = float(error.response.headers.get("retry-after", 0))
    except ValueError:
        asked = 0.0
    return asked if asked <= LONGEST_WAIT_S else None
