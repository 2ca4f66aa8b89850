"""A connection as the athlete reads it: its state, why, and how long the rest takes, in sentences."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.permission_words import consequences
from coach.config import Settings
from coach.domain.athlete import Athlete
from coach.domain.source import Permission, Source
from coach.errors import SetupError
from coach.pipeline import delivering
from coach.pipeline.sync_status import State, Status
from coach.providers.contract import Auth, Provider
from coach.text import Lang, formats, has, say


class AddressOut(BaseModel):
    """An address that is open. Its secret was shown once."""

    created_at: datetime
    last_used_at: datetime | None


class PermissionOut(BaseModel):
    to_model: bool = Field(description="An external language model may read it.")
    to_others: bool = Field(description="Other people, as the athlete's human coach, may see it.")
    keep_days: int | None = Field(description="Null: as long as the athlete wants.")


class ConnectionOut(BaseModel):
    """One service, as its panel shows it. Sentences are in the athlete's language; unknown is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "provider": "strava",
                    "title": "Strava",
                    "about": "Strava에 올린 활동을 가져와요.",
                    "auth": "oauth",
                    "ready": True,
                    "state": "waiting",
                    "said": "한도가 차서 14:30까지 기다려요.",
                    "because": "Strava가 15분에 허락하는 요청을 다 썼어요.",
                    "remaining": "활동 512개 가운데 210개를 가져왔어요. 다 가져오려면 45:00 정도 더 걸려요.",
                    "is_on": True,
                    "until": "2026-11-21T05:30:00Z",
                    "account_name": "하나",
                    "connected_at": "2026-11-20T01:12:00Z",
                    "synced_at": "2026-11-21T05:01:00Z",
                    "done": 210,
                    "total": 512,
                    "refused": 0,
                    "remaining_s": 2700,
                    "days_from": None,
                    "kept_since": None,
                    "can_upload": True,
                    "upload": False,
                    "can_send_workouts": False,
                    "workouts": False,
                    "address": None,
                    "source": "strava",
                    "permission": {"to_model": False, "to_others": False, "keep_days": 7},
                    "consequences": ["외부 언어 모델에는 보내지 않아요."],
                }
            ]
        }
    )

    provider: str
    title: str
    about: str = Field(description="What connecting it gives.")
    auth: Auth
    ready: bool = Field(description="Whether the operator has set up what connecting needs.")
    state: State
    said: str = Field(description="The state as a sentence.")
    because: str | None = Field(description="Why, for waiting, needs_you and broken, or when not ready.")
    remaining: str | None = Field(description="How far it is, as a sentence.")
    is_on: bool = Field(description="Whether there is anything to disconnect.")
    until: datetime | None = Field(description="When we try again by ourselves.")
    account_name: str
    connected_at: datetime | None
    synced_at: datetime | None
    done: int = Field(description="Activities that are here.")
    total: int | None = Field(description="Null until they are counted.")
    refused: int = Field(description="Activities that could not be read and are not asked for again.")
    remaining_s: float | None
    days_from: date | None = Field(description="Values of days are here from that day on.")
    kept_since: date | None = Field(description="What is older had to be deleted.")
    can_upload: bool = Field(description="Whether activities can be put there.")
    upload: bool = Field(description="Whether the athlete wants that.")
    can_send_workouts: bool = Field(description="Whether workouts of a plan can be put on a watch there.")
    workouts: bool = Field(description="Whether the athlete wants that, for plans that they approved.")
    address: AddressOut | None
    source: Source = Field(description="What its data count as: `PUT /sources/{source}`.")
    permission: PermissionOut
    consequences: list[str] = Field(description="The permission in words.")


def permission_out(permission: Permission) -> PermissionOut:
    """Return a permission with days instead of a span."""
    kept = permission.keep_for
    return PermissionOut(
        to_model=permission.to_model,
        to_others=permission.to_others,
        keep_days=None if kept is None else kept.days,
    )


