"""Settings, read once from the environment (and `.env`). Every one is optional."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.domain.model_cost import Price, parse_prices


def default_data_dir() -> Path:
    """Return where data lies unless `COACH_DATA_DIR` says otherwise.

    Root's home cannot be entered by the service user that runs the embedded Postgres, so root uses
    `/var/lib/hanbal`; everybody else the XDG data directory.
    """
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/hanbal/own")
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "hanbal" / "own"


class Settings(BaseSettings):
    """One value per environment variable; the names are the fields in upper case."""

    # Names are for code; without the prefix they were read from the environment, too: LANG, TZ, HOST …
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", populate_by_name=True, env_prefix="COACH_"
    )

    data_dir: Path = Field(default_factory=default_data_dir, validation_alias="COACH_DATA_DIR")
    database_url: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    host: str = Field("127.0.0.1", validation_alias="COACH_HOST")
    port: int = Field(8765, validation_alias="COACH_PORT")
    public_url: str | None = Field(None, validation_alias="COACH_PUBLIC_URL")
    lang: Literal["ko", "en"] = Field("ko", validation_alias="COACH_LANG")
    tz: str = Field("Asia/Seoul", validation_alias="COACH_TZ")
    log_level: str = Field("INFO", validation_alias="COACH_LOG_LEVEL")
    # Sites that may embed the chat widget, separated by commas.
    widget_origins: str = Field("", validation_alias="COACH_WIDGET_ORIGINS")

    # Any OpenAI-compatible endpoints, best first, separated by commas; keys and models line up with them.
    openai_base_url: str = Field("", validation_alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias="OPENAI_API_KEY")
    model: str = Field("", validation_alias="COACH_MODEL")
    model_timeout_s: float = Field(45, validation_alias="COACH_MODEL_TIMEOUT_S")
    model_retries: int = Field(2, validation_alias="COACH_MODEL_RETRIES")
    # Dollars for a million tokens: "model=read/written/cached", separated by commas.
    model_prices: str = Field("", validation_alias="COACH_MODEL_PRICES")
    model_log_days: int = Field(30, ge=1, validation_alias="COACH_MODEL_LOG_DAYS")
    # Search by meaning through an endpoint; without a model's name words are hashed here.
    embed_url: str = Field("", validation_alias="COACH_EMBED_URL")
    embed_model: str = Field("", validation_alias="COACH_EMBED_MODEL")
    embed_key: SecretStr = Field(SecretStr(""), validation_alias="COACH_EMBED_KEY")

    # One secret, or several separated by commas, the newest first; unset: a key file in the data directory.
    secret_key: SecretStr | None = Field(None, validation_alias="COACH_SECRET_KEY")
    # The application that the operator registered with Strava.
    strava_client_id: int | None = Field(None, validation_alias="STRAVA_CLIENT_ID")
    strava_client_secret: SecretStr | None = Field(None, validation_alias="STRAVA_CLIENT_SECRET")
    # Where Garmin and Strava answer; unset: their own addresses. For tests and the demo's invented ones.
    garmin_url: str | None = Field(None, validation_alias="COACH_GARMIN_URL")
    strava_url: str | None = Field(None, validation_alias="COACH_STRAVA_URL")
    sync_threads: int = Field(2, validation_alias="COACH_SYNC_THREADS")

    # The bot of this installation, as Telegram's BotFather gave it.
    telegram_bot_token: SecretStr | None = Field(None, validation_alias="TELEGRAM_BOT_TOKEN")
    # Telegram calls us under COACH_PUBLIC_URL, instead of us asking it again and again.
    telegram_webhook: bool = Field(False, validation_alias="COACH_TELEGRAM_WEBHOOK")
    # Where Telegram answers; unset: its own address. For tests, or a Bot API server of one's own.
    telegram_url: str | None = Field(None, validation_alias="COACH_TELEGRAM_URL")

    # Caps of one conversation turn, and of an athlete's day.
    max_tool_calls: int = Field(8, validation_alias="COACH_MAX_TOOL_CALLS")
    max_turn_s: float = Field(90, validation_alias="COACH_MAX_TURN_S")
    max_output_chars: int = Field(64_000, validation_alias="COACH_MAX_OUTPUT_CHARS")
    max_tokens_per_day: int = Field(400_000, validation_alias="COACH_MAX_TOKENS_PER_DAY")
    max_cost_per_day: float | None = Field(None, ge=0, validation_alias="COACH_MAX_COST_PER_DAY")
    # The same for all athletes together, by the day of UTC.
    max_tokens_per_day_all: int | None = Field(None, ge=0, validation_alias="COACH_MAX_TOKENS_PER_DAY_ALL")
    max_cost_per_day_all: float | None = Field(None, ge=0, validation_alias="COACH_MAX_COST_PER_DAY_ALL")
    max_upload_mb: int = Field(512, validation_alias="COACH_MAX_UPLOAD_MB")
    readers: int = Field(2, validation_alias="COACH_READERS")

    @model_validator(mode="before")
    @classmethod
    def empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Take an empty variable as one that is not set, as compose files write it."""
        return {name: value for name, value in values.items() if value != ""}

    @field_validator("model_prices")
    @classmethod
    def prices_can_be_read(cls, text: str) -> str:
        """Refuse prices that nobody can read at the start, not at the first call."""
        parse_prices(text)
        return text

    @cached_property
    def prices(self) -> Mapping[str, Price]:
        """Prices by the name of the model."""
        return parse_prices(self.model_prices)

    @property
    def inbox(self) -> Path:
        """Where uploaded files wait for their import."""
        return self.data_dir / "inbox"

    @property
    def has_model(self) -> bool:
        """Whether an external model is configured (a key, or a base URL that needs none)."""
        return bool(self.model and (self.openai_base_url or self.openai_api_key.get_secret_value()))


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the process's settings."""
    return Settings()
