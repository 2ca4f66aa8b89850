"""One file that holds recordings → Parsed. Which reader it gets is decided by its content."""

from __future__ import annotations

from collections.abc import Callable

from coach.errors import BadInput, NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files import limits
from coach.providers.files.detect import Detected, detect
from coach.providers.files.fit import read_fit
from coach.providers.files.gpx import read_gpx
from coach.providers.files.parsed import Parsed
from coach.providers.files.strava_archive import is_activity_table, read_activity_table
from coach.providers.files.tcx import read_tcx

# What is recognised but holds no recording: the error says what it is and what to do.
_REFUSALS = {
    "empty": "empty_file",
    "zip": "nested_archive",
    "other_archive": "other_archive",
    "picture": "picture",
    "video": "picture",
    "document": "document",
    "web_page": "web_page",
    "map": "map_file",
    "xml": "unknown_xml",
    "json": "unknown_json",
    "text": "unknown_type",
    "unknown": "unknown_type",
}


def read_recording_file(name: str, data: bytes, detected: Detected | None = None) -> Parsed:
    """Read a FIT, GPX or TCX file or Strava's activities.csv (not packed).

    `name` is used in messages, and to ask the FIT reader about a file that is nothing else. Raises
    UnreadableFile, NotAnActivity or TooLarge, each naming the file.
    """
    if len(data) > limits.FILE_BYTES:
        raise TooLarge("file_too_large", name=name, limit_mb=limits.FILE_BYTES // limits.MIB)
    detected = detected or detect(data)
    readers: dict[str, Callable[[], Parsed]] = {
        "fit": lambda: _read_fit(name, data),
        "gpx": lambda: read_gpx(name, data),
        "tcx": lambda: read_tcx(name, data),
    }
    if detected.kind in readers:
        return readers[detected.kind]()
    if detected.kind == "text" and is_activity_table(data):
        return read_activity_table(name, data)
    if detected.kind == "text" and name.lower().endswith(".csv"):
        raise NotAnActivity("other_table", name=name)  # COROS gives one beside each recording
    # Where nothing else is known the name may be right: the FIT reader says what is wrong with the file.
    if detected.kind in ("unknown", "text") and name.lower().removesuffix(".gz").endswith(".fit"):
        return _read_fit(name, data)
    raise UnreadableFile(_REFUSALS[detected.kind], name=name, root=detected.root)


def _read_fit(name: str, data: bytes) -> Parsed:
    try:
        recordings = read_fit(data)
    except BadInput as error:
        error.params.setdefault("name", name)
        raise
    return Parsed(
        format="fit",
        recordings=recordings,
        records=sum(len(r.streams) for r in recordings if r.streams is not None),
        flags=tuple(sorted({f for r in recordings for f in r.flags} & {"truncated", "bad_crc", "no_header"})),
    )
