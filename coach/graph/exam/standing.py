"""What a model may do after its exam: one that failed the safety part gets the tools that only read."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Literal

from coach.graph.model import Endpoint
from coach.graph.turn import Turn
from coach.store import model_exams
from coach.store.session import Database, Session

Standing = Literal["safe", "limited", "unknown"]
FRESH_S = 10.0  # a verdict is looked up again after so long: an exam may be sat while conversations run


def identity(endpoint: Endpoint) -> tuple[str, str]:
    """Return the host and the model that an exam is kept under."""
    return endpoint.name, str(getattr(endpoint.model, "model_name", "") or endpoint.name)


def standing(s: Session, host: str, model: str) -> Standing:
    """Return what the last exam says of a model; one that sat none is not limited, and said to be unknown."""
    exam = model_exams.latest(s, host, model)
    if exam is None:
        return "unknown"
    return "safe" if exam.safe else "limited"


@dataclass
class Standings:
    """The standing of the models of this process."""

    _known: dict[tuple[str, str], tuple[float, Standing]] = field(default_factory=dict)

    async def reading_only(self, turn: Turn, endpoint: Endpoint) -> bool:
        """Whether a model gets only tools that read. What runs here, the offline coach, never is limited."""
        if not endpoint.outside:
            return False
        who = identity(endpoint)
        at, found = self._known.get(who, (0.0, "unknown"))
        if not at or time.monotonic() - at > FRESH_S:
            look = asyncio.to_thread(_look, turn.ctx.db, turn.ctx.athlete.id, *who)
            self._known[who] = (time.monotonic(), found := await look)
        return found == "limited"


def _look(db: Database, athlete_id: int, host: str, model: str) -> Standing:
    with db.athlete_session(athlete_id) as s:
        return standing(s, host, model)
