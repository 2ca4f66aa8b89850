"""Work that is late: after the athlete disconnected or connected anew, it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes.service import CODE, Service, provider_of
from sync_runs import Synced, filled, run_on

from coach.domain.source import Source
from coach.errors import Conflict, NotLoggedIn, ServiceBroken
from coach.pipeline import connecting, pushing
from coach.pipeline.turn import HOLD
from coach.providers.contract import Auth, Provider
from coach.store import (
    connections,
    daily,
    models,
    oauth_states,
    provider_health,
    sync_system,
    system,
)
from coach.store.session import Database


@pytest.fixture
def service() -> Service:
    return filled(Service(), 0, 1)


@pytest.fixture
def synced(db: Database, service: Service, tmp_path: Path) -> Synced:
    services = {
        "garmin": provider_of(service),
        "sheets": Provider("sheets", Source.sheets, Auth.address),
        "apple_health": Provider("apple_health", Source.apple_health, Auth.address),
    }
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


def test_another_account_begins_from_nothing_though_it_could_not_be_asked_for(
    synced: Synced, service: Service
) -> None:
    """What the account before held is not there, which must not look deleted."""
    synced.connect()
    synced.sync()
    assert len(synced.starts()) == 2
    service.account_id, service.runs = "4712", {"other": run_on(3)}
    service.fail("who", ServiceBroken("service_broken"))
    assert synced.connect().account_id == ""
    left = synced.sync()
    assert (left.state, left.account_id) == ("connected", "4712")
    assert synced.counts() == {"done": 1}
    assert len(synced.starts()) == 3
    assert synced.told() == []


def test_the_same_account_goes_on_though_it_could_not_be_asked_for(synced: Synced, service: Service) -> None:
    synced.connect()
    before = synced.sync()
    service.fail("who", ServiceBroken("service_broken"))
    synced.connect()
    left = synced.sync()
    assert (left.account_id, left.cursor) == ("4711", before.cursor)
    assert service.calls["fetch"] == 2


def sheet(synced: Synced) -> bytes:
    row = {"id": "abcdefgh-1", "number": 2, "cells": ["2026-10-03", "7"]}
    rows = {"name": "일지", "header": ["날짜", "RPE"], "rows": [row], "ids": [row["id"]]}
    return json.dumps({"sent_at": int(synced.clock().timestamp() * 1000), "sheets": [rows]}).encode()


BATCH = json.dumps({"data": {"metrics": [
    {"name": "resting_heart_rate", "units": "bpm", "data": [{"date": "2026-10-03 07:00:00 +0900", "qty": 47}]}
]}}).encode()  # fmt: skip


@pytest.mark.parametrize("provider", [pushing.SHEETS, pushing.HEALTH])
@pytest.mark.parametrize("act", ["disconnect", "open_address"])
def test_a_push_that_arrives_late_is_refused(
    synced: Synced, monkeypatch: pytest.MonkeyPatch, provider: str, act: str
) -> None:
    """Its secret was good when it began; before it was stored, the athlete closed the address."""
    reach, athlete_id = synced.reach, synced.athlete_id
    secret = connecting.open_address(reach, athlete_id, provider)
    owner_of = pushing.owner_of

    def slow(*args: Any) -> int:
        found = owner_of(*args)
        if act == "disconnect":
            connecting.disconnect(reach, athlete_id, provider, delete_data=True)
        else:
            connecting.open_address(reach, athlete_id, provider)
        return found

    monkeypatch.setattr(pushing, "owner_of", slow)
    receive = pushing.receive_rows if provider == pushing.SHEETS else pushing.receive_health
    with pytest.raises(NotLoggedIn):
        receive(reach, secret, sheet(synced) if provider == pushing.SHEETS else BATCH, synced.clock())
    with synced.db.athlete_session(athlete_id) as s:
        known = connections.get(s, provider)
        assert known is None or known.state == "off"
        assert daily.list_entries(s, athlete_id) == []
        assert daily.values(s, athlete_id, None, date(2026, 1, 1), date(2026, 12, 31)) == []


def test_one_odd_account_pauses_nobody_else(synced: Synced, service: Service) -> None:
    """Its answers are unreadable as often as its athlete asks; for the others the service works."""
    other = replace(synced, athlete_id=system.create_athlete(synced.db, tz="Asia/Seoul").id)
    fine = filled(Service(account_id="4712"), 0)
    other = replace(other, services={"garmin": provider_of(fine)})
    other.connect()
    synced.connect()
    service.fail("page", ServiceBroken("service_broken"), times=1000)
    for _ in range(25):
        synced.clock.later(hours=7)
        assert synced.sync().state == "broken"
    assert other.sync().state == "connected"
    # Once it fails for somebody else, too, it is the service that is broken.
    service.fail("page", ServiceBroken("service_broken"), times=1000)
    fine.fail("page", ServiceBroken("service_broken"), times=1000)
    for _ in range(3):
        synced.clock.later(hours=7)
        other.sync()
        synced.sync()
    with synced.db.athlete_session(synced.athlete_id) as s:
        assert provider_health.read(s, "garmin").open_until is not None


def test_states_that_nobody_came_back_with_do_not_pile_up(synced: Synced) -> None:
    with synced.db.athlete_session(synced.athlete_id) as s:
        for _ in range(5):
            oauth_states.begin(s, "strava", b"session", synced.clock())
            synced.clock.later(hours=1)
        assert len(s.execute(models.oauth_states.select()).all()) == 1


def test_a_run_that_ends_late_does_not_hide_that_a_code_is_awaited(synced: Synced, service: Service) -> None:
    synced.connect()

    def again() -> None:
        service.needs_code = True
        synced.connect()

    once(service, "before page", again)
    assert synced.sync().state == "pending"
    connecting.enter_code(synced.reach, synced.athlete_id, "garmin", CODE)
    assert synced.sync().state == "connected"


def test_nobody_disconnects_during_a_login(synced: Synced, service: Service) -> None:
    """It would be connected again as soon as the login ends, against what the athlete did last."""
    refused: list[str] = []

    def disconnect() -> None:
        try:
            connecting.disconnect(synced.reach, synced.athlete_id, "garmin", delete_data=False)
        except Conflict as error:
            refused.append(error.key)

    once(service, "after begin", disconnect)
    synced.connect()
    service.needs_code = True
    synced.connect()
    once(service, "after finish", disconnect)
    connecting.enter_code(synced.reach, synced.athlete_id, "garmin", CODE)
    assert refused == ["login_running", "login_running"]
    disconnect()
    left = synced.connection()
    assert (left.state, left.has_secret) == ("off", False)
