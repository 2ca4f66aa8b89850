"""Connecting a service and letting it go: logins, permissions, addresses.

E-mail, password and code live in arguments only, and one login is one attempt: after a refusal nothing is
tried again before the athlete acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from coach.errors import (
    BadInput,
    CoachError,
    ComeBackLater,
    NeedsAthlete,
    NotFound,
    ProviderTrouble,
)
from coach.pipeline import delivering, forgetting, telling
from coach.pipeline.logins import (
    connect,
    forget_login,
    locked,
    may_write,
    one_at_a_time,
    refuse_early,
    refused,
    upload_options,
)
from coach.pipeline.reach import Reach
from coach.providers.contract import Auth, NeedsCode, OAuthLogin, PasswordLogin, Provider
from coach.store import addresses, connections, oauth_states, queue, remote_items
from coach.store.connections import Connection

CODE_VALID_FOR = timedelta(minutes=10)
NOTHING_KEPT: Mapping[str, Any] = {
    "account_id": "",
    "account_name": "",
    "scopes": (),
    "options": {},
    "pending_until": None,
    "why_key": None,
    "why_params": {},
    "retry_at": None,
    "next_sync_at": None,
    "synced_at": None,
    "connected_at": None,
    "failures": 0,
    "cursor": {},
    "kept_since": None,
    "holder": "",
    "held_until": None,
}


def log_in(reach: Reach, athlete_id: int, provider: str, email: str, password: str) -> Connection:
    """Log in by e-mail and password, once; return the connection, `connected`, or `pending` for a code.

    Raises NeedsAthlete where the login is refused, ComeBackLater where the service lets nobody log in now
    (also when that was so a moment ago: asking again would only prolong it), ServiceBroken, Conflict while
    another login runs.
    """
    service = _service(reach, provider)
    login = _password(service)
    with one_at_a_time(reach, athlete_id, provider):
        refuse_early(reach, athlete_id, provider)
        try:
            answer = login.begin(reach.settings, email, password)
        except (NeedsAthlete, ComeBackLater) as error:
            refused(reach, athlete_id, provider, error)
            raise
        if not isinstance(answer, NeedsCode):
            return connect(reach, athlete_id, service, answer)
        with locked(reach, athlete_id) as s:
            connections.keep_secret(s, reach.vault, provider, "pending", answer.state)
            until = reach.clock() + CODE_VALID_FOR
            return connections.change(
                s,
                provider,
                state="pending",
                pending_until=until,
                why_key=None,
                why_params={},
                retry_at=None,
                # A run that still goes on would say at its end that the connection works.
                holder="",
                held_until=None,
            )


def enter_code(reach: Reach, athlete_id: int, provider: str, code: str) -> Connection:
    """Go on with a login that waits for its code.

    Raises NeedsAthlete where the code is wrong (another may be entered) or came too late
    (`code_too_late`), NotFound where no login waits.
    """
    service = _service(reach, provider)
    login = _password(service)
    with one_at_a_time(reach, athlete_id, provider):
        with locked(reach, athlete_id) as s:
            known = connections.get(s, provider)
            until = None if known is None else known.pending_until
            state = ""
            if until is not None and until > reach.clock():
                state = connections.secret(s, reach.vault, provider, "pending")
            elif until is not None:
                forget_login(s, reach, provider)
        if until is None:
            raise NotFound("no_login_waiting")
        if not state:
            raise NeedsAthlete("code_too_late")
        return connect(reach, athlete_id, service, login.finish(reach.settings, state, code.strip()))


def begin_oauth(
    reach: Reach, athlete_id: int, provider: str, session_sha256: bytes, return_to: str, *, write: bool
) -> str:
    """Return the address of their page, from which the athlete comes back to `return_to`.

    `write`: ask also for the permission to upload. Raises SetupError where the operator registered nothing.
    """
    service = _service(reach, provider)
    login = _oauth(service)
    with reach.db.athlete_session(athlete_id) as s:
        state = oauth_states.begin(s, provider, session_sha256, reach.clock(), write=write)
        return login.page(reach.settings, state, return_to, write=write)


def finish_oauth(
    reach: Reach,
    athlete_id: int,
    provider: str,
    session_sha256: bytes,
    *,
    state: str,
    code: str,
    scope: str,
    error: str,
) -> Connection:
    """Connect with what the athlete came back with from their page.

    Raises BadInput("oauth_state") for a state that was not given to this session, is too old or was used
    before, NeedsAthlete where the athlete or the service said no.
    """
    service = _service(reach, provider)
    login = _oauth(service)
    with one_at_a_time(reach, athlete_id, provider):
        with reach.db.athlete_session(athlete_id) as s:
            begun = oauth_states.use(s, provider, session_sha256, state, reach.clock())
        if begun is None:
            raise BadInput("oauth_state")
        if error or not code:
            raise NeedsAthlete("oauth_denied")
        try:
            granted = login.exchange(reach.settings, code, scope)
        except NeedsAthlete as refusal:
            refused(reach, athlete_id, provider, refusal)
            raise
        return connect(
            reach,
            athlete_id,
            service,
            granted.tokens,
            granted.who,
            granted.scopes,
            # A service may also give back what it was once asked for: only what is asked for now counts.
            upload=begun.write and may_write(granted.scopes),
        )


def open_address(reach: Reach, athlete_id: int, provider: str) -> str:
    """Open an address for a phone or a spreadsheet; return its secret, which is shown once.

    The address before it is closed.
    """
    _by_address(_service(reach, provider))
    with locked(reach, athlete_id) as s:
        return addresses.open_one(s, provider)


def close_address(reach: Reach, athlete_id: int, provider: str) -> None:
    """Close the address: what is sent to it from now on is refused. Raises NotFound where none is open."""
    _by_address(_service(reach, provider))
    with locked(reach, athlete_id) as s:
        if not addresses.close(s, provider):
            raise NotFound("not_connected")


def disconnect(reach: Reach, athlete_id: int, provider: str, *, delete_data: bool) -> None:
    """Let a service go: the permission is taken back over there, tokens and what was seen are forgotten.

    Where they cannot be reached the athlete is told to do that there; here it is disconnected all the same.
    `delete_data`: what came from it goes, too, and everything that rested on it alone. Raises Conflict while
    a login runs, which would connect it again.
    """
    service = _service(reach, provider)
    with one_at_a_time(reach, athlete_id, provider):
        trouble = _revoke(reach, athlete_id, service)
        with locked(reach, athlete_id) as s:
            if connections.get(s, provider) is not None:
                for column in ("secret", "pending"):
                    connections.keep_secret(s, reach.vault, provider, column, None)
                connections.change(s, provider, state="off", **NOTHING_KEPT)
            addresses.close(s, provider)
            remote_items.forget(s, provider)
            telling.resolve(s, provider, "needs_you", "broken", "not_revoked")
            if trouble is not None:
                telling.tell(s, "not_revoked", provider, "warning", trouble)
            if delete_data:
                # Should this process end before all is gone, a worker does the rest.
                queue.defer(
                    s,
                    "forget_source",
                    {"provider": provider},
                    athlete_id=athlete_id,
                    lock=f"{provider}:{athlete_id}",
                    queueing_lock=f"forget:{provider}:{athlete_id}",
                )
    if delete_data:
        forgetting.forget_source(reach.db, athlete_id, service.source)


def set_option(reach: Reach, athlete_id: int, provider: str, name: str, value: bool) -> Connection:
    """Change an option of a connection: `upload` sends their own activities there, `workouts` what the
    approved plan holds to the watch. What is there stays when it is turned off.

    Raises NotFound where it is not connected, BadInput for an option it does not have, and
    NeedsAthlete("upload_not_permitted") where the athlete did not allow uploads over there.
    """
    service = _service(reach, provider)
    if not (
        (name == "upload" and service.uploads) or (name == "workouts" and provider == delivering.SERVICE)
    ):
        raise BadInput("no_such_option", name=name)
    with locked(reach, athlete_id) as s:
        known = connections.get(s, provider)
        if known is None or known.state in ("off", "pending"):
            raise NotFound("not_connected")
        if name == "workouts":
            changed = connections.change(s, provider, options={**known.options, name: value})
            delivering.want(s, athlete_id, reach.clock())
            return changed
        if value and not may_write(known.scopes):
            raise NeedsAthlete("upload_not_permitted")
        return connections.change(s, provider, options=upload_options(known, value, reach.clock()))


def _service(reach: Reach, provider: str) -> Provider:
    service = reach.services.get(provider)
    if service is None:
        raise NotFound("no_such_service", name=provider)
    return service


def _password(service: Provider) -> PasswordLogin:
    if service.password is None:
        raise BadInput("connects_otherwise")
    return service.password


def _oauth(service: Provider) -> OAuthLogin:
    if service.oauth is None:
        raise BadInput("connects_otherwise")
    return service.oauth


def _by_address(service: Provider) -> None:
    if service.auth is not Auth.address:
        raise BadInput("connects_otherwise")


def _revoke(reach: Reach, athlete_id: int, service: Provider) -> CoachError | None:
    """Take the permission back over there; return what was in the way."""
    if service.oauth is None:
        return None
    try:
        with reach.db.athlete_session(athlete_id) as s:
            tokens = connections.secret(s, reach.vault, service.name)
    except CoachError:
        return None  # none kept, or none that can be read: nothing to give back
    try:
        service.oauth.revoke(reach.settings, tokens)
    except NeedsAthlete:
        return None  # they took it back already
    except ProviderTrouble as error:
        return error
    return None
