"""Whether an archive is whole: every file there, as long as it was and with the bytes it had."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from coach.errors import BadInput
from coach.pipeline.archive import FORMAT, MANIFEST, VERSION

PIECE = 2**20
LONGEST_MANIFEST = 256 * 2**20


@dataclass(frozen=True)
class Checked:
    """What was found. `problems`: (what, file), `what` one of missing, extra, size, rows, hash, damaged."""

    made_at: str
    files: int
    rows: int
    problems: tuple[tuple[str, str], ...]


def check(path: Path) -> Checked:
    """Read an archive from end to end. Raises BadInput where it is none, or of a version to come."""
    try:
        with ZipFile(path) as archive:
            return _checked(archive, _manifest(archive))
    except (BadZipFile, OSError) as error:
        raise BadInput("archive_unreadable", path=str(path)) from error


def _manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        with archive.open(MANIFEST) as member:
            found = json.loads(member.read(LONGEST_MANIFEST))
        if found["format"] != FORMAT or not isinstance(found["files"], list):
            raise ValueError
        if found["version"] > VERSION:
            raise BadInput("archive_too_new", version=found["version"], known=VERSION)
        for file in found["files"]:
            file["name"], int(file["bytes"]), str(file["sha256"])
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise BadInput("archive_without_manifest") from error
    return dict(found)


def _checked(archive: ZipFile, manifest: dict[str, Any]) -> Checked:
    there = archive.namelist()
    named = {str(file["name"]): file for file in manifest["files"]}
    problems = [("extra", name) for name in sorted(set(there) - named.keys() - {MANIFEST})]
    problems += [("extra", name) for name in sorted({n for n in there if there.count(n) > 1})]
    rows = 0
    for name, file in named.items():
        if name not in there:
            problems.append(("missing", name))
            continue
        try:
            size, lines, digest = _read(archive, name, int(file["bytes"]))
        except (BadZipFile, zlib.error, OSError, EOFError):
            problems.append(("damaged", name))
            continue
        if size != file["bytes"]:
            problems.append(("size", name))
        elif digest != file["sha256"]:
            problems.append(("hash", name))
        elif "rows" in file and lines != file["rows"]:
            problems.append(("rows", name))
        rows += file.get("rows", 0)
    return Checked(str(manifest.get("made_at", "")), len(named), rows, tuple(problems))


def _read(archive: ZipFile, name: str, most: int) -> tuple[int, int, str]:
    """Return bytes, lines and hash of a file; stops where it is longer than it says it is."""
    hashed, size, lines = hashlib.sha256(), 0, 0
    with archive.open(name) as member:
        while size <= most and (piece := member.read(PIECE)):
            hashed.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
    return size, lines, hashed.hexdigest()
