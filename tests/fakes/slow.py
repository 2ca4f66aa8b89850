"""The offline coach, with one addition: what begins with 천천히 is answered word by word, slowly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

WORDS = 60
PAUSE_S = 0.05
HOSTILE = (
    '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> '
    "[눌러](javascript:window.hacked=1) "
    "![그림](https://evil.example/x.png) <b>굵게</b> **진짜 굵게**"
)


class SlowCoach(BaseChatModel):
    """Says numbered words slowly, or hostile markup, or whatever `inner` says."""

    inner: Any

    @property
    def _llm_type(self) -> str:
        return "slow"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return SlowCoach(inner=self.inner.bind_tools(tools, **kwargs))

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        said = next((str(m.content) for m in reversed(messages) if isinstance(m, HumanMessage)), "")
        if said.startswith("천천히"):
            for i in range(WORDS):
                yield ChatGenerationChunk(message=AIMessageChunk(f"말{chr(0xAC00 + i)} "))
                await asyncio.sleep(PAUSE_S)
        elif said.startswith("위험한"):
            yield ChatGenerationChunk(message=AIMessageChunk(HOSTILE))
        else:
            async for message in self.inner.astream(messages, **kwargs):
                yield ChatGenerationChunk(message=message)
