"""The command line runs as it does for anybody, on the tests' server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from coach.cli import main
from coach.config import settings
from coach.domain.activity import Recording, Sport, Streams
from coach.providers.files.fit import encode_activity

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def coach(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Run a command: `coach("import", path)` → exit status, standard output, standard error."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)  # no `.env` of whoever runs the tests
    settings.cache_clear()

    def run(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(arg) for arg in args])
        said = capsys.readouterr()
        return status, said.out, said.err

    yield run
    settings.cache_clear()


def json_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def a_run(days_ago: int, minutes: int = 30, speed_mps: float = 2.8) -> bytes:
    """Return a FIT file of an even run that ended `days_ago` days ago."""
    n = minutes * 60
    start = (datetime.now(UTC) - timedelta(days=days_ago, seconds=n)).replace(microsecond=0)
    t = np.arange(1, n + 1, dtype=float)
    channels = {
        "distance_m": np.cumsum(np.full(n, speed_mps)),
        "speed_mps": np.full(n, speed_mps),
        "hr_bpm": np.full(n, 148.0),
    }
    return encode_activity(
        Recording(
            sport=Sport.run,
            start=start,
            elapsed_s=float(n),
            timer_s=float(n),
            distance_m=n * speed_mps,
            utc_offset_s=9 * 3600,
            streams=Streams(t, channels),
        )
    )
