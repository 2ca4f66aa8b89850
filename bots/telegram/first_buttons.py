"""Buttons below what the coach said first: how a run felt, and how to hear less of this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bots.telegram.buttons import Effort, Pain, SwitchOff, encode
from bots.telegram.message import Button
from coach.domain.nudges import NudgeKind
from coach.store.nudges import Nudge
from coach.text import Lang, say

Rows = tuple[tuple[Button, ...], ...]


def effort_rows(content: Mapping[str, Any], lang: Lang) -> Rows:
    """Return the rows that answer how a run felt; none for a message that does not ask it."""
    pending = (content.get("first") or {}).get("pending") or {}
    if pending.get("kind") != "after_run" or pending.get("asks") == "pain":
        return ()
    nudge_id = int(pending["nudge_id"])
    felt = [Button(str(rpe), data=encode(Effort(nudge_id, rpe))) for rpe in range(1, 11)]
    pain = [(say(lang, "telegram.no_pain"), False), (say(lang, "telegram.some_pain"), True)]
    return (
        tuple(felt[:5]),
        tuple(felt[5:]),
        tuple(Button(label, data=encode(Pain(nudge_id, hurts))) for label, hurts in pain),
    )


def switch_rows(nudges: Sequence[Nudge], lang: Lang) -> Rows:
    """Return a row to hear no more of each kind that a message is of; of an answer none."""
    rows = []
    for kind in dict.fromkeys(nudge.kind for nudge in nudges if nudge.kind is not NudgeKind.receipt):
        label = say(lang, "telegram.switch_off", what=say(lang, f"telegram.kind_{kind.value}"))
        rows.append((Button(label, data=encode(SwitchOff(kind))),))
    return tuple(rows)
