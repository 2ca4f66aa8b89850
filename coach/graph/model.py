"""The language models of a conversation: OpenAI-compatible endpoints, best first, the offline coach last."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata, add_ai_message_chunks

from coach.config import Settings
from coach.domain.circuit import Circuit
from coach.domain.model_cost import Used, estimate_tokens

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
MOST_CALL_CHARS = 20_000  # of all tool calls in one reply
MOST_TOKENS = 4_000_000  # read or written in one call: more than any model takes

Reason = Literal["setup", "refused", "busy", "down", "slow", "cut", "garbage"]


class ModelFailed(Exception):
    """A model gave no usable reply. `reason` says what kind of failure, for the log and the next step."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


# What went wrong and how long to wait before trying again; None: trying again is no use.
Judge = Callable[[Exception], tuple[Reason, float | None]]


def _garbage(error: Exception) -> tuple[Reason, float | None]:
    return "garbage", None


@dataclass(frozen=True)
class Endpoint:
    """One model that can be asked. `outside`: it runs on somebody else's machine, as far as we know.

    `judge` reads what its client raises.
    """

    name: str
    model: BaseChatModel
    outside: bool
    judge: Judge = _garbage
    takes_body: bool = False  # its model sends `body_of` as it is

    @property
    def model_name(self) -> str:
        """How the endpoint calls the model."""
        return str(getattr(self.model, "model_name", "") or self.name)


@dataclass
class Models:
    """What answers: `outside` in order of preference, then `offline`."""

    offline: Endpoint
    outside: tuple[Endpoint, ...] = ()
    close: Sequence[Callable[[], Any]] = field(default_factory=tuple)
    circuits: dict[int, Circuit] = field(default_factory=dict)

    def circuit(self, endpoint: Endpoint) -> Circuit:
        """Return the circuit of an endpoint of this process."""
        return self.circuits.setdefault(id(endpoint), Circuit())

    @property
    def hosts(self) -> list[str]:
        """Where the athlete's words would go."""
        return list(dict.fromkeys(endpoint.name for endpoint in self.outside))

    async def aclose(self) -> None:
        """Close the connections to the endpoints."""
        for close in self.close:
            await close()


def configured(settings: Settings) -> Models:
    """Return the models that the settings name; addresses, keys and models line up, the last repeats."""
    from coach.graph.offline import OfflineChatModel

    offline = Endpoint("offline", OfflineChatModel(), outside=False)
    if not settings.has_model:
        return Models(offline)
    endpoints, closers = outside(settings)
    return Models(offline, endpoints, closers)


def outside(settings: Settings) -> tuple[tuple[Endpoint, ...], tuple[Callable[[], Any], ...]]:
    """Return the OpenAI-compatible endpoints of the settings and what closes their connections."""
    # A second of imports, which no process pays that asks nobody.
    from coach.graph import outside as compatible

    return compatible.endpoints(settings)


@dataclass
class Meter:
    """What a call used so far."""

    said: str = ""
    usage: UsageMetadata | None = None
    begun: bool = False  # the endpoint took the request and began to answer
    kept_waiting: bool = False  # it took the request, and nobody knows what it did with it

    def hear(self, chunk: AIMessageChunk) -> None:
        """Take a piece of a reply."""
        self.begun = True
        self.said += text_of(chunk)
        self.said += "".join((c["name"] or "") + (c["args"] or "") for c in chunk.tool_call_chunks)
        self.usage = chunk.usage_metadata or self.usage

    def used(self, prompt_tokens: int) -> Used:
        """Return what is known to be used, else an estimate; `prompt_tokens` are those we estimated."""
        if (told := self._told()) is not None:
            return told
        if not self.begun and not self.kept_waiting:
            return Used()
        return Used(prompt_tokens, estimate_tokens(self.said), estimated=True)

    def _told(self) -> Used | None:
        """Return what the endpoint says it used; None where it says nothing, or what cannot be.

        It is counted against caps: a negative number would renew them, a huge one would close everything.
        """
        if self.usage is None:
            return None
        read, written = self.usage["input_tokens"], self.usage["output_tokens"]
        if not (0 < read <= MOST_TOKENS and 0 <= written <= MOST_TOKENS):
            return None
        cached = (self.usage.get("input_token_details") or {}).get("cache_read") or 0
        return Used(read, written, min(max(cached, 0), read))


