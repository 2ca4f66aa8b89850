"""What holds a secret does not show it: a traceback with locals, a log line or an assertion prints `repr`."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from coach.cli import logs
from coach.config import Settings
from coach.pipeline.logins import _Tokens
from coach.providers.contract import Granted, NeedsCode, Opening, Who
from coach.providers.strava.tokens import Tokens
from coach.store.vault import _Master

SECRET = "rotating-token-5f21c9"
UNKNOWN = "of-somebody-else-77aa"  # known to the log by its place only


def settings(place: Path = Path("/nowhere")) -> Settings:
    given = SecretStr(SECRET)
    return Settings(  # type: ignore[call-arg]
        _env_file=None, data_dir=place, secret_key=given, strava_client_id=1, strava_client_secret=given
    )


HOLDERS: list[Callable[[], object]] = [
    lambda: Opening(settings(), SECRET, keep=lambda _: None, clock=lambda: datetime.now(UTC)),
    lambda: NeedsCode(SECRET),
    lambda: Granted(SECRET, ("read",), Who("1")),
    lambda: Tokens(SECRET, SECRET, 1),
    lambda: _Tokens(SECRET),
    lambda: _Master.of(SECRET),
    settings,
]


@pytest.mark.parametrize("made", HOLDERS)
def test_no_object_shows_its_secret(made: Callable[[], object]) -> None:
    held = made()
    derived = _Master.of(SECRET).key
    for shown in (repr(held), str(held), f"{[held]}"):
        assert SECRET not in shown
        assert repr(derived)[2:-1] not in shown


def test_no_traceback_with_locals_shows_it() -> None:
    def fail(opening: Opening) -> None:
        raise RuntimeError("odd")

    try:
        fail(Opening(settings(), SECRET, keep=lambda _: None, clock=lambda: datetime.now(UTC)))
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "opening = Opening" in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    "said",
    [
        f"refused: client_secret={UNKNOWN}",
        f"wrapped with {SECRET}",
        f"{{'di_refresh_token': '{UNKNOWN}', 'expires': 1}}",
        f"POST /api/v1/strava/webhook/{UNKNOWN}",
        f"GET /api/v1/strava/callback?state=x&code={UNKNOWN}",
        f"GET /api/v1/strava/callback?state={UNKNOWN}&code=x",
    ],
)
def test_no_log_shows_it(said: str) -> None:
    formatter = logs.Redacting(logs.FORMAT, logs.secrets_of(settings()))
    record = logging.LogRecord("coach.test", logging.ERROR, __file__, 1, "%s", (said,), None)
    shown = formatter.format(record)
    assert SECRET not in shown
    assert UNKNOWN not in shown


def test_no_log_shows_what_the_installation_was_given() -> None:
    """However it is written: each of several secrets, and the application's."""
    given = settings().model_copy(
        update={
            "secret_key": SecretStr("first passphrase, second passphrase"),
            "strava_client_secret": SecretStr(SECRET),
        }
    )
    assert {"first passphrase", "second passphrase", SECRET} <= set(logs.secrets_of(given))
