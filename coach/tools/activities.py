"""Activities: finding them, and one of them in depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.domain.metrics.registry import Measure, Unknown
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import say
from coach.text.formats import distance
from coach.tools.facts import Facts, activity_name, day_name, of_activity, sport_name
from coach.tools.spec import Args, Card, Note, Question, Result, ToolContext, tool
from coach.tools.which import Which, which

Part = Literal["summary", "splits", "laps", "zones", "best_efforts", "drift", "dynamics"]

SUMMARY = ("avg_hr_bpm", "max_hr_bpm", "graded_pace_s_per_km", "ascent_m", "avg_cadence_spm", "training_load")
DRIFT = ("decoupling_pct", "efficiency_factor")
DYNAMICS = ("avg_cadence_spm", "stride_length_m", "avg_power_w")
BESTS_SHOWN = (400.0, 1000.0, 1609.344, 5000.0, 10_000.0, 21_097.5, 42_195.0)

Measured = Mapping[str, Measure | Unknown]


class FindArgs(Args):
    start: date | None = None
    end: date | None = None
    sport: Sport | None = None
    race: bool | None = None
    min_distance_m: float | None = Field(None, ge=0)
    max_distance_m: float | None = Field(None, ge=0)
    text: str = Field("", description="words in the name or note", max_length=200)
    order: Literal["newest", "oldest", "longest", "fastest"] = "newest"
    limit: int = Field(10, ge=1, le=50)


class ShowArgs(Which):
    parts: tuple[Part, ...] = ("summary",)


def _core(facts: Facts, key: str, row: Row, subject: Subject) -> None:
    """Add distance, moving time and pace (or, of a ride, speed) of an activity under `key`."""
    seconds = row.moving_s or row.timer_s or row.elapsed_s
    facts.add(
        f"{key}.distance_m",
        "distance_m",
        row.distance_m,
        "m",
        subject,
        rows=[row],
        because=None if row.distance_m is not None else "no_distance",
    )
    facts.add(f"{key}.moving_s", "moving_s", seconds, "s", subject, rows=[row])
    if row.distance_m and seconds:
        if row.sport == Sport.ride:
            facts.add(f"{key}.speed_mps", "speed_mps", row.distance_m / seconds, "mps", subject, rows=[row])
        elif row.sport == Sport.swim:
            pace = 100 * seconds / row.distance_m
            facts.add(f"{key}.pace_s_per_100m", "pace_s_per_100m", pace, "s_per_100m", subject, rows=[row])
        else:
            pace = 1000 * seconds / row.distance_m
            facts.add(f"{key}.pace_s_per_km", "pace_s_per_km", pace, "s_per_km", subject, rows=[row])


@tool(effect="read")
def activities_find(ctx: ToolContext, args: FindArgs) -> Result:
    """List activities by day, sport, distance, race or words in their name; newest, longest or fastest."""
    facts = Facts(ctx)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        rows = activities.find(
            session,
            ctx.athlete.id,
            start=args.start,
            end=args.end,
            sport=args.sport,
            race=args.race,
            min_distance_m=args.min_distance_m,
            max_distance_m=args.max_distance_m,
            text=args.text or None,
            limit=None,
        )
        hr = metrics.read(session, ctx.athlete.id, [row.id for row in rows[:500]], ["avg_hr_bpm"])
        empty = not rows and activities.count(session, ctx.athlete.id) == 0
    if not rows:
        notes = (Note(key="tools.no_data_yet"),) if empty else ()
        return Result(says=(Note(key="tools.find_none"),), notes=notes)
    total = len(rows)
    rows = _ordered(rows, args.order)[: args.limit]
    lines = []
    for row in rows:
        key, subject = f"activity.{row.id}", of_activity(ctx, row)
        _core(facts, key, row, subject)
        facts.measure(
            f"{key}.avg_hr_bpm", "avg_hr_bpm", hr.get(row.id, {}).get("avg_hr_bpm"), subject, rows=[row]
        )
        heart = f"{{{key}.avg_hr_bpm}}" if facts.value(f"{key}.avg_hr_bpm") else "–"
        speed = next(
            (
                f"{{{key}.{p}}}"
                for p in ("pace_s_per_km", "speed_mps", "pace_s_per_100m")
                if f"{key}.{p}" in facts
            ),
            "–",
        )
        far = f"{{{key}.distance_m}}" if row.distance_m is not None else "–"
        what = row.name or sport_name(ctx, row.sport)
        lines.append((day_name(ctx, row.local_date), what, far, f"{{{key}.moving_s}}", speed, heart))
    table = Card(
        kind="table",
        title=say(ctx.lang, "tools.find_title"),
        columns=tuple(
            say(ctx.lang, f"tools.column_{c}") for c in ("day", "what", "distance", "time", "pace", "hr")
        ),
        rows=tuple(lines),
    )
    facts.add("found.count", "activity_count", total, "count", _span(ctx, rows), rows=rows)
    first = rows[0]
    key = f"tools.find_{args.order}" if total > 1 else "tools.find_one"
    top = {"distance": f"activity.{first.id}.distance_m", "moving": f"activity.{first.id}.moving_s"}
    if first.distance_m is None:
        key, top = "tools.find_some", {}
    says = Note(
        key=key,
        params={"what": activity_name(ctx, first)},
        facts={"count": "found.count", **top},
    )
    return Result(facts=facts.all(), says=(says,), cards=(table,))


def _span(ctx: ToolContext, rows: Sequence[Row]) -> Subject:
    days = [row.local_date for row in rows]
    return Subject(kind="period", start=min(days), end=max(days), label=say(ctx.lang, "tools.found"))


def _ordered(rows: Sequence[Row], order: str) -> list[Row]:
    if order == "oldest":
        return list(reversed(rows))
    if order == "longest":
        return sorted(rows, key=lambda row: row.distance_m or 0.0, reverse=True)
    if order == "fastest":
        timed = [r for r in rows if r.distance_m and r.distance_m >= 1000 and (r.moving_s or r.elapsed_s)]
        return sorted(timed, key=lambda r: (r.moving_s or r.elapsed_s) / (r.distance_m or 1.0)) or list(rows)
    return list(rows)


@tool(effect="read")
def activity_show(ctx: ToolContext, args: ShowArgs) -> Result:
    """One activity in depth: summary, splits, laps, zones, best efforts, drift, running dynamics."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = which(ctx, session, args, "activity_show")
        if isinstance(row, Question):
            return Result(question=row)
        measured = metrics.read(session, ctx.athlete.id, [row.id]).get(row.id, {})
    facts, subject = Facts(ctx), of_activity(ctx, row)
    _core(facts, "run", row, subject)
    says, cards, notes = _summary(ctx, facts, row, measured, subject), [], _caveats(row)
    for part in args.parts:
        if part == "splits":
            name = "splits_mile" if ctx.athlete.units == "imperial" else "splits_km"
            more, card = _table(ctx, facts, row, measured, name, subject)
        elif part == "laps":
            more, card = _table(ctx, facts, row, measured, "laps", subject)
        elif part == "zones":
            more, card = zone_table(ctx, facts, "run", measured.get("hr_zones_s"), subject, [row])
        elif part == "best_efforts":
            more, card = _bests(ctx, facts, row, measured, subject)
        elif part in ("drift", "dynamics"):
            more, card = _numbers(facts, row, measured, part, subject), None
        else:
            continue
        says += more
        cards += [card] if card else []
    if row.has_samples:
        cards.append(
            Card(
                kind="chart",
                chart="splits" if "splits" in args.parts else "streams",
                title=activity_name(ctx, row),
                params={"activity_id": row.id},
            )
        )
    cards.append(Card(kind="activity", activity_id=row.id, title=activity_name(ctx, row)))
    return Result(facts=facts.all(), says=tuple(says), notes=tuple(notes), cards=tuple(cards))


