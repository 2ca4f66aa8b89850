"""stravalib as a library should be: silent, without the environment, with time-outs, and never sleeping.

Importing it (0.7 s) sets warning filters and redirects warnings to logging for the whole process, and its
client takes STRAVA_CLIENT_ID from the environment: then it renews tokens by itself, which nobody keeps, and
when they are missing it configures the root logger.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from coach.config import Settings

if TYPE_CHECKING:
    from stravalib.client import Client

SERVER = "https://www.strava.com"
CONNECT_S, READ_S = 5.0, 20.0
WHOLE_S = 60.0  # an answer that drips passes every time-out of a single read
ANSWER_BYTES = 64 << 20  # the streams of a day are 5 MiB
Noted = Callable[[Mapping[str, str], str], None]
_importing = Lock()


class Transport(HTTPAdapter):
    """Connections with time-outs and without retries; `instead` takes the place of Strava's address."""

    def __init__(self, instead: str | None, timeout_s: tuple[float, float]) -> None:
        super().__init__(max_retries=0)
        self._instead = instead.rstrip("/") if instead else None
        self._timeout_s = timeout_s

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send and read the whole answer. Raises RequestException."""
        until = time.monotonic() + WHOLE_S
        url = request.url or ""
        if self._instead is not None and url.startswith(SERVER + "/"):
            request = request.copy()
            request.url = self._instead + url.removeprefix(SERVER)
            proxies = {}
        response = super().send(
            request, stream=True, timeout=self._timeout_s, verify=verify, cert=cert, proxies=proxies
        )
        pieces, size = [], 0
        for piece in response.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > ANSWER_BYTES or time.monotonic() > until:
                response.close()
                raise requests.ReadTimeout("the answer does not end", request=request)
        response._content = b"".join(pieces)
        return response


def session(settings: Settings, timeout_s: tuple[float, float] = (CONNECT_S, READ_S)) -> requests.Session:
    """Return a session that reaches Strava, or what `strava_url` names in its place."""
    made = requests.Session()
    # A login of the machine's .netrc would take the place of the athlete's token.
    made.auth = _as_it_is
    # A redirect of a POST sends the application's secret and the tokens in it wherever it points.
    made.max_redirects = 0
    transport = Transport(settings.strava_url, timeout_s)
    made.mount("https://", transport)
    made.mount("http://", transport)
    return made


def client(
    settings: Settings,
    noted: Noted = lambda headers, method: None,
    timeout_s: tuple[float, float] = (CONNECT_S, READ_S),
) -> Client:
    """Return a client without tokens. `noted` is given the headers and the method of every answer."""
    made: Client = _client_class()(session(settings, timeout_s), noted)
    return made


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@cache
def _client_class() -> Any:
    with _importing, _leaving_no_trace():
        from stravalib.client import Client
        from stravalib.protocol import ApiV3

    class Protocol(ApiV3):
        def _check_credentials(self) -> None:
            """Take nothing from the environment."""

    class Quiet(Client):
        def __init__(self, session: requests.Session, noted: Noted) -> None:
            self.log = logging.getLogger("stravalib.client.Client")
            self.protocol = Protocol(requests_session=session, rate_limiter=noted)
            # By its class it would log as one of our own modules, every request of it.
            self.protocol.log = logging.getLogger("stravalib.protocol.ApiV3")

    return Quiet


@contextmanager
def _leaving_no_trace() -> Iterator[None]:
    """Undo what an import does to the warnings of the whole process."""
    shown_by = warnings.showwarning
    with warnings.catch_warnings():
        yield
        if warnings.showwarning is not shown_by:
            logging.captureWarnings(False)
