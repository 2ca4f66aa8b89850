"""The page of connections: the services, what failed, and what each source permits."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.connection_view import moment, title_of
from api.deps import House, Who
from api.routers.connections import every_connection
from api.templates import page
from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.providers.contract import Auth
from coach.store import athletes, connections, job_failures, permissions
from coach.store.job_failures import Failure
from coach.text import Lang, has, say

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

# What the athlete says and gives is theirs without limits; only services can forbid anything.
LIMITED = (Source.garmin, Source.strava, Source.apple_health, Source.sheets)
# What gives most comes first: a watch, then what others made of it, then what sends by itself.
ORDER = (Auth.password, Auth.oauth, Auth.address)
KEEP_CHOICES = (None, 7, 30, 365)
UPLOAD_SCOPE = "activity:write"


@router.get("/connections", name="connections_page")
def connections_page(house: House, who: Who, trouble: str = "") -> HTMLResponse:
    """Show every service; `trouble` is the key of an error that a login at a service came back with."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        failed = job_failures.waiting(s, limit=20)
        allowed = permissions.read(s)
        scopes = {c.provider: c.scopes for c in connections.every(s)}
    lang = athlete.lang
    return page(
        "connections.html",
        lang,
        # Somebody else's login link leads into somebody else's account: say whose this is.
        name=athlete.name,
        trouble=_trouble(trouble, lang),
        services=[
            {
                "one": connection,
                "may_upload": UPLOAD_SCOPE in scopes.get(connection.provider, ()),
            }
            for connection in sorted(every_connection(house, who), key=lambda one: ORDER.index(one.auth))
        ],
        failures=[
            {
                "id": failure.job_id,
                "what": _job(failure, lang),
                "why": _why(failure, lang),
                "when": moment(failure.failed_at, athlete, now),
            }
            for failure in failed
        ],
        sources=[_source(source, allowed[source], lang) for source in LIMITED],
        operator=who.role == "admin",
    )


def _trouble(key: str, lang: Lang) -> str:
    """Return what a login at a service came back with, "" for anything else that the address says.

    The address carries no parameters, which anybody could make up: another
    sentence stands for one that needs them.
    """
    if not key.startswith(("oauth_", "strava_", "account_", "login_")) or not has(lang, f"error.{key}"):
        return ""
    try:
        return say(lang, f"error.{key}")
    except KeyError:
        return say(lang, "connections_api.login_failed")


def _source(source: Source, permission: Permission, lang: Lang) -> dict[str, Any]:
    keep = permission.keep_for.days if permission.keep_for else None
    choices = list(KEEP_CHOICES)
    if keep not in choices:
        choices.append(keep)
    return {
        "name": source.value,
        "title": say(lang, f"connections_api.source_{source}"),
        "to_model": permission.to_model,
        "to_others": permission.to_others,
        "keep_days": keep,
        "choices": choices,
        "changed": permission != DEFAULT_PERMISSIONS[source],
    }


def _job(failure: Failure, lang: Lang) -> str:
    key = f"connections_api.job_{failure.job}"
    if not has(lang, key):
        return say(lang, "connections_api.job_unnamed")
    provider = failure.args.get("provider")
    return say(lang, key, name=title_of(str(provider), lang) if provider else "")


def _why(failure: Failure, lang: Lang) -> str:
    key = f"error.{failure.error_key}"
    return say(lang, key if has(lang, key) else "error.job_failed", **failure.error_params)
