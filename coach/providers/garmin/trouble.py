"""What the library raises, as what the coach understands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from typing import Any

from garminconnect.exceptions import GarminConnectAuthenticationError, GarminConnectTooManyRequestsError

from coach.errors import ComeBackLater, NeedsAthlete, ProviderTrouble, ServiceBroken

# Garmin names no limits; where it does not say how long either, a quarter of an hour was enough for others.
PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
_REFRESH_STATUS = re.compile(r"refresh failed: (\d{3})")


class PartMissing(Exception):
    """The answer is that there is nothing (404, an empty body), or that this one thing is not to be had.

    `certain` is False where the request may be at fault: then the next time may be different.
    """

    def __init__(self, what: str, *, certain: bool = True) -> None:
        super().__init__(what)
        self.certain = certain


class PartRefused(PartMissing):
    """Garmin itself refuses this one thing (not a wall in front of it)."""


def explain(
    error: Exception, refresh_error: Exception | None, now: datetime
) -> ProviderTrouble | PartMissing:
    """Return what is to be raised instead of the library's `error`.

    `refresh_error` is why the tokens could not be renewed before it, None when they could or need not be.
    """
    response = _response_of(error)
    status = getattr(response, "status_code", None)
    if isinstance(error, GarminConnectAuthenticationError) or status == 401:
        return _logged_out(refresh_error, now)
    if isinstance(error, GarminConnectTooManyRequestsError) or status == 429:
        return ComeBackLater("garmin_limit", until=now + _pause(response, now))
    if status == 404:
        return PartMissing("404")
    if status == 403:
        return PartRefused("403") if _is_json(response) else ServiceBroken("garmin_blocked")
    if status is not None and 400 <= status < 500 and status != 408:
        return PartMissing(str(status), certain=False)
    documents = [e.doc for e in _chain(error) if isinstance(e, JSONDecodeError)]
    if documents:
        return ServiceBroken("garmin_unreadable") if documents[0].strip() else PartMissing("empty")
    # The library tripped over the shape of an answer, which it reads before we do.
    if isinstance(error, AttributeError | LookupError | TypeError | ValueError):
        return PartMissing(type(error).__name__, certain=False)
    return ServiceBroken("garmin_no_answer")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def _response_of(error: Exception) -> Any:
    """Return the answer behind an error: the library leaves it at the error itself or at its cause."""
    return next((r for e in _chain(error) if (r := getattr(e, "response", None)) is not None), None)


def _logged_out(refresh_error: Exception | None, now: datetime) -> ProviderTrouble:
    """Tell tokens that are refused from tokens that could just not be renewed now."""
    if refresh_error is None:
        return NeedsAthlete("garmin_login_expired")
    if not isinstance(refresh_error, GarminConnectAuthenticationError):
        return ServiceBroken("garmin_no_answer")
    status = _REFRESH_STATUS.search(str(refresh_error))
    if status is None or status[1] in ("400", "401"):  # no refresh token, or invalid_grant
        return NeedsAthlete("garmin_login_expired")
    if status[1] == "429":
        return ComeBackLater("garmin_limit", until=now + PAUSE)
    return ServiceBroken("garmin_no_answer")


def _is_json(response: Any) -> bool:
    return "json" in str(response.headers.get("content-type", "")).lower()


def _pause(response: Any, now: datetime) -> timedelta:
    """Return how long Retry-After asks to wait (seconds or an HTTP date), within reason."""
    said = "" if response is None else str(response.headers.get("retry-after", "")).strip()
    if said.isdecimal():
        asked = timedelta(seconds=min(int(said[:9]), LONGEST_PAUSE.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(said)
        except ValueError:
            return PAUSE
        asked = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(asked, timedelta(seconds=1)), LONGEST_PAUSE)
