"""Which activities may be uploaded to Strava, and what they are called there."""

from __future__ import annotations

import re
from datetime import datetime

from coach.domain.source import Source
from coach.errors import BadInput, CoachError, Conflict, NeedsAthlete, NotFound
from coach.store import activities
from coach.store.activities import Row
from coach.store.connections import Connection
from coach.store.session import Session

SERVICE = "strava"
WRITE = "activity:write"
SENT = frozenset({Source.garmin, Source.file})
BACK = frozenset({Source.strava, Source.archive})  # an activity never goes back to where it came from
_OURS = re.compile(r"hanbal-([1-9]\d{0,17})-([1-9]\d{0,17})(?:\.(?:fit|gpx|tcx))?(?:\.gz)?")


def our_number(activity_id: int, athlete_id: int) -> str:
    """Return what an activity of ours is called in Strava's `external_id`."""
    return f"hanbal-{activity_id}-{athlete_id}"


def ours(external_id: str, athlete_id: int) -> int | None:
    """Return which activity of this athlete an `external_id` (or `Listed.echo_of`) names, or None."""
    found = _OURS.fullmatch(external_id)
    return int(found[1]) if found and int(found[2]) == athlete_id else None


def refusal(s: Session, row: Row, known: Connection) -> CoachError | None:
    """Return why an activity is not uploaded; None when nothing speaks against it."""
    if known.state in ("off", "pending"):
        return NotFound("not_connected")
    if WRITE not in known.scopes:
        return NeedsAthlete("strava_write_missing")
    if row.deleted_at is not None or row.merged_into is not None:
        return BadInput("strava_upload_gone")
    if Source.strava in row.sources:
        return Conflict("strava_has_it")
    if row.sources & BACK or any(
        text.lower().startswith("strava")
        for known_as in activities.sources(s, row.id)
        for text in (known_as.recording.device.manufacturer, known_as.recording.device.product)
    ):
        return BadInput("strava_upload_from_strava")
    if not any(k.source in SENT and k.records for k in activities.sources(s, row.id)):
        return BadInput("strava_upload_no_recording")
    return None


def is_on(known: Connection) -> bool:
    """Return whether the athlete wants uploads."""
    return known.state not in ("off", "pending") and known.options.get("upload") is True


def on_since(known: Connection) -> datetime | None:
    """Return when uploads were turned on; where that was not noted, when it was connected."""
    try:
        since = datetime.fromisoformat(str(known.options.get("upload_since")))
    except ValueError:
        return known.connected_at
    return since if since.tzinfo is not None else known.connected_at


def strava_id(s: Session, row: Row) -> str:
    """Return the number of an activity that came (back) from Strava, else ""."""
    found = (k.external_id for k in activities.sources(s, row.id) if k.source is Source.strava)
    return next(found, "")
