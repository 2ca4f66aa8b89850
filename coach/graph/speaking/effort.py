"""The question how hard a run felt, from 1 to 10."""

from __future__ import annotations

from coach.graph.speaking.part import Asked
from coach.store import daily
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.tools.spec import Choice, Note, ToolContext

WORDED = (1, 4, 7, 10)  # the steps that say what they mean


def is_rated(session: Session, athlete_id: int, row: Row) -> bool:
    """Whether it is known how hard an activity felt."""
    if row.rpe is not None:
        return True
    said = daily.list_entries(session, athlete_id, start=row.local_date, kinds=["rpe"])
    return any(entry.activity_id == row.id for entry in said)


def ask_effort(ctx: ToolContext, activity_id: int, nudge_id: int, key: str = "speaking.ask_effort") -> Asked:
    """Ask how hard an activity felt."""
    choices = tuple(Choice(label=_step(ctx, n), value=str(n)) for n in range(1, 11))
    pending = {"kind": "after_run", "activity_id": activity_id, "nudge_id": nudge_id}
    return Asked(Note(key=key, general=True), choices, pending)


def _step(ctx: ToolContext, n: int) -> str:
    return f"{n} {say(ctx.lang, f'speaking.effort_{n}')}" if n in WORDED else str(n)
