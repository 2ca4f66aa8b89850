"""Whatever goes wrong at a service, wherever: nothing is lost or doubled, and the athlete is told once.

With the real providers and libraries, over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from real_services import PATIENCE_S, House, Real, house_of, later
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


def well(house: House) -> None:
    house.garmin.faults.clear()
    house.strava._faults.clear()


def expired(house: House, name: str) -> None:
    fake = house.garmin if name == "garmin" else house.strava
    fake.expire()


def is_good(house: House, real: Real, name: str) -> bool:
    if name == "garmin":
        return house.garmin.refresh in real.tokens(name)
    return bool(Tokens.loads(real.tokens(name)).refresh_token == house.strava._refresh)


def disturbed(house: House, name: str, stage: str, kind: Any, times: int) -> Real:
    """Return an athlete whose third run came while something was wrong."""
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
    if name == "garmin":
        house.garmin.fault(STAGES[name, stage], kind, times, seconds=1.5 * PATIENCE_S)
    else:
        house.strava.fault(STAGES[name, stage], kind, times)
    for _ in range(3):
        later(real, real.connection(name).retry_at, hours=1)
        state = real.sync(name).state
        rows = {row["start_at"]: row for row in real.coach.state()}
        assert all(row["start_at"] in rows for row in before)
        if kind not in (*MISLEADING, "nulls"):
            assert [rows[row["start_at"]] for row in before] == before
        assert len(real.told()) == (state == "needs_you")
    well(house)
    return real


# What an answer said wrongly of an activity is what is known of it until it changes again.
MISLEADING = ("wrong_types", "missing_fields", "null_fields", "unknown_sport")
# The new tokens were on the answer that got lost, so only the athlete can help.
LOST_WITH_TOKENS = ("slow", "cut", "cut_after", "missing_fields")
USUAL = [
    ("garmin", "fetch", "404", 99),
    ("garmin", "fetch", "503", 99),
    ("garmin", "refresh", "503", 1),
    ("strava", "list", "429", 99),
    ("strava", "refresh", "cut_after", 1),
]


def table() -> list[Any]:
    """Return every line; those of the usual run first."""
    rest = [
        (name, stage, kind, times)
        for name, stage in STAGES
        for kind in KINDS[name]
        for times in (1, 99)
        if (name, stage, kind, times) not in USUAL
    ]
    return [*USUAL, *(pytest.param(*line, marks=pytest.mark.soak) for line in rest)]


@pytest.mark.parametrize(("name", "stage", "kind", "times"), table())
def test_whatever_goes_wrong(house: House, name: str, stage: str, kind: str, times: int) -> None:
    real = disturbed(house, name, stage, kind, times)
    needed = real.connection(name).state == "needs_you"
    if needed:
        assert [notice.key for notice in real.told()] == [f"needs_you:{name}"]
        house.connect(real, name)
    for _ in range(3):
        later(real, real.connection(name).retry_at, days=1)
        if real.sync(name).state == "needs_you" and stage == "refresh" and kind in LOST_WITH_TOKENS:
            house.connect(real, name)
            real.sync(name)
        assert real.connection(name).state == "connected"
        real.sync(name, backfill=True)
    assert real.counts(name) == {"done": 3}
    rows = real.coach.rows()
    assert len(rows) == 3
    if stage != "fetch" or kind not in MISLEADING:
        assert {(row.elapsed_s, row.distance_m, row.sport) for row in rows} == {(600.0, 1800.0, "run")}
        assert real.without_samples() == 0
    assert real.told() == []
    if kind not in LOST_WITH_TOKENS:
        assert is_good(house, real, name)
    if name == "garmin":
        assert sum(n == "rhr_bpm" for _, n in real.measured()) == 10