async def reply(
    endpoint: Endpoint,
    messages: Sequence[BaseMessage],
    schemas: Sequence[dict[str, Any]],
    *,
    retries: int,
    on_text: Callable[[str], bool],
    body: Sequence[dict[str, Any]] | None = None,
    meter: Meter | None = None,
) -> AIMessageChunk:
    """Ask one endpoint, handing its text on as it arrives. `on_text` returns False to have no more of it.

    `body`: the messages as they stand in the request, instead of `messages`. `meter` takes what the call
    used, however it ends. Retries what may pass (busy, down, slow) with growing, jittered waits, but never
    once text has arrived. Raises ModelFailed.
    """
    as_it_is = body is not None and endpoint.takes_body
    model = endpoint.model.bind_tools(schemas) if schemas and not as_it_is else endpoint.model
    meter = meter or Meter()
    more = {"body_of": body, "tools": schemas} if as_it_is else {}
    for attempt in range(retries + 1):
        heard = False
        chunks: list[AIMessageChunk] = []
        asked = 0
        stream = model.astream(list(messages), **more)  # type: ignore[arg-type]
        try:
            async for chunk in stream:
                if not isinstance(chunk, AIMessageChunk):
                    raise ModelFailed("garbage", type(chunk).__name__)
                meter.hear(chunk)
                asked += sum(1 + len(c["name"] or "") + len(c["args"] or "") for c in chunk.tool_call_chunks)
                if asked > MOST_CALL_CHARS:
                    await _close(stream)
                    raise ModelFailed("garbage", "endless arguments")
                chunks.append(chunk)
                if text := text_of(chunk):
                    heard = True
                    if not on_text(text):
                        await _close(stream)
                        return _joined(chunks)
        except ModelFailed:
            raise
        except Exception as error:
            reason, wait_s = endpoint.judge(error)
            meter.kept_waiting = meter.kept_waiting or reason == "slow"
            log.warning("model %s failed (%s): %s", endpoint.name, reason, type(error).__name__)
            if heard:
                raise ModelFailed("cut", type(error).__name__) from error
            if wait_s is None or attempt == retries:
                raise ModelFailed(reason, type(error).__name__) from error
            await asyncio.sleep(max(wait_s, 0.2 * 2**attempt * random.uniform(0.5, 1.5)))  # noqa: S311
            continue
        return _checked(endpoint, chunks)
    raise ModelFailed("down")


def _joined(chunks: Sequence[AIMessageChunk]) -> AIMessageChunk:
    """Return the pieces of a reply as one, joined once: joining each to the last walks through all again."""
    return chunks[0] if len(chunks) == 1 else add_ai_message_chunks(chunks[0], *chunks[1:])


def _checked(endpoint: Endpoint, chunks: Sequence[AIMessageChunk]) -> AIMessageChunk:
    """Return a reply that says something and was finished, or raise ModelFailed."""
    if not chunks:
        raise ModelFailed("garbage", "empty stream")
    whole = _joined(chunks)
    asked = whole.tool_calls or whole.invalid_tool_calls
    if not text_of(whole).strip() and not asked:
        raise ModelFailed("garbage", "empty reply")
    if endpoint.outside and not whole.response_metadata.get("finish_reason"):
        raise ModelFailed("cut", "no finish reason")
    return whole


def text_of(message: BaseMessage) -> str:
    """Return the text of a message, whichever form its content has."""
    content = message.content
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else part.get("text", "") for part in content)
    return "".join(part for part in parts if isinstance(part, str))


async def _close(stream: AsyncIterator[Any]) -> None:
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
