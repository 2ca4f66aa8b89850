"""How the installation's bots are doing, as their processes tell it. Times are of the database's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Database

_t = models.bots
SILENT_S = 30.0  # a process that has not been heard of for so long is gone

Mode = Literal["polling", "webhook"]


@dataclass(frozen=True)
class Bot:
    """A bot as its process last told. `silent_s`: how long ago that was; `why_key`: why it is not connected.

    `counters`: what was counted since the process began.
    """

    service: str
    holder: str
    username: str
    mode: Mode
    connected: bool
    why_key: str | None
    counters: Mapping[str, Any]
    connected_at: datetime | None
    beat_at: datetime
    silent_s: float

    @property
    def is_down(self) -> bool:
        """Whether its process is gone."""
        return self.silent_s > SILENT_S


def beat(
    db: Database,
    service: str,
    holder: str,
    *,
    username: str,
    mode: Mode,
    connected: bool,
    why_key: str | None,
    counters: Mapping[str, Any],
) -> None:
    """Say that a bot's process lives and how it is doing. The name stays known when it is not known now."""
    told = {
        "holder": holder,
        "mode": mode,
        "connected": connected,
        "why_key": why_key,
        "counters": dict(counters),
        "beat_at": func.now(),
    }
    new = insert(_t).values(
        service=service, username=username, connected_at=func.now() if connected else None, **told
    )
    goes_on = _t.c.connected & (_t.c.holder == holder)
    with db.system_session() as s:
        s.execute(
            new.on_conflict_do_update(
                index_elements=["service"],
                set_={
                    **told,
                    "username": username or _t.c.username,
                    # Since when; of one that is not connected, until when.
                    "connected_at": case((goes_on, _t.c.connected_at), else_=func.now())
                    if connected
                    else case((_t.c.connected, func.now()), else_=_t.c.connected_at),
                },
            )
        )


def read(db: Database, service: str) -> Bot | None:
    """Return how a bot is doing, or None when none ever ran."""
    columns = [_t.c[name] for name in Bot.__dataclass_fields__ if name != "silent_s"]
    silent = func.extract("epoch", func.now() - _t.c.beat_at).label("silent_s")
    with db.system_session() as s:
        row = s.execute(select(*columns, silent).where(_t.c.service == service)).one_or_none()
    return None if row is None else Bot(**{**row._mapping, "silent_s": max(0.0, float(row.silent_s))})
