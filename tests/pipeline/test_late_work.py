"""Work that is late: after the athlete disconnected or connected anew, it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.service import Service, provider_of
from sync_runs import Synced, filled

from coach.domain.source import Source
from coach.pipeline import connecting
from coach.pipeline.turn import HOLD
from coach.providers.contract import Auth, Provider
from coach.store import connections, sync_system, system
from coach.store.session import Database


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1)


@pytest.fixture
def synced(db: Database, service: Service, tmp_path: Path) -> Synced:
    services = {"garmin": provider_of(service), "sheets": Provider("sheets", Source.sheets, Auth.address)}
    return Synced(db, system.create_athlete(db, tz="Asia/Seoul").id, tmp_path, services)


def once(service: Service, event: str, act: Callable[[], object]) -> None:
    """Do something at the next event of the service, once."""

    def heard(said: str) -> None:
        if said == event:
            service.on = lambda _: None
            act()

    service.on = heard


def tokens(synced: Synced) -> str:
    with synced.db.athlete_session(synced.athlete_id) as s:
        return connections.secret(s, synced.reach.vault, "garmin")


def connect_other_account(synced: Synced) -> str:
    """Connect another account, which has tokens of its own, and return them."""
    other = Service(account_id="9999", _made=100)
    elsewhere = replace(synced, services={"garmin": provider_of(other)})
    elsewhere.connect()
    return tokens(synced)


@pytest.mark.parametrize("event", ["before refresh", "after refresh", "before page", "after fetch"])
def test_a_late_run_overwrites_no_newer_tokens(synced: Synced, service: Service, event: str) -> None:
    synced.connect()
    newer: list[str] = []
    once(service, event, lambda: newer.append(connect_other_account(synced)))
    left = synced.sync()
    assert newer, "nothing happened meanwhile"
    assert tokens(synced) == newer[0]
    assert (left.state, left.account_id) == ("connected", "9999")


@pytest.mark.parametrize("event", ["before refresh", "after refresh", "before page", "after fetch"])
def test_a_disconnected_connection_stays_off(synced: Synced, service: Service, event: str) -> None:
    synced.connect()
    act = lambda: connecting.disconnect(  # noqa: E731
        synced.reach, synced.athlete_id, "garmin", delete_data=True
    )
    once(service, event, act)
    left = synced.sync()
    assert (left.state, left.has_secret, left.account_id) == ("off", False, "")
    assert synced.told() == []
    assert synced.starts() == []


def test_a_run_that_begins_late_leaves_a_connection_off(synced: Synced) -> None:
    """Between the look at the connection and the turn at it the athlete disconnected."""
    synced.connect()
    connecting.disconnect(synced.reach, synced.athlete_id, "garmin", delete_data=False)
    with synced.db.athlete_session(synced.athlete_id) as s:
        before = connections.get(s, "garmin")
    assert not sync_system.take_turn(
        synced.db, synced.athlete_id, "garmin", "late", now=synced.clock(), for_=HOLD, cap=2
    )
    assert synced.sync() == before


def test_who_lost_the_turn_keeps_tokens_unless_there_are_newer_ones(synced: Synced, service: Service) -> None:
    """Tokens rotate: what a slow run was given and nobody replaced since is all there is."""
    synced.connect()

    def taken_over() -> None:
        with synced.db.athlete_session(synced.athlete_id) as s:
            connections.change(s, "garmin", holder="another")

    once(service, "after refresh", taken_over)
    synced.sync()
    assert service.is_good(tokens(synced))
    assert tokens(synced) == service._tokens[-1]
