"""`coach ask` and `coach tool`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg

from coach.tools import TOOLS
from tests.cli.conftest import Run, a_run


def test_asking_about_what_was_imported(coach: Run, tmp_path: Path) -> None:
    (tmp_path / "a.fit").write_bytes(a_run(0))
    coach("import", tmp_path / "a.fit")
    status, out, _ = coach("ask", "오늘", "몇", "킬로", "뛰었어?")
    assert status == 0
    assert "5.0 km" in out
    status, out, _ = coach("ask", "How far did I run today?")
    assert status == 0
    assert "5.0 km" in out


def test_a_red_flag_is_answered_before_anything_else(coach: Run) -> None:
    status, out, _ = coach("ask", "뛰다가 가슴이 조이고 식은땀이 나")
    assert status == 0
    assert "119" in out


def test_tools_are_listed_and_run(coach: Run, tmp_path: Path) -> None:
    _, listed, _ = coach("tool")
    assert [line.split()[0] for line in listed.splitlines()] == list(TOOLS)
    (tmp_path / "a.fit").write_bytes(a_run(0))
    coach("import", tmp_path / "a.fit")
    status, said, _ = coach("tool", "activity_show", "--json", '{"parts": ["summary", "splits"]}')
    assert status == 0
    assert "5.0 km" in said
    assert "5'57\"/km" in said
    _, raw, _ = coach("tool", "activity_show", "--raw")
    facts = {fact["key"]: fact for fact in json.loads(raw)["facts"]}
    assert abs(facts["run.distance_m"]["value"] - 5040) < 1
    assert facts["run.distance_m"]["sources"] == ["file"]


def test_bad_arguments_are_named(coach: Run) -> None:
    status, _, err = coach("tool", "totals", "--json", '{"start": "soon"}')
    assert status == 2
    assert "start" in err
    status, _, err = coach("tool", "totals", "--json", "not json")
    assert status == 2
    assert err
    status, _, err = coach("tool", "fly")
    assert status == 2
    assert "totals" in err


def test_a_link_that_logs_in_is_printed_and_kept_nowhere(coach: Run, database_url: str) -> None:
    status, out, _ = coach("ask", "가민 연결하고 싶어")
    assert status == 0
    found = re.search(r"/login/([\w-]+)\?next=/connections%23garmin\b", out)
    assert found
    with psycopg.connect(database_url) as admin:
        tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        kept = [str(admin.execute(f'SELECT t::text FROM "{name}" t').fetchall()) for (name,) in tables]
    assert any("/connections#garmin" in rows for rows in kept)
    assert not [rows for rows in kept if found[1] in rows or found[1].encode().hex() in rows]
