"""How much: totals of a span of days, in all and by week or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.domain.metrics import totals as totals_of
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Done, months_between, weeks_between
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.text.formats import date_range, period_label
from coach.tools.completeness import Gap, gap_before, marked
from coach.tools.facts import Facts, during, of_period, opening, seconds_of, sport_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool


class TotalsArgs(Args):
    start: Day = Field(description="first day")
    end: Day = Field(description="last day")
    sport: Sport | None = Field(None, description="all if left out")
    by: Literal["total", "week", "month"] = Field("total", description="week or month adds a table")
    label: str = Field("", max_length=80, description="what it was called")


# What is told of a span of days: the key within the result, and the metric of the registry.
PARTS = {
    "count": totals_of.activity_count,
    "distance_m": totals_of.total_distance_m,
    "moving_s": totals_of.total_moving_s,
    "pace_s_per_km": totals_of.average_pace_s_per_km,
    "avg_hr_bpm": totals_of.average_hr_bpm,
    "longest_m": totals_of.longest_m,
    "ascent_m": totals_of.total_ascent_m,
    "training_load": totals_of.total_load,
}
AS_RECORDED = ("moving_s", "avg_hr_bpm", "ascent_m")
# Rests on thresholds, so it is computed anew more often than what was recorded: nothing else waits for it.
ON_THRESHOLDS = "training_load"
FROM_METRICS = (*AS_RECORDED, ON_THRESHOLDS)
# Sports that are done without covering a distance: that one is unknown is nothing to mention.
IN_PLACE = (Sport.strength, Sport.other)


class Period:
    """The activities of a span of days with what their totals need."""

    def __init__(
        self, ctx: ToolContext, session: Session, start: date, end: date, sport: Sport | None = None
    ) -> None:
        self.rows = activities.find(session, ctx.athlete.id, start=start, end=end, sport=sport, limit=None)
        ids = [row.id for row in self.rows]
        recorded = metrics.read(session, ctx.athlete.id, ids, AS_RECORDED)
        load = metrics.read(session, ctx.athlete.id, ids, [ON_THRESHOLDS], whole=False)
        self._done = {
            id: _done(row, {**recorded[id], **load[id]}) for id, row in zip(ids, self.rows, strict=True)
        }
        self._waiting = {
            id: result
            for id in ids
            if isinstance(result := load[id][ON_THRESHOLDS], Unknown) and result.because == "being_recomputed"
        }

    @property
    def sports(self) -> list[Sport]:
        """The sports that were done, in the order of the list of sports."""
        done = {row.sport for row in self.rows}
        return [sport for sport in Sport if sport in done]

    def add(self, facts: Facts, key: str, rows: Sequence[Row], subject: Subject) -> None:
        """Add the totals of some of the rows as facts under `key`."""
        done = [self._done[row.id] for row in rows]
        only_runs = {row.sport for row in rows} <= {Sport.run}
        for part, metric in PARTS.items():
            if part == "pace_s_per_km" and not only_runs:
                continue  # the mean pace of runs and rides together says nothing
            waiting = next((self._waiting[row.id] for row in rows if row.id in self._waiting), None)
            # The sum of those that are done would be a lower one.
            found = waiting if waiting and part == ON_THRESHOLDS else metric(done)
            facts.measure(f"{key}.{part}", metric.__name__, found, subject, rows=rows)

    def distance(self, facts: Facts, key: str, rows: Sequence[Row], subject: Subject) -> str:
        """Add only the distance of some of the rows as a fact, and return its key."""
        found = totals_of.total_distance_m([self._done[row.id] for row in rows])
        return facts.measure(key, totals_of.total_distance_m.__name__, found, subject, rows=rows)


def _done(row: Row, measured: Mapping[str, Measure | Unknown]) -> Done:
    values = {
        name: m.value if isinstance(m := measured.get(name), Measure) else None for name in FROM_METRICS
    }
    values["moving_s"] = values["moving_s"] or seconds_of(row)
    return Done(row.id, row.local_date, row.sport, {**values, "distance_m": row.distance_m})


def nothing_yet(ctx: ToolContext, session: Session) -> tuple[Note, ...]:
    """Say how data comes in when there is none at all."""
    empty = activities.count(session, ctx.athlete.id) == 0
    return (Note(key="tools.no_data_yet"),) if empty else ()


@tool(effect="read")
def totals(ctx: ToolContext, args: TotalsArgs) -> Result:
    """Count, distance, time, pace and load of a span of days, in all or by week or month."""
    facts = Facts(ctx)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        gap = gap_before(ctx, session, args.start)
        period = Period(ctx, session, args.start, args.end, args.sport)
        hint = () if period.rows else nothing_yet(ctx, session)
    if gap is not None and all(row.local_date >= gap.since for row in period.rows):
        if args.end < gap.since:
            return _nothing_left(ctx, facts, period, args, gap)
        # Nothing is left of the days before it: what can be told is told of the days since.
        args = args.model_copy(update={"start": gap.since, "label": ""})
    subject = of_period(ctx, args.start, args.end, args.label)
    lead = during(ctx, args.start, args.end, args.label)
    period.add(facts, "total", period.rows, subject)
    if not period.rows:
        what = sport_name(ctx, args.sport) if args.sport else say(ctx.lang, "tools.any_activity")
        none = Note(key="tools.totals_none", params={"during": lead, "what": what})
        told = (gap.note(""), none) if gap else (none,)
        return Result(facts=facts.all(), says=told, notes=hint)
    says = _said(ctx, facts, period, subject, lead)
    if gap is not None:
        says = [gap.note(""), gap.note("_part"), *says]
    notes = _missing_distance(facts, period, subject)
    if args.start <= ctx.today < args.end:
        notes.append(Note(key="tools.still_running"))
    cards = (_table(ctx, facts, period, args),) if args.by != "total" else ()
    shown = marked(ctx, facts.all(), gap)
    return Result(facts=shown, says=tuple(says), notes=tuple(notes), cards=cards)


def _nothing_left(ctx: ToolContext, facts: Facts, period: Period, args: TotalsArgs, gap: Gap) -> Result:
    """Say that nothing is left of a span of days: how much it was is not known, and not zero."""
    period.add(facts, "total", [], of_period(ctx, args.start, args.end, args.label))
    return Result(facts=marked(ctx, facts.all(), gap), says=(gap.note("_before"),))


def _said(ctx: ToolContext, facts: Facts, period: Period, subject: Subject, lead: str) -> list[Note]:
    """Say the totals: of one sport with its distance, of several each for itself."""
    params = {"during": lead, "n": len(period.rows)}
    numbers = {"count": "total.count", "moving": "total.moving_s"}
    if len(period.sports) > 1:
        first = Note(key="tools.totals_any", params=params, facts=numbers)
        return [first, *_by_sport(ctx, facts, period, subject)]
    sport = period.sports[0]
    if facts.value("total.distance_m") is None:
        return [
            Note(key="tools.totals_time", params={**params, "what": sport_name(ctx, sport)}, facts=numbers)
        ]
    numbers = {**numbers, "distance": "total.distance_m"}
    if sport in (Sport.run, Sport.ride, Sport.swim):
        says = [Note(key=f"tools.totals_{sport.value}", params=params, facts=numbers)]
    else:
        says = [
            Note(key="tools.totals_one", params={**params, "what": sport_name(ctx, sport)}, facts=numbers)
        ]
    if facts.value("total.pace_s_per_km") and len(period.rows) > 1:
        pace = {"pace": "total.pace_s_per_km", "longest": "total.longest_m"}
        says.append(Note(key="tools.totals_pace", facts=pace))
    return says


def _by_sport(ctx: ToolContext, facts: Facts, period: Period, subject: Subject) -> list[Note]:
    notes = []
    for sport in period.sports:
        key = f"sport.{sport.value}"
        period.add(facts, key, [row for row in period.rows if row.sport is sport], subject)
        numbers = {"count": f"{key}.count", "moving": f"{key}.moving_s"}
        known = bool(facts.value(f"{key}.distance_m"))
        if known:
            numbers["distance"] = f"{key}.distance_m"
        notes.append(
            Note(
                key="tools.totals_of_sport" if known else "tools.totals_of_sport_time",
                params={"sport": opening(ctx, sport_name(ctx, sport))},
                facts=numbers,
            )
        )
    return notes


def _missing_distance(facts: Facts, period: Period, subject: Subject) -> list[Note]:
    """Say how many activities are not in the distance because theirs is unknown."""
    without = [row for row in period.rows if row.distance_m is None and row.sport not in IN_PLACE]
    if not without or facts.value("total.distance_m") is None:
        return []
    n = facts.add("total.no_distance", "activity_count", len(without), "count", subject, rows=without)
    return [Note(key="tools.totals_part", params={"n": len(without)}, facts={"count": n})]


def _table(ctx: ToolContext, facts: Facts, period: Period, args: TotalsArgs) -> Card:
    """Return the totals of each week or month from the first to the last in which there can be something."""
    days = [row.local_date for row in period.rows]
    first, last = max(args.start, min(days)), min(args.end, max(*days, ctx.today))
    by_week = args.by == "week"
    spans = weeks_between(first, last, ctx.athlete.week_start) if by_week else months_between(first, last)
    lines = []
    for span in spans:
        start, end = max(span.first, args.start), min(span.last, args.end)
        name = (
            date_range(start, end, ctx.lang, ctx.today)
            if by_week
            else period_label(start, end, ctx.lang, ctx.today)
        )
        key = f"{args.by}.{start.isoformat()}"
        of_span = [row for row in period.rows if row.local_date in span]
        period.add(facts, key, of_span, of_period(ctx, start, end))
        parts = ("distance_m", "moving_s", "training_load") if of_span else ()
        cells = [facts.cell(f"{key}.{part}") for part in parts] or ["–"] * 3
        lines.append((opening(ctx, name), facts.cell(f"{key}.count"), *cells))
    return Card(
        kind="table",
        title=say(ctx.lang, f"tools.table_by_{args.by}"),
        columns=tuple(
            say(ctx.lang, f"tools.column_{c}") for c in ("period", "count", "distance", "time", "load")
        ),
        rows=tuple(lines),
    )
