"""Parts of one activity: splits and laps, best efforts, single numbers, what it had to cope with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coach.domain.fact import Subject
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.store.activities import Row
from coach.text import has, say
from coach.tools.bests import best_name, is_shown
from coach.tools.facts import Facts
from coach.tools.spec import Card, Note, ToolContext

Measured = Mapping[str, Measure | Unknown]
Told = tuple[list[Note], Card | None]

CUSTOM = "splits_custom"  # splits of the length that was asked for
NUMBERS = {
    "drift": ("decoupling_pct", "efficiency_factor", "hr_recovery_bpm"),
    "dynamics": (
        "avg_cadence_spm",
        "stride_length_m",
        "vertical_oscillation_mm",
        "vertical_ratio_pct",
        "ground_contact_ms",
        "ground_contact_balance_pct",
        "avg_power_w",
    ),
    "effect": ("training_effect_aerobic", "training_effect_anaerobic"),
}
SPLIT_COLUMNS = {
    "distance_m": "m",
    "moving_s": "s",
    "pace_s_per_km": "s_per_km",
    "avg_hr_bpm": "bpm",
    "ascent_m": "m",
}
STEADY_PCT = 5.0  # decoupling below this is commonly taken for an even effort
WARM_S = 1.0  # a smaller cost of heat is not worth telling
HILLY_M_PER_KM = 10.0
THIN_AIR_M = 1000.0


def told_unknown(facts: Facts, row: Row, measured: Measured, name: str, subject: Subject) -> Told:
    """Say why a part could not be computed."""
    why = facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    return [Note(key="tools.part_unknown", facts={"why": why})], None


def split_table(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, name: str, subject: Subject
) -> Told:
    """Add the rows of a split table as facts and return the table."""
    table = measured.get(name)
    if not isinstance(table, Measure):
        # What keeps any split from being told keeps those of a kilometre.
        return told_unknown(facts, row, measured, "splits_km" if name == CUSTOM else name, subject)
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
    custom = name == CUSTOM
    card = Card(
        kind="table",
        title=say(ctx.lang, "inside.splits_custom_title" if custom else f"tools.{name}_title"),
        columns=tuple(say(ctx.lang, f"tools.column_{c}") for c in columns),
        rows=tuple(lines),
    )
    if len(paced) < 2:
        return [], card
    fastest, slowest = min(paced)[1], max(paced)[1]
    ends = {"fast": f"{name}.{fastest}.pace_s_per_km", "slow": f"{name}.{slowest}.pace_s_per_km"}
    which_ones = {"fastest": fastest, "slowest": slowest}
    key = "inside.splits_custom_range" if custom else f"tools.{name}_range"
    return [Note(key=key, params=which_ones, facts=ends)], card


def best_table(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> Told:
    bests = measured.get("distance_bests")
    if not isinstance(bests, Measure):
        return told_unknown(facts, row, measured, "distance_bests", subject)
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


def told_numbers(
    facts: Facts, row: Row, measured: Measured, part: Literal["drift", "dynamics", "effect"], subject: Subject
) -> list[Note]:
    """Add single numbers of a part, and say those that are known (or why the first is not)."""
    names = [name for name in NUMBERS[part] if name in METRICS]
    for name in names:
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    known = [name for name in names if facts.value(f"run.{name}") is not None]
    if not known:
        return [Note(key="tools.part_unknown", facts={"why": f"run.{names[0]}"})]
    says = []
    for name in known:
        key = f"tools.say_{name}" if has("ko", f"tools.say_{name}") else f"inside.say_{name}"
        says.append(Note(key=key, facts={"value": f"run.{name}"}))
        if name == "decoupling_pct":
            drift = facts.value("run.decoupling_pct") or 0.0
            says.append(Note(key="tools.drift_steady" if drift < STEADY_PCT else "tools.drift_high"))
        elif name == "hr_recovery_bpm":
            found = measured[name]
            easing = found.detail["easing"] if isinstance(found, Measure) else ""
            says.append(Note(key=f"inside.easing_{easing}"))
    if part == "effect":
        estimated = any(isinstance(m := measured.get(name), Measure) and m.estimated for name in known)
        says.append(Note(key="inside.effect_estimated" if estimated else "inside.effect_of_device"))
    return says


def told_context(
    ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject
) -> list[Note]:
    """Say what there was to cope with: heat, hills, thin air, stops. What did not matter is left out."""
    names = ("temperature_c", "heat_slowdown_s", "ascent_per_km_m", "max_altitude_m", "stops")
    value = {}
    for name in names:
        key = facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
        value[name] = facts.value(key)
    says = []
    if value["temperature_c"] is not None:
        says.append(Note(key="inside.temperature", facts={"value": "run.temperature_c"}))
        if (value["heat_slowdown_s"] or 0.0) >= WARM_S:
            says.append(Note(key="inside.heat", facts={"cost": "run.heat_slowdown_s"}))
    climb = value["ascent_per_km_m"]
    if climb is not None:
        key = "inside.hilly" if climb >= HILLY_M_PER_KM else "inside.flat"
        says.append(Note(key=key, facts={"climb": "run.ascent_per_km_m"}))
    if (value["max_altitude_m"] or 0.0) >= THIN_AIR_M:
        says.append(Note(key="inside.thin_air", facts={"top": "run.max_altitude_m"}))
    stops = measured.get("stops")
    if isinstance(stops, Measure):
        if stops.value:
            seconds = stops.detail["time_s"]
            label = say(ctx.lang, "inside.label_stops_s")
            time = facts.add("run.stops_s", "elapsed_s", seconds, "s", subject, rows=[row], label=label)
            says.append(Note(key="inside.stopped", facts={"count": "run.stops", "time": time}))
        else:
            says.append(Note(key="inside.never_stopped"))
    return says or [Note(key="tools.part_unknown", facts={"why": "run.stops"})]
