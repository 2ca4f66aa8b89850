"""How a connection is told of: its name, its reason, its moments, and the way to the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any, Literal

from coach.pipeline.sync_status import Status, statuses
from coach.store import accounts
from coach.text import has, say
from coach.text.formats import duration
from coach.tools.facts import day_name
from coach.tools.spec import Card, Note, ToolContext

Named = Literal["garmin", "strava", "apple_health", "sheets"]
PAGE = "/connections"


def every(ctx: ToolContext) -> dict[str, Status]:
    """Return the status of each service that can be connected, by its name."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        return {status.provider: status for status in statuses(session, ctx.now)}


def service(ctx: ToolContext, name: str) -> str:
    """Return what a service is called."""
    return say(ctx.lang, f"sync.{name}")


def moment(ctx: ToolContext, at: datetime) -> str:
    """Return a moment by the athlete's clock, with the day where that is not today."""
    local = at.astimezone(ctx.athlete.zone)
    clock = f"{local:%H:%M}"
    if local.date() == ctx.today:
        return say(ctx.lang, "connections_told.until_today", clock=clock)
    return say(ctx.lang, "connections_told.until_day", clock=clock, day=day_name(ctx, local.date()))


def about(ctx: ToolContext, seconds: float) -> str:
    """Return roughly how long something takes: the longer, the rougher."""
    minutes = max(1, ceil(seconds / 60))
    step = 1 if minutes <= 10 else 5 if minutes <= 90 else 30
    return duration(60 * step * ceil(minutes / step), ctx.lang, "words")


def why(ctx: ToolContext, key: str | None, params: Mapping[str, Any]) -> str:
    """Return why a connection does not work."""
    if key is None or not has(ctx.lang, f"error.{key}"):
        return say(ctx.lang, "connections_told.why_unknown")
    return say(ctx.lang, f"error.{key}", **params)


def way(ctx: ToolContext, name: str, *, connected: bool) -> tuple[Note, Card | None]:
    """Return how to get to a service's panel: a sentence and, where one can be given, a link.

    On our page it is the page itself. Elsewhere whoever shows the card makes a link of it that logs in, once:
    conversations are kept, and read by the chat on somebody else's site, which may do less than its athlete.
    That chat gets none itself.
    """
    target = f"{PAGE}#{name}"
    title = say(
        ctx.lang,
        f"connections_told.{'manage' if connected else 'connect'}_title",
        service=service(ctx, name),
    )
    if ctx.channel == "web":
        return Note(key="connections_told.link_page"), Card(kind="link", title=title, href=target)
    if ctx.channel == "widget":
        return Note(key="connections_told.link_login"), None
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        account = accounts.own(session)
    if account is None:
        return Note(key="connections_told.link_login"), None
    valid = about(ctx, accounts.LINK_VALID_S)
    note = Note(key="connections_told.link_once", params={"time": valid})
    return note, Card(kind="link", title=title, href=target)
