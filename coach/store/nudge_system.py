"""Speaking first, across athletes: for whom a time has come, and for whom something waits to be said.

Like `coach.store.system`: as the application such work would silently find nothing. Each batch is one
transaction: what is taken off the list, the rows it becomes and the jobs for them exist together or not at
all. Of several schedulers at once each gets others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row as Record
from sqlalchemy import text

from coach.domain.nudge_times import Rule, Slot, settle, week_key
from coach.domain.nudges import Manners
from coach.store import queue
from coach.store.session import Database, Session

LOOK_AT = time(8)  # the day's look at what there may be to say: before it, nights are being measured
BATCH = 1000
LOST_AFTER = timedelta(minutes=10)  # a worker that said nothing for so long has lost it

# Made for whoever has none yet: new athletes, and everybody after an upgrade. No zone: to be set.
_MAKE = text("""
    INSERT INTO schedules (athlete_id, kind, day, at, tz, next_at)
    SELECT a.id, k.kind, CAST(:now AS timestamptz)::date, :look_at, '', :now
      FROM athletes a CROSS JOIN unnest(ARRAY['weekly', 'morning', 'look']) AS k(kind)
     WHERE NOT EXISTS (SELECT FROM schedules x WHERE x.athlete_id = a.id AND x.kind = k.kind)
    ON CONFLICT DO NOTHING
""")
# Due, or computed from another zone, time or weekday than the athlete's of today.
_DUE = text("""
    SELECT sc.athlete_id, sc.kind, sc.day, sc.at, sc.tz, w.*
      FROM schedules sc
      JOIN athletes a ON a.id = sc.athlete_id
      LEFT JOIN nudge_settings n ON n.athlete_id = sc.athlete_id
     CROSS JOIN LATERAL (
           SELECT a.tz AS now_tz,
                  CASE sc.kind WHEN 'weekly' THEN coalesce(n.weekly_at, :weekly_at)
                               WHEN 'morning' THEN coalesce(n.morning_at, :morning_at)
                               ELSE :look_at END AS now_at,
                  CASE sc.kind WHEN 'weekly' THEN coalesce(n.weekly_day, :weekly_day) END AS weekday,
                  CASE sc.kind WHEN 'weekly' THEN coalesce(n.weekly, :weekly)
                               WHEN 'morning' THEN coalesce(n.morning, :morning)
                               ELSE true END AS wanted) AS w
     WHERE sc.next_at <= :now OR sc.tz <> w.now_tz OR sc.at <> w.now_at
        OR extract(isodow FROM sc.day) - 1 <> w.weekday
     ORDER BY sc.next_at, sc.athlete_id, sc.kind
     LIMIT :limit
       FOR UPDATE OF sc SKIP LOCKED
""")
_SET = text("""
    UPDATE schedules sc SET day = v.day, at = v.at, tz = v.tz, next_at = v.next_at
      FROM unnest(CAST(:athlete_id AS bigint[]), CAST(:kind AS text[]), CAST(:day AS date[]),
                  CAST(:at AS time[]), CAST(:tz AS text[]), CAST(:next_at AS timestamptz[]))
           AS v(athlete_id, kind, day, at, tz, next_at)
     WHERE sc.athlete_id = v.athlete_id AND sc.kind = v.kind
""")
_ADD = text("""
    INSERT INTO nudges (athlete_id, kind, key, local_date, due_at, next_at)
    SELECT v.athlete_id, v.kind, v.key, v.local_date, v.due_at, v.due_at
      FROM unnest(CAST(:athlete_id AS bigint[]), CAST(:kind AS text[]), CAST(:key AS text[]),
                  CAST(:local_date AS date[]), CAST(:due_at AS timestamptz[]))
           AS v(athlete_id, kind, key, local_date, due_at)
    ON CONFLICT (athlete_id, kind, key) DO NOTHING
""")
# Who has moved may be spoken to at other hours than what waits was put off to.
_LOOK_AGAIN = text("""
    UPDATE nudges SET next_at = due_at WHERE state = 'waiting' AND athlete_id = ANY(:moved)
