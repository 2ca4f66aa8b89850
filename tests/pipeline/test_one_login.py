"""One login of an athlete at a time, wherever it was begun: each attempt counts over there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.service import CODE, PASSWORD, Service, provider_of
from sync_runs import Synced, filled

from coach.errors import CoachError, Conflict, NeedsAthlete, NotFound
from coach.pipeline import connecting, logins
from coach.store import connections, system
from coach.store.session import Database


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0)


@pytest.fixture
def synced(db: Database, service: Service, tmp_path: Path) -> Synced:
    athlete_id = system.create_athlete(db, tz="Asia/Seoul").id
    return Synced(db, athlete_id, tmp_path, {"garmin": provider_of(service)})


def log_in(synced: Synced, password: str) -> None:
    connecting.log_in(synced.reach, synced.athlete_id, "garmin", "hana@example.com", password)


def twice_at_once(service: Service, call: str, act: Callable[[], object]) -> list[CoachError]:
    """Do something while the same is under way elsewhere, as the page and the command line may."""
    under_way, go_on = threading.Event(), threading.Event()
    raised: list[CoachError] = []

    def heard(said: str) -> None:
        if said == f"before {call}":
            under_way.set()
            assert go_on.wait(10)

    def attempt() -> None:
        try:
            act()
        except CoachError as error:
            raised.append(error)

    service.on = heard
    first = threading.Thread(target=attempt)
    first.start()
    assert under_way.wait(10)
    second = threading.Thread(target=attempt)
    second.start()
    second.join(3)
    go_on.set()
    for thread in (first, second):
        thread.join(10)
    service.on = lambda _: None
    return raised


def test_two_places_make_one_attempt(synced: Synced, service: Service) -> None:
    raised = twice_at_once(service, "begin", lambda: log_in(synced, "wrong"))
    assert service.calls == {"begin": 1}
    assert [(type(error), error.key) for error in raised] == [
        (Conflict, "login_running"),
        (NeedsAthlete, "fake_refused"),
    ]
    log_in(synced, PASSWORD)  # and afterwards the athlete may try again
    assert synced.connection().state == "connected"


def test_two_places_send_one_code(synced: Synced, service: Service) -> None:
    service.needs_code = True
    log_in(synced, PASSWORD)

    def enter() -> None:
        connecting.enter_code(synced.reach, synced.athlete_id, "garmin", CODE)

    raised = twice_at_once(service, "finish", enter)
    assert service.calls["finish"] == 1
    assert [error.key for error in raised] == ["login_running"]
    assert synced.connection().state == "connected"


def test_a_login_whose_code_never_came_is_forgotten(synced: Synced, service: Service) -> None:
    """It holds the session at the service, which is worth as much as the password."""
    service.needs_code = True
    log_in(synced, PASSWORD)

    def waiting() -> str:
        with synced.db.athlete_session(synced.athlete_id) as s:
            return connections.secret(s, synced.reach.vault, "garmin", "pending")

    assert logins.forget_expired(synced.reach) == 0
    assert waiting()
    synced.clock.later(minutes=11)
    assert logins.forget_expired(synced.reach) == 1
    with pytest.raises(NotFound):
        waiting()
    assert synced.connection().state == "off"
    assert logins.forget_expired(synced.reach) == 0
