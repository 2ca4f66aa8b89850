"""Who writes to the bot: whose chat it is, whose code was typed, and what strangers are told.

The bot knows a chat by its number alone. These functions open their own transactions.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from coach.errors import Conflict, NotFound
from coach.store import messengers, models
from coach.store.accounts import token_hash
from coach.store.messengers import State
from coach.store.session import Database, Session

_link, _code, _stranger = models.messenger_links, models.messenger_codes, models.bot_strangers

# Neither 0 and O nor 1, I and L: it is read from one screen and typed at another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_VALID = timedelta(minutes=10)
CODE_EVERY = timedelta(minutes=1)
GREET_EVERY = timedelta(hours=1)
STRANGERS_A_MINUTE = 20
_STRANGERS_LOCK = 7_201_008  # advisory: the cap holds over all processes

# "again": this chat was linked by this very code. "taken": the chat is another athlete's.
Outcome = Literal["linked", "again", "taken", "used", "expired", "unknown"]


@dataclass(frozen=True)
class Linked:
    """Whose private chat it is."""

    chat_id: int
    athlete_id: int
    account_id: int
    state: State
    thread_id: int | None
    linked_at: datetime


_LINKED = [_link.c[name] for name in Linked.__dataclass_fields__]


@dataclass(frozen=True)
class Used:
    """What came of a code. Only "linked" and "again" name somebody; the rest looks alike from outside."""

    outcome: Outcome
    linked: Linked | None = None


def by_chat(db: Database, service: str, chat_id: int) -> Linked | None:
    """Return whose chat it is, blocked or not; None for a stranger's."""
    with db.system_session() as s:
        return _by_chat(s, service, chat_id)


def _by_chat(s: Session, service: str, chat_id: int) -> Linked | None:
    here = _link.c.service == service, _link.c.chat_id == chat_id, _link.c.state != "off"
    row = s.execute(select(*_LINKED).where(*here)).one_or_none()
    return None if row is None else Linked(*row)


def use_code(
    db: Database, service: str, code: str, chat_id: int, now: datetime, since: datetime | None = None
) -> Used:
    """Link a chat by the code that its page showed. What fails changes nothing, and leaves the code good.

    `since`: when it was sent; what came from the chat before that is not the athlete's.
    """
    with db.system_session() as s:
        found = s.execute(
            select(_code.c.athlete_id, _code.c.account_id, _code.c.used_at, _code.c.expires_at).where(
                _code.c.service == service, _code.c.code_sha256 == token_hash(code)
            )
        ).one_or_none()
        before = _by_chat(s, service, chat_id)
    if found is None:
        return Used("unknown")
    if found.used_at is not None:
        same = before is not None and before.athlete_id == found.athlete_id
        return Used("again", before) if same else Used("used")
    if found.expires_at <= now:
        return Used("expired")
    try:
        with db.athlete_session(found.athlete_id) as s:
            if not messengers.use_code(s, service, code, now):
                return Used("used")
            messengers.put_link(s, service, found.account_id, chat_id, now, since=since)
    except Conflict:
        return Used("taken")
    _forget_stranger(db, service, chat_id)
    return Used("linked", by_chat(db, service, chat_id))


def claim(db: Database, service: str, code: str, *, athlete_id: int, account_id: int, now: datetime) -> None:
    """Link the chat that was given this code, which its person typed into the athlete's page.

    Raises NotFound for a code that is not, or no longer, good; Conflict when the chat is another athlete's.
    """
    typed = typed_code(code)
    with db.system_session() as s:
        given = s.execute(
            delete(_stranger)
            .where(
                _stranger.c.service == service,
                _stranger.c.code_sha256 == token_hash(typed),
                _stranger.c.code_until > now,
            )
            .returning(_stranger.c.chat_id, _stranger.c.code_until)
        ).one_or_none()
    if given is None:
        raise NotFound("messenger_code_wrong")
    asked_at = given.code_until - CODE_VALID
    with db.athlete_session(athlete_id) as s:
        messengers.put_link(s, service, account_id, given.chat_id, now, since=asked_at)


def typed_code(text: str) -> str:
    """Return a code as it was made from how somebody typed it: small letters, spaces and dashes are fine."""
    return "".join(letter for letter in text.upper() if letter in ALPHABET)[: CODE_LENGTH + 1]


def greet(db: Database, service: str, chat_id: int, now: datetime, every: timedelta = GREET_EVERY) -> bool:
    """Return whether a stranger is to be told something now, at most once an hour.

    Nobody is told while more strangers write than `STRANGERS_A_MINUTE`.
    """
    with db.system_session() as s:
        # Most of a flood is refused without waiting for anybody's turn.
        if _was_told(s, service, chat_id, now - every) or _too_many(s, service, now):
            return False
        _take_turn(s, now)
        if _was_told(s, service, chat_id, now - every) or _too_many(s, service, now):
            return False
        _keep(s, service, chat_id, greeted_at=now)
        return True


def stranger_code(
    db: Database, service: str, chat_id: int, now: datetime, *, anew: bool = False
) -> str | None:
    """Return a code to be typed into a page, good for ten minutes; the one before is good no more.

    None when this chat got one a minute ago, or while more strangers write than `STRANGERS_A_MINUTE`.
    `anew`: one was made that did not get there.
    """
    with db.system_session() as s:
        _take_turn(s, now)
        until = s.scalar(select(_stranger.c.code_until).where(_is(service, chat_id)))
        lately = until is not None and until - CODE_VALID + CODE_EVERY > now
        if not anew and (lately or _too_many(s, service, now)):
            return None
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        _keep(s, service, chat_id, greeted_at=now, code_sha256=token_hash(code), code_until=now + CODE_VALID)
        return code


def _take_turn(s: Session, now: datetime) -> None:
    """Wait until nobody else decides about strangers, and forget who wrote long ago."""
    s.execute(select(func.pg_advisory_xact_lock(_STRANGERS_LOCK)))
    s.execute(delete(_stranger).where(_stranger.c.greeted_at < now - GREET_EVERY))


def _was_told(s: Session, service: str, chat_id: int, since: datetime) -> bool:
    told_at = s.scalar(select(_stranger.c.greeted_at).where(_is(service, chat_id)))
    return told_at is not None and told_at > since


def _too_many(s: Session, service: str, now: datetime) -> bool:
    lately = select(func.count()).where(
        _stranger.c.service == service, _stranger.c.greeted_at > now - timedelta(minutes=1)
    )
    return s.scalars(lately).one() >= STRANGERS_A_MINUTE


def _keep(s: Session, service: str, chat_id: int, **columns: object) -> None:
    new = upsert(_stranger).values(service=service, chat_id=chat_id, **columns)
    s.execute(new.on_conflict_do_update(index_elements=["service", "chat_id"], set_=columns))


def forget_chats(s: Session, chats: Collection[tuple[str, int]]) -> None:
    """Delete what came from these chats, but from those that are another athlete's by now."""
    for service, chat_id in chats:
        if _by_chat(s, service, chat_id) is None:
            for table in (models.bot_updates, _stranger):
                s.execute(delete(table).where(table.c.service == service, table.c.chat_id == chat_id))


def _forget_stranger(db: Database, service: str, chat_id: int) -> None:
    with db.system_session() as s:
        s.execute(delete(_stranger).where(_is(service, chat_id)))


def _is(service: str, chat_id: int) -> ColumnElement[bool]:
    return and_(_stranger.c.service == service, _stranger.c.chat_id == chat_id)
