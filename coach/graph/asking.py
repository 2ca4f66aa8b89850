"""Asks the models of a conversation for a reply: outside ones first, the offline coach last."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessageChunk

from coach.graph import prompts
from coach.graph.bind import Toolbox
from coach.graph.model import Endpoint, ModelFailed, Models, reply, text_of
from coach.graph.state import Call, Message, this_turn
from coach.graph.turn import Turn
from coach.graph.voice import clean

log = logging.getLogger(__name__)

OFFLINE_S = 15.0  # what the offline coach and its tools get when the others have used up the turn
UNREADABLE_SHOWN = 500  # characters of arguments that are no JSON, back to the model


class Asking:
    """What speaks to models. Shared by all turns of a process."""

    def __init__(self, models: Models, toolbox: Toolbox) -> None:
        self._models = models
        self._toolbox = toolbox

    async def ask(self, turn: Turn, messages: list[Message]) -> tuple[AIMessageChunk | None, str]:
        """Return the first usable reply, outside models first; None and a text key when there is none.

        An outside model that fails after tools have answered is not replaced by another: the facts are there.
        """
        worked = any(m["role"] == "tool" for m in this_turn(messages))
        if turn.external:
            for endpoint in self._models.outside:
                try:
                    return await self._speak(turn, endpoint, messages), ""
                except ModelFailed as failure:
                    log.warning("model %s: %s", endpoint.name, failure)
                    if turn.voice.sent:
                        turn.voice.withdraw()
            turn.external = False
            turn.extend(OFFLINE_S)
            if worked:
                return None, "graph.model_failed"
            turn.custom("notice", {"text": turn.text("graph.model_failed")})
        try:
            return await self._speak(turn, self._models.offline, messages), ""
        except ModelFailed:
            log.exception("the offline coach failed")
            return None, "graph.offline_failed"

    async def _speak(self, turn: Turn, endpoint: Endpoint, messages: list[Message]) -> AIMessageChunk:
        voice, limit = turn.voice, turn.limits.max_output_chars
        hear = voice.hear if endpoint.outside else voice.hear_trusted

        def on_text(text: str) -> bool:
            room = limit - len(voice.raw)
            hear(text[: max(0, room)])
            if len(text) < room:
                return True
            turn.custom("notice", {"text": turn.text("graph.too_long")})
            return False

        thread = prompts.conversation(turn, messages, outside=endpoint.outside)
        try:
            async with asyncio.timeout(max(0.1, turn.seconds_left)):
                answer = await reply(
                    endpoint,
                    thread,
                    self._toolbox.schemas,
                    retries=turn.limits.model_retries if endpoint.outside else 0,
                    on_text=on_text,
                )
        except TimeoutError as error:
            raise ModelFailed("slow") from error
        if endpoint.outside:
            _count(turn, thread, answer)
        return answer


def calls_in(answer: AIMessageChunk) -> list[Call]:
    """Return the calls of a reply, unreadable ones too: they are answered with what is wrong.

    LangChain completes arguments that were cut off; a write must not run on half of its arguments, so they
    are read again here, strictly. The same call twice in a breath is one call.
    """
    calls: dict[str, Call] = {}
    for chunk in answer.tool_call_chunks:
        try:
            args = json.loads(chunk["args"] or "{}", parse_constant=_no_number)
            # Halves of characters and NUL pass through JSON and break the database afterwards.
            if clean(again := json.dumps(args, ensure_ascii=False)) != again or "\\u0000" in again:
                args = json.loads(clean(again).replace("\\u0000", ""))
        except (ValueError, RecursionError):
            args = None
        if not isinstance(args, dict):
            args = {"unreadable": clean(chunk["args"] or "")[:UNREADABLE_SHOWN]}
        name = clean(str(chunk["name"] or ""))[:80]
        key = json.dumps([name, args], sort_keys=True)
        # Endpoints that number calls per message use the same id in every round.
        call_id = f"{clean(chunk['id'] or 'call')[:60]}-{uuid4().hex[:6]}"
        calls.setdefault(key, {"id": call_id, "name": name, "args": args})
    return list(calls.values())


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _count(turn: Turn, thread: list[Any], answer: AIMessageChunk) -> None:
    """Count tokens; an endpoint that does not say is estimated at three characters a token."""
    usage = answer.usage_metadata
    if usage:
        turn.tokens_in += usage["input_tokens"]
        turn.tokens_out += usage["output_tokens"]
    else:
        turn.tokens_in += sum(len(text_of(m)) for m in thread) // 3
        turn.tokens_out += len(text_of(answer)) // 3
