"""The invented Garmin as a web application: routes, a queue of faults, a log of requests."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from fnmatch import fnmatch
from typing import Any, Literal

import uvicorn
from fakes.garmin.account import Day, Json, Run
from fakes.garmin.sso import FrontDoor
from fakes.garmin.workouts import WorkoutDesk
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal[
    "401", "403", "403_page", "404", "204", "400", "429", "429_after", "429_date", "500", "503",
    "slow", "cut", "refuse", "html", "empty", "broken_json", "wrong_types", "missing_fields", "nulls",
    "done_500", "twice",
]  # fmt: skip
HTTP_DATE = "Sat, 21 Nov 2026 14:00:00 GMT"
_PAGE = b"<html><title>Just a moment...</title>cloudflare</html>"


@dataclass
class _Fault:
    path: str
    kind: Kind
    left: int
    seconds: float


@dataclass
class Garmin(FrontDoor, WorkoutDesk):
    """An account and the services around it. `before_page` is called with the number of each list request,
    before it is answered: what it adds or deletes shifts the pages. `short_pages` caps every page."""

    profile_id: int = 90_210
    display_name: str = "runner/한글 name"
    full_name: str = "이달리"
    tz: str = "Asia/Seoul"
    runs: list[Run] = field(default_factory=list)
    days: dict[date, Day] = field(default_factory=dict)
    delay_s: float = 0.0
    before_page: Callable[[int], None] = lambda n: None
    short_pages: int = 1_000
    requests: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    faults: list[_Fault] = field(default_factory=list)
    _next_id: int = 20_000_000_001
    _listed: int = 0

    def __post_init__(self) -> None:
        self.app: ASGIApp = _Weather(self, Starlette(routes=self._all_routes()))

    def _all_routes(self) -> list[Route]:
        return [*self.routes(), *self.workout_routes(), *self._routes()]

    def add(self, *runs: Run) -> None:
        """Put activities on the account; they get their numbers."""
        for run in runs:
            run.id = run.id or self._next_id
            self._next_id += 1
            self.runs.append(run)

    def fault(self, path: str, kind: Kind, times: int = 1, seconds: float = 1.0) -> None:
        """Let the next `times` answers on a path (a pattern with *) fail. Faults wait in order."""
        self.faults.append(_Fault(path, kind, times, seconds))

    def count(self, path: str = "*") -> int:
        """Return how many requests there were on a path (a pattern with *)."""
        return sum(fnmatch(asked, path) for _, asked in self.requests)

    def next_fault(self, path: str) -> _Fault | None:
        for fault in self.faults:
            if fault.left and fnmatch(path, fault.path):
                fault.left -= 1
                return fault
        return None

    def _routes(self) -> list[Route]:
        metrics = "/metrics-service/metrics"
        stats = "/biometric-service/stats"
        routes: dict[str, Callable[[Request], Json]] = {
            "/userprofile-service/socialProfile": self._profile,
            "/userprofile-service/userprofile/personal-information/{name:path}": self._personal,
            "/activitylist-service/activities/search/activities": self._list,
            "/activity-service/activity/{id:int}": self._detail,
            "/usersummary-service/v2/dailysummaries": lambda r: {"data": self._each(r, Day.summary)},
            "/sleep-service/stats/sleep/daily/{a}/{z}": lambda r: {
                "overallStats": {},
                "individualStats": self._each(r, Day.night),
            },
            "/hrv-service/hrv/daily/{a}/{z}": self._hrv,
            metrics + "/trainingreadiness/{a}/{z}": lambda r: [
                row for of_day in self._each(r, Day.readinesses) for row in of_day
            ],
            metrics + "/maxmet/daily/{a}/{z}": lambda r: self._each(r, _max_met),
            metrics + "/racepredictions/daily/{name:path}": lambda r: self._each(r, Day.prediction),
            metrics + "/trainingstatus/weekly/{name:path}": lambda r: {
                "reportData": {"3400000001": self._each(r, Day.training_status)}
            },
            metrics + "/trainingstatus/aggregated/{z}": self._status,
            stats + "/lactateThresholdHeartRate/range/{a}/{z}": lambda r: self._each(r, _lthr),
            stats + "/lactateThresholdSpeed/range/{a}/{z}": lambda r: self._each(r, _threshold),
            "/weight-service/weight/range/{a}/{z}": lambda r: {
                "dailyWeightSummaries": self._each(r, Day.weigh_in)
            },
        }
        known = [Route(path, self._answering(answer)) for path, answer in routes.items()]
        return [
            *known,
            Route("/download-service/files/activity/{id:int}", self._download),
            Route("/{path:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def _answering(self, answer: Callable[[Request], Json]) -> Callable[[Request], Any]:
        async def respond(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.access}":
                return JSONResponse({"message": "HTTP 401 Unauthorized"}, 401)
            found = answer(request)
            if isinstance(found, Response):
                return found
            return Response(status_code=204) if found is None else JSONResponse(found)

        return respond

    async def _unknown(self, request: Request) -> Response:
        self.unknown.append((request.method, request.url.path))
        return JSONResponse({"message": "HTTP 404 Not Found"}, 404)

    def _profile(self, request: Request) -> Json:
        return {
            "id": 3154645,
            "profileId": self.profile_id,
            "displayName": self.display_name,
            "fullName": self.full_name,
        }

    def _personal(self, request: Request) -> Json:
        if request.path_params["name"] != self.display_name:
            return JSONResponse({"message": "HTTP 403 Forbidden"}, 403)
        return {"userInfo": {"timeZone": self.tz, "locale": "ko"}}

    def _find(self, request: Request) -> Run | None:
        return next((run for run in self.runs if run.id == request.path_params["id"]), None)

    def _list(self, request: Request) -> Json:
        self.before_page(self._listed)
        self._listed += 1
        start, limit = int(request.query_params["start"]), int(request.query_params["limit"])
        ordered = sorted(self.runs, key=lambda run: (run.start, run.id), reverse=True)
        return [run.row() for run in ordered[start : start + min(limit, self.short_pages)]]

    def _detail(self, request: Request) -> Json:
        run = self._find(request)
        if run is None:
            return JSONResponse({"message": "HTTP 404 Not Found"}, 404)
        return {"activityId": run.id, "activityName": run.name, "summaryDTO": {"distance": run.distance_m}}

    async def _download(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return JSONResponse({"message": "HTTP 401 Unauthorized"}, 401)
        run = self._find(request)
        content = None if run is None else run.download()
        if content is None:
            return JSONResponse({"message": "HTTP 404 Not Found"}, 404)
        return Response(content, media_type="application/x-zip-compressed")

    def _each(self, request: Request, word: Callable[[Day, date], Json]) -> list[Json]:
        """Return the days of the asked range, worded; what a day lacks is left out."""
        asked = {**request.query_params, **request.path_params}
        first, last = (
            next(date.fromisoformat(asked[n]) for n in names if n in asked)
            for names in (("a", "startDate", "fromCalendarDate"), ("z", "endDate", "toCalendarDate"))
        )
        assert (last - first).days < 28, "longer than Garmin allows"
        wanted = (first + timedelta(days=n) for n in range((last - first).days + 1))
        worded = (word(self.days[day], day) for day in wanted if day in self.days)
        return [row for row in worded if row is not None]

    def _hrv(self, request: Request) -> Json:
        rows = self._each(request, lambda d, day: d.hrv and {"calendarDate": str(day), "lastNightAvg": d.hrv})
        return {"hrvSummaries": rows, "userProfilePk": self.profile_id} if rows else None

    def _status(self, request: Request) -> Json:
        day = date.fromisoformat(request.path_params["z"])
        found = self.days[day].training_status(day) if day in self.days else None
        latest = {} if found is None else {"latestTrainingStatusData": {"3400000001": found}}
        return {"userId": self.profile_id, "mostRecentTrainingStatus": latest}


def _max_met(day: Day, at: date) -> Json:
    if day.vo2max is None:
        return None
    generic = {"calendarDate": str(at), "vo2MaxPreciseValue": day.vo2max, "vo2MaxValue": round(day.vo2max)}
    return {"generic": generic, "cycling": None}


def _found(at: date, value: float | None) -> Json:
    if value is None:
        return None
    return {"from": str(at), "until": str(at), "series": "running", "value": value, "updatedDate": str(at)}


def _lthr(day: Day, at: date) -> Json:
    return _found(at, day.lthr)


def _threshold(day: Day, at: date) -> Json:
    return _found(at, day.threshold)


@dataclass
class _Weather:
    """What stands between a request and its answer: the log, the delay and the faults."""

    garmin: Garmin
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        self.garmin.requests.append((scope["method"], scope["path"]))
        fault = self.garmin.next_fault(scope["path"])
        await asyncio.sleep(self.garmin.delay_s)
        if fault is None:
            return await self.app(scope, receive, send)
        if fault.kind == "done_500":  # done, and then something failed that only tells
            await self._answer(scope, receive)
            return await _SIMPLE["500"](scope, receive, send)
        if fault.kind == "twice":  # somebody on the way sent it again
            body = [await receive()]
            while body[-1].get("more_body"):
                body.append(await receive())
            await self._answer(scope, _replayed(body))
            return await self.app(scope, _replayed(body), send)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await self.app(scope, receive, send)
        if fault.kind in ("wrong_types", "missing_fields", "nulls", "cut"):
            status, headers, body = await self._answer(scope, receive)
            if fault.kind == "cut":  # fewer bytes than promised: the server then closes the connection
                headers = [(b"content-length", str(len(body) + 10_000).encode())]
            else:
                body = json.dumps(_spoilt(json.loads(body), fault.kind)).encode()
                headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body[: len(body) // 2 + 1], "more_body": True})
            if fault.kind != "cut":
                await send({"type": "http.response.body", "body": body[len(body) // 2 + 1 :]})
            return None
        return await _SIMPLE[fault.kind](scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        sent: list[Message] = []

        async def collect(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, collect)
        return sent[0]["status"], sent[0]["headers"], b"".join(m.get("body", b"") for m in sent[1:])


def _replayed(body: list[Message]) -> Receive:
    """Return what gives a request's body once more."""
    left = iter(body)

    async def receive() -> Message:
        return next(left)

    return receive


