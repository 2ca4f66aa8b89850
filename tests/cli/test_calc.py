"""`coach calc`: no database, no data directory, one line out for each line in."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.cli import main
from coach.cli.calc import stream
from coach.config import settings
from coach.domain.calculators import CALCULATORS
from coach.text import LANGS

RACE = {"distance_m": 5000, "time_s": 1200}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing but the calculators: a database that nobody answers at."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_calculators_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calc"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(CALCULATORS)
    assert main(["calc", "vdot"]) == 0
    said = capsys.readouterr().out
    assert "Daniels & Gilbert" in said
    assert "distance_m" in said
    example = said.split("--json '")[1].split("'")[0]
    assert main(["calc", "vdot", "--json", example]) == 0


def test_one_calculation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calc", "vdot", "--json", json.dumps(RACE)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["metric"] == "vdot"
    assert answer["result"] == pytest.approx(49.8062, abs=1e-3)


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["vdot", "--json", '{"distance_m": 5000}'], 1),
        (["vdot", "--json", "[1]"], 1),
        (["vdot", "--json", "{"], 2),
        (["tss"], 1),
    ],
)
def test_what_cannot_be_calculated(args: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calc", *args]) == status
    said = capsys.readouterr()
    assert said.err
    assert not said.out


@pytest.mark.parametrize("lang", LANGS)
def test_a_stream_goes_on_after_errors(lang: str) -> None:
    out = io.StringIO()
    lines = [
        json.dumps({"metric": "vdot", "inputs": RACE}).encode(),
        b"\n",
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"metric": "vdot"}',
        b'{"metric": 3, "inputs": {}}',
        b'{"metric": "vdot", "inputs": []}',
        b'{"metric": "tss", "inputs": {}}',
        b'{"metric": "vdot", "inputs": {"distance_m": NaN, "time_s": 1200}}',
        json.dumps({"metric": "tanaka", "inputs": {"age": 40}}).encode(),
    ]
    assert not stream(lines, out, lang)  # type: ignore[arg-type]
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == 10
    assert answers[0]["result"] == pytest.approx(49.8062, abs=1e-3)
    assert answers[-1] == {"metric": "tanaka", "result": 180.0}
    assert all(answer["error"] for answer in answers[1:-1])
    assert [answer["metric"] for answer in answers[1:-1]] == [None] * 5 + ["vdot", "tss", "vdot"]
    assert stream(lines[:1], out, lang)  # type: ignore[arg-type]


def test_a_line_is_answered_before_the_next_one_comes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "coach.cli", "calc", "--stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for age in (40, 50):
            process.stdin.write(json.dumps({"metric": "tanaka", "inputs": {"age": age}}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["result"] == 208 - 0.7 * age
        process.stdin.close()
        assert process.wait(20) == 0
    assert not (tmp_path / "data").exists()


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from coach.cli import main; main(['calc', 'tanaka', '--json', '{\"age\": 40}']);"
        "print([m for m in ('sqlalchemy', 'pandas', 'scipy', 'fastapi', 'langgraph') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
