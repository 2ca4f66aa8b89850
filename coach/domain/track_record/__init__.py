"""The coach's own record: what each model would have said, against what happened. Importing fills TRACKED."""

from coach.domain.track_record import changes, races, readiness
from coach.domain.track_record.registry import TRACKED, Tracked, TrackRecord, better, tracked

__all__ = ["TRACKED", "TrackRecord", "Tracked", "better", "changes", "races", "readiness", "tracked"]
