"""The one door to every file reader: a file in, recordings and daily values out."""

from __future__ import annotations

from coach.errors import UnreadableFile
from coach.providers.apple_health.export_xml import is_export_zip, read_export
from coach.providers.apple_health.health_auto_export import is_health_auto_export, read_health_auto_export
from coach.providers.files import limits
from coach.providers.files.archive import Content, inflate
from coach.providers.files.detect import detect
from coach.providers.files.garmin_export import is_garmin_export, read_garmin_export
from coach.providers.files.json import load_json
from coach.providers.files.on_disk import OnDisk
from coach.providers.files.parsed import Parsed
from coach.providers.files.read import read_recording_file


def read(name: str, data: Content) -> Parsed:
    """Read one file of any known format; its content decides, not its name.

    A gzip is unpacked. A zip is read only when it is Apple Health's export (others are for
    `files.archive.walk`); so is only that export where it is `OnDisk`. Raises UnreadableFile, NotAnActivity
    or TooLarge, each with the parameter `name`.
    """
    if isinstance(data, OnDisk):
        return read_export(name, data)
    detected = detect(data)
    if detected.kind == "gzip":
        data = inflate(name, data)
        detected = detect(data)
        if detected.kind == "gzip":
            raise UnreadableFile("nested_archive", name=name)
    if detected.kind == "zip" and is_export_zip(data):
        return read_export(name, data)
    if detected.kind == "apple_export":
        return read_export(name, data)
    if detected.kind == "json":
        document = load_json(name, data)
        if is_health_auto_export(document):
            return read_health_auto_export(name, document)
        if is_garmin_export(name, document):
            return read_garmin_export(name, document)
    return read_recording_file(name, data, detected)


def patience(data: Content) -> float:
    """Return by how much the usual limits of time are multiplied for this file, from a glance at it.

    For `ReaderPool(read, patience=patience)`: years of Apple Health take a minute, everything else seconds.
    How much more time there is follows the size, so that a small file that only looks like one gets none.
    """
    if isinstance(data, OnDisk):
        unpacked = data.unpacked_bytes
    elif data.startswith(b"PK") and b"apple_health_export/" in data[:4096] + data[-4096:]:
        unpacked = len(data) * limits.APPLE_USUAL_RATIO
    elif b"<!DOCTYPE HealthData" in data[:4096]:
        unpacked = len(data)
    else:
        return 1.0
    return 1.0 + min(unpacked, limits.APPLE_EXPORT_BYTES) / limits.PATIENCE_BYTES
