"""What goes wrong between Strava and us → the coach's errors. Nothing else escapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests

from coach.errors import CoachError, ComeBackLater, NeedsAthlete, ProviderTrouble, ServiceBroken
from coach.providers.strava import limits

# What libraries raise when an answer is not what they expect. A validation error of pydantic is a ValueError.
ODD_ANSWER = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, AssertionError)
REASON_CHARS = 200


class LoginRefused(NeedsAthlete):
    """The access token is not, or no longer, good: a new one may be."""


class NotThere(ServiceBroken):
    """404. Who expects it catches it."""


class Refused(ServiceBroken):
    """Another 4xx, with what it says. `answer` is its JSON, or None."""

    def __init__(self, key: str, *, answer: Any, **params: Any) -> None:
        super().__init__(key, **params)
        self.answer = answer


@contextmanager
def translated(clock: Callable[[], datetime], *, hidden: bool = False) -> Iterator[None]:
    """Turn everything that a call may raise into ProviderTrouble.

    `hidden`: leave the cause out, because the address of the call holds a secret.
    """
    try:
        yield
    except CoachError:
        raise
    except (requests.RequestException, *ODD_ANSWER) as error:
        raise trouble_of(error, clock()) from (None if hidden else error)


def trouble_of(error: Exception, now: datetime) -> ProviderTrouble:
    """Return what an exception of requests or stravalib means."""
    response = getattr(error, "response", None)
    if isinstance(response, requests.Response) and response.status_code >= 400:
        return _trouble_of_status(response, now)
    if isinstance(error, requests.Timeout):
        return ServiceBroken("strava_slow")
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return ServiceBroken("strava_unreachable")
    return ServiceBroken("strava_unreadable")


def _trouble_of_status(response: requests.Response, now: datetime) -> ProviderTrouble:
    status, answer = response.status_code, _json(response)
    if status == 429:
        _, until = limits.refused({}, response.headers, now)
        return ComeBackLater("strava_limit", until=until)
    if status >= 500:
        return ServiceBroken("strava_broken", status=status)
    if status == 404:
        return NotThere("strava_unreadable")
    if status == 401 and about_the_application(answer):
        return NeedsAthlete("strava_application_refused")
    if status == 401:
        missing = [e for e in _errors(answer) if e.get("code") == "missing"]
        if any("write" in str(e.get("field")) for e in missing):
            return NeedsAthlete("strava_write_missing")
        if any("permission" in str(e.get("field")) for e in missing):
            return NeedsAthlete("strava_scope_missing")
        return LoginRefused("strava_login_expired")
    if status == 403 and answer is not None:  # a page instead of JSON comes from something in between
        if any(
            (e.get("resource"), e.get("field"), e.get("code")) == ("Application", "Status", "Inactive")
            for e in _errors(answer)
        ):
            return NeedsAthlete("strava_application_inactive")
        return NeedsAthlete("strava_forbidden", reason=reason_of(answer))
    return Refused("strava_refused", answer=answer, status=status, reason=reason_of(answer))


def about_the_application(answer: Any) -> bool:
    """Whether an answer blames our application (its number or secret) rather than the athlete's login."""
    return any(e.get("resource") == "Application" for e in _errors(answer))


def reason_of(answer: Any) -> str:
    """Return what an answer says in words, short and without markup; "" when it says nothing."""
    if not isinstance(answer, dict):
        return ""
    said = [answer.get("error"), answer.get("message")]
    said += [" ".join(str(e.get(k) or "") for k in ("resource", "field", "code")) for e in _errors(answer)]
    return plain("; ".join(str(text) for text in said if text))


def plain(text: str) -> str:
    """Return a text of theirs without markup, cut to a sentence's length."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)).strip()[:REASON_CHARS]


def _errors(answer: Any) -> list[dict[str, Any]]:
    found = answer.get("errors") if isinstance(answer, dict) else None
    found = [found] if isinstance(found, dict) else found
    return [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
