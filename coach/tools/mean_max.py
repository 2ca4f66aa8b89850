"""What was held for how long: the mean-maximal curve of a span of days."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.period_curves import held_for, period_curve
from coach.store import activities
from coach.store.history import history_of
from coach.text import say
from coach.text.formats import duration
from coach.tools.facts import Facts, day_name, of_activity, opening, period_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

DAYS = 90
METRIC = {"pace": "speed_curve", "hr": "hr_curve", "power": "power_curve"}
# What is said in words: the durations that athletes compare.
SAID_S = {"pace": (60, 300, 1200, 3600), "hr": (60, 300, 1200, 3600), "power": (5, 60, 300, 1200, 3600)}
UNIT = {"hr": "bpm", "power": "W"}


class MeanMaxArgs(Args):
    channel: Literal["pace", "hr", "power"] = Field("pace", description="of what")
    start: Day | None = Field(None, description="first day; the last 90 days if left out")
    end: Day | None = Field(None, description="last day; else today")


@tool(effect="read")
def mean_max(ctx: ToolContext, args: MeanMaxArgs) -> Result:
    """Best pace, heart rate or power held for each duration in a span of days, against all time."""
    end = min(args.end or ctx.today, ctx.today)
    start = min(args.start or end - timedelta(days=DAYS), end)
    metric, period = METRIC[args.channel], period_name(ctx, start, end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        history = history_of(session, ctx.athlete.id, ctx.today, measures=(metric,))
        rows = {row.id: row for row in activities.find(session, ctx.athlete.id, sport=Sport.run, limit=None)}
    ever = [] if history is None else [p for p in history.activities if p.sport is Sport.run]
    within = [p for p in ever if start <= p.day <= end]
    curve, whole = period_curve(within, metric), period_curve(ever, metric)
    if not curve:
        none = Note(key=f"fitness.held_none_{args.channel}", params={"period": opening(ctx, period)})
        return Result(says=(none,), notes=(Note(key="tools.no_data_yet"),) if not rows else ())
    facts = Facts(ctx)
    read = {source for p in within if p.activity_id in rows for source in rows[p.activity_id].sources}
    says = [Note(key=f"fitness.held_lead_{args.channel}", params={"period": opening(ctx, period)})]
    best_ever = []
    for seconds in SAID_S[args.channel]:
        held, record = held_for(curve, seconds), held_for(whole, seconds)
        if held is None or record is None or held.activity_id not in rows:
            continue
        what, row = duration(seconds, ctx.lang, "words" if seconds >= 60 else "prose"), rows[held.activity_id]
        key = facts.add(
            f"held.{seconds}",
            "best_pace_s_per_km" if args.channel == "pace" else f"held_{args.channel}",
            1000 / held.best if args.channel == "pace" else held.best,
            UNIT.get(args.channel, "s_per_km"),
            of_activity(ctx, row),
            label=say(ctx.lang, "fitness.label_held", what=what),
            rows=[row],
            sources=read,
        )
        line = {"what": what, "day": day_name(ctx, held.day)}
        says.append(Note(key="fitness.held_line", params=line, facts={"value": key}))
        if held == record and len(within) < len(ever):
            best_ever.append(what)
    if best_ever:
        says.append(Note(key="fitness.held_best_ever", params={"what": ", ".join(best_ever)}))
    chart = Card(
        kind="chart",
        chart="mean_max",
        title=say(ctx.lang, "charts.mean_max"),
        params={"channel": args.channel, "start": start.isoformat(), "end": end.isoformat()},
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(chart,))
