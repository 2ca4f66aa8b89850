"""Zones: where they lie, and how the time of a span of days was spread over them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from coach.domain.activity import Sport
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.zones import Zones, hr_zones, pace_zones
from coach.store import activities, metrics
from coach.text import say
from coach.tools.activities import zone_table
from coach.tools.facts import Facts, of_activity, of_athlete, of_period, period_name
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool


class ZonesArgs(Args):
    activity_id: int | None = None
    start: date | None = None
    end: date | None = None
    sport: Sport | None = None
    kind: Literal["hr", "pace"] = "hr"


@tool(effect="read")
def zones(ctx: ToolContext, args: ZonesArgs) -> Result:
    """The athlete's zones; with an activity or a span of days, the time spent in each of them."""
    if args.activity_id is None and args.start is None:
        return _bounds(ctx, args.kind)
    metric = "hr_zones_s" if args.kind == "hr" else "pace_zones_s"
    facts = Facts(ctx)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if args.activity_id is not None:
            rows = [activities.get(session, ctx.athlete.id, args.activity_id)]
            subject = of_activity(ctx, rows[0])
        else:
            assert args.start is not None
            end = args.end or ctx.today
            rows = activities.find(
                session, ctx.athlete.id, start=args.start, end=end, sport=args.sport, limit=None
            )
            subject = of_period(ctx, args.start, end)
        read = metrics.read(session, ctx.athlete.id, [row.id for row in rows], [metric])
    measured = [m for row in rows if isinstance(m := read.get(row.id, {}).get(metric), Measure)]
    if not rows:
        return Result(says=(Note(key="tools.find_none"),))
    whole = (
        _together(measured)
        if measured
        else next((u for row in rows if isinstance(u := read.get(row.id, {}).get(metric), Unknown)), None)
    )
    says, card = zone_table(ctx, facts, "zones", whole, subject, rows, metric)
    where = (
        subject.label
        if args.activity_id
        else period_name(ctx, args.start or ctx.today, args.end or ctx.today)
    )
    lead = [Note(key="tools.zones_of", params={"what": where})] if card else []
    notes = (Note(key="tools.zones_estimated"),) if isinstance(whole, Measure) and whole.estimated else ()
    chart_params = (
        {"activity_id": args.activity_id}
        if args.activity_id
        else {"start": str(args.start), "end": str(args.end or ctx.today)}
    )
    chart = Card(
        kind="chart",
        chart="hr_zones" if args.kind == "hr" else "pace_zones",
        title=say(ctx.lang, f"metric.{metric}"),
        params=chart_params,
    )
    return Result(facts=facts.all(), says=(*lead, *says), notes=notes, cards=(card, chart) if card else ())


def _together(parts: list[Measure]) -> Measure:
    """Return time in zones of several activities as one."""
    times = [sum(float(p.detail["rows"][n]["time_s"]) for p in parts) for n in range(5)]
    total = sum(times)
    rows = [
        {
            **parts[-1].detail["rows"][n],
            "time_s": times[n],
            "share_pct": 100 * times[n] / total if total else 0.0,
        }
        for n in range(5)
    ]
    return Measure(
        total, detail={**parts[-1].detail, "rows": rows}, estimated=any(p.estimated for p in parts)
    )


def _bounds(ctx: ToolContext, kind: Literal["hr", "pace"]) -> Result:
    found: Zones | None = (hr_zones if kind == "hr" else pace_zones)(ctx.athlete.thresholds)
    if found is None:
        return Result(says=(Note(key=f"tools.zones_need_{kind}"),))
    facts, subject, lines = Facts(ctx), of_athlete(ctx), []
    metric, unit = ("hr_zone_bpm", "bpm") if kind == "hr" else ("threshold_speed_mps", "mps")
    for n, (low, high) in enumerate(found.limits(), start=1):
        label, cells = say(ctx.lang, "tools.zone_label", n=n), []
        for side, value in (("from", low), ("to", high)):
            key = f"zone.{n}.{side}"
            if value is None:
                cells.append("–")
                continue
            facts.add(key, metric, value, unit, subject, label=label, estimated=found.estimated)
            cells.append(f"{{{key}}}")
        lines.append((label, *cells))
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("zone", "from", "to"))
    title = say(ctx.lang, f"tools.zones_title_{kind}")
    card = Card(kind="table", title=title, columns=columns, rows=tuple(lines))
    says = Note(key=f"tools.zones_{kind}", params={"basis": say(ctx.lang, f"basis.{found.basis}")})
    notes = (Note(key="tools.zones_estimated"),) if found.estimated else ()
    return Result(facts=facts.all(), says=(says,), notes=notes, cards=(card,))
