"""Files that are too large to be passed on whole: readers open them where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path


@dataclass(frozen=True)
class OnDisk:
    """A file by its place. `unpacked_bytes` is what reading it goes through, as far as it says so itself."""

    path: Path
    size: int
    unpacked_bytes: int

    def sha256(self) -> bytes:
        """Return the hash of the content, read piece by piece."""
        with self.path.open("rb") as stream:
            return file_digest(stream, "sha256").digest()
