"""`coach sync`, `status`, `jobs` and `permissions`, with an invented Garmin."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fakes import garmin

from coach.cli.home import home
from coach.cli.sync import usage_of
from coach.config import settings
from coach.domain.source import DEFAULT_PERMISSIONS, Source
from coach.store import job_failures, permissions
from tests.cli.conftest import Run


@pytest.fixture
def there(coach: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[garmin.Garmin]:
    """An invented Garmin with three runs, which is connected."""
    fake = garmin.Garmin()
    now = datetime.now(UTC).replace(microsecond=0)
    fake.add(*(garmin.Run(now - timedelta(days=n), seconds=600) for n in (2, 4, 90)))
    fake.days = {now.date() - timedelta(days=n): garmin.Day() for n in range(5)}
    monkeypatch.setenv("COACH_LANG", "en")
    with garmin.running(fake) as url:
        monkeypatch.setenv("COACH_GARMIN_URL", url)
        settings.cache_clear()
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{fake.email}\n{fake.password}\n"))
        assert coach("connect", "garmin", "--stdin")[0] == 0
        yield fake


def test_everything_comes_here_without_a_worker(coach: Run, there: garmin.Garmin) -> None:
    status, out, err = coach("sync", "garmin", "--here")
    assert status == 0, err
    assert "All 3 activities are here." in out
    status, out, _ = coach("status")
    assert status == 0
    assert "All 3 activities are here." in out
    assert "No process is working on jobs" in out
    assert there.password not in out


def test_without_a_worker_that_is_said(coach: Run, there: garmin.Garmin) -> None:
    status, out, _ = coach("sync", "--wait")
    assert status == 1
    assert "coach worker" in out
    status, out, _ = coach("jobs")
    assert "Synchronising Garmin" in out
    assert "queued" in out
    status, _, err = coach("sync", "strava")
    assert status == 1
    assert "not connected" in err


def test_a_job_that_gave_up_is_explained_and_tried_again(coach: Run, there: garmin.Garmin) -> None:
    coach("sync", "garmin", "--here")
    with home() as place:
        owner = place.owner()
        assert owner is not None
        with place.db.athlete_session(owner.id) as s:
            said = {"error_key": "not_connected", "error_params": {}, "tries": 4}
            job_failures.note(s, 7_001, "sync", {"provider": "garmin", "athlete_id": owner.id}, **said)
    status, out, _ = coach("jobs", "--failed")
    assert status == 0
    assert "7001" in out
    assert "Synchronising Garmin" in out
    assert "This service is not connected yet." in out
    assert coach("jobs", "retry", "soon")[0] == 1
    assert coach("jobs", "retry", "7001")[0] == 0
    assert coach("jobs", "retry", "7001")[0] == 1, "it waits already"
    _, out, _ = coach("jobs")
    assert "queued" in out
    assert "No job has failed." in out


def test_permissions_are_set_with_their_consequence(coach: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_LANG", "en")
    settings.cache_clear()

    def strava() -> object:
        with home() as place:
            owner = place.found(lang="en", tz="Asia/Seoul")
            with place.db.athlete_session(owner.id) as s:
                return permissions.read(s)[Source.strava]

    status, out, _ = coach("permissions")
    assert status == 0
    assert "7 days" in out
    status, out, _ = coach("permissions", "strava", "--to-model", "yes", "--keep-days", "forever")
    assert status == 0
    assert "further than the terms" in out
    assert strava() != DEFAULT_PERMISSIONS[Source.strava]
    assert "set by you" in coach("permissions")[1]
    status, out, _ = coach("permissions", "strava", "--default")
    assert "never sent to an external language model" in out
    assert strava() == DEFAULT_PERMISSIONS[Source.strava]
    assert coach("permissions", "myspace")[0] == 1
    for wrong in ("0", "-3", "week", "99999999", "²"):
        assert coach("permissions", "strava", f"--keep-days={wrong}")[0] == 1


def test_limits_are_told_in_words() -> None:
    usage = {"overall": {"quarter": [12, 200]}, "new": {"hour": [1, 2]}, "at": "2026-11-21T03:00:00+00:00"}
    assert usage_of(usage, "en") == "all calls, 15 minutes 12/200 · new, hour 1/2"
    assert usage_of({}, "en") == ""
