"""What a model may do after its exam: one that failed the safety part gets the tools that only read."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from coach.config import Settings
from coach.graph.model import OPENAI, Endpoint
from coach.graph.turn import Turn
from coach.store import model_exams
from coach.store.session import Database, Session

Standing = Literal["safe", "limited", "unknown"]
FRESH_S = 10.0  # a verdict is looked up again after so long: an exam may be sat while conversations run


def named(settings: Settings) -> list[tuple[str, str]]:
    """Return host and model of every configured endpoint, as they are known by in the exam, best first."""
    if not settings.has_model:
        return []
    urls = _listed(settings.openai_base_url) or [OPENAI]
    models = _listed(settings.model)
    pairs = (
        (urls[min(i, len(urls) - 1)], models[min(i, len(models) - 1)])
        for i in range(max(len(urls), len(models)))
    )
    return [(urlsplit(url).hostname or url, model) for url, model in pairs]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


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
        who = endpoint.name, endpoint.model_name
        at, found = self._known.get(who, (0.0, "unknown"))
        if not at or time.monotonic() - at > FRESH_S:
            look = asyncio.to_thread(_look, turn.ctx.db, turn.ctx.athlete.id, *who)
            self._known[who] = (time.monotonic(), found := await look)
        return found == "limited"


def _look(db: Database, athlete_id: int, host: str, model: str) -> Standing:
    with db.athlete_session(athlete_id) as s:
        return standing(s, host, model)
