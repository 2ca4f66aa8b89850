"""Buttons below what the coach said first: how a run felt, and how to hear less of this."""

from __future__ import annotations

from collections.abc import Sequence

from bots.telegram.buttons import Effort, Pain, SwitchOff, encode
from bots.telegram.message import Button
from coach.domain.nudges import NudgeKind
from coach.store.nudges import Nudge
from coach.text import Lang, say

Rows = tuple[tuple[Button, ...], ...]


def first_rows(nudges: Sequence[Nudge], lang: Lang) -> Rows:
    """Return the rows of a message by what it says, the leading nudge first; of an answer none."""
    rows: list[tuple[Button, ...]] = []
    runs = [nudge for nudge in nudges if nudge.kind is NudgeKind.after_run]
    if runs and runs[0].answered_at is None:
        felt = [Button(str(rpe), data=encode(Effort(runs[0].id, rpe))) for rpe in range(1, 11)]
        rows += [tuple(felt[:5]), tuple(felt[5:])]
        pain = [(say(lang, "telegram.no_pain"), False), (say(lang, "telegram.some_pain"), True)]
        rows.append(tuple(Button(label, data=encode(Pain(runs[0].id, hurts))) for label, hurts in pain))
    for kind in dict.fromkeys(nudge.kind for nudge in nudges if nudge.kind is not NudgeKind.receipt):
        label = say(lang, "telegram.switch_off", what=say(lang, f"telegram.kind_{kind.value}"))
        rows.append((Button(label, data=encode(SwitchOff(kind))),))
    return tuple(rows)
