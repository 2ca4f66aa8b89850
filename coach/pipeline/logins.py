"""What becomes of a login: kept with its tokens, refused, or forgotten while it waited for its code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from coach.errors import ComeBackLater, Conflict, NeedsAthlete, ProviderTrouble
from coach.pipeline import telling
from coach.pipeline.reach import Reach
from coach.pipeline.sync_queue import defer_sync
from coach.pipeline.turn import account_of
from coach.providers.contract import Provider, Who
from coach.store import athletes, connections, remote_items, system
from coach.store.connections import Connection
from coach.store.session import Session

WORKING = ("connected", "waiting", "broken")
# In `Connection.cursor`: whose account it was, until the one that was connected since is known.
ACCOUNT_BEFORE = "account_before"


@contextmanager
def locked(reach: Reach, athlete_id: int) -> Iterator[Session]:
    """One transaction with the athlete's lock."""
    with reach.db.athlete_session(athlete_id) as s:
        athletes.lock(s, athlete_id)
        yield s


def works(known: Connection | None) -> bool:
    """Return whether a connection has tokens and nothing stands in its way for good."""
    return known is not None and known.state in WORKING and known.has_secret


def account_before(known: Connection) -> str:
    """Return the account that what is kept of a connection belongs to, "" where it is not known."""
    return known.account_id or str(known.cursor.get(ACCOUNT_BEFORE, ""))


def account_changes(s: Session, provider: str, before: Connection | None, who: Who) -> dict[str, object]:
    """Return what changes on a connection now that it is known whose account it is.

    Of another account than before, what that one held says nothing: it is forgotten.
    """
    changes: dict[str, object] = {"account_id": who.account_id, "account_name": who.name}
    if before is None:
        return changes
    was = account_before(before)
    if was and was != who.account_id:
        remote_items.forget(s, provider)
        return {**changes, "cursor": {}, "synced_at": None}
    cursor = {name: value for name, value in before.cursor.items() if name != ACCOUNT_BEFORE}
    return {**changes, "cursor": cursor}


def may_write(scopes: Sequence[str]) -> bool:
    """Return whether the athlete allowed uploads."""
    return any("write" in scope for scope in scopes)


@contextmanager
def one_at_a_time(reach: Reach, athlete_id: int, provider: str) -> Iterator[None]:
    """Let one login of the athlete run, in whatever process; raises Conflict for the next.

    Nowhere else does a transaction stay open during calls to a service: this lock ends with its process.
    """
    with reach.db.athlete_session(athlete_id) as s:
        if not connections.begin_login(s, provider):
            raise Conflict("login_running")
        yield


def refuse_early(reach: Reach, athlete_id: int, provider: str) -> None:
    """Raise ComeBackLater while the service lets nobody log in: each attempt would prolong that."""
    with reach.db.athlete_session(athlete_id) as s:
        known = connections.get(s, provider)
    if known is None or known.state != "needs_you" or known.retry_at is None:
        return
    if known.retry_at > reach.clock():
        raise ComeBackLater(known.why_key or "login_later", until=known.retry_at, **known.why_params)


def refused(reach: Reach, athlete_id: int, provider: str, error: NeedsAthlete | ComeBackLater) -> None:
    """Keep that a login was refused. A connection that works goes on working: a typing error ends nothing."""
    with locked(reach, athlete_id) as s:
        if works(connections.get(s, provider)):
            return
        forget_login(s, reach, provider)
        connections.keep_secret(s, reach.vault, provider, "secret", None)
        retry_at = error.until if isinstance(error, ComeBackLater) else None
        connections.trouble(s, provider, "needs_you", error, retry_at=retry_at)
        connections.change(s, provider, next_sync_at=None)
        telling.tell(s, "needs_you", provider, "alert", error)


def forget_login(s: Session, reach: Reach, provider: str) -> None:
    """Forget a login that waits for its code."""
    connections.keep_secret(s, reach.vault, provider, "pending", None)
    known = connections.change(s, provider, pending_until=None)
    if known.state == "pending" and known.has_secret:  # the connection before goes on
        connections.change(s, provider, state="connected", next_sync_at=reach.clock())
    elif known.state == "pending":
        connections.change(s, provider, state="off")


def forget_expired(reach: Reach) -> int:
    """Forget the logins whose code never came, everybody's; return how many there were.

    What goes on with a login is worth as much as a password for as long as the service takes it.
    """
    count = 0
    for athlete_id in system.list_athletes(reach.db):
        with locked(reach, athlete_id) as s:
            for known in connections.every(s):
                if known.pending_until is not None and known.pending_until <= reach.clock():
                    forget_login(s, reach, known.provider)
                    count += 1
    return count


def upload_options(known: Connection | None, on: bool, now: datetime) -> dict[str, object]:
    """Return the options of a connection with uploads turned on or off; since when stays what it was."""
    before = dict(known.options) if known else {}
    if not on:
        return {**before, "upload": False}
    since = before.get("upload_since") if before.get("upload") else None
    return {**before, "upload": True, "upload_since": since or now.isoformat()}


@dataclass
class _Tokens:
    """The newest tokens of an account that is not connected yet."""

    value: str = field(repr=False)

    def keep(self, value: str) -> None:
        self.value = value


def connect(
    reach: Reach,
    athlete_id: int,
    service: Provider,
    tokens: str,
    who: Who | None = None,
    scopes: Sequence[str] = (),
    *,
    upload: bool = False,
) -> Connection:
    """Keep the tokens and have the account synchronised. Whose account it is, is asked where it is unknown.

    `upload`: the athlete wants their activities sent there, and permitted it.
    When that question fails, the login was still good: the synchronisation asks again.
    """
    newest = _Tokens(tokens)
    if who is None:
        try:
            with account_of(reach, service, athlete_id, tokens, newest.keep) as account:
                who = account.who()
        except NeedsAthlete as error:
            refused(reach, athlete_id, service.name, error)
            raise
        except ProviderTrouble:
            who = None
    try:
        with locked(reach, athlete_id) as s:
            return _connected(s, reach, athlete_id, service, newest.value, who, scopes, upload)
    except Conflict:
        with locked(reach, athlete_id) as s:
            if connections.get(s, service.name) is not None:
                forget_login(s, reach, service.name)
        raise


def _connected(
    s: Session,
    reach: Reach,
    athlete_id: int,
    service: Provider,
    tokens: str,
    who: Who | None,
    scopes: Sequence[str],
    upload: bool,
) -> Connection:
    now = reach.clock()
    before = connections.get(s, service.name)
    changes: dict[str, object] = {"account_id": "", "account_name": ""}
    if who is not None:
        changes = account_changes(s, service.name, before, who)
    elif before is not None and (was := account_before(before)):
        # It may be another account: the synchronisation asks before it compares anything.
        changes["cursor"] = {**before.cursor, ACCOUNT_BEFORE: was}
    if service.uploads:
        changes["options"] = upload_options(before, upload, now)
    connections.well(
        s,
        service.name,
        **changes,
        scopes=tuple(scopes),
        pending_until=None,
        connected_at=now,
        next_sync_at=now,
        # Whoever works on it does so with tokens that are no longer the newest.
        holder="",
        held_until=None,
    )
    connections.keep_secret(s, reach.vault, service.name, "pending", None)
    connections.keep_secret(s, reach.vault, service.name, "secret", tokens)
    telling.resolve(s, service.name, "needs_you", "broken", "not_revoked")
    defer_sync(s, athlete_id, service.name, urgent=True)
    found = connections.get(s, service.name)
    assert found is not None
    return found
