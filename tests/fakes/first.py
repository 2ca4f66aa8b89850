"""What the coach says first, said for a test as the worker says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from coach.domain.fact import Fact
from coach.domain.nudges import NudgeKind
from coach.graph.ledger import Ledger
from coach.pipeline import saying
from coach.pipeline.saying import FirstWords
from coach.store import athletes, nudges
from coach.store.session import Database


def say_first(
    db: Database,
    athlete_id: int,
    now: datetime,
    raw: str,
    *,
    kind: NudgeKind = NudgeKind.weekly,
    key: str = "",
    text: str = "",
    facts: Sequence[Fact] = (),
    pending: Mapping[str, Any] | None = None,
    asks: int | None = None,
) -> tuple[int, int]:
    """Say something first; return the conversation and the nudge.

    `raw` names the facts in order: {f1}, {f2}. `asks`: the activity that the words ask about.
    """
    ledger = Ledger()
    ledger.add(facts)
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        name = key or f"{kind.value}:{raw[:40]}"
        assert nudges.add(s, kind, name, now.date(), now)
        nudge = nudges.named(s, kind, name)
        assert nudge is not None
        if asks is not None:
            pending = {"kind": "after_run", "nudge_id": nudge.id, "activity_id": asks}
        words = FirstWords(
            kind.value,
            text or raw,
            f"<p>{text or raw}</p>",
            raw=raw,
            known=ledger.dump(),
            pending=pending,
            nudges=(nudge.id,),
        )
        saying.say(s, athlete, words, now)
        return saying.thread(s, athlete), nudge.id
