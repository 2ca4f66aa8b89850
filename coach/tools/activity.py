"""One activity in depth."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.splits import splits_of
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import has
from coach.tools.activity_intervals import interval_table, swim_table
from coach.tools.activity_parts import (
    CUSTOM,
    Measured,
    Told,
    best_table,
    split_table,
    told_context,
    told_numbers,
)
from coach.tools.facts import Facts, activity_name, of_activity, opening
from coach.tools.spec import Card, Note, Question, Result, ToolContext, tool
from coach.tools.which import Which, which
from coach.tools.zones import zone_table

Part = Literal["summary", "splits", "laps", "zones", "best_efforts", "drift", "dynamics", "intervals",
               "context", "effect", "swim"]  # fmt: skip

HILLY = 0.008  # metres up per metre: from here on the flat pace is worth telling
SUMMARY = ("avg_hr_bpm", "max_hr_bpm", "graded_pace_s_per_km", "ascent_m", "avg_cadence_spm", "training_load")


MIN_SPLIT_M, MAX_SPLIT_M = 100.0, 50_000.0


class ShowArgs(Which):
    parts: tuple[Part, ...] = Field(
        ("summary",),
        description="what to tell; drift: decoupling, efficiency, heart-rate recovery; dynamics: cadence, "
        "stride, bounce, ground contact, power; intervals: found from the speed; context: heat, hills, "
        "altitude, stops; effect: training effect; swim: lengths, strokes, SWOLF",
    )
    split_m: float | None = Field(
        None, ge=MIN_SPLIT_M, le=MAX_SPLIT_M, description="metres of a split; a km or mile if left out"
    )


@tool(effect="read")
def activity_show(ctx: ToolContext, args: ShowArgs) -> Result:
    """One activity in depth: summary, splits, laps, zones, bests, intervals, drift, dynamics …"""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = which(ctx, session, args, "activity_show")
        if isinstance(row, Question):
            return Result(question=row)
        measured = metrics.read(session, ctx.athlete.id, [row.id]).get(row.id, {})
        if args.split_m is not None:
            # Any length there is; those of a kilometre and a mile are stored.
            whole = activities.load(session, ctx.athlete.id, row.id)
            measured = {**measured, CUSTOM: splits_of(prepared(whole), args.split_m)}
    parts = args.parts if args.split_m is None or "splits" in args.parts else (*args.parts, "splits")
    facts, subject = Facts(ctx), of_activity(ctx, row)
    (first, *summary), cards = _summary(ctx, facts, row, measured, subject), []
    says = [first]  # which activity it is; then what was asked for, and the rest of the summary
    for part in dict.fromkeys(parts):
        more, card = _part(ctx, facts, row, measured, part, subject)
        says += more
        cards += [card] if card else []
    says += summary
    title = opening(ctx, activity_name(ctx, row))
    if row.has_samples:
        chart = next((name for name in ("intervals", "splits") if name in parts), "streams")
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
            return split_table(ctx, facts, row, measured, CUSTOM if CUSTOM in measured else name, subject)
        case "laps":
            return split_table(ctx, facts, row, measured, "laps", subject)
        case "zones":
            return zone_table(ctx, facts, "run", measured.get("hr_zones_s"), subject, [row])
        case "best_efforts":
            return best_table(ctx, facts, row, measured, subject)
        case "intervals":
            return interval_table(ctx, facts, row, measured, subject)
        case "swim":
            return swim_table(ctx, facts, row, measured, subject)
        case "context":
            return told_context(ctx, facts, row, measured, subject), None
        case "drift" | "dynamics" | "effect":
            return told_numbers(facts, row, measured, part, subject), None
        case "summary":
            return [], None  # told in any case
