"""A chat model without a network that answers from a script, in the offline coach's place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

Decide = Callable[[str], list[tuple[str, dict[str, Any]]]]


def nothing(_: str) -> list[tuple[str, dict[str, Any]]]:
    return []


class ScriptedCoach(BaseChatModel):
    """Calls the tools that `decide` names for a message, then joins what they say."""

    decide: Decide = nothing
    small_talk: str = "무엇이든 물어보세요."

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def _reply(self, messages: list[BaseMessage]) -> AIMessage:
        at = max(i for i, m in enumerate(messages) if isinstance(m, HumanMessage))
        said, results = messages[at], [m for m in messages[at:] if isinstance(m, ToolMessage)]
        if results:
            views = [json.loads(str(m.content)) for m in results]
            return AIMessage(" ".join(line for v in views for line in v.get("says", [v.get("error", "")])))
        calls = self.decide(str(said.content))
        return AIMessage(
            "" if calls else self.small_talk,
            tool_calls=[
                {"name": n, "args": a, "id": f"c{i}", "type": "tool_call"} for i, (n, a) in enumerate(calls)
            ],
        )

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._reply(messages))])

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        reply = self._reply(messages)
        if reply.tool_calls:
            chunks = [
                {
                    "name": c["name"],
                    "args": json.dumps(c["args"]),
                    "id": c["id"],
                    "index": i,
                    "type": "tool_call_chunk",
                }
                for i, c in enumerate(reply.tool_calls)
            ]
            yield ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=chunks))
        for word in str(reply.content).split(" ") if reply.content else []:
            yield ChatGenerationChunk(message=AIMessageChunk(word + " "))
