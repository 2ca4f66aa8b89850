"""When the coach speaks first: show it, switch kinds, set the day and the time, be quiet for a while."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Literal

from pydantic import Field

from coach.domain.nudges import Manners
from coach.store import nudge_settings
from coach.text import formats, say
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool

KINDS = ("weekly", "after_run", "morning", "alert", "race", "silence")
Kind = Literal["weekly", "after_run", "morning", "alert", "race", "silence", "all"]


class CheckinsArgs(Args):
    kind: Kind | None = Field(None, description="which")
    on: bool | None = Field(None, description="or off")
    day: int | None = Field(None, ge=0, le=6, description="weekly; Monday 0")
    at: str = Field("", max_length=5, description="HH:MM")
    pause_days: int | None = Field(None, ge=0, le=60, description="0 ends it")


@tool(effect="draft")
def checkins(ctx: ToolContext, args: CheckinsArgs) -> Result:
    """When the coach may speak first; changes only what is given."""
    fields = _fields(ctx, args)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        manners = (
            nudge_settings.change(session, ctx.today, **fields) if fields else nudge_settings.get(session)
        )
    rows = tuple((_name(ctx, kind), _when(ctx, manners, kind)) for kind in KINDS)
    quiet = say(
        ctx.lang, "inbox.told_quiet", start=_clock(manners.quiet_from), end=_clock(manners.quiet_until)
    )
    rows += ((say(ctx.lang, "inbox.checkins.quiet"), quiet),)
    columns = tuple(say(ctx.lang, f"inbox.column_{name}") for name in ("what", "when"))
    title = say(ctx.lang, "inbox.checkins.title")
    cards = (
        Card(kind="table", title=title, columns=columns, rows=rows),
        Card(kind="link", title=say(ctx.lang, "inbox.settings_open"), href="/settings#checkins"),
    )
    says = [Note(key=f"inbox.told_{'changed' if fields else 'now'}", general=True)]
    if manners.paused_until is not None and manners.paused_until > ctx.today:
        day = formats.day(manners.paused_until, ctx.lang, ctx.today)
        says.append(Note(key="inbox.checkins.paused", params={"day": day}))
    return Result(says=tuple(says), cards=cards)


def _fields(ctx: ToolContext, args: CheckinsArgs) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if args.kind is not None and args.on is not None:
        fields |= dict.fromkeys(KINDS if args.kind == "all" else (args.kind,), args.on)
    if args.day is not None:
        fields["weekly_day"] = args.day
    if args.at:
        fields["morning_at" if args.kind == "morning" else "weekly_at"] = args.at
    if args.pause_days is not None:
        ends = ctx.today + timedelta(days=args.pause_days)
        fields["paused_until"] = ends if args.pause_days else None
    return fields


def _name(ctx: ToolContext, kind: str) -> str:
    return say(ctx.lang, f"inbox.checkins.{kind}")


def _when(ctx: ToolContext, manners: Manners, kind: str) -> str:
    if not getattr(manners, kind):
        return say(ctx.lang, "inbox.told_off")
    match kind:
        case "weekly":
            day = formats.weekday_name(manners.weekly_day, ctx.lang)
            return say(ctx.lang, "inbox.told_weekly", day=day, time=_clock(manners.weekly_at))
        case "morning":
            return _clock(manners.morning_at)
    return say(ctx.lang, "inbox.told_on")


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
