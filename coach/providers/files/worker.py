"""The process that reads strangers' files: `python -m coach.providers.files.worker FD MEMORY_MB`.

Started by `pool.ReaderPool` with one end of a socket pair. The first message is the pickled functions (read,
then); each request is a pickled (name, data, CPU seconds, wall seconds), each answer ("ok", value) or
("error", class, key, params) or ("failed", traceback), with any number of ("progress", part) before it. Ends
when the other end of the pipe closes, so it never outlives its parent.
"""

from __future__ import annotations

import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from coach.errors import CoachError
from coach.providers.files import progress
from coach.providers.files.archive import Content

# How long after the parent's deadline a worker ends itself; only matters when the parent is gone.
_GRACE_S = 5.0


class _CpuSpent(BaseException):
    """The time for this file is used up. No Exception, so that a reader that catches all cannot stop it."""


def serve(pipe: Connection, memory_mb: int) -> None:
    """Answer requests until the pipe closes, or a file goes over its limits (the parent starts a new one)."""
    read, then = pickle.loads(pipe.recv_bytes())  # noqa: S301 - our own parent wrote it
    _limit_memory(memory_mb)
    signal.signal(signal.SIGXCPU, _on_cpu_spent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe
    pipe.send_bytes(b"ready")

    def tell(part: float) -> None:
        pipe.send_bytes(pickle.dumps(("progress", part)))

    while True:
        try:
            request = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        progress.listen(tell)
        answer, healthy = _answer(request, read, then)
        progress.listen(None)
        with suppress(OSError):
            pipe.send_bytes(answer)
        if not healthy:
            return


def _answer(
    request: bytes,
    read: Callable[[str, Content], Any],
    then: Callable[[Any], Any] | None,
) -> tuple[bytes, bool]:
    name, data, cpu_s, wall_s = pickle.loads(request)  # noqa: S301 - our own parent wrote it
    del request
    _allow_cpu(cpu_s)
    signal.setitimer(signal.ITIMER_REAL, wall_s + _GRACE_S)  # its default action ends the process
    try:
        value = read(name, data)
        if then is not None:
            value = then(value)
        answer = pickle.dumps(("ok", value), protocol=5)
    except CoachError as error:
        answer = pickle.dumps(("error", type(error).__name__, error.key, error.params), protocol=5)
    except (_CpuSpent, MemoryError):
        return pickle.dumps(("error", "UnreadableFile", "too_expensive", {"name": name})), False
    except Exception:
        answer = pickle.dumps(("failed", traceback.format_exc(limit=-5)))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    _allow_cpu(None)
    return answer, True


def _limit_memory(memory_mb: int) -> None:
    # Where the system knows no such limit (macOS), the other limits remain.
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, hard))


def _allow_cpu(seconds: float | None) -> None:
    """Move the soft limit to what is used plus `seconds` (None: no limit). Only whole seconds exist."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = resource.RLIM_INFINITY
    if seconds is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(usage.ru_utime + usage.ru_stime + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _on_cpu_spent(*_: object) -> None:
    raise _CpuSpent


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))
