"""A loopback Strava with an invented account: what the real stravalib talks to in tests and in the demo.

`with running(Strava()) as url:` serves it; give `url` as COACH_STRAVA_URL. Its state is plain attributes:
change them between calls (or from `on_page`, in the middle of a listing). `fault(path, kind, times)` queues
what goes wrong with the next requests to a path.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import html
import itertools
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from coach.providers.files.read import read_recording_file

Answer = tuple[int, Any]
STARTED = datetime(2026, 10, 1, 21, 0, tzinfo=UTC)
ALL_SCOPES = ("read", "activity:read_all", "activity:write")
SPORT_TYPES = {"run": "Run", "ride": "Ride", "swim": "Swim", "walk": "Walk", "hike": "Hike"}
HTML = "<!DOCTYPE html><html><body>Strava is temporarily down for maintenance</body></html>"


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    token: str
    status: int = 0


@dataclass
class Fault:
    path: str
    kind: str
    times: int


@dataclass
class Upload:
    id: int
    external_id: str
    sha256: bytes
    activity: dict[str, Any] | None
    error: str | None
    left: int  # requests of any kind until it is done
    done: bool = False


def run(number: int, start: datetime = STARTED, seconds: int = 1800, **changes: Any) -> dict[str, Any]:
    """Return an invented run in full, as `activities/{id}` shows it."""
    local = start + timedelta(hours=9)
    made = {
        "id": number,
        "resource_state": 3,
        "external_id": f"garmin_ping_{number}",
        "upload_id": number + 5_000_000,
        "name": "Morning Run",
        "description": None,
        "distance": round(seconds * 2.9, 1),
        "moving_time": seconds - 20,
        "elapsed_time": seconds,
        "total_elevation_gain": 31.0,
        "type": "Run",
        "sport_type": "Run",
        "workout_type": 0,
        "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "start_date_local": f"{local:%Y-%m-%dT%H:%M:%SZ}",
        "timezone": "(GMT+09:00) Asia/Seoul",
        "utc_offset": 32400.0,
        "kudos_count": 3,
        "athlete_count": 1,
        "trainer": False,
        "manual": False,
        "private": False,
        "gear_id": None,
        "average_speed": 2.93,
        "max_speed": 4.1,
        "average_cadence": 86.0,
        "average_watts": 241.0,
        "device_watts": False,
        "has_heartrate": True,
        "average_heartrate": 147.6,
        "max_heartrate": 171.0,
        "calories": 402.0,
        "device_name": "Garmin Forerunner 965",
        "laps": [
            {
                "id": number * 10 + n,
                "start_date": f"{start + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}",
                "elapsed_time": 600,
                "moving_time": 598,
                "distance": 1740.0,
                "average_heartrate": 145.0 + n,
                "max_heartrate": 160.0 + n,
                "total_elevation_gain": 10.0,
                "lap_index": n + 1,
            }
            for n, at in enumerate(range(0, seconds, 600))
        ],
    }
    return {**made, **changes}


def samples(seconds: int = 1800, every: int = 1) -> dict[str, Any]:
    """Return streams of such a run, keyed by type: cadence counts one leg, and it stood still for a while."""
    stop = seconds // 2
    times = [t for t in range(0, seconds + 1, every) if not stop < t < stop + 20]
    data: dict[str, list[Any]] = {
        "time": times,
        "distance": [round(t * 2.9, 1) for t in times],
        "latlng": [[37.52 + t * 2.6e-5, 126.99] for t in times],
        "altitude": [20.0 + (t % 300) / 100 for t in times],
        "velocity_smooth": [2.9 for _ in times],
        "heartrate": [140 + t % 20 for t in times],
        "cadence": [86 for _ in times],
        "temp": [18 for _ in times],
        "moving": [t != stop + 20 for t in times],
    }
    return {
        kind: {
            "data": values,
            "series_type": "distance",
            "original_size": len(values),
            "resolution": "high",
        }
        for kind, values in data.items()
    }


@dataclass
class Strava:
    """The account, the application, and what happens to requests."""

    client_id: int = 40404
    client_secret: str = "shhh-app-secret-0123456789"
    athlete: dict[str, Any] = field(
        default_factory=lambda: {"id": 1984_0101, "firstname": "하나", "lastname": "김", "sex": "F"}
    )
    activities: dict[int, dict[str, Any]] = field(default_factory=dict)
    streams: dict[int, dict[str, Any]] = field(default_factory=dict)
    scopes: tuple[str, ...] = ALL_SCOPES
    delay_s: float = 0.0
    slow_s: float = 1.0  # how long the fault "slow" takes
    life_s: float = 6 * 3600.0  # of an access token
    clock: Callable[[], float] = time.time
    page_sizes: list[int] = field(default_factory=list)  # the next pages hold at most so many
    on_page: Callable[[int], None] | None = None  # called with the page's number before it is answered
    processing: int = 0  # requests until an upload is done
    verifies_callback: bool = False
    limits: tuple[int, int] = (200, 2000)
    reading_limits: tuple[int, int] = (100, 1000)
    usage: list[int] = field(default_factory=lambda: [0, 0])
    reading_usage: list[int] = field(default_factory=lambda: [0, 0])
    requests: list[Seen] = field(default_factory=list)
    uploads: dict[int, Upload] = field(default_factory=dict)
    subscriptions: dict[int, str] = field(default_factory=dict)
    revoked: bool = False
    secrets: list[str] = field(default_factory=list)  # every token and code that was ever given
    _faults: list[Fault] = field(default_factory=list)
    _codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _access: dict[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)
    _refresh: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fault(self, path: str, kind: str, times: int = 1) -> None:
        """Let the next `times` requests whose path contains `path` fail.

        Kinds: a status ("401", "403", "404", "500", "503"), "inactive", "no_write_scope", "429",
        "429_retry_after", "slow", "cut", "cut_after" (it is done, and the answer is lost), "html", "empty",
        "list" (another JSON type), "wrong_types", "null_fields", "missing_fields", "unknown_sport".
        """
        self._faults.append(Fault(path, kind, times))

    def add(self, number: int, start: datetime = STARTED, seconds: int = 1800, **changes: Any) -> None:
        """Add an invented run with its samples."""
        self.activities[number] = run(number, start, seconds, **changes)
        self.streams[number] = samples(seconds)

    def count(self, path: str, method: str = "GET") -> int:
        """Return how many requests of a method came whose path contains `path`."""
        return sum(1 for seen in self.requests if path in seen.path and seen.method == method)

    def code(self, *scopes: str) -> str:
        """Return a code as the page gives it to a browser that comes back."""
        made = self._secret("code")
        self._codes[made] = scopes or self.scopes
        return made

    def tokens(self, *, expires_in_s: float | None = None) -> dict[str, Any]:
        """Log the athlete in and return what the token endpoint answers."""
        return self._new_tokens(self.scopes, self.life_s if expires_in_s is None else expires_in_s)

    def expire(self) -> None:
        """Let no access token be good any more, whatever was said of its time."""
        self._access.clear()

    def lock_out(self) -> None:
        """The athlete took the permission back over there."""
        self._access.clear()
        self._refresh = ""
        self.revoked = True

    def event(self, aspect: str, number: int, **updates: Any) -> dict[str, Any]:
        """Return the webhook's body for something that happened to an activity."""
        return {
            "object_type": "activity",
            "object_id": number,
            "aspect_type": aspect,
            "owner_id": self.athlete["id"],
            "subscription_id": next(iter(self.subscriptions), 1),
            "event_time": int(self.clock()),
            "updates": updates,
        }

    def app(self) -> Starlette:
        """Return the server as an ASGI application."""
        methods = ["GET", "POST", "PUT", "DELETE"]
        return Starlette(routes=[Route("/{path:path}", self._serve, methods=methods)])

    # Requests

    async def _serve(self, request: Request) -> Response:
        form, files = await _body(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        seen = Seen(request.method, request.url.path, dict(request.query_params), form, token)
        self.requests.append(seen)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        counts = not seen.path.startswith("/oauth")
        if counts:
            self._count(seen.method)
        kind = self._next_fault(seen.path)
        if kind == "slow":
            await asyncio.sleep(self.slow_s)
        failed = _failure(kind)
        if failed is not None:
            seen.status = failed.status_code
            return self._with_limits(failed)
        over = counts and self._is_over(seen.method)
        status, body = (429, RATE_LIMIT) if over else await self._answer(seen, files)
        seen.status = status
        if kind == "cut_after":
            return _cut()
        if isinstance(body, Response):
            return body
        return self._with_limits(JSONResponse(_spoiled(kind, body), status))

    def _next_fault(self, path: str) -> str:
        for fault in self._faults:
            if fault.times > 0 and fault.path in path:
                fault.times -= 1
                return fault.kind
        return ""

    def _count(self, method: str) -> None:
        for usage in (self.usage, self.reading_usage) if method == "GET" else (self.usage,):
            usage[0] += 1
            usage[1] += 1
        for upload in self.uploads.values():
            self._work_on(upload)

    def _is_over(self, method: str) -> bool:
        pairs = [*zip(self.usage, self.limits, strict=True)]
        if method == "GET":
            pairs += zip(self.reading_usage, self.reading_limits, strict=True)
        return any(used > limit for used, limit in pairs)

    def _with_limits(self, response: Response) -> Response:
        said = (("", self.limits, self.usage), ("Read", self.reading_limits, self.reading_usage))
        for kind, limits, usage in said:
            response.headers[f"X-{kind}RateLimit-Limit"] = ",".join(map(str, limits))
            response.headers[f"X-{kind}RateLimit-Usage"] = ",".join(map(str, usage))
        return response

    async def _answer(self, seen: Seen, files: dict[str, bytes]) -> Answer:
        path = seen.path.rstrip("/")
        if path == "/oauth/authorize":
            return 200, self._page(seen.query)
        if path == "/oauth/accept":
            return 302, self._accept(seen.query)
        if path == "/oauth/token" and seen.method == "POST":
            return self._token(seen.form)
        path = path.removeprefix("/api/v3")
        if path.startswith("/push_subscriptions"):
            return await self._subscription(path, seen)
        scopes = self._allowed(seen.token)
        if scopes is None:
            return 401, _error("Authorization Error", "Athlete", "access_token", "invalid")
        return self._of_athlete(path, seen, files, scopes)

    def _of_athlete(self, path: str, seen: Seen, files: dict[str, bytes], scopes: tuple[str, ...]) -> Answer:
        if path == "/oauth/deauthorize" and seen.method == "POST":
            self.lock_out()
            return 200, {"access_token": seen.token}
        if path == "/athlete":
            return 200, {**self.athlete, "resource_state": 2}
        if path == "/athlete/activities":
            return 200, self._listing(seen.query)
        if found := re.fullmatch(r"/activities/(\d+)(/streams)?", path):
            number = int(found[1])
            there = self.streams if found[2] else self.activities
            return (200, there[number]) if number in there else (404, NOT_FOUND)
        if path == "/uploads" and seen.method == "POST":
            if "activity:write" not in scopes:
                return 401, _error(
                    "Authorization Error", "AccessToken", "activity:write_permission", "missing"
                )
            return 201, self._state(self._upload({**seen.query, **seen.form}, files.get("file", b"")))
        if found := re.fullmatch(r"/uploads/(\d+)", path):
            upload = self.uploads.get(int(found[1]))
            return (200, self._state(upload)) if upload else (404, NOT_FOUND)
        return 404, NOT_FOUND

    # Logging in

    def _page(self, query: dict[str, str]) -> Response:
        asked = query.get("scope", "read")
        read_only = ",".join(s for s in asked.split(",") if not s.startswith("activity:"))
        rows = []
        for label, given in (
            ("Authorize", asked),
            ("Authorize without activities", read_only),
            ("Cancel", ""),
        ):
            link = "/oauth/accept?" + urlencode({**query, "given": given})
            rows.append(f'<p><a href="{html.escape(link)}">{label}</a></p>')
        return HTMLResponse(f"<!DOCTYPE html><title>Strava</title><h1>Strava</h1>{''.join(rows)}")

    def _accept(self, query: dict[str, str]) -> Response:
        given = tuple(s for s in query.get("given", "").split(",") if s)
        said = {"state": query.get("state", "")}
        said |= {"code": self.code(*given), "scope": ",".join(given)} if given else {"error": "access_denied"}
        back = query.get("redirect_uri", "")
        return RedirectResponse(back + ("&" if "?" in back else "?") + urlencode(said), 302)

    def _token(self, form: dict[str, str]) -> Answer:
        if (form.get("client_id"), form.get("client_secret")) != (str(self.client_id), self.client_secret):
            return 401, _error("Authorization Error", "Application", "client_id", "invalid")
        if form.get("grant_type") == "authorization_code":
            scopes = self._codes.pop(form.get("code", ""), None)
            if scopes is None:
                return 400, _error("Bad Request", "AuthorizationCode", "code", "invalid")
            return 200, {**self._new_tokens(scopes, self.life_s), "athlete": self.athlete}
        if not self._refresh or form.get("refresh_token") != self._refresh:
            return 400, _error("Bad Request", "RefreshToken", "refresh_token", "invalid")
        return 200, self._new_tokens(self.scopes, self.life_s)

    def _new_tokens(self, scopes: tuple[str, ...], life_s: float) -> dict[str, Any]:
        self.scopes, self.revoked = scopes, False
        access, self._refresh = self._secret("access"), self._secret("refresh")
        expires_at = int(self.clock() + life_s)
        self._access[access] = (expires_at, scopes)
        return {
            "token_type": "Bearer",
            "access_token": access,
            "refresh_token": self._refresh,
            "expires_at": expires_at,
            "expires_in": int(life_s),
        }

    def _allowed(self, token: str) -> tuple[str, ...] | None:
        expires_at, scopes = self._access.get(token, (0.0, ()))
        return scopes if expires_at > self.clock() else None

    def _secret(self, kind: str) -> str:
        made = f"{kind}-{hashlib.sha256(f'{kind}{next(self._numbers)}'.encode()).hexdigest()[:32]}"
        self.secrets.append(made)
        return made

    # Activities

    def _listing(self, query: dict[str, str]) -> list[dict[str, Any]]:
        page, per_page = int(query.get("page", 1)), int(query.get("per_page", 30))
        if self.on_page is not None:
            self.on_page(page)
        shown = sorted(self.activities.values(), key=lambda a: (_epoch(a), a["id"]), reverse=True)
        if "before" in query:
            shown = [a for a in shown if _epoch(a) < int(query["before"])]
        if "after" in query:
            shown = [a for a in reversed(shown) if _epoch(a) > int(query["after"])]
        found = shown[(page - 1) * per_page : page * per_page]
        if found and self.page_sizes:
            found = found[: self.page_sizes.pop(0)]
        detail_only = ("laps", "description", "device_name", "calories", "splits_metric", "best_efforts")
        return [{k: v for k, v in a.items() if k not in detail_only} for a in found]

    # Uploads

    def _upload(self, form: dict[str, str], data: bytes) -> Upload:
        sha256 = hashlib.sha256(data).digest()
        twin = next((u for u in self.uploads.values() if u.activity and u.sha256 == sha256), None)
        activity, error = None, None
        try:
            first = read_recording_file("upload", data).recordings[0]
        except Exception:
            error = "The file is malformed."
        else:
            same = (a for a in self.activities.values() if abs(_epoch(a) - first.start.timestamp()) < 60)
            known = twin.activity if twin else next(same, None)
            if known is not None:
                link = f"<a href='/activities/{known['id']}' target='_blank'>{known['name']}</a>"
                error = f"{form['external_id']}.fit duplicate of {link}"
            else:
                activity = run(
                    9_000_000 + next(self._numbers),
                    first.start.astimezone(UTC),
                    int(first.elapsed_s),
                    name=form.get("name") or "Morning Run",
                    external_id=f"{form['external_id']}.{form['data_type']}",
                    sport_type=SPORT_TYPES.get(first.sport.value, "Workout"),
                    type=SPORT_TYPES.get(first.sport.value, "Workout"),
                    distance=round(first.distance_m or 0.0, 1),
                    moving_time=int(first.timer_s or first.elapsed_s),
                )
        upload = Upload(
            next(self._numbers) + 7_000_000, form["external_id"], sha256, activity, error, self.processing + 1
        )
        self.uploads[upload.id] = upload
        self._work_on(upload)
        return upload

    def _work_on(self, upload: Upload) -> None:
        upload.left = max(upload.left - 1, 0)
        if upload.left == 0 and not upload.done:
            upload.done = True
            if upload.activity is not None:
                number = upload.activity["id"]
                self.activities[number] = upload.activity
                self.streams[number] = samples(upload.activity["elapsed_time"])

    def _state(self, upload: Upload) -> dict[str, Any]:
        done = upload.left == 0
        status = "Your activity is still being processed."
        if done:
            status = (
                "There was an error processing your activity." if upload.error else "Your activity is ready."
            )
        return {
            "id": upload.id,
            "id_str": str(upload.id),
            "external_id": upload.external_id,
            "error": upload.error if done else None,
            "status": status,
            "activity_id": upload.activity["id"] if done and upload.activity else None,
        }

    # Webhooks

    async def _subscription(self, path: str, seen: Seen) -> Answer:
        said = {**seen.query, **seen.form}
        if (said.get("client_id"), said.get("client_secret")) != (str(self.client_id), self.client_secret):
            return 401, _error("Authorization Error", "Application", "client_id", "invalid")
        if seen.method == "GET":
            return 200, [{"id": n, "callback_url": url} for n, url in self.subscriptions.items()]
        if seen.method == "DELETE":
            number = int(path.rsplit("/", 1)[1])
            if self.subscriptions.pop(number, None) is None:
                return 404, NOT_FOUND
            return 204, Response(status_code=204)
        if self.subscriptions:
            return 400, _error("Bad Request", "PushSubscription", "", "already exists")
        if self.verifies_callback and not await _answers(said["callback_url"], said["verify_token"]):
            return 400, _error(
                "Bad Request", "PushSubscription", "callback url", "GET to callback URL failed"
            )
        number = 300_000 + next(self._numbers)
        self.subscriptions[number] = said["callback_url"]
        return 201, {"id": number}


RATE_LIMIT = {
    "message": "Rate Limit Exceeded",
    "errors": [{"resource": "Application", "field": "rate limit", "code": "exceeded"}],
}
NOT_FOUND = {
    "message": "Record Not Found",
    "errors": [{"resource": "Activity", "field": "", "code": "invalid"}],
}

NO_WRITE_SCOPE = {
    "message": "Authorization Error",
    "errors": [{"resource": "AccessToken", "field": "activity:write_permission", "code": "missing"}],
}


def _error(message: str, resource: str, name: str, code: str) -> dict[str, Any]:
    return {"message": message, "errors": [{"resource": resource, "field": name, "code": code}]}


def _failure(kind: str) -> Response | None:
    """Return the answer to a request that comes to nothing; None when it is answered all the same."""
    if kind == "inactive":
        return JSONResponse(_error("Forbidden", "Application", "Status", "Inactive"), 403)
    if kind == "no_write_scope":
        return JSONResponse(NO_WRITE_SCOPE, 401)
    if kind in ("429", "429_retry_after"):
        headers = {"Retry-After": "120"} if kind == "429_retry_after" else {}
        return JSONResponse(RATE_LIMIT, 429, headers)
    if kind.isdecimal():
        return JSONResponse({"message": "Error", "errors": []}, int(kind))
    if kind == "cut":
        return _cut()
    if kind == "html":
        return HTMLResponse(HTML)
    if kind == "empty":
        return Response(b"", media_type="application/json")
    return None


def _cut() -> Response:
    """Announce more than is sent: the server then closes the connection."""

    async def half() -> Any:
        yield b'{"id": '

    return StreamingResponse(half(), headers={"content-length": "1000", "content-type": "application/json"})


def _spoiled(kind: str, body: Any) -> Any:
    if kind == "list":
        return {"answer": body} if isinstance(body, list) else [body]
    if kind not in ("wrong_types", "null_fields", "missing_fields", "unknown_sport"):
        return body
    if isinstance(body, list):
        return [_spoiled(kind, item) for item in body]
    if not isinstance(body, dict):
        return body
    if kind == "unknown_sport":
        return {**body, "sport_type": "Zorbing", "type": "Zorbing"}
    needed = ("id", "start_date")
    if kind == "missing_fields":
        return {k: v for k, v in body.items() if k in needed}
    if kind == "null_fields":
        return {k: v if k in needed else None for k, v in body.items()}
    return {k: v if k in needed else _another_type(v) for k, v in body.items()}


def _another_type(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return {"value": value}
    if isinstance(value, int | float):
        return str(value)
    return 7 if isinstance(value, str) else "seven"


def _epoch(activity: dict[str, Any]) -> float:
    return datetime.fromisoformat(activity["start_date"]).timestamp()


async def _body(request: Request) -> tuple[dict[str, str], dict[str, bytes]]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        async with request.form() as form:
            files = {k: await v.read() for k, v in form.items() if not isinstance(v, str)}
            return {k: v for k, v in form.items() if isinstance(v, str)}, files
    raw = await request.body()
    return dict(parse_qsl(raw.decode("utf-8", "replace"))), {}


async def _answers(callback_url: str, verify_token: str) -> bool:
    asked = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a91c1f40f8", "hub.verify_token": verify_token}
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            answer = await client.get(callback_url, params=asked)
        return answer.status_code == 200 and answer.json() == {"hub.challenge": asked["hub.challenge"]}
    except (httpx.HTTPError, ValueError):
        return False


@contextlib.contextmanager
def running(fake: Strava, port: int = 0) -> Iterator[str]:
    """Serve a fake on the loopback until the block ends; yield its address."""
    config = uvicorn.Config(
        fake.app(),
        log_config=None,  # nor a level: both hold for the whole process, tests of logs included
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    # The addresses it is asked for hold secrets, and what captures logs hears loggers without handlers, too.
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", port))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()
