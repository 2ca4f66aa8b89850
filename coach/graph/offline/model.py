"""A chat model without a network: reads the usual questions by rules, calls the same tools, words facts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import date
from typing import Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.tool import tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from coach.graph.offline import answer
from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import Before, interpret
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, call, reply
from coach.text import Lang
from coach.text.formats import Units

NAME = "hanbal-offline"
_CALL = "offline_"
_PIECE = re.compile(r"\{[^{}\s]*\}\S*\s*|[^\s{]+\s*|\s+|\{")


class OfflineChatModel(BaseChatModel):
    """The coach that is always there.

    It needs to know the athlete's day and language: fields given here, else `additional_kwargs["hanbal"]` of
    the system message (`today`, `lang`, `units`, `week_start`, `data`). Same messages, same reply.
    `data` says what the athlete has ("activities", "hr", "recovery"), so that examples fit.
    """

    today: date | None = None
    lang: Lang | None = None
    week_start: int | None = None
    units: Units | None = None
    data: tuple[str, ...] | None = None

    @property
    def _llm_type(self) -> str:
        return NAME

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": NAME}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return this model knowing which tools there are: it calls no other."""
        return cast(
            "Runnable[LanguageModelInput, AIMessage]", self.bind(tools=[_tool_name(t) for t in tools])
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._reply(messages, kwargs.get("tools")))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._reply(messages, kwargs.get("tools"))):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(self._reply(messages, kwargs.get("tools"))):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _reply(self, messages: Sequence[BaseMessage], tools: Sequence[str] | None) -> AIMessage:
        lang, units, cal, data = self._context(messages)
        manner = _manner(messages)
        asked = _last_human(messages)
        if asked is None:
            return _said(answer.words(reply("not_understood"), lang, cal.today, data))
        turn = messages[asked + 1 :]
        calls = _calls(turn)
        results = [answer.outcome(m) for m in turn if isinstance(m, ToolMessage)]
        # Another model may have failed in the middle of this turn: what its tools brought is used.
        ours = any(
            c["id"] and c["id"].startswith(_CALL)
            for m in turn
            if isinstance(m, AIMessage)
            for c in m.tool_calls
        )
        if results and (ours or any(answer.useful(r) for r in results)):
            told = results if ours else [r for r in results if answer.useful(r)]
            before, brief = _said_before(messages[:asked]), manner.get("length") == "short"
            return _said(answer.from_tools(told, calls, lang, cal, before, brief=brief))
        reading = interpret(Heard(_text(messages[asked]), cal, units), _before(messages[:asked], lang, cal))
        if self._attached(messages):
            reading = of_the_files(reading)
        wanted = [c for c in reading.calls if tools is None or c.tool in tools]
        if not wanted:
            if reading.calls:
                reading = reply("not_understood")
            return _said(answer.words(reading, lang, cal.today, data, manner))
        return AIMessage(
            "",
            tool_calls=[
                tool_call(name=c.tool, args=dict(c.args), id=_id(messages, i, c))
                for i, c in enumerate(wanted)
            ],
            response_metadata={"model_name": NAME, "finish_reason": "tool_calls"},
        )

    def _attached(self, messages: Sequence[BaseMessage]) -> bool:
        """Whether files came with the message."""
        return any(
            message.additional_kwargs.get("hanbal", {}).get("attached")
            for message in messages
            if isinstance(message, SystemMessage)
        )

    def _context(self, messages: Sequence[BaseMessage]) -> tuple[Lang, Units, Calendar, Sequence[str] | None]:
        told: dict[str, Any] = {}
        for message in messages:
            if isinstance(message, SystemMessage):
                told = message.additional_kwargs.get("hanbal", told)
        today = self.today or (date.fromisoformat(told["today"]) if told.get("today") else None)
        if today is None:
            raise ValueError(
                "the offline coach needs the athlete's date: pass today=, or the graph's system message"
            )
        lang: Lang = self.lang or ("en" if told.get("lang") == "en" else "ko")
        week_start = told.get("week_start", 0) if self.week_start is None else self.week_start
        units: Units = self.units or ("imperial" if told.get("units") == "imperial" else "metric")
        return (
            lang,
            units,
            Calendar(today, week_start),
            self.data if self.data is not None else told.get("data"),
        )


