"""`coach connect` and `disconnect` against the invented services, by lines and at a terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fakes import garmin, strava

from coach.cli.home import home
from coach.config import settings
from coach.store import addresses, connections
from tests.cli.conftest import Run


@pytest.fixture
def there(coach: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[garmin.Garmin]:
    """An invented Garmin that asks for a code."""
    fake = garmin.Garmin(mfa=True)
    monkeypatch.setenv("COACH_LANG", "en")
    with garmin.running(fake) as url:
        monkeypatch.setenv("COACH_GARMIN_URL", url)
        settings.cache_clear()
        yield fake


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> object:
    """Put lines on standard input."""

    def lines(*typed: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))

    return lines


def known(provider: str = "garmin") -> connections.Connection | None:
    with home() as place:
        owner = place.owner()
        assert owner is not None
        with place.db.athlete_session(owner.id) as s:
            return connections.get(s, provider)


def state_of(provider: str = "garmin") -> str:
    found = known(provider)
    return "off" if found is None else found.state


def test_without_a_name_the_services_are_listed(coach: Run, there: garmin.Garmin) -> None:
    status, out, _ = coach("connect")
    assert status == 0
    for name in ("garmin", "strava", "apple_health", "sheets"):
        assert name in out
    assert "Not connected yet." in out
    status, _, err = coach("connect", "myspace")
    assert status == 1
    assert "garmin" in err


def test_e_mail_password_and_code_as_lines(coach: Run, there: garmin.Garmin, type_in) -> None:
    type_in(there.email, there.password, there.code)
    status, out, err = coach("connect", "garmin", "--stdin")
    assert status == 0, err
    assert "Connected" in out
    assert (there.logins, there.codes) == (1, 1)
    assert state_of() == "connected"
    assert not [secret for secret in there.secrets() if secret in out + err]


def test_the_code_may_come_from_another_process(coach: Run, there: garmin.Garmin, type_in) -> None:
    type_in(there.email, there.password)
    status, out, _ = coach("connect", "garmin", "--stdin")
    assert status == 1
    assert "code" in out
    assert state_of() == "pending"
    type_in("000000")
    status, _, err = coach("connect", "garmin", "--stdin")
    assert status == 1
    assert "000000" not in err
    type_in(there.code)
    status, _, err = coach("connect", "garmin", "--stdin")
    assert status == 0, err
    assert there.logins == 1, "the password was sent once"


def test_a_refused_login_says_so_and_leaves_nothing(
    coach: Run, there: garmin.Garmin, type_in, database_url: str
) -> None:
    type_in(there.email, "a wrong password")
    status, out, err = coach("connect", "garmin", "--stdin")
    assert status == 1
    assert err.strip()
    assert "Traceback" not in err
    assert "a wrong password" not in out + err
    assert state_of() == "needs_you"
    assert there.logins == 1
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT string_agg(c::text, ' ') FROM connections c").fetchone()
    assert kept is not None
    assert "a wrong password" not in str(kept[0])


def test_a_password_is_typed_and_nothing_else(coach: Run, there: garmin.Garmin, type_in) -> None:
    type_in(there.email, there.password)  # no terminal
    status, _, err = coach("connect", "garmin")
    assert status == 1
    assert "--stdin" in err
    assert there.logins == 0
    with pytest.raises(SystemExit):
        coach("connect", "garmin", there.password)
    type_in("", "")
    status, _, err = coach("connect", "garmin", "--stdin")
    assert status == 1
    assert there.logins == 0


def test_at_a_terminal_nothing_secret_is_shown(
    coach: Run, there: garmin.Garmin, database_url: str, tmp_path: Path
) -> None:
    with home() as place:
        place.found(lang="en", tz="Asia/Seoul")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-m", "coach.cli", "connect", "garmin"],
        env=environment, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for prompt, typed in (
        ("e-mail:", there.email),
        ("password (not shown):", there.password),
        ("Code that", "999999"),  # mistyped: it asks again
        ("Code that", there.code),
    ):
        before = len(shown)
        shown += _read_until(ours, prompt.encode())
        assert prompt.encode() in shown[before:], shown.decode()
        os.write(ours, f"{typed}\n".encode())
    shown += _read_until(ours, None)
    assert process.wait(20) == 0, shown.decode()
    os.close(ours)
    said = shown.decode()
    assert "Connected" in said
    assert [s for s in (there.password, there.code, "999999") if s in said] == []
    assert there.logins == 1


def _read_until(terminal: int, wanted: bytes | None) -> bytes:
    """Read what a terminal shows until `wanted` stands there (None: until the process ends)."""
    shown, deadline = b"", time.monotonic() + 60
    while (wanted is None or wanted not in shown) and time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        shown += part
    return shown


def test_disconnecting_asks_and_forgets(coach: Run, there: garmin.Garmin, type_in) -> None:
    type_in(there.email, there.password, there.code)
    coach("connect", "garmin", "--stdin")
    type_in("no")
    status, out, _ = coach("disconnect", "garmin")
    assert status == 1
    assert "stays" in out
    assert state_of() == "connected"
    type_in("yes")
    status, _, _ = coach("disconnect", "garmin")
    assert status == 0
    found = known()
    assert found is not None
    assert (found.state, found.has_secret, found.account_id) == ("off", False, "")
    status, out, _ = coach("disconnect", "garmin", "--yes")
    assert status == 1, "there is nothing to disconnect any more"


def test_an_address_is_shown_once(coach: Run, there: garmin.Garmin, type_in) -> None:
    status, out, _ = coach("connect", "apple_health")
    assert status == 0
    secret = next(line.split()[-1] for line in out.splitlines() if "Bearer" in line)
    assert "/api/v1/push/health" in out
    assert len(secret) > 30
    _, out, _ = coach("connect")
    assert secret not in out
    type_in("no")
    status, _, _ = coach("connect", "apple_health")
    assert status == 1, "a new one would end the old one, so it asks"
    type_in("yes")
    status, out, _ = coach("connect", "apple_health")
    assert status == 0
    assert secret not in out
    status, _, _ = coach("disconnect", "apple_health", "--yes")
    assert status == 0
    with home() as place:
        owner = place.owner()
        assert owner is not None
        with place.db.athlete_session(owner.id) as s:
            assert addresses.get(s, "apple_health") is None


def test_the_script_for_the_spreadsheet_holds_address_and_secret(coach: Run, there: garmin.Garmin) -> None:
    status, out, _ = coach("connect", "sheets")
    assert status == 0
    assert "/api/v1/push/sheets" in out
    secret = next(line.split()[-1] for line in out.splitlines() if "Bearer" in line)
    assert out.count(secret) >= 2, "beside the header it stands in the script"


def test_strava_says_what_to_register_and_where_to_go_on(
    coach: Run, there: garmin.Garmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, _ = coach("connect", "strava")
    assert status == 1
    assert "STRAVA_CLIENT_ID" in out
    monkeypatch.setenv("STRAVA_CLIENT_ID", "40404")
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", "shhh-app-secret")
    settings.cache_clear()
    status, out, _ = coach("connect", "strava")
    assert status == 0
    assert re.search(r"/login/[\w-]+\?next=/connections%23strava\b", out), "logs in once and leads there"
    assert "shhh-app-secret" not in out


def test_strava_is_told_where_to_call(
    coach: Run, there: garmin.Garmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = strava.Strava()
    status, _, err = coach("strava-webhook", "subscribe")
    assert status == 1
    assert "STRAVA_CLIENT_ID" in err
    with strava.running(fake) as url:
        monkeypatch.setenv("COACH_STRAVA_URL", url)
        monkeypatch.setenv("STRAVA_CLIENT_ID", str(fake.client_id))
        monkeypatch.setenv("STRAVA_CLIENT_SECRET", fake.client_secret)
        settings.cache_clear()
        status, _, err = coach("strava-webhook", "subscribe")
        assert status == 1
        assert "COACH_PUBLIC_URL" in err
        monkeypatch.setenv("COACH_PUBLIC_URL", "https://coach.example/")
        settings.cache_clear()
        status, out, err = coach("strava-webhook", "subscribe")
        assert status == 0, err
        (number, callback), *_ = fake.subscriptions.items()
        assert str(number) in out
        assert callback.startswith("https://coach.example/api/v1/strava/webhook/")
        status, out, _ = coach("strava-webhook", "list")
        assert f"{number}" in out
        assert callback.rsplit("/", 1)[1] not in out, "who knows the address may call it"
        status, _, err = coach("strava-webhook", "subscribe")
        assert status == 1, "an application has one"
        status, _, _ = coach("strava-webhook", "remove")
        assert status == 0
        assert not fake.subscriptions
        status, out, _ = coach("strava-webhook", "list")
        assert "no subscription" in out
