"""The embedded server: shared, stopped by the last, and back after anything was killed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from coach.errors import SetupError
from coach.store import server, service_user, system
from coach.store.keeper import postmaster_pid
from coach.store.postgres import bootstrap, migrate
from coach.store.server import start_embedded
from coach.store.session import Database

pytestmark = pytest.mark.crash

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def data_dir(quick_place: Path | None) -> Iterator[Path]:
    """One data directory with a durable server; each test starts and ends it anew."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-crash-", dir=quick_place))
    place.chmod(0o711)
    yield place / "own"
    shutil.rmtree(place)


def until(true: Callable[[], bool], within_s: float = 30) -> bool:
    deadline = time.monotonic() + within_s
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


USER = """
import sys
from pathlib import Path
from coach.store.server import start_embedded
share = start_embedded(Path(sys.argv[1]))
print(share.url, flush=True)
sys.stdin.readline()
share.stop()
"""


@contextmanager
def users(data_dir: Path, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that start, at once, the server of one data directory and hold it until told."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(number)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def say_done(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)


def test_two_starts_at_once_share_and_a_killed_user_does_not_keep_it_alive(data_dir: Path) -> None:
    with users(data_dir, 2) as (one, other):
        assert one.stdout is not None
        assert other.stdout is not None
        url = one.stdout.readline().strip()
        assert other.stdout.readline().strip() == url
        cluster = (data_dir / "postgres").resolve()
        pid = postmaster_pid(cluster)
        assert pid is not None
        one.communicate("\n", timeout=60)
        assert one.returncode == 0
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert postmaster_pid(cluster) == pid
        other.kill()
        other.wait()
        assert until(lambda: postmaster_pid(cluster) is None)


def test_the_last_to_leave_waits_until_it_has_stopped(data_dir: Path) -> None:
    with start_embedded(data_dir) as first:
        with start_embedded(data_dir) as second:
            assert second.url == first.url
        assert postmaster_pid(first.cluster)
    assert postmaster_pid(first.cluster) is None


def test_killed_server_comes_back_with_what_was_committed(data_dir: Path) -> None:
    with start_embedded(data_dir) as share:
        bootstrap(share.url)
        migrate(share.url)
        db = Database(share.url, revive=share.ensure)
        made = [system.create_athlete(db).id]
        for _ in range(2):
            pid = postmaster_pid(share.cluster)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            # Its sessions end by themselves a moment later; until then a pool believes in them.
            assert until(lambda: not server._processes_in(share.cluster))
            made.append(system.create_athlete(db).id)  # the pool starts it again by itself
            assert postmaster_pid(share.cluster) not in (None, pid)
            assert system.list_athletes(db) == made
        db.dispose()
    with start_embedded(data_dir) as share:
        db = Database(share.url)
        assert system.list_athletes(db) == made
        db.dispose()


@pytest.mark.parametrize("impostor", ["zombie", "another process"])
def test_a_pid_file_that_names_no_server_is_not_believed(data_dir: Path, impostor: str) -> None:
    with start_embedded(data_dir) as share:
        lines = (share.cluster / "postmaster.pid").read_text().split("\n")
        (pid,) = [postmaster_pid(share.cluster)]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: postmaster_pid(share.cluster) is None)
        # A zombie is a process that ended and whose parent (this one) has not asked how.
        command = "pass" if impostor == "zombie" else "import time; time.sleep(60)"
        process = subprocess.Popen([sys.executable, "-S", "-c", command])
        try:
            if impostor == "zombie":
                state = Path(f"/proc/{process.pid}/stat")
                assert not state.exists() or until(lambda: ") Z " in state.read_text())
            (share.cluster / "postmaster.pid").write_text("\n".join([str(process.pid), *lines[1:]]))
            assert postmaster_pid(share.cluster) is None
            share.ensure()
            with psycopg.connect(share.url) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        finally:
            process.kill()
            process.wait()


def test_a_forked_child_does_not_hold_the_server(data_dir: Path) -> None:
    share = start_embedded(data_dir)
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        share.stop()
        share.stop()
        assert until(lambda: postmaster_pid(share.cluster) is None)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_long_and_odd_paths(data_dir: Path) -> None:
    deep = data_dir.parent / ("한글 폴더, with a comma " + "x" * 60) / "own"
    with start_embedded(deep) as share, psycopg.connect(share.url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("hanbal",)
        socket_dir = server._socket_dir(share.cluster)
        assert len(f"{socket_dir}/.s.PGSQL.5432") <= server.MAX_SOCKET_PATH
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    shutil.rmtree(socket_dir)


@pytest.mark.skipif(not ROOT, reason="only root changes users")
def test_as_root_in_a_closed_directory_nothing_is_opened() -> None:
    closed = Path(tempfile.mkdtemp(prefix="hanbal-closed-"))
    try:
        before = closed.stat()
        with start_embedded(closed / "own", {"fsync": "off"}) as share:
            assert share.cluster.is_relative_to(service_user.HOME)
            assert (closed / "own" / "postgres").resolve() == share.cluster
            assert share.cluster.stat().st_uid != 0
            with psycopg.connect(share.url) as connection:
                assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert (closed.stat().st_mode, closed.stat().st_uid) == (before.st_mode, before.st_uid)
        shutil.rmtree(share.cluster)
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(not ROOT, reason="an ordinary user runs every other test of this file as one")
def test_as_an_ordinary_user() -> None:
    nobody = service_user._fallback()
    place = Path(tempfile.mkdtemp(prefix="hanbal-user-"))
    os.chown(place, nobody.uid, nobody.gid)
    # The interpreter may lie where that user cannot go; a fork takes what is imported along.
    reachable = (sys.executable, shutil.which("python3", path="/usr/bin"))
    pythons = [p for p in reachable if p and nobody.can_enter(Path(p).resolve().parent)]
    if not pythons:
        pytest.skip("no interpreter that another user can run")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.gid)
            os.setuid(nobody.uid)
            sys.executable = pythons[0]
            with start_embedded(place / "own", {"fsync": "off"}) as share:
                with psycopg.connect(share.url) as connection:
                    row = connection.execute("SHOW unix_socket_directories").fetchone()
                pid = postmaster_pid(share.cluster)
                assert row is not None
                assert pid is not None
                assert Path(f"/proc/{pid}").stat().st_uid == nobody.uid
            code = 0 if postmaster_pid(share.cluster) is None else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    shutil.rmtree(place)
    assert os.waitstatus_to_exitcode(status) == 0


def test_without_useradd_an_existing_user_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert service_user._made("hanbal-no-such-user") is None
    assert service_user._find("root") is None
    assert service_user._fallback().uid != 0


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with pytest.raises(SetupError) as failed:
        start_embedded(data_dir, {"shared_buffers": "nonsense"})
    assert failed.value.key == "database_start_failed"
    assert "shared_buffers" in failed.value.params["log"]
    start_embedded(data_dir).stop()
