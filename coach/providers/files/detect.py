"""What a file is, by its content. The name of a file proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD_BYTES = 65_536
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x1f\x8b", "gzip"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\x89PNG\r\n", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"GIF8", "picture"),
    (0, b"BM", "picture"),
    (8, b"WEBP", "picture"),
    (4, b"ftyphei", "picture"),
    (4, b"ftypmif1", "picture"),
    (4, b"ftyp", "video"),
    (0, b"%PDF", "document"),
    (0, b"\xd0\xcf\x11\xe0", "document"),
    (0, b"7z\xbc\xaf\x27\x1c", "other_archive"),
    (0, b"Rar!", "other_archive"),
    (257, b"ustar", "other_archive"),
)
_ROOTS = {
    "gpx": "gpx",
    "trainingcenterdatabase": "tcx",
    "healthdata": "apple_export",
    "html": "web_page",
    "kml": "map",
}


@dataclass(frozen=True)
class Detected:
    """`kind` is one of: empty, fit, gpx, tcx, apple_export, xml, web_page, map, json, gzip, zip, picture,
    video, document, other_archive, text, unknown. `root` is the XML root's local name, or ""."""

    kind: str
    root: str = ""


def detect(data: bytes) -> Detected:
    """Return what `data` is. Looks at the first 64 KiB and raises nothing."""
    if len(data) < _HEAD_BYTES and not data.strip(b"\0 \t\r\n"):
        return Detected("empty")
    # A watch that crashed leaves zeros where the header should be, before the first definition.
    if data[8:12] == b".FIT" or any(data.startswith(bytes(n) + b"\x40\0\0\0\0") for n in (12, 14)):
        return Detected("fit")
    for offset, magic, kind in _MAGIC:
        if data.startswith(magic, offset):
            # Two letters are little proof: a bitmap states its own length next.
            if magic == b"BM" and int.from_bytes(data[2:6], "little") != len(data):
                continue
            return Detected(kind)
    head = _as_utf8(data[:_HEAD_BYTES]).lstrip()
    if head.startswith(b"<"):
        return _detect_xml(head)
    if head.startswith((b"{", b"[")):
        return Detected("json")
    if b"\0" not in head and _is_text(head):
        return Detected("text")
    return Detected("unknown")


def _as_utf8(head: bytes) -> bytes:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    return head.removeprefix(b"\xef\xbb\xbf")


def _detect_xml(head: bytes) -> Detected:
    if head[:14].lower() == b"<!doctype html":
        return Detected("web_page", "html")
    match = _ROOT.search(_COMMENT.sub(b"", head))
    root = match.group(1).decode("ascii", errors="replace") if match else ""
    return Detected(_ROOTS.get(root.lower(), "xml"), root)


def _is_text(head: bytes) -> bool:
    # The cut at 64 KiB may split one character.
    for encoding in ("utf-8", "cp949"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
