"""One activity in depth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics.registry import Measure, Unknown
from coach.store import metrics
from coach.store.activities import Row
from coach.text import has, say
from coach.tools.bests import best_name, is_shown
from coach.tools.facts import Facts, activity_name, of_activity, opening
from coach.tools.spec import Card, Note, Question, Result, ToolContext, tool
from coach.tools.which import Which, which
from coach.tools.zones import zone_table

Part = Literal["summary", "splits", "laps", "zones", "best_efforts", "drift", "dynamics"]

SUMMARY = ("avg_hr_bpm", "max_hr_bpm", "graded_pace_s_per_km", "ascent_m", "avg_cadence_spm", "training_load")
NUMBERS = {
    "drift": ("decoupling_pct", "efficiency_factor"),
    "dynamics": ("avg_cadence_spm", "stride_length_m", "avg_power_w"),
}
SPLIT_COLUMNS = {
    "distance_m": "m",
    "moving_s": "s",
    "pace_s_per_km": "s_per_km",
    "avg_hr_bpm": "bpm",
    "ascent_m": "m",
}
HILLY = 0.008  # metres up per metre: from here on the flat pace is worth telling
STEADY_PCT = 5.0  # decoupling below this is commonly taken for an even effort

Measured = Mapping[str, Measure | Unknown]
Told = tuple[list[Note], Card | None]


class ShowArgs(Which):
    parts: tuple[Part, ...] = Field(
        ("summary",),
        description="what to tell; drift: decoupling and efficiency, dynamics: cadence, stride and power",
    )


@tool(effect="read")
def activity_show(ctx: ToolContext, args: ShowArgs) -> Result:
    """One activity in depth: summary, splits, laps, zones, best efforts, drift, running dynamics."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = which(ctx, session, args, "activity_show")
        if isinstance(row, Question):
            return Result(question=row)
        measured = metrics.read(session, ctx.athlete.id, [row.id]).get(row.id, {})
    facts, subject = Facts(ctx), of_activity(ctx, row)
    says, cards = _summary(ctx, facts, row, measured, subject), []
    for part in dict.fromkeys(args.parts):
        more, card = _part(ctx, facts, row, measured, part, subject)
        says += more
        cards += [card] if card else []
    title = opening(ctx, activity_name(ctx, row))
    if row.has_samples:
        chart = "splits" if "splits" in args.parts else "streams"
        cards.append(Card(kind="chart", chart=chart, title=title, params={"activity_id": row.id}))
    cards.append(Card(kind="activity", activity_id=row.id, title=title))
    return Result(
        facts=facts.all(), says=tuple(says), notes=tuple(_caveats(ctx, row, measured)), cards=tuple(cards)
    )


