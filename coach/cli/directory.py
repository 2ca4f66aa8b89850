"""The data directory: taken only when it is ours or empty, and emptied of nothing but what we put there."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from coach.errors import SetupError
from coach.store import keeper, service_user
from coach.store.vault import KEY_FILE

KIND = "kind"  # a file in the data directory: "own" or "demo"
KINDS = ("own", "demo")
# Everything that an installation writes into its directory.
OURS = (KIND, "postgres", "postgres.*", "inbox", "charts-*.js", KEY_FILE, f".{KEY_FILE}.*")
LEAVE_WITHIN_S = 20.0  # the last process may still be stopping the server


def is_ours(directory: Path) -> bool:
    """Whether a directory holds an installation."""
    try:
        if (directory / KIND).read_text(encoding="utf-8").strip() in KINDS:
            return True
    except (OSError, ValueError):
        pass  # no such file, or somebody else's
    return (directory / keeper.USERS_FILE).is_file() and (directory / "postgres" / "PG_VERSION").is_file()


def claim(directory: Path, kind: str | None = None) -> None:
    """Make `directory` one for `kind` of data (None: whichever it is already).

    Raises SetupError when it holds the other kind, or anything that is not ours: what is claimed can be
    erased, and nobody's home or root directory must be.
    """
    if directory.is_dir() and not is_ours(directory) and (strange := _strangers(directory, hidden=False)):
        raise SetupError("data_dir_not_empty", path=str(directory), found=strange[0].name)
    # As root the server runs as a service user, who has to pass through.
    directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    if kind is None:
        return
    marker = directory / KIND
    if not marker.exists():
        marker.write_text(kind, encoding="utf-8")
    elif (found := marker.read_text(encoding="utf-8").strip()) != kind:
        raise SetupError("wrong_data_kind", path=str(directory), found=found, wanted=kind)


def empty(directory: Path) -> list[str]:
    """Delete an installation's files and their directory; return the names of what is not ours and stays.

    Raises SetupError where there is no installation, or while a process uses it.
    """
    if not is_ours(directory):
        raise SetupError("data_dir_not_ours", path=str(directory))
    directory = directory.resolve()
    cluster = (directory / "postgres").resolve()
    with _alone(directory):
        if (cluster / "PG_VERSION").is_file():
            keeper.stop_server(cluster)
        for entry in sorted(directory.iterdir()):
            if not _named_by_us(entry):
                continue
            if entry.is_symlink():
                # As root the database files may lie where the service user can enter.
                if entry.name == "postgres" and cluster.parent == service_user.HOME / "clusters":
                    shutil.rmtree(cluster, ignore_errors=True)
                entry.unlink()
            elif entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    left = [entry.name for entry in _strangers(directory)]
    if not left:
        directory.rmdir()
    return left


def empty_of_keys(directory: Path) -> bool:
    """Delete the key file where a database elsewhere left nothing else of ours; return whether one was there.

    What was encrypted with it cannot be read any more.
    """
    found = [directory / KEY_FILE, *directory.glob(f".{KEY_FILE}.*")] if directory.is_dir() else []
    there = [file for file in found if file.is_file()]
    for file in there:
        file.unlink()
    return bool(there)


def _strangers(directory: Path, *, hidden: bool = True) -> list[Path]:
    """Return what we did not name; without `hidden` not what systems put into an empty place."""
    found = [entry for entry in sorted(directory.iterdir()) if not _named_by_us(entry)]
    return [e for e in found if hidden or not (e.name.startswith(".") or e.name == "lost+found")]


def _named_by_us(entry: Path) -> bool:
    return any(fnmatch(entry.name, pattern) for pattern in OURS)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the lock that every process using the directory shares."""
    lock = os.open(directory / keeper.USERS_FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + LEAVE_WITHIN_S
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # A user's lock is shared, so one more is granted; the keeper's, who stops the server, is not.
                in_use = True
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    fcntl.flock(lock, fcntl.LOCK_UN)
                except BlockingIOError:
                    in_use = False
                if in_use or time.monotonic() > deadline:
                    raise SetupError("data_dir_in_use", path=str(directory)) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(lock)
