"""Cards that ask for a decision: made by code from what is stored, read by nobody but the athlete."""

from __future__ import annotations

from typing import Any

from coach.domain.plan.diff import diff
from coach.domain.plan.model import Plan
from coach.pipeline import proposing
from coach.store import approvals
from coach.store.approvals import Approval
from coach.store.plans import Revision
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.text.formats import day as day_words
from coach.tools.spec import Card, ToolContext

SESSIONS_SHOWN = 7
CANCEL = "cancel"  # why workouts are removed: the plan is given up


def proposed(ctx: ToolContext, session: Session, revision: Revision) -> Card:
    """Ask the athlete to decide about a revision and return the card."""
    approval = proposing.propose(
        session,
        ctx.athlete,
        revision.plan_id,
        revision.number,
        ctx.now,
        channel=ctx.channel,
        thread_id=ctx.thread_id,
    )
    return shown(ctx, session, approval)


def shown(ctx: ToolContext, session: Session, approval: Approval) -> Card:
    """Return the card of a question: the words of the stored content, and what a decision must send back."""
    found = proposing.card_of(session, ctx.athlete, approval, lang=ctx.lang)
    content: dict[str, Any] = {
        "id": found.id,
        "about": found.kind,
        "plan_id": found.plan_id,
        "sha256": found.sha256,
        "state": found.state,
        "expires_at": found.expires_at.isoformat(),
        "until": found.until,
        "span": found.span,
        "why": list(found.why),
        "lines": list(found.lines),
        "changes": list(found.changes),
        "weeks": [week.line for week in found.weeks],
        "sessions": [
            {"day": day_words(row.day, ctx.lang, ctx.today), "title": row.title, "lines": list(row.lines)}
            for row in found.sessions[:SESSIONS_SHOWN]
        ],
        "remarks": list(found.remarks),
        "feasibility": found.feasibility,
        "rules": [warning.rule for warning in found.warnings if not warning.acknowledged],
        "warnings": [warning.said for warning in found.warnings if not warning.acknowledged],
    }
    title = found.title
    if approval.content.get("why") == CANCEL:
        title = say(ctx.lang, "plan_tools.card_cancel")
    return Card(kind="approval", title=title, approval=content)


def waiting(ctx: ToolContext, session: Session) -> tuple[Card, ...]:
    """Return the cards of what waits for a decision."""
    return tuple(shown(ctx, session, approval) for approval in approvals.pending(session, ctx.now))


def change_lines(ctx: ToolContext, before: Plan, after: Plan) -> tuple[str, ...]:
    """Return what changes between two versions of a plan, a line each."""
    return words.diff_lines(diff(before, after), ctx.lang, ctx.athlete.units, ctx.today)
