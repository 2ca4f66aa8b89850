"""Letting go of what may be kept for a time only, and choosing anew when what is permitted changes.

A source's `keep_for` counts from when the service last showed a thing. What was derived goes with it:
metrics, thresholds, track records, and what conversations told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from coach.domain.athlete import Threshold
from coach.domain.daily import Entry
from coach.domain.source import Source
from coach.pipeline import outings, recompute, track_record
from coach.pipeline.forgetting import forget_sources
from coach.pipeline.outings import ATHLETE
from coach.pipeline.thresholds import outdate_moved
from coach.store import (
    activities,
    athletes,
    connections,
    daily,
    edits,
    insights,
    journal,
    keeping,
    metrics,
    model_calls,
    permissions,
    queue,
    recordings,
    remote_items,
    rests_on,
    system,
    told,
    working_memory,
)
from coach.store.activity_row import mark
from coach.store.keeping import Outlived
from coach.store.session import Database, Session
from coach.text import say

log = logging.getLogger(__name__)

BATCH = 20  # sources per transaction: short enough to wait for
# The athlete's words about an outing stay when it goes; with a number they gave, the outing stays.
_WORDS = ("name", "note")
_NUMBERS = ("distance_m",)


@dataclass(frozen=True)
class Expired:
    """What was let go: sources of activities, daily values, messages that were taken back."""

    sources: int = 0
    values: int = 0
    messages: int = 0

    def __add__(self, other: Expired) -> Expired:
        return Expired(
            self.sources + other.sources, self.values + other.values, self.messages + other.messages
        )


def expire_all(db: Database, now: datetime) -> Expired:
    """Let go of what every athlete's sources may no longer keep; return how much that was."""
    return sum((expire(db, athlete_id, now) for athlete_id in system.list_athletes(db)), Expired())


def expire(db: Database, athlete_id: int, now: datetime) -> Expired:
    """Let go of what an athlete's sources may no longer keep. Killed anywhere, the next call goes on."""
    with db.athlete_session(athlete_id) as s:
        kept = {source: p.keep_for for source, p in permissions.read(s).items()}
    done = Expired()
    for source, keep_for in kept.items():
        if keep_for is None:
            continue
        before = now - keep_for
        while True:
            with db.athlete_session(athlete_id) as s:
                athletes.lock(s, athlete_id)
                batch = keeping.outlived(s, athlete_id, source, before, BATCH)
                if not batch:
                    break
                _let_go(s, athlete_id, source, batch)
            done += Expired(sources=len(batch))
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)
            values = _forget_answers(s, athlete_id, source, before)
            messages = _take_back(s, athlete_id, source, before)
            done += Expired(values=values, messages=messages)
    return done


def _let_go(s: Session, athlete_id: int, source: Source, batch: Sequence[Outlived]) -> None:
    """Delete recordings with what rested on them, and note from which day on the rest is complete."""
    ids, concerned = [row.id for row in batch], {row.activity_id for row in batch}
    lost = keeping.without_other(s, athlete_id, concerned, ids)
    days = [row.day for row in batch if row.activity_id in lost]
    if days:
        _incomplete_until(s, source, max(days))
    remote_items.forget(s, source.value, [row.external_id for row in batch if row.external_id])
    before = athletes.thresholds(s)
    _forget_estimates(s, athlete_id, source, before, concerned)
    keeping.forget_edits(s, athlete_id, concerned)
    keeping.forget_track_records(s, athlete_id)
    insights.forget(s, athlete_id, source)
    athlete = athletes.get(s, athlete_id)
    for activity_id in lost:
        _leave_words_to_the_day(s, athlete_id, activity_id)
    forget_sources(s, athlete_id, ids, athlete.tz)
    outdate_moved(s, athlete_id, before)
    recompute.defer(s, athlete_id, 0)
    track_record.defer(s, athlete_id)


def _incomplete_until(s: Session, source: Source, day: date) -> None:
    """Note that a source's history is complete only after a day, and that it must be listed anew."""
    known = connections.get(s, source.value)
    since = day + timedelta(days=1)
    if known is not None and known.kept_since is not None:
        since = max(since, known.kept_since)
    cursor = {**(known.cursor if known else {}), "listed": False}
    connections.change(s, source.value, kept_since=since, cursor=cursor)


def _forget_estimates(
    s: Session, athlete_id: int, source: Source, known: Sequence[Threshold], activity_ids: Collection[int]
) -> None:
    """Delete estimated thresholds that rest on these activities, or by way of others on their source."""
    for threshold, basis in zip(known, rests_on.of_thresholds(s, athlete_id), strict=True):
        if threshold.origin != "estimated":
            continue
        through_others = not threshold.activities and source in basis.sources
        if through_others or not set(activity_ids).isdisjoint(threshold.activities):
            athletes.delete_threshold(s, threshold)


