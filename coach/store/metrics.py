"""Computed metrics of activities: one row per activity and metric, with version and reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, bindparam, cast, func, select, text, update

from coach.domain.activity import Sport
from coach.domain.metrics.registry import Measure, Unknown
from coach.store import models
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


def read(
    s: Session, athlete_id: int, activity_ids: Collection[int], names: Collection[str] | None = None
) -> dict[int, dict[str, Measure | Unknown]]:
    """Return activity → name → result; what was not computed is not there."""
    query = select(
        _t.c.activity_id,
        _t.c.metric,
        _t.c.value,
        _t.c.coverage,
        _t.c.detail,
        _t.c.because,
        _t.c.because_params,
        _t.c.estimated,
    ).where(_t.c.athlete_id == athlete_id, _t.c.activity_id == func.any(list(activity_ids)))
    if names is not None:
        query = query.where(_t.c.metric == func.any(list(names)))
    found: dict[int, dict[str, Measure | Unknown]] = {}
    for activity_id, name, value, coverage, detail, because, params, estimated in s.execute(query):
        result: Measure | Unknown = Measure(value, coverage, detail, estimated)
        if because is not None:
            result = Unknown(because, params)
        found.setdefault(activity_id, {})[name] = result
    return found


def daily_sums(
    s: Session, athlete_id: int, metric: str, start: date, end: date, sport: Sport | None = None
) -> dict[date, float]:
    """Return local date → sum over that day's activities; days without a value are not there."""
    query = (
        select(_act.c.local_date, func.sum(_t.c.value))
        .join_from(_act, _t, _of(metric))
        .where(*_window(athlete_id, start, end, sport), _t.c.value.is_not(None))
        .group_by(_act.c.local_date)
        .order_by(_act.c.local_date)
    )
    return {row[0]: row[1] for row in s.execute(query)}


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
    elapsed_s, then one per metric; unknown is NaN.
    """
    window = _window(athlete_id, start, end, sport)
    rows = s.execute(select(*_ROW_COLUMNS).where(*window).order_by(_act.c.start_at, _act.c.id)).all()
    frame = pd.DataFrame(rows, columns=[c.name for c in _ROW_COLUMNS]).set_index("id")
    for column in ("distance_m", "moving_s", "elapsed_s"):
        frame[column] = frame[column].astype(float)
    values = s.execute(
        select(_t.c.metric, _t.c.activity_id, _t.c.value)
        .join_from(_act, _t, and_(_t.c.athlete_id == _act.c.athlete_id, _t.c.activity_id == _act.c.id))
        .where(*window, _t.c.metric == func.any(list(names)), _t.c.value.is_not(None))
    )
    columns: dict[str, dict[int, float]] = {name: {} for name in names}
    for metric, activity_id, value in values:
        columns[metric][activity_id] = value
    for name, known in columns.items():
        frame[name] = pd.Series(known, index=frame.index, dtype=float)
    return frame


def stale(s: Session, athlete_id: int, versions: Mapping[str, int]) -> list[int]:
    """Return activities that lack one of these metrics in this very version, newest first."""
    current = (
        select(func.count())
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
    query = (
        select(_act.c.id)
        .where(_act.c.athlete_id == athlete_id, *_LISTED, current < len(versions))
        .order_by(_act.c.start_at.desc())
    )
    return list(s.scalars(query))


def outdate(s: Session, athlete_id: int, activity_ids: Collection[int], names: Collection[str]) -> None:
    """Mark these metrics of these activities as `stale`; their values stay until they are computed anew."""
    s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_id,
            _t.c.activity_id == func.any(list(activity_ids)),
            _t.c.metric == func.any(list(names)),
        )
        .values(version=0)
    )


def _of(metric: str) -> ColumnElement[bool]:
    return and_(_t.c.athlete_id == _act.c.athlete_id, _t.c.activity_id == _act.c.id, _t.c.metric == metric)


def _window(athlete_id: int, start: date, end: date, sport: Sport | None) -> list[ColumnElement[bool]]:
    window = [_act.c.athlete_id == athlete_id, *_LISTED, _act.c.local_date.between(start, end)]
    return window if sport is None else [*window, _act.c.sport == sport]