""")
_TAKE = text("""
    UPDATE nudges SET next_at = :again
     WHERE id IN (SELECT id FROM nudges WHERE state = 'waiting' AND next_at <= :now
                   ORDER BY next_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING athlete_id
""")


@dataclass(frozen=True)
class Taken:
    """How many schedules came due, and how many jobs there are for them now."""

    schedules: int = 0
    jobs: int = 0


@dataclass
class _Batch:
    """What becomes of some schedules, as columns."""

    schedules: dict[str, list[Any]] = field(default_factory=dict)
    nudges: dict[str, list[Any]] = field(default_factory=dict)
    looks: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def settle(self, row: Record[Any], now: datetime) -> None:
        """Compute when this comes next, and what has come."""
        known = Slot(row.day, row.at, row.tz) if row.tz else None
        come, then = settle(known, Rule(row.now_at, row.weekday), _zone(row.now_tz), now)
        if known is not None and row.tz != row.now_tz:
            self.moved.append(row.athlete_id)
        _put(
            self.schedules,
            athlete_id=row.athlete_id,
            kind=row.kind,
            day=then.day,
            at=then.at,
            tz=then.tz,
            next_at=then.moment,
        )
        if come is None or not row.wanted:
            return
        if row.kind == "look":
            self.looks.append(row.athlete_id)
            return
        _put(
            self.nudges,
            athlete_id=row.athlete_id,
            kind=row.kind,
            key=week_key(come.day) if row.kind == "weekly" else come.day.isoformat(),
            local_date=come.day,
            due_at=come.moment,
        )

    def write(self, s: Session, look_job: str) -> int:
        """Write it; return how many jobs are new."""
        s.execute(_SET, self.schedules)
        if self.nudges:
            s.execute(_ADD, self.nudges)
        if self.moved:
            s.execute(_LOOK_AGAIN, {"moved": self.moved})
        return queue.defer_many(s, look_job, self.looks) if self.looks else 0


def take_due(db: Database, now: datetime, look_job: str, *, limit: int = BATCH) -> Taken:
    """Turn the schedules whose time has come into nudges (or a job `look_job`), and set when they come next.

    A schedule that was computed from another zone, time or weekday than the athlete's is computed anew.
    """
    with db.system_session() as s:
        s.execute(_MAKE, {"now": now, "look_at": LOOK_AT})
    come = jobs = 0
    while True:
        with db.system_session() as s:
            rows = s.execute(_DUE, {"now": now, "limit": limit, "look_at": LOOK_AT, **_usual()}).all()
            if rows:
                batch = _Batch()
                for row in rows:
                    batch.settle(row, now)
                jobs += batch.write(s, look_job)
                come += len(batch.looks) + len(batch.nudges.get("key", ()))
        if len(rows) < limit:
            return Taken(come, jobs)


def hand_out(db: Database, now: datetime, speak_job: str, *, limit: int = BATCH) -> int:
    """Queue the job `speak_job` of everybody for whom something is due; return how many jobs are new.

    What nobody has said or put off by then is handed out again after LOST_AFTER.
    """
    new = 0
    while True:
        with db.system_session() as s:
            due: Sequence[int] = s.scalars(
                _TAKE, {"now": now, "again": now + LOST_AFTER, "limit": limit}
            ).all()
            if due:
                new += queue.defer_many(s, speak_job, due)
        if len(due) < limit:
            return new


def _zone(tz: str) -> str:
    """Return a zone there is: one athlete's that no clock knows any more keeps nobody else waiting."""
    try:
        ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return tz


def _usual() -> dict[str, Any]:
    usual = Manners()
    return {
        name: getattr(usual, name) for name in ("weekly", "weekly_day", "weekly_at", "morning", "morning_at")
    }


def _put(columns: dict[str, list[Any]], **values: Any) -> None:
    for name, value in values.items():
        columns.setdefault(name, []).append(value)
