"""An athlete's messenger: whose chat it is, codes that link one, and what was posted there.

Whose a chat or a typed code is gets asked before anybody is known: `coach.store.messenger_system`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from coach.errors import Conflict
from coach.store import approvals, models, outbox
from coach.store.accounts import new_token, token_hash
from coach.store.session import Session, athlete_of

_link, _code, _post = models.messenger_links, models.messenger_codes, models.messenger_posts

State = Literal["on", "blocked", "off"]
Told = Literal["linked", "unlinked"]  # what a chat is told about its link
CODE_VALID = timedelta(minutes=15)
ONE_CHAT = "uq_messenger_links_chat"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True)
class Link:
    """The athlete's private chat. "blocked": they blocked the bot there."""

    chat_id: int
    account_id: int
    state: State
    thread_id: int | None
    linked_at: datetime


@dataclass(frozen=True)
class Code:
    """A code that links a chat once. Only its hash is kept."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Post:
    """One message over there, and what it shows. `closed_at`: its buttons were taken away."""

    chat_id: int
    remote_id: int
    message_id: int | None
    approval_id: int | None
    nudge_id: int | None
    posted_at: datetime
    closed_at: datetime | None


_LINK = [_link.c[name] for name in Link.__dataclass_fields__]
_POST = [_post.c[name] for name in Post.__dataclass_fields__]


def link(s: Session, service: str) -> Link | None:
    """Return the athlete's chat, blocked or not; None when none is linked."""
    row = s.execute(select(*_LINK).where(_mine(s, service), _link.c.state != "off")).one_or_none()
    return None if row is None else Link(*row)


def set_thread(s: Session, service: str, thread_id: int | None) -> None:
    """Have this conversation go on in the chat."""
    s.execute(update(_link).where(_mine(s, service)).values(thread_id=thread_id))


def set_state(s: Session, service: str, state: State, now: datetime) -> bool:
    """Say that the bot was blocked, or let in again, or that the link ended; return whether that is news.

    What ended begins only by linking again: by then the chat may be somebody else's.
    """
    changed = s.execute(
        update(_link)
        .where(_mine(s, service), _link.c.state.not_in(("off", state)))
        .values(state=state, ended_at=now if state == "off" else None)
        .returning(_link.c.chat_id)
    ).all()
    return bool(changed)


def unlink(s: Session, service: str, now: datetime) -> bool:
    """End the link, close its open codes and have the chat told; return whether there was one."""
    s.execute(delete(_code).where(_code.c.athlete_id == athlete_of(s), _code.c.service == service))
    old = link(s, service)
    if old is None or not set_state(s, service, "off", now):
        return False
    if old.state == "on":
        _tell(s, service, old.chat_id, "unlinked", now)
    return True


def new_code(s: Session, service: str, account_id: int, now: datetime) -> Code:
    """Return a code that links a chat to the athlete, once and soon. The ones before are good no more."""
    mine = _code.c.athlete_id == athlete_of(s), _code.c.service == service
    s.execute(delete(_code).where(*mine, _code.c.used_at.is_(None) | (_code.c.expires_at <= now)))
    made = Code(new_token(), now + CODE_VALID)
    s.execute(
        insert(_code).values(
            athlete_id=athlete_of(s),
            code_sha256=token_hash(made.code),
            service=service,
            account_id=account_id,
            created_at=now,
            expires_at=made.expires_at,
        )
    )
    return made