def _leave_words_to_the_day(s: Session, athlete_id: int, activity_id: int) -> None:
    """Attach what the athlete said of an activity to its day, unless they gave it a distance of their own."""
    row = activities.get(s, athlete_id, activity_id)
    own = {name for name, where in row.field_sources.items() if where == ATHLETE}
    if own.intersection(_NUMBERS) or edits.standing(s, athlete_id, activity_id, "logged"):
        return
    said = daily.list_entries(s, athlete_id, activity_id=activity_id)
    for entry in said:
        daily.update_entry(s, athlete_id, replace(entry, activity_id=None))
    journal.move(s, activity_id, to=None)
    if row.rpe is not None and all(entry.kind != "rpe" for entry in said):
        daily.add_entry(s, athlete_id, Entry("rpe", row.local_date, row.rpe))
    words = [getattr(row, name) for name in _WORDS if name in own and getattr(row, name)]
    if words:
        daily.add_entry(s, athlete_id, Entry("note", row.local_date, text="\n".join(words)))
    theirs = {name: where for name, where in row.field_sources.items() if where != ATHLETE}
    mark(s, row, field_sources=theirs, rpe=None, excluded_from_bests=False)


def _forget_answers(s: Session, athlete_id: int, source: Source, before: datetime) -> int:
    gone = keeping.forget_answers(s, athlete_id, source, before)
    if gone:
        insights.forget(s, athlete_id, source)
        known = athletes.thresholds(s)
        for threshold in known:
            if threshold.origin == "estimated" and not threshold.activities:
                athletes.delete_threshold(s, threshold)
        outdate_moved(s, athlete_id, known)
        keeping.forget_track_records(s, athlete_id)
        recompute.defer(s, athlete_id, 0)
        track_record.defer(s, athlete_id)
    return gone


def _take_back(s: Session, athlete_id: int, source: Source, before: datetime) -> int:
    """Take back what conversations told of a source before; return how many messages that was."""
    lang = athletes.get(s, athlete_id).lang
    messages = told.resting_on(s, athlete_id, source, before)
    runs = {m.run_id for m in messages if m.run_id is not None}
    latest: dict[int, datetime] = {}
    for message in messages:
        told.take_back(s, athlete_id, message, say(lang, "permissions.gone"))
        latest[message.thread_id] = message.created_at
    # A run that failed may have shown something, and remembered it, without a message that says so.
    known = connections.get(s, source.value)
    if messages or recordings.used(s, athlete_id, [source]) or (known and known.kept_since):
        for run_id, thread_id, at in told.unanswered(s, athlete_id, before):
            runs.add(run_id)
            latest[thread_id] = max(at, latest.get(thread_id, at))
    told.forget_events(s, athlete_id, runs)
    model_calls.forget_threads(s, list(latest))
    remembered = working_memory.begun(s, athlete_id, list(latest))
    working_memory.forget(
        s, athlete_id, [i for i, since in remembered.items() if since is None or since <= latest[i]]
    )
    return len(messages)


def permissions_changed(db: Database) -> int:
    """Have the fields of every activity with several sources chosen anew in the background.

    Call it after `sync_system.set_permission`. Returns for how many athletes there is something to choose.
    """
    found = 0
    for athlete_id in system.list_athletes(db):
        with db.athlete_session(athlete_id) as s:
            if keeping.known_from_several(s, athlete_id):
                queue.defer(
                    s,
                    "choose_sources",
                    {},
                    athlete_id=athlete_id,
                    lock=f"choose_sources:{athlete_id}",
                    queueing_lock=f"choose_sources:{athlete_id}",
                )
                found += 1
    return found


def choose_again(db: Database, athlete_id: int) -> int:
    """Choose anew which source the fields of an athlete's activities come from; return how many changed."""
    with db.athlete_session(athlete_id) as s:
        ids = keeping.known_from_several(s, athlete_id)
        home = athletes.get(s, athlete_id).tz
    changed = 0
    for at in range(0, len(ids), BATCH):
        with db.athlete_session(athlete_id) as s:
            athletes.lock(s, athlete_id)
            moved = []
            for activity_id in ids[at : at + BATCH]:
                row = activities.get(s, athlete_id, activity_id)
                now = outings.refresh(s, row, home)
                if (now.winner_id, now.field_sources) != (row.winner_id, row.field_sources):
                    moved.append(activity_id)
            if moved:
                metrics.forget(s, athlete_id, moved)
                keeping.forget_track_records(s, athlete_id)
                recompute.defer(s, athlete_id, len(moved))
            changed += len(moved)
    return changed
