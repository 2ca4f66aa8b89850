"""Any metric by its name, with what it means: for questions that no other tool answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field

from coach.domain.fact import Subject
from coach.domain.metrics import METRICS, Metric
from coach.domain.metrics.load_series import PROVISIONAL_DAYS
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.metrics.totals import Span
from coach.domain.source import Source
from coach.errors import BadInput
from coach.store import activities, daily, metrics, values
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import say
from coach.tools.completeness import gap_before, marked
from coach.tools.facts import Facts, of_activity, of_day, of_period
from coach.tools.spec import Card, Note, Result, ToolContext, tool
from coach.tools.which import Which, which

PERIOD_DAYS = 28
CHART_DAYS = 182
BASIS_DAYS = 182  # the activities that a metric of a day rests on, as far as one can tell them apart


class MetricArgs(Which):
    name: str = Field(description="which", json_schema_extra={"enum": list(METRICS)})


@tool(effect="read")
def metric(ctx: ToolContext, args: MetricArgs) -> Result:
    """One metric by name, of an activity, a day or a span of days, with what it means."""
    found = METRICS.get(args.name)
    if found is None:
        raise BadInput("no_such_metric", metric=args.name)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        match found.scope:
            case "activity":
                return _of_activity(ctx, session, found, args)
            case "day":
                return _of_day(ctx, session, found, args)
            case "period":
                return _of_period(ctx, session, found, args)


def _of_activity(ctx: ToolContext, session: Session, found: Metric, args: MetricArgs) -> Result:
    row = which(ctx, session, args, "metric")
    if not isinstance(row, Row):
        return Result(question=row)
    result = metrics.read(session, ctx.athlete.id, [row.id], [found.name]).get(row.id, {}).get(found.name)
    return _told(ctx, found, result, of_activity(ctx, row), [row])


def _of_day(ctx: ToolContext, session: Session, found: Metric, args: MetricArgs) -> Result:
    day = min(args.day or args.end or ctx.today, ctx.today)
    [result] = values.of_days(session, ctx.athlete.id, found.name, [day])
    needs, rows = values.needs_of(found.name), list[Row]()
    if needs.load or needs.measures or needs.thresholds:
        since = day - timedelta(days=BASIS_DAYS)
        rows = activities.find(session, ctx.athlete.id, start=since, end=day, limit=None)
    sources: set[Source] = set()
    if needs.daily_names:
        since = day - timedelta(days=BASIS_DAYS)
        sources |= {v.source for v in daily.values(session, ctx.athlete.id, needs.daily_names, since, day)}
    if needs.entry_kinds:
        sources.add(Source.journal)
    told = _told(ctx, found, result, of_day(ctx, day), rows, sources)
    gap = gap_before(ctx, session, day - timedelta(days=PROVISIONAL_DAYS)) if needs.load else None
    if gap is not None:
        told = told.model_copy(update={"notes": (gap.note("_load"), *told.notes)})
    start = args.start or day - timedelta(days=CHART_DAYS)
    return told.model_copy(update={"cards": (_chart(ctx, found, Span(start, day)),)})


def _of_period(ctx: ToolContext, session: Session, found: Metric, args: MetricArgs) -> Result:
    end = min(args.end or args.day or ctx.today, ctx.today)
    start = args.start or args.day or end - timedelta(days=PERIOD_DAYS - 1)
    span = Span(min(start, end), end)
    [(result, rows)] = values.of_spans(session, ctx.athlete.id, found.name, [span], args.sport)
    told = _told(ctx, found, result, of_period(ctx, span.first, span.last), rows)
    gap = gap_before(ctx, session, span.first)
    if gap is not None:
        says = (gap.note("" if rows else "_before"), *(told.says if rows else ()))
        told = told.model_copy(update={"facts": marked(ctx, told.facts, gap), "says": says})
    wide = Span(span.last - timedelta(days=CHART_DAYS), span.last)
    return told.model_copy(update={"cards": (_chart(ctx, found, wide),)})


def _told(
    ctx: ToolContext,
    found: Metric,
    result: Measure | Unknown | None,
    subject: Subject,
    rows: Sequence[Row],
    sources: set[Source] | None = None,
) -> Result:
    facts, title = Facts(ctx), say(ctx.lang, f"metric.{found.title}")
    key = facts.measure(found.name, found.name, result, subject, rows=rows, sources=sources or ())
    known = facts.value(key) is not None
    says = [
        Note(
            key="known.value" if known else "known.missing",
            params={"what": title, "when": subject.label},
            facts={"value" if known else "why": key},
        ),
        Note(key="known.about", params={"about": say(ctx.lang, f"metric.{found.name}_about")}),
    ]
    notes = []
    if isinstance(result, Measure) and result.estimated:
        notes.append(Note(key="known.estimated"))
    if isinstance(result, Measure) and result.detail.get("provisional"):
        notes.append(Note(key="known.provisional"))
    if found.evidence == "contested":
        notes.append(Note(key="known.contested"))
    return Result(facts=facts.all(), says=tuple(says), notes=tuple(notes))


def _chart(ctx: ToolContext, found: Metric, span: Span) -> Card:
    return Card(
        kind="chart",
        chart="metric_trend",
        title=say(ctx.lang, f"metric.{found.title}"),
        params={"metric": found.name, "start": span.first.isoformat(), "end": span.last.isoformat()},
    )
