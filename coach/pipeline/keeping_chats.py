"""How long conversations are kept: as long as the athlete says, and a week after they were deleted.

Days are the athlete's own: with 30 days, what was last said on the 1st goes when the 31st has passed where
they live.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from coach.errors import BadInput, Conflict
from coach.store import athletes, purging, system, threads
from coach.store.session import Database, Session
from coach.store.threads import Thread

UNDO_FOR = timedelta(days=7)  # a deleted conversation can be taken back for so long
CHOICES = (30, 90, 365)  # what the page offers; any other number of days may be given
MOST_DAYS = 36_500
BATCH = 20  # conversations per transaction: short enough to wait for


@dataclass(frozen=True)
class Gone:
    """How many conversations went: deleted ones whose week was over, and such as nobody spoke in any more."""

    deleted: int = 0
    old: int = 0

    def __add__(self, other: Gone) -> Gone:
        return Gone(self.deleted + other.deleted, self.old + other.old)


def keep_days(s: Session, athlete_id: int, days: int | None) -> None:
    """Keep conversations for so many days from now on; None: until the athlete deletes them.

    Raises BadInput for a number that is none. Nothing goes before the next night.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput("chat_keep_days", most=MOST_DAYS)
    athletes.set_chat_keep_days(s, athlete_id, days)


def delete_now(s: Session, athlete_id: int, thread_id: int) -> None:
    """Delete a conversation for good. Raises NotFound, and Conflict while it is being answered."""
    threads.get(s, thread_id)
    if not purging.purge(s, athlete_id, [thread_id]):
        raise Conflict("thread_answering")


def goes_at(thread: Thread) -> datetime | None:
    """Return when a deleted conversation goes for good; None: it was not deleted."""
    return None if thread.archived_at is None else thread.archived_at + UNDO_FOR


def purge_all(db: Database, now: datetime) -> Gone:
    """Let every athlete's conversations go that are due; return how many that was."""
    return sum((purge(db, athlete_id, now) for athlete_id in system.list_athletes(db)), Gone())


def purge(db: Database, athlete_id: int, now: datetime) -> Gone:
    """Let an athlete's conversations go that are due. Killed anywhere, the next call goes on."""
    done = Gone()
    while (some := _some(db, athlete_id, now)) != Gone():
        done += some
    return done


def _some(db: Database, athlete_id: int, now: datetime) -> Gone:
    with db.athlete_session(athlete_id) as s:
        days = athletes.get_chat_keep_days(s, athlete_id)
        deleted = purging.purge(s, athlete_id, purging.put_away(s, athlete_id, now - UNDO_FOR, BATCH))
        if days is None:
            return Gone(len(deleted))
        zone = athletes.get(s, athlete_id).zone
        first_kept = now.astimezone(zone).date() - timedelta(days=days)
        before = datetime.combine(first_kept, time(), zone)
        old = purging.purge(s, athlete_id, purging.silent(s, athlete_id, before, BATCH))
        return Gone(len(deleted), len(old))
