"""Workouts of the approved plan get to the watch, once, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from delivering_runs import (
    TIMEOUT_S,
    TODAY,
    Watch,
    WatchShop,
    at,
    changed,
    days,
    noon,
    plan_of,
    shop_of,
    walk_run,
    without,
    writes,
)

from coach.domain.plan.model import Health, Step, Target
from coach.errors import CoachError, ComeBackLater
from coach.pipeline import connecting, delivering
from coach.store import connections, outbox, planning_profiles, plans
from coach.store.postgres import Embedded
from coach.text import LANGS, say

FIRST_TWO_WEEKS = ["w01-mon", "w01-wed", "w01-sat", "w02-mon", "w02-wed", "w02-sat"]


@pytest.fixture(scope="module")
def shop(embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchShop]:
    with shop_of(embedded, template, "test_delivering", tmp_path_factory.mktemp("watch")) as shop:
        yield shop


@pytest.fixture
def watch(shop: WatchShop) -> Watch:
    return shop.watch()


def test_the_next_fourteen_days_are_on_the_watch_and_no_more(watch: Watch) -> None:
    assert watch.approve() == 6
    watch.send()
    assert watch.there() == {
        "w01-mon": days(at(5)),
        "w01-wed": days(at(7)),
        "w01-sat": days(at(10)),
        "w02-mon": days(at(12)),
        "w02-wed": days(at(14)),
        "w02-sat": days(at(17)),
    }
    assert {row.state for row in watch.rows()} == {"sent"}
    assert {parcel.state for parcel in watch.parcels()} == {"sent"}


def test_the_receipt_says_what_is_there(watch: Watch) -> None:
    watch.approve()
    watch.send()
    row = watch.row("w01-mon")
    assert (row.grade, row.receipt["grade"], row.receipt["differences"]) == ("exact", "exact", [])
    assert row.receipt["day"] == "2026-10-05"
    assert row.receipt["name"] == watch.garmin.workouts[int(row.remote_id)]["workoutName"]
    assert row.sent_sha256 == row.wanted_sha256
    assert int(row.schedule_id) in watch.garmin.calendar
    walks = watch.garmin.workouts[int(row.remote_id)]["workoutSegments"][0]["workoutSteps"][1]
    assert "걷기" in walks["workoutSteps"][1]["description"]


def test_how_hard_it_feels_is_degraded_and_says_what_was_lost(watch: Watch) -> None:
    plan = plan_of()
    warm, *rest = plan.workouts[0].steps
    assert isinstance(warm, Step)
    steps = (replace(warm, target=Target("rpe", 2.0, 3.0)), *rest)
    watch.approve(changed(plan, "w01-mon", steps=steps))
    watch.send()
    row = watch.row("w01-mon")
    assert row.grade == "degraded"
    (lost,) = row.receipt["differences"]
    assert (lost["step"], lost["what"], lost["wanted"]["kind"], lost["got"]["kind"]) == (
        "1",
        "target",
        "rpe",
        "none",
    )


def test_a_week_of_five_takes_few_calls_and_nothing_new_takes_none(watch: Watch) -> None:
    plan = plan_of(*(walk_run(at(day)) for day in (5, 7, 9, 11, 13)))
    watch.approve(plan)
    watch.garmin.requests.clear()
    watch.send()
    calls = len(watch.garmin.requests)
    print(f"\n{calls} calls for 5 workouts: {calls / 5} each")
    assert calls <= 4 * 5
    watch.garmin.requests.clear()
    assert watch.want() == 0
    assert watch.approve(plan) == 0  # the same content again needs nothing
    watch.send()
    assert watch.garmin.requests == []
    watch.look()
    looked = len(watch.garmin.requests)
    print(f"{looked} calls to look at 5 unchanged workouts")
    assert looked <= 3 + 5
    assert writes(watch.garmin) == []


def test_days_go_by(watch: Watch) -> None:
    watch.approve()
    watch.send()
    watch.clock.at = noon(at(6))
    assert watch.want() == 1  # the window reaches w03-mon
    watch.send()
    assert "w03-mon" in watch.there()
    assert "w01-mon" in watch.there()  # what lies behind is left alone
    watch.clock.at = noon(at(13))
    watch.want()
    watch.send()
    assert watch.there().keys() == {
        *("w01-wed", "w01-sat", "w02-mon", "w02-wed", "w02-sat", "w03-mon", "w03-wed", "w03-sat"),
        "w04-mon",
    }  # a week later ours is tidied away
    assert watch.row("w01-mon").state == "removed"
    assert watch.row("w01-mon").receipt["grade"] == "exact"


def test_a_workout_that_moves_keeps_its_numbers(watch: Watch) -> None:
    watch.approve()
    watch.send()
    before = watch.row("w01-wed")
    assert watch.approve(changed(plan_of(), "w01-wed", day=at(8))) == 1
    watch.garmin.requests.clear()
    watch.send()
    assert watch.there()["w01-wed"] == days(at(8))
    after = watch.row("w01-wed")
    assert (after.remote_id, after.schedule_id) == (before.remote_id, before.schedule_id)
    assert [method for method, _ in writes(watch.garmin)] == ["PUT"]


def test_a_workout_that_changes_is_replaced_whole_and_stays_where_it_is(watch: Watch) -> None:
    watch.approve()
    watch.send()
    number = watch.number_of("w01-wed")
    assert watch.approve(changed(plan_of(), "w01-wed", steps=walk_run(at(7), 4).steps)) == 1
    watch.send()
    assert watch.number_of("w01-wed") == number
    assert watch.there()["w01-wed"] == days(at(7))
    repeat = watch.garmin.workouts[number]["workoutSegments"][0]["workoutSteps"][1]
    assert repeat["numberOfIterations"] == 4


def test_there_and_back_again(watch: Watch) -> None:
    for plan in (plan_of(), changed(plan_of(), "w01-wed", day=at(8)), plan_of()):
        watch.approve(plan)
        watch.send()
    assert watch.there()["w01-wed"] == days(at(7))
    assert watch.want() == 0


def test_what_is_dropped_or_moved_out_of_the_window_goes(watch: Watch) -> None:
    watch.approve()
    watch.send()
    plan = changed(without(plan_of(), "w01-wed", "w03-mon"), "w02-sat", day=at(18))
    assert watch.approve(plan) == 2
    watch.send()
    assert watch.there().keys() == set(FIRST_TWO_WEEKS) - {"w01-wed", "w02-sat"}
    assert watch.row("w01-wed").state == "removed"
    watch.clock.at = noon(at(5))
    assert watch.want() == 1
    watch.send()
    assert watch.there()["w02-sat"] == days(at(18))


def test_a_change_that_was_overtaken_is_not_sent(watch: Watch) -> None:
    watch.approve()
    watch.approve(changed(plan_of(), "w01-wed", day=at(8)))
    watch.send()
    assert watch.there()["w01-wed"] == days(at(8))
    states = {
        parcel.key.split(":", 2)[2][9:]: parcel for parcel in watch.parcels() if "w01-wed" in parcel.key
    }
    assert states["2026-10-07"].why_key == "plan_send_superseded"
    assert watch.told() == []


def test_the_athletes_own_workouts_are_never_touched(watch: Watch) -> None:
    mine = watch.garmin.draw_up("내 인터벌", description="Hanbal 아님")
    also = watch.garmin.draw_up("걷뛰 30분")
    watch.garmin.put_on(mine, at(7))
    watch.garmin.put_on(also, at(5))
    before = {number: dict(watch.garmin.workouts[number]) for number in (mine, also)}
    watch.approve()
    watch.send()
    watch.look()
    assert watch.remove_all() == 6
    watch.send()
    assert watch.there() == {}
    assert watch.garmin.workouts == before
    assert sorted(p["workoutId"] for p in watch.garmin.calendar.values()) == sorted((mine, also))
    assert {row.state for row in watch.rows()} == {"removed"}


def test_another_plan_takes_the_place_of_the_first(watch: Watch) -> None:
    watch.approve()
    watch.send()
    with watch.db.athlete_session(watch.athlete_id) as s:
        plans.set_plan(s, watch.plan_id, state="cancelled")
    watch.plan_id = 0
    assert watch.approve(plan_of(walk_run(at(6)), walk_run(at(9)))) == 8
    watch.send()
    assert watch.there() == {"w01-tue": days(at(6)), "w01-fri": days(at(9))}


def test_while_a_red_flag_stands_nothing_is_sent(watch: Watch) -> None:
    watch.approve()
    watch.hold()
    watch.send()
    assert writes(watch.garmin) == []
    assert {row.state for row in watch.rows()} == {"refused"}
    assert watch.told() == []  # the red flag itself was told
    assert watch.want() == 0
    watch.lift()
    assert watch.want() == 0  # the old plan does not go on as if nothing had happened
    watch.agree()
    assert watch.want() == 6
    watch.send()
    assert sorted(watch.there()) == sorted(FIRST_TWO_WEEKS)


def test_what_the_athlete_agrees_to_have_removed_goes_while_it_stands(watch: Watch) -> None:
    watch.approve()
    watch.send()
    watch.hold()
    assert watch.want() == 0
    assert len(watch.there()) == 6
    assert watch.remove_all() == 6
    watch.send()
    assert watch.there() == {}
    assert watch.want() == 0
    watch.lift()
    watch.agree()
    assert watch.want() == 6
    watch.send()
    assert len(watch.there()) == 6


def test_a_plan_that_is_no_longer_safe_is_not_sent(watch: Watch) -> None:
    watch.approve()
    with watch.db.athlete_session(watch.athlete_id) as s:
        planning_profiles.set_health(s, Health(ill_since=TODAY))
    watch.send()
    assert writes(watch.garmin) == []
    assert {parcel.why_key for parcel in watch.parcels()} == {"plan_send_unsafe"}
    assert watch.told() == ["plan_send.unsafe"]


def test_what_no_watch_can_hold_is_told_with_the_file_as_the_way_out(watch: Watch) -> None:
    warm, repeat, cool = walk_run(at(5)).steps
    assert not isinstance(repeat, Step)
    run, walk = (replace(step, duration_s=20.0, distance_m=30.0) for step in repeat.steps)
    watch.approve(changed(plan_of(), "w01-mon", steps=(warm, *((run, walk) * 25), cool)))
    watch.send()
    row = watch.row("w01-mon")
    assert (row.state, row.grade) == ("refused", "unsupported")
    assert row.receipt["why"] == "plan_send_too_many_steps"
    assert watch.told() == ["plan_send.unsupported"]
    assert len(watch.there()) == 5
    assert watch.want() == 0


@pytest.mark.parametrize("state", ["off", "pending"])
def test_without_a_connection_nothing_is_wanted(watch: Watch, state: Any) -> None:
    with watch.db.athlete_session(watch.athlete_id) as s:
        connections.change(s, "garmin", state=state)
    assert watch.approve() == 0


def test_the_athlete_may_turn_it_off(watch: Watch) -> None:
    watch.connect(options={"workouts": False})
    assert watch.approve() == 0


def test_turned_off_after_approving_nothing_more_goes_and_turned_on_it_does(watch: Watch) -> None:
    watch.approve()

    def turn(on: bool) -> Any:
        return connecting.set_option(watch.reach, watch.athlete_id, "garmin", "workouts", on).options

    assert turn(False)["workouts"] is False
    watch.send()
    assert watch.there() == {}
    assert watch.told() == [], "the athlete knows"
    assert turn(True)["workouts"] is True
    watch.send()
    assert set(watch.there()) == set(FIRST_TWO_WEEKS)
    turn(False)
    watch.clock.at = noon(at(6))
    watch.want()
    watch.send()
    assert set(watch.there()) == set(FIRST_TWO_WEEKS), "what is there stays, nothing is added"


def test_disconnected_before_it_was_sent(watch: Watch) -> None:
    watch.approve()
    with watch.db.athlete_session(watch.athlete_id) as s:
        connections.change(s, "garmin", state="off")
    watch.send()
    assert {parcel.why_key for parcel in watch.parcels()} == {"not_connected"}
    watch.connect()
    assert watch.want() == 6


def test_another_account_gets_everything_anew(watch: Watch) -> None:
    watch.approve()
    watch.send()
    watch.garmin.workouts.clear()
    watch.garmin.calendar.clear()
    watch.connect(account_id="777")
    assert watch.want() == 6
    watch.send()
    assert len(watch.there()) == 6


# One of each sort; the soak goes through the rest.
LOST: tuple[Any, ...] = (
    ("/workout-service/workout", "429_after"),
    ("/workout-service/workout", "done_500"),
    ("/workout-service/workout", "cut"),
    ("/workout-service/workout", "slow"),
    ("/workout-service/schedule/*", "done_500"),
    pytest.param("/workout-service/workout", "503", marks=pytest.mark.soak),
    pytest.param("/workout-service/workout", "refuse", marks=pytest.mark.soak),
    pytest.param("/workout-service/schedule/*", "broken_json", marks=pytest.mark.soak),
)


@pytest.mark.parametrize(("path", "fault"), LOST)
def test_an_answer_that_is_lost_makes_no_second_workout(watch: Watch, path: str, fault: Any) -> None:
    watch.approve(plan_of(walk_run(at(5)), walk_run(at(7))))
    watch.garmin.fault(path, fault, seconds=1.5 * TIMEOUT_S)
    watch.send()
    (troubled, *_) = [p for p in watch.parcels() if p.state == "sending"]
    assert troubled.why_key is not None
    assert all(p.next_at is not None and p.next_at > watch.clock() for p in watch.parcels() if p.next_at)
    watch.clock.later(minutes=6)
    watch.send()
    assert watch.there() == {"w01-mon": days(at(5)), "w01-wed": days(at(7))}
    assert {row.state for row in watch.rows()} == {"sent"}
    assert watch.told() == []


def test_a_request_that_somebody_repeats_on_the_way_is_cleaned_up_by_the_next_look(watch: Watch) -> None:
    watch.garmin.fault("/workout-service/workout", "twice")
    watch.approve(plan_of(walk_run(at(5))))
    watch.send()
    assert len(watch.garmin.workouts) == 2
    watch.look()
    assert watch.there() == {"w01-mon": days(at(5))}
    assert watch.told() == []


def test_a_login_that_ended_waits_for_the_athlete(watch: Watch) -> None:
    watch.approve()
    watch.garmin.revoke()
    watch.send()
    assert watch.told() == ["sync.needs_you"]
    with watch.db.athlete_session(watch.athlete_id) as s:
        known = connections.get(s, "garmin")
    assert known is not None
    assert known.state == "needs_you"
    watch.clock.later(hours=2)
    watch.connect()
    watch.send()
    assert len(watch.there()) == 6


def test_given_up_after_many_tries_and_tried_again_when_asked(watch: Watch) -> None:
    watch.approve(plan_of(walk_run(at(17))))
    watch.garmin.fault("/workout-service/workout", "503", times=100)
    for _ in range(12):
        watch.send()
        watch.clock.later(hours=7)
    assert watch.row("w02-sat").state == "failed"
    assert watch.told() == ["plan_send.not_sent"]
    assert watch.want() == 0
    watch.garmin.faults.clear()
    with watch.db.athlete_session(watch.athlete_id) as s:
        assert delivering.again(s, watch.athlete_id, watch.plan_id, "w02-sat", watch.clock()) == 1
    watch.send()
    assert watch.there() == {"w02-sat": days(at(17))}
    assert watch.told() == []


def test_many_jobs_at_once_send_each_thing_once(watch: Watch) -> None:
    watch.approve()
    due = watch.due() * 2

    def job(parcel_id: int) -> None:
        with suppress(ComeBackLater):  # somebody else has the turn: it is done by them, or due again
            delivering.send(watch.reach, watch.athlete_id, parcel_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(job, due))
    watch.send()
    assert len(watch.there()) == 6
    assert len(watch.garmin.workouts) == len(watch.garmin.calendar) == 6
    assert sum(parcel.tries for parcel in watch.parcels()) == 6


def test_the_schedule_queues_a_job_for_each(watch: Watch) -> None:
    watch.approve()
    for _ in range(2):  # the second time they wait already
        assert watch.jobs().count("send_parcel") == 6


def test_a_plan_that_is_not_approved_any_more_is_not_sent(watch: Watch) -> None:
    watch.approve()
    with watch.db.athlete_session(watch.athlete_id) as s:
        plans.set_plan(s, watch.plan_id, state="cancelled")
    watch.send()
    assert writes(watch.garmin) == []
    assert {parcel.why_key for parcel in watch.parcels()} == {"plan_send_not_approved"}


def test_a_forged_parcel_sends_nothing(watch: Watch) -> None:
    watch.approve(want=False)
    payload = {"plan_id": watch.plan_id, "uid": "w01-mon", "sha256": "00" * 32, "day": "2026-10-05"}
    with watch.db.athlete_session(watch.athlete_id) as s:
        outbox.put(s, delivering.KIND, "forged", payload, next_at=watch.clock() - timedelta(minutes=1))
    watch.send()
    assert watch.garmin.requests == []
    assert watch.parcels()[0].state == "refused"


@pytest.mark.parametrize("lang", LANGS)
def test_notices_are_whole_sentences(watch: Watch, lang: Any) -> None:
    why = CoachError("plan_send_refused", status="400")
    for key in ("not_sent", "unsupported", "not_removed", "changed"):
        said = say(
            lang,
            f"plan_send.{key}",
            name="걷뛰 30분",
            day="10월 5일 (월)",
            why=say(lang, f"error.{why.key}", **why.params),
        )
        assert "{" not in said
        assert "걷뛰 30분" in said
