"""What the processes log: our own words, without secrets, and of libraries only what went wrong."""

from __future__ import annotations

import logging
import re

from coach.config import Settings

OURS = ("coach", "api", "bots", "__main__")
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SHORTEST_SECRET = 6  # shorter ones would blacken ordinary words
_SHAPES = (
    # Login links, bearer tokens, session cookies, passwords in addresses, keys of model providers.
    (re.compile(r"(/login/|/auth/link/|/strava/webhook/)[\w.~%-]+"), r"\1…"),
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"), r"\1…"),
    (re.compile(r"(?i)((?:__Host-)?hanbal=)[\w.~+/=-]+"), r"\1…"),
    (re.compile(r"([?&](?:code|state)=)[^&\s\"']+"), r"\1…"),  # back from a service's page
    (re.compile(r"(\w+://[^\s:/@]+:)[^\s@]+@"), r"\1…@"),
    (re.compile(r"DETAIL:[^\n]*"), "DETAIL: …"),  # Postgres quotes the row that it refused
    (re.compile(r"\bsk-[\w-]{8,}"), "sk-…"),
    (re.compile(r"\b\d{6,12}:[\w-]{30,}"), "…"),  # a bot's token, which is a part of every address it asks
    (re.compile(r"(?i)((?:api[_-]?key|token|password|secret)[\"']?\s*[:=]\s*[\"']?)[^\s\"',;}]+"), r"\1…"),
)


class Redacting(logging.Formatter):
    """Formats a record, traceback included, and blackens what must not be read in a log."""

    def __init__(self, fmt: str, secrets: list[str]) -> None:
        super().__init__(fmt)
        self._secrets = sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text


def configure(settings: Settings) -> None:
    """Log to standard error: `log_level` holds for our own modules, libraries tell only what went wrong.

    At DEBUG or INFO libraries write addresses, headers and bodies: multipart every piece of an upload, the
    event stream every word of an answer.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(FORMAT, secrets_of(settings)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())


def secrets_of(settings: Settings) -> list[str]:
    """Return what of the settings must appear in no log."""
    keys = [part.strip() for part in settings.openai_api_key.get_secret_value().split(",")]
    if settings.secret_key is not None:
        keys += [part.strip() for part in settings.secret_key.get_secret_value().split(",")]
    if settings.strava_client_secret is not None:
        keys.append(settings.strava_client_secret.get_secret_value())
    if settings.telegram_bot_token is not None:
        keys.append(settings.telegram_bot_token.get_secret_value())
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        password = re.search(r"://[^:/@]*:([^@]+)@", url)
        keys += [url, *([password.group(1)] if password else [])]
    return keys
