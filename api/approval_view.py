"""What waits for a decision, as its card shows it: rendered from the stored content, by code alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from coach.domain.athlete import Athlete
from coach.domain.plan.diff import diff
from coach.pipeline import proposing
from coach.store import approvals
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say


class WarningOut(BaseModel):
    """A rule that warns: it must be acknowledged before the plan can be approved."""

    rule: str
    said: str
    acknowledged: bool


class ApprovalOut(BaseModel):
    """One thing to decide. `sha256`, of what the lines are made from, goes back with the decision."""

    id: int
    kind: Literal["plan", "removal", "clearance", "restore"]
    plan_id: int | None
    revision: int | None
    sha256: str
    state: Literal["pending", "approved", "rejected", "expired", "replaced"]
    channel: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_in: str | None
    question: str = Field(examples=["새 계획을 확인해 주세요"])
    title: str
    why: list[str] = Field(description="Why it was proposed; empty where the athlete asked for it.")
    lines: list[str] = Field(description="What it is: of a plan its span, its weeks and what had to give.")
    changes: list[str] = Field(description="What differs from what holds now.")
    warnings: list[WarningOut]
    until: str


class DiffOut(BaseModel):
    older: int
    newer: int
    lines: list[str] = Field(examples=[["11월 24일 (화): 이지런 8 km → 휴식"]])


def cards(s: Session, athlete: Athlete, now: datetime) -> list[ApprovalOut]:
    """Return what waits for a decision, the oldest first."""
    return [approval_out(s, athlete, asked) for asked in approvals.pending(s, now)]


def approval_out(s: Session, athlete: Athlete, asked: Approval) -> ApprovalOut:
    """Return one question as its card shows it."""
    card = proposing.card_of(s, athlete, asked)
    # Of a change the lines that differ tell more than all weeks once more.
    weeks = () if card.changes else tuple(week.line for week in card.weeks)
    about = (card.span, card.feasibility, *card.remarks, *card.lines, *weeks)
    question = "revision" if card.kind == "plan" and card.changes else card.kind
    return ApprovalOut(
        id=asked.id,
        kind=asked.kind,
        plan_id=asked.plan_id,
        revision=asked.revision,
        sha256=card.sha256,
        state=asked.state,
        channel=asked.channel,
        created_at=asked.created_at,
        expires_at=asked.expires_at,
        decided_at=asked.decided_at,
        decided_in=asked.decided_in,
        question=say(athlete.lang, f"plan_web.card_{question}"),
        title=card.title,
        why=list(card.why),
        lines=[line for line in about if line],
        changes=list(card.changes),
        warnings=[WarningOut(rule=w.rule, said=w.said, acknowledged=w.acknowledged) for w in card.warnings],
        until=card.until,
    )


def diff_out(older: Revision, newer: Revision, athlete: Athlete) -> DiffOut:
    """Return what differs between two revisions, in words."""
    found = diff(older.plan, newer.plan)
    return DiffOut(
        older=older.number,
        newer=newer.number,
        lines=list(words.diff_lines(found, athlete.lang, athlete.units)),
    )
