"""What may happen inside a reader: functions that run in the pool's workers."""

from __future__ import annotations

import ctypes
import os
import time

from coach.errors import NotAnActivity
from coach.providers.files.parsed import Parsed
from coach.providers.reading import read


def act(name: str, data: bytes) -> Parsed:
    """Do what the name says, else read the file."""
    match name.split(".")[0]:
        case "spin":
            while True:
                pass
        case "swallow":  # a reader that catches everything
            while True:
                try:
                    while True:
                        pass
                except Exception:
                    continue
        case "sleep":
            time.sleep(60)
        case "hoard":
            hoard = bytearray(4 << 30)
            hoard[-1] = 1
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "bug":
            raise ZeroDivisionError("a bug in a reader")
        case "told":
            raise NotAnActivity("course", name=name)
    return read(name, data)


def distance(parsed: Parsed) -> float | None:
    return parsed.recordings[0].distance_m


def process(name: str, data: bytes) -> tuple[int, dict[str, str]]:
    return os.getpid(), dict(os.environ)


def patience(data: bytes) -> float:
    return 0.1 if data == b"soon" else 1.0
