"""Run everything: database, API and worker in one process group that ends together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

LEASH = "COACH_LEASH_FD"
STOP_AFTER_S = 15.0
LONGEST_PAUSE_S = 60.0  # before a child that is not needed is started again


def hold_leash() -> None:
    """End this process when its parent is gone, however the parent ended.

    The parent keeps the writing end of a pipe open; its end, even by `kill -9`, closes it.
    """
    fd = os.environ.pop(LEASH, None)
    if fd is None:
        return

    def wait() -> None:
        while os.read(int(fd), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="leash", daemon=True).start()


@dataclass
class Spare:
    """A child that the others can do without, and when it is started again after it ended."""

    args: tuple[str, ...]
    pause_s: float = 2.0
    again_at: float | None = None


class Group:
    """Child processes that live and end together."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_inheritable(self._read, True)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self._spare: dict[str, Spare] = {}

    def start(self, name: str, *args: str, env: Mapping[str, str] | None = None) -> None:
        """Start `coach <args>` as the child `name`."""
        self._start(name, "coach.cli", *args, env=env or {})

    def start_spare(self, name: str, *args: str) -> None:
        """Start `coach <args>` as a child that the others can do without.

        When it ends it takes nothing along, and is started again after a pause.
        """
        self._spare[name] = Spare(args)
        self.start(name, *args)

    def start_telling(self, name: str, module: str, cwd: Path, env: Mapping[str, str]) -> str:
        """Start a module of `cwd` as the child `name` and return the line that it prints when it is ready.

        "" when it ended before it printed anything.
        """
        child = self._start(name, module, env=env, cwd=cwd, stdout=subprocess.PIPE)
        assert child.stdout is not None
        with child.stdout as out:
            return out.readline().decode().strip()

    def _start(
        self, name: str, module: str, *args: str, env: Mapping[str, str] = {}, **options: Any
    ) -> subprocess.Popen[bytes]:
        child: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-m", module, *args],
            env={**os.environ, **env, LEASH: str(self._read)},
            pass_fds=(self._read,),
            **options,
        )
        self._children[name] = child
        return child

    def wait(self) -> int:
        """Wait until a signal or until a child ends, end the others, and return the exit status."""

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self._stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        while not self.stopped(0.2):
            pass
        # A child that ends by itself takes the others along, and its failure is the group's.
        failed = [] if self._stopping.is_set() else [child.returncode or 1 for child in self._ended()]
        self.stop()
        return failed[0] if failed else 0

    def stopped(self, within_s: float) -> bool:
        """Wait a little and return whether a child has ended or a signal came."""
        if self._stopping.wait(within_s):
            return True
        self._revive(time.monotonic())
        return bool(self._ended())

    def _ended(self) -> list[subprocess.Popen[bytes]]:
        needed = (child for name, child in self._children.items() if name not in self._spare)
        return [child for child in needed if child.poll() is not None]

    def _revive(self, now: float) -> None:
        """Start again what ended and is not needed, later each time."""
        for name, spare in self._spare.items():
            if self._children[name].poll() is None:
                continue
            if spare.again_at is None:
                spare.again_at = now + spare.pause_s
                spare.pause_s = min(LONGEST_PAUSE_S, 2 * spare.pause_s)
            elif now >= spare.again_at:
                spare.again_at = None
                self.start(name, *spare.args)

    def stop(self) -> None:
        """End all children: politely first, the last started first."""
        for child in reversed(self._children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_AFTER_S
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        os.close(self._write)
        os.close(self._read)
