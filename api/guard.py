"""What every request passes before a route sees it: whose page sent it, how big it is, whether it is JSON.

FastAPI's own parser takes NaN, 1e999, lone surrogates, NUL and duplicate keys; Postgres or a browser
stumbles over them later, so they are refused here, for every route at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from ipaddress import ip_address
from math import isinf
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import coach_problem
from api.headers import HEADERS
from api.language import browser_language
from coach.errors import BadInput, CoachError, NotAllowed, TooLarge

MAX_JSON_BYTES = 1_000_000
# What machines send. The route checks the secret before it reads the body, and the JSON in it: path → most.
PUSHES = {
    "/api/v1/push/health": 20_000_000,
    "/api/v1/push/sheets": MAX_JSON_BYTES,
    "/telegram/webhook": MAX_JSON_BYTES,
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

BODY_WITHIN_S = 60.0  # a JSON body; uploads take as long as they take
# No public name ends like these, so no stranger's name server can say that they are this machine.
PRIVATE_NAMES = (".localhost", ".local", ".lan", ".internal", ".home.arpa", ".test")


class Guard:
    """ASGI middleware. `embedders` are the origins that may send requests with a widget token, `hosts` the
    names this installation goes by besides addresses and names of a private network.
    """

    def __init__(
        self, app: ASGIApp, *, embedders: frozenset[str], hosts: frozenset[str], max_upload_bytes: int
    ) -> None:
        self.app = app
        self.embedders = embedders
        self.hosts = hosts
        self.max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check_host(scope)
            _check_text(scope)
            if scope["method"] not in SAFE_METHODS:
                self._check_origin(scope)
                receive = await self._checked_body(scope, receive)
        except CoachError as error:
            response = coach_problem(browser_language(Request(scope)), error)
            await response(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _check_host(self, scope: Scope) -> None:
        """Refuse a name that is not ours: a stranger's name may be made to lead here (DNS rebinding), and its
        page would then count as our own."""
        host = Headers(scope=scope).get("host", "")
        try:
            name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
        except ValueError:
            name = "?."
        if name in self.hosts or "." not in name or name.endswith(PRIVATE_NAMES) or _is_address(name):
            return
        raise NotAllowed("unknown_host", host=name[:80])

    def _check_origin(self, scope: Scope) -> None:
        """Refuse what another site's page makes the athlete's browser send."""
        headers = Headers(scope=scope)
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        bearer = headers.get("authorization", "").lower().startswith("bearer ")
        if bearer and origin in self.embedders:
            return
        if origin is not None and (origin == "null" or urlsplit(origin).netloc != headers.get("host", "")):
            raise NotAllowed("foreign_origin")
        if origin is None and site not in (None, "same-origin", "none"):
            raise NotAllowed("foreign_origin")

    async def _checked_body(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if scope["path"] == "/api/v1/uploads":
            if kind != "multipart/form-data":
                raise BadInput("not_this_content_type", expected="multipart/form-data")
            _check_length(headers, self.max_upload_bytes)
            return _counted(receive, self.max_upload_bytes)
        if scope["path"] in PUSHES:
            if kind != "application/json":
                raise BadInput("not_this_content_type", expected="application/json")
            most = PUSHES[scope["path"]]
            _check_length(headers, most)
            return _in_time(_counted(receive, most))
        _check_length(headers, MAX_JSON_BYTES)
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _whole(_counted(receive, MAX_JSON_BYTES))
        except TimeoutError as error:
            raise BadInput("body_too_slow") from error
        if body:
            if kind != "application/json":
                raise BadInput("not_this_content_type", expected="application/json")
            check_json(body)
        return _again(body, receive)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def check_json(body: bytes) -> None:
    """Raise BadInput unless `body` is strict JSON without NUL, lone surrogates or duplicate keys."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", problem=str(error)[:200] or type(error).__name__) from error
    for text in _strings(value):
        check_text(text)


def check_text(text: str) -> None:
    """Raise BadInput for text that no database or page can hold."""
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadInput("bad_characters")


def _check_text(scope: Scope) -> None:
    for part in (scope.get("raw_path") or b"", scope.get("query_string") or b""):
        try:
            text = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput("bad_characters") from error
        check_text(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise ValueError(f"{text[:20]} is too large")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _strings(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item.keys()
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _too_large(limit: int) -> TooLarge:
    return TooLarge("body_too_large", limit_mb=round(limit / 1_000_000) or 1)


def _check_length(headers: Headers, limit: int) -> None:
    stated = headers.get("content-length", "0")
    if stated.isdecimal() and int(stated[:15]) > limit:
        raise _too_large(limit)


def _counted(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that refuses more than `limit` bytes, whatever the length header said."""
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > limit:
            raise _too_large(limit)
        return message

    return counted


def _in_time(receive: Receive) -> Receive:
    """Return a `receive` that refuses a body which takes too long; what comes after it may take its time."""
    until: float | None = None
    is_whole = False

    async def in_time() -> Message:
        nonlocal until, is_whole
        if is_whole:
            return await receive()
        now = asyncio.get_running_loop().time()
        until = until or now + BODY_WITHIN_S
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise BadInput("body_too_slow") from error
        is_whole = not message.get("more_body", False)
        return message

    return in_time


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives `body` once more, then whatever comes after it (the disconnect)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
