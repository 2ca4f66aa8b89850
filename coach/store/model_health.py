"""Which endpoints of language models rest: noted when one begins or ends to, for every process to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Database, Session

_t = models.provider_health


@dataclass(frozen=True)
class Health:
    """`open_until`: nobody asks before; None: as usual. `why`: the kind of the last failure."""

    failures: int = 0
    open_until: datetime | None = None
    why: str = ""


def note(db: Database, host: str, model: str, health: Health) -> None:
    """Keep how an endpoint is doing."""
    values = {
        "failures": health.failures,
        "open_until": health.open_until,
        "why_key": health.why or None,
    }
    with db.system_session() as s:
        new = insert(_t).values(provider=_name(host, model), **values)
        s.execute(new.on_conflict_do_update(index_elements=["provider"], set_=values))


def read(s: Session, host: str, model: str) -> Health:
    """Return how an endpoint is doing, as the process that asked it last noted."""
    columns = (_t.c.failures, _t.c.open_until, _t.c.why_key)
    row = s.execute(select(*columns).where(_t.c.provider == _name(host, model))).one_or_none()
    return Health() if row is None else Health(row.failures, row.open_until, row.why_key or "")


def _name(host: str, model: str) -> str:
    return f"model:{host}:{model}"
