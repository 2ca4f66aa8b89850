"""Finding activities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import say
from coach.tools.facts import Facts, activity_name, day_name, of_activity, opening, sport_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool
from coach.tools.which import fastest_first

Order = Literal["newest", "oldest", "longest", "fastest"]


class FindArgs(Args):
    start: Day | None = Field(None, description="first day")
    end: Day | None = Field(None, description="last day")
    sport: Sport | None = Field(None, description="all if left out")
    race: bool | None = Field(None, description="true: only races; false: none")
    min_distance_m: float | None = Field(None, ge=0, description="at least")
    max_distance_m: float | None = Field(None, ge=0, description="at most")
    text: str = Field("", description="words in the name or note", max_length=200)
    order: Order = Field("newest", description="fastest: by pace, runs from 1 km")
    limit: int = Field(10, ge=1, le=50, description="how many to show")


@tool(effect="read")
def activities_find(ctx: ToolContext, args: FindArgs) -> Result:
    """List activities by day, sport, distance, race or words; newest, longest or fastest."""
    athlete_id = ctx.athlete.id
    with ctx.db.athlete_session(athlete_id) as session:
        found = activities.find(
            session,
            athlete_id,
            start=args.start,
            end=args.end,
            sport=args.sport,
            race=args.race,
            min_distance_m=args.min_distance_m,
            max_distance_m=args.max_distance_m,
            text=args.text or None,
            limit=None,
        )
        found = _ordered(found, args.order)
        shown = found[: args.limit]
        hr = metrics.read(session, athlete_id, [row.id for row in shown], ["avg_hr_bpm"])
        empty = not found and activities.count(session, athlete_id) == 0
    if not found:
        hint = "tools.no_data_yet" if empty else "tools.find_no_race" if args.race else None
        return Result(says=(Note(key="tools.find_none"),), notes=(Note(key=hint),) if hint else ())
    facts, lines, known = Facts(ctx), [], {}
    for row in shown:
        key, subject = f"activity.{row.id}", of_activity(ctx, row)
        known[row.id] = facts.core(key, row, subject)
        heart = facts.measure(
            f"{key}.avg_hr_bpm", "avg_hr_bpm", hr.get(row.id, {}).get("avg_hr_bpm"), subject, rows=[row]
        )
        cells = [known[row.id].get("distance"), known[row.id]["moving"]]
        cells += [known[row.id].get("pace") or known[row.id].get("speed"), heart]
        what = row.name or sport_name(ctx, row.sport)
        lines.append((day_name(ctx, row.local_date), what, *(facts.cell(key) for key in cells)))
    columns = ("day", "what", "distance", "time", "pace", "hr")
    table = Card(
        kind="table",
        title=say(ctx.lang, "tools.find_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in columns),
        rows=tuple(lines),
    )
    said = _said(ctx, facts, args, found, known)
    return Result(facts=facts.all(), says=(said,), cards=(table,))


def _ordered(rows: Sequence[Row], order: Order) -> list[Row]:
    if order == "oldest":
        return list(reversed(rows))
    if order == "longest":
        return sorted(rows, key=lambda row: row.distance_m or 0.0, reverse=True)
    if order == "fastest":
        return fastest_first(rows) or list(rows)
    return list(rows)


def _said(
    ctx: ToolContext, facts: Facts, args: FindArgs, found: Sequence[Row], known: dict[int, dict[str, str]]
) -> Note:
    """Add how many were found, and say the first of them."""
    first = found[0]
    top = {name: known[first.id][name] for name in ("distance", "moving") if name in known[first.id]}
    if len(found) == 1:
        key = "tools.find_one" if "distance" in top else "tools.find_one_time"
        return Note(key=key, params={"what": opening(ctx, activity_name(ctx, first))}, facts=top)
    days = [row.local_date for row in found]
    span = Subject(kind="period", start=min(days), end=max(days), label=say(ctx.lang, "tools.found"))
    count = facts.add("found.count", "activity_count", len(found), "count", span, rows=found)
    named = {"what": activity_name(ctx, first)}
    if "distance" not in top:
        return Note(key="tools.find_some", params=named, facts={"count": count})
    return Note(key=f"tools.find_{args.order}", params=named, facts={"count": count, **top})
