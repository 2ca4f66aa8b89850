"""Values of days from a service: the newest first, then back to where its activities begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from coach.pipeline.fetching import keep_payload
from coach.pipeline.inventory import note
from coach.pipeline.turn import Turn
from coach.providers.contract import Account
from coach.store import daily, remote_items

FIRST = timedelta(days=42)  # what the coach needs before it can say anything
AGAIN = timedelta(days=2)  # values of the last days still change: sleep is corrected, a watch syncs late
CHUNK = timedelta(days=28)
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
    marks = {"days_to": today.isoformat()}
    if thorough:
        marks["thorough_on"] = today.isoformat()
    if "days_from" not in cursor:
        marks["days_from"] = start.isoformat()
    changed, end = 0, today
    while True:
        begin = max(start, end - FIRST + timedelta(days=1))
        days = account.days(begin, end, thorough=thorough)
        with turn.session() as s:
            for payload in days.payloads:
                keep_payload(s, turn.athlete_id, turn, payload)
            changed += daily.save_values(s, turn.athlete_id, days.values)
            if not days.complete:
                marks = {name: day for name, day in marks.items() if name == "days_from"}
            if begin == start:
                note(s, turn.service.name, **marks)
                return changed
        end = begin - timedelta(days=1)


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
        changed = daily.save_values(s, turn.athlete_id, days.values)
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
