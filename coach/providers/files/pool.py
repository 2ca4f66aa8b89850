"""A warm pool of limited processes that read files: a bomb costs one file, never its neighbours.

Spawning a process for each file gives 9 files a second, a warm pool some hundreds; in a
ProcessPoolExecutor one bomb fails every file that waits. So: processes of our own, one pipe each.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic
from types import TracebackType
from typing import Any, Self

import coach.errors
from coach.errors import CoachError, SetupError, UnreadableFile
from coach.providers.files.archive import Content, Entry

_log = logging.getLogger(__name__)
_START_S = 60.0  # a cold disk may take long to import numpy
_AHEAD = 4  # files waiting for each worker, so that a slow one does not stop the others
# Nothing else of the environment reaches a process that reads strangers' files: no key, no password.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection

    def end(self) -> None:
        """End the process now; it holds nothing that needs saving."""
        with suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.wait()


def _usual(_: Content) -> float:
    return 1.0


# Told of a large file's name and how much of it (0–1) has been read, from a thread of the pool's.
Progress = Callable[[str, float], None]


def _quiet(name: str, part: float) -> None:
    pass


class ReaderPool[T]:
    """Reads files in limited processes.

    `read(name, data)` and `then(result)` are module-level functions; both run inside the worker (a file that
    is `OnDisk` is opened there, and never passed on), and what `then` returns (or `read`, without it) comes
    back and must be picklable. `patience(data)` runs here and says by how much a file's limits of time are
    multiplied. Safe to use from several threads.
    """

    def __init__(
        self,
        read: Callable[[str, Any], Any],
        then: Callable[[Any], T] | None = None,
        *,
        patience: Callable[[Content], float] = _usual,
        workers: int = 2,
        cpu_s: float = 5.0,
        memory_mb: int = 1024,
        wall_s: float = 30.0,
    ) -> None:
        self._functions = pickle.dumps((read, then))  # refuses what a worker could not import
        self._patience = patience
        self._limits = (cpu_s, memory_mb, wall_s)
        self._workers = workers
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._running: dict[int, _Worker] = {}
        self._closed = False
        for _ in range(workers):
            self._idle.put(None)  # started when first needed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, name: str, data: Content, progress: Progress = _quiet) -> T:
        """Read one file; waits for a free worker.

        Raises what the reader raised, UnreadableFile("too_expensive") over a limit and
        UnreadableFile("reader_failed") when the reader broke; each has the parameter `name`.
        """
        if self._closed:
            raise UnreadableFile("reading_stopped", name=name)
        worker = self._idle.get()
        healthy = False
        try:
            if worker is not None and worker.process.poll() is not None:
                self._discard(worker)
                worker = None
            if worker is None:
                worker = self._start()
            answer, healthy = self._ask(worker, name, data, progress)
            return self._result(answer, name)
        finally:
            if worker is not None and not healthy:
                self._discard(worker)
                worker = None
            self._idle.put(worker)  # None stands for a worker to be started

    def map(
        self, items: Iterable[Entry], progress: Progress = _quiet
    ) -> Iterator[tuple[str, T | CoachError]]:
        """Read many files with all workers; yield (name, result or error) in the order of `items`.

        Takes `items` only some files ahead, so memory stays flat. An item that is an error already (from
        `archive.walk`) comes out unchanged.
        """
        pending: deque[tuple[str, Future[T] | CoachError]] = deque()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="reader") as threads:
            try:
                for name, data in items:
                    pending.append(
                        (
                            name,
                            data
                            if isinstance(data, CoachError)
                            else threads.submit(self.read, name, data, progress),
                        )
                    )
                    if len(pending) >= self._workers * _AHEAD:
                        yield self._outcome(*pending.popleft())
                while pending:
                    yield self._outcome(*pending.popleft())
            finally:
                threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End all workers; a file being read fails with UnreadableFile("reading_stopped")."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
            self._running.clear()
        for worker in running:
            worker.process.kill()
            worker.process.wait()

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        environment = {k: os.environ[k] for k in _ENVIRONMENT if k in os.environ}
        environment |= _ONE_THREAD | {"PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path)}
        command = [sys.executable, "-m", "coach.providers.files.worker"]
        with theirs:
            process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(self._limits[1])],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
            )
        worker = _Worker(process, Connection(ours.detach()))
        try:
            worker.pipe.send_bytes(self._functions)
            if not worker.pipe.poll(_START_S):
                raise EOFError
            worker.pipe.recv_bytes()
        except (EOFError, OSError):
            worker.end()
            raise SetupError("reader_not_starting") from None
        with self._lock:
            closed = self._closed
            if not closed:
                self._running[process.pid] = worker
        if closed:
            worker.end()
            raise SetupError("reader_not_starting")
        return worker

    def _discard(self, worker: _Worker) -> None:
        with self._lock:
            self._running.pop(worker.process.pid, None)
        worker.end()

    def _ask(
        self, worker: _Worker, name: str, data: Content, progress: Progress
    ) -> tuple[tuple[Any, ...], bool]:
        """Return the worker's answer and whether it may read on."""
        times = self._patience(data)
        cpu_s, wall_s = self._limits[0] * times, self._limits[2] * times
        try:
            worker.pipe.send_bytes(pickle.dumps((name, data, cpu_s, wall_s), protocol=5))
            until = monotonic() + wall_s
            answer: tuple[Any, ...] = ("progress", 0.0)
            while answer[0] == "progress":
                if not worker.pipe.poll(max(until - monotonic(), 0.0)):
                    return ("error", "UnreadableFile", "too_expensive", {"name": name}), False
                answer = pickle.loads(worker.pipe.recv_bytes())  # noqa: S301 - our own worker
                if answer[0] == "progress":
                    progress(name, answer[1])
        except (EOFError, OSError):
            with self._lock:
                key = "reading_stopped" if self._closed else "reader_failed"
            _log.warning("the process reading a file ended by itself (%s)", worker.process.poll())
            return ("error", "UnreadableFile", key, {"name": name}), False
        return answer, answer[0] == "ok" or answer[2:3] != ("too_expensive",)

    def _outcome(self, name: str, found: Future[T] | CoachError) -> tuple[str, T | CoachError]:
        if isinstance(found, CoachError):
            return name, found
        try:
            return name, found.result()
        except CoachError as error:
            return name, error

    def _result(self, answer: tuple[Any, ...], name: str) -> T:
        match answer:
            case ("ok", value):
                result: T = value
                return result
            case ("error", kind, key, params):
                error: type[CoachError] = getattr(coach.errors, kind)
                raise error(key, **params)
            case (_, trace):
                _log.error("a reader broke:\n%s", trace)
        raise UnreadableFile("reader_failed", name=name)
