"""Sources of activities: what each recording says, its samples beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select
from sqlalchemy import Row as Record
from sqlalchemy.dialects.postgresql import insert

from coach.domain.activity import Device, Lap, Recording, Sport, SwimLength
from coach.domain.source import Source
from coach.errors import NotFound
from coach.store import models, streams
from coach.store.activity_row import speaks
from coach.store.session import Session

_t = models.activity_sources
# What a summary leaves out: samples have their own table, the others their own columns.
_ELSEWHERE = {"streams", "identity", "external_id", "part"}
_SCALARS = tuple(
    f.name
    for f in fields(Recording)
    if f.name not in _ELSEWHERE | {"start", "laps", "lengths", "pauses", "device", "totals", "flags"}
)


@dataclass(frozen=True)
class SourceRow:
    """One source of an activity. `recording` comes without samples; `records` is how many there are.

    `merged_from` is the activity it had before a merge. `is_new` is False when `add_source` found the
    same file part, or the same number of the same service, stored already.
    """

    id: int
    activity_id: int
    merged_from: int | None
    source: Source
    file_id: int | None
    part: int
    identity: str
    external_id: str
    recording: Recording
    records: int
    received_at: datetime
    is_new: bool = False


def add_source(
    s: Session,
    athlete_id: int,
    recording: Recording,
    *,
    source: Source,
    file_id: int | None,
    activity_id: int,
) -> SourceRow:
    """Store a recording with its samples as a source of an activity, once.

    The same part of the same file, or the same number of the same service, is returned as it is stored.
    """
    records = 0 if recording.streams is None else len(recording.streams)
    new = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_id,
            activity_id=activity_id,
            source=source,
            file_id=file_id,
            part=recording.part,
            identity=recording.identity,
            external_id=recording.external_id,
            summary={**summary_of(recording), "records": records},
        )
        .on_conflict_do_nothing()
        .returning(_t)
    ).one_or_none()
    if new is None:
        return _stored(s, athlete_id, recording, source, file_id)
    if recording.streams is not None:
        streams.write(s, new.id, athlete_id, recording.streams)
    return replace(source_of(new), is_new=True)


def _stored(
    s: Session, athlete_id: int, recording: Recording, source: Source, file_id: int | None
) -> SourceRow:
    same: ColumnElement[bool] = _t.c.file_id == file_id
    if file_id is None:
        same = (_t.c.source == source) & (_t.c.external_id == recording.external_id) & _t.c.file_id.is_(None)
    row = s.execute(select(_t).where(_t.c.athlete_id == athlete_id, _t.c.part == recording.part, same)).one()
    return source_of(row)


def sources(s: Session, activity_id: int) -> list[SourceRow]:
    """Return the sources of an activity, the first received first."""
    return [
        source_of(r) for r in s.execute(select(_t).where(_t.c.activity_id == activity_id).order_by(_t.c.id))
    ]


def sources_of(s: Session, athlete_id: int, activity_ids: Iterable[int]) -> dict[int, frozenset[Source]]:
    """Return which sources the fields of some activities come from, those without a recording left out."""
    act = models.activities
    rows = s.execute(
        select(_t.c.activity_id, func.array_agg(_t.c.source.distinct()))
        .join_from(_t, act, speaks())
        .where(_t.c.athlete_id == athlete_id, _t.c.activity_id == func.any(list(activity_ids)))
        .group_by(_t.c.activity_id)
    )
    return {activity_id: frozenset(map(Source, names)) for activity_id, names in rows}


def used(s: Session, athlete_id: int, sources: Iterable[Source]) -> frozenset[Source]:
    """Return those of some sources that anything of the athlete's comes from.

    That is a field of an activity (a deleted one too), a day's value or a planned workout. What the athlete
    said is there always.
    """
    act, days, planned = models.activities, models.daily_values, models.planned_workouts
    named: BindParameter[str] = bindparam("source")
    queries = [
        select(_t.c.id)
        .join_from(_t, act, speaks())
        .where(_t.c.athlete_id == athlete_id, _t.c.source == named),
        select(days.c.athlete_id).where(days.c.athlete_id == athlete_id, days.c.source == named),
        select(planned.c.athlete_id).where(planned.c.athlete_id == athlete_id, planned.c.source == named),
    ]

    def there(source: Source) -> bool:
        return any(s.scalar(q.limit(1), {"source": source.value}) is not None for q in queries)

    return frozenset(source for source in sources if source is Source.journal or there(source))


def same_identity(s: Session, athlete_id: int, identity: str) -> list[SourceRow]:
    """Return the sources that are copies of the same recording; none for an empty identity."""
    if not identity:
        return []
    rows = s.execute(
        select(_t).where(_t.c.athlete_id == athlete_id, _t.c.identity == identity).order_by(_t.c.id)
    )
    return [source_of(r) for r in rows]


def of_file(s: Session, athlete_id: int, file_id: int) -> list[SourceRow]:
    """Return the sources that were read from an original, in the order they stand in it."""
    rows = s.execute(
        select(_t).where(_t.c.athlete_id == athlete_id, _t.c.file_id == file_id).order_by(_t.c.part)
    )
    return [source_of(r) for r in rows]


def recording_of(s: Session, source_id: int) -> Recording:
    """Return what a source says, without samples. Raises NotFound."""
    row = s.execute(select(_t).where(_t.c.id == source_id)).one_or_none()
    if row is None:
        raise NotFound("activity_not_found")
    return source_of(row).recording


def devices(s: Session, athlete_id: int, activity_ids: Collection[int]) -> dict[int, Device]:
    """Return activity → the watch that recorded it; what nothing recorded is not there."""
    act = models.activities
    query = (
        select(act.c.id, _t.c.summary["device"])
        .join_from(act, _t, (_t.c.athlete_id == act.c.athlete_id) & (_t.c.id == act.c.winner_id))
        .where(act.c.athlete_id == athlete_id, act.c.id == func.any(list(activity_ids)))
    )
    return {row[0]: Device(**row[1]) for row in s.execute(query)}


def source_of(r: Record[Any]) -> SourceRow:
    """Return a record of the table as SourceRow."""
    return SourceRow(
        id=r.id,
        activity_id=r.activity_id,
        merged_from=r.merged_from,
        source=Source(r.source),
        file_id=r.file_id,
        part=r.part,
        identity=r.identity,
        external_id=r.external_id,
        recording=_recording(r),
        records=r.summary["records"],
        received_at=r.received_at,
    )


def summary_of(recording: Recording) -> dict[str, Any]:
    """Return what the table keeps of a recording beside its samples."""
    return {
        **{name: getattr(recording, name) for name in _SCALARS},
        "start": recording.start.isoformat(),
        "laps": [vars(lap) for lap in recording.laps],
        "lengths": [vars(length) for length in recording.lengths],
        "pauses": recording.pauses,
        "device": asdict(recording.device),
        "totals": dict(recording.totals),
        "flags": recording.flags,
    }


def _recording(r: Record[Any]) -> Recording:
    said: Mapping[str, Any] = r.summary
    scalars = {name: said[name] for name in _SCALARS}
    return Recording(
        **{**scalars, "sport": Sport(said["sport"])},
        start=datetime.fromisoformat(said["start"]),
        laps=tuple(Lap(**lap) for lap in said["laps"]),
        lengths=tuple(SwimLength(**length) for length in said["lengths"]),
        pauses=tuple((begin, end) for begin, end in said["pauses"]),
        device=Device(**said["device"]),
        totals=said["totals"],
        flags=tuple(said["flags"]),
        identity=r.identity,
        external_id=r.external_id,
        part=r.part,
    )
