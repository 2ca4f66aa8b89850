"""What the athlete must be told once, wherever they look next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.notices
Tone = Literal["info", "warning", "alert"]


@dataclass(frozen=True)
class Notice:
    """A sentence of the catalogue (`text_key`, `params`), with the page that helps (`link`, a path)."""

    id: int
    key: str
    tone: Tone
    text_key: str
    params: Mapping[str, Any]
    link: str
    created_at: datetime
    seen_at: datetime | None
    resolved_at: datetime | None


def tell(s: Session, key: str, text_key: str, *, tone: Tone = "info", link: str = "", **params: Any) -> bool:
    """Tell the athlete something, once per `key`; return whether it is news.

    What was resolved and happens again is news again.
    """
    new = insert(_t).values(
        athlete_id=athlete_of(s), key=key, tone=tone, text_key=text_key, params=params, link=link
    )
    told = s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id", "key"],
            set_={
                "tone": tone,
                "text_key": text_key,
                "params": params,
                "link": link,
                "created_at": func.now(),
                "seen_at": None,
                "resolved_at": None,
            },
            where=_t.c.resolved_at.is_not(None),
        ).returning(_t.c.id)
    ).all()
    return bool(told)


def resolve(s: Session, key: str) -> None:
    """Say that what was told is over: it is no longer shown."""
    s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.key == key, _t.c.resolved_at.is_(None))
        .values(resolved_at=func.now())
    )


def open_ones(s: Session) -> list[Notice]:
    """Return what the athlete has neither put away nor is over, newest first."""
    columns = [_t.c[name] for name in Notice.__dataclass_fields__]
    query = select(*columns).where(
        _t.c.athlete_id == athlete_of(s), _t.c.seen_at.is_(None), _t.c.resolved_at.is_(None)
    )
    return [Notice(**r._mapping) for r in s.execute(query.order_by(_t.c.created_at.desc(), _t.c.id.desc()))]


def put_away(s: Session, notice_id: int) -> None:
    """The athlete has read it. Raises NotFound."""
    done = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == notice_id)
        .values(seen_at=func.coalesce(_t.c.seen_at, func.now()))
        .returning(_t.c.id)
    ).all()
    if not done:
        raise NotFound("notice_not_found")
