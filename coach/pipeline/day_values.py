"""Values of days from a service: the newest first, then back to where its activities begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from coach.pipeline.fetching import keep_payload
from coach.pipeline.inventory import note
from coach.pipeline.turn import Turn
from coach.providers.contract import Account, Days
from coach.store import daily, remote_items
from coach.store.session import Session

FIRST = timedelta(days=42)  # what the coach needs before it can say anything
AGAIN = timedelta(days=2)  # values of the last days still change: sleep is corrected, a watch syncs late
CHUNK = timedelta(days=28)
# Once a day the last weeks are asked for: a watch that was not near its phone sends days late, and what an
# athlete corrects or removes may be older. The services give so many days for the same number of calls.
ONCE_A_DAY = CHUNK - timedelta(days=1)
MOST_TRIES = 3  # of days of which a part cannot be had


def bring_newest(
    turn: Turn, account: Account, cursor: Mapping[str, Any], today: date, *, thorough: bool
) -> int:
    """Bring the values of the last days: since those that were brought before, at first of six weeks.

    Returns how many changed. Killed anywhere, the next call does the rest.
    """
    known = cursor.get("days_to")
    first = today - FIRST + timedelta(days=1)
    start = min(date.fromisoformat(known) - AGAIN, today) if known else first
    thorough = thorough or cursor.get("thorough_on") != today.isoformat()
    if thorough:
        start = min(start, max(today - ONCE_A_DAY, first))
    tries = cursor.get("newest_tries", 0) + 1
    marks: dict[str, Any] = {"days_to": today.isoformat(), "newest_tries": None}
    if thorough:
        marks["thorough_on"] = today.isoformat()
    if "days_from" not in cursor:
        marks["days_from"] = start.isoformat()
    changed, end, complete = 0, today, True
    while True:
        begin = max(start, end - FIRST + timedelta(days=1))
        days = account.days(begin, end, thorough=thorough)
        with turn.session() as s:
            for payload in days.payloads:
                keep_payload(s, turn.athlete_id, turn, payload)
            changed += _keep(s, turn, days, begin, end)
            complete = complete and days.complete
            if begin == start:
                # Should a part never be complete again, that is no reason to ask for ever more days.
                if not complete and tries < MOST_TRIES:
                    marks = {"newest_tries": tries, **{n: d for n, d in marks.items() if n == "days_from"}}
                note(s, turn.service.name, **marks)
                return changed
        end = begin - timedelta(days=1)


def _keep(s: Session, turn: Turn, days: Days, start: date, end: date) -> int:
    """Keep values of days, and remove what is no longer among them; return how many changed."""
    changed = daily.save_values(s, turn.athlete_id, days.values)
    return changed + daily.remove_others(
        s, turn.athlete_id, turn.service.source, start, end, days.sure_of, days.values
    )


def is_left(cursor: Mapping[str, Any], oldest: date | None) -> bool:
    """Return whether values of days further back are still to be brought."""
    return oldest is not None and "days_from" in cursor and date.fromisoformat(cursor["days_from"]) > oldest


def bring_chunk(turn: Turn, account: Account, cursor: Mapping[str, Any], oldest: date) -> int:
    """Bring the values of the four weeks before those that are here; return how many changed."""
    end = date.fromisoformat(cursor["days_from"]) - timedelta(days=1)
    start = max(oldest, end - CHUNK + timedelta(days=1))
    days = account.days(start, end, thorough=True)
    tries = cursor.get("days_tries", 0) + 1
    with turn.session() as s:
        for payload in days.payloads:
            keep_payload(s, turn.athlete_id, turn, payload)
        changed = _keep(s, turn, days, start, end)
        if days.complete or tries >= MOST_TRIES:
            note(s, turn.service.name, days_from=start.isoformat(), days_tries=None)
        else:
            note(s, turn.service.name, days_tries=tries)
    return changed


def oldest_day(turn: Turn, today: date) -> date | None:
    """Return the day up to which values are brought: that of the oldest activity; None: there is none."""
    with turn.reach.db.athlete_session(turn.athlete_id) as s:
        start = remote_items.oldest(s, turn.service.name)
    if start is None:
        return None
    history = turn.service.history
    return start.date() if history is None else max(start.date(), today - history)
