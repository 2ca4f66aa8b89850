"""Files that come in: where they are kept until they are read, and what they are called."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from coach.text.redacted import without_secrets

MAX_NAME = 200


@contextmanager
def place(inbox: Path) -> Iterator[Path]:
    """Give a new folder in the inbox for what comes together; it goes when that fails."""
    made = inbox / uuid4().hex
    made.mkdir(parents=True, mode=0o700)
    try:
        yield made
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def name_of(given: str | None) -> str:
    """Return the last part of the name that a file was sent with: it is shown and never used as a path."""
    name = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff")
    return without_secrets(clean).text[-MAX_NAME:] or "file"


def keep(source: BinaryIO, path: Path) -> Path:
    """Write a file to disk for good: whoever sent it is told that it is kept."""
    with path.open("xb") as kept:
        shutil.copyfileobj(source, kept, 1 << 20)
        kept.flush()
        os.fsync(kept.fileno())
    return path
