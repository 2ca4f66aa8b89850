"""What the coach means to say first: each thing once, whoever asks and however many at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest
from sqlalchemy import text

from coach.domain.nudges import Manners, NudgeKind
from coach.errors import BadInput, NotFound
from coach.store import athletes, nudge_settings, nudge_system, nudges, queue, system, threads
from coach.store.session import SYSTEM, Database

SUNDAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # noon in Seoul
EVENING = datetime(2026, 11, 22, 9, tzinfo=UTC)  # 18:00 there
MINUTE = timedelta(minutes=1)


def rows(db: Database, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(db.conninfo(SYSTEM)) as connection:
        return connection.execute(query).fetchall()


def kept(db: Database) -> list[tuple[object, ...]]:
    return rows(db, "SELECT athlete_id, kind, key, due_at FROM nudges ORDER BY 1, 2, 3")


def jobs(db: Database) -> list[tuple[object, ...]]:
    return rows(db, "SELECT task_name, (args ->> 'athlete_id')::bigint FROM procrastinate_jobs ORDER BY 1, 2")


def tick(db: Database, now: datetime) -> nudge_system.Taken:
    return nudge_system.take_due(db, now, "look_around")


def test_each_thing_is_said_once(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        assert nudges.add(s, NudgeKind.alert, "rhr", SUNDAY, NOW, {"metric": "rhr_bpm"})
        assert not nudges.add(s, NudgeKind.alert, "rhr", SUNDAY, NOW)
        assert nudges.add(s, NudgeKind.race, "3:7", SUNDAY, NOW)
        assert nudges.add(s, NudgeKind.silence, "10", SUNDAY, NOW + MINUTE)
        first, second = nudges.waiting(s, NOW)
        assert (first.kind, first.about, second.key) == (NudgeKind.alert, {"metric": "rhr_bpm"}, "3:7")
        thread = threads.create(s, athlete_id).id
        message = threads.add_message(s, athlete_id, thread, "assistant", "안정 심박이 올랐어요.")
        assert sorted(nudges.mark_said(s, [second.id, first.id], message, NOW, SUNDAY)) == [
            first.id,
            second.id,
        ]
        assert nudges.mark_said(s, [second.id, first.id], message, NOW, SUNDAY) == []
        assert nudges.drop(s, [first.id], "nudge_why.late") == 0
        assert nudges.waiting(s, NOW) == []
        (said,) = nudges.list_said(s)
        assert (said.message.id, [n.key for n in said.nudges]) == (message, ["3:7", "rhr"])
        assert [n.state for n in nudges.of_message(s, message)] == ["said", "merged"]
        assert (nudges.said_on(s, SUNDAY), nudges.said_on(s, SUNDAY - timedelta(1)), nudges.unseen(s)) == (
            1,
            0,
            1,
        )
        assert nudges.list_said(s, before=message) == []
        assert nudges.answered(s, first.id, NOW)
        assert not nudges.answered(s, first.id, NOW)
        assert nudges.seen(s, NOW) == 2
        assert nudges.unseen(s) == 0
        assert nudges.named(s, NudgeKind.silence, "10") == nudges.latest(
            s, NudgeKind.silence, state="waiting"
        )


@pytest.mark.parametrize(("kind", "key"), [(NudgeKind.receipt, "approval:1"), (NudgeKind.weekly, "asked:7")])
def test_what_was_asked_for_takes_no_room(db: Database, athlete_id: int, kind: NudgeKind, key: str) -> None:
    with db.athlete_session(athlete_id) as s:
        nudges.add(s, kind, key, SUNDAY, NOW)
        (one,) = nudges.waiting(s, NOW)
        thread = threads.create(s, athlete_id).id
        message = threads.add_message(s, athlete_id, thread, "assistant", "시계에 보냈어요.")
        nudges.mark_said(s, [one.id], message, NOW, SUNDAY)
        assert nudges.said_on(s, SUNDAY) == 0


def test_nobody_touches_what_another_is_to_hear(db: Database, athlete_id: int) -> None:
    other = system.create_athlete(db, name="두리").id
    with db.athlete_session(athlete_id) as s:
        nudges.add(s, NudgeKind.alert, "rhr", SUNDAY, NOW)
        (mine,) = nudges.waiting(s, NOW)
    with db.athlete_session(other) as s:
        with pytest.raises(NotFound):
            nudges.get(s, mine.id)
        assert nudges.drop(s, [mine.id], "nudge_why.late") == 0
        assert not nudges.answered(s, mine.id, NOW)
        assert nudges.mark_said(s, [mine.id], 1, NOW, SUNDAY) == []


def test_settings_are_kept_and_nonsense_is_refused(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        assert nudge_settings.get(s) == Manners()
        changed = nudge_settings.change(s, SUNDAY, weekly_day=2, weekly_at="06:30", morning=True)
        assert (changed.weekly_day, changed.weekly_at, changed.morning) == (2, time(6, 30), True)
        assert nudge_settings.change(s, SUNDAY, paused_until="2026-12-01").paused_until == date(2026, 12, 1)
        assert nudge_settings.change(s, SUNDAY, paused_until=None) == nudge_settings.get(s) == changed


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"weekly": "yes"}, "nudge_setting_switch"),
        ({"receipt": False}, "nudge_setting_unknown"),
        ({"thread_id": 3}, "nudge_setting_unknown"),
        ({"weekly_day": 7}, "nudge_setting_weekday"),
        ({"weekly_day": True}, "nudge_setting_weekday"),
        ({"weekly_at": "25:00"}, "nudge_setting_time"),
        ({"weekly_at": "18:00:30"}, "nudge_setting_time"),
        ({"quiet_from": "18:00+09:00"}, "nudge_setting_time"),
        ({"quiet_until": 7}, "nudge_setting_time"),
        ({"morning_at": "13:00"}, "nudge_setting_morning"),
        ({"paused_until": "tomorrow"}, "nudge_setting_day"),
        ({"paused_until": NOW}, "nudge_setting_day"),
        ({"paused_until": "2026-11-21"}, "nudge_setting_pause"),
        ({"paused_until": "2036-11-21"}, "nudge_setting_pause"),
    ],
)
def test_nonsense_changes_nothing(db: Database, athlete_id: int, fields: dict[str, object], key: str) -> None:
    with db.athlete_session(athlete_id) as s:
        with pytest.raises(BadInput) as refused:
            nudge_settings.change(s, SUNDAY, morning=True, **fields)
        assert refused.value.key == key
        assert nudge_settings.get(s) == Manners()


def test_schedules_are_made_for_whoever_has_none(db: Database, athlete_id: int) -> None:
    assert tick(db, NOW) == nudge_system.Taken()
    found = rows(db, "SELECT kind, day, at, tz, next_at FROM schedules ORDER BY kind")
    assert found == [
        ("look", SUNDAY + timedelta(1), time(8), "Asia/Seoul", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("morning", SUNDAY + timedelta(1), time(7), "Asia/Seoul", datetime(2026, 11, 22, 22, tzinfo=UTC)),
        ("weekly", SUNDAY, time(18), "Asia/Seoul", EVENING),
    ]
    other = system.create_athlete(db, name="리마", tz="America/Lima").id
    tick(db, NOW)
    assert len(rows(db, "SELECT * FROM schedules")) == 6
    assert tick(db, EVENING).schedules == 1
    assert tick(db, EVENING + MINUTE).schedules == 0
    assert kept(db) == [(athlete_id, "weekly", "2026-W47", EVENING)]
    assert (
        tick(db, EVENING + timedelta(hours=14)).schedules == 2 + 1
    )  # the looks of Monday and Sunday, there the week
    assert kept(db)[1][:3] == (other, "weekly", "2026-W47")
    assert jobs(db) == [("look_around", athlete_id), ("look_around", other)]


def test_dispatchers_at_once_share_what_is_due(db: Database, athlete_id: int) -> None:
    everybody = [athlete_id, *(system.create_athlete(db, name=f"{n}").id for n in range(40))]
    tick(db, NOW)
    both = threading.Barrier(4, timeout=20)

    def dispatch(_: int) -> tuple[int, int]:
        both.wait()
        taken = nudge_system.take_due(db, EVENING, "look_around", limit=7)
        return taken.schedules, nudge_system.hand_out(db, EVENING, "speak", limit=7)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(dispatch, range(4)))
    left = nudge_system.hand_out(db, EVENING, "speak")
    assert sum(n for n, _ in done) == len(everybody)
    assert sum(n for _, n in done) + left == len(everybody)
    assert [row[0] for row in kept(db)] == sorted(everybody)
    assert jobs(db) == [("speak", n) for n in sorted(everybody)]


def test_what_a_lost_worker_took_is_handed_out_again(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        nudges.add(s, NudgeKind.alert, "rhr", SUNDAY, NOW)
        nudges.add(s, NudgeKind.race, "3:7", SUNDAY, NOW + timedelta(hours=1))
    assert nudge_system.hand_out(db, NOW - MINUTE, "speak") == 0
    assert nudge_system.hand_out(db, NOW, "speak") == 1
    assert nudge_system.hand_out(db, NOW + MINUTE, "speak") == 0
    # Its job waits still: there is no use in another.
    assert nudge_system.hand_out(db, NOW + nudge_system.LOST_AFTER, "speak") == 0
    with psycopg.connect(db.conninfo(SYSTEM)) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    assert nudge_system.hand_out(db, NOW + 2 * nudge_system.LOST_AFTER, "speak") == 1


def test_what_was_put_off_comes_back_when_it_is_time(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        nudges.add(s, NudgeKind.alert, "rhr", SUNDAY, NOW)
        (one,) = nudges.waiting(s, NOW)
        nudges.put_off(s, [one.id], EVENING)
    assert nudge_system.hand_out(db, EVENING - MINUTE, "speak") == 0
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, quiet_from="23:00")  # it may be said at another time now
    assert nudge_system.hand_out(db, NOW, "speak") == 1


def test_a_journey_moves_the_moment_and_keeps_the_day(db: Database, athlete_id: int) -> None:
    tick(db, NOW)
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, tz="Pacific/Honolulu")
    assert tick(db, EVENING).schedules == 0  # it is Saturday there
    at_home = datetime(2026, 11, 23, 4, tzinfo=UTC)  # Sunday 18:00 there
    assert tick(db, at_home - MINUTE).schedules == 0
    assert kept(db) == []
    assert tick(db, at_home).schedules == 1
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, tz="Asia/Seoul")  # Monday noon there: Sunday is over
    for hours in range(1, 24 * 6):
        tick(db, at_home + timedelta(hours=hours))
    assert [row[2] for row in kept(db)] == ["2026-W47"]


def test_flying_over_the_evening_only_makes_it_late(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, tz="Pacific/Honolulu")
    tick(db, NOW)
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, tz="Asia/Seoul")
    later = datetime(2026, 11, 22, 15, tzinfo=UTC)  # Sunday 5:00 there, Monday 0:00 here
    tick(db, later)
    assert kept(db) == [(athlete_id, "weekly", "2026-W47", EVENING)]


def test_two_days_off_are_not_replayed(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, morning=True)
    tick(db, NOW)
    back = NOW + timedelta(days=10)
    assert tick(db, back).schedules == 3
    assert [(row[1], row[2]) for row in kept(db)] == [("morning", "2026-12-02"), ("weekly", "2026-W48")]
    assert jobs(db) == [("look_around", athlete_id)]


def test_another_day_begins_anew_and_the_week_has_one(db: Database, athlete_id: int) -> None:
    tick(db, NOW)
    tick(db, EVENING)
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, weekly_at="20:00")
    assert tick(db, EVENING + MINUTE).schedules == 0
    tick(db, EVENING + timedelta(hours=2))
    assert [row[2] for row in kept(db)] == ["2026-W47"]
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, weekly_day=3)
    tick(db, EVENING + timedelta(hours=3))
    found = rows(db, "SELECT day FROM schedules WHERE kind = 'weekly'")
    assert found == [(date(2026, 11, 26),)]


@pytest.mark.parametrize("change", [{"weekly_day": 5}, {"weekly_at": "09:00"}])
def test_a_day_that_is_moved_into_the_past_leaves_this_week_its_own(
    db: Database, athlete_id: int, change: dict[str, object]
) -> None:
    tick(db, NOW)
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, **change)
    for hour in range(24 * 5):
        tick(db, NOW + timedelta(hours=hour))
    assert [row[2:] for row in kept(db)] == [("2026-W47", EVENING)], "no week without, and none with two"
    tick(db, NOW + timedelta(days=7))
    assert [row[2] for row in kept(db)] == ["2026-W47", "2026-W48"]


def test_a_zone_that_no_clock_knows_stops_nobody(db: Database, athlete_id: int) -> None:
    lost = system.create_athlete(db, name="두리", tz="Mars/Olympus_Mons").id
    tick(db, NOW)
    tick(db, EVENING)
    assert kept(db) == [(athlete_id, "weekly", "2026-W47", EVENING)]
    tick(db, EVENING + timedelta(hours=9))
    assert kept(db)[1][:3] == (lost, "weekly", "2026-W47")  # by the clock of the world


def test_what_is_switched_off_becomes_nothing(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        nudge_settings.change(s, SUNDAY, weekly=False)
    tick(db, NOW)
    tick(db, EVENING)
    assert kept(db) == []


def test_jobs_for_many_are_queued_once(db: Database) -> None:
    ids = [system.create_athlete(db, name=f"{n}").id for n in range(5)]
    with db.athlete_session(ids[2]) as s:
        lock = queue.own_lock("speak", ids[2])
        assert queue.defer(s, "speak", {}, athlete_id=ids[2], queueing_lock=lock) is not None
    with db.system_session() as s:
        assert queue.defer_many(s, "speak", [*ids, *ids]) == 4
        assert queue.defer_many(s, "speak", ids) == 0
        assert queue.defer_many(s, "speak", []) == 0
        assert queue.defer_many(s, "look_around", ids[:2]) == 2
        s.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'speak'"))
    both = threading.Barrier(4, timeout=20)

    def defer(_: int) -> int:
        both.wait()
        with db.system_session() as s:
            return queue.defer_many(s, "speak", ids)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(defer, range(4))) == 5
