"""`coach keys`, and the key file of an installation from its first start to `coach erase`."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from coach.cli.home import home
from coach.cli.logs import Redacting, secrets_of
from coach.config import Settings, settings
from coach.store import connections
from coach.store.vault import KEY_FILE, Vault
from tests.cli.conftest import Run


def keep(*values: str) -> None:
    """Keep tokens of the owner."""
    with home() as place:
        owner = place.found(lang="en", tz="Asia/Seoul")
        with place.db.athlete_session(owner.id) as s:
            for name, value in zip(("garmin", "strava"), values, strict=False):
                connections.keep_secret(s, Vault(settings()), name, "secret", value)


def kept(name: str = "garmin") -> str:
    with home() as place:
        owner = place.found(lang="en", tz="Asia/Seoul")
        with place.db.athlete_session(owner.id) as s:
            return connections.secret(s, Vault(settings()), name)


@pytest.fixture
def key_file(coach: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COACH_LANG", "en")
    settings.cache_clear()
    return settings().data_dir / KEY_FILE


def test_keys_tell_where_the_secret_lies_and_what_it_wraps(coach: Run, key_file: Path) -> None:
    keep("mine")
    status, out, _ = coach("keys")
    assert status == 0
    assert f"{key_file} (mode 0600)" in out
    assert Vault(settings()).ids()[0] in out
    assert out.splitlines()[-1].split()[1:] == ["newest", "1"]
    assert key_file.read_text().strip() not in out
    assert json.loads(coach("paths")[1])["secret_key"] == str(key_file)


def test_rotation_makes_a_new_secret_and_everything_still_opens(coach: Run, key_file: Path) -> None:
    keep("mine", "ours")
    before = key_file.read_text()
    status, out, _ = coach("keys", "rotate")
    assert status == 0, out
    assert key_file.read_text() != before
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert (kept("garmin"), kept("strava")) == ("mine", "ours")
    status, out, _ = coach("keys", "check")
    assert (status, out.strip()) == (0, "2 values can be read.")


def test_check_names_what_cannot_be_read(coach: Run, key_file: Path) -> None:
    keep("mine")
    key_file.write_text("another-secret-than-the-one-it-was-encrypted-with\n")
    status, out, _ = coach("keys", "check")
    assert status == 1
    assert "garmin" in out
    assert "missing" in out
    status, out, _ = coach("keys")
    assert status == 1
    assert out.splitlines()[-1].split()[1:] == ["missing", "1"]
    status, out, err = coach("keys", "rotate")
    assert status == 1
    assert "secret.key" in err


def test_a_key_file_that_others_read_is_refused(coach: Run, key_file: Path) -> None:
    keep("mine")
    key_file.chmod(0o644)
    status, _, err = coach("keys")
    assert status == 1
    assert "chmod 600" in err


def test_secrets_of_the_environment(coach: Run, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_SECRET_KEY", "the secret of last year")
    settings.cache_clear()
    keep("mine")
    monkeypatch.setenv("COACH_SECRET_KEY", "the secret of this year,the secret of last year")
    settings.cache_clear()
    status, out, _ = coach("keys", "rotate")
    assert status == 0
    assert "COACH_SECRET_KEY" in out
    assert json.loads(coach("paths")[1])["secret_key"] == "COACH_SECRET_KEY"
    monkeypatch.setenv("COACH_SECRET_KEY", "the secret of this year")
    settings.cache_clear()
    assert kept() == "mine"
    assert not key_file.exists()


def test_erase_takes_the_secret_along(coach: Run, key_file: Path) -> None:
    keep("mine")  # the database lies at DATABASE_URL: the secret is all that is here
    (key_file.parent / f".{KEY_FILE}.0badcafe").write_text("half a file")
    (key_file.parent / "theirs.txt").write_text("not ours")
    status, out, _ = coach("erase", "--yes")
    assert status == 0
    assert str(key_file) in out
    assert [p.name for p in key_file.parent.iterdir()] == ["theirs.txt"]
    status, _, _ = coach("erase", "--yes")
    assert status == 1, "there is nothing left to erase"


def test_erase_of_an_installation_leaves_no_secret(coach: Run, key_file: Path) -> None:
    keep("mine")
    (key_file.parent / "kind").write_text("own")
    status, _, _ = coach("erase", "--yes")
    assert status == 0
    assert not key_file.parent.exists()


def test_no_secret_of_the_installation_stands_in_a_log() -> None:
    given = Settings(
        _env_file=None,
        COACH_SECRET_KEY="the secret of this year,the secret of last year",
        STRAVA_CLIENT_SECRET="shhh-app-secret",
    )
    hidden = Redacting("%(message)s", secrets_of(given))
    said = "opened with the secret of last year and the secret of this year, told shhh-app-secret"
    record = logging.LogRecord("coach", logging.INFO, "", 0, said, None, None)
    assert hidden.format(record) == "opened with … and …, told …"
