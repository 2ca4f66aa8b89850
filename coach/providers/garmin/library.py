"""The one place that sets the library up: where it talks to, how long it waits, what it may keep."""

from __future__ import annotations

import logging
from typing import Any

from garminconnect import Garmin
from garminconnect.client import Client, sso
from garminconnect.exceptions import GarminConnectAuthenticationError, GarminConnectTooManyRequestsError
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from coach.config import Settings

CONNECT_S = 5.0
TIMEOUT_S = 15.0

# It logs a stack trace for every answer that is not 200, and pieces of answers. What matters is said by us.
logging.getLogger("garminconnect").setLevel(logging.CRITICAL)


class TicketRefused(GarminConnectAuthenticationError):
    """The login succeeded, but its ticket was not turned into tokens. Being an authentication error it ends
    the library's tries: each further one would send the password again."""

    def __init__(self, *, limited: bool) -> None:
        super().__init__("ticket not exchanged")
        self.limited = limited


class _Connection(HTTPAdapter):
    """An HTTP connection whose time-outs are ours: the library allows four times 15 s."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(pool_maxsize=2)
        self._timeout_s = timeout_s

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        kwargs["timeout"] = (CONNECT_S, self._timeout_s)
        answer: Response = super().send(request, *args, **kwargs)
        return answer


class GarminClient(Client):
    """The library's client. `refresh_error` is why the last renewal of tokens failed: the library keeps
    silent about it and shows only the 401 that follows."""

    refresh_error: Exception | None = None

    def __init__(self, base_url: str | None, timeout_s: float) -> None:
        super().__init__()
        for scheme in ("https://", "http://"):
            self._api_session.mount(scheme, _Connection(timeout_s))
        if base_url is not None:
            base = base_url.rstrip("/")
            self._sso = self._connect = self._connectapi = base
            self._portal_service_url = f"{base}/app"
            self._di_token_url = f"{base}/di-oauth2-service/oauth/token"

    def _refresh_di_token(self) -> None:
        self.refresh_error = None
        try:
            super()._refresh_di_token()
        except Exception as error:
            self.refresh_error = error
            raise

    def _establish_session(self, ticket: str, sess: Any = None, service_url: str | None = None) -> None:
        # Without the library's second way: its cookie cannot be kept, and the ticket would be in an address.
        try:
            self._exchange_service_ticket(ticket, service_url=service_url)
            return
        except GarminConnectTooManyRequestsError:
            limited = True
        except Exception:
            limited = False
        raise TicketRefused(limited=limited)


def connect(settings: Settings, timeout_s: float = TIMEOUT_S) -> tuple[Garmin, GarminClient]:
    """Return the library, not logged in, and its client.

    `settings.garmin_url` stands in for all of Garmin's hosts. The library's pauses before it sends a
    password are for Garmin's sake: they are left out only there.
    """
    garmin = Garmin(retry_attempts=0)
    client = GarminClient(settings.garmin_url, timeout_s)
    garmin.client = client
    if settings.garmin_url is not None:
        for name in ("MOBILE", "WIDGET", "LOGIN"):
            setattr(sso, f"{name}_DELAY_MIN_S", 0.0)
            setattr(sso, f"{name}_DELAY_MAX_S", 0.0)
    return garmin, client


def disconnect(client: GarminClient) -> None:
    """Give the connections back."""
    client._api_session.close()
    client.cs.close()