def _summary(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> list[Note]:
    for name in SUMMARY:
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    named = {"what": activity_name(ctx, row)}
    core = {"distance": "run.distance_m", "moving": "run.moving_s"}
    if row.distance_m is None:
        says = [Note(key="tools.show_time", params=named, facts={"moving": "run.moving_s"})]
    elif "run.pace_s_per_km" in facts:
        says = [Note(key="tools.show_run", params=named, facts={**core, "pace": "run.pace_s_per_km"})]
    elif "run.speed_mps" in facts:
        says = [Note(key="tools.show_ride", params=named, facts={**core, "speed": "run.speed_mps"})]
    elif "run.pace_s_per_100m" in facts:
        says = [Note(key="tools.show_swim", params=named, facts={**core, "pace": "run.pace_s_per_100m"})]
    else:
        says = [Note(key="tools.show_plain", params=named, facts=core)]
    if facts.value("run.avg_hr_bpm"):
        says.append(
            Note(key="tools.show_hr", facts={"average": "run.avg_hr_bpm", "highest": "run.max_hr_bpm"})
        )
    climb, metres = facts.value("run.ascent_m"), row.distance_m or 0.0
    if climb and metres and climb / metres > 0.008 and facts.value("run.graded_pace_s_per_km"):
        says.append(
            Note(
                key="tools.show_hilly", facts={"ascent": "run.ascent_m", "graded": "run.graded_pace_s_per_km"}
            )
        )
    if facts.value("run.training_load"):
        says.append(Note(key="tools.show_load", facts={"load": "run.training_load"}))
    return says


def _caveats(row: Row) -> list[Note]:
    """Say what is wrong or unusual about the recording."""
    notes = [Note(key=f"tools.flag_{flag}") for flag in row.flags if flag in FLAGS]
    if row.distance_origin != "recorded":
        notes.append(Note(key=f"tools.distance_{row.distance_origin}"))
    elif row.treadmill:
        notes.append(Note(key="tools.treadmill_distance"))
    return notes


FLAGS = ("truncated", "bad_crc", "no_header", "time_jump", "no_samples")


def _table(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, name: str, subject: Subject
) -> tuple[list[Note], Card | None]:
    """Add the rows of a split table as facts and return the table."""
    table = measured.get(name)
    facts.measure(f"run.{name}", name, table, subject, rows=[row])
    if not isinstance(table, Measure):
        return [Note(key="tools.part_unknown", facts={"why": f"run.{name}"})], None
    lines = []
    for line in table.detail["rows"]:
        key, cells = f"{name}.{line['index']}", [str(line["index"])]
        for column, unit in (
            ("distance_m", "m"),
            ("moving_s", "s"),
            ("pace_s_per_km", "s_per_km"),
            ("avg_hr_bpm", "bpm"),
            ("ascent_m", "m"),
        ):
            value = line.get(column)
            if value is None:
                cells.append("–")
                continue
            label = say(
                ctx.lang, "tools.split_label", n=line["index"], what=say(ctx.lang, f"metric.{column}")
            )
            facts.add(f"{key}.{column}", column, value, unit, subject, rows=[row], label=label)
            cells.append(f"{{{key}.{column}}}")
        lines.append(tuple(cells))
    says: list[Note] = []
    paced = [
        (line["pace_s_per_km"], line["index"])
        for line in table.detail["rows"]
        if line.get("pace_s_per_km") and line.get("full", True)
    ]
    if len(paced) > 1:
        fastest, slowest = min(paced)[1], max(paced)[1]
        says.append(
            Note(
                key=f"tools.{name}_range",
                params={"fastest": fastest, "slowest": slowest},
                facts={
                    "fast": f"{name}.{fastest}.pace_s_per_km",
                    "slow": f"{name}.{slowest}.pace_s_per_km",
                },
            )
        )
    columns = ("split", "distance", "time", "pace", "hr", "ascent")
    return says, Card(
        kind="table",
        title=say(ctx.lang, f"tools.{name}_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in columns),
        rows=tuple(lines),
    )


def zone_table(
    ctx: ToolContext,
    facts: Facts,
    key: str,
    zones: Measure | Unknown | None,
    subject: Subject,
    rows: Sequence[Row],
    metric: str = "hr_zones_s",
) -> tuple[list[Note], Card | None]:
    """Add the time in each zone as facts under `key` and return the table."""
    facts.measure(f"{key}.{metric}", metric, zones, subject, rows=rows)
    if not isinstance(zones, Measure):
        return [Note(key="tools.part_unknown", facts={"why": f"{key}.{metric}"})], None
    lines = []
    for line in zones.detail["rows"]:
        n = line["zone"]
        label = say(ctx.lang, "tools.zone_label", n=n)
        facts.add(
            f"{key}.{metric}.{n}.time_s",
            "zone_time_s",
            line["time_s"],
            "s",
            subject,
            rows=rows,
            label=label,
            estimated=zones.estimated,
        )
        facts.add(
            f"{key}.{metric}.{n}.share_pct",
            "zone_share_pct",
            line["share_pct"],
            "pct",
            subject,
            rows=rows,
            label=label,
            estimated=zones.estimated,
        )
        lines.append((label, f"{{{key}.{metric}.{n}.time_s}}", f"{{{key}.{metric}.{n}.share_pct}}"))
    top = max(zones.detail["rows"], key=lambda line: float(line["time_s"]))["zone"]
    says = [
        Note(
            key="tools.zones_most",
            params={"zone": say(ctx.lang, "tools.zone_label", n=top)},
            facts={"share": f"{key}.{metric}.{top}.share_pct"},
        )
    ]
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("zone", "time", "share"))
    title = say(ctx.lang, f"metric.{metric}")
    return says, Card(kind="table", title=title, columns=columns, rows=tuple(lines))


def _bests(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject
) -> tuple[list[Note], Card | None]:
    bests = measured.get("distance_bests")
    facts.measure("run.distance_bests", "distance_bests", bests, subject, rows=[row])
    if not isinstance(bests, Measure):
        return [Note(key="tools.part_unknown", facts={"why": "run.distance_bests"})], None
    lines = []
    for line in bests.detail["rows"]:
        metres = line["distance_m"]
        if not any(abs(metres - shown) < 1 for shown in BESTS_SHOWN):
            continue
        name = distance(metres, ctx.lang, ctx.athlete.units)
        key = f"best.{round(metres)}"
        facts.add(f"{key}.time_s", "best_time_s", line["time_s"], "s", subject, rows=[row], label=name)
        facts.add(
            f"{key}.pace_s_per_km",
            "best_pace",
            line["pace_s_per_km"],
            "s_per_km",
            subject,
            rows=[row],
            label=name,
        )
        lines.append((name, f"{{{key}.time_s}}", f"{{{key}.pace_s_per_km}}"))
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("distance", "time", "pace"))
    title = say(ctx.lang, "tools.bests_title")
    return [], Card(kind="table", title=title, columns=columns, rows=tuple(lines)) if lines else None


def _numbers(facts: Facts, row: Row, measured: Measured, part: str, subject: Subject) -> list[Note]:
    """Add single numbers of a part, and say those that are known (or why the first is not)."""
    names = DRIFT if part == "drift" else DYNAMICS
    for name in names:
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    known = [name for name in names if facts.value(f"run.{name}") is not None]
    if not known:
        return [Note(key="tools.part_unknown", facts={"why": f"run.{names[0]}"})]
    says = [Note(key=f"tools.say_{name}", facts={"value": f"run.{name}"}) for name in known]
    drift = facts.value("run.decoupling_pct")
    if part == "drift" and drift is not None:
        says.append(Note(key="tools.drift_steady" if drift < 5 else "tools.drift_high"))
    return says