def _summary(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> list[Note]:
    core = facts.core("run", row, subject)
    for name in SUMMARY:
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    how = (
        "time"
        if "distance" not in core
        else "run"
        if "run.pace_s_per_km" in facts
        else "ride"
        if "run.speed_mps" in facts
        else "swim"
        if "run.pace_s_per_100m" in facts
        else "plain"
    )
    named = {"what": activity_name(ctx, row)}
    says = [Note(key=f"tools.show_{how}", params=named, facts=core)]
    if facts.value("run.avg_hr_bpm") and facts.value("run.max_hr_bpm"):
        says.append(
            Note(key="tools.show_hr", facts={"average": "run.avg_hr_bpm", "highest": "run.max_hr_bpm"})
        )
    climb, metres = facts.value("run.ascent_m"), row.distance_m or 0.0
    if climb and metres and climb / metres > HILLY and facts.value("run.graded_pace_s_per_km"):
        hilly = {"ascent": "run.ascent_m", "graded": "run.graded_pace_s_per_km"}
        says.append(Note(key="tools.show_hilly", facts=hilly))
    if facts.value("run.training_load"):
        says.append(Note(key="tools.show_load", facts={"load": "run.training_load"}))
    return says


def _caveats(ctx: ToolContext, row: Row, measured: Measured) -> list[Note]:
    """Say what is wrong or unusual about the recording, and what a load not by graded pace rests on."""
    notes = [Note(key=f"files.flag.{flag}") for flag in row.flags if has(ctx.lang, f"files.flag.{flag}")]
    load = measured.get("training_load")
    method = load.detail.get("method") if isinstance(load, Measure) else None
    if method is not None and method != "graded_pace":
        notes.append(Note(key=f"metrics.method_{method}"))
        if method == "heart_rate" and ctx.athlete.sex is None:
            notes.append(Note(key="metrics.sex_unknown"))
    if row.distance_m is not None and row.distance_origin != "recorded":
        notes.append(Note(key=f"tools.distance_{row.distance_origin}"))
    elif row.treadmill and row.distance_m is not None:
        notes.append(Note(key="tools.treadmill_distance"))
    return notes


def _part(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, part: Part, subject: Subject) -> Told:
    """Add the facts of one part; return its sentences and its table."""
    match part:
        case "splits":
            name = "splits_mile" if ctx.athlete.units == "imperial" else "splits_km"
            return _splits(ctx, facts, row, measured, name, subject)
        case "laps":
            return _splits(ctx, facts, row, measured, "laps", subject)
        case "zones":
            return zone_table(ctx, facts, "run", measured.get("hr_zones_s"), subject, [row])
        case "best_efforts":
            return _bests(ctx, facts, row, measured, subject)
        case "drift" | "dynamics":
            return _numbers(facts, row, measured, part, subject), None
        case "summary":
            return [], None  # told in any case


def _unknown(facts: Facts, row: Row, measured: Measured, name: str, subject: Subject) -> Told:
    """Say why a part could not be computed."""
    why = facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    return [Note(key="tools.part_unknown", facts={"why": why})], None


def _splits(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, name: str, subject: Subject
) -> Told:
    """Add the rows of a split table as facts and return the table."""
    table = measured.get(name)
    if not isinstance(table, Measure):
        return _unknown(facts, row, measured, name, subject)
    lines, paced = [], []
    for line in table.detail["rows"]:
        n, cells = line["index"], [str(line["index"])]
        for column, unit in SPLIT_COLUMNS.items():
            key, what = None, say(ctx.lang, f"metric.{column}")
            if line.get(column) is not None:
                label = say(ctx.lang, "tools.split_label", n=n, what=what)
                key = facts.add(
                    f"{name}.{n}.{column}", column, line[column], unit, subject, rows=[row], label=label
                )
            cells.append(facts.cell(key))
        lines.append(tuple(cells))
        if line.get("pace_s_per_km") and line.get("full", True):
            paced.append((line["pace_s_per_km"], n))
    columns = ("split", "distance", "time", "pace", "hr", "ascent")
    card = Card(
        kind="table",
        title=say(ctx.lang, f"tools.{name}_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in columns),
        rows=tuple(lines),
    )
    if len(paced) < 2:
        return [], card
    fastest, slowest = min(paced)[1], max(paced)[1]
    ends = {"fast": f"{name}.{fastest}.pace_s_per_km", "slow": f"{name}.{slowest}.pace_s_per_km"}
    which_ones = {"fastest": fastest, "slowest": slowest}
    return [Note(key=f"tools.{name}_range", params=which_ones, facts=ends)], card


def _bests(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> Told:
    bests = measured.get("distance_bests")
    if not isinstance(bests, Measure):
        return _unknown(facts, row, measured, "distance_bests", subject)
    lines = []
    for line in bests.detail["rows"]:
        metres = float(line["distance_m"])
        if not is_shown(metres):
            continue
        name, key = best_name(ctx, metres), f"best.{round(metres)}"
        time = facts.add(f"{key}.time_s", "best_time_s", line["time_s"], "s", subject, rows=[row], label=name)
        pace = facts.add(
            f"{key}.pace", "best_pace", line["pace_s_per_km"], "s_per_km", subject, rows=[row], label=name
        )
        lines.append((name, facts.cell(time), facts.cell(pace)))
    if not lines:
        return [Note(key="tools.bests_none")], None
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("distance", "time", "pace"))
    title = say(ctx.lang, "tools.bests_of_run_title")
    return [], Card(kind="table", title=title, columns=columns, rows=tuple(lines))


def _numbers(
    facts: Facts, row: Row, measured: Measured, part: Literal["drift", "dynamics"], subject: Subject
) -> list[Note]:
    """Add single numbers of a part, and say those that are known (or why the first is not)."""
    names = NUMBERS[part]
    for name in names:
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    known = [name for name in names if facts.value(f"run.{name}") is not None]
    if not known:
        return [Note(key="tools.part_unknown", facts={"why": f"run.{names[0]}"})]
    says = []
    for name in known:
        says.append(Note(key=f"tools.say_{name}", facts={"value": f"run.{name}"}))
        if name == "decoupling_pct":
            drift = facts.value("run.decoupling_pct") or 0.0
            says.append(Note(key="tools.drift_steady" if drift < STEADY_PCT else "tools.drift_high"))
    return says
