"""What a route may ask for: the services of the process, who asks, and limits of numbers and texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request
from sqlalchemy.orm import Session

from api.authorize import PUBLIC, ROUTES, Principal, authorize
from api.charts import ChartHouse
from api.logins import Logins
from api.seal import Seal
from api.throttle import CodeThrottle, LoginThrottle
from coach.config import Settings
from coach.errors import NotLoggedIn
from coach.pipeline.reach import Reach
from coach.providers.contract import Provider, providers
from coach.store import system
from coach.store.session import Database
from coach.store.vault import Vault
from coach.text import Lang

MAX_ID = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=MAX_ID, examples=[12])]


class Door(Protocol):
    """The one door for a conversation, as `coach.graph.run.Conversations` has it."""

    async def start(
        self,
        athlete_id: int,
        message: str,
        *,
        thread_id: int | None = None,
        client_key: str | None = None,
        channel: str = "web",
        lang: Lang | None = None,
        tz: str | None = None,
        attachments: Sequence[int] = (),
    ) -> Any: ...

    async def greet(self, athlete_id: int, *, channel: str, lang: Lang | None, tz: str | None) -> Any: ...

    def events(self, athlete_id: int, run_id: str, after: int = 0) -> AsyncIterator[Any]: ...

    async def stop(self, athlete_id: int, run_id: str) -> bool: ...

    async def retry(self, athlete_id: int, run_id: str) -> Any: ...


@dataclass(frozen=True)
class Services:
    """One per process."""

    db: Database
    conversations: Door
    settings: Settings
    clock: Callable[[], datetime]
    throttle: LoginThrottle
    charts: ChartHouse
    logins: Logins
    seal: Seal = field(default_factory=Seal)
    codes: CodeThrottle = field(default_factory=CodeThrottle)
    providers: Mapping[str, Provider] = field(default_factory=providers)

    @cached_property
    def reach(self) -> Reach:
        """What the work with services needs."""
        return Reach(self.db, self.settings, Vault(self.settings), self.clock, self.providers)

    def address_of(self, request: Request) -> str:
        """Return where this installation is reached, without a slash at the end."""
        return (self.settings.public_url or str(request.base_url)).rstrip("/")

    @property
    def embedders(self) -> frozenset[str]:
        """The sites that may show the chat."""
        sites = (site.strip().rstrip("/") for site in self.settings.widget_origins.split(","))
        return frozenset(site for site in sites if site)

    @property
    def hosts(self) -> frozenset[str]:
        """The names of this installation that the settings know."""
        public = urlsplit(self.settings.public_url or "").hostname or ""
        return frozenset(name for name in (public, self.settings.host.lower()) if name)

    @contextmanager
    def session(self, who: Principal) -> Iterator[Session]:
        """Open a transaction as the athlete who asks."""
        with self.db.athlete_session(who.athlete_id) as session:
            yield session


def services(request: Request) -> Services:
    return request.app.state.services  # type: ignore[no-any-return]


def cookie_name(request: Request) -> str:
    """Return the session cookie's name: bound to the host over https, plain on this machine."""
    return "__Host-hanbal" if is_https(request) else "hanbal"


def is_https(request: Request) -> bool:
    public = services(request).settings.public_url or ""
    return public.startswith("https://") or request.url.scheme == "https"


def authenticate(request: Request) -> Principal | None:
    """Return who asks, by cookie or widget token, or None.

    Looked up in the database each time, so that a revoked session is dead at once.
    """
    house = services(request)
    scheme, _, sealed = request.headers.get("authorization", "").partition(" ")
    widget = scheme.lower() == "bearer"
    token = house.seal.open(sealed.strip()) if widget else request.cookies.get(cookie_name(request))
    if not token:
        return None
    found = system.find_session(house.db, token, house.clock())
    if found is None:
        return None
    return Principal(found.account_id, found.athlete_id, found.role, found.token_sha256, widget)


def gate(request: Request) -> None:
    """Decide for every route, before it runs: public, permitted, or refused. Unlisted routes are refused."""
    name = request.scope["route"].name
    if name in PUBLIC:
        return
    principal = authenticate(request)
    request.state.principal = principal
    authorize(principal, ROUTES.get(name), principal.athlete_id if principal else None)


def principal(request: Request) -> Principal:
    """Return who passed the gate."""
    found: Principal | None = getattr(request.state, "principal", None)
    if found is None:
        raise NotLoggedIn("no_session")
    return found


House = Annotated[Services, Depends(services)]
Who = Annotated[Principal, Depends(principal)]
