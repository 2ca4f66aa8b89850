"""A FIT file as recordings."""

from __future__ import annotations

from collections.abc import Mapping

from coach.domain.activity import Floats, Recording
from coach.errors import NotAnActivity, UnreadableFile
from coach.providers.files.fit.content import Content, files_of, read_content, read_rr
from coach.providers.files.fit.scan import scan
from coach.providers.files.fit.session import read_sessions

# What a file says of itself → the text of the refusal.
_KINDS: Mapping[str, str] = {
    "device": "fit_device",
    "settings": "fit_settings",
    "sport": "fit_settings",
    "workout": "fit_workout",
    "course": "fit_course",
    "schedules": "fit_schedule",
    "weight": "fit_weight",
    "totals": "fit_totals",
    "goals": "fit_goals",
    "blood_pressure": "fit_blood_pressure",
    "monitoring_a": "fit_monitoring",
    "monitoring_b": "fit_monitoring",
    "monitoring_daily": "fit_monitoring",
    "segment": "fit_segment",
    "segment_list": "fit_segment",
}


def read_fit(data: bytes) -> tuple[Recording, ...]:
    """Return what a FIT file recorded: one recording per session, transitions left out.

    A damaged file yields what is in it, with flags. Raises NotAnActivity for a workout, a course, settings
    …, UnreadableFile when it is empty, no FIT file or holds nothing readable, TooLarge when it holds more
    than any device writes.
    """
    recordings: list[Recording] = []
    kinds: list[str] = []
    for segments in files_of(scan(data)):
        content = read_content(data, segments)
        kind = _kind(content)
        if kind is None:
            recordings += read_sessions(content)
        else:
            kinds.append(kind)
    if recordings:
        return tuple(recordings)
    if kinds:
        raise NotAnActivity(kinds[0])
    raise UnreadableFile("fit_no_data")


def rr_intervals_s(data: bytes) -> Floats:
    """Return the intervals between heart beats that a FIT file holds, in seconds. Raises as `read_fit`."""
    return read_rr(data, scan(data))


def _kind(content: Content) -> str | None:
    """Return the error that says what the file is, None for an activity (or when nothing says)."""
    file_id = content.first("file_id")
    kind = file_id.values.get("type") if file_id else None
    if kind is None or kind in ("activity", "activity_summary"):
        return None
    return _KINDS.get(str(kind), "fit_other")
