"""Best efforts over all activities, or those of a span of days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.bests import DISTANCES_M, DURATIONS_S
from coach.domain.metrics.history import Past
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.verification import Level, level_of, race_of
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import has, say
from coach.text.formats import distance, duration
from coach.tools.completeness import gap_before
from coach.tools.facts import Facts, day_name, of_activity, opening, period_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

SHOWN_M = (1000.0, 1609.344, 5000.0, 10_000.0, 21_097.5, 42_195.0)
NEAR = 0.03  # "42 km" means the marathon


class BestArgs(Args):
    distances_m: list[float] = Field([], max_length=12, description="such as 5000")
    durations_s: list[float] = Field([], max_length=12, description="used without distances")
    start: Day | None = Field(None, description="first day; all time if left out")
    end: Day | None = Field(None, description="last day")
    sport: Sport | None = Field(None, description="runs if left out")
    limit: int = Field(1, ge=1, le=10, description="of each, best first")


@dataclass(frozen=True)
class _Best:
    row: Row
    metres: float
    seconds: float
    level: Level


def is_shown(metres: float) -> bool:
    """Whether a best over this distance is shown unasked."""
    return any(abs(metres - shown) < 1 for shown in SHOWN_M)


def best_name(ctx: ToolContext, metres: float) -> str:
    """Return what runners call a distance: `10 km`, `하프`, `half marathon`."""
    key = f"tools.best_of_{round(metres)}"
    named = say(ctx.lang, key) if has(ctx.lang, key) else ""
    return named or distance(metres, ctx.lang, ctx.athlete.units)


@tool(effect="read")
def best_efforts(ctx: ToolContext, args: BestArgs) -> Result:
    """Fastest times over distances, or longest ways within durations, with their activity."""
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
        names = [metric, "distance_bests", "distance_m", "elapsed_s"]
        read = metrics.read(session, ctx.athlete.id, [row.id for row in rows], names)
        empty = not rows and activities.count(session, ctx.athlete.id) == 0
        gap = gap_before(ctx, session, args.start)
    before = (gap.note("_records"),) if gap else ()
    bests = _bests(rows, read, metric)
    if not bests:
        why = Note(key="tools.no_data_yet" if empty else "tools.bests_why")
        return Result(says=(Note(key="tools.bests_none"),), notes=(*before, why))

    def name(target: float) -> str:
        return duration(target, ctx.lang, "words") if by_time else best_name(ctx, target)

    known = DURATIONS_S if by_time else DISTANCES_M
    asked = args.durations_s if by_time else args.distances_m
    wanted = [near for value in asked if (near := _near(value, known)) is not None]
    facts, lines, says, missing = Facts(ctx), [], [], []
    strange = [name(value) for value in asked if _near(value, known) is None]
    for target in dict.fromkeys(wanted or (known if by_time else SHOWN_M)):
        best = sorted(
            (b for b in bests if abs((b.seconds if by_time else b.metres) - target) < 1),
            key=lambda b: -b.metres if by_time else b.seconds,
        )[: args.limit]
        if not best:
            missing.append(name(target))
            continue
        for place, one in enumerate(best, start=1):
            key = f"best.{round(target)}.{place}"
            shown = _add(ctx, facts, key, one, name(target))
            cells = (shown["way" if by_time else "time"], shown["pace"])
            cell = (facts.cell(k) for k in cells)
            trust = say(ctx.lang, f"fitness.level_{one.level}")
            lines.append((opening(ctx, name(target)), *cell, day_name(ctx, one.row.local_date), trust))
        if wanted:
            first = f"best.{round(target)}.1"
            told = {"way": f"{first}.distance_m"} if by_time else {"time": f"{first}.time_s"}
            says.append(
                Note(
                    key="tools.best_way" if by_time else "tools.best_time",
                    params={"what": name(target), "day": day_name(ctx, best[0].row.local_date)},
                    facts={**told, "pace": f"{first}.pace"},
                )
            )
    if strange:
        says.append(Note(key="tools.bests_not_kept", params={"what": ", ".join(strange)}))
    if missing and wanted:
        says.append(Note(key="tools.bests_missing", params={"what": ", ".join(missing)}))
    if not wanted:
        says.append(_lead(ctx, args, by_time))
    columns = ("within" if by_time else "distance_of", "way" if by_time else "time", "pace", "day")
    card = Card(
        kind="table",
        title=say(ctx.lang, "tools.bests_title"),
        columns=(
            *(say(ctx.lang, f"tools.column_{c}") for c in columns),
            say(ctx.lang, "fitness.column_level"),
        ),
        rows=tuple(lines),
    )
    notes = (Note(key="fitness.bests_verified"),) if lines else ()
    return Result(
        facts=facts.all(), says=tuple(says), notes=(*before, *notes), cards=(card,) if lines else ()
    )


def _bests(
    rows: Sequence[Row], read: Mapping[int, Mapping[str, Measure | Unknown]], metric: str
) -> list[_Best]:
    """Return what each activity holds, with how far its distance can be believed.

    A race over a course distance counts there with its own time: what the watch calls the same distance
    within it ends before the finish.
    """
    found = []
    for row in rows:
        past = Past(row.id, row.local_date, row.sport, read.get(row.id, {}), row.race, row.treadmill)
        race, level, bests = race_of(past), level_of(past), past.measure(metric)
        lines = [] if bests is None else bests.detail["rows"]
        of_race = race if race and race.level is Level.race_confirmed and metric == "distance_bests" else None
        found += [
            _Best(row, float(line["distance_m"]), float(line["time_s"]), level)
            for line in lines
            if of_race is None or abs(line["distance_m"] - of_race.distance_m) >= 1
        ]
        if of_race is not None:
            found.append(_Best(row, of_race.distance_m, of_race.time_s, of_race.level))
    return found


def _near(asked: float, known: Sequence[float]) -> float | None:
    """Return the listed value that is meant, or None when it is near none of them."""
    near = min(known, key=lambda k: abs(k - asked))
    return near if abs(near - asked) <= NEAR * near else None


def _add(ctx: ToolContext, facts: Facts, key: str, best: _Best, label: str) -> dict[str, str]:
    """Add one best as facts; return their keys."""
    subject, pace = of_activity(ctx, best.row), 1000 * best.seconds / best.metres

    def add(name: str, metric: str, value: float, unit: str) -> str:
        return facts.add(f"{key}.{name}", metric, value, unit, subject, rows=[best.row], label=label)

    return {
        "time": add("time_s", "best_time_s", best.seconds, "s"),
        "way": add("distance_m", "best_way_m", best.metres, "m"),
        "pace": add("pace", "best_pace_s_per_km", pace, "s_per_km"),
    }


def _lead(ctx: ToolContext, args: BestArgs, by_time: bool) -> Note:
    key = "tools.bests_far" if by_time else "tools.bests_here"
    if args.start is None:
        return Note(key=key)
    period = period_name(ctx, args.start, args.end or ctx.today)
    return Note(key=f"{key}_in", params={"period": period})
