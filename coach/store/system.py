"""What needs all athletes: who comes with this token, whose process died, which jobs stall.

As the application such work would silently find nothing. The system role sees a short list of tables and no
activity, no day and no message of anybody. These functions open their own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update

from coach.domain.athlete import Athlete
from coach.errors import Conflict
from coach.store import accounts, athletes, messenger_system, messengers, models, runs
from coach.store.accounts import Account, Role
from coach.store.session import Database, Session

_a, _link, _s, _run = models.accounts, models.login_links, models.sessions, models.runs

SEEN_EVERY = timedelta(minutes=1)  # a write per request would cost more than it tells
OWNER_LOCK = 7_201_003  # advisory: one process creates the owner


@dataclass(frozen=True)
class Principal:
    """Who is logged in."""

    account_id: int
    athlete_id: int
    role: Role
    token_sha256: bytes


def create_athlete(db: Database, **fields: Any) -> Athlete:
    """Add an athlete; fields as in `coach.store.athletes.FIELDS`."""
    with db.system_session() as s:
        return athletes.create(s, **fields)


def list_athletes(db: Database) -> list[int]:
    """Return every athlete's id."""
    with db.system_session() as s:
        return list(s.scalars(select(models.athletes.c.id).order_by(models.athletes.c.id)))


def owner(db: Database) -> Account | None:
    """Return the account of whoever this installation belongs to, or None before the first start."""
    with db.system_session() as s:
        return _owner(s)


def _owner(s: Session) -> Account | None:
    row = s.execute(
        select(*accounts.ACCOUNT_COLUMNS).where(_a.c.role == "admin").order_by(_a.c.id).limit(1)
    ).one_or_none()
    return None if row is None else Account(*row)


def create_owner(db: Database, *, now: datetime, **fields: Any) -> tuple[Account, str]:
    """Create the first athlete and account; return it and the token of a link that logs in once.

    Raises Conflict when there is an owner: of two starts at once one creates it.
    """
    with db.system_session() as s:
        s.execute(select(func.pg_advisory_xact_lock(OWNER_LOCK)))
        if _owner(s) is not None:
            raise Conflict("owner_exists")
        athlete = athletes.create(s, **fields)
        account_id = s.scalars(
            insert(_a).values(athlete_id=athlete.id, role="admin").returning(_a.c.id)
        ).one()
        return accounts.get(s, account_id), accounts.create_link(s, account_id, now=now)


def new_link(db: Database, account_id: int, *, now: datetime) -> str:
    """Return the token of a link that logs an account in once. Raises NotFound."""
    with db.system_session() as s:
        return accounts.create_link(s, account_id, now=now)


def find_session(db: Database, token: str, now: datetime) -> Principal | None:
    """Return who holds this token, unless it is unknown, expired or revoked."""
    hashed = accounts.token_hash(token)
    with db.system_session() as s:
        row = s.execute(
            select(_a.c.id, _a.c.athlete_id, _a.c.role, _s.c.last_seen_at)
            .join_from(_s, _a, _s.c.account_id == _a.c.id)
            .where(_s.c.token_sha256 == hashed, _s.c.expires_at > now, _s.c.revoked_at.is_(None))
        ).one_or_none()
        if row is None:
            return None
        if now - row.last_seen_at >= SEEN_EVERY:
            s.execute(update(_s).where(_s.c.token_sha256 == hashed).values(last_seen_at=now))
        return Principal(row.id, row.athlete_id, row.role, hashed)


