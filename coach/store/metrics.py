"""Computed metrics of activities: one row per activity and metric, with version and reason.

Only what the current formulas gave, with what is known of the athlete now, is ever read. What is older, or
was never computed, is being computed: of one activity that is why a value is unknown. What is read of several
is added up, ranked or drawn together, and without a part of it the answer would be wrong, so it is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    text,
    update,
)

from coach.domain.activity import Sport
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.errors import NotEnoughData
from coach.store import models, progress
from coach.store.session import Session

_t, _act = models.activity_metrics, models.activities
_LISTED = (_act.c.deleted_at.is_(None), _act.c.merged_into.is_(None))
_ROW_COLUMNS = (
    _act.c.id,
    _act.c.start_at,
    _act.c.local_date,
    _act.c.sport,
    _act.c.race,
    _act.c.treadmill,
    _act.c.excluded_from_bests,
    _act.c.distance_m,
    _act.c.moving_s,
    _act.c.elapsed_s,
)

_EMPTY = text("'{}'::jsonb")

# One statement for all metrics of an activity: 30 rows cost little more than one.
_SAVE = text("""
    INSERT INTO activity_metrics AS m
           (athlete_id, activity_id, metric, version, value, coverage, detail,
            because, because_params, estimated)
    SELECT :athlete_id, :activity_id, r.*
      FROM jsonb_to_recordset(:rows) AS r (
             metric text, version integer, value double precision, coverage double precision, detail jsonb,
             because text, because_params jsonb, estimated boolean)
        ON CONFLICT (activity_id, metric) DO UPDATE
       SET version = excluded.version, value = excluded.value, coverage = excluded.coverage,
           detail = excluded.detail, because = excluded.because, because_params = excluded.because_params,
           estimated = excluded.estimated, computed_at = now()
""").bindparams(bindparam("rows", type_=_t.c.detail.type))


def save(
    s: Session,
    athlete_id: int,
    activity_id: int,
    results: Mapping[str, Measure | Unknown],
    versions: Mapping[str, int],
) -> None:
    """Keep the results of an activity's metrics, replacing earlier ones. `versions`: name → version."""
    rows = [
        {"metric": name, "version": versions[name], **_columns(result)} for name, result in results.items()
    ]
    if rows:
        s.execute(_SAVE, {"athlete_id": athlete_id, "activity_id": activity_id, "rows": rows})


def _columns(result: Measure | Unknown) -> dict[str, Any]:
    if isinstance(result, Unknown):
        return {
            "value": None,
            "coverage": None,
            "detail": {},
            "because": result.because,
            "because_params": dict(result.params),
            "estimated": False,
        }
    return {
        "value": result.value,
        "coverage": result.coverage,
        "detail": dict(result.detail),
        "because": None,
        "because_params": {},
        "estimated": result.estimated,
    }


def current(names: Collection[str] | None = None) -> dict[str, int]:
    """Return name → version of the metrics of activities as they are declared now."""
    return {
        name: metric.version
        for name, metric in METRICS.items()
        if metric.scope == "activity" and (names is None or name in names)
    }


def read(
    s: Session,
    athlete_id: int,
    activity_ids: Collection[int],
    names: Collection[str] | None = None,
    *,
    whole: bool | None = None,
) -> dict[int, dict[str, Measure | Unknown]]:
    """Return activity → name → result, of every declared metric (or those of `names`).

    What is not up to date is Unknown("being_recomputed"). With `whole` (the default for several activities)
    nothing may be missing: raises NotEnoughData while something is.
    """
    versions = current(names)
    query = select(
        _t.c.activity_id,
        _t.c.metric,
        _t.c.version,
        _t.c.value,
        _t.c.coverage,
        # Most are empty, and to parse them would take half of the time.
        func.nullif(_t.c.detail, _EMPTY),
        _t.c.because,
        func.nullif(_t.c.because_params, _EMPTY),
        _t.c.estimated,
    ).where(_t.c.athlete_id == athlete_id, _t.c.activity_id == func.any(list(activity_ids)))
    if names is not None:
        query = query.where(_t.c.metric == func.any(list(names)))
    found: dict[int, dict[str, Measure | Unknown]] = {activity_id: {} for activity_id in activity_ids}
    rows = s.execute(query).all()
    for activity_id, name, version, value, coverage, detail, because, params, estimated in rows:
        if versions.get(name) != version:
            continue
        result: Measure | Unknown = Measure(value, coverage, detail or {}, estimated)
        if because is not None:
            result = Unknown(because, params or {})
        found[activity_id][name] = result
    lacking = sum(1 for results in found.values() if len(results) < len(versions))
    if not lacking:
        return found
    how_far = _how_far(s, athlete_id, lacking)
    if whole if whole is not None else len(found) > 1:
        raise NotEnoughData("being_recomputed", **how_far)
    waiting = dict.fromkeys(versions, Unknown("being_recomputed", how_far))
    return {activity_id: {**waiting, **results} for activity_id, results in found.items()}


def _how_far(s: Session, athlete_id: int, lacking: int) -> dict[str, int]:
    """Return how many activities are done and how many there are to do."""
    running = progress.running(s, athlete_id, "metrics")
    return (
        {"done": 0, "total": lacking} if running is None else {"done": running.done, "total": running.total}
    )


def _refuse_parts(s: Session, athlete_id: int, lacking: int) -> None:
    if lacking:
        raise NotEnoughData("being_recomputed", **_how_far(s, athlete_id, lacking))


