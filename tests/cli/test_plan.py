"""`coach plan`: a plan is built, approved only by a typed yes, changed, written to files and ended."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.planned import train

from coach.cli.home import home
from tests.cli.conftest import Run


class Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))


def test_a_plan_in_the_terminal(coach: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COACH_LANG", "en")
    assert coach("plan")[1].startswith("There is no plan yet")
    status, _, err = coach("plan", "approve")
    assert (status, err.strip()) == (1, "Nothing waits for your decision.")
    with home() as place:
        owner = place.owner()
        assert owner is not None
        train(place.db, owner.id, datetime.now(UTC))
    day = datetime.now(UTC).date() + timedelta(days=98)
    race = ("--day", day + timedelta(days=6 - day.weekday()), "--distance", "half", "--name", "Spring")
    status, out, err = coach("plan", "generate", *race, "--target", "1:45:00")
    assert status == 0, err
    assert "Spring" in out
    # Nobody to ask, and a no, are no yes.
    for typed in ((), ("n",), ("maybe",)):
        answer(monkeypatch, *typed)
        assert coach("plan", "approve")[0] == 1
    # Nor is what another program sends.
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 20))
    assert coach("plan", "approve")[0] == 1
    assert "[Waiting for your approval]" in coach("plan")[1]
    answer(monkeypatch, *["y"] * 20)
    status, out, err = coach("plan", "approve")
    assert status == 0, err
    whole = json.loads(coach("plan", "show", "--json")[1])
    assert whole["head"]["state"] == "running"
    week = whole["weeks"][1]
    status, out, _ = coach("plan", "week", 2)
    assert all(w["title"] in out for w in week["workouts"])
    # A change is proposed; rejected, everything stays.
    one = next(w for w in week["workouts"] if w["kind"] in ("easy", "strides"))
    status, out, err = coach("plan", "change", one["uid"], "--drop")
    assert status == 0, err
    assert one["title"] in out
    assert coach("plan", "reject")[0] == 0
    assert json.loads(coach("plan", "--json")[1])["revision"] == whole["revision"]
    assert coach("plan", "week", 99)[0] == 1
    # Files of what runs.
    for kind, name in (("fit", "week.zip"), ("ics", "plan.ics"), ("json", "plan.json")):
        status, _, err = coach("plan", "export", kind, "--out", tmp_path / name)
        assert status == 0, err
    assert zipfile.ZipFile(tmp_path / "week.zip").namelist()
    assert (tmp_path / "plan.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert json.loads((tmp_path / "plan.json").read_text())
    answer(monkeypatch, "y")
    assert coach("plan", "cancel")[0] == 0
    assert coach("plan")[1].startswith("There is no plan yet")
