"""Rotating the secret loses nothing: not while tokens are written, and not when it is killed anywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from threading import Event

import pytest
from pydantic import SecretStr

from coach.config import Settings
from coach.errors import Conflict, SetupError
from coach.store import connections, rekeying, system
from coach.store.rekeying import rotate
from coach.store.session import Database
from coach.store.vault import KEY_FILE, Vault


def vault(place: Path, secret: str | None = None) -> Vault:
    key = None if secret is None else SecretStr(secret)
    return Vault(Settings(_env_file=None, COACH_DATA_DIR=place, COACH_SECRET_KEY=key))


def keep(db: Database, mine: Vault, athlete_id: int, value: str) -> None:
    with db.athlete_session(athlete_id) as s:
        connections.keep_secret(s, mine, "garmin", "secret", value)


def kept(db: Database, mine: Vault, athlete_id: int) -> str:
    with db.athlete_session(athlete_id) as s:
        return connections.secret(s, mine, "garmin")


def all_kept(db: Database, place: Path, athletes: list[int]) -> list[str]:
    """Return what a process that starts now reads."""
    mine = vault(place)
    return [kept(db, mine, athlete_id) for athlete_id in athletes]


@pytest.fixture
def three(db: Database, tmp_path: Path) -> list[int]:
    ids, mine = [system.create_athlete(db).id for _ in range(3)], vault(tmp_path)
    for athlete_id in ids:
        keep(db, mine, athlete_id, f"tokens of {athlete_id}")
    return ids


def test_everything_is_read_with_the_new_secret_and_nothing_with_the_old(
    db: Database, three: list[int], tmp_path: Path
) -> None:
    old = vault(tmp_path).ids()
    steps = list(rotate(db, vault(tmp_path)))
    assert [(s.done, s.total, s.error) for s in steps] == [(n, 3, None) for n in range(4)]
    mine = vault(tmp_path)
    assert len(mine.ids()) == 1
    assert mine.ids() != old
    assert rekeying.wrapped(db, mine) == {mine.ids()[0]: 3}
    assert [kept(db, mine, n) for n in three] == [f"tokens of {n}" for n in three]


@pytest.mark.parametrize("steps", range(4))
def test_killed_after_any_step_the_next_rotation_finishes_it(
    db: Database, three: list[int], tmp_path: Path, steps: int
) -> None:
    rotation = rotate(db, vault(tmp_path))
    list(islice(rotation, 1 + steps))
    rotation.close()  # what was done stays, the rest never happens
    (tmp_path / f".{KEY_FILE}.0badcafe").write_text("half a file")
    assert len(vault(tmp_path).ids()) == 2
    assert all_kept(db, tmp_path, three) == [f"tokens of {n}" for n in three]

    newest = vault(tmp_path).ids()[0]
    list(rotate(db, vault(tmp_path)))

    assert vault(tmp_path).ids() == (newest,), "it goes on with the secret that was made, not with a third"
    assert all_kept(db, tmp_path, three) == [f"tokens of {n}" for n in three]
    assert [p.name for p in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("rotations", [1, pytest.param(3, marks=pytest.mark.soak)])
def test_tokens_that_rotate_meanwhile_are_never_lost(
    db: Database, three: list[int], tmp_path: Path, rotations: int
) -> None:
    stop = Event()

    def sync(athlete_id: int, begins_with_the_row: bool) -> tuple[int, str]:
        mine, expected, rounds = vault(tmp_path), f"tokens of {athlete_id}", 0
        for n in count():
            if stop.is_set():
                break
            assert kept(db, mine, athlete_id) == expected
            expected = f"{n}. tokens of {athlete_id}"
            with db.athlete_session(athlete_id) as s:
                if begins_with_the_row:  # the other order of locks: one of the two must give way
                    connections.change(s, "garmin", failures=n % 7)
                connections.keep_secret(s, mine, "garmin", "secret", expected)
            rounds += 1
        assert kept(db, mine, athlete_id) == expected
        return rounds, expected

    def join() -> dict[int, str]:
        """New athletes connect while the process still remembers the secret of before."""
        mine, told = vault(tmp_path), {}
        keep(db, mine, three[0], f"tokens of {three[0]}")
        while not stop.is_set():
            new = system.create_athlete(db).id
            keep(db, mine, new, f"tokens of {new}")
            told[new] = f"tokens of {new}"
        return told

    with ThreadPoolExecutor(4) as threads:
        joined = threads.submit(join)
        syncs = {n: threads.submit(sync, n, n == three[1]) for n in three[1:]}
        for _ in range(rotations):
            assert all(step.error is None for step in rotate(db, vault(tmp_path)))
        stop.set()
        found = {n: f.result() for n, f in syncs.items()}
        told = joined.result()
    mine = vault(tmp_path)
    assert rekeying.wrapped(db, mine).total() == len(three) + len(told)
    assert set(rekeying.wrapped(db, mine)) == set(mine.ids())
    assert all(rounds for rounds, _ in found.values())
    assert {n: kept(db, mine, n) for n in told} == told
    assert {n: kept(db, mine, n) for n in found} == {n: last for n, (_, last) in found.items()}


def test_two_rotations_do_not_run_at_once(db: Database, three: list[int], tmp_path: Path) -> None:
    first = rotate(db, vault(tmp_path))
    next(first)
    with pytest.raises(Conflict, match="rotation_running"):
        next(rotate(db, vault(tmp_path)))
    list(first)
    assert all_kept(db, tmp_path, three) == [f"tokens of {n}" for n in three]


def test_what_cannot_be_read_keeps_the_old_secret_for_the_others(
    db: Database, three: list[int], tmp_path: Path
) -> None:
    with db.athlete_session(three[1]) as s:
        connections.change(s, "garmin", secret=b"0" * 60)
    errors = {step.athlete_id: step.error.key for step in rotate(db, vault(tmp_path)) if step.error}
    assert errors == {three[1]: "vault_unreadable"}
    assert len(vault(tmp_path).ids()) == 2
    found = {c.athlete_id: c.error.key if c.error else None for c in rekeying.check(db, vault(tmp_path))}
    assert found == {three[0]: None, three[1]: "vault_unreadable", three[2]: None}


def test_secrets_of_the_environment_are_used_and_not_changed(db: Database, tmp_path: Path) -> None:
    old, new = "the secret of last year", "the secret of this year"
    athlete_id = system.create_athlete(db).id
    keep(db, vault(tmp_path, old), athlete_id, "mine")
    both = vault(tmp_path, f"{new},{old}")
    list(rotate(db, both))
    assert kept(db, vault(tmp_path, new), athlete_id) == "mine"
    with pytest.raises(SetupError, match="vault_key_missing"):
        kept(db, vault(tmp_path, old), athlete_id)
    assert both.file is None
    assert not (tmp_path / KEY_FILE).exists()
