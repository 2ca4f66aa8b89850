"""Tracks of activities: the one door through which positions leave the database for maps and exports.

`hide` has no default: whoever reads tracks says what must not be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import text

from coach.domain.activity import CHANNELS, Floats
from coach.domain.geometry import Track, track_of
from coach.domain.privacy import UsualStart, Zone, usual_start, without
from coach.domain.streams import MAX_SPEED_ON_FOOT_MPS, ON_FOOT
from coach.store import streams
from coach.store.activity_row import Row
from coach.store.session import Session

AT_ONCE = 50  # activities in memory as samples: 50 hours are 6 MB

# The first of the first minutes' samples that is a position. One statement: positions stay in the database.
_STARTS = text("""
    SELECT lat.tick * :scale, lon.tick * :scale
      FROM activities a
      JOIN activity_streams y ON y.athlete_id = a.athlete_id AND y.channel = 'lat_deg' AND y.kind = 'standard'
       AND y.activity_source_id = coalesce((a.field_sources->>'streams')::bigint, a.winner_id)
      JOIN activity_streams x ON x.athlete_id = a.athlete_id AND x.channel = 'lon_deg' AND x.kind = 'standard'
       AND x.activity_source_id = y.activity_source_id
     CROSS JOIN LATERAL (
           SELECT tick, n FROM unnest(y.ticks[1:300]) WITH ORDINALITY AS u (tick, n)
            WHERE tick NOT IN (0, :missing) ORDER BY n LIMIT 1) lat
     CROSS JOIN LATERAL (SELECT x.ticks[lat.n] AS tick) lon
     WHERE a.athlete_id = :athlete_id AND a.deleted_at IS NULL AND a.merged_into IS NULL
       AND lon.tick NOT IN (0, :missing)
     ORDER BY a.start_at, a.id
""")


@dataclass(frozen=True)
class Seen:
    """An activity and what may be seen of its track; `cut` when something of it is hidden."""

    row: Row
    track: Track
    cut: bool


def source_of(row: Row) -> int | None:
    """Return the source whose samples speak for an activity."""
    return row.field_sources.get("streams", row.winner_id)


def tracks(
    s: Session, rows: Iterable[Row], *, hide: Sequence[Zone], altitude: bool = False
) -> Iterator[Seen]:
    """Yield activities with their tracks, without what lies in `hide`; those without positions not at all.

    An activity of which nothing is left to see comes with an empty track.
    """
    wanted = [(row, source_id) for row in rows if (source_id := source_of(row)) is not None]
    channels = ["lat_deg", "lon_deg", *(["altitude_m"] if altitude else [])]
    for n in range(0, len(wanted), AT_ONCE):
        batch = wanted[n : n + AT_ONCE]
        read = streams.read_many(s, [source_id for _, source_id in batch], channels)
        for row, source_id in batch:
            recorded = read.get(source_id)
            lat = recorded.get("lat_deg") if recorded else None
            lon = recorded.get("lon_deg") if recorded else None
            if recorded is None or lat is None or lon is None:
                continue
            on_foot = row.sport in ON_FOOT
            whole = track_of(
                recorded.t_s,
                lat,
                lon,
                recorded.get("altitude_m"),
                max_speed_mps=MAX_SPEED_ON_FOOT_MPS if on_foot else CHANNELS["speed_mps"].high,
            )
            if whole:
                shown = without(whole, hide)
                cut = sum(map(len, shown)) < sum(map(len, whole)) or len(shown) != len(whole)
                yield Seen(row, shown, cut)


def starts(s: Session, athlete_id: int) -> tuple[Floats, Floats]:
    """Return latitude and longitude of where each activity begins, the oldest first."""
    given = {"athlete_id": athlete_id, "scale": streams.SEMICIRCLE_DEG, "missing": streams.MISSING_TICK}
    found = np.array([tuple(row) for row in s.execute(_STARTS, given)], dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def most_frequent_start(s: Session, athlete_id: int) -> UsualStart | None:
    """Return where most of the athlete's activities begin, or None without any position."""
    return usual_start(*starts(s, athlete_id))
