"""Rotation of the installation's secret, athlete by athlete, while everybody goes on working."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from coach.errors import CoachError, Conflict, NotFound
from coach.store import connections, system
from coach.store.session import Database
from coach.store.vault import FIRST_KEY_LOCK, Vault

ROTATION_LOCK = 7_201_006  # advisory: two rotations at once would each forget the other's secret
# Shorter than Postgres's deadlock_timeout of 1 s: of two that wait for each other, the rotation gives way.
_YIELD = text("SET LOCAL lock_timeout = '400ms'")
PAUSE_S = 0.1
TRIES = 120  # about a minute of somebody else's longest transaction


@dataclass(frozen=True)
class Step:
    """How far a rotation is: `done` of `total` athletes. `error`: why the last of them could not be done."""

    done: int
    total: int
    athlete_id: int | None = None
    error: CoachError | None = None


@dataclass(frozen=True)
class Checked:
    """One value that is kept encrypted, and why it cannot be read (None: it can)."""

    athlete_id: int
    provider: str
    column: str
    error: CoachError | None


def rotate(db: Database, vault: Vault) -> Iterator[Step]:
    """Encrypt everything under the newest secret, and yield after each athlete.

    With a key file a new secret is made first and the old ones are forgotten at the end, unless that failed
    for somebody. With secrets from the environment the first of them is the newest. Stopped or killed
    anywhere, the next rotation finishes this one. Raises Conflict while another one runs.
    """
    with _only_rotation(db):
        if vault.file is not None and len(vault.ids()) == 1:
            vault.add_secret()
        _await_first_keys(db)
        athletes = system.list_athletes(db)
        failed = False
        yield Step(0, len(athletes))
        for done, athlete_id in enumerate(athletes, start=1):
            error = _rekeyed(db, vault, athlete_id)
            failed = failed or error is not None
            yield Step(done, len(athletes), athlete_id, error)
        if not failed:
            vault.drop_old()


def wrapped(db: Database, vault: Vault) -> Counter[str]:
    """Return how many athletes' data keys each secret wraps, by the secret's id."""
    found: Counter[str] = Counter()
    for athlete_id in system.list_athletes(db):
        with db.athlete_session(athlete_id) as s:
            if (which := vault.wrapped_by(s)) is not None:
                found[which] += 1
    return found


def check(db: Database, vault: Vault) -> Iterator[Checked]:
    """Decrypt every value that is kept, and yield which it was and whether it could be read."""
    for athlete_id in system.list_athletes(db):
        with db.athlete_session(athlete_id) as s:
            for known in connections.every(s):
                for column in connections.ENCRYPTED:
                    try:
                        connections.secret(s, vault, known.provider, column)
                    except NotFound:
                        continue
                    except CoachError as error:
                        yield Checked(athlete_id, known.provider, column, error)
                    else:
                        yield Checked(athlete_id, known.provider, column, None)


@contextmanager
def _only_rotation(db: Database) -> Iterator[None]:
    with db.system_session() as s:
        if not s.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ROTATION_LOCK}):
            raise Conflict("rotation_running")
        yield


def _await_first_keys(db: Database) -> None:
    """Wait for those who wrap somebody's first data key, with the secret that was the newest until now."""
    with db.system_session() as s:
        s.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FIRST_KEY_LOCK})


def _rekeyed(db: Database, vault: Vault, athlete_id: int) -> CoachError | None:
    """Encrypt one athlete's values anew; return why that was not possible."""
    for _ in range(TRIES):
        try:
            with db.athlete_session(athlete_id) as s:
                s.execute(_YIELD)
                connections.rekey(s, vault)
        except CoachError as error:
            return error
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            time.sleep(PAUSE_S)
        else:
            return None
    return Conflict("rotation_waited")
