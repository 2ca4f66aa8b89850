"""What the athlete changes on the watch's calendar by hand is noticed and asked about, never written over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from delivering_runs import Watch, WatchShop, at, changed, days, noon, plan_of, shop_of, walk_run, writes
from fakes.garmin import Garmin

from coach.errors import ComeBackLater, ServiceBroken
from coach.jobs import JOBS
from coach.pipeline import delivering
from coach.pipeline.turn import taken
from coach.store import job_queue
from coach.store.postgres import Embedded

UID = "w01-wed"
TWO = (walk_run(at(5)), walk_run(at(7)))


@pytest.fixture(scope="module")
def shop(embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchShop]:
    with shop_of(embedded, template, "test_delivering_look", tmp_path_factory.mktemp("watch")) as shop:
        yield shop


@pytest.fixture
def watch(shop: WatchShop) -> Watch:
    """A watch with two workouts of ours."""
    made = shop.watch()
    made.approve(plan_of(*TWO))
    made.send()
    return made


def edit(watch: Watch) -> None:
    repeat = watch.garmin.workouts[watch.number_of(UID)]["workoutSegments"][0]["workoutSteps"][1]
    repeat["numberOfIterations"] = 3


def rename(watch: Watch) -> None:
    watch.garmin.workouts[watch.number_of(UID)]["workoutName"] = "오늘은 가볍게"


def move(watch: Watch) -> None:
    watch.garmin.calendar[int(watch.row(UID).schedule_id)]["calendarDate"] = "2026-10-08"


def take_out(watch: Watch) -> None:
    del watch.garmin.calendar[int(watch.row(UID).schedule_id)]


def delete(watch: Watch) -> None:
    take_out(watch)
    del watch.garmin.workouts[watch.number_of(UID)]


CHANGES: dict[str, tuple[Callable[[Watch], None], dict[str, Any]]] = {
    "edit": (edit, {"step": "2", "what": "repeat", "wanted": 6, "got": 3}),
    "rename": (rename, {"step": "", "what": "name", "got": "오늘은 가볍게"}),
    "move": (move, {"step": "", "what": "day", "wanted": "2026-10-07", "got": "2026-10-08"}),
    "take_out": (take_out, {"step": "", "what": "day", "wanted": "2026-10-07", "got": None}),
    "delete": (delete, {"step": "", "what": "workout", "got": None}),
}


# Where what was changed matters little, two kinds stand for all of them; the soak goes through the rest.
SOME = [
    name if name in ("edit", "delete") else pytest.param(name, marks=pytest.mark.soak) for name in CHANGES
]


def state_of(garmin: Garmin) -> str:
    return repr((sorted(garmin.workouts.items()), sorted(garmin.calendar.items())))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_by_hand_is_noticed_told_and_asked_about_once(watch: Watch, name: str) -> None:
    change, difference = CHANGES[name]
    change(watch)
    theirs = state_of(watch.garmin)
    looked = watch.look()
    assert (looked.workouts, looked.changed) == (2, 1)
    row = watch.row(UID)
    assert row.state == "changed"
    (found,) = row.receipt["changed"]
    assert difference.items() <= found.items()
    assert watch.told() == ["plan_send.changed"]
    (asked,) = watch.asked()
    assert (asked.kind, [item["uid"] for item in asked.content["items"]]) == ("restore", [UID])
    assert watch.look().changed == 0
    assert [a.id for a in watch.asked()] == [asked.id]
    assert watch.want() == 0
    watch.send()
    assert state_of(watch.garmin) == theirs


@pytest.mark.parametrize("name", CHANGES)
def test_put_back_when_the_athlete_wants_that(watch: Watch, name: str) -> None:
    CHANGES[name][0](watch)
    watch.look()
    assert watch.decide("approved") == 1
    watch.send()
    assert watch.there() == {"w01-mon": days(at(5)), UID: days(at(7))}
    held = watch.garmin.workouts[watch.number_of(UID)]
    assert held["workoutSegments"][0]["workoutSteps"][1]["numberOfIterations"] == 6
    assert held["workoutName"] == watch.row(UID).receipt["name"] != "오늘은 가볍게"
    assert watch.row(UID).state == "sent"
    assert watch.told() == []
    assert watch.look().changed == 0


@pytest.mark.parametrize("name", SOME)
def test_theirs_is_kept_when_they_want_that_until_the_plan_has_another(watch: Watch, name: str) -> None:
    CHANGES[name][0](watch)
    theirs = state_of(watch.garmin)
    watch.look()
    assert watch.decide("rejected") == 0
    assert watch.told() == []
    for _ in range(2):
        assert watch.want() == 0
        watch.send()
        assert watch.look().changed == 0
    assert state_of(watch.garmin) == theirs
    # the approved plan has another content for that day: that was agreed to
    assert watch.approve(changed(plan_of(*TWO), UID, steps=walk_run(at(7), 4).steps)) == 1


def test_changed_back_by_hand_needs_nobody_to_decide(watch: Watch) -> None:
    edit(watch)
    watch.look()
    watch.garmin.workouts[watch.number_of(UID)]["workoutSegments"][0]["workoutSteps"][1][
        "numberOfIterations"
    ] = 6
    assert watch.look().mended == 1
    assert watch.row(UID).state == "sent"
    assert watch.told() == []


@pytest.mark.parametrize("name", SOME)
def test_a_change_that_nobody_looked_at_yet_is_not_written_over_by_a_new_plan(
    watch: Watch, name: str
) -> None:
    CHANGES[name][0](watch)
    theirs = state_of(watch.garmin)
    watch.approve(changed(plan_of(*TWO), UID, steps=walk_run(at(7), 4).steps))
    watch.send()
    assert state_of(watch.garmin) == theirs
    assert watch.row(UID).state == "changed"
    assert watch.told() == ["plan_send.changed"]
    watch.decide("approved")
    watch.send()
    repeat = watch.garmin.workouts[watch.number_of(UID)]["workoutSegments"][0]["workoutSteps"][1]
    assert repeat["numberOfIterations"] == 4
    assert watch.there()[UID] == days(at(7))


def test_what_they_edited_is_not_removed_with_a_dropped_workout_before_they_say_so(watch: Watch) -> None:
    edit(watch)
    watch.approve(plan_of(TWO[0]))
    watch.send()
    assert UID in watch.there()
    assert watch.row(UID).state == "changed"
    assert watch.remove_all() >= 1  # asked about all of it, they agreed
    watch.send()
    assert watch.there() == {}


def test_a_workout_they_made_their_own_is_left_and_only_our_place_goes(watch: Watch) -> None:
    number = watch.number_of(UID)
    watch.garmin.workouts[number]["description"] = "이제 내 훈련"
    watch.remove_all()
    watch.send()
    assert list(watch.garmin.workouts) == [number]
    assert watch.garmin.calendar == {}


def test_a_look_reads_only_and_what_lies_behind_is_not_looked_at(watch: Watch) -> None:
    watch.garmin.requests.clear()
    assert watch.look().workouts == 2
    assert writes(watch.garmin) == []
    watch.clock.at = noon(at(6))
    delete_first = int(watch.row("w01-mon").remote_id)
    del watch.garmin.workouts[delete_first]
    looked = watch.look()
    assert (looked.workouts, looked.changed) == (1, 0)


ODD = ("503", "empty", "nulls", "html", "missing_fields", "204")
LOOKS = ("/workout-service/workouts", "*/workoutScheduleByPeriod", "/workout-service/workout/*")


def test_an_odd_answer_is_no_change_by_hand(watch: Watch) -> None:
    for path in LOOKS:
        for fault in ODD:
            watch.garmin.fault(path, fault)
            with suppress(ServiceBroken):
                assert watch.look().changed == 0, (path, fault)
            assert watch.garmin.next_fault(path) is None  # it was met
    assert {row.state for row in watch.rows()} == {"sent"}
    assert watch.told() == []


def test_the_daily_look_is_queued_once_and_only_where_there_is_something(watch: Watch) -> None:
    with watch.db.athlete_session(watch.athlete_id) as s:
        assert delivering.defer_look(s, watch.athlete_id) is not None
        assert delivering.defer_look(s, watch.athlete_id) is None
    assert [queued.job for queued in job_queue.waiting(watch.db, watch.athlete_id)] == ["look_at_watch"]
    assert "look_at_watch" in JOBS


def test_somebody_else_works_on_the_connection(watch: Watch) -> None:
    with taken(watch.reach, watch.athlete_id, watch.service, "sync") as turn:
        assert turn is not None
        with pytest.raises(ComeBackLater):
            watch.look()
        watch.approve(changed(plan_of(*TWO), UID, day=at(8)))
        with pytest.raises(ComeBackLater):
            watch.send()
    watch.send()
    assert watch.there()[UID] == days(at(8))


def test_a_login_that_ended_is_told_by_the_look(watch: Watch) -> None:
    watch.garmin.revoke()
    assert watch.look().workouts == 0
    assert watch.told() == ["sync.needs_you"]
    assert watch.look().workouts == 0  # and nothing is asked before they log in
    assert watch.garmin.count("/di-oauth2-service/*") == 1


def test_deciding_late_does_nothing(watch: Watch) -> None:
    edit(watch)
    watch.look()
    (asked,) = watch.asked()
    watch.garmin.workouts[watch.number_of(UID)]["workoutSegments"][0]["workoutSteps"][1][
        "numberOfIterations"
    ] = 6
    watch.look()
    with watch.db.athlete_session(watch.athlete_id) as s:
        done = delivering.put_back(s, watch.athlete_id, watch.plan_id, UID, watch.clock())
        delivering.keep_theirs(s, watch.athlete_id, watch.plan_id, UID, watch.clock())
    assert done == 0
    assert watch.row(UID).state == "sent"
    watch.clock.later(days=8)
    assert asked.expires_at <= watch.clock() + timedelta(days=1)
