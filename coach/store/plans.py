"""Plans and their revisions. Only a plan that was held against every rule gets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy import Row as Record

from coach.domain.plan.model import Plan, dump, load, sha256_of
from coach.domain.plan.rules import CheckedPlan
from coach.errors import NotFound
from coach.store import models
from coach.store.session import Session, athlete_of

_p, _r = models.plans, models.plan_revisions

State = Literal["draft", "running", "done", "cancelled"]
RevisionState = Literal["draft", "proposed", "approved", "rejected", "replaced", "expired"]
Origin = Literal["built", "edited", "adapted", "imported", "undone"]


@dataclass(frozen=True)
class Head:
    """A plan without its content. `approved` is the revision that holds; None: none was approved yet."""

    id: int
    state: State
    approved: int | None
    start_day: date
    end_day: date
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Revision:
    """One version of a plan's content. `findings` are warnings as JSON, `why_*` says why it was made."""

    plan_id: int
    number: int
    parent: int | None
    plan: Plan
    sha256: bytes
    state: RevisionState
    origin: Origin
    why_key: str
    why_params: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    acknowledged: frozenset[str]
    created_at: datetime


def create(s: Session, start: date, end: date) -> int:
    """Begin a plan that has no revision yet; return its id."""
    new = s.scalar(
        insert(_p).values(athlete_id=athlete_of(s), start_day=start, end_day=end).returning(_p.c.id)
    )
    return int(new or 0)


def add_revision(
    s: Session,
    plan_id: int,
    checked: CheckedPlan,
    *,
    origin: Origin,
    parent: int | None = None,
    why_key: str = "",
    why_params: Mapping[str, Any] | None = None,
    call_key: str = "",
) -> Revision:
    """Keep a checked plan as the next revision, as a draft. Call it with the athlete's lock held.

    The same `call_key` again returns what was kept then. Raises NotFound.
    """
    if not isinstance(checked, CheckedPlan):  # types are not looked at when the program runs
        raise TypeError("only a CheckedPlan is stored")
    known = of_call(s, call_key)
    if known is not None:
        return known
    head(s, plan_id)
    last = s.scalar(select(func.max(_r.c.number)).where(*_of(s, plan_id))) or 0
    s.execute(
        insert(_r).values(
            athlete_id=athlete_of(s),
            plan_id=plan_id,
            number=last + 1,
            parent=parent,
            content=dump(checked.plan),
            sha256=sha256_of(checked.plan),
            origin=origin,
            why_key=why_key,
            why_params=dict(why_params or {}),
            findings=[dump_finding(asdict(f)) for f in checked.findings],
            acknowledged=sorted(checked.acknowledged),
            call_key=call_key,
        )
    )
    return revision(s, plan_id, last + 1)


def of_call(s: Session, call_key: str) -> Revision | None:
    """Return the revision that a call made when it was first heard, or None."""
    if not call_key:
        return None
    known = s.execute(
        select(_r).where(_r.c.athlete_id == athlete_of(s), _r.c.call_key == call_key)
    ).one_or_none()
    return None if known is None else _revision(known)


def dump_finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return a finding (`coach.domain.plan.rules.Finding` as a mapping) as JSON values."""
    day = finding["day"]
    return {**finding, "day": None if day is None else day.isoformat(), "severity": str(finding["severity"])}


def head(s: Session, plan_id: int) -> Head:
    """Return a plan without its content. Raises NotFound."""
    row = s.execute(select(_p).where(_p.c.athlete_id == athlete_of(s), _p.c.id == plan_id)).one_or_none()
    if row is None:
        raise NotFound("plan_not_found")
    return _head(row)


def heads(s: Session, limit: int = 50) -> tuple[Head, ...]:
    """Return plans, the newest first."""
    query = select(_p).where(_p.c.athlete_id == athlete_of(s)).order_by(_p.c.id.desc()).limit(limit)
    return tuple(_head(r) for r in s.execute(query))


def running(s: Session) -> Head | None:
    """Return the plan that holds now, or None."""
    row = s.execute(select(_p).where(_p.c.athlete_id == athlete_of(s), _p.c.state == "running")).one_or_none()
    return None if row is None else _head(row)


def revision(s: Session, plan_id: int, number: int) -> Revision:
    """Return one revision. Raises NotFound."""
    row = s.execute(select(_r).where(*_of(s, plan_id), _r.c.number == number)).one_or_none()
    if row is None:
        raise NotFound("plan_not_found")
    return _revision(row)


def latest(s: Session, plan_id: int) -> Revision:
    """Return the newest revision. Raises NotFound."""
    row = s.execute(select(_r).where(*_of(s, plan_id)).order_by(_r.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound("plan_not_found")
    return _revision(row)


def revisions(s: Session, plan_id: int) -> tuple[Revision, ...]:
    """Return every revision, the oldest first."""
    return tuple(_revision(r) for r in s.execute(select(_r).where(*_of(s, plan_id)).order_by(_r.c.number)))


def parents(s: Session, plan_id: int) -> dict[int, int | None]:
    """Return of each revision which one it was made from, without their content."""
    return {r.number: r.parent for r in s.execute(select(_r.c.number, _r.c.parent).where(*_of(s, plan_id)))}


def holding(s: Session) -> Revision | None:
    """Return the approved revision of the plan that runs now, or None."""
    now = running(s)
    return None if now is None or now.approved is None else revision(s, now.id, now.approved)


def set_revision(s: Session, plan_id: int, number: int, state: RevisionState) -> None:
    """Say what became of a revision."""
    s.execute(update(_r).where(*_of(s, plan_id), _r.c.number == number).values(state=state))


def acknowledge(s: Session, plan_id: int, number: int, rules: frozenset[str]) -> None:
    """Keep that the athlete knows of warnings."""
    s.execute(update(_r).where(*_of(s, plan_id), _r.c.number == number).values(acknowledged=sorted(rules)))


def set_plan(s: Session, plan_id: int, **columns: Any) -> None:
    """Write `state`, `approved`, `start_day` or `end_day` of a plan."""
    s.execute(
        update(_p)
        .where(_p.c.athlete_id == athlete_of(s), _p.c.id == plan_id)
        .values(**columns, updated_at=func.now())
    )


def _of(s: Session, plan_id: int) -> tuple[ColumnElement[bool], ...]:
    return (_r.c.athlete_id == athlete_of(s), _r.c.plan_id == plan_id)


def _head(r: Record[Any]) -> Head:
    return Head(**{name: getattr(r, name) for name in Head.__dataclass_fields__})


def _revision(r: Record[Any]) -> Revision:
    values = {name: getattr(r, name) for name in Revision.__dataclass_fields__ if name != "plan"}
    values["findings"] = tuple(r.findings)
    values["acknowledged"] = frozenset(r.acknowledged)
    return Revision(plan=load(Plan, r.content), **values)
