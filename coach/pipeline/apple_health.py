"""Apple Health from a phone: batches overlap, come twice and come late, and give the same in any order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from coach.domain.activity import Recording
from coach.domain.source import Source
from coach.pipeline.placing import Placing, Stored
from coach.providers.apple_health.health_auto_export import daily_values, same_entry
from coach.providers.files.parsed import Measured
from coach.store import activities, daily, pushed, service_sources
from coach.store.session import Session, athlete_of

ENDPOINT = "push/health"
# How many batches of one day are remembered, so that one that comes again does not undo a later one.
SEEN = 1000
_ID_CHARS = 20


def keep_days(s: Session, measured: Sequence[Measured], now: datetime) -> int:
    """Keep the values of days that a batch gives together with all batches before; return how many changed.

    A batch that was here before changes nothing. Needs the athlete's lock.
    """
    new: dict[str, list[Measured]] = {}
    for part in measured:
        new.setdefault(f"{part.quantity}/{part.day.isoformat()}", []).append(part)
    known = pushed.find(s, Source.apple_health, ENDPOINT, new.keys())
    together: list[Measured] = []
    for key, parts in new.items():
        before = known.get(key, {"entries": [], "seen": []})
        batch = _hash(parts)
        if batch in before["seen"]:
            continue
        entries = {same_entry(entry): (units, entry) for units, entry in before["entries"]}
        entries |= {same_entry(entry): (part.units, entry) for part in parts for entry in part.entries}
        payload = {"entries": list(entries.values()), "seen": [*before["seen"], batch][-SEEN:]}
        pushed.replace(s, Source.apple_health, ENDPOINT, key, payload, now)
        quantity, day = parts[0].quantity, parts[0].day
        together += [Measured(quantity, day, units, (entry,)) for units, entry in entries.values()]
    return daily.save_values(s, athlete_of(s), daily_values(together))


def _hash(parts: Sequence[Measured]) -> str:
    said: Any = [[part.units, part.entries] for part in parts]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:_ID_CHARS]


def place(
    s: Session, placing: Placing, recording: Recording, *, file_id: int | None, name: str
) -> tuple[Stored, bool]:
    """Store a workout, once by its number; return it, and whether anything changed.

    The same workout from another batch replaces what is there when it holds more: the route comes later than
    the rest. So the order of batches does not matter. Needs the athlete's lock.

    Raises UnreadableFile("from_the_future").
    """
    placing.refuse_future(recording, name)
    athlete_id = placing.athlete.id
    there = service_sources.of_item(s, athlete_id, Source.apple_health, recording.external_id)
    if not recording.external_id or not there:
        stored = placing.place(s, recording, source=Source.apple_health, file_id=file_id, name=name)
        return stored, True
    before = there[0]
    if _worth(recording) > _worth(before.recording, before.records):
        service_sources.rewrite(s, athlete_id, before.id, recording, file_id=before.file_id)
        return placing.refreshed(s, before.activity_id), True
    row = activities.get(s, athlete_id, before.activity_id)
    return Stored(row, row.moving_s, False), False


def _worth(recording: Recording, records: int | None = None) -> tuple[float, ...]:
    """Return how much a workout tells. Of two versions that tell as much, the longer one is the later one."""
    if records is None:
        records = 0 if recording.streams is None else len(recording.streams)
    return (records, len(recording.totals), recording.distance_m or 0.0, recording.elapsed_s)
