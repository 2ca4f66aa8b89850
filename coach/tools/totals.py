"""How much: totals of a span of days, by week or month, and two spans side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from coach.domain.activity import Sport
from coach.domain.fact import Subject
from coach.domain.metrics import METRICS
from coach.domain.metrics import totals as totals_of
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Done, months_between, weeks_between
from coach.store import activities, metrics
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.text.formats import period_label
from coach.tools.facts import Facts, of_period, period_name, sport_name
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool


class TotalsArgs(Args):
    start: date = Field(description="first day")
    end: date = Field(description="last day, included")
    sport: Sport | None = Field(None, description="leave out for all sports")
    by: Literal["total", "week", "month"] = "total"
    label: str = Field("", description="how the athlete called the period")

    @model_validator(mode="after")
    def in_order(self) -> TotalsArgs:
        if self.end < self.start:
            self.start, self.end = self.end, self.start
        return self


class CompareArgs(Args):
    a_start: date = Field(description="first day of the period that is asked about")
    a_end: date
    b_start: date = Field(description="first day of the period it is compared with")
    b_end: date
    sport: Sport | None = None
    a_label: str = ""
    b_label: str = ""


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
FROM_METRICS = ("moving_s", "avg_hr_bpm", "ascent_m", "training_load")


class Period:
    """The activities of a span of days with what their totals need."""

    def __init__(
        self, ctx: ToolContext, session: Session, start: date, end: date, sport: Sport | None = None
    ) -> None:
        self.rows = activities.find(session, ctx.athlete.id, start=start, end=end, sport=sport, limit=None)
        read = metrics.read(session, ctx.athlete.id, [row.id for row in self.rows], FROM_METRICS)
        self._done = {row.id: _done(row, read.get(row.id, {})) for row in self.rows}

    def add(self, facts: Facts, key: str, rows: Sequence[Row], subject: Subject) -> None:
        """Add the totals of some of the rows as facts under `key`."""
        done = [self._done[row.id] for row in rows]
        on_foot = {row.sport for row in rows} <= {Sport.run}
        for part, metric in PARTS.items():
            if part == "pace_s_per_km" and not on_foot:
                continue  # the mean pace of runs and rides together says nothing
            facts.measure(f"{key}.{part}", metric.__name__, metric(done), subject, rows=rows)


def _done(row: Row, measured: Mapping[str, Measure | Unknown]) -> Done:
    values = {
        name: m.value if isinstance(m := measured.get(name), Measure) else None for name in FROM_METRICS
    }
    values["moving_s"] = values["moving_s"] or row.moving_s or row.elapsed_s
    return Done(row.id, row.local_date, row.sport, {**values, "distance_m": row.distance_m})


def _kind(sport: Sport | None) -> str:
    return sport.value if sport in (Sport.run, Sport.ride, Sport.swim) else "any"


def _nothing_yet(ctx: ToolContext, session: Session) -> tuple[Note, ...]:
    """Say how data comes in when there is none at all."""
    empty = activities.count(session, ctx.athlete.id) == 0
    return (Note(key="tools.no_data_yet"),) if empty else ()


@tool(effect="read")
def totals(ctx: ToolContext, args: TotalsArgs) -> Result:
    """Count, distance, time, pace and load of a span of days, in all or by week or month."""
    facts = Facts(ctx)
    label = args.label or period_name(ctx, args.start, args.end)
    subject = of_period(ctx, args.start, args.end, label)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        period = Period(ctx, session, args.start, args.end, args.sport)
        hint = () if period.rows else _nothing_yet(ctx, session)
    rows = period.rows
    period.add(facts, "total", rows, subject)
    if not rows:
        what = sport_name(ctx, args.sport) if args.sport else say(ctx.lang, "tools.any_activity")
        none = Note(key="tools.totals_none", params={"period": label, "what": what})
        return Result(facts=facts.all(), says=(none,), notes=hint)
    numbers = {"distance": "total.distance_m", "moving": "total.moving_s", "count": "total.count"}
    present = {row.sport for row in rows}
    only = args.sport or (next(iter(present)) if len(present) == 1 else None)
    says = [Note(key=f"tools.totals_{_kind(only)}", params={"period": label, "n": len(rows)}, facts=numbers)]
    if only is None:
        says += _by_sport(ctx, facts, period, subject)
    elif facts.value("total.pace_s_per_km") and len(rows) > 1:
        says.append(
            Note(
                key="tools.totals_pace",
                facts={"pace": "total.pace_s_per_km", "longest": "total.longest_m"},
            )
        )
    cards: tuple[Card, ...] = ()
    if args.by != "total":
        cards = (_table(ctx, facts, period, args),)
    notes = (Note(key="tools.still_running"),) if args.start < ctx.today <= args.end else ()
    return Result(facts=facts.all(), says=tuple(says), notes=notes, cards=cards)


def _by_sport(ctx: ToolContext, facts: Facts, period: Period, subject: Subject) -> list[Note]:
    notes = []
    for sport in (s for s in Sport if any(row.sport == s for row in period.rows)):
        key = f"sport.{sport.value}"
        period.add(facts, key, [row for row in period.rows if row.sport == sport], subject)
        known = facts.value(f"{key}.distance_m")
        notes.append(
            Note(
                key="tools.totals_of_sport" if known else "tools.totals_of_sport_time",
                params={"sport": sport_name(ctx, sport)},
                facts={
                    "count": f"{key}.count",
                    "moving": f"{key}.moving_s",
                    **({"distance": f"{key}.distance_m"} if known else {}),
                },
            )
        )
    return notes


def _table(ctx: ToolContext, facts: Facts, period: Period, args: TotalsArgs) -> Card:
    spans = (
        weeks_between(args.start, args.end, ctx.athlete.week_start)
        if args.by == "week"
        else months_between(args.start, args.end)
    )
    lines = []
    for span in spans:
        first, last = max(span.first, args.start), min(span.last, args.end)
        key = f"{args.by}.{first.isoformat()}"
        of_span = [row for row in period.rows if row.local_date in span]
        period.add(facts, key, of_span, of_period(ctx, first, last))
        name = period_label(first, last, ctx.lang, None if args.by == "week" else ctx.today)
        lines.append(
            (name, *(f"{{{key}.{part}}}" for part in ("count", "distance_m", "moving_s", "training_load")))
        )
    return Card(
        kind="table",
        title=say(ctx.lang, f"tools.table_by_{args.by}"),
        columns=tuple(
            say(ctx.lang, f"tools.column_{c}") for c in ("period", "count", "distance", "time", "load")
        ),
        rows=tuple(lines),
    )


@tool(effect="read")
def compare_periods(ctx: ToolContext, args: CompareArgs) -> Result:
    """Two spans of days side by side: what was more, what was less, and by how much."""
    facts = Facts(ctx)
    a_label = args.a_label or period_name(ctx, args.a_start, args.a_end)
    b_label = args.b_label or period_name(ctx, args.b_start, args.b_end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        a = Period(ctx, session, args.a_start, args.a_end, args.sport)
        b = Period(ctx, session, args.b_start, args.b_end, args.sport)
        hint = () if a.rows or b.rows else _nothing_yet(ctx, session)
    a.add(facts, "a", a.rows, of_period(ctx, args.a_start, args.a_end, a_label))
    b.add(facts, "b", b.rows, of_period(ctx, args.b_start, args.b_end, b_label))
    if not a.rows and not b.rows:
        nothing = Note(key="tools.compare_nothing", params={"a": a_label, "b": b_label})
        return Result(facts=facts.all(), says=(nothing,), notes=hint)
    lines = _differences(ctx, facts, args, [*a.rows, *b.rows])
    a_days = (args.a_end - args.a_start).days + 1
    b_days = (args.b_end - args.b_start).days + 1
    notes = []
    if args.a_start <= ctx.today < args.a_end:
        notes.append(Note(key="tools.still_running"))
    elif abs(a_days - b_days) > 3:
        notes.append(Note(key="tools.lengths_differ", params={"a": a_days, "b": b_days}))
    return Result(
        facts=facts.all(),
        says=_compare_says(facts, a_label, b_label),
        notes=tuple(notes),
        cards=(
            Card(
                kind="table",
                title=f"{a_label} · {b_label}",
                columns=("", a_label, b_label, say(ctx.lang, "tools.column_change")),
                rows=tuple(lines),
            ),
            Card(
                kind="chart",
                chart="compare",
                title=say(ctx.lang, "tools.compare_title", a=a_label, b=b_label),
                params={
                    "a_start": args.a_start.isoformat(),
                    "a_end": args.a_end.isoformat(),
                    "b_start": args.b_start.isoformat(),
                    "b_end": args.b_end.isoformat(),
                    **({"sport": args.sport.value} if args.sport else {}),
                },
            ),
        ),
    )


def _differences(
    ctx: ToolContext, facts: Facts, args: CompareArgs, rows: Sequence[Row]
) -> list[tuple[str, str, str, str]]:
    """Add how far the two spans are apart in each part, and return the lines of the table."""
    first, last = min(args.a_start, args.b_start), max(args.a_end, args.b_end)
    lines = []
    for part, metric in PARTS.items():
        name = say(ctx.lang, f"metric.{metric.__name__}")
        a, b = facts.value(f"a.{part}"), facts.value(f"b.{part}")
        if a is None and b is None:
            continue
        change = "–"
        if a is not None and b is not None:
            facts.add(
                f"gap.{part}",
                part,
                abs(a - b),
                METRICS[metric.__name__].unit,
                of_period(ctx, first, last),
                label=say(ctx.lang, "tools.difference_of", what=name),
                rows=rows,
            )
            change = f"{'+' if a > b else '−' if a < b else ''}{{gap.{part}}}"
        cells = [f"{{{side}.{part}}}" if known is not None else "–" for side, known in (("a", a), ("b", b))]
        lines.append((name, cells[0], cells[1], change))
    return lines


def _compare_says(facts: Facts, a: str, b: str) -> tuple[Note, ...]:
    a_distance, b_distance = facts.value("a.distance_m") or 0.0, facts.value("b.distance_m") or 0.0
    a_pace, b_pace = facts.value("a.pace_s_per_km"), facts.value("b.pace_s_per_km")
    names = {"a": a, "b": b}
    both = {"a_distance": "a.distance_m", "b_distance": "b.distance_m"}
    says = []
    if abs(a_distance - b_distance) < 500:
        says.append(Note(key="tools.compare_same", params=names, facts=both))
    else:
        key = "tools.compare_more" if a_distance > b_distance else "tools.compare_less"
        says.append(Note(key=key, params=names, facts={**both, "gap": "gap.distance_m"}))
    if a_pace is not None and b_pace is not None and abs(a_pace - b_pace) >= 2:
        key = "tools.compare_faster" if a_pace < b_pace else "tools.compare_slower"
        says.append(
            Note(key=key, params=names, facts={"a_pace": "a.pace_s_per_km", "b_pace": "b.pace_s_per_km"})
        )
    return tuple(says)
