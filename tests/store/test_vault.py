"""What is encrypted cannot be read from another row, without the secret, or after the athlete is gone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from coach.config import Settings
from coach.errors import SetupError
from coach.store import connections, models, system
from coach.store.session import Database
from coach.store.vault import KEY_FILE, Vault


def vault(tmp_path: Path, secret: str | None = None) -> Vault:
    key = None if secret is None else SecretStr(secret)
    return Vault(Settings(_env_file=None, COACH_DATA_DIR=tmp_path, COACH_SECRET_KEY=key))


@pytest.fixture
def at_rest(db: Database, athlete_id: int, tmp_path: Path) -> Vault:
    mine = vault(tmp_path)
    with db.athlete_session(athlete_id) as s:
        connections.keep_secret(s, mine, "garmin", "secret", "my tokens")
        connections.keep_secret(s, mine, "garmin", "pending", "my login")
    return mine


def test_what_is_kept_is_read_back_and_not_in_the_row(db: Database, athlete_id: int, at_rest: Vault) -> None:
    with db.athlete_session(athlete_id) as s:
        assert connections.secret(s, at_rest, "garmin") == "my tokens"
        assert connections.secret(s, at_rest, "garmin", "pending") == "my login"
        row = s.execute(models.connections.select()).one()
        assert b"my tokens" not in row.secret


def test_a_value_moved_to_another_column_service_or_athlete_is_unreadable(
    db: Database, athlete_id: int, at_rest: Vault
) -> None:
    t = models.connections
    with db.athlete_session(athlete_id) as s:
        moved = s.scalars(t.select().with_only_columns(t.c.secret)).one()
        connections.change(s, "strava", secret=moved)
        connections.change(s, "garmin", pending=moved)
        for provider, column in (("strava", "secret"), ("garmin", "pending")):
            with pytest.raises(SetupError, match="vault_unreadable"):
                connections.secret(s, at_rest, provider, column)  # type: ignore[arg-type]
    other = system.create_athlete(db).id
    with db.athlete_session(other) as s:
        connections.change(s, "garmin", secret=moved)
        with pytest.raises(SetupError, match="vault_unreadable"):
            connections.secret(s, at_rest, "garmin")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = vault(tmp_path), vault(tmp_path)
    assert first._newest() == second._newest()  # the second reads what the first made
    file = tmp_path / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [KEY_FILE]
    file.chmod(0o640)
    with pytest.raises(SetupError, match="key_file_open_to_others"):
        vault(tmp_path)._newest()


def test_without_the_secret_nothing_opens(
    db: Database, athlete_id: int, at_rest: Vault, tmp_path: Path
) -> None:
    elsewhere = vault(tmp_path / "other")
    with db.athlete_session(athlete_id) as s, pytest.raises(SetupError, match="vault_key_missing"):
        connections.secret(s, elsewhere, "garmin")
    with pytest.raises(SetupError, match="secret_key_too_short"):
        vault(tmp_path, "short")


def test_rotation_leaves_values_readable_and_the_old_secret_useless(
    db: Database, athlete_id: int, at_rest: Vault, tmp_path: Path
) -> None:
    old = (tmp_path / KEY_FILE).read_text()
    elsewhere = vault(tmp_path)  # another process, which has read the file before
    elsewhere._newest()
    at_rest.add_secret()
    with db.athlete_session(athlete_id) as s:
        assert connections.secret(s, elsewhere, "garmin") == "my tokens"
        assert connections.rekey(s, at_rest)
        assert not connections.rekey(s, at_rest)
    at_rest.drop_old()
    with db.athlete_session(athlete_id) as s:
        for someone in (at_rest, elsewhere, vault(tmp_path)):
            assert connections.secret(s, someone, "garmin") == "my tokens"
    (tmp_path / "stolen").mkdir()
    thief = tmp_path / "stolen" / KEY_FILE
    thief.write_text(old)
    thief.chmod(0o600)
    with db.athlete_session(athlete_id) as s, pytest.raises(SetupError, match="vault_key_missing"):
        connections.secret(s, vault(tmp_path / "stolen"), "garmin")


def test_a_given_secret_is_the_operators_to_change(db: Database, athlete_id: int, tmp_path: Path) -> None:
    given = vault(tmp_path, "a secret that somebody chose")
    with pytest.raises(SetupError, match="secret_key_is_given"):
        given.add_secret()
    with db.athlete_session(athlete_id) as s:
        connections.keep_secret(s, given, "garmin", "secret", "mine")
    both = vault(tmp_path, "a newer secret than that, a secret that somebody chose")
    with db.athlete_session(athlete_id) as s:
        assert connections.rekey(s, both)
    with db.athlete_session(athlete_id) as s:
        newest = vault(tmp_path, "a newer secret than that")
        assert connections.secret(s, newest, "garmin") == "mine"
    assert not (tmp_path / KEY_FILE).exists()
