"""Best efforts over all activities, or those of a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.bests import DISTANCES_M, DURATIONS_S
from coach.domain.metrics.registry import Measure
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import say
from coach.text.formats import distance, duration
from coach.tools.facts import Facts, day_name, of_activity
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool

SHOWN_M = (1000.0, 1609.344, 5000.0, 10_000.0, 21_097.5, 42_195.0)
NEAR = 0.03  # "5 km" means the 5,000 m best, "42 km" the marathon


class BestArgs(Args):
    distances_m: list[float] = Field([], max_length=12)
    durations_s: list[float] = Field([], max_length=12)
    start: date | None = None
    end: date | None = None
    sport: Sport | None = None
    limit: int = Field(1, ge=1, le=10, description="how many of each, the best first")


@dataclass(frozen=True)
class _Best:
    row: Row
    metres: float
    seconds: float


@tool(effect="read")
def best_efforts(ctx: ToolContext, args: BestArgs) -> Result:
    """Fastest times over distances, or longest ways within durations, with the activity they come from."""
    by_time = bool(args.durations_s) and not args.distances_m
    metric = "duration_bests" if by_time else "distance_bests"
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        rows = activities.find(
            session,
            ctx.athlete.id,
            start=args.start,
            end=args.end,
            sport=args.sport or Sport.run,
            limit=None,
        )
        read = metrics.read(session, ctx.athlete.id, [row.id for row in rows], [metric])
    bests = [
        _Best(row, float(line["distance_m"]), float(line["time_s"]))
        for row in rows
        if isinstance(m := read.get(row.id, {}).get(metric), Measure)
        for line in m.detail["rows"]
    ]
    if not bests:
        return Result(says=(Note(key="tools.bests_none"),), notes=(Note(key="tools.bests_why"),))
    facts, lines, missing = Facts(ctx), [], []
    wanted = _nearest(args.durations_s, DURATIONS_S) if by_time else _nearest(args.distances_m, DISTANCES_M)
    for target in wanted or list(SHOWN_M):
        of_target = sorted(
            (b for b in bests if abs((b.seconds if by_time else b.metres) - target) < 1),
            key=lambda b: -b.metres if by_time else b.seconds,
        )
        name = duration(target, ctx.lang) if by_time else distance(target, ctx.lang, ctx.athlete.units)
        if not of_target:
            missing.append(name)
        for place, best in enumerate(of_target[: args.limit]):
            key, subject = f"best.{round(target)}.{place + 1}", of_activity(ctx, best.row)
            rows_of = [best.row]
            facts.add(f"{key}.time_s", "best_time_s", best.seconds, "s", subject, rows=rows_of, label=name)
            facts.add(f"{key}.distance_m", "best_way_m", best.metres, "m", subject, rows=rows_of, label=name)
            pace = best.seconds / best.metres * 1000
            facts.add(
                f"{key}.pace", "best_pace_s_per_km", pace, "s_per_km", subject, rows=rows_of, label=name
            )
            shown = "distance_m" if by_time else "time_s"
            lines.append((name, f"{{{key}.{shown}}}", f"{{{key}.pace}}", day_name(ctx, best.row.local_date)))
    says = []
    asked = wanted[0] if wanted else None
    if asked is not None and f"best.{round(asked)}.1.time_s" in facts:
        key = f"best.{round(asked)}.1"
        best = min(
            (b for b in bests if abs((b.seconds if by_time else b.metres) - asked) < 1),
            key=lambda b: -b.metres if by_time else b.seconds,
        )
        says.append(
            Note(
                key="tools.best_way" if by_time else "tools.best_time",
                params={
                    "what": lines[0][0],
                    "day": day_name(ctx, best.row.local_date),
                },
                facts={"time": f"{key}.time_s", "way": f"{key}.distance_m", "pace": f"{key}.pace"},
            )
        )
    elif lines:
        says.append(Note(key="tools.bests_here"))
    if missing and wanted:
        says.append(Note(key="tools.bests_missing", params={"what": ", ".join(missing)}))
    columns = ("distance_of", "way" if by_time else "time", "pace", "day")
    card = Card(
        kind="table",
        title=say(ctx.lang, "tools.bests_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in columns),
        rows=tuple(lines),
    )
    return Result(facts=facts.all(), says=tuple(says), cards=(card,) if lines else ())


def _nearest(asked: list[float], known: tuple[float, ...]) -> list[float]:
    """Return the listed value nearest to each that was asked for; one that is not near any is left out."""
    result = []
    for value in asked:
        near = min(known, key=lambda k: abs(k - value))
        if abs(near - value) <= NEAR * near and near not in result:
            result.append(near)
    return result