def use_code(s: Session, service: str, code: str, now: datetime) -> bool:
    """Use a code of the athlete's up; False when not theirs, too old or used. One of many callers wins."""
    used = s.execute(
        update(_code)
        .where(
            _code.c.athlete_id == athlete_of(s),
            _code.c.service == service,
            _code.c.code_sha256 == token_hash(code),
            _code.c.expires_at > now,
            _code.c.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(_code.c.account_id)
    ).all()
    return bool(used)


def put_link(
    s: Session, service: str, account_id: int, chat_id: int, now: datetime, *, since: datetime | None = None
) -> bool:
    """Make this the athlete's chat and have it told; a chat before it is told that it is not any more.

    Returns False when it was theirs already, and only lets the bot in again. Raises Conflict when the chat
    is another athlete's: that one must unlink it first. The conversation goes on where it was. `since`: from
    when on what comes from there is the athlete's, when that was before.
    """
    s.execute(_LOCK, {"key": f"messenger:{athlete_of(s)}"})
    old = link(s, service)
    if old is not None and old.chat_id == chat_id:
        set_state(s, service, "on", now)
        return False
    values = {
        "chat_id": chat_id,
        "account_id": account_id,
        "state": "on",
        "linked_at": now if since is None else min(since, now),
        "ended_at": None,
    }
    new = upsert(_link).values(athlete_id=athlete_of(s), service=service, **values)
    try:
        with s.begin_nested():
            s.execute(new.on_conflict_do_update(index_elements=["athlete_id", "service"], set_=values))
    except IntegrityError as error:
        if ONE_CHAT in str(error.orig):
            raise Conflict("messenger_chat_taken") from error
        raise
    if old is not None and old.state == "on":
        _tell(s, service, old.chat_id, "unlinked", now)
    _tell(s, service, chat_id, "linked", now)
    return True


def _tell(s: Session, service: str, chat_id: int, told: Told, now: datetime) -> None:
    """Have a chat told what became of its link, whatever becomes of it meanwhile."""
    key = f"link:{chat_id}:{told}:{now.timestamp():.6f}"
    outbox.put(s, service, key, {"chat_id": chat_id, "link": told}, next_at=now)


def keep_post(
    s: Session,
    service: str,
    chat_id: int,
    remote_id: int,
    now: datetime,
    *,
    message_id: int | None = None,
    approval_id: int | None = None,
    nudge_id: int | None = None,
) -> None:
    """Keep what a message over there shows; the same message again changes what it shows.

    A question that it asks is before the athlete there from now on.
    """
    shown = {"message_id": message_id, "approval_id": approval_id, "nudge_id": nudge_id}
    new = upsert(_post).values(
        athlete_id=athlete_of(s),
        service=service,
        chat_id=chat_id,
        remote_id=remote_id,
        posted_at=now,
        **shown,
    )
    keys = ["athlete_id", "service", "chat_id", "remote_id"]
    s.execute(new.on_conflict_do_update(index_elements=keys, set_=shown))
    if approval_id is not None:
        here = link(s, service)
        approvals.seen(s, approval_id, service, None if here is None else here.thread_id)


def post(s: Session, service: str, chat_id: int, remote_id: int) -> Post | None:
    """Return what a message of this chat shows, or None when it is nothing of the athlete's."""
    row = s.execute(select(*_POST).where(_here(s, service, chat_id, remote_id))).one_or_none()
    return None if row is None else Post(*row)


def posts_of_message(s: Session, service: str, message_id: int) -> list[Post]:
    """Return where a message of the conversation was posted, in order."""
    return _found(s, service, _post.c.message_id == message_id)


def posts_of_approval(s: Session, service: str, approval_id: int, *, only_open: bool = False) -> list[Post]:
    """Return where a question was posted, in order; `only_open`: where it still has buttons."""
    found = _found(s, service, _post.c.approval_id == approval_id)
    return [p for p in found if p.closed_at is None] if only_open else found


def asked_above(s: Session, service: str, chat_id: int, remote_id: int) -> frozenset[int]:
    """Return the questions that stand above a message of this chat, decided or not."""
    here = _post.c.athlete_id == athlete_of(s), _post.c.service == service, _post.c.chat_id == chat_id
    asked = select(_post.c.approval_id).where(
        *here, _post.c.remote_id < remote_id, _post.c.approval_id.is_not(None)
    )
    return frozenset(s.scalars(asked))


def close_post(s: Session, service: str, chat_id: int, remote_id: int, now: datetime) -> bool:
    """Say that a message's buttons are taken away; return whether it had them until now."""
    closed = s.execute(
        update(_post)
        .where(_here(s, service, chat_id, remote_id), _post.c.closed_at.is_(None))
        .values(closed_at=now)
        .returning(_post.c.remote_id)
    ).all()
    return bool(closed)


def bot_name(s: Session, service: str) -> str | None:
    """Return by which name the installation's bot goes over there, "" before it said so; None: no bot ran."""
    name: str | None = s.scalar(select(models.bots.c.username).where(models.bots.c.service == service))
    return name


def chats(s: Session) -> set[tuple[str, int]]:
    """Return every service and chat that is or was the athlete's, as far as is known."""
    known = select(_link.c.service, _link.c.chat_id).where(_link.c.athlete_id == athlete_of(s))
    posted = select(_post.c.service, _post.c.chat_id).where(_post.c.athlete_id == athlete_of(s))
    return {(row.service, row.chat_id) for row in s.execute(known.union(posted))}


def _mine(s: Session, service: str) -> ColumnElement[bool]:
    return and_(_link.c.athlete_id == athlete_of(s), _link.c.service == service)


def _here(s: Session, service: str, chat_id: int, remote_id: int) -> ColumnElement[bool]:
    return and_(
        _post.c.athlete_id == athlete_of(s),
        _post.c.service == service,
        _post.c.chat_id == chat_id,
        _post.c.remote_id == remote_id,
    )


def _found(s: Session, service: str, about: ColumnElement[bool]) -> list[Post]:
    query = select(*_POST).where(_post.c.athlete_id == athlete_of(s), _post.c.service == service, about)
    return [Post(*row) for row in s.execute(query.order_by(_post.c.posted_at, _post.c.remote_id))]
