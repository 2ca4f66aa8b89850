"""Which activity is meant. What is ambiguous is asked, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.errors import NotFound
from coach.store import activities, imports
from coach.store.activities import Row
from coach.store.session import Session
from coach.tools.facts import activity_choice, day_name, period_name, seconds_of, sport_name
from coach.tools.spec import Args, Choice, Day, Question, ToolContext

Pick = Literal["last", "longest", "fastest", "race", "uploaded"]
MAX_CHOICES = 6
SHORTEST_TO_COMPARE_M = 1000.0


class Which(Args):
    """Arguments that name one activity. With none of them it is the last one."""

    activity_id: int | None = Field(None, description="its number")
    day: Day | None = Field(None, description="its local date")
    pick: Pick | None = Field(
        None,
        description="uploaded: the latest files",
    )
    start: Day | None = Field(None, description="first day")
    end: Day | None = Field(None, description="last day")
    sport: Sport | None = Field(None, description="only this")


def which(ctx: ToolContext, session: Session, args: Which, tool: str) -> Row | Question:
    """Return the activity that `args` mean, or the question to ask when several are meant.

    Raises NotFound when none is.
    """
    athlete_id = ctx.athlete.id
    if args.activity_id is not None:
        return listed(session, athlete_id, args.activity_id)
    if args.pick == "uploaded":
        return _uploaded(ctx, session, args, tool)
    start, end = (args.day, args.day) if args.day else (args.start, args.end)
    race = True if args.pick == "race" else None
    only_last = args.day is None and args.pick in (None, "last")
    rows = activities.find(
        session,
        athlete_id,
        start=start,
        end=end,
        sport=args.sport,
        race=race,
        limit=1 if only_last else None,
    )
    if not rows:
        raise _nothing(ctx, args, activities.count(session, athlete_id) == 0)
    if args.pick == "longest":
        return max(rows, key=lambda row: row.distance_m or 0.0)
    if args.pick == "fastest":
        return (fastest_first(rows) or rows)[0]
    if len(rows) == 1 or args.pick == "last":
        return rows[0]
    key = "tools.ask_which" if args.day else "tools.ask_which_race"
    return _ask(ctx, key, rows, args, tool, **({"day": day_name(ctx, args.day)} if args.day else {}))


def _ask(ctx: ToolContext, key: str, rows: Sequence[Row], args: Which, tool: str, **params: str) -> Question:
    return Question(
        key=key,
        params={"n": len(rows), **params},
        field="activity_id",
        choices=tuple(
            Choice(label=activity_choice(ctx, row), value=str(row.id)) for row in rows[:MAX_CHOICES]
        ),
        tool=tool,
        args=args.model_dump(mode="json", exclude_none=True),
    )


def _uploaded(ctx: ToolContext, session: Session, args: Which, tool: str) -> Row | Question:
    """Return the activity that the latest import brought, or ask which when it brought several."""
    latest = imports.last(session, ctx.athlete.id)
    items = imports.items(session, latest.id) if latest else []
    ids = sorted({item.activity_id for item in items if item.activity_id is not None})
    found = [activities.get(session, ctx.athlete.id, activity_id) for activity_id in ids]
    rows = [r for r in found if r.deleted_at is None and args.sport in (None, r.sport)]
    if not rows:
        raise NotFound("uploads_without_activity")
    rows.sort(key=lambda row: row.start_at, reverse=True)
    return rows[0] if len(rows) == 1 else _ask(ctx, "tools.ask_which_uploaded", rows, args, tool)


def listed(session: Session, athlete_id: int, activity_id: int) -> Row:
    """Return an activity, or the one it was merged into. Raises NotFound, for a deleted one too."""
    row = activities.get(session, athlete_id, activity_id)
    if row.merged_into is not None:
        row = activities.get(session, athlete_id, row.merged_into)
    if row.deleted_at is not None:
        raise NotFound("activity_not_found")
    return row


def fastest_first(rows: Sequence[Row]) -> list[Row]:
    """Return those long enough to compare, the fastest first: runs, or where there are none, the others."""
    timed = [row for row in rows if (row.distance_m or 0.0) >= SHORTEST_TO_COMPARE_M and seconds_of(row)]
    runs = [row for row in timed if row.sport is Sport.run]
    return sorted(runs or timed, key=lambda row: seconds_of(row) / (row.distance_m or 1.0))


def _nothing(ctx: ToolContext, args: Which, empty: bool) -> NotFound:
    if empty:
        return NotFound("no_activity")
    if args.pick == "race":
        return NotFound("no_race")
    if args.day is not None:
        return NotFound("no_activity_on_day", day=day_name(ctx, args.day))
    if args.start is not None:
        return NotFound("no_activity_in", period=period_name(ctx, args.start, args.end or ctx.today))
    if args.sport is not None:
        return NotFound("no_activity_of_sport", sport=sport_name(ctx, args.sport))
    return NotFound("no_activity")
