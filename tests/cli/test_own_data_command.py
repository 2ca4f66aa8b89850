"""`coach export`, `coach delete` and `coach chats`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.conftest import Run, a_run


def test_everything_is_written_checked_and_deleted(
    coach: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = a_run(2)
    (tmp_path / "watch.fit").write_bytes(fit)
    assert coach("import", tmp_path / "watch.fit")[0] == 0
    out = tmp_path / "mine.zip"

    status, said, _ = coach("export", "--out", out)
    assert status == 0
    assert str(out) in said
    assert out.stat().st_mode & 0o077 == 0, "readable by whoever made it alone"
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []
    with ZipFile(out) as archive:
        (name,) = [n for n in archive.namelist() if n.startswith("originals/")]
        assert name.endswith("-watch.fit")
        assert archive.read(name) == fit
    assert coach("export", "--check", out)[0] == 0

    monkeypatch.setattr(sys, "stdin", io.StringIO("아니요\n"))
    status, said, _ = coach("delete")
    assert status == 1
    assert "활동 1개" in said
    monkeypatch.setattr(sys, "stdin", io.StringIO("지우기\n"))  # the owner has no name yet
    assert coach("delete")[0] == 0
    status, _, err = coach("export", "--out", out)
    assert status == 1
    assert err.strip(), "nobody is here"
    assert coach("export", "--check", out)[0] == 0, "the archive of before is left alone"
    status, link, _ = coach("link")
    assert status == 0
    assert "/login/" in link, "and it begins anew"


def test_a_changed_archive_is_told(coach: Run, tmp_path: Path) -> None:
    coach("link")
    out = tmp_path / "mine.zip"
    coach("export", "--out", out)
    with ZipFile(out) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    tampered = {
        "hash": {**kept, "README.txt": b"x" * len(kept["README.txt"])},
        "size": {**kept, "README.txt": kept["README.txt"] + b"x"},
        "missing": {name: body for name, body in kept.items() if name != "README.txt"},
        "extra": {**kept, "data/more.jsonl": b"{}\n"},
    }
    for what, files in tampered.items():
        with ZipFile(tmp_path / f"{what}.zip", "w") as archive:
            for name, body in files.items():
                archive.writestr(name, body)
        status, said, err = coach("export", "--check", tmp_path / f"{what}.zip")
        assert (status, said) == (1, ""), what
        assert ("README.txt" if what != "extra" else "data/more.jsonl") in err
    (tmp_path / "cut.zip").write_bytes(out.read_bytes()[:-30])
    (tmp_path / "none.zip").write_bytes(b"hello")
    for name in ("cut.zip", "none.zip", "nowhere.zip"):
        status, _, err = coach("export", "--check", tmp_path / name)
        assert status == 1
        assert name in err


def test_how_long_conversations_are_kept(coach: Run) -> None:
    coach("link")
    assert "직접 지울 때까지" in coach("chats")[1]
    assert "30일" in coach("chats", "--keep-days", "30")[1]
    assert "30일" in coach("chats")[1]
    status, _, err = coach("chats", "--keep-days", "0")
    assert status == 1
    assert "1일부터" in err
    assert "직접 지울 때까지" in coach("chats", "--keep-days", "forever")[1]
