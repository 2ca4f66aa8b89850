"""Logging in and out, passwords, sessions, and tokens for the embedded chat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Services, Who, authenticate, cookie_name, is_https
from api.errors import documented
from coach.errors import BadInput, Conflict, NotFound, NotLoggedIn
from coach.store import accounts, system

router = APIRouter(prefix="/auth", tags=["accounts"])

WIDGET_VALID_S = 15 * 60
MAX_PASSWORD = 200
WIDGET_AGENT = "widget "

Password = Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class Login(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"password": "달빛 아래 한 걸음"}]}
    )

    password: Password


class LinkLogin(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"token": "Zk3…"}]})

    token: Token


class LoggedIn(BaseModel):
    """The session is in the cookie of this answer, or the one there was."""

    athlete_id: int = Field(examples=[1])
    has_password: bool


class NewPassword(BaseModel):
    """`old` is needed when there is a password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"old": "달빛 아래 한 걸음", "new": "첫눈 오는 날의 장거리"}]},
    )

    old: Password | None = None
    new: Password


class SessionOut(BaseModel):
    """One login of one device."""

    id: str = Field(examples=["9f2b…"])
    user_agent: str
    widget: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


class SessionList(BaseModel):
    sessions: list[SessionOut]


class WidgetOrigin(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"origin": "https://blog.example"}]}
    )

    origin: str = Field(max_length=300)


class WidgetToken(BaseModel):
    """What `<hanbal-chat token>` takes. It ends by itself; ask for another then."""

    token: str
    expires_at: datetime


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _logged_in(
    request: Request, response: Response, house: Services, login: tuple[system.Principal, str]
) -> LoggedIn:
    who, token = login
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(accounts.SESSION_VALID_S),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )
    response.headers["cache-control"] = "no-store"
    with house.db.athlete_session(who.athlete_id) as s:
        account = accounts.get(s, who.account_id)
    return LoggedIn(athlete_id=who.athlete_id, has_password=account.has_password)


@router.post(
    "/login", name="login", summary="Log in by password", responses=documented(400, 401, 403, 422, 429)
)
def log_in(given: Login, request: Request, response: Response, house: House) -> LoggedIn:
    """After five wrong attempts each further one doubles the wait."""
    address = _address(request)
    house.throttle.check(address)
    login = system.log_in(
        house.db,
        given.password,
        now=house.clock(),
        user_agent=request.headers.get("user-agent", ""),
    )
    if login is None:
        house.throttle.failed(address)
        raise NotLoggedIn("wrong_password")
    house.throttle.succeeded(address)
    return _logged_in(request, response, house, login)


@router.post(
    "/link",
    name="login_by_link",
    summary="Log in by a one-time link",
    responses=documented(400, 401, 403, 422, 429),
)
def log_in_by_link(given: LinkLogin, request: Request, response: Response, house: House) -> LoggedIn:
    """Whoever is logged in stays who they are, and the link stays unused: somebody else's link must not make
    them connect their services to that account."""
    address = _address(request)
    house.throttle.check(address)
    inside = authenticate(request)
    if inside is not None and not inside.widget:
        response.headers["cache-control"] = "no-store"
        with house.session(inside) as s:
            account = accounts.get(s, inside.account_id)
        return LoggedIn(athlete_id=inside.athlete_id, has_password=account.has_password)
    login = system.use_link(
        house.db, given.token, now=house.clock(), user_agent=request.headers.get("user-agent", "")
    )
    if login is None:
        house.throttle.failed(address)
        raise NotLoggedIn("login_link_used")
    return _logged_in(request, response, house, login)


@router.post("/logout", name="logout", summary="Log out", status_code=204, responses=documented(401, 403))
def log_out(request: Request, response: Response, house: House, who: Who) -> None:
    with house.session(who) as s:
        accounts.revoke(s, who.account_id, who.session)
    response.delete_cookie(
        cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="lax"
    )


@router.put(
    "/password",
    name="set_password",
    summary="Set or change the password",
    status_code=204,
    responses=documented(400, 401, 403, 409, 422, 429),
)
def set_password(given: NewPassword, request: Request, house: House, who: Who) -> None:
    """Every other session ends."""
    address = _address(request)
    house.throttle.check(address)
    with house.session(who) as s:
        account = accounts.get(s, who.account_id)
        if account.has_password and not accounts.verify(s, who.account_id, given.old or ""):
            house.throttle.failed(address)
            raise BadInput("wrong_password")
        accounts.set_password(s, who.account_id, given.new)
        _revoke_others(house, who)


@router.get("/sessions", name="list_sessions", summary="Logged-in devices", responses=documented(401, 403))
def list_sessions(house: House, who: Who) -> SessionList:
    """The latest seen first; ended ones are left out."""
    return SessionList(sessions=live_sessions(house, who))


def live_sessions(house: Services, who: Who) -> list[SessionOut]:
    """Return the sessions of the account that still hold."""
    now = house.clock()
    with house.session(who) as s:
        found = accounts.sessions(s, who.account_id)
    return [
        SessionOut(
            id=row.token_sha256.hex(),
            user_agent=row.user_agent,
            widget=row.user_agent.startswith(WIDGET_AGENT),
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            current=row.token_sha256 == who.session,
        )
        for row in found
        if row.revoked_at is None and row.expires_at > now
    ]


@router.delete(
    "/sessions/{session_id}",
    name="revoke_session",
    summary="Log a device out",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def revoke_session(
    session_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")], house: House, who: Who
) -> None:
    """At once: its next request is refused."""
    with house.session(who) as s:
        if not accounts.revoke(s, who.account_id, bytes.fromhex(session_id)):
            raise NotFound("nothing_here")


@router.delete(
    "/sessions",
    name="revoke_other_sessions",
    summary="Log all other devices out",
    status_code=204,
    responses=documented(401, 403),
)
def revoke_other_sessions(house: House, who: Who) -> None:
    _revoke_others(house, who)


def _revoke_others(house: Services, who: Who) -> None:
    others = [row for row in live_sessions(house, who) if not row.current]
    with house.session(who) as s:
        for row in others:
            accounts.revoke(s, who.account_id, bytes.fromhex(row.id))


@router.post(
    "/widget-tokens",
    name="create_widget_token",
    summary="A token for the chat on another site",
    status_code=201,
    responses=documented(400, 401, 403, 409, 422),
)
def create_widget_token(given: WidgetOrigin, house: House, who: Who) -> WidgetToken:
    """The site must be one of `COACH_WIDGET_ORIGINS`. The token may talk and look, nothing else."""
    if given.origin not in house.embedders:
        raise Conflict("unknown_origin", origin=given.origin)
    now = house.clock()
    with house.session(who) as s:
        token = accounts.create_session(
            s, who.account_id, now=now, valid_s=WIDGET_VALID_S, user_agent=WIDGET_AGENT + given.origin
        )
    return WidgetToken(token=house.seal.close(token), expires_at=now + timedelta(seconds=WIDGET_VALID_S))
