"""Errors over HTTP: the only place that knows status codes. Bodies are RFC 9457 problems."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import date, datetime
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.headers import HEADERS
from api.language import browser_language, language_of
from api.templates import page
from coach import errors
from coach.charts.render import ChartFailed
from coach.text import Lang, say

log = logging.getLogger(__name__)

# The first class of an error's ancestry that stands here decides: status, title.
STATUS: dict[type[errors.CoachError], tuple[int, str]] = {
    errors.NotLoggedIn: (401, "not_logged_in"),
    errors.NotAllowed: (403, "not_allowed"),
    errors.NotFound: (404, "not_found"),
    errors.Conflict: (409, "conflict"),
    errors.TooLarge: (413, "too_large"),
    errors.NotEnoughData: (422, "bad_request"),
    errors.LimitReached: (429, "limit_reached"),
    ChartFailed: (503, "unavailable"),
    errors.ModelUnavailable: (503, "unavailable"),
    errors.SetupError: (503, "unavailable"),
    errors.NeedsAthlete: (409, "unavailable"),
    errors.ComeBackLater: (429, "limit_reached"),
    errors.ServiceBroken: (502, "unavailable"),
    errors.BadInput: (400, "bad_request"),
    errors.CoachError: (400, "bad_request"),
}


class FieldProblem(BaseModel):
    """One value of a request that cannot be used."""

    field: str = Field(examples=["message"])
    problem: str = Field(examples=["String should have at least 1 character"])


class FindingProblem(BaseModel):
    """One rule that stands against a plan."""

    rule: str = Field(examples=["weekly_rise"])
    severity: str = Field(description="`forbid` cannot be lifted; `warn` may be acknowledged.")
    said: str
    day: date | None = None
    week: int | None = None


class OfferProblem(BaseModel):
    """What would be safe instead of what was wished for: a goal, or a change of the same workout."""

    said: str
    goal: dict[str, Any] | None = None
    change: dict[str, Any] | None = None


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(
        description="`urn:hanbal:problem:` and the error's key.", examples=["urn:hanbal:problem:nothing_here"]
    )
    title: str = Field(examples=["찾을 수 없어요"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="A sentence for the athlete, in the athlete's language.",
        examples=["찾을 수 없어요. 지워졌거나 다른 사람의 것일 수 있어요."],
    )
    errors: list[FieldProblem] | None = None
    findings: list[FindingProblem] | None = Field(None, description="Of a plan that was refused.")
    offer: OfferProblem | None = Field(None, description="Where something else is safe.")


def problem(
    lang: Lang,
    status: int,
    title: str,
    key: str,
    params: dict[str, Any],
    *,
    fields: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
    findings: list[FindingProblem] | None = None,
    offer: OfferProblem | None = None,
) -> JSONResponse:
    """Return a problem response whose detail is `error.<key>` of the catalogue."""
    body = Problem(
        type=f"urn:hanbal:problem:{key}",
        title=say(lang, f"web.problem.{title}"),
        status=status,
        detail=say(lang, f"error.{key}", **params),
        errors=fields,
        findings=findings,
        offer=offer,
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True),
        status_code=status,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


def coach_problem(lang: Lang, error: errors.CoachError, now: datetime | None = None) -> JSONResponse:
    """Return the problem response of an error that was raised on purpose."""
    status, title = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {"retry-after": str(_wait_s(error, now))} if status == 429 else None
    return problem(lang, status, title, error.key, error.params, headers=headers)


def _wait_s(error: errors.CoachError, now: datetime | None) -> int:
    if isinstance(error, errors.ComeBackLater) and now is not None:
        return max(1, ceil((error.until - now).total_seconds()))
    return int(error.params.get("minutes", 1)) * 60


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


async def as_page(request: Request, answer: JSONResponse) -> Response:
    """Return a problem as a page, for whoever opened an address in a browser."""
    body = json.loads(bytes(answer.body))
    lang = await language_of(request)
    return page("error.html", lang, status=answer.status_code, title=body["title"], detail=body["detail"])


def install(app: FastAPI) -> None:
    """Turn every error of a request into a problem response."""

    @app.exception_handler(errors.CoachError)
    async def on_coach_error(request: Request, error: errors.CoachError) -> Response:
        wants_page = _wants_page(request)
        if wants_page and isinstance(error, errors.NotLoggedIn):
            return RedirectResponse("/login", status_code=303, headers={"cache-control": "no-store"})
        answer = coach_problem(await language_of(request), error, request.app.state.services.clock())
        return await as_page(request, answer) if wants_page else answer

    @app.exception_handler(RequestValidationError)
    async def on_bad_request(request: Request, error: RequestValidationError) -> Response:
        fields = [
            FieldProblem(
                field=".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]), problem=e["msg"]
            )
            for e in error.errors()[:20]
        ]
        first = fields[0]
        params = {"field": first.field, "problem": first.problem}
        return problem(
            await language_of(request), 422, "bad_request", "bad_request_field", params, fields=fields
        )

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        lang = await language_of(request)
        headers = dict(error.headers or {})
        if error.status_code == 404:
            answer = problem(lang, 404, "not_found", "no_such_page", {}, headers=headers)
            return await as_page(request, answer) if _wants_page(request) else answer
        if error.status_code == 405:
            return problem(lang, 405, "method", "no_such_method", {}, headers=headers)
        params = {"problem": str(error.detail)}
        return problem(lang, error.status_code, "bad_request", "not_json", params, headers=headers)

    @app.exception_handler(PoolTimeout)
    @app.exception_handler(OperationalError)
    async def on_busy(request: Request, error: Exception) -> Response:
        log.warning("database: %s", error)
        return problem(
            browser_language(request), 503, "unavailable", "database_busy", {}, headers={"retry-after": "3"}
        )

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> Response:
        incident = secrets.token_hex(4)
        # The route's own form of the address: what was filled in may be a secret.
        where = getattr(request.scope.get("route"), "path", "an unknown address")
        log.error("incident %s at %s %s", incident, request.method, where, exc_info=error)
        # Starlette answers this outside of every middleware, so the headers of `Guard` would be missing.
        return problem(
            browser_language(request), 500, "failed", "incident", {"incident": incident}, headers=HEADERS
        )


def with_problem_schemas(description: dict[str, Any]) -> dict[str, Any]:
    """Add what `documented` refers to: FastAPI knows only bodies of type application/json."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem_schema.pop("$defs"))
    schemas["Problem"] = problem_schema
    return description


# What a route may answer besides success, for the API's description.
def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI `responses` for problems with these status codes."""
    said = {
        400: "The request cannot be used.",
        401: "Not logged in.",
        403: "Not permitted.",
        404: "No such thing, or not this athlete's.",
        409: "It changed meanwhile, or exists already.",
        413: "Over the limit.",
        422: "A value is missing or of the wrong type.",
        429: "Too many attempts, or a cap is reached.",
        502: "The other service did not answer.",
        503: "Not possible right now.",
    }
    return {
        status: {
            "description": said[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
