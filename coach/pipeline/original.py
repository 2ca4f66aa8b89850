"""An activity as a file to give away: the original where it was kept, else one made of the samples."""

from __future__ import annotations

from collections.abc import Collection

from coach.domain.source import Source
from coach.providers.files.archive import walk
from coach.providers.files.detect import detect
from coach.providers.files.fit import encode_activity
from coach.store import activities, files, recordings
from coach.store.activities import Row, SourceRow
from coach.store.session import Session, athlete_of

# Read nevertheless, but others would refuse the file.
DAMAGED = {"truncated", "bad_crc", "no_header", "time_jump"}
RECORDINGS = ("fit", "gpx", "tcx")


def original_of(s: Session, row: Row, sources: Collection[Source]) -> bytes | None:
    """Return an activity as FIT, GPX or TCX, not packed; None when none of `sources` recorded it.

    A file that holds other activities too, or that is damaged, is not given: then it is a FIT file of ours.
    """
    known = [k for k in activities.sources(s, row.id) if k.source in sources and k.records]
    if not known:
        return None
    for source in sorted(known, key=lambda k: k.id != row.winner_id):
        data = _whole_file(s, source)
        if data is not None:
            return data
    recording = activities.load(s, row.athlete_id, row.id).recording
    return None if recording.streams is None else encode_activity(recording)


def _whole_file(s: Session, source: SourceRow) -> bytes | None:
    if source.file_id is None or DAMAGED & set(source.recording.flags):
        return None
    if len(recordings.of_file(s, athlete_of(s), source.file_id)) > 1:
        return None
    found = [
        data
        for _, data in walk(files.content(s, source.file_id), "original")
        if isinstance(data, bytes) and detect(data).kind in RECORDINGS
    ]
    return found[0] if len(found) == 1 else None
