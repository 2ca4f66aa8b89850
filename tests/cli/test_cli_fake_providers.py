"""The invented services of `coach demo --fake-providers`: believable, and gone with whoever started them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fakes.serve import accounts

from coach.cli.invented_services import source_tree
from coach.errors import SetupError
from coach.providers.files.archive import walk
from coach.providers.files.fit import read_fit

ROOT = Path(__file__).parents[2]
STARTS_THEM = """
from coach.cli import invented_services
from coach.cli.serve import Group
group = Group()
print(invented_services.start(group).garmin_url, flush=True)
input()
"""


def test_the_accounts_hold_a_believable_runner(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    there, other = accounts(now)
    ages = [(now - run.start).days for run in there.runs]
    assert 25 <= sum(age < 60 for age in ages) <= 60
    assert sum(age >= 60 for age in ages) > 300
    assert max(ages) > 700
    assert min(ages) >= 0, "nothing lies ahead"
    assert len({run.id for run in there.runs}) == len(there.runs)
    slept = [day for day in there.days.values() if day.sleep and day.rhr and day.hrv]
    assert len(slept) > 700

    run = there.runs[-1]
    packed = tmp_path / "original.zip"
    packed.write_bytes(run.download() or b"")
    ((_, data),) = walk(packed, packed.name)
    assert isinstance(data, bytes)
    (recording,) = read_fit(data)
    assert recording.distance_m == pytest.approx(run.row()["distance"], rel=0.001)

    number = max(other.activities)
    shown, streams = other.activities[number], other.streams[number]
    assert streams["distance"]["data"][-1] == pytest.approx(shown["distance"], rel=0.001)
    assert {len(stream["data"]) for stream in streams.values()} == {len(streams["time"]["data"])}


def test_they_end_with_whoever_started_them(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTS_THEM],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COACH_DATA_DIR": str(tmp_path)},
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    assert httpx.get(f"{url}/mobile/sso/en_US/sign-in").status_code == 200
    parent.kill()
    parent.wait(10)
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while datetime.now(UTC) < deadline:
        try:
            httpx.get(f"{url}/mobile/sso/en_US/sign-in", timeout=1)
        except httpx.TransportError:
            return
        time.sleep(0.1)
    raise AssertionError("they outlived the one who started them")


def test_an_installed_package_has_none_of_them(tmp_path: Path) -> None:
    assert source_tree() == ROOT
    with pytest.raises(SetupError, match="fakes_need_source_tree"):
        source_tree(tmp_path / "coach")
