"""Deleting everything of an athlete (docs/decisions/0026): the key first, then files, then every row at once.

Whoever is killed in between is finished by a second call, or by the job that the first one queued.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from coach.errors import CoachError, NeedsAthlete, NotFound
from coach.pipeline.reach import Reach
from coach.store import athletes, connections, leaving, queue, system

log = logging.getLogger(__name__)

JOB = "finish_leaving"


def leave(reach: Reach, athlete_id: int) -> tuple[str, ...]:
    """Delete an athlete and everything of theirs; return the services that must be told by the athlete.

    They are told last, when nothing is here any more: one that cannot be reached keeps nobody here. Raises
    NotFound for an athlete who is not, or no longer, here.
    """
    tokens = _tokens(reach, athlete_id)
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        athletes.get(s, athlete_id)
        leaving.shut(s, reach.clock())
        queue.defer(s, JOB, {}, athlete_id=athlete_id, queueing_lock=f"{JOB}:{athlete_id}")
    finish(reach, athlete_id)
    return tuple(name for name, kept in tokens.items() if not _revoked(reach, name, kept))


def finish(reach: Reach, athlete_id: int) -> None:
    """Delete what there still is of an athlete who leaves. Again and again does no harm."""
    system.delete_athlete(reach.db, athlete_id, partial(_empty_inbox, reach.settings.inbox))


def _tokens(reach: Reach, athlete_id: int) -> dict[str, str]:
    """Return the tokens of services that take a permission back; read before their key is gone."""
    found = {}
    for name, service in reach.services.items():
        if service.oauth is None:
            continue
        try:
            with reach.db.athlete_session(athlete_id) as s:
                found[name] = connections.secret(s, reach.vault, name)
        except NotFound:
            continue
        except CoachError:  # the secret they were encrypted with is lost: they are to nobody any more
            found[name] = ""
    return found


def _revoked(reach: Reach, name: str, tokens: str) -> bool:
    """Take the permission back over there; False where that did not work, and must be done there by hand."""
    login = reach.services[name].oauth
    if login is None or not tokens:
        return False
    try:
        login.revoke(reach.settings, tokens)
    except NeedsAthlete:
        return True  # taken back already
    except CoachError as error:
        log.warning("%s was not told that an athlete left: %s", name, type(error).__name__)
        return False
    return True


def _empty_inbox(inbox: Path, waiting: list[str]) -> None:
    for relative in waiting:
        path = (inbox / relative).resolve()
        # A job's arguments are only rows of a table: nothing outside of the inbox is deleted for them.
        if inbox.resolve() not in path.parents:
            continue
        path.unlink(missing_ok=True)
        if path.parent != inbox.resolve() and not any(path.parent.iterdir()):
            path.parent.rmdir()
