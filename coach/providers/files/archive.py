"""Files, folders and archives → the files inside, within a budget. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from coach.errors import BadInput, CoachError, NotFound, TooLarge, UnreadableFile
from coach.providers.files import limits
from coach.providers.files.detect import detect
from coach.providers.files.on_disk import OnDisk

# What archives call their own litter, and what is inside Apple's export (also in Korean, where the
# files have translated names but the folder has not).
_JUNK_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
_JUNK_FOLDERS = {"__macosx"}
_APPLE_FOLDER = "apple_health_export/"
_CHUNK_BYTES = limits.MIB

Content = bytes | OnDisk
Entry = tuple[str, Content | CoachError]


class Budget:
    """What one archive may cost, shared by everything inside it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries = 0
        self._bytes = 0

    def add_entry(self) -> None:
        self._entries += 1
        if self._entries > limits.ARCHIVE_ENTRIES:
            raise TooLarge("archive_entries", name=self.name, limit=limits.ARCHIVE_ENTRIES)

    def add_bytes(self, count: int) -> None:
        self._bytes += count
        if self._bytes > limits.ARCHIVE_TOTAL_BYTES:
            raise TooLarge("archive_total", name=self.name, limit_mb=limits.ARCHIVE_TOTAL_BYTES // limits.MIB)


def walk(source: Path | bytes, name: str = "") -> Iterator[Entry]:
    """Yield (name, content) of each file in a folder, a zip (one inside another too), a gzip, or of one file.

    What cannot be read is yielded as (name, CoachError) and the rest goes on; when the budget of an archive
    is used up, its error is the last entry. Tables (`*.csv`) come before other files, as Strava's
    activities.csv describes them. An Apple Health export is one entry, zipped or not: where it lies on disk
    the entry says so (`OnDisk`), because it may be larger than memory, and its reader streams it.
    `name` is what messages call `source`, by default its file name.
    """
    if isinstance(source, bytes):
        yield from _walk_file(io.BytesIO(source), len(source), name, Budget(name))
        return
    name = name or source.name
    if source.is_dir():
        budget = Budget(name)
        try:
            for path, path_name in _folder_files(source, name):
                budget.add_entry()
                yield from _walk_path(path, path_name, prefix=f"{path_name}/")
        except CoachError as error:
            yield name, error
    else:
        yield from _walk_path(source, name)


def inflate(name: str, data: bytes, limit_bytes: int = limits.FILE_BYTES) -> bytes:
    """Return what a gzip holds (all its members).

    Raises TooLarge over the size or ratio limit, after at most the limit has been unpacked, and
    UnreadableFile("bad_gzip") when nothing can be unpacked. A damaged one gives what came before the damage.
    """
    pieces: list[bytes] = []
    size = 0
    rest = data
    while rest:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            while not unpacker.eof:
                piece = unpacker.decompress(rest, _CHUNK_BYTES)
                rest = unpacker.unconsumed_tail
                size += len(piece)
                pieces.append(piece)
                _check_size(name, size, len(data), limit_bytes)
                if not piece and not rest:
                    break  # cut short
        except zlib.error:
            if not size:
                raise UnreadableFile("bad_gzip", name=name) from None
            break  # damage, or padding after the last member: what came before is kept
        rest = unpacker.unused_data
    return b"".join(pieces)


def _check_size(name: str, size: int, packed: int, limit_bytes: int) -> None:
    if size > limit_bytes:
        raise TooLarge("file_too_large", name=name, limit_mb=limit_bytes // limits.MIB)
    if size > limits.RATIO_FROM_BYTES and size > packed * limits.RATIO:
        raise TooLarge("bomb", name=name, ratio=limits.RATIO)


def _folder_files(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    # Links are not followed: a folder may hold links to anywhere.
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not _is_junk(f + "/"))
        inside = Path(parent).relative_to(folder).as_posix()
        prefix = name if inside == "." else f"{name}/{inside}"
        for file in sorted(files, key=_tables_first):
            path = Path(parent) / file
            if not _is_junk(file) and path.is_file() and not path.is_symlink():
                yield path, f"{prefix}/{file}"


def _walk_path(path: Path, name: str, prefix: str = "") -> Iterator[Entry]:
    try:
        with path.open("rb") as stream:
            yield from _walk_file(stream, path.stat().st_size, name, Budget(name), prefix, path=path)
    except FileNotFoundError:
        yield name, NotFound("no_such_file", name=name)
    except OSError:
        yield name, UnreadableFile("file_not_accessible", name=name)


def _walk_file(
    stream: IO[bytes],
    size: int,
    name: str,
    budget: Budget,
    prefix: str = "",
    *,
    nested: bool = False,
    path: Path | None = None,
) -> Iterator[Entry]:
    """Yield one file, or what it holds when it is an archive, with `prefix` before the names. `path` is where
    it lies, unless it came out of an archive."""
    head = stream.read(512)
    stream.seek(0)
    kind = detect(head).kind if head else "empty"
    try:
        if kind == "zip":
            yield from _walk_zip(stream, size, name, budget, prefix, nested=nested, path=path)
            return
        if path is not None and b"<!DOCTYPE HealthData" in head:
            _check_apple_size(name, size)
            yield name, OnDisk(path.resolve(), size, size)
            return
        if size > limits.FILE_BYTES:
            raise TooLarge("file_too_large", name=name, limit_mb=limits.FILE_BYTES // limits.MIB)
        data = stream.read()
        if kind == "gzip":
            data = inflate(name, data)
            budget.add_bytes(len(data))
        yield name, data
    except CoachError as error:
        yield name, error


def _check_apple_size(name: str, size: int) -> None:
    if size > limits.APPLE_EXPORT_BYTES:
        raise TooLarge("file_too_large", name=name, limit_mb=limits.APPLE_EXPORT_BYTES // limits.MIB)


def _walk_zip(
    stream: IO[bytes],
    size: int,
    name: str,
    budget: Budget,
    prefix: str,
    *,
    nested: bool,
    path: Path | None,
) -> Iterator[Entry]:
    allowed = limits.NESTED_ARCHIVE_BYTES if nested else limits.ARCHIVE_BYTES
    if size > allowed:
        raise TooLarge("file_too_large", name=name, limit_mb=allowed // limits.MIB)
    _check_directory(stream, size, name)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise UnreadableFile("bad_zip", name=name) from None
    with archive:
        infos = [i for i in archive.infolist() if not i.is_dir() and not _is_junk(i.filename)]
        if any(_APPLE_FOLDER in i.filename for i in infos):
            if path is not None:
                unpacked = min(sum(i.file_size for i in infos), size * limits.RATIO)
                _check_apple_size(name, unpacked)
                yield name, OnDisk(path.resolve(), size, unpacked)
                return
            if size > limits.APPLE_ZIP_BYTES:
                raise TooLarge("file_too_large", name=name, limit_mb=limits.APPLE_ZIP_BYTES // limits.MIB)
            stream.seek(0)
            yield name, stream.read()
            return
        if not infos:
            raise UnreadableFile("archive_empty", name=name)
        for info in sorted(infos, key=lambda i: _tables_first(i.filename)):
            budget.add_entry()  # over the budget ends the whole archive, other errors end one entry
            entry_name = prefix + info.filename
            try:
                data = _unpack(archive, info, entry_name, budget)
            except BadInput as error:
                if error.key in ("archive_total", "archive_entries"):
                    raise
                yield entry_name, error
                continue
            yield from _walk_inside(data, entry_name, budget, nested=nested)


def _walk_inside(data: bytes, name: str, budget: Budget, *, nested: bool) -> Iterator[Entry]:
    kind = detect(data[:512]).kind
    if kind == "zip" and nested:
        yield name, UnreadableFile("nested_archive", name=name)
    elif kind in ("zip", "gzip"):
        yield from _walk_file(io.BytesIO(data), len(data), name, budget, f"{name}/", nested=True)
    else:
        yield name, data


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget) -> bytes:
    """Return one entry; stops at the limits, whatever the archive says about its sizes."""
    if info.flag_bits & 0x1:
        raise UnreadableFile("encrypted", name=name)
    limit_bytes = limits.NESTED_ARCHIVE_BYTES if info.filename.lower().endswith(".zip") else limits.FILE_BYTES
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as stream:
            while piece := stream.read(_CHUNK_BYTES):
                size += len(piece)
                _check_size(name, size, max(info.compress_size, 1), limit_bytes)
                budget.add_bytes(len(piece))
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError):
        raise UnreadableFile("damaged_entry", name=name) from None
    except (NotImplementedError, RuntimeError):
        raise UnreadableFile("archive_method", name=name) from None
    return b"".join(pieces)


def _check_directory(stream: IO[bytes], size: int, name: str) -> None:
    # The table of contents is read as a whole by zipfile, a few hundred bytes of memory an entry: look at
    # its stated size first (APPNOTE 4.3.16, and 4.3.14 for the 64-bit form).
    tail_size = min(size, 66_000)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise UnreadableFile("bad_zip", name=name)
    directory_size = int.from_bytes(tail[at + 12 : at + 16], "little")
    at64 = tail.rfind(b"PK\x06\x06")
    if directory_size == 0xFFFFFFFF and at64 >= 0:
        directory_size = int.from_bytes(tail[at64 + 40 : at64 + 48], "little")
    if directory_size > limits.CENTRAL_DIRECTORY_BYTES:
        raise TooLarge("archive_entries", name=name, limit=limits.ARCHIVE_ENTRIES)


def _is_junk(path: str) -> bool:
    *folders, last = path.replace("\\", "/").rstrip("/").lower().split("/")
    if path.endswith("/"):
        folders.append(last)
    return last.startswith(".") or last in _JUNK_NAMES or any(f in _JUNK_FOLDERS for f in folders)


def _tables_first(path: str) -> tuple[bool, str]:
    return not path.lower().endswith(".csv"), path
