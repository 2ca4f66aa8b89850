"""Synchronising a connection: newest first, once, and what the connection says when something is wrong."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from fakes.service import Service, provider_of
from sync_runs import LAST, NOW, Synced, filled, run_on

from coach.errors import ComeBackLater, NeedsAthlete, NotFound, ServiceBroken
from coach.pipeline import connecting, syncing
from coach.store import connections, provider_health, sync_system, system
from coach.store.session import SYSTEM, Database


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1, 3, 20, 60, 100)


@pytest.fixture
def synced(db: Database, service: Service, tmp_path: Path) -> Synced:
    athlete_id = system.create_athlete(db, tz="Asia/Seoul").id
    return Synced(db, athlete_id, tmp_path, {"garmin": provider_of(service)})


def jobs(synced: Synced) -> list[tuple[str, int, dict[str, object]]]:
    """Return what waits in the queue: name, priority, arguments."""
    with psycopg.connect(synced.db.conninfo(SYSTEM)) as connection:
        rows = connection.execute(
            "SELECT task_name, priority, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        ).fetchall()
    return [(name, priority, args) for name, priority, args in rows]


def test_the_news_come_first_and_newest_first(synced: Synced, service: Service) -> None:
    synced.connect()
    done = synced.sync()
    fetched = [args[1] for name, args in service.asked if name == "fetch"]
    assert fetched == ["run0", "run1", "run3", "run20"]
    assert synced.starts() == [LAST - timedelta(days=d) for d in (0, 1, 3, 20)]
    assert (done.state, done.synced_at, done.failures) == ("connected", NOW, 0)
    assert done.next_sync_at is not None
    assert timedelta(hours=1) <= done.next_sync_at - NOW <= timedelta(hours=1, minutes=5)
    assert not done.works(NOW)
    assert synced.days().keys() == {date(2026, 10, 4) - timedelta(days=d) for d in (0, 1, 3, 20)}
    assert synced.coach.stale() == []
    assert ("sync", -5, {"provider": "garmin", "backfill": True, "athlete_id": synced.athlete_id}) in jobs(
        synced
    )


def test_what_lies_further_back_follows(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    service.calls.clear()
    done = synced.sync(backfill=True)
    assert synced.counts() == {"done": 6}
    assert synced.starts()[-1] == LAST - timedelta(days=100)
    assert synced.days().keys() == {date(2026, 10, 4) - timedelta(days=d) for d in (0, 1, 3, 20, 60, 100)}
    assert done.cursor["listed"] is True
    assert date.fromisoformat(done.cursor["days_from"]) == (LAST - timedelta(days=100)).date()
    assert service.calls["days"] == 3  # 59 days in chunks of 28
    before = service.calls.copy()
    synced.sync(backfill=True)
    assert service.calls["fetch"] == before["fetch"]


def test_nothing_new_costs_few_calls(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    synced.sync(backfill=True)
    synced.clock.later(hours=1)
    service.calls.clear()
    synced.sync()
    assert service.calls == {"refresh": 1, "page": 1, "days": 1}
    (asked,) = [args for name, args in service.asked[-3:] if name == "days"]
    assert asked[1:] == (date(2026, 10, 2), date(2026, 10, 4), False)


def test_days_are_asked_thoroughly_once_a_day_and_after_something_new(
    synced: Synced, service: Service
) -> None:
    def thoroughly() -> bool:
        synced.sync()
        return [args for name, args in service.asked if name == "days"][-1][3]

    synced.connect()
    assert thoroughly()
    synced.clock.later(hours=1)
    assert not thoroughly()
    service.runs["new"] = run_on(0, seconds=90)
    synced.clock.later(hours=1)
    assert thoroughly()
    synced.clock.later(hours=14)
    assert thoroughly()  # another day in Seoul


def test_days_that_are_incomplete_are_asked_for_again(synced: Synced, service: Service) -> None:
    service.incomplete = True
    synced.connect()
    synced.sync()
    service.incomplete = False
    synced.clock.later(hours=1)
    synced.sync()
    asked = [args[1:3] for name, args in service.asked if name == "days"]
    assert asked == [(date(2026, 8, 24), date(2026, 10, 4))] * 2


def test_a_clock_change_at_night_loses_no_day(db: Database, tmp_path: Path) -> None:
    service = Service()
    synced = Synced(
        db, system.create_athlete(db, tz="Europe/Berlin").id, tmp_path, {"garmin": provider_of(service)}
    )
    synced.connect()
    asked = []
    synced.clock.at = NOW.replace(month=10, day=24, hour=21, minute=30)
    for _ in range(8):  # the night to 25 October, where two o'clock comes twice
        synced.sync()
        asked += [args[1:3] for name, args in service.asked if name == "days"]
        service.asked.clear()
        synced.clock.later(hours=1)
    assert {end for _, end in asked} == {date(2026, 10, 24), date(2026, 10, 25)}
    assert all(start <= end - timedelta(days=2) for start, end in asked)


def test_of_two_runs_at_once_one_works(synced: Synced, service: Service) -> None:
    synced.connect()
    both = threading.Barrier(2, timeout=10)
    held = threading.Event()

    def slow(event: str) -> None:
        if event == "before page" and not held.is_set():
            held.set()
            both.wait()
            both.wait()

    service.on = slow
    first = threading.Thread(target=synced.sync, kwargs={"holder": "one"})
    first.start()
    both.wait()
    calls = service.calls.copy()
    second = synced.sync(holder="two")
    assert service.calls == calls
    assert second.holder == "one"
    assert second.next_sync_at is not None
    assert timedelta(seconds=5) <= second.next_sync_at - NOW <= timedelta(seconds=40)
    both.wait()
    first.join()
    assert synced.counts()["done"] == 4


def test_no_more_accounts_at_once_than_the_cap(synced: Synced, service: Service) -> None:
    synced.services = {"garmin": provider_of(service, cap=1)}
    synced.connect()
    other = replace(synced, athlete_id=system.create_athlete(synced.db).id)
    service.account_id = "4712"
    other.connect()
    hold = timedelta(minutes=1)
    assert sync_system.take_turn(synced.db, other.athlete_id, "garmin", "x", now=NOW, for_=hold, cap=1)
    service.calls.clear()
    assert synced.sync().synced_at is None
    assert not service.calls


def test_a_killed_holder_blocks_only_for_a_while(synced: Synced) -> None:
    synced.connect()
    hold = timedelta(minutes=3)
    assert sync_system.take_turn(synced.db, synced.athlete_id, "garmin", "dead", now=NOW, for_=hold, cap=2)
    assert synced.sync().synced_at is None
    synced.clock.later(minutes=4)
    assert synced.sync().synced_at is not None


def test_only_the_athlete_can_mend_it(synced: Synced, service: Service) -> None:
    synced.connect()
    service.fail("page", NeedsAthlete("garmin_login_expired"))
    stopped = synced.sync()
    assert (stopped.state, stopped.why_key, stopped.next_sync_at) == (
        "needs_you",
        "garmin_login_expired",
        None,
    )
    (told,) = synced.told()
    assert (told.key, told.tone, told.link) == ("needs_you:garmin", "alert", "/connections#garmin")
    calls = service.calls.copy()
    synced.clock.later(days=7)
    synced.sync()
    synced.sync(backfill=True)
    assert service.calls == calls
    assert len(synced.told()) == 1
    with pytest.raises(NeedsAthlete):
        syncing.request(synced.db, synced.athlete_id, "garmin", now=synced.clock(), services=synced.services)
    synced.connect()
    assert synced.told() == []


def test_over_the_limit_it_waits_and_uses_up_no_tries(synced: Synced, service: Service) -> None:
    synced.connect()
    until = NOW + timedelta(minutes=12)
    service.fail("fetch", ComeBackLater("service_busy", until=until), about="run1")
    waiting = synced.sync()
    assert (waiting.state, waiting.retry_at, waiting.next_sync_at) == ("waiting", until, until)
    assert synced.counts() == {"done": 1, "listed": 4}  # one of them older, on the same page
    calls = service.calls.copy()
    synced.sync()
    assert service.calls == calls
    with pytest.raises(ComeBackLater):
        syncing.request(synced.db, synced.athlete_id, "garmin", now=synced.clock(), services=synced.services)
    synced.clock.at = until
    assert synced.sync().state == "connected"
    assert synced.counts() == {"done": 4, "listed": 1}


def test_a_backfill_at_its_limit_does_not_keep_the_news_waiting(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    until = NOW + timedelta(hours=9)
    service.fail("fetch", ComeBackLater("service_busy", until=until))
    waiting = synced.sync(backfill=True)
    assert (waiting.state, waiting.retry_at) == ("waiting", until)
    assert waiting.next_sync_at is not None
    assert waiting.next_sync_at < NOW + timedelta(hours=2)
    service.runs["new"] = run_on(0, seconds=90)
    assert syncing.request(
        synced.db, synced.athlete_id, "garmin", now=synced.clock(), services=synced.services
    ) == ("garmin",)
    synced.clock.later(hours=1)
    assert synced.sync().state == "waiting"
    assert synced.counts()["done"] == 5
    synced.clock.at = until
    synced.sync()
    assert synced.sync(backfill=True).state == "connected"
    assert synced.counts() == {"done": 7}


def test_news_at_the_limit_wait_also_while_a_backfill_does(synced: Synced, service: Service) -> None:
    synced.connect()
    synced.sync()
    service.fail("fetch", ComeBackLater("service_busy", until=NOW + timedelta(hours=9)))
    synced.sync(backfill=True)
    until = NOW + timedelta(minutes=15)
    service.fail("page", ComeBackLater("service_busy", until=until))
    assert synced.sync().retry_at == until
    calls = service.calls.copy()
    with pytest.raises(ComeBackLater):
        syncing.request(synced.db, synced.athlete_id, "garmin", now=synced.clock(), services=synced.services)
    synced.sync()
    assert service.calls == calls
    synced.clock.at = until
    assert synced.sync().state == "connected"


def test_a_broken_service_is_asked_less_and_less(synced: Synced, service: Service) -> None:
    synced.connect()
    service.fail("page", ServiceBroken("service_broken"), times=99)
    pauses = []
    for _ in range(4):
        broken = synced.sync()
        assert broken.retry_at is not None
        pauses.append((broken.retry_at - synced.clock.at).total_seconds())
        synced.clock.at = broken.retry_at
    assert [48 <= pauses[0] <= 72, pauses[1] >= 96, pauses[2] >= 192, pauses[3] >= 384] == [True] * 4
    assert broken.state == "broken"
    assert synced.told() == []
    synced.sync()
    assert [(n.key, n.tone) for n in synced.told()] == [("broken:garmin", "warning")]


def test_a_circuit_that_is_open_spares_the_service(synced: Synced, service: Service) -> None:
    synced.connect()
    pauses = {1: timedelta(minutes=30)}
    provider_health.note_failure(synced.db, "garmin", "service_broken", pauses=pauses, now=NOW)
    service.calls.clear()
    spared = synced.sync()
    assert not service.calls
    assert (spared.state, spared.why_key) == ("broken", "service_broken")
    assert spared.retry_at is not None
    assert spared.retry_at > NOW + timedelta(minutes=30)
    synced.clock.at = spared.retry_at
    assert synced.sync().state == "connected"
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert provider_health.read(s, "garmin").failures == 0


def test_one_activity_that_cannot_be_had_costs_only_itself(synced: Synced, service: Service) -> None:
    service.runs["run1"] = replace(service.runs["run1"], file=b"no recording at all")
    service.fail("fetch", ServiceBroken("service_broken"), times=99, about="run3")
    synced.connect()
    seen = []
    for _ in range(4):
        assert synced.sync().state == "connected"
        synced.clock.later(hours=1)
        seen.append(synced.counts())
    tried = {"done": 2, "refused": 1, "failed": 1, "listed": 1}
    assert seen == [tried, tried, *2 * [{"done": 2, "refused": 2, "listed": 1}]]
    assert [args[1] for name, args in service.asked if name == "fetch"].count("run3") == 3


def test_an_activity_from_the_future_is_refused(synced: Synced, service: Service) -> None:
    service.runs["ahead"] = run_on(-3)
    synced.connect()
    synced.sync()
    assert synced.counts() == {"done": 4, "refused": 1, "listed": 2}


def test_asking_twice_queues_once(synced: Synced) -> None:
    with pytest.raises(NotFound):
        syncing.request(synced.db, synced.athlete_id, "garmin", now=NOW, services=synced.services)
    assert syncing.request(synced.db, synced.athlete_id, None, now=NOW, services=synced.services) == ()
    synced.connect()  # queues one
    for name in ("garmin", None):
        asked = syncing.request(synced.db, synced.athlete_id, name, now=NOW, services=synced.services)
        assert asked == ("garmin",)
    assert jobs(synced) == [("sync", 10, {"provider": "garmin", "athlete_id": synced.athlete_id})]


def test_disconnected_in_the_middle_nothing_more_is_written(synced: Synced, service: Service) -> None:
    synced.connect()

    def cut(event: str) -> None:
        if event == "before fetch":
            service.on = lambda event: None
            connecting.disconnect(synced.reach, synced.athlete_id, "garmin", delete_data=True)

    service.on = cut
    assert synced.sync().state == "off"
    assert synced.starts() == []
    assert synced.counts() == {}
    assert not synced.connection().has_secret


def test_tokens_are_kept_before_the_call_that_got_them_returns(synced: Synced, service: Service) -> None:
    synced.connect()
    for _ in range(3):
        synced.sync()
        with synced.db.athlete_session(synced.athlete_id) as s:
            assert service.is_good(connections.secret(s, synced.reach.vault, "garmin"))
        synced.clock.later(hours=1)
    assert service.calls["refresh"] == 4  # one at the login
