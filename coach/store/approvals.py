"""What the athlete is asked to decide, and how it was decided: one UPDATE that compares everything."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import func, insert, select, update

from coach.errors import NotFound
from coach.store import models, outbox
from coach.store.session import Session, athlete_of

_t, _p = models.approvals, models.messenger_posts

Kind = Literal["plan", "removal", "clearance", "restore"]
State = Literal["pending", "approved", "rejected", "expired", "replaced"]
Decision = Literal["approved", "rejected"]


@dataclass(frozen=True)
class Approval:
    """One thing to decide. `sha256` is of exactly what was shown; `content` says what that is.

    Of a plan: `plan_id` and `revision`, and the revision's own hash. `decided_by` is the account.
    """

    id: int
    kind: Kind
    plan_id: int | None
    revision: int | None
    content: Mapping[str, Any]
    sha256: bytes
    nonce: str
    state: State
    channel: str
    thread_id: int | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    decided_in: str | None


def _approval(r: Record[Any]) -> Approval:
    return Approval(**{name: getattr(r, name) for name in Approval.__dataclass_fields__})


def hash_of(content: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of content that is no plan."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def ask(
    s: Session,
    kind: Kind,
    sha256: bytes,
    *,
    expires_at: datetime,
    plan_id: int | None = None,
    revision: int | None = None,
    content: Mapping[str, Any] | None = None,
    channel: str = "web",
    thread_id: int | None = None,
    now: datetime | None = None,
) -> Approval:
    """Ask for a decision; what was pending of the same kind (and plan) is replaced by it.

    `now` is when it was asked; None: when the transaction began.
    """
    same = [_t.c.athlete_id == athlete_of(s), _t.c.kind == kind, _t.c.state == "pending"]
    if kind != "plan" and plan_id is not None:
        same.append(_t.c.plan_id == plan_id)
    gone = s.execute(
        update(_t).where(*same).values(state="replaced").returning(_t.c.id, _t.c.created_at)
    ).all()
    _close_posts(s, gone)
    row = s.execute(
        insert(_t)
        .values(
            athlete_id=athlete_of(s),
            kind=kind,
            plan_id=plan_id,
            revision=revision,
            content=dict(content or {}),
            sha256=sha256,
            nonce=secrets.token_urlsafe(12),
            channel=channel,
            thread_id=thread_id,
            expires_at=expires_at,
            **({} if now is None else {"created_at": now}),
        )
        .returning(_t)
    ).one()
    return _approval(row)


def decide(
    s: Session,
    approval_id: int,
    sha256: bytes,
    decision: Decision,
    *,
    now: datetime,
    by: int | None,
    channel: str,
) -> Approval | None:
    """Decide, once: None when it is not pending any more, expired, of somebody else, or of other content."""
    row = s.execute(
        update(_t)
        .where(
            _t.c.athlete_id == athlete_of(s),
            _t.c.id == approval_id,
            _t.c.sha256 == sha256,
            _t.c.state == "pending",
            _t.c.expires_at > now,
        )
        .values(state=decision, decided_at=now, decided_by=by, decided_in=channel)
        .returning(_t)
    ).one_or_none()
    if row is None:
        return None
    _close_posts(s, [row])
    return _approval(row)


def seen(s: Session, approval_id: int, channel: str, thread_id: int | None) -> None:
    """Note where a question that waits is before the athlete now: words typed elsewhere do not answer it.

    One that was decided while it was being shown has its buttons taken away again.
    """
    this = _t.c.athlete_id == athlete_of(s), _t.c.id == approval_id
    waits = update(_t).where(*this, _t.c.state == "pending").values(channel=channel, thread_id=thread_id)
    if s.execute(waits.returning(_t.c.id)).one_or_none() is None:
        _close_posts(s, s.execute(select(_t.c.id, _t.c.created_at).where(*this)).all())


def get(s: Session, approval_id: int) -> Approval:
    """Return an approval. Raises NotFound."""
    if not 0 < approval_id < 2**63:
        raise NotFound("approval_not_found")
    row = s.execute(select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.id == approval_id)).one_or_none()
    if row is None:
        raise NotFound("approval_not_found")
    return _approval(row)


def pending(s: Session, now: datetime) -> tuple[Approval, ...]:
    """Return what waits for a decision and has not expired, the oldest first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.state == "pending", _t.c.expires_at > now)
    return tuple(_approval(r) for r in s.execute(query.order_by(_t.c.id)))


def expire(s: Session, now: datetime) -> tuple[Approval, ...]:
    """Mark what nobody decided in time; return those."""
    rows = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.state == "pending", _t.c.expires_at <= now)
        .values(state="expired")
        .returning(_t)
    ).all()
    _close_posts(s, rows)
    return tuple(_approval(r) for r in rows)


def replace_pending(s: Session, kind: Kind) -> tuple[Approval, ...]:
    """Take back what is pending of a kind, because it holds no longer; return those."""
    rows = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.kind == kind, _t.c.state == "pending")
        .values(state="replaced")
        .returning(_t)
    ).all()
    _close_posts(s, rows)
    return tuple(_approval(r) for r in rows)


def close(s: Session, approval_id: int, state: Literal["expired", "replaced"]) -> None:
    """Take one question back that waits, because it holds no longer."""
    gone = s.execute(
        update(_t)
        .where(_t.c.athlete_id == athlete_of(s), _t.c.id == approval_id, _t.c.state == "pending")
        .values(state=state)
        .returning(_t.c.id, _t.c.created_at)
    ).all()
    _close_posts(s, gone)


def _close_posts(s: Session, gone: Sequence[Record[*tuple[Any, ...]]]) -> None:
    """Have the buttons of questions that wait no more taken away in the messengers that show them.

    Due since the question was asked: at once, on any clock.
    """
    since = {row.id: row.created_at for row in gone}
    if not since:
        return
    shown = (
        select(_p.c.service, _p.c.approval_id, func.max(_p.c.remote_id))
        .where(_p.c.athlete_id == athlete_of(s), _p.c.approval_id.in_(list(since)), _p.c.closed_at.is_(None))
        .group_by(_p.c.service, _p.c.approval_id)
    )
    for service, approval_id, last in s.execute(shown).all():
        payload = {"approval_id": approval_id}
        outbox.put(s, service, f"approval:{approval_id}:{last}", payload, next_at=since[approval_id])


def of_plan(s: Session, plan_id: int) -> tuple[Approval, ...]:
    """Return every question about the content of a plan, what was decided last first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id, _t.c.kind == "plan")
    rows = s.execute(query.order_by(_t.c.decided_at.desc().nulls_last(), _t.c.id.desc()))
    return tuple(_approval(r) for r in rows)


def agreed_since(s: Session, kind: Kind, moment: datetime) -> bool:
    """Return whether the athlete approved something of a kind since a moment."""
    query = select(_t.c.id).where(
        _t.c.athlete_id == athlete_of(s),
        _t.c.kind == kind,
        _t.c.state == "approved",
        _t.c.decided_at >= moment,
    )
    return s.scalar(query.limit(1)) is not None


def find(s: Session, limit: int = 50) -> tuple[Approval, ...]:
    """Return approvals, the newest first."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s)).order_by(_t.c.id.desc()).limit(limit)
    return tuple(_approval(r) for r in s.execute(query))
