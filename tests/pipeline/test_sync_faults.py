"""Whatever goes wrong at a service, wherever: nothing is lost or doubled, and the athlete is told once.

With the real providers and libraries, over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from real_services import House, Real, house_of, later
from sqlalchemy import make_url

from coach.providers.strava.tokens import Tokens
from coach.store.postgres import Embedded
from coach.store.session import Database

STAGES = {
    ("garmin", "list"): "/activitylist-service/*",
    ("garmin", "fetch"): "/download-service/*",
    ("garmin", "days"): "/usersummary-service/*",
    ("garmin", "refresh"): "/di-oauth2-service/oauth/token",
    ("strava", "list"): "/athlete/activities",
    ("strava", "fetch"): "/api/v3/activities/",
    ("strava", "refresh"): "/oauth/token",
}
KINDS = {
    "garmin": (
        "401", "403", "403_page", "404", "204", "400", "429", "429_after", "429_date", "500", "503", "slow",
        "cut", "refuse", "html", "empty", "broken_json", "wrong_types", "missing_fields", "nulls",
    ),
    "strava": (
        "401", "403", "404", "500", "503", "429", "429_retry_after", "slow", "cut", "cut_after", "html",
        "empty", "list", "wrong_types", "null_fields", "missing_fields", "unknown_sport", "inactive",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def house(embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One database and one of each service for the whole table: an athlete for each line."""

    def named(database: str) -> str:
        return make_url(embedded.url).set(database=database).render_as_string(hide_password=False)

    with psycopg.connect(named("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE test_sync_faults TEMPLATE {template} STRATEGY FILE_COPY")
    db = Database(named("test_sync_faults"))
    try:
        with house_of(db, tmp_path_factory.mktemp("faults")) as house:
            yield house
    finally:
        db.dispose()


def expired(house: House, name: str) -> None:
    house.garmin.expire() if name == "garmin" else house.strava.expire()


def is_good(house: House, real: Real, name: str) -> bool:
    if name == "garmin":
        return house.garmin.refresh in real.tokens(name)
    return Tokens.loads(real.tokens(name)).refresh_token == house.strava._refresh


def disturbed(house: House, name: str, stage: str, kind: str, times: int) -> tuple[Real, list[str]]:
    """Return an athlete whose third run came while something was wrong, and the states that it led to."""
    real = house.athlete()
    house.run(0, name)
    house.run(1, name)
    house.fill_days()
    house.connect(real, name)
    assert real.sync(name).state == "connected"
    before = real.coach.state()
    assert len(before) == 2
    house.run(-0.1, name)
    if stage == "refresh":
        expired(house, name)
    fake = house.garmin if name == "garmin" else house.strava
    fake.fault(STAGES[name, stage], kind, times)
    states = []
    for _ in range(3):
        later(real, real.connection(name).retry_at, hours=1)
        states.append(real.sync(name).state)
        kept = [a for a in real.coach.state() if a["start_at"] in {b["start_at"] for b in before}]
        assert kept == before or kind in (
            "wrong_types",
            "missing_fields",
            "nulls",
            "null_fields",
            "unknown_sport",
        )
        assert len(kept) == 2
        assert len(real.told()) == (states[-1] == "needs_you"), real.told()
    fake.faults.clear() if name == "garmin" else fake._faults.clear()
    return real, states


def table() -> list[tuple[str, str, str]]:
    return [(name, stage, kind) for name, stage in STAGES for kind in KINDS[name]]


@pytest.mark.parametrize("times", [1, 99])
@pytest.mark.parametrize(("name", "stage", "kind"), table())
def test_whatever_goes_wrong(house: House, name: str, stage: str, kind: str, times: int) -> None:
    real, states = disturbed(house, name, stage, kind, times)
    print(name, stage, kind, times, states, real.connection(name).why_key, real.counts(name))
    if real.connection(name).state == "needs_you":
        house.connect(real, name)
    for _ in range(2):
        later(real, real.connection(name).retry_at, days=1)
        assert real.sync(name).state == "connected"
        real.sync(name, backfill=True)
    assert real.counts(name) == {"done": 3}
    rows = real.coach.rows()
    assert len(rows) == 3
    assert {row.elapsed_s for row in rows} == {600.0}
    assert {row.distance_m for row in rows} == {1800.0}
    assert {row.sport for row in rows} == {"run"}
    assert real.without_samples() == 0
    assert real.told() == []
    assert is_good(house, real, name)
    if name == "garmin":
        assert sum(n == "rhr_bpm" for _, n in real.measured()) == 10
