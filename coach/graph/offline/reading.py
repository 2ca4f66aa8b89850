"""What a message was understood to want: tool calls, or words without a tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coach.graph.offline.calendar import Period


@dataclass(frozen=True)
class Call:
    """One tool call. Arguments are plain JSON values, dates in ISO form."""

    tool: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def period(self) -> Period | None:
        """The days this call was about."""
        return self._dates("a_start", "a_end") or self._dates("start", "end") or self._dates("day", "day")

    @property
    def compared(self) -> Period | None:
        """The days that those were compared with."""
        return self._dates("b_start", "b_end")

    def _dates(self, first: str, last: str) -> Period | None:
        try:
            return date.fromisoformat(self.args[first]), date.fromisoformat(self.args[last])
        except (KeyError, TypeError, ValueError):  # another model's call may hold anything
            return None


@dataclass(frozen=True)
class Reading:
    """Tool calls to make, or a sentence of the catalogue (`offline.<reply>`) to say instead.

    A reply whose name begins with `ask_` is a question; the next message may answer it.
    """

    calls: Sequence[Call] = ()
    reply: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def call(tool: str, **args: Any) -> Reading:
    """Return a reading of one call; arguments that are None are left out, dates become text."""
    return Reading((make_call(tool, **args),))


def make_call(tool: str, **args: Any) -> Call:
    return Call(
        tool, {k: v.isoformat() if isinstance(v, date) else v for k, v in args.items() if v is not None}
    )


def reply(key: str, **params: Any) -> Reading:
    return Reading(reply=key, params=params)
