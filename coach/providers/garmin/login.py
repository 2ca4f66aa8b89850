"""Logging in: e-mail and password are used once, here, and are in nothing that leaves."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

from garminconnect import Garmin
from garminconnect.exceptions import GarminConnectAuthenticationError, GarminConnectTooManyRequestsError

from coach.config import Settings
from coach.errors import NeedsAthlete, ProviderTrouble, ServiceBroken
from coach.providers.contract import NeedsCode
from coach.providers.garmin import tokens
from coach.providers.garmin.library import TicketRefused, connect, disconnect

_LIMITED = re.compile(r"\b(429|427)\b")
_WALL = re.compile(r"captcha|bot challenge|HTTP 403", re.IGNORECASE)
# Each of the two addresses that a code is sent to answers; these are not about the code.
_NOT_ABOUT_THE_CODE = r"connection error|HTTP \d{3}|429 in JSON|unknown"
_ABOUT_THE_CODE = re.compile(rf"verifyCode: (?!{_NOT_ABOUT_THE_CODE})")


def begin(settings: Settings, email: str, password: str) -> str | NeedsCode:
    """Log in once and return the tokens, or the state of a login that waits for Garmin's code.

    One call is one sequence of the library's, which tries other ways in when Garmin's wall stops one; a
    refused password ends it at once. Raises NeedsAthlete or ServiceBroken; nothing of the library's errors
    is kept, since their frames hold the password.
    """
    garmin, client = connect(settings)
    trouble: ProviderTrouble | None = None
    try:
        # Not `garmin.login`: that reads tokens of anybody from the environment, and keeps the password.
        waiting, state = client.login(email.strip(), password, return_on_mfa=True)
        if waiting:
            return NeedsCode(json.dumps(state))
        return _tokens(garmin)
    except Exception as error:
        trouble = _refused(error)
    finally:
        disconnect(client)
    raise trouble


def finish(settings: Settings, state: str, code: str) -> str:
    """Complete a login with the code. After NeedsAthlete("garmin_code_wrong") the same state may be used
    again. Raises as `begin`."""
    waiting = _read_state(state)
    garmin, client = connect(settings)
    trouble: ProviderTrouble | None = None
    try:
        client.resume_login(waiting, "".join(code.split()))
        return _tokens(garmin)
    except Exception as error:
        trouble = _code_refused(error)
    finally:
        disconnect(client)
    raise trouble


def _read_state(state: str) -> dict[str, Any]:
    try:
        found = json.loads(state)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found:
        raise NeedsAthlete("garmin_login_again") from None
    return found


def _tokens(garmin: Garmin) -> str:
    # The login stands without the name: the account asks for it when it first needs it.
    with contextlib.suppress(Exception):
        name = garmin.connectapi("/userprofile-service/socialProfile").get("displayName")
        garmin.display_name = name if isinstance(name, str) else None
    return tokens.save(garmin)


def _refused(error: Exception) -> ProviderTrouble:
    """Say why there was no login, and whether the athlete can do anything about it."""
    text = str(error)
    if isinstance(error, TicketRefused):
        return NeedsAthlete("garmin_login_limited") if error.limited else ServiceBroken("garmin_login_failed")
    if isinstance(error, GarminConnectAuthenticationError):
        locked = "locked" in text.lower()
        return NeedsAthlete("garmin_account_locked" if locked else "garmin_password_wrong")
    if isinstance(error, GarminConnectTooManyRequestsError) or _LIMITED.search(text):
        return NeedsAthlete("garmin_login_limited")
    if _WALL.search(text):
        return NeedsAthlete("garmin_captcha")
    if "account restricted" in text:
        return NeedsAthlete("garmin_child_account")
    return ServiceBroken("garmin_login_failed" if "token rejected" in text else "garmin_no_answer")


def _code_refused(error: Exception) -> ProviderTrouble:
    """Say whether it was the code, the login that waited for it, or nobody looked at it."""
    text = str(error)
    if isinstance(error, TicketRefused) or not isinstance(error, GarminConnectAuthenticationError):
        return _refused(error)
    if _ABOUT_THE_CODE.search(text) or text.startswith("Widget MFA failed"):
        return NeedsAthlete("garmin_code_wrong")
    if not text.startswith("MFA verification failed"):
        return NeedsAthlete("garmin_login_again")
    limited = _LIMITED.search(text)
    return NeedsAthlete("garmin_login_limited") if limited else ServiceBroken("garmin_no_answer")
