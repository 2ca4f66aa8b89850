"""Athletes, their thresholds, how far the first conversation got, and what they consented to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import delete, insert, select, text
from sqlalchemy import update as change
from sqlalchemy.dialects.postgresql import insert as upsert

from coach.domain.athlete import Athlete, Sex, Threshold, ThresholdKind, Thresholds, holding
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_t, _th = models.athletes, models.thresholds
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
FIELDS = frozenset({"name", "lang", "units", "tz", "week_start", "birth_year", "sex"})


def get(s: Session, athlete_id: int, on: date | None = None) -> Athlete:
    """Return the athlete with the thresholds that hold `on` a day (None: the latest). Raises NotFound."""
    row = s.execute(select(_t).where(_t.c.id == athlete_id)).one_or_none()
    if row is None:
        raise NotFound("athlete_not_found")
    return _athlete(row, holding(thresholds(s), on))


def lock(s: Session, athlete_id: int) -> None:
    """Wait until no other transaction holds this athlete's lock, and hold it until this one ends.

    Whoever reads activities to decide what to write takes it first: two imports that meet the same outing,
    two threads that were asked the same.
    """
    s.execute(_LOCK, {"key": f"athlete:{athlete_id}"})


def create(s: Session, **fields: Any) -> Athlete:
    """Add an athlete; needs a session across athletes (`coach.store.system.create_athlete`)."""
    row = s.execute(insert(_t).values(**_known(fields)).returning(_t)).one()
    return _athlete(row, Thresholds())


def update(s: Session, athlete_id: int, **fields: Any) -> Athlete:
    """Change some of FIELDS and return the athlete. Raises NotFound, ValueError for another field."""
    if fields:
        s.execute(change(_t).where(_t.c.id == athlete_id).values(**_known(fields)))
    return get(s, athlete_id)


def set_threshold(s: Session, threshold: Threshold) -> None:
    """Keep a threshold; the one of the same kind, origin and first day is replaced."""
    values = {
        "kind": threshold.kind,
        "origin": threshold.origin,
        "valid_from": threshold.valid_from,
        "value": threshold.value,
        "basis": threshold.basis,
        "activities": list(threshold.activities),
    }
    s.execute(
        upsert(_th)
        .values(athlete_id=athlete_of(s), **values)
        .on_conflict_do_update(
            index_elements=["athlete_id", "kind", "origin", "valid_from"],
            set_={name: values[name] for name in ("value", "basis", "activities")},
        )
    )


def delete_threshold(s: Session, threshold: Threshold) -> bool:
    """Remove the threshold of this kind, origin and first day; return whether there was one."""
    gone = s.execute(
        delete(_th)
        .where(
            _th.c.athlete_id == athlete_of(s),
            _th.c.kind == threshold.kind,
            _th.c.origin == threshold.origin,
            _th.c.valid_from == threshold.valid_from,
        )
        .returning(_th.c.id)
    ).all()
    return bool(gone)


def thresholds(s: Session) -> list[Threshold]:
    """Return every threshold of the athlete, oldest first."""
    rows = s.execute(
        select(_th).where(_th.c.athlete_id == athlete_of(s)).order_by(_th.c.valid_from, _th.c.id)
    )
    return [
        Threshold(
            ThresholdKind(r.kind),
            r.value,
            r.origin,
            r.valid_from,
            basis=r.basis,
            activities=tuple(r.activities),
        )
        for r in rows
    ]


def get_onboarding(s: Session, athlete_id: int) -> dict[str, Any]:
    """Return what the first conversation has asked and learnt so far."""
    state: dict[str, Any] | None = s.scalar(select(_t.c.onboarding).where(_t.c.id == athlete_id))
    if state is None:
        raise NotFound("athlete_not_found")
    return state


def set_onboarding(s: Session, athlete_id: int, state: Mapping[str, Any]) -> None:
    """Keep where the first conversation stands."""
    s.execute(change(_t).where(_t.c.id == athlete_id).values(onboarding=dict(state)))


def get_model_consent(s: Session, athlete_id: int) -> datetime | None:
    """Return when the athlete agreed that data go to an external model; None: they have not."""
    return s.scalar(select(_t.c.model_consent_at).where(_t.c.id == athlete_id))


def set_model_consent(s: Session, athlete_id: int, at: datetime | None) -> None:
    """Keep the athlete's consent, or take it back (None)."""
    s.execute(change(_t).where(_t.c.id == athlete_id).values(model_consent_at=at))


def get_chat_keep_days(s: Session, athlete_id: int) -> int | None:
    """Return for how many days the athlete's conversations are kept; None: until they delete them."""
    return s.scalar(select(_t.c.chat_keep_days).where(_t.c.id == athlete_id))


def set_chat_keep_days(s: Session, athlete_id: int, days: int | None) -> None:
    """Keep conversations for so many days, or until the athlete deletes them (None)."""
    s.execute(change(_t).where(_t.c.id == athlete_id).values(chat_keep_days=days))


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - FIELDS:
        raise ValueError(f"not fields of an athlete: {sorted(unknown)}")
    return dict(fields)


def _athlete(r: Record[Any], held: Thresholds) -> Athlete:
    return Athlete(
        id=r.id,
        name=r.name,
        lang=r.lang,
        units=r.units,
        tz=r.tz,
        week_start=r.week_start,
        birth_year=r.birth_year,
        sex=None if r.sex is None else Sex(r.sex),
        thresholds=held,
    )
