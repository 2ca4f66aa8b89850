"""Zones: where they lie, and how the time of a span of days was spread over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.zones import Zones, hr_zones, pace_zones, power_zones
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.text import say
from coach.tools.facts import Facts, of_activity, of_athlete, of_period, opening
from coach.tools.profile import threshold_rows
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool
from coach.tools.which import listed

Kind = Literal["hr", "pace", "power"]
METRIC = {"hr": "hr_zones_s", "pace": "pace_zones_s", "power": "power_zones_s"}
# What the bounds of the zones are, as facts: metric and unit.
BOUNDS = {
    "hr": ("hr_zone_bpm", "bpm"),
    "pace": ("threshold_speed_mps", "mps"),
    "power": ("threshold_power_w", "W"),
}


class ZonesArgs(Args):
    activity_id: int | None = Field(None, description="time in zones of it")
    start: Day | None = Field(None, description="first day of the time in zones")
    end: Day | None = Field(None, description="last day; else today")
    sport: Sport | None = Field(None, description="all if left out")
    kind: Kind = Field("hr", description="power: of riding if sport is ride")


@tool(effect="read")
def zones(ctx: ToolContext, args: ZonesArgs) -> Result:
    """The athlete's zones; with an activity or a span of days, the time spent in each of them."""
    if args.activity_id is None and args.start is None:
        return _bounds(ctx, args.kind, args.sport)
    metric, athlete_id = METRIC[args.kind], ctx.athlete.id
    params: dict[str, Any]
    with ctx.db.athlete_session(athlete_id) as session:
        if args.activity_id is not None:
            rows = [listed(session, athlete_id, args.activity_id)]
            subject, params = of_activity(ctx, rows[0]), {"activity_id": rows[0].id}
        else:
            start, end = sorted((args.start or ctx.today, args.end or ctx.today))
            rows = activities.find(session, athlete_id, start=start, end=end, sport=args.sport, limit=None)
            subject, params = of_period(ctx, start, end), {"start": start.isoformat(), "end": end.isoformat()}
            if args.sport:
                params["sport"] = args.sport.value
        read = metrics.read(session, athlete_id, [row.id for row in rows], [metric])
        empty = not rows and activities.count(session, athlete_id) == 0
    if not rows:
        hint = (Note(key="tools.no_data_yet"),) if empty else ()
        return Result(says=(Note(key="tools.find_none"),), notes=hint)
    facts = Facts(ctx)
    whole = _together([read.get(row.id, {}).get(metric) for row in rows])
    says, card = zone_table(ctx, facts, "zones", whole, subject, rows, metric)
    if card is None or not isinstance(whole, Measure):
        return Result(facts=facts.all(), says=tuple(says))
    notes = [Note(key=f"tools.zones_estimated_{args.kind}")] if whole.estimated else []
    if whole.coverage is not None and whole.coverage < 1:
        counted = round(whole.coverage * len(rows))
        known = {"of": len(rows), "with": counted}
        for name, n in known.items():
            facts.add(f"zones.count_{name}", "activity_count", n, "count", subject, rows=rows)
        counts = {"n": "zones.count_with", "total": "zones.count_of"}
        notes.append(Note(key=f"tools.zones_part_{args.kind}", facts=counts))
    lead = Note(key="tools.zones_of", params={"what": subject.label})
    chart = Card(
        kind="chart",
        chart=f"{args.kind}_zones",
        title=opening(ctx, say(ctx.lang, f"charts.{args.kind}_zones")),
        params=params,
    )
    return Result(facts=facts.all(), says=(lead, *says), notes=tuple(notes), cards=(card, chart))


