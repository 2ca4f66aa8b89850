"""What a connection's panel shows: its state, and an honest estimate of the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach.config import Settings
from coach.pipeline.sync_status import Status, statuses
from coach.store import addresses, connections, remote_items
from coach.store.remote_items import Seen
from coach.store.session import Database
from coach.store.vault import Vault

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def one(db: Database, athlete_id: int, provider: str, now: datetime = NOW) -> Status:
    with db.athlete_session(athlete_id) as s:
        return next(status for status in statuses(s, now) if status.provider == provider)


@pytest.fixture
def garmin(db: Database, athlete_id: int, tmp_path: Path) -> int:
    vault = Vault(Settings(_env_file=None, data_dir=tmp_path))
    with db.athlete_session(athlete_id) as s:
        connections.keep_secret(s, vault, "garmin", "secret", "tokens")
        connections.well(s, "garmin", connected_at=NOW - timedelta(minutes=2), cursor={"listed": True})
        seen = [Seen(str(n), NOW - timedelta(days=n), b"1", {}) for n in range(120)]
        remote_items.saw(s, "garmin", seen, NOW)
    return athlete_id


def done(db: Database, athlete_id: int, numbers: range, began: datetime, each_s: float) -> None:
    with db.athlete_session(athlete_id) as s:
        for place, n in enumerate(numbers):
            at = began + timedelta(seconds=each_s * place)
            remote_items.mark(s, "garmin", str(n), "done", now=at)


def test_the_rest_is_told_by_the_pace_since_it_began(db: Database, garmin: int) -> None:
    assert one(db, garmin, "garmin").remaining_s is None  # nothing to tell by
    done(db, garmin, range(60), NOW - timedelta(seconds=60), 1.0)
    status = one(db, garmin, "garmin")
    assert (status.done, status.total) == (60, 120)
    assert status.remaining_s == pytest.approx(60, abs=2)  # not the quarter of an hour that has not passed
    done(db, garmin, range(60, 120), NOW, 0.0)
    assert one(db, garmin, "garmin").remaining_s == 0


def test_working_ends_with_the_turn_of_whoever_was_killed(db: Database, garmin: int) -> None:
    with db.athlete_session(garmin) as s:
        connections.change(s, "garmin", holder="somebody", held_until=NOW + timedelta(minutes=1))
    assert one(db, garmin, "garmin").state == "working"
    assert one(db, garmin, "garmin", NOW + timedelta(minutes=2)).state == "connected"


def test_a_code_that_never_came_leaves_nothing_pending(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        connections.change(s, "garmin", state="pending", pending_until=NOW + timedelta(minutes=10))
    assert one(db, athlete_id, "garmin").state == "pending"
    assert one(db, athlete_id, "garmin", NOW + timedelta(minutes=11)).state == "off"


def test_an_open_address_is_a_connection(db: Database, athlete_id: int) -> None:
    assert one(db, athlete_id, "sheets").state == "off"
    with db.athlete_session(athlete_id) as s:
        addresses.open_one(s, "sheets")
    status = one(db, athlete_id, "sheets")
    assert (status.state, status.is_on, status.synced_at) == ("connected", True, None)