def _spoilt(value: Json, kind: str) -> Json:
    """Return an answer of the same outline with wrong, missing or empty values."""
    if isinstance(value, list):
        return [_spoilt(part, kind) for part in value]
    if isinstance(value, dict):
        kept = list(value.items())[::2] if kind == "missing_fields" else value.items()
        return {name: _spoilt(part, kind) for name, part in kept}
    if kind == "missing_fields":
        return value
    if kind == "nulls":
        return None
    return {"odd": [value]} if isinstance(value, str) else "12o"


def _failing(status: int, **headers: str) -> Response:
    return JSONResponse(
        {"message": f"HTTP {status}"}, status, {k.replace("_", "-"): v for k, v in headers.items()}
    )


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise ConnectionError("closed without an answer")


_SIMPLE: dict[str, ASGIApp] = {
    **{str(code): _failing(code) for code in (400, 401, 403, 404, 429, 500, 503)},
    "403_page": Response(_PAGE, 403, media_type="text/html"),
    "429_after": _failing(429, retry_after="120"),
    "429_date": _failing(429, retry_after=HTTP_DATE),
    "204": Response(status_code=204),
    "html": Response(_PAGE, media_type="text/html"),
    "empty": Response(b"", media_type="application/json"),
    "broken_json": Response(b'[{"activityId": 1', media_type="application/json"),
    "refuse": _refuse,
}


@contextmanager
def running(fake: Garmin) -> Iterator[str]:
    """Serve the fake in a thread and yield its address. `fake.app` may be replaced meanwhile."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await fake.app(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0))
    # Without it every answer waits 40 ms for the client's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
        listener.close()
