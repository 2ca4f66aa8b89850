"""`coach knowledge`: bring in, list, check and search guidelines; and what a conversation cites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes.guidelines import bring_few

from coach.config import settings
from coach.store.session import Database
from tests.cli.conftest import Run

GOOD = """+++
id = "club-strides"
topic = "technique"
title = "목요일 언덕 질주"
population = ["everyone"]
evidence = "convention"
citation = "동호회 회의록"
authority = "우리 동호회"
checked = 2026-05-03
verified = true
not_for = ""
+++

우리 동호회는 목요일마다 잔디 언덕에서 여섯 번 질주해요.
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "own" / "ko"
    folder.mkdir(parents=True)
    (folder / "club.md").write_text(GOOD)
    return folder


def test_checking_changes_nothing_and_says_what_is_wrong(coach: Run, place: Path) -> None:
    status, out, _ = coach("knowledge", "check", place)
    assert status == 0
    assert "1" in out
    (place / "club.md").write_text(GOOD.replace("convention", "certain").replace("checked = ", "when = "))
    status, _, err = coach("knowledge", "check", place)
    assert status == 1
    assert re.search(r"club\.md:\d+: .*certain", err)
    assert "checked" in err, "all of it at once"
    assert coach("knowledge", "check", place / "nowhere.md")[0] == 1


def test_own_guidelines_come_in_are_listed_found_and_go(coach: Run, place: Path) -> None:
    status, out, _ = coach("knowledge", "ingest", place.parent)
    assert status == 0
    assert "+ ko/club-strides" in out
    _, listed, _ = coach("knowledge", "list")
    (line,) = [line for line in listed.splitlines() if "club-strides" in line]
    assert "목요일 언덕 질주" in line
    assert "직접" in line
    assert "hydration" in listed, "those that come along are brought in too"
    _, found, _ = coach("knowledge", "search", "목요일", "잔디", "언덕", "질주")
    assert "club-strides" in found.splitlines()[0]
    assert "우리 동호회는 목요일마다" in found
    assert "qwertz" not in (nothing := coach("knowledge", "search", "qwertz")[1])
    assert nothing.strip()

    (place / "bad.md").write_text("no front matter")
    status, _, err = coach("knowledge", "ingest", place.parent)
    assert status == 1
    assert "bad.md:1:" in err
    assert "club-strides" in coach("knowledge", "list")[1], "nothing was changed"

    (place / "bad.md").unlink()
    (place / "club.md").unlink()
    _, out, _ = coach("knowledge", "ingest", place.parent)
    assert "- ko/club-strides" in out
    assert "club-strides" not in coach("knowledge", "list")[1]


def test_a_terminal_shows_the_passage_and_its_source(coach: Run, database_url: str) -> None:
    db = Database(database_url)
    bring_few(db)
    db.dispose()
    question = "달릴 때 물은 얼마나 마셔야 해?"
    settings.cache_clear()
    status, out, _ = coach("tool", "guidelines", "--json", f'{{"question": "{question}"}}')
    assert status == 0
    passage = re.search(r"\[1\] (.+)\n“(.+)”\n— (.+)", out)
    assert passage
    assert "Sawka" in passage[3]
    assert "10.1249/mss.0b013e31802ca597" in passage[3]
    status, said, _ = coach("ask", question)
    assert status == 0
    assert passage[2] in said
    assert said.count(passage[2]) == 1, "what is quoted is not told twice"
    assert "10.1249/mss.0b013e31802ca597" in said.split("[1]")[-1]
