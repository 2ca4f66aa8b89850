"""The answer to "how did your body feel this week?": kept in the journal, as the athlete put it.

No model takes part. What is no answer goes to the agent, and the question is open no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from coach.domain.felt import read_felt
from coach.errors import NotFound
from coach.graph.after_run import Kept, line_of
from coach.graph.speaking.weekly import FEELINGS
from coach.graph.turn import Turn
from coach.pipeline import journaling
from coach.store import journal, nudges
from coach.text import LANGS, say

OPEN_FOR = timedelta(days=3)
# Which week is meant is known: it was asked for.
_WEEK = re.compile(
    r"(?:(?:이번|지난|저번) ?주(?:는|엔|에는)?|(?:this|last) week)[\s,]*|[\s,]+(?:this|last) week(?=\W*$)",
    re.IGNORECASE,
)


def hear(turn: Turn, pending: Mapping[str, Any]) -> Kept | None:
    """Keep a message that answers the question; None when it does not. Blocking.

    `pending`: `nudge_id` of the look back that asked.
    """
    ctx = turn.ctx
    if turn.attachments or not is_answer(ctx.message):
        return None
    nudge_id = int(pending["nudge_id"])
    key = turn.call_key("after_week", str(nudge_id))
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        try:
            nudge = nudges.get(session, nudge_id)
        except NotFound:
            return None
        is_again = bool(journal.by_keys(session, [key]))  # this very message, tried again
        is_late = nudge.said_at is not None and ctx.now - nudge.said_at > OPEN_FOR
        if not is_again and not pending.get("replied") and (nudge.answered_at is not None or is_late):
            return None
        written = journaling.write(
            session, ctx.athlete, ctx.message, ctx.now, origin="chat", lang=ctx.lang, call_key=key
        )
        nudges.answered(session, nudge_id, ctx.now)
    return Kept(line_of(turn, written), written.edit_id)


def is_answer(message: str) -> bool:
    """Whether a message says how a week felt: by one of the buttons, or in words."""
    bare = message.strip().strip(".!~ ").casefold()
    if any(
        bare == say(lang, f"speaking.felt_{feeling}").casefold() for lang in LANGS for feeling in FEELINGS
    ):
        return True
    felt = read_felt(_WEEK.sub("", message.strip()))
    return felt is not None and felt.rpe is None  # a number answers another question
