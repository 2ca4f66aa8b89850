"""Erasing, and making the demo anew, delete what Hanbal made and nothing else, wherever they are pointed."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.cli import directory, main
from coach.config import settings
from coach.errors import SetupError

Run = Callable[..., int]


@pytest.fixture
def coach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)

    def run(data_dir: Path, *args: str) -> int:
        monkeypatch.setenv("COACH_DATA_DIR", str(data_dir))
        monkeypatch.setenv("COACH_DEMO_DIR", str(data_dir))
        settings.cache_clear()
        return main(list(args))

    yield run
    settings.cache_clear()


def somebodys(place: Path) -> Path:
    """A home directory, with a file that happens to be called like our marker."""
    place.mkdir()
    (place / "kind").write_text("of blue")
    (place / "thesis.txt").write_text("ten years of work")
    (place / "postgres").mkdir()
    (place / "postgres" / "PG_VERSION").write_text("16")
    return place


def an_installation(place: Path) -> Path:
    place.mkdir(parents=True)
    (place / "kind").write_text("own")
    (place / "inbox" / "x").mkdir(parents=True)
    (place / "charts-1.js").write_text("")
    (place / "postgres").mkdir()
    return place


@pytest.mark.parametrize("command", [("erase", "--yes"), ("demo", "--fresh"), ("serve",), ("link",)])
def test_a_directory_that_is_not_ours_is_left_alone(
    coach: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    home = somebodys(tmp_path / "home")
    before = sorted(p.name for p in home.rglob("*"))
    assert coach(home, *command) != 0
    assert sorted(p.name for p in home.rglob("*")) == before
    assert (home / "kind").read_text() == "of blue"


@pytest.mark.parametrize("data_dir", ["/", "/etc", "/usr"])
def test_system_directories_are_never_taken(coach: Run, data_dir: str) -> None:
    before = sorted(os.listdir(data_dir))
    assert coach(Path(data_dir), "erase", "--yes") == 1
    with pytest.raises(SetupError, match="data_dir_not_empty"):
        directory.claim(Path(data_dir), "own")
    assert sorted(os.listdir(data_dir)) == before


def test_erasing_leaves_what_we_did_not_make(coach: Run, tmp_path: Path) -> None:
    place = an_installation(tmp_path / "data")
    (place / "notes.txt").write_text("mine")
    assert coach(place, "erase", "--yes") == 0
    assert [p.name for p in place.iterdir()] == ["notes.txt"]


def test_erasing_through_a_link_deletes_the_data_and_not_what_links_lead_to(
    coach: Run, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis.txt").write_text("ten years of work")
    place = an_installation(tmp_path / "big" / "data")
    (place / "postgres").rmdir()
    (place / "postgres").symlink_to(outside)
    (place / "inbox" / "link").symlink_to(outside)
    (tmp_path / "data").symlink_to(place)
    assert coach(tmp_path / "data", "erase", "--yes") == 0
    assert not place.exists()
    assert (outside / "thesis.txt").read_text() == "ten years of work"


def test_a_directory_in_use_is_not_erased(coach: Run, tmp_path: Path) -> None:
    place = an_installation(tmp_path / "data")
    user = os.open(place / "postgres.users", os.O_RDWR | os.O_CREAT)
    fcntl.flock(user, fcntl.LOCK_SH)
    try:
        assert coach(place, "erase", "--yes") == 1
        assert (place / "kind").exists()
    finally:
        os.close(user)
    assert coach(place, "erase", "--yes") == 0


def test_the_demo_does_not_make_own_data_anew(coach: Run, tmp_path: Path) -> None:
    place = an_installation(tmp_path / "data")
    assert coach(place, "demo", "--fresh") == 1
    assert (place / "inbox" / "x").exists()


def test_only_its_owner_looks_into_a_new_data_directory(tmp_path: Path) -> None:
    directory.claim(tmp_path / "new", "own")
    mode = stat.S_IMODE((tmp_path / "new").stat().st_mode)
    assert mode & 0o066 == 0  # as root others may pass through, and see nothing
