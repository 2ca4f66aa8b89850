"""What stands out within one activity: repetitions and rests of a run, lengths and strokes of a swim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coach.domain.fact import Subject
from coach.domain.metrics.registry import Measure
from coach.store.activities import Row
from coach.text import has, say
from coach.tools.activity_parts import Measured, Told, told_unknown
from coach.tools.facts import Facts, opening
from coach.tools.spec import Card, Note, ToolContext

COLUMNS = {
    "distance_m": "m",
    "time_s": "s",
    "pace_s_per_km": "s_per_km",
    "avg_hr_bpm": "bpm",
    "max_hr_bpm": "bpm",
}
NAMES = {"time_s": "moving_s"}  # the metric that names a column, where it is another
EVEN, FADING = 0.015, 0.03  # share by which the last is slower than the first
STROKE_COLUMNS = {"distance_m": "m", "pace_s_per_100m": "s_per_100m", "strokes": "count", "swolf": "score"}

Rows = Sequence[Mapping[str, Any]]


def interval_table(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> Told:
    """Say what a session was, how evenly it went and whether the laps agree; return its table."""
    found = measured.get("intervals")
    if not isinstance(found, Measure):
        return told_unknown(facts, row, measured, "intervals", subject)
    facts.measure("run.intervals", "intervals", found, subject, rows=[row])
    rows: Rows = found.detail["rows"]
    if not found.value:
        return [Note(key="inside.intervals_none")], None
    work = [line for line in rows if line["kind"] == "work"]
    says = _groups(ctx, facts, row, found.detail["groups"], work, subject)
    says += _rests(ctx, facts, row, rows, subject)
    says += _evenness(ctx, facts, row, work, found.detail["groups"], subject)
    laps = found.detail["laps"]
    if laps["state"] == "agree":
        says.append(Note(key="inside.laps_agree"))
    elif laps["state"] == "differ":
        label = say(ctx.lang, "metric.laps")
        key = facts.add(
            "intervals.matched", "laps", laps["matched"], "count", subject, rows=[row], label=label
        )
        says.append(Note(key="inside.laps_differ", facts={"matched": key, "count": "run.intervals"}))
    return says, _table(ctx, facts, row, rows, subject)


def _mean(rows: Rows, name: str) -> float | None:
    known = [line[name] for line in rows if line.get(name) is not None]
    return float(np.mean(known)) if known else None


def _pace(rows: Rows) -> float | None:
    """Return the pace of all of `rows` together."""
    metres = sum(line["distance_m"] or 0.0 for line in rows)
    return 1000 * sum(line["time_s"] for line in rows) / metres if metres >= 10 else None


def _groups(
    ctx: ToolContext, facts: Facts, row: Row, groups: Rows, work: Rows, subject: Subject
) -> list[Note]:
    """Say each kind of repetition: how many, how long, how fast."""
    says, taken = [], 0
    for n, group in enumerate(groups, start=1):
        own = work[taken : taken + group["count"]]
        taken += group["count"]

        def fact(name: str, metric: str, value: float | None, unit: str, n: int = n) -> str | None:
            if value is None:
                return None
            label = say(ctx.lang, f"inside.label_{name}")
            return facts.add(
                f"intervals.group{n}.{name}", metric, value, unit, subject, rows=[row], label=label
            )

        count = fact("count", "intervals", float(group["count"]), "count")
        pace = fact("pace", "pace_s_per_km", _pace(own), "s_per_km")
        time = fact("time", "moving_s", _mean(own, "time_s"), "s")
        each = (
            fact("each", "distance_m", group["distance_m"], "m")
            if group["distance_m"]
            else fact("each", "moving_s", group["time_s"], "s")
            if group["time_s"]
            else None
        )
        if group["count"] == 1:
            # One stretch is as long as it was, whatever round length it is near to.
            key, said = "one", {"each": time, "pace": pace}
        elif each is None:
            key, said = "surges", {"count": count, "time": time, "pace": pace}
        elif group["distance_m"]:
            key, said = "distance", {"count": count, "each": each, "time": time, "pace": pace}
        else:
            key, said = "time", {"count": count, "each": each, "pace": pace}
        if pace is None:
            key, said = "unmeasured", {"count": count, "time": time}
        says.append(Note(key=f"inside.group_{key}", facts={k: v for k, v in said.items() if v}))
    return says


def _rests(ctx: ToolContext, facts: Facts, row: Row, rows: Rows, subject: Subject) -> list[Note]:
    rest = _mean([line for line in rows if line["kind"] == "recovery"], "time_s")
    if rest is None:
        return []
    label = say(ctx.lang, "inside.label_rest")
    key = facts.add("intervals.rest_s", "elapsed_s", rest, "s", subject, rows=[row], label=label)
    return [Note(key="inside.rests", facts={"rest": key})]


def _evenness(
    ctx: ToolContext, facts: Facts, row: Row, work: Rows, groups: Rows, subject: Subject
) -> list[Note]:
    """Say how the last repetition compares with the first, where they are of one kind."""
    paces = [line["pace_s_per_km"] for line in work]
    alike = len(groups) == 1 and (groups[0]["distance_m"] or groups[0]["time_s"])
    if not alike or len(paces) < 3 or any(pace is None for pace in paces):
        return []
    ends = {}
    for name, pace in (("first", paces[0]), ("last", paces[-1])):
        label = say(ctx.lang, f"inside.label_{name}")
        ends[name] = facts.add(
            f"intervals.{name}", "pace_s_per_km", pace, "s_per_km", subject, rows=[row], label=label
        )
    slower = paces[-1] / paces[0] - 1
    key = "fading" if slower > FADING else "faster" if slower < -EVEN else "even"
    return [Note(key=f"inside.{key}", facts=ends)]


def _table(ctx: ToolContext, facts: Facts, row: Row, rows: Rows, subject: Subject) -> Card:
    lines, nth = [], {"work": 0, "recovery": 0}
    for k, line in enumerate(rows, start=1):
        kind = line["kind"]
        what = say(ctx.lang, f"inside.kind_{kind}")
        if kind in nth:
            nth[kind] += 1
            what = f"{what} {nth[kind]}"
        cells = [what]
        for column, unit in COLUMNS.items():
            key = None
            if line.get(column) is not None:
                metric = NAMES.get(column, column)
                label = f"{what}, {say(ctx.lang, f'metric.{metric}')}"
                key = facts.add(
                    f"intervals.{k}.{column}", metric, line[column], unit, subject, rows=[row], label=label
                )
            cells.append(facts.cell(key))
        lines.append(tuple(cells))
    names = ("tools.column_split", "tools.column_distance", "tools.column_time", "tools.column_pace",
             "tools.column_hr", "inside.column_max_hr")  # fmt: skip
    return Card(
        kind="table",
        title=opening(ctx, say(ctx.lang, "metric.intervals")),
        columns=tuple(say(ctx.lang, name) for name in names),
        rows=tuple(lines),
    )


def swim_table(ctx: ToolContext, facts: Facts, row: Row, measured: Measured, subject: Subject) -> Told:
    """Say pace, lengths, strokes and SWOLF of a swim; return what was swum in each stroke."""
    for name in ("swim_pace_s_per_100m", "swim_lengths", "swim_strokes", "swolf"):
        facts.measure(f"run.{name}", name, measured.get(name), subject, rows=[row])
    says = [
        Note(key=f"inside.say_{name}", facts={"value": f"run.{name}"})
        for name in ("swim_pace_s_per_100m", "swim_lengths", "swim_strokes", "swolf")
        if facts.value(f"run.{name}") is not None
    ]
    if not says:
        return [Note(key="tools.part_unknown", facts={"why": "run.swim_pace_s_per_100m"})], None
    if facts.value("run.swolf") is None:
        says.append(Note(key="inside.no_swolf", facts={"why": "run.swolf"}))
    lengths = measured.get("swim_lengths")
    if not isinstance(lengths, Measure):
        return says, None
    lines = []
    for k, line in enumerate(lengths.detail["strokes"], start=1):
        known = f"inside.stroke_{line['stroke']}"
        what = say(ctx.lang, known if has(ctx.lang, known) else "inside.stroke_other")
        cells = [what]
        for column, unit in STROKE_COLUMNS.items():
            key = None
            if line[column] is not None:
                label = f"{what}, {say(ctx.lang, f'inside.column_{column}')}"
                metric = {"strokes": "swim_strokes", "pace_s_per_100m": "swim_pace_s_per_100m"}.get(
                    column, column
                )
                key = facts.add(
                    f"swim.{k}.{column}", metric, line[column], unit, subject, rows=[row], label=label
                )
            cells.append(facts.cell(key))
        lines.append(tuple(cells))
    columns = (
        say(ctx.lang, "inside.column_stroke"),
        *(say(ctx.lang, f"inside.column_{c}") for c in STROKE_COLUMNS),
    )
    title = say(ctx.lang, "metric.swim_lengths")
    return says, Card(kind="table", title=title, columns=columns, rows=tuple(lines))
