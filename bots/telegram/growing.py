"""What an answer looks like while it is being made, event by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coach.graph.events import Event

WORKING = "⏳"


@dataclass
class Growing:
    """Words so far, what the coach is doing, and what comes beside the stored message.

    `only_steps`: words are not shown before it is known what of them may be (`bots.telegram.passing`).
    """

    only_steps: bool = False
    notices: list[str] = field(default_factory=list)
    undos: list[tuple[int, str]] = field(default_factory=list)
    ending: Event | None = None
    _texts: dict[str, str] = field(default_factory=dict)
    _steps: dict[str, str] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take the next event of the run."""
        payload = event.payload
        match event.type:
            case "TEXT_MESSAGE_CONTENT":
                known = self._texts.get(payload["messageId"], "")
                self._texts[payload["messageId"]] = known + payload["delta"]
            case "TOOL_CALL_START":
                self._steps[payload["toolCallId"]] = str(payload.get("title") or "")
            case "TOOL_CALL_END":
                self._steps.pop(payload["toolCallId"], None)
            case "CUSTOM":
                self._custom(str(payload["name"]), payload["value"])
            case "RUN_FINISHED" | "RUN_ERROR":
                self.ending = event

    def _custom(self, name: str, value: Mapping[str, Any]) -> None:
        match name:
            case "replace":
                self._texts[str(value["messageId"])] = str(value["text"])
            case "notice":
                self.notices.append(str(value["text"]))
            case "undo":
                self.undos.append((int(value["undoId"]), str(value["text"])))

    def shown(self) -> str:
        """Return what to show now; "" when there is nothing yet."""
        words = [] if self.only_steps else [text.strip() for text in self._texts.values()]
        steps = [f"{WORKING} {title}…" for title in dict.fromkeys(self._steps.values()) if title]
        return "\n\n".join(part for part in (*words, *steps) if part)
