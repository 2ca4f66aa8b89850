"""Which activity is meant. What is ambiguous is asked, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.errors import NotFound
from coach.store import activities
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.tools.facts import activity_choice, day_name
from coach.tools.spec import Args, Choice, Question, ToolContext

Pick = Literal["last", "longest", "fastest", "race"]
MAX_CHOICES = 6


class Which(Args):
    """Arguments that name one activity. With none of them it is the last one."""

    activity_id: int | None = Field(None, description="number of the activity, when known")
    day: date | None = Field(None, description="its local date")
    pick: Pick | None = Field(None, description="which one of those that match")
    start: date | None = Field(None, description="first day to look at")
    end: date | None = Field(None, description="last day to look at, included")
    sport: Sport | None = None


def which(ctx: ToolContext, session: Session, args: Which, tool: str) -> Row | Question:
    """Return the activity that `args` mean, or the question to ask when several are meant.

    Raises NotFound when none is.
    """
    athlete_id = ctx.athlete.id
    if args.activity_id is not None:
        return activities.get(session, athlete_id, args.activity_id)
    start, end = (args.day, args.day) if args.day else (args.start, args.end)
    rows = activities.find(
        session,
        athlete_id,
        start=start,
        end=end,
        sport=args.sport,
        race=True if args.pick == "race" else None,
        limit=None if args.pick in ("longest", "fastest") else MAX_CHOICES + 1,
    )
    if not rows:
        raise _nothing(ctx, args)
    if args.pick == "longest":
        return max(rows, key=lambda row: row.distance_m or 0.0)
    if args.pick == "fastest":
        return min(rows, key=_pace)
    if args.day is None or args.pick is not None or len(rows) == 1:
        return rows[0]
    return Question(
        key="tools.ask_which",
        params={"day": day_name(ctx, args.day), "n": len(rows)},
        field="activity_id",
        choices=tuple(
            Choice(label=activity_choice(ctx, row), value=str(row.id)) for row in rows[:MAX_CHOICES]
        ),
        tool=tool,
        args=args.model_dump(mode="json", exclude_none=True),
    )


def _pace(row: Row) -> float:
    """Return seconds per metre; what is too short to compare (under 1 km) comes last."""
    seconds = row.moving_s or row.elapsed_s
    if not row.distance_m or row.distance_m < 1000 or not seconds:
        return float("inf")
    return seconds / row.distance_m


def _nothing(ctx: ToolContext, args: Which) -> NotFound:
    if args.pick == "race":
        return NotFound("no_race")
    if args.day is not None:
        return NotFound("no_activity_on_day", day=day_name(ctx, args.day))
    if args.sport is not None:
        return NotFound("no_activity_of_sport", sport=say(ctx.lang, f"sports.{args.sport.value}"))
    return NotFound("no_activity")
