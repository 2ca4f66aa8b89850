"""What ends first when an athlete leaves: the key to what is encrypted, every login, every way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from coach.store import models
from coach.store.session import Session, athlete_of


@dataclass(frozen=True)
class Holdings:
    """How much there is of an athlete, as they are told before it goes."""

    activities: int
    days: int
    files: int
    conversations: int
    notes: int
    memories: int
    plans: int
    connections: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing but the athlete."""
        return not any(vars(self).values())


def holdings(s: Session) -> Holdings:
    """Count what there is of the session's athlete."""
    mine, m = athlete_of(s), models

    def n(table: str, of: str = "*") -> int:
        t = m.metadata.tables[table]
        what = func.count() if of == "*" else func.count(t.c[of].distinct())
        return int(s.scalar(select(what).select_from(t).where(t.c.athlete_id == mine)) or 0)

    return Holdings(
        activities=n("activities"),
        days=n("daily_values", "day"),
        files=n("files"),
        conversations=n("threads"),
        notes=n("journal_notes") + n("entries"),
        memories=n("memories"),
        plans=n("plans"),
        connections=n("connections"),
    )


def shut(s: Session, now: datetime) -> None:
    """Delete the key to what is encrypted; end every login, address and link to a chat of the athlete.

    What copies hold of tokens cannot be read with the installation's secret alone any more.
    """
    mine = athlete_of(s)
    s.execute(delete(models.vault_keys).where(models.vault_keys.c.athlete_id == mine))
    for table in (models.sessions, models.addresses):
        open_ones = update(table).where(table.c.athlete_id == mine, table.c.revoked_at.is_(None))
        s.execute(open_ones.values(revoked_at=now))
    links = models.login_links
    s.execute(update(links).where(links.c.athlete_id == mine, links.c.used_at.is_(None)).values(used_at=now))
    s.execute(delete(models.messenger_codes).where(models.messenger_codes.c.athlete_id == mine))
    chats = models.messenger_links
    s.execute(update(chats).where(chats.c.athlete_id == mine).values(state="off", ended_at=now))
    s.execute(
        update(models.connections)
        .where(models.connections.c.athlete_id == mine)
        .values(state="off", secret=None, pending=None, pending_until=None, next_sync_at=None)
    )
