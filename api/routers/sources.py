"""What each source permits in this installation, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.connection_view import PermissionOut, permission_out
from api.deps import House, Services, Who
from api.errors import documented
from api.permission_words import consequences, warning
from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.pipeline import retention
from coach.store import athletes, permissions, sync_system
from coach.text import Lang, say

router = APIRouter(prefix="/sources", tags=["connections"])


class PermissionIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"to_model": False, "to_others": False, "keep_days": 7}]},
    )

    to_model: bool
    to_others: bool
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | None = Field(
        description="Null: as long as the athlete wants."
    )


class SourceOut(BaseModel):
    """A source. `warning` is said where more is permitted than the source itself allows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "strava",
                    "title": "Strava",
                    "permission": {"to_model": False, "to_others": False, "keep_days": 7},
                    "default": {"to_model": False, "to_others": False, "keep_days": 7},
                    "is_default": True,
                    "consequences": ["외부 언어 모델에는 보내지 않아요."],
                    "warning": None,
                }
            ]
        }
    )

    source: Source
    title: str
    permission: PermissionOut
    default: PermissionOut
    is_default: bool
    consequences: list[str]
    warning: str | None


class SourceList(BaseModel):
    sources: list[SourceOut]
    may_change: bool = Field(description="Whether who asks is the operator.")


def every_source(house: Services, who: Who) -> SourceList:
    """Return what is in force."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
        found = permissions.read(s)
    return SourceList(
        sources=[_out(source, permission, lang) for source, permission in found.items()],
        may_change=who.role == "admin",
    )


def _out(source: Source, permission: Permission, lang: Lang) -> SourceOut:
    default = DEFAULT_PERMISSIONS[source]
    return SourceOut(
        source=source,
        title=say(lang, f"connections_api.source_{source}"),
        permission=permission_out(permission),
        default=permission_out(default),
        is_default=permission == default,
        consequences=consequences(permission, lang),
        warning=warning(source, permission, lang),
    )


def _set(house: Services, who: Who, source: Source, permission: Permission | None) -> SourceOut:
    sync_system.set_permission(house.db, source, permission)
    retention.permissions_changed(house.db)
    return next(one for one in every_source(house, who).sources if one.source is source)


@router.get("", name="list_sources", summary="What sources permit", responses=documented(401, 403))
def list_sources(house: House, who: Who) -> SourceList:
    return every_source(house, who)


@router.put(
    "/{source}",
    name="set_permission",
    summary="Set what a source permits",
    responses=documented(401, 403, 422),
)
def set_permission(source: Source, given: PermissionIn, house: House, who: Who) -> SourceOut:
    """For the operator, who answers for it. It holds for everybody here, and at once."""
    keep = None if given.keep_days is None else timedelta(days=given.keep_days)
    return _set(house, who, source, Permission(given.to_model, given.to_others, keep))


@router.delete(
    "/{source}",
    name="reset_permission",
    summary="Let a source permit what it does by itself",
    responses=documented(401, 403, 422),
)
def reset_permission(source: Source, house: House, who: Who) -> SourceOut:
    """For the operator."""
    return _set(house, who, source, None)
