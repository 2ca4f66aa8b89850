"""Ways on the ground: all runs of one route, and where one has been."""

from __future__ import annotations

from datetime import date

import numpy as np
from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.effort_trend import Trend, pace_trend
from coach.domain.heatmap import heat_of
from coach.domain.metrics.registry import Measure
from coach.errors import NotFound
from coach.pipeline import routes as ways
from coach.pipeline.routes import SameRoute
from coach.store import activities, metrics, private_places, routes
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.text.formats import M_PER_MILE
from coach.tools.facts import (
    Facts,
    activity_name,
    day_name,
    of_activity,
    of_athlete,
    of_period,
    period_name,
    seconds_of,
)
from coach.tools.spec import Args, Card, Day, Note, Question, Result, ToolContext, tool
from coach.tools.which import Which, which

SHOWN = 12
HEAT_SQUARES = 400
WORTH_TELLING_S = 1.0


class SameRouteArgs(Args):
    activity_id: int | None = Field(None, description="an activity of the route; the last run if left out")
    day: Day | None = Field(None, description="or its local date")


class HeatmapArgs(Args):
    start: Day | None = Field(None, description="first day; all time if left out")
    end: Day | None = Field(None, description="last day")
    sport: Sport | None = Field(None, description="all if left out")


@tool(effect="read")
def same_route(ctx: ToolContext, args: SameRouteArgs) -> Result:
    """All activities on the route of one: times, the best, and whether one gets faster at the same effort."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = _asked(ctx, session, args)
        if isinstance(row, Question):
            return Result(question=row)
        route = ways.route_of(session, row)
        if route is None:
            raise NotFound("no_route_of_activity", what=activity_name(ctx, row))
        ids = [one.id for one in route.rows]
        read = metrics.read(session, ctx.athlete.id, ids, ["avg_hr_bpm", "graded_pace_s_per_km"])
    beats = {number: m.value for number, of in read.items() if isinstance(m := of.get("avg_hr_bpm"), Measure)}
    facts = Facts(ctx)
    says = [*_standing(ctx, facts, row, route), *_trend(ctx, facts, route, beats)]
    if len(route.rows) > 1:
        says.append(Note(key="routes.ask_compare"))
    title = say(ctx.lang, "routes.route_title", what=activity_name(ctx, row))
    cards = (
        _table(ctx, facts, route, beats, title),
        Card(
            kind="chart", chart="route", title=say(ctx.lang, "charts.route"), params={"activity_id": row.id}
        ),
    )
    notes = []
    if route.backwards:
        back = facts.add(
            "backwards",
            "activity_count",
            len(route.backwards),
            "count",
            of_athlete(ctx),
            label=say(ctx.lang, "routes.label_backwards"),
            rows=route.backwards,
        )
        notes.append(Note(key="routes.backwards", facts={"count": back}))
    return Result(facts=facts.all(), says=tuple(says), notes=tuple(notes), cards=cards)


def _asked(ctx: ToolContext, session: Session, args: SameRouteArgs) -> Row | Question:
    if args.activity_id is None and args.day is None:
        last = ways.latest_with_route(session, ctx.athlete.id)
        if last is None:
            raise NotFound("no_positions")
        return last
    asked = Which(activity_id=args.activity_id, day=args.day)
    found = which(ctx, session, asked, "same_route")
    return found if isinstance(found, Row) else found.model_copy(update={"args": {}})


def _pace(row: Row) -> float:
    return 1000 * seconds_of(row) / row.distance_m if row.distance_m and seconds_of(row) else float("inf")


def _standing(ctx: ToolContext, facts: Facts, row: Row, route: SameRoute) -> list[Note]:
    """Say how often the route was gone, which was the fastest, and where this one stands."""
    count = facts.add(
        "count",
        "activity_count",
        len(route.rows),
        "count",
        of_period(ctx, route.rows[0].local_date, route.rows[-1].local_date),
        label=say(ctx.lang, "routes.label_times"),
        rows=route.rows,
    )
    mine = facts.core("run", row, of_activity(ctx, row))
    if len(route.rows) == 1:
        return [Note(key="routes.only_once", params={"what": activity_name(ctx, row)})]
    timed = sorted((one for one in route.rows if _pace(one) < float("inf")), key=_pace)
    if not timed:
        return [Note(key="routes.times_only", facts={"count": count})]
    best = timed[0]
    of_best = facts.core("best", best, of_activity(ctx, best))
    shown = {"count": count, "time": of_best["moving"], "distance": of_best["distance"]}
    says = [Note(key="routes.best", params={"day": day_name(ctx, best.local_date)}, facts=shown)]
    if row.id != best.id and row in timed and "distance" in mine:
        place = facts.add(
            "place",
            "place",
            timed.index(row) + 1,
            "count",
            of_activity(ctx, row),
            label=say(ctx.lang, "routes.label_place"),
            rows=route.rows,
        )
        told = {"time": mine["moving"], "distance": mine["distance"], "place": place}
        says.append(Note(key="routes.standing", params={"what": activity_name(ctx, row)}, facts=told))
    return says


def _trend(ctx: ToolContext, facts: Facts, route: SameRoute, beats: dict[int, float | None]) -> list[Note]:
    """Say whether the route goes faster at the same heart rate than it did."""
    timed = [one for one in route.rows if _pace(one) < float("inf") and beats.get(one.id)]
    if len(route.rows) < 3:
        return []
    trend: Trend | None = None
    if timed:
        trend = pace_trend(
            np.array([float(one.local_date.toordinal()) for one in timed]),
            np.array([_pace(one) for one in timed]),
            np.array([float(beats[one.id] or 0.0) for one in timed]),
        )
    if trend is None:
        return [Note(key="routes.trend_unknown")]
    per = M_PER_MILE / 1000 if ctx.athlete.units == "imperial" else 1.0
    if not trend.is_clear or abs(trend.change) * per < WORTH_TELLING_S:
        return [Note(key="routes.trend_none", params={"n": trend.n})]
    change = facts.add(
        "trend",
        "pace_trend",
        abs(trend.change) * per,
        "s",
        of_period(ctx, timed[0].local_date, timed[-1].local_date),
        label=say(ctx.lang, "routes.label_trend"),
        rows=timed,
        estimated=True,
    )
    key = "routes.trend_faster" if trend.change < 0 else "routes.trend_slower"
    unit = "mi" if ctx.athlete.units == "imperial" else "km"
    return [Note(key=key, params={"unit": unit, "n": trend.n}, facts={"change": change})]


def _table(
    ctx: ToolContext, facts: Facts, route: SameRoute, beats: dict[int, float | None], title: str
) -> Card:
    lines = []
    for one in reversed(route.rows[-SHOWN:]):
        subject, key = of_activity(ctx, one), f"of.{one.id}"
        core = facts.core(key, one, subject)
        heart = None
        if beats.get(one.id) is not None:
            heart = facts.add(f"{key}.hr", "avg_hr_bpm", beats[one.id], "bpm", subject, rows=[one])
        quick = core.get("pace") or core.get("speed")
        cells = (facts.cell(core.get("distance")), facts.cell(core["moving"]), facts.cell(quick))
        lines.append((day_name(ctx, one.local_date), *cells, facts.cell(heart)))
    columns = ("day", "distance", "time", "pace", "hr")
    return Card(
        kind="table",
        title=title,
        columns=tuple(say(ctx.lang, f"tools.column_{column}") for column in columns),
        rows=tuple(lines),
    )


@tool(effect="read")
def heatmap(ctx: ToolContext, args: HeatmapArgs) -> Result:
    """A picture of where one has been; private places are left out."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        rows = activities.find(
            session, ctx.athlete.id, start=args.start, end=args.end, sport=args.sport, limit=None
        )
        hide = private_places.zones(session, ctx.athlete.id)
        seen = list(routes.tracks(session, rows, hide=hide))
        proposed = ways.suggestion(session, ctx.athlete.id) if not hide else None
    heat = heat_of([one.track for one in seen], HEAT_SQUARES)
    if heat is None:
        raise NotFound("all_private" if seen else "no_positions")
    facts, shown = Facts(ctx), [one.row for one in seen if one.track]
    first, last = min(r.local_date for r in shown), max(r.local_date for r in shown)
    subject = of_period(ctx, args.start or first, args.end or last)
    count = facts.add(
        "count",
        "activity_count",
        heat.drawn,
        "count",
        subject,
        label=say(ctx.lang, "routes.label_drawn"),
        rows=shown,
    )
    most = facts.add(
        "most",
        "most_passed",
        int(heat.counts.max()),
        "count",
        subject,
        label=say(ctx.lang, "routes.label_most"),
        rows=shown,
    )
    says = [_where(ctx, args, count, most)]
    if heat.elsewhere:
        away = facts.add(
            "elsewhere",
            "activity_count",
            heat.elsewhere,
            "count",
            subject,
            label=say(ctx.lang, "routes.label_elsewhere"),
            rows=shown,
        )
        says.append(Note(key="routes.elsewhere", facts={"count": away}))
    notes = [Note(key="routes.private_left_out")] if hide else []
    if proposed is not None:
        notes.append(Note(key="routes.make_private"))
    card = Card(kind="chart", chart="heatmap", title=say(ctx.lang, "charts.heatmap"), params=_params(args))
    return Result(facts=facts.all(), says=tuple(says), notes=tuple(notes), cards=(card,))


def _where(ctx: ToolContext, args: HeatmapArgs, count: str, most: str) -> Note:
    told = {"count": count, "most": most}
    if args.start is None and args.end is None:
        return Note(key="routes.heat", facts=told)
    start: date = args.start or args.end or ctx.today
    period = period_name(ctx, start, args.end or ctx.today)
    key = "routes.heat_in" if args.start is not None else "routes.heat_until"
    if args.start is None:
        period = day_name(ctx, args.end or ctx.today)
    return Note(key=key, params={"period": period}, facts=told)


def _params(args: HeatmapArgs) -> dict[str, str]:
    days = {"start": args.start, "end": args.end}
    params = {name: day.isoformat() for name, day in days.items() if day is not None}
    return {**params, **({"sport": args.sport.value} if args.sport else {})}
