"""Which runs are asked about: those of the last day that came as they were run, each going out once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pipeline_runs import Coach, fit, recording
from sqlalchemy import text

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.domain.nudges import NudgeKind
from coach.domain.source import Source
from coach.jobs import JOBS
from coach.pipeline import journaling, noticing, outings
from coach.store import activities, athletes, connections, nudges, threads
from coach.store.nudges import Nudge
from coach.store.session import Database, Session

NOW = datetime(2026, 10, 4, 3, tzinfo=UTC)  # noon in Seoul
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLACE = "Asia/Seoul"


@pytest.fixture
def s(db: Database, athlete_id: int) -> Iterator[Session]:
    """An athlete whose watch was connected long ago."""
    with db.athlete_session(athlete_id) as session:
        athletes.lock(session, athlete_id)
        connections.well(session, "garmin", account_id="1", connected_at=NOW - timedelta(days=300))
        yield session


def ran(s: Session, before: timedelta, minutes: int = 30, *, seed: int = 0, **changes: Any) -> int:
    """Store a run of the watch that ended so long before NOW, and return its activity."""
    seconds = minutes * 60
    made = recording(NOW - before - timedelta(seconds=seconds - 1), seconds, seed=seed, **changes)
    athlete_id = s.info["athlete_id"]
    return outings.place(s, athlete_id, made, source=Source.garmin, file_id=None, home=PLACE).row.id


def synced(s: Session, later: timedelta = timedelta()) -> int:
    return noticing.after_sync(s, athletes.get(s, s.info["athlete_id"]), NOW + later)


def notes(s: Session) -> list[Nudge]:
    return nudges.since(s, NudgeKind.after_run, NOW - timedelta(days=30))


def only(s: Session) -> Nudge:
    (note,) = notes(s)
    return note


def test_a_run_is_asked_about_once_some_minutes_after_it_came(s: Session) -> None:
    run = ran(s, HOUR)
    assert synced(s) == 1
    note = only(s)
    assert (note.key, note.state) == (str(run), "waiting")
    assert note.due_at == NOW + noticing.PARTS_MAY_FOLLOW
    assert note.about == {"activity_ids": [run], "ended_at": (NOW - HOUR).isoformat()}
    assert note.local_date.isoformat() == "2026-10-04"
    assert synced(s, 5 * MINUTE) == 0
    assert only(s) == note, "a sync that brings nothing moves nothing"


def test_warm_up_race_and_cool_down_are_one_note_that_waits_for_the_last(s: Session) -> None:
    warm = ran(s, 100 * MINUTE, 15, seed=1)
    race = ran(s, 40 * MINUTE, 50, seed=2, race=True)
    assert synced(s) == 1
    cool = ran(s, 15 * MINUTE, 12, seed=3)
    assert synced(s, 10 * MINUTE) == 0
    note = only(s)
    assert (note.key, note.about["activity_ids"]) == (str(warm), [warm, race, cool])
    assert note.due_at == NOW + 10 * MINUTE + noticing.PARTS_MAY_FOLLOW


def test_who_stands_at_the_start_is_not_asked_about_the_warm_up(s: Session) -> None:
    warm = ran(s, MINUTE, 15, seed=1)
    assert synced(s) == 1
    assert only(s).due_at == NOW - MINUTE + noticing.RACE_MAY_FOLLOW
    race = ran(s, -60 * MINUTE, 45, seed=2)  # from fifteen minutes later on
    assert synced(s, 65 * MINUTE) == 0
    note = only(s)
    assert note.about["activity_ids"] == [warm, race]
    assert note.due_at == note.next_at == NOW + 65 * MINUTE + noticing.PARTS_MAY_FOLLOW


def test_a_race_is_asked_about_although_its_warm_up_was(s: Session) -> None:
    athlete_id = s.info["athlete_id"]
    warm = ran(s, MINUTE, 15, seed=1)
    synced(s)
    thread = threads.create(s, athlete_id, "")
    message = threads.add_message(s, athlete_id, thread.id, "assistant", "…")
    nudges.mark_said(s, [only(s).id], message, NOW + 90 * MINUTE, NOW.date())
    race = ran(s, -240 * MINUTE, 220, seed=2)
    assert synced(s, 245 * MINUTE) == 1
    assert [note.key for note in notes(s)] == [str(warm), str(race)]
    ran(s, -270 * MINUTE, 15, seed=3)
    assert synced(s, 280 * MINUTE) == 0


def test_a_part_that_comes_first_in_time_and_last_here_makes_no_second_note(s: Session) -> None:
    race = ran(s, 40 * MINUTE, 50, seed=2)
    assert synced(s) == 1
    warm = ran(s, 100 * MINUTE, 15, seed=1)
    assert synced(s, MINUTE) == 0
    assert (only(s).key, only(s).about["activity_ids"]) == (str(race), [warm, race])


def test_a_cool_down_after_the_note_was_said_says_nothing_more(s: Session) -> None:
    ran(s, 60 * MINUTE, 50)
    synced(s)
    nudges.drop(s, [only(s).id], "nudge_why.off")
    ran(s, 20 * MINUTE, 12, seed=3)
    assert synced(s, 15 * MINUTE) == 0
    assert only(s).state == "dropped"


def test_two_notes_that_turn_out_to_be_one_outing_become_one(s: Session) -> None:
    first = ran(s, 160 * MINUTE, 20, seed=1)
    last = ran(s, 50 * MINUTE, 20, seed=2)
    assert synced(s) == 2
    middle = ran(s, 100 * MINUTE, 30, seed=3)
    assert synced(s, MINUTE) == 0
    waiting = [note for note in notes(s) if note.state == "waiting"]
    assert [note.about["activity_ids"] for note in waiting] == [[first, middle, last]]
    assert sorted(note.state for note in notes(s)) == ["dropped", "waiting"]


def test_what_was_merged_or_deleted_is_still_what_was_noted(s: Session) -> None:
    athlete_id = s.info["athlete_id"]
    first = ran(s, 70 * MINUTE, 30, seed=1)
    synced(s)
    second = ran(s, 20 * MINUTE, 30, seed=2)
    activities.merge(s, athlete_id, first, second)
    assert synced(s, MINUTE) == 0
    assert (only(s).key, only(s).about["activity_ids"]) == (str(first), [second])
    activities.delete(s, athlete_id, second)
    third = ran(s, MINUTE, 10, seed=3)
    assert synced(s, 2 * MINUTE) == 0
    assert only(s).about["activity_ids"] == [third]


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (timedelta(hours=23, minutes=59), 1),
        (timedelta(hours=24), 0),
        (timedelta(days=3), 0),
        (-10 * MINUTE, 1),  # a watch that is a little fast
        (-2 * HOUR, 0),
    ],
)
def test_only_what_ended_within_a_day_is_news(s: Session, before: timedelta, new: int) -> None:
    ran(s, before)
    assert synced(s) == new


def test_nothing_is_asked_where_the_effort_was_told(s: Session) -> None:
    athlete_id = s.info["athlete_id"]
    athlete = athletes.get(s, athlete_id)
    told = ran(s, HOUR)
    said = [Entry("rpe", NOW.date(), 7.0, activity_id=told)]
    journaling.write(s, athlete, "", NOW, origin="page", activity_id=told, said=said)
    assert synced(s) == 0
    waits = ran(s, 5 * HOUR + 17 * MINUTE, seed=2)
    assert synced(s) == 1
    said = [Entry("rpe", NOW.date(), 4.0, activity_id=waits)]
    journaling.write(s, athlete, "", NOW, origin="page", activity_id=waits, said=said)
    synced(s, MINUTE)
    assert only(s).state == "dropped"


def test_other_sports_are_not_asked_about(s: Session) -> None:
    ran(s, HOUR, sport=Sport.ride)
    assert synced(s) == 0


def test_a_first_sync_of_years_asks_about_nothing(db: Database, athlete_id: int) -> None:
    now = datetime.now(UTC)  # when a recording came is the database's own time
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        connections.well(s, "garmin", account_id="1", connected_at=now - 5 * MINUTE)

        def came(ended: datetime, seed: int) -> None:
            made = recording(ended - 5 * MINUTE, 300, seed=seed)
            outings.place(s, athlete_id, made, source=Source.garmin, file_id=None, home=PLACE)

        for n in range(1, noticing.FEW + 1):
            came(now - timedelta(days=n * 3), n)
        came(now - HOUR, 0)
        athlete = athletes.get(s, athlete_id)
        assert noticing.after_sync(s, athlete, now) == 0
        # What is run from then on is asked about, while years are still coming in.
        came(now + 3 * HOUR, 99)
        assert noticing.after_sync(s, athlete, now + 4 * HOUR) == 1


def test_who_connects_again_is_asked_about_what_came_meanwhile(db: Database, athlete_id: int) -> None:
    now = datetime.now(UTC)
    with db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        connections.well(s, "garmin", account_id="1", connected_at=now - 5 * MINUTE)
        for n in range(3):
            made = recording(now - timedelta(days=n, hours=1), 300, seed=n)
            outings.place(s, athlete_id, made, source=Source.garmin, file_id=None, home=PLACE)
        assert noticing.after_sync(s, athletes.get(s, athlete_id), now) == 1


def test_a_file_of_this_morning_is_asked_about_and_a_heap_of_files_is_not(coach: Coach) -> None:
    def entry(before: timedelta, n: int) -> tuple[str, bytes]:
        return f"{n}.fit", fit(recording(NOW - before, 120, seed=n))

    def look() -> int:
        with coach.db.athlete_session(coach.athlete_id) as s:
            return noticing.after_sync(s, athletes.get(s, coach.athlete_id), NOW)

    coach.bring(entry(timedelta(days=400), 1))
    assert look() == 0
    coach.bring(*(entry(timedelta(hours=2, days=n), 10 + n) for n in range(noticing.FEW + 1)))
    assert look() == 0
    coach.bring(entry(timedelta(hours=6), 99))
    assert look() == 1


def test_it_is_looked_for_when_metrics_are_there(coach: Coach) -> None:
    def waiting() -> int:
        with coach.db.system_session() as s:
            return (
                s.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notice_runs'")) or 0
            )

    coach.bring(("old.fit", fit(recording(NOW - timedelta(days=9), 120))))
    assert waiting() == 0, "where nobody ran of late there is nothing to look for"
    coach.bring(("new.fit", fit(recording(NOW - HOUR, 120, seed=1))))
    assert waiting() == 1
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert noticing.after_sync(s, athletes.get(s, coach.athlete_id), NOW) == 1
    assert "notice_runs" in JOBS
