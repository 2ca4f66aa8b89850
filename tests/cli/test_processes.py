"""`coach serve`: one command starts everything, one signal ends everything."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.crash


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data_dir() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="hanbal-serve-"))
    place.chmod(0o711)  # the service user that runs the database as root's stand-in must enter
    yield place / "own"
    shutil.rmtree(place, ignore_errors=True)


def _start(data_dir: Path, *command: str) -> tuple[subprocess.Popen[str], str]:
    """Start a command and return it with the link it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "coach.cli", *command],
        env={
            **environment,
            "COACH_DATA_DIR": str(data_dir),
            "COACH_PORT": str(_free_port()),
            "DATABASE_URL": "",
            "COLUMNS": "200",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(r"http://\S+/login/\S+", line)
        if found:
            return process, found.group()
    raise AssertionError(f"no link was printed:\n{said}")


def _running(data_dir: Path) -> list[str]:
    """Return the command lines of processes that belong to this data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(data_dir) in command or f"COACH_DATA_DIR={data_dir}".encode() in environment:
            found.append(command)
    return found


def _gone(data_dir: Path, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if not _running(data_dir):
            return True
        time.sleep(0.1)
    return False


def test_one_command_starts_everything_and_ctrl_c_ends_it(data_dir: Path) -> None:
    process, link = _start(data_dir, "serve")
    base = link.split("/login/")[0]
    with httpx.Client(base_url=base, follow_redirects=True) as browser:
        assert browser.get("/healthz").status_code == 200
        assert browser.get("/api/v1/threads").status_code == 401
        page = browser.get(link)
        assert page.status_code == 200
        assert browser.get(link).status_code != 500, "a second use is refused politely"
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
    assert process.wait(30) == 0
    assert _gone(data_dir, 10), _running(data_dir)


@pytest.mark.soak
def test_nothing_outlives_a_killed_parent(data_dir: Path) -> None:
    process, _ = _start(data_dir, "serve")
    process.kill()
    process.wait(10)
    assert _gone(data_dir, 30), _running(data_dir)


def test_demo_data_and_own_data_never_mix(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "kind").write_text("demo", encoding="utf-8")
    environment = {**os.environ, "COACH_DATA_DIR": str(data_dir), "COACH_LANG": "en", "DATABASE_URL": ""}
    refused = subprocess.run(
        [sys.executable, "-m", "coach.cli", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert str(data_dir) in refused.stderr
    assert "COACH_DATA_DIR" in refused.stderr
    assert "Traceback" not in refused.stderr
