"""What the athlete said of their aims, their life and their health, as plans need it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from coach.domain.plan.model import Constraints, Goal, Health, dump, load
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.planning_profiles


def goal(s: Session) -> Goal | None:
    """Return the aim the athlete named last, or None."""
    data = _read(s, "goal")
    return load(Goal, data) if data else None


def constraints(s: Session) -> Constraints:
    """Return what the athlete's life allows; nothing said: no limits."""
    return load(Constraints, _read(s, "constraints"))


def health(s: Session) -> Health:
    """Return what decides whether somebody may train; `hold` is not kept here (`coach.store.plan_holds`)."""
    return load(Health, _read(s, "health"))


def set_goal(s: Session, value: Goal | None) -> None:
    _write(s, "goal", {} if value is None else dump(value))


def set_constraints(s: Session, value: Constraints) -> None:
    _write(s, "constraints", dump(value))


def set_health(s: Session, value: Health) -> None:
    _write(s, "health", dump(value))


def _read(s: Session, column: str) -> Any:
    return s.scalar(select(_t.c[column]).where(_t.c.athlete_id == athlete_of(s))) or {}


def _write(s: Session, column: str, value: Any) -> None:
    new = insert(_t).values(athlete_id=athlete_of(s), **{column: value})
    s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id"], set_={column: new.excluded[column], "updated_at": func.now()}
        )
    )
