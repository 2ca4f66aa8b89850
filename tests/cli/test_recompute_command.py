"""`coach recompute`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, a_run


def test_what_is_outdated_is_computed_and_with_all_everything(coach: Run, tmp_path: Path) -> None:
    for n in (2, 3):
        (tmp_path / f"{n}.fit").write_bytes(a_run(n))
    coach("import", tmp_path / "2.fit", tmp_path / "3.fit", "--json")
    status, out, err = coach("recompute")
    assert (status, err) == (0, "")
    assert "0개" in out
    status, out, _ = coach("recompute", "--all")
    assert status == 0
    assert "2개" in out