def zone_table(
    ctx: ToolContext,
    facts: Facts,
    key: str,
    found: Measure | Unknown | None,
    subject: Subject,
    rows: Sequence[Row],
    metric: str = "hr_zones_s",
) -> tuple[list[Note], Card | None]:
    """Add the time in each zone as facts under `key`; return what to say and the table."""
    whole = facts.measure(f"{key}.{metric}", metric, found, subject, rows=rows)
    if not isinstance(found, Measure):
        return [Note(key="tools.part_unknown", facts={"why": whole})], None
    lines = []
    for line in found.detail["rows"]:
        n = line["zone"]
        label, cells = say(ctx.lang, "tools.zone_label", n=n), []
        for name, unit in (("time_s", "s"), ("share_pct", "pct")):
            cells.append(
                facts.add(
                    f"{key}.{metric}.{n}.{name}",
                    f"zone_{name}",
                    line[name],
                    unit,
                    subject,
                    rows=rows,
                    label=label,
                    estimated=found.estimated,
                    coverage=found.coverage,
                )
            )
        lines.append((opening(ctx, label), *(facts.cell(cell) for cell in cells)))
    top = max(found.detail["rows"], key=lambda line: float(line["time_s"]))["zone"]
    most = Note(
        key="tools.zones_most",
        params={"zone": say(ctx.lang, "tools.zone_label", n=top)},
        facts={"share": f"{key}.{metric}.{top}.share_pct"},
    )
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("zone", "time", "share"))
    title = say(ctx.lang, f"charts.{metric.removesuffix('_s')}")
    return [most], Card(kind="table", title=title, columns=columns, rows=tuple(lines))


def _together(found: Sequence[Measure | Unknown | None]) -> Measure | Unknown | None:
    """Return time in zones of several activities as one, or why none of them has it.

    The coverage of several is the share of activities that have it; that of one is its own.
    """
    parts = [part for part in found if isinstance(part, Measure)]
    if not parts:
        return next((part for part in found if isinstance(part, Unknown)), None)
    if len(found) == 1:
        return parts[0]
    times: dict[int, float] = {}
    for part in parts:
        for line in part.detail["rows"]:
            times[line["zone"]] = times.get(line["zone"], 0.0) + float(line["time_s"])
    total = sum(times.values())
    lines = [
        {"zone": zone, "time_s": time_s, "share_pct": 100 * time_s / total if total else 0.0}
        for zone, time_s in sorted(times.items())
    ]
    return Measure(
        total,
        coverage=len(parts) / len(found),
        detail={"rows": lines},
        estimated=any(part.estimated for part in parts),
    )


def _bounds(ctx: ToolContext, kind: Kind, sport: Sport | None) -> Result:
    thresholds = ctx.athlete.thresholds
    found: Zones | None
    if kind == "power":
        found = power_zones(thresholds, sport if sport is Sport.ride else Sport.run)
    else:
        found = hr_zones(thresholds) if kind == "hr" else pace_zones(thresholds)
    if found is None:
        return Result(says=(Note(key=f"tools.zones_need_{kind}"),))
    facts, subject, lines = Facts(ctx), of_athlete(ctx), []
    # Whichever of them the zones rest on: a source that permits less than the others counts.
    rows = {row.id: row for known in threshold_rows(ctx).values() for row in known}.values()
    metric, unit = BOUNDS[kind]
    for n, limits in enumerate(found.limits(), start=1):
        label, cells = say(ctx.lang, "tools.zone_label", n=n), []
        for side, value in zip(("from", "to"), limits, strict=True):
            key = None
            if value is not None:
                key = facts.add(
                    f"zone.{n}.{side}",
                    metric,
                    value,
                    unit,
                    subject,
                    label=label,
                    rows=rows,
                    estimated=found.estimated,
                )
            cells.append(facts.cell(key))
        lines.append((opening(ctx, label), *cells))
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("zone", "from", "to"))
    title = say(ctx.lang, f"tools.zones_title_{kind}")
    card = Card(kind="table", title=title, columns=columns, rows=tuple(lines))
    says = Note(key=f"tools.zones_{kind}", params={"basis": say(ctx.lang, f"basis.{found.basis}")})
    notes = (Note(key=f"tools.zones_estimated_{kind}"),) if found.estimated else ()
    return Result(facts=facts.all(), says=(says,), notes=notes, cards=(card,))