def connection_out(
    status: Status, service: Provider, athlete: Athlete, settings: Settings, now: datetime
) -> ConnectionOut:
    """Return a connection in the athlete's words."""
    lang = athlete.lang
    not_ready = _not_ready(service, settings, lang)
    permission = status.permission
    return ConnectionOut(
        provider=status.provider,
        title=title_of(service.name, lang),
        about=say(lang, f"sync.{service.name}_about"),
        auth=status.auth,
        ready=not_ready is None,
        state=status.state,
        said=said(status, athlete, now),
        because=because(status, lang) or not_ready,
        remaining=remaining(status, lang),
        is_on=status.is_on,
        until=status.until,
        account_name=status.account_name,
        connected_at=status.connected_at,
        synced_at=status.synced_at,
        done=status.done,
        total=status.total,
        refused=status.refused,
        remaining_s=status.remaining_s,
        days_from=status.days_from,
        kept_since=status.kept_since,
        can_upload=status.uploads,
        upload=bool(status.options.get("upload", False)),
        can_send_workouts=service.name == delivering.SERVICE,
        workouts=service.name == delivering.SERVICE and delivering.wants_workouts(status.options),
        address=AddressOut(created_at=status.address.created_at, last_used_at=status.address.last_used_at)
        if status.address
        else None,
        source=service.source,
        permission=permission_out(permission),
        consequences=consequences(permission, lang),
    )


def title_of(provider: str, lang: Lang) -> str:
    """Return what a service is called."""
    return say(lang, f"sync.{provider}")


def said(status: Status, athlete: Athlete, now: datetime) -> str:
    """Return a connection's state as a sentence."""
    lang, title = athlete.lang, title_of(status.provider, athlete.lang)
    match status.state:
        case "connected":
            last = status.synced_at
            name: Literal["connected_new", "connected"] = "connected_new" if last is None else "connected"
            at = "" if last is None else moment(last, athlete, now)
            return say(lang, f"connections_api.said_{name}", name=title, at=at)
        case "waiting" | "broken" as state:
            if status.until is None or status.until <= now:
                return say(lang, f"connections_api.said_{state}_soon", name=title)
            return say(
                lang, f"connections_api.said_{state}", name=title, at=moment(status.until, athlete, now)
            )
        case "needs_you" if status.until is not None and status.until > now:
            # They let nobody log in for a while: the athlete is to act, but not yet.
            return say(lang, "connections_api.said_needs_you_later", at=moment(status.until, athlete, now))
        case state:
            return say(lang, f"connections_api.said_{state}", name=title)


def because(status: Status, lang: Lang) -> str | None:
    """Return why a connection waits or does not work, or None."""
    key = f"error.{status.because_key}"
    if status.state not in ("waiting", "needs_you", "broken") or not has(lang, key):
        return None
    return say(lang, key, **status.because_params)


def remaining(status: Status, lang: Lang) -> str | None:
    """Return how far the activities of a service are fetched, or None where there is nothing to say."""
    never = status.connected_at is None and status.done == 0
    if status.state in ("off", "pending") or status.auth is Auth.address or never:
        return None
    if status.total is None:
        return say(lang, "connections_api.counting", n=status.done)
    if status.done >= status.total:
        return say(lang, "connections_api.all_here", n=status.total) if status.total else None
    if status.remaining_s is None:
        return say(lang, "connections_api.some_here", done=status.done, total=status.total)
    left = formats.duration(max(60.0, status.remaining_s), lang, "words")
    return say(lang, "connections_api.some_here_left", done=status.done, total=status.total, left=left)


def moment(at: datetime, athlete: Athlete, now: datetime) -> str:
    """Return a time of day where the athlete is, with its day unless that is today: `14:30`."""
    local, today = at.astimezone(athlete.zone), now.astimezone(athlete.zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{formats.day(local.date(), athlete.lang, today)} {local:%H:%M}"


def _not_ready(service: Provider, settings: Settings, lang: Lang) -> str | None:
    """Return what the operator still has to do before anybody can connect this service, or None."""
    if service.oauth is None:
        return None
    try:
        service.oauth.page(settings, "", "", write=False)
    except SetupError as error:
        return say(lang, f"error.{error.key}", **error.params)
    return None