def use_link(
    db: Database, token: str, *, now: datetime, user_agent: str = ""
) -> tuple[Principal, str] | None:
    """Log in by a one-time link: who it is and a session token; None when it is unknown, old or used."""
    with db.system_session() as s:
        account_id = s.scalar(
            update(_link)
            .where(
                _link.c.token_sha256 == accounts.token_hash(token),
                _link.c.expires_at > now,
                _link.c.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(_link.c.account_id)
        )
        return None if account_id is None else _begin_session(s, account_id, now, user_agent)


def log_in(
    db: Database,
    password: str,
    *,
    now: datetime,
    account_id: int | None = None,
    user_agent: str = "",
) -> tuple[Principal, str] | None:
    """Log in by password (the owner, unless another account is named); None when it does not match."""
    with db.system_session() as s:
        if account_id is None:
            found = _owner(s)
            account_id = None if found is None else found.id
        hashed = s.scalar(select(_a.c.password_hash).where(_a.c.id == account_id))
    # Outside the transaction: hashing takes 50 ms and may wait for its turn.
    if not accounts.matches(hashed, password) or account_id is None:
        return None
    with db.system_session() as s:
        return _begin_session(s, account_id, now, user_agent)


def _begin_session(s: Session, account_id: int, now: datetime, user_agent: str) -> tuple[Principal, str]:
    account = accounts.get(s, account_id)
    token = accounts.create_session(s, account_id, now=now, user_agent=user_agent)
    principal = Principal(account.id, account.athlete_id, account.role, accounts.token_hash(token))
    return principal, token


def revoke(db: Database, token: str) -> bool:
    """Log out whoever holds this token; return whether somebody did."""
    with db.system_session() as s:
        ended = s.execute(
            update(_s)
            .where(_s.c.token_sha256 == accounts.token_hash(token), _s.c.revoked_at.is_(None))
            .values(revoked_at=func.now())
            .returning(_s.c.account_id)
        ).all()
    return bool(ended)


def heartbeat(db: Database, process: str) -> None:
    """Say that a process lives: all its running runs are being worked on."""
    with db.system_session() as s:
        s.execute(
            update(_run)
            .where(_run.c.owner == process, _run.c.state == "running")
            .values(heartbeat_at=func.now())
        )


def mark_interrupted(
    db: Database, living: Collection[str], *, silent_for_s: float | None = None
) -> list[UUID]:
    """Mark runs as interrupted whose process is not among the `living`; return which.

    With `silent_for_s`, only those whose last heartbeat is older.
    """
    query = update(_run).where(_run.c.state == "running", _run.c.owner.not_in(list(living)))
    if silent_for_s is not None:
        query = query.where(_run.c.heartbeat_at < func.now() - timedelta(seconds=silent_for_s))
    with db.system_session() as s:
        return list(s.scalars(query.values(state="interrupted", finished_at=func.now()).returning(_run.c.id)))


def append_events(db: Database, events: Sequence[runs.RunEvent]) -> None:
    """Store events of any athletes' runs in one transaction (the flusher of a process)."""
    with db.system_session() as s:
        runs.append(s, events)


def fail_imports(db: Database, note: str = "") -> int:
    """End imports that a killed process left running, and return how many; call before work begins."""
    t = models.imports
    with db.system_session() as s:
        ended = s.execute(
            update(t)
            .where(t.c.state == "running")
            .values(state="failed", finished_at=func.now(), note=note)
            .returning(t.c.id)
        ).all()
    return len(ended)


def retry_stalled_jobs(db: Database, stalled_after_s: float) -> int:
    """Queue jobs again whose worker has shown no sign of life for so long; return how many.

    A killed worker leaves its jobs "doing" for ever.
    """
    with db.system_session() as s:
        done = s.execute(
            text("""
                SELECT procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL)
                  FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
                 WHERE j.status = 'doing'
                   AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => :after))
            """),
            {"after": stalled_after_s},
        ).all()
    return len(done)


def delete_finished_jobs(db: Database, older_than_s: float) -> int:
    """Forget jobs that ended well so long ago; return how many."""
    with db.system_session() as s:
        gone = s.execute(
            text("""
                DELETE FROM procrastinate_jobs j
                 WHERE j.status IN ('succeeded', 'cancelled', 'aborted')
                   AND NOT EXISTS (SELECT FROM procrastinate_events e
                                    WHERE e.job_id = j.id
                                      AND e.at > now() - make_interval(secs => :age))
                RETURNING j.id
            """),
            {"age": older_than_s},
        ).all()
    return len(gone)


def delete_athlete(
    db: Database, athlete_id: int, discard: Callable[[list[str]], None] = lambda waiting: None
) -> bool:
    """Delete an athlete with everything that is theirs; return whether there was one.

    Every table of theirs refers to the athlete, so one statement deletes all; whoever writes something of
    theirs at that moment is waited for, and afterwards nothing more can be written. `discard` is given where
    in the inbox files of theirs wait for a job, before it is committed that no such job is there.
    """
    t, who = models.athletes, {"athlete": str(athlete_id)}
    with db.athlete_session(athlete_id) as mine:
        chats = messengers.chats(mine)
    with db.system_session() as s:
        s.execute(_TAKE_YOUR_TIME)
        there = s.scalar(delete(t).where(t.c.id == athlete_id).returning(t.c.id)) is not None
        messenger_system.forget_chats(s, chats)
        discard(list(s.scalars(_UPLOADS, who)))
        s.execute(_DELETE_JOBS, who)
        s.execute(_EMPTY_JOBS, who)
    return there


_TAKE_YOUR_TIME = text("SET LOCAL statement_timeout = 0")  # ten years of samples take longer than a request
_DELETE_JOBS = text("""
    DELETE FROM procrastinate_jobs WHERE args ->> 'athlete_id' = :athlete AND status <> 'doing'
""")
# One that runs ends by itself, without anything to do any more; its worker looks for its row then.
_EMPTY_JOBS = text("""
    UPDATE procrastinate_jobs SET args = jsonb_build_object('athlete_id', args -> 'athlete_id')
     WHERE args ->> 'athlete_id' = :athlete
""")
_UPLOADS = text("""
    SELECT upload ->> 1
      FROM procrastinate_jobs, jsonb_array_elements(
             CASE WHEN jsonb_typeof(args -> 'uploads') = 'array' THEN args -> 'uploads' END) AS upload
     WHERE args ->> 'athlete_id' = :athlete
     ORDER BY 1
""")
