"""The graph's working memory of conversations (LangGraph's checkpoints), as far as it must be forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text

from coach.store.session import Session

_FORGET = [
    text("DELETE FROM checkpoint_writes WHERE thread_id = ANY(:keys)"),
    text("DELETE FROM checkpoint_blobs WHERE thread_id = ANY(:keys)"),
    text("DELETE FROM checkpoints WHERE thread_id = ANY(:keys)"),
]
# `since` is a channel of `coach.graph.state.State`: plain text stands in the checkpoint itself.
_BEGUN = text("""
    SELECT thread_id, min(checkpoint->'channel_values'->>'since') AS since
      FROM checkpoints WHERE thread_id = ANY(:keys) GROUP BY thread_id
""")


def thread_key(athlete_id: int, thread_id: int) -> str:
    """Return the name of a thread in LangGraph's tables; the policies read the athlete from it."""
    return f"a{athlete_id}:t{thread_id}"


def begun(s: Session, athlete_id: int, thread_ids: Collection[int]) -> dict[int, datetime | None]:
    """Return since when each conversation is remembered (None: not known); those without memory left out."""
    keys = {thread_key(athlete_id, thread_id): thread_id for thread_id in thread_ids}
    return {
        keys[row.thread_id]: datetime.fromisoformat(row.since) if row.since else None
        for row in s.execute(_BEGUN, {"keys": list(keys)})
    }


def forget(s: Session, athlete_id: int, thread_ids: Collection[int]) -> None:
    """Forget conversations: what was said stays in our own tables, the next turn begins without it."""
    keys = [thread_key(athlete_id, thread_id) for thread_id in thread_ids]
    for statement in _FORGET:
        s.execute(statement, {"keys": keys})
