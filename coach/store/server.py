"""The embedded Postgres: the binaries of a PyPI wheel under a launcher of our own.

Any number of processes share the server of one data directory; the last to leave stops it. Who uses it is
known from file locks, which the kernel drops however a process ends (`coach.store.keeper`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from urllib.parse import quote

import psycopg

from coach.errors import SetupError
from coach.store import keeper
from coach.store.service_user import Identity, binaries, identity, place_for
from coach.store.session import SUPERUSER

DATABASE = "hanbal"
START_TIMEOUT_S = 120  # crash recovery after a long import can take a while
MAX_SOCKET_PATH = 100  # the kernel's limit is 108 on Linux, 104 on macOS
MAX_LOG_BYTES = 5_000_000

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",  # compiling costs more than our queries
}


@dataclass
class Embedded:
    """A share in the running server of a data directory. `url` logs in as its superuser."""

    url: str
    data_dir: Path
    cluster: Path
    _lease: int
    _settings: Mapping[str, str] = field(default_factory=dict)

    def ensure(self) -> None:
        """Start the server again when it is gone (killed, out of memory)."""
        _ensure_running(self.data_dir, self.cluster, self._settings)

    def stop(self) -> None:
        """Leave; the last to leave waits until the server has stopped. May be called twice."""
        if self._lease < 0:
            return
        _leases.discard(self._lease)
        os.close(self._lease)
        self._lease = -1
        users = os.open(self.data_dir / keeper.USERS_FILE, os.O_RDWR)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Either others use it (then a shared lock is granted at once), or the keeper is stopping it.
            fcntl.flock(users, fcntl.LOCK_SH)
        else:
            keeper.stop_server(self.cluster)
        finally:
            os.close(users)

    def __enter__(self) -> Embedded:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


_leases: set[int] = set()


def _drop_leases() -> None:
    # A forked child would keep its parent's locks alive after the parent's death.
    for lease in _leases:
        os.close(lease)
    _leases.clear()


os.register_at_fork(after_in_child=_drop_leases)


def start_embedded(data_dir: Path, settings: Mapping[str, str] | None = None) -> Embedded:
    """Start the server of `data_dir`, or join the one that runs; make the data directory when it is new.

    As root the server runs as a service user, since Postgres refuses root; nobody's directories change
    their mode. `settings` are added to the server's command line. Raises SetupError with what to do.
    """
    data_dir = data_dir.absolute()
    # As root the server runs as a service user, who has to pass through.
    data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    data_dir = data_dir.resolve()
    wanted = {**SETTINGS, **(settings or {})}
    lease = _open_lock(data_dir / keeper.USERS_FILE)
    fcntl.flock(lease, fcntl.LOCK_SH)
    try:
        with _starting(data_dir):
            cluster = _cluster(data_dir, durable=wanted.get("fsync") != "off")
        _ensure_running(data_dir, cluster, wanted)
    except BaseException:
        os.close(lease)
        raise
    _leases.add(lease)
    return Embedded(_url(_socket_dir(cluster)), data_dir, cluster, lease, wanted)


def _url(socket_dir: Path, database: str = DATABASE) -> str:
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(socket_dir), safe='/')}"


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise SetupError("data_dir_not_yours", path=str(path.parent)) from error


@contextlib.contextmanager
def _starting(data_dir: Path) -> Iterator[None]:
    """Hold the right to start a server here: one process at a time."""
    lock = _open_lock(data_dir / "postgres.starting")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _cluster(data_dir: Path, *, durable: bool) -> Path:
    """Return the directory of the database files, made by initdb when there is none yet."""
    link = data_dir / "postgres"
    if (link / "PG_VERSION").exists():
        return link.resolve()
    who = identity()
    target = place_for(link, who)
    # Made under another name and renamed: an initdb that was killed leaves nothing that looks finished.
    fresh = Path(mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
    who.own(fresh)
    done = subprocess.run(
        [
            str(binaries(who) / "initdb"),
            *("-D", str(fresh), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if durable else ("--no-sync",)),
        ],
        capture_output=True,
        text=True,
        check=False,
        **who.popen(),
    )
    if done.returncode:
        raise SetupError("database_start_failed", log=_last_lines(done.stderr))
    fresh.rename(target)
    if target != link:
        link.unlink(missing_ok=True)  # a link to a directory that was removed
        link.symlink_to(target)
    return target.resolve()


def _ensure_running(data_dir: Path, cluster: Path, settings: Mapping[str, str]) -> None:
    with _starting(data_dir):
        if not _answers(cluster):
            here = keeper.postmaster_pid(cluster) is not None  # recovering from a crash, perhaps
            _await_answer(cluster, None if here else _start(cluster, settings))
        _ensure_database(cluster)
        _ensure_keeper(data_dir, cluster)


def _start(cluster: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    _await_leftovers(cluster)
    who = Identity.owner_of(cluster)
    socket_dir = _socket_dir(cluster) if (cluster / "postmaster.pid").exists() else None
    if socket_dir is None or not socket_dir.is_dir():
        socket_dir = _new_socket_dir(cluster, who)
    # Postgres would take a zombie, or a stranger with the old number, for a living server.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for stale in socket_dir.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)
    log = cluster / "server.log"
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.unlink()
    options = {**settings, "unix_socket_directories": f'"{socket_dir}"'}
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        who.own(log)
        child = subprocess.Popen(
            [
                str(binaries(who) / "postgres"),
                *("-D", str(cluster)),
                *(arg for name, value in options.items() for arg in ("-c", f"{name}={value}")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the terminal is not for the server
            **who.popen(),
        )
    _children[:] = [c for c in _children if c.poll() is None]
    _children.append(child)
    return child


_children: list[subprocess.Popen[bytes]] = []  # polled, so that none stays a zombie


def _await_leftovers(cluster: Path) -> None:
    """Wait for the sessions of a killed server: they end by themselves, and must before the next starts."""
    deadline = time.monotonic() + 30
    while leftovers := _processes_in(cluster):
        if time.monotonic() > deadline:
            raise SetupError("database_leftovers", pids=", ".join(map(str, leftovers)))
        time.sleep(0.05)


def _processes_in(cluster: Path) -> list[int]:
    """Return the processes whose working directory is the cluster (Linux; elsewhere none are known)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").samefile(cluster) and b"postgres" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def _new_socket_dir(cluster: Path, who: Identity) -> Path:
    """Return a directory only the server's user can enter, with a path short enough for a socket."""
    if len(f"{cluster}/.s.PGSQL.5432".encode()) <= MAX_SOCKET_PATH and _plain(cluster):
        return cluster
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = (
        runtime and not who.foreign and len(runtime) < MAX_SOCKET_PATH - 40 and os.access(runtime, os.W_OK)
    )
    path = Path(mkdtemp(prefix="hanbal-", dir=runtime if usable else "/tmp"))  # noqa: S108 - private: 0700
    who.own(path)
    return path