def of_the_files(reading: Reading) -> Reading:
    """Return what is meant when files came along: words that name no activity mean that of the files."""
    if not reading.calls:
        return call("activity_show", pick="uploaded")
    first = reading.calls[0]
    named = {"activity_id", "day", "start"} & first.args.keys()
    if first.tool != "activity_show" or named or first.args.get("pick") not in (None, "last"):
        return reading
    return call("activity_show", **{**first.args, "pick": "uploaded"})


def _manner(messages: Sequence[BaseMessage]) -> dict[str, str]:
    """Return how the athlete wants to be talked to."""
    told = [m.additional_kwargs.get("hanbal", {}) for m in messages if isinstance(m, SystemMessage)]
    return next((dict(facts["manner"]) for facts in told if facts.get("manner")), {})


def _tool_name(tool: Any) -> str:
    if isinstance(tool, dict):
        return str(tool.get("function", tool).get("name", ""))
    return str(getattr(tool, "name", None) or getattr(tool, "__name__", ""))


def _text(message: BaseMessage) -> str:
    content = message.content
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else str(part.get("text", "")) for part in content)
    return "".join(parts)


def _last_human(messages: Sequence[BaseMessage]) -> int | None:
    return next((i for i in range(len(messages) - 1, -1, -1) if isinstance(messages[i], HumanMessage)), None)


def _calls(turn: Sequence[BaseMessage]) -> tuple[Call, ...]:
    return tuple(Call(c["name"], c["args"]) for m in turn if isinstance(m, AIMessage) for c in m.tool_calls)


def _said_before(messages: Sequence[BaseMessage]) -> str:
    return next((_text(m) for m in reversed(messages) if isinstance(m, AIMessage) and _text(m)), "")


def _before(messages: Sequence[BaseMessage], lang: Lang, cal: Calendar) -> Before | None:
    """Return the turn before, as far as follow-ups need it."""
    asked = _last_human(messages)
    if asked is None:
        return None
    turn = messages[asked + 1 :]
    calls = _calls(turn)
    said = _said_before(turn)
    return Before(_text(messages[asked]), calls, _activity(turn), answer.offered(said, calls, lang, cal))


def _activity(turn: Sequence[BaseMessage]) -> int | None:
    """Return the activity that a turn was about, when its tools name exactly one."""
    found = set()
    for message in turn:
        if isinstance(message, ToolMessage):
            result = answer.outcome(message)
            for card in result.get("shown_to_athlete") or result.get("cards") or []:
                if isinstance(card, dict) and isinstance(card.get("activity_id"), int):
                    found.add(card["activity_id"])
    return found.pop() if len(found) == 1 else None


def _id(messages: Sequence[BaseMessage], index: int, call: Call) -> str:
    """Return an id that is the same for the same conversation, and for no other."""
    digest = hashlib.sha256()
    for message in messages:
        told = message.additional_kwargs.get("hanbal", "")
        digest.update(f"{message.type}\0{_text(message)}\0{told}\0".encode("utf-8", "replace"))
    digest.update(
        f"{index}{call.tool}{json.dumps(dict(call.args), sort_keys=True, default=str)}".encode(
            "utf-8", "replace"
        )
    )
    return _CALL + digest.hexdigest()[:20]


def _said(text: str) -> AIMessage:
    return AIMessage(text, response_metadata={"model_name": NAME, "finish_reason": "stop"})


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    """Cut a reply into the pieces in which a model would send it; a reference stays whole."""
    text = _text(message)
    for piece in _PIECE.findall(text):
        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
    calls = [
        tool_call_chunk(name=c["name"], args=json.dumps(c["args"], ensure_ascii=False), id=c["id"], index=i)
        for i, c in enumerate(message.tool_calls)
    ]
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            content="", tool_call_chunks=calls, response_metadata=message.response_metadata
        )
    )
