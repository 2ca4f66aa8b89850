"""Placing recordings, wherever they come from: as an activity or a source of one, measured at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coach.domain.activity import Recording
from coach.domain.athlete import Athlete, Threshold
from coach.domain.source import Source
from coach.errors import UnreadableFile
from coach.pipeline import outings, recompute, uploading
from coach.store import activities, athletes
from coach.store.activities import Row
from coach.store.session import Database, Session

# Clocks of watches run ahead a little; a day ahead is no clock.
AHEAD = timedelta(days=1)

# What the athlete may want at Strava: the recording of a device, or its file.
WORTH_UPLOADING = (Source.garmin, Source.file)


@dataclass(frozen=True)
class Stored:
    """The activity a recording went to, and the moving time in seconds it has now; None is unknown."""

    row: Row
    moving_s: float | None
    is_new: bool


@dataclass(frozen=True)
class Placing:
    """What placing needs to know of an athlete, read once for many recordings."""

    athlete: Athlete
    thresholds: Sequence[Threshold]
    now: datetime

    @classmethod
    def for_athlete(cls, db: Database, athlete_id: int, now: datetime) -> Placing:
        """Read what placing needs to know."""
        with db.athlete_session(athlete_id) as s:
            return cls(athletes.get(s, athlete_id), athletes.thresholds(s), now)

    def place(
        self, s: Session, recording: Recording, *, source: Source, file_id: int | None, name: str
    ) -> Stored:
        """Store a recording where it belongs. Needs the athlete's lock.

        Raises UnreadableFile("from_the_future") for one whose clock was wrong; `name` is what it is called.
        """
        self.refuse_future(recording, name)
        placed = outings.place(
            s, self.athlete.id, recording, source=source, file_id=file_id, home=self.athlete.tz
        )
        # Without thresholds what rests on them waits until they are estimated, instead of being done twice.
        names = recompute.VERSIONS if self.thresholds or not placed.is_new else recompute.ON_NOTHING
        stored = self._measured(s, placed, names.keys())
        if stored.is_new and source in WORTH_UPLOADING:
            uploading.notice_new(s, self.athlete.id, stored.row.id, self.now)
        return stored

    def join(
        self, s: Session, row: Row, recording: Recording, *, source: Source, file_id: int | None, name: str
    ) -> Stored:
        """Store a recording as a source of the activity that it is known to be of. Needs the lock."""
        self.refuse_future(recording, name)
        activities.add_source(
            s, self.athlete.id, recording, source=source, file_id=file_id, activity_id=row.id
        )
        return self.refreshed(s, row.id)

    def refreshed(self, s: Session, activity_id: int) -> Stored:
        """Choose anew what an activity's sources say, and measure it. Needs the athlete's lock."""
        row = outings.refresh(s, activities.get(s, self.athlete.id, activity_id), self.athlete.tz)
        placed = outings.Placed(row, activities.load(s, self.athlete.id, row.id), False)
        return self._measured(s, placed, recompute.VERSIONS.keys())

    def refuse_future(self, recording: Recording, name: str) -> None:
        """Raise UnreadableFile for a recording that begins in the future."""
        if recording.start > self.now + AHEAD:
            raise UnreadableFile("from_the_future", name=name, day=recording.start.date().isoformat())

    def _measured(self, s: Session, placed: outings.Placed, names: Collection[str]) -> Stored:
        moving_s = recompute.measure(s, self.athlete, self.thresholds, placed.activity, names)
        return Stored(placed.row, moving_s, placed.is_new)


def numbered(found: Sequence[Recording]) -> Sequence[Recording]:
    """Return recordings that came together, each with a part of its own: tables and exports do not number."""
    if len({recording.part for recording in found}) == len(found):
        return found
    return [replace(recording, part=n) for n, recording in enumerate(found)]
