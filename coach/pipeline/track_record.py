"""The track record: each model replayed over the stored past, and kept per version of its formulas."""

from __future__ import annotations

from datetime import date
from typing import get_args

from coach.domain.daily import DAILY_UNITS, EntryKind
from coach.domain.metrics import METRICS
from coach.domain.metrics.history import History
from coach.domain.track_record import TRACKED, Tracked
from coach.store import progress, queue, track_records
from coach.store.history import history_of
from coach.store.session import Database, Session
from coach.store.track_records import Kept

# Behind everything that somebody waits for.
PRIORITY = -10


def bring_up_to_date(db: Database, athlete_id: int, today: date) -> int:
    """Replay the models whose record is not of this version and of what is stored now; return how many.

    Each is kept as soon as it is done, so that what was cut off goes on with the next. The past is loaded
    once. Raises NotEnoughData while metrics are being computed.
    """
    with db.athlete_session(athlete_id) as s:
        state = track_records.state_of(s, athlete_id)
        todo = [
            model
            for model in TRACKED.values()
            if model.known and not _is_current(s, athlete_id, model, state)
        ]
        history = _history(s, athlete_id, today) if todo else None
    for n, model in enumerate(todo, 1):
        record = model.replay(history) if history is not None else None
        kept = Kept(
            model.name,
            model.version,
            today if history is None else history.last_day,
            {"state": state, **(record.summary if record else {})},
            record.rows if record else (),
        )
        with db.athlete_session(athlete_id) as s:
            track_records.save(s, athlete_id, kept)
            progress.report(s, athlete_id, "track_record", n, len(todo))
    return len(todo)


def _is_current(s: Session, athlete_id: int, model: Tracked, state: str) -> bool:
    kept = {record.version: record for record in track_records.read(s, athlete_id, model.name)}
    return model.version in kept and kept[model.version].summary.get("state") == state


def _history(s: Session, athlete_id: int, today: date) -> History | None:
    """Return everything that the models read, of all time."""
    measures = {name for model in TRACKED.values() for name in model.reads}
    return history_of(
        s,
        athlete_id,
        today,
        load=True,
        measures=sorted(name for name in measures if name in METRICS),
        daily_names=tuple(DAILY_UNITS),
        entry_kinds=get_args(EntryKind),
        devices=True,
    )


def defer(s: Session, athlete_id: int) -> None:
    """Have the record brought up to date in the background, once, behind everything else."""
    queue.defer(
        s,
        "track_record",
        {},
        athlete_id=athlete_id,
        priority=PRIORITY,
        lock=f"track_record:{athlete_id}",
        queueing_lock=f"track_record:{athlete_id}",
    )
