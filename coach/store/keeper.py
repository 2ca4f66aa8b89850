"""Stop the embedded server when its last user is gone, however it went.

Run as a script by `coach.store.server` with the standard library only. Every process that uses a data
directory holds a shared lock on its `postgres.users` file; this one waits for the exclusive lock, which the
kernel grants when the last of them has left or was killed, and then asks the server to stop.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

USERS_FILE = "postgres.users"  # shared lock: one per process that uses the server
KEEPER_FILE = "postgres.keeper"  # exclusive lock: held by the one keeper


def postmaster_pid(cluster: Path) -> int | None:
    """Return the pid of the living server of this cluster, None when there is none.

    The pid file alone proves nothing: the process may be a zombie, or its number may have been given to
    another process, both normal in containers.
    """
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and _is_postgres(pid, cluster) else None


def _is_postgres(pid: int, cluster: Path) -> bool:
    if Path("/proc/self/stat").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and Path(f"/proc/{pid}/cwd").samefile(cluster)
        except OSError:
            return False
    answer = subprocess.run(  # a fixed command and a number
        ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return bool(answer) and not answer.startswith("Z") and "postgres" in answer and str(cluster) in answer


def stop_server(cluster: Path, timeout_s: float = 60) -> bool:
    """End the server's sessions and stop it; return whether it is gone."""
    pid = postmaster_pid(cluster)
    deadline = time.monotonic() + timeout_s
    if pid is not None:
        os.kill(pid, signal.SIGINT)  # Postgres: "fast" shutdown
    while pid is not None and time.monotonic() < deadline:
        time.sleep(0.02)
        pid = postmaster_pid(cluster)
    return pid is None


def main(data_dir: Path, cluster: Path) -> None:
    """Wait until nobody uses the server, then stop it. Leave at once when another keeper does so."""
    try:
        # Not created here: whoever removes the data directory now must find it stay removed.
        keeper = os.open(data_dir / KEEPER_FILE, os.O_RDWR)
        users = os.open(data_dir / USERS_FILE, os.O_RDWR)
        fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return
    fcntl.flock(users, fcntl.LOCK_EX)
    stop_server(cluster)
    # In this order: whoever comes in next sees that it needs a keeper of its own.
    os.close(keeper)
    os.close(users)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