def _plain(path: Path) -> bool:
    """Whether a path needs no quoting in a server setting, an address or a shell."""
    return re.fullmatch(r"[A-Za-z0-9_./-]+", str(path)) is not None


def _socket_dir(cluster: Path) -> Path:
    """Return the socket's directory, the fifth line of the server's pid file."""
    try:
        return Path((cluster / "postmaster.pid").read_text().split("\n")[4])
    except (OSError, IndexError):
        return cluster


def _answers(cluster: Path) -> bool:
    """Whether the server of this very cluster accepts connections."""
    socket_dir = _socket_dir(cluster)
    if not (socket_dir / ".s.PGSQL.5432").exists():
        return False
    try:
        with psycopg.connect(_url(socket_dir, "postgres"), connect_timeout=5) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(row[0]).resolve() == cluster


def _await_answer(cluster: Path, child: subprocess.Popen[bytes] | None) -> None:
    """Wait until the server accepts connections; `child` when this process has just started it."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _answers(cluster):
        ended = keeper.postmaster_pid(cluster) is None if child is None else child.poll() is not None
        if ended or time.monotonic() > deadline:
            raise SetupError("database_start_failed", log=_log_of(cluster))
        time.sleep(0.02)


def _ensure_database(cluster: Path) -> None:
    with psycopg.connect(_url(_socket_dir(cluster), "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount == 0:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _ensure_keeper(data_dir: Path, cluster: Path) -> None:
    lock = _open_lock(data_dir / keeper.KEEPER_FILE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # there is one
    finally:
        os.close(lock)
    _children.append(
        subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, str(data_dir), str(cluster)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath},  # no keys and passwords in a process that outlives us
            start_new_session=True,
        )
    )


def _log_of(cluster: Path) -> str:
    try:
        return _last_lines((cluster / "server.log").read_text("utf-8", "replace"))
    except OSError:
        return ""


def _last_lines(log: str) -> str:
    return "\n".join(log.strip().splitlines()[-4:])
