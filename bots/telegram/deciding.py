"""Answers to a question that a card shows: by its buttons, or by words that reply to it.

A button names the question and the beginning of its content's hash; only the post that showed it may press.
What a decision does is where it is for the page: `coach.pipeline.approving`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bots.telegram.buttons import SHA_SHOWN, Answer, Decide, encode
from bots.telegram.desk import SERVICE, Chat, Desk, Progress
from bots.telegram.message import LONGEST, Button
from bots.telegram.passing import kept_here
from bots.telegram.sending import Blocked, Refused
from bots.telegram.talking import tell
from coach.domain.plan.reply import read_reply
from coach.domain.plan.rules import Finding
from coach.errors import CoachError, NotFound
from coach.graph.bind import error_text
from coach.pipeline import approving
from coach.pipeline.approving import Decided, WarningsOpen
from coach.store import approvals, messengers
from coach.store.approvals import Approval, Decision
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.tools.plan_approval import CANCEL

_DECISIONS: dict[Answer, Decision] = {"y": "approved", "k": "approved", "n": "rejected"}
_TYPED: dict[str, Answer] = {"approve": "y", "reject": "n"}


@dataclass(frozen=True)
class _Told:
    """What is said of an answer. `over`: the question waits no more, its buttons go."""

    text: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    over: bool = False


async def decide(desk: Desk, chat: Chat, meant: Decide, remote_id: int, progress: Progress) -> None:
    """Do what a button of a card says, and say what came of it."""
    again = bool(progress.values.get("deciding"))
    if not again:
        await progress.keep(deciding=True)
    told = await asyncio.to_thread(_answered, desk, chat, meant, remote_id, again)
    await _tell(desk, chat, meant.approval_id, told, progress)


async def replied(desk: Desk, chat: Chat, text: str, replied_to: int, progress: Progress) -> bool:
    """Take words that reply to a card as an answer to that card and no other; False: they are something else.

    A wish to change it goes on into the conversation, where the card it replies to is now before the athlete.
    """
    again = bool(progress.values.get("deciding"))
    reply = read_reply(text).kind
    shown = await asyncio.to_thread(_shown, desk, chat, replied_to, reply)
    if shown is None:
        return False
    asked, fate = shown
    if fate:
        await _tell(desk, chat, asked.id, _Told(fate, over=True), progress)
        return True
    answer = _TYPED.get(reply)
    if answer is None:
        return False
    if not again:
        await progress.keep(deciding=True)
    meant = Decide(asked.id, answer, _sha(asked))
    told = await asyncio.to_thread(_answered, desk, chat, meant, replied_to, again)
    await _tell(desk, chat, asked.id, told, progress)
    return True


async def close_cards(desk: Desk, athlete_id: int, approval_id: int) -> None:
    """Take the buttons away wherever a question was posted that waits no more, however that was decided."""

    def waits() -> list[messengers.Post]:
        with desk.db.athlete_session(athlete_id) as s:
            with suppress(NotFound):
                if approvals.get(s, approval_id).state != "pending":
                    return messengers.posts_of_approval(s, SERVICE, approval_id, only_open=True)
            return []

    def closed(post: messengers.Post) -> None:
        with desk.db.athlete_session(athlete_id) as s:
            messengers.close_post(s, SERVICE, post.chat_id, post.remote_id, desk.clock())

    for post in await asyncio.to_thread(waits):
        with suppress(Blocked, Refused):  # gone over there: there is nothing left to press
            await desk.sender.close(post.chat_id, post.remote_id)
        await asyncio.to_thread(closed, post)


async def _tell(desk: Desk, chat: Chat, approval_id: int, told: _Told, progress: Progress) -> None:
    if told.text:
        await tell(desk, chat, _short(told.text), progress, told.rows)
    if told.over:
        await close_cards(desk, chat.athlete.id, approval_id)


def _short(text: str) -> str:
    """Return what one message holds; reasons of many rules are long."""
    return text if len(text.encode("utf-16-le")) // 2 <= LONGEST else f"{text[: LONGEST // 2 - 1]}…"


def _shown(desk: Desk, chat: Chat, remote_id: int, reply: str) -> tuple[Approval, str] | None:
    """Return the question of a post, and why words to it do nothing any more ("": they may count)."""
    with desk.db.athlete_session(chat.athlete.id) as s:
        post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
        if post is None or post.approval_id is None:
            return None
        approving.expire(s, chat.athlete, desk.clock())
        asked = approvals.get(s, post.approval_id)
        if asked.state != "pending":
            meant = reply in (*_TYPED, "change")
            return (asked, say(chat.athlete.lang, f"plan_life.was_{asked.state}")) if meant else None
        approvals.seen(s, asked.id, SERVICE, chat.thread_id)
        return asked, ""


def _answered(desk: Desk, chat: Chat, meant: Decide, remote_id: int, again: bool) -> _Told:
    """Do what was answered in one transaction. `again`: the same press may have been worked on before."""
    lang, bare = chat.athlete.lang, True
    try:
        with desk.db.athlete_session(chat.athlete.id) as s:
            bare = bool(kept_here(s, chat.athlete.id))
            post = messengers.post(s, SERVICE, chat.chat_id, remote_id)
            if post is None or post.approval_id != meant.approval_id:
                return _Told(say(lang, "telegram_cards.old"))
            asked = approvals.get(s, meant.approval_id)
            if not hmac.compare_digest(_stamp(asked, meant), meant.sha):
                return _Told(say(lang, "plan_life.was_other_content"))
            if meant.answer == "c":
                return _change(s, desk, chat, asked)
            try:
                decided = _decide(s, desk, chat, asked, meant.answer)
            except WarningsOpen as error:
                if bare:  # nobody agrees to what they were not told
                    return _Told(say(lang, "plan_tools.warned_on_page"))
                read = _read_out(chat, asked, error.findings, desk)
                if meant.answer != "k" or not hmac.compare_digest(read.stamp, meant.sha):
                    return read.told
                _acknowledge(s, desk, chat, asked, error.findings)
                decided = _decide(s, desk, chat, asked, meant.answer)
            decided = replace(decided, findings=() if bare else decided.findings)
            return _outcome(desk, chat, asked, decided, _DECISIONS[meant.answer], again)
    except CoachError as error:
        return _Told(error_text(lang, error, outside=bare))


def _decide(s: Session, desk: Desk, chat: Chat, asked: Approval, answer: Answer) -> Decided:
    return approving.decide(
        s,
        chat.athlete,
        asked.id,
        asked.sha256,
        _DECISIONS[answer],
        desk.clock(),
        by=chat.account_id,
        channel=SERVICE,
    )


def _acknowledge(s: Session, desk: Desk, chat: Chat, asked: Approval, findings: Sequence[Finding]) -> None:
    rules = {finding.rule for finding in findings}
    approving.acknowledge(s, chat.athlete, asked.plan_id or 0, asked.revision or 0, rules, desk.clock())


def _outcome(
    desk: Desk, chat: Chat, asked: Approval, decided: Decided, decision: Decision, again: bool
) -> _Told:
    lang, units, now = chat.athlete.lang, chat.athlete.units, desk.clock()
    kept = decided.approval
    told, params = decided.told, dict(decided.params)
    mine = kept.state == decision and kept.decided_in == SERVICE
    if not decided.taken and mine and again:
        # Killed after it counted and before that was said: it is this press that did it.
        told, params = f"plan_life.{kept.kind}_{decision}", {"n": 0}
    if asked.content.get("why") == CANCEL and (decided.taken or (mine and again)):
        told = f"plan_tools.cancel_{decision}"
    today = now.astimezone(chat.athlete.zone).date()
    reasons = words.findings_words(decided.findings, lang, units, today)
    return _Told("\n".join([say(lang, told, **params), *(f"• {reason}" for reason in reasons)]), over=True)


def _change(s: Session, desk: Desk, chat: Chat, asked: Approval) -> _Told:
    """Ask what should change: the next message says it, to the card that is before the athlete here."""
    lang = chat.athlete.lang
    approving.expire(s, chat.athlete, desk.clock())
    asked = approvals.get(s, asked.id)
    if asked.state != "pending":
        return _Told(say(lang, f"plan_life.was_{asked.state}"), over=True)
    if asked.kind != "plan":
        return _Told(say(lang, "telegram_cards.old"))
    approvals.seen(s, asked.id, SERVICE, chat.thread_id)
    return _Told(say(lang, "plan_tools.which_change"))


@dataclass(frozen=True)
class _Read:
    told: _Told
    stamp: str


def _read_out(chat: Chat, asked: Approval, findings: Sequence[Finding], desk: Desk) -> _Read:
    """Return warnings as they are read out, with a button that agrees to exactly these."""
    lang, units = chat.athlete.lang, chat.athlete.units
    today = desk.clock().astimezone(chat.athlete.zone).date()
    lines = words.findings_words(findings, lang, units, today)
    half = SHA_SHOWN // 2
    stamp = _sha(asked)[:half] + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:half]
    knows = Decide(asked.id, "k", stamp)
    buttons = (
        (Button(say(lang, "telegram_cards.knows"), encode(knows)),),
        (Button(say(lang, "telegram_cards.reject"), encode(replace(knows, answer="n", sha=_sha(asked)))),),
    )
    said = [say(lang, "plan_tools.warned"), *(f"⚠️ {line}" for line in lines)]
    return _Read(_Told("\n".join([*said, say(lang, "telegram_cards.warned_ask")]), buttons), stamp)


def _stamp(asked: Approval, meant: Decide) -> str:
    """Return what a button must have sent: of the content, and of the warnings where it agrees to them.

    Which warnings stand is known when the plan is held against the rules: that half is compared there.
    """
    half = SHA_SHOWN // 2
    return _sha(asked)[:half] + meant.sha[half:] if meant.answer == "k" else _sha(asked)


def _sha(asked: Approval) -> str:
    return asked.sha256.hex()[:SHA_SHOWN]