def daily_sums(
    s: Session, athlete_id: int, metric: str, start: date, end: date, sport: Sport | None = None
) -> dict[date, float]:
    """Return local date → sum over that day's activities; days without a value are not there.

    Raises NotEnoughData while the metric of one of these activities is being computed.
    """
    query = (
        select(_act.c.local_date, _t.c.version, _t.c.value)
        .join_from(_act, _t, _of(metric), isouter=True)
        .where(*_window(athlete_id, start, end, sport))
        .order_by(_act.c.local_date)
    )
    version, lacking = current([metric])[metric], 0
    sums: dict[date, float] = {}
    for day, known, value in s.execute(query).all():
        lacking += known != version
        if value is not None:
            sums[day] = sums.get(day, 0.0) + value
    _refuse_parts(s, athlete_id, lacking)
    return sums


def table(
    s: Session,
    athlete_id: int,
    names: Collection[str],
    start: date,
    end: date,
    sport: Sport | None = None,
) -> pd.DataFrame:
    """Return one row per activity, oldest first, indexed by its id.

    Columns: start_at (UTC), local_date, sport, race, treadmill, excluded_from_bests, distance_m, moving_s,
    elapsed_s, then one per metric; unknown is NaN. Raises NotEnoughData while one of them is being computed.
    """
    window = _window(athlete_id, start, end, sport)
    rows = s.execute(select(*_ROW_COLUMNS).where(*window).order_by(_act.c.start_at, _act.c.id)).all()
    frame = pd.DataFrame(rows, columns=[c.name for c in _ROW_COLUMNS]).set_index("id")
    for column in ("distance_m", "moving_s", "elapsed_s"):
        frame[column] = frame[column].astype(float)
    values = s.execute(
        select(_t.c.metric, _t.c.activity_id, _t.c.version, _t.c.value)
        .join_from(_act, _t, and_(_t.c.athlete_id == _act.c.athlete_id, _t.c.activity_id == _act.c.id))
        .where(*window, _t.c.metric == func.any(list(names)))
    )
    versions = current(names)
    columns: dict[str, dict[int, float | None]] = {name: {} for name in names}
    for metric, activity_id, version, value in values.all():
        if version == versions[metric]:
            columns[metric][activity_id] = value
    whole = set(frame.index).intersection(*columns.values())
    _refuse_parts(s, athlete_id, len(frame) - len(whole))
    for name, known in columns.items():
        frame[name] = pd.Series(known, index=frame.index, dtype=float)
    return frame


def stale(s: Session, athlete_id: int, versions: Mapping[str, int]) -> dict[int, list[str]]:
    """Return which activities lack which of these metrics in this very version, the newest first."""
    return _lacking(s, versions, [_act.c.athlete_id == athlete_id, *_LISTED])


def _lacking(
    s: Session, versions: Mapping[str, int], window: Collection[ColumnElement[bool]]
) -> dict[int, list[str]]:
    # An array for each activity, by its primary key: a join of all with all takes seconds.
    there = (
        select(func.array_agg(_t.c.metric))
        .where(
            _t.c.athlete_id == _act.c.athlete_id,
            _t.c.activity_id == _act.c.id,
            func.row(_t.c.metric, _t.c.version).in_(
                select(
                    func.unnest(cast(list(versions), ARRAY(Text))),
                    func.unnest(cast(list(versions.values()), ARRAY(Integer))),
                )
            ),
        )
        .scalar_subquery()
    )
    each = select(_act.c.id, _act.c.start_at, func.coalesce(there, cast([], ARRAY(Text))).label("there"))
    found = each.where(*window).subquery()
    query = (
        select(found.c.id, found.c.there)
        .where(func.cardinality(found.c.there) < len(versions))
        .order_by(found.c.start_at.desc(), found.c.id)
    )
    return {
        activity_id: [name for name in versions if name not in known]
        for activity_id, known in s.execute(query)
    }


def any_of(s: Session, athlete_id: int, names: Collection[str]) -> bool:
    """Return whether one of these metrics was ever computed, in whatever version."""
    query = select(_t.c.activity_id).where(
        _t.c.athlete_id == athlete_id, _t.c.metric == func.any(list(names))
    )
    return s.scalar(query.limit(1)) is not None


def days(s: Session, athlete_id: int) -> list[date]:
    """Return the local dates of all activities, deleted ones too."""
    query = select(_act.c.local_date).where(_act.c.athlete_id == athlete_id).distinct()
    return list(s.scalars(query.order_by(_act.c.local_date)))


def outdate(s: Session, athlete_id: int, names: Collection[str], on: Collection[date] | None = None) -> int:
    """Mark these metrics as `stale`, of all activities or those `on` these days; return of how many.

    Deleted activities are marked too: they may come back.
    """
    query = update(_t).where(
        _t.c.athlete_id == athlete_id, _t.c.metric == func.any(list(names)), _t.c.version != 0
    )
    if on is not None:
        query = query.where(
            _act.c.athlete_id == _t.c.athlete_id,
            _act.c.id == _t.c.activity_id,
            _act.c.local_date == func.any(list(on)),
        )
    return len(set(s.scalars(query.values(version=0).returning(_t.c.activity_id))))


def forget(s: Session, athlete_id: int, activity_ids: Collection[int]) -> None:
    """Delete what was computed of some activities: what it rested on is no longer here."""
    s.execute(
        _t.delete().where(_t.c.athlete_id == athlete_id, _t.c.activity_id == func.any(list(activity_ids)))
    )


def _of(metric: str) -> ColumnElement[bool]:
    return and_(_t.c.athlete_id == _act.c.athlete_id, _t.c.activity_id == _act.c.id, _t.c.metric == metric)


def _window(athlete_id: int, start: date, end: date, sport: Sport | None) -> list[ColumnElement[bool]]:
    window = [_act.c.athlete_id == athlete_id, *_LISTED, _act.c.local_date.between(start, end)]
    return window if sport is None else [*window, _act.c.sport == sport]
