"""The one door to every file reader: bytes in, recordings and daily values out."""

from __future__ import annotations

from coach.errors import UnreadableFile
from coach.providers.apple_health.export_xml import is_export_zip, read_export_xml, read_export_zip
from coach.providers.apple_health.health_auto_export import is_health_auto_export, read_health_auto_export
from coach.providers.files import limits
from coach.providers.files.archive import inflate
from coach.providers.files.detect import detect
from coach.providers.files.json import load_json
from coach.providers.files.parsed import Parsed
from coach.providers.files.read import read_recording_file


def read(name: str, data: bytes) -> Parsed:
    """Read one file of any known format; its content decides, not its name.

    A gzip is unpacked. A zip is read only when it is Apple Health's export (others are for
    `files.archive.walk`). Raises UnreadableFile, NotAnActivity or TooLarge, each with the parameter `name`.
    """
    detected = detect(data)
    if detected.kind == "gzip":
        data = inflate(name, data)
        detected = detect(data)
        if detected.kind == "gzip":
            raise UnreadableFile("nested_archive", name=name)
    if detected.kind == "zip" and is_export_zip(data):
        return read_export_zip(name, data)
    if detected.kind == "apple_export":
        return read_export_xml(name, data)
    if detected.kind == "json":
        document = load_json(name, data)
        if is_health_auto_export(document):
            return read_health_auto_export(name, document)
    return read_recording_file(name, data, detected)


def patience(data: bytes) -> float:
    """Return by how much the usual limits of time are multiplied for this file, from a glance at it.

    For `ReaderPool(read, patience=patience)`: years of Apple Health take minutes, everything else seconds.
    """
    edges = data[:4096] + data[-4096:]
    zipped = data.startswith(b"PK") and b"apple_health_export/" in edges
    return limits.APPLE_PATIENCE if zipped or b"<!DOCTYPE HealthData" in data[:4096] else 1.0
