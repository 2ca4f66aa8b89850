"""Proposals in a conversation: what the athlete types is read by rules, and code alone decides with it.

There is no tool that approves. A typed word counts only in the channel that the question was asked in, only
where one thing is waiting there, and a bare yes only directly after its card. Whatever a model says or calls
comes later in the turn and changes none of this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coach.domain.plan.reply import Reply, read_reply
from coach.domain.plan.rules import UnsafePlan
from coach.domain.source import Source, limited
from coach.errors import CoachError
from coach.graph.bind import error_text
from coach.graph.opening import MESSENGERS
from coach.graph.turn import Turn
from coach.pipeline import approving, holding, revising
from coach.store import approvals, plans, recordings
from coach.store.approvals import Approval, Decision
from coach.store.session import Session
from coach.text import plans as words
from coach.tools.plan_approval import CANCEL, change_lines, proposed, shown
from coach.tools.spec import Card

_OF_DECIDING = re.compile(r"승인|거절|approv|reject", re.IGNORECASE)
DECISIONS: Mapping[str, Decision] = {"approve": "approved", "reject": "rejected"}


@dataclass(frozen=True)
class Outcome:
    """What is said and shown. `known`: warnings that were read out, for a yes that follows them.

    `bare`: what is left of `says` without anything that comes from the athlete's data; None: all of it.
    """

    says: Sequence[str] = ()
    bare: Sequence[str] | None = None
    cards: Sequence[Card] = ()
    known: Sequence[str] = ()
    open: Approval | None = None  # what a bare yes may answer next


@dataclass(frozen=True)
class Heard:
    """A message beside what waits. `outcome` None: it goes on to the agent.

    `rests_on`: the sources that forbid anything, where the outcome tells of the athlete's data.
    """

    outcome: Outcome | None = None
    waits: bool = False
    rests_on: frozenset[Source] = frozenset()


@dataclass
class _Asked:
    """One message to what waits in this channel."""

    turn: Turn
    session: Session
    reply: Reply
    pending: Mapping[str, Any]
    waiting: tuple[Approval, ...] = field(default=())
    elsewhere: tuple[Approval, ...] = field(default=())  # seen last in another channel

    @property
    def just_shown(self) -> int | None:
        """The one whose card the last message of this thread was."""
        return self.pending.get("id") if self.pending.get("kind") == "approval" else None

    def was_shown(self, approval: Approval) -> bool:
        """Whether the athlete has seen it in this thread."""
        thread = self.turn.ctx.thread_id
        return approval.id == self.just_shown or (thread is not None and approval.thread_id == thread)

    def stood(self, approval: Approval) -> bool:
        """Whether the athlete had it before them when they wrote, as far as that is known."""
        return self.turn.stood is None or approval.id in self.turn.stood


def hear(turn: Turn, pending: Mapping[str, Any]) -> Heard:
    """Read a message as an answer to what waits for a decision. Blocking.

    `pending`: the question that is open in this thread.
    """
    heard = _heard(turn, pending)
    if heard.outcome is None or heard.outcome.bare is None:
        return heard
    ctx = turn.ctx
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        rests_on = recordings.used(session, ctx.athlete.id, limited(turn.permissions))
    return replace(heard, rests_on=rests_on)


def _heard(turn: Turn, pending: Mapping[str, Any]) -> Heard:
    ctx = turn.ctx
    try:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            every = approvals.pending(session, ctx.now)
            here = tuple(a for a in every if a.channel == ctx.channel)
            there = tuple(a for a in every if a.channel != ctx.channel)
            asked = _Asked(turn, session, read_reply(ctx.message), pending, here, there)
            return Heard(_answer(asked), waits=bool(here))
    except UnsafePlan as error:
        lang, units = ctx.lang, ctx.athlete.units
        lines = words.findings_words(error.findings, lang, units, ctx.today)
        says = [error_text(lang, error), *(f"- {line}" for line in lines)]
        return Heard(Outcome(says, [error_text(lang, error, outside=True)]), waits=True)
    except CoachError as error:
        bare = [error_text(ctx.lang, error, outside=True)]
        return Heard(Outcome([error_text(ctx.lang, error)], bare), waits=True)


def hold(turn: Turn) -> Outcome:
    """Put the plan on hold for the signs of danger in a message; return what is said and shown of it."""
    ctx = turn.ctx
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        holding.raise_flags(session, ctx.athlete.id, ctx.message, ctx.now)
        key = holding.told(session, ctx.now)
        asked = [a for a in approvals.pending(session, ctx.now) if a.kind == "removal"]
        cards = [shown(ctx, session, approval) for approval in asked if key]
    return Outcome([turn.text(key)] if key else [], cards=cards)


def _answer(asked: _Asked) -> Outcome | None:
    match asked.reply.kind:
        case "approve" | "reject":
            return _decided(asked, DECISIONS[asked.reply.kind])
        case "change":
            return _changed(asked)
    return _still_open(asked)


def _still_open(asked: _Asked) -> Outcome | None:
    """Say that nothing was decided, where somebody talks of deciding right after the card."""
    if asked.just_shown is None or not _OF_DECIDING.search(asked.turn.ctx.message):
        return None
    one = next((a for a in asked.waiting if a.id == asked.just_shown), None)
    key = "plan_tools.still_open" if one and one.kind == "plan" else "plan_tools.still_open_other"
    return Outcome([asked.turn.text(key)], open=one) if one else None


def _decided(asked: _Asked, decision: Decision) -> Outcome | None:
    turn, bare = asked.turn, asked.reply.bare
    if bare and asked.just_shown is None:
        return None
    if not asked.waiting:
        return _of_elsewhere(asked)
    if len(asked.waiting) > 1:
        return Outcome([turn.text("plan_tools.several_wait")], cards=_cards(asked, asked.waiting))
    one = asked.waiting[0]
    if bare and one.id != asked.just_shown:
        # The card that was said yes to is not what waits any more.
        return Outcome([turn.text("plan_tools.another_waits")], cards=_cards(asked, [one]), open=one)
    if not asked.was_shown(one) or not asked.stood(one):
        return Outcome([turn.text("plan_tools.look_first")], cards=_cards(asked, [one]), open=one)
    return _decide(asked, one, decision)


def _decide(asked: _Asked, one: Approval, decision: Decision) -> Outcome:
    turn = asked.turn
    ctx, session = turn.ctx, asked.session
    known = asked.pending.get("known") if one.id == asked.just_shown else None
    if known and decision == "approved" and one.plan_id is not None and one.revision is not None:
        approving.acknowledge(session, ctx.athlete, one.plan_id, one.revision, known, ctx.now)
    try:
        decided = approving.decide(
            session, ctx.athlete, one.id, one.sha256, decision, ctx.now, by=None, channel=ctx.channel
        )
    except approving.WarningsOpen as error:
        if _stays_here(turn, session):  # nobody agrees to what they were not told
            return Outcome([turn.text("plan_tools.warned_on_page")], open=one)
        lang, units = ctx.lang, ctx.athlete.units
        lines = words.findings_words(error.findings, lang, units, ctx.today)
        rules = sorted({finding.rule for finding in error.findings})
        bare = [turn.text("plan_tools.warned"), turn.text("plan_tools.warned_ask")]
        says = [bare[0], *(f"- {line}" for line in lines), bare[1]]
        return Outcome(says, bare, known=rules, open=one)
    lang, units = ctx.lang, ctx.athlete.units
    reasons = words.findings_words(decided.findings, lang, units, ctx.today)
    told = decided.told
    if decided.taken and one.content.get("why") == CANCEL:
        told = f"plan_tools.cancel_{decision}"
    elif decided.taken and decision == "approved" and one.kind == "plan" and decided.params.get("n"):
        told = "plan_life.plan_approved_sent"
    said = turn.text(told, **decided.params)
    return Outcome([said, *(f"- {line}" for line in reasons)], [said] if reasons else None)


def _stays_here(turn: Turn, session: Session) -> bool:
    """Whether words that quote what was recorded may not be read out in this channel."""
    shut = [source for source, permission in turn.permissions.items() if not permission.to_messenger]
    return turn.ctx.channel in MESSENGERS and bool(recordings.used(session, turn.ctx.athlete.id, shut))


def _of_elsewhere(asked: _Asked) -> Outcome | None:
    """Say what became of the one whose card was just shown; what was seen last elsewhere is shown here."""
    turn, ctx = asked.turn, asked.turn.ctx
    if asked.just_shown is not None and asked.just_shown not in [a.id for a in asked.elsewhere]:
        state = approvals.get(asked.session, asked.just_shown).state
        return Outcome([turn.text(f"plan_life.was_{'expired' if state == 'pending' else state}")])
    if not asked.elsewhere:
        return None
    for approval in asked.elsewhere:
        approvals.seen(asked.session, approval.id, ctx.channel, ctx.thread_id)
    one = asked.elsewhere[0] if len(asked.elsewhere) == 1 else None
    key = "plan_tools.look_first" if one else "plan_tools.several_wait"
    return Outcome([turn.text(key)], cards=_cards(asked, asked.elsewhere), open=one)


def _changed(asked: _Asked) -> Outcome | None:
    """Make a new version of the proposal that is spoken of, and show it."""
    turn, ctx, session = asked.turn, asked.turn.ctx, asked.session
    seen = [a for a in asked.waiting if a.kind == "plan" and asked.was_shown(a)]
    if not seen or seen[0].plan_id is None or seen[0].revision is None:
        return None
    one = seen[0]
    if not asked.reply.edits:
        return (
            None if one.id != asked.just_shown else Outcome([turn.text("plan_tools.which_change")], open=one)
        )
    before = plans.revision(session, seen[0].plan_id, seen[0].revision)
    after = revising.revise(
        session,
        ctx.athlete,
        before.plan_id,
        asked.reply.edits,
        ctx.now,
        call_key=turn.call_key("revise", str(one.id)),
        channel=ctx.channel,
        thread_id=ctx.thread_id,
    )
    lines = change_lines(ctx, before.plan, after.plan)
    said = turn.text("plan_tools.change_proposed")
    return Outcome([said, *(f"- {line}" for line in lines)], [said], [proposed(ctx, session, after)])


def _cards(asked: _Asked, waiting: Sequence[Approval]) -> list[Card]:
    return [shown(asked.turn.ctx, asked.session, approval) for approval in waiting]
