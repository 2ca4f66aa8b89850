"""What the coach computes: every metric with its source, and its values for the athlete."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.deps import MAX_ID, House, Who
from api.errors import documented
from coach.domain.activity import Sport
from coach.domain.metrics import METRICS, Metric
from coach.domain.metrics.registry import Evidence, Measure, Scope, Unknown
from coach.domain.metrics.totals import Span, months_between, weeks_between
from coach.errors import BadInput, NotFound
from coach.store import activities, athletes, values
from coach.store import metrics as stored
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.facts import quantity, reason

router = APIRouter(prefix="/metrics", tags=["metrics"])

Name = Annotated[str, Path(pattern="^[a-z0-9_]{1,60}$", examples=["ctl"])]
By = Literal["day", "week", "month", "all"]
DEFAULT_DAYS = 28
MAX_DAYS = 3700  # ten years and a bit: a day each is a page that a browser still draws
MAX_ACTIVITIES = 5000


class MetricOut(BaseModel):
    name: str = Field(examples=["trimp"])
    title: str
    about: str
    unit: str
    scope: Scope
    combine: str
    needs: list[str]
    source: str = Field(description="The publication it follows.")
    evidence: Evidence
    version: int
    doc: str


class MetricList(BaseModel):
    metrics: list[MetricOut]


class ValueOut(BaseModel):
    """One value. `value` null is unknown, and `because` says why in the athlete's language."""

    activity_id: int | None = None
    start: date = Field(description="The day, or the first day of the span.")
    end: date
    value: float | None
    text: str = Field(description="The value with its unit, as the coach says it; or why there is none.")
    because: str | None = Field(None, description="Key of the reason.")
    coverage: float | None = Field(None, description="0–1: how much of it had data.")
    estimated: bool = False
    version: int
    detail: dict[str, Any] = Field({}, description="Rows of a table, points of a curve, terms of a score.")


class Values(BaseModel):
    metric: str
    unit: str
    values: list[ValueOut]


@router.get("", name="list_metrics", summary="What the coach computes", responses=documented(401, 403))
def list_metrics(house: House, who: Who) -> MetricList:
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    return MetricList(metrics=[metric_out(m, lang) for m in METRICS.values()])


def metric_out(m: Metric, lang: Lang) -> MetricOut:
    return MetricOut(
        name=m.name,
        title=say(lang, f"metric.{m.title}"),
        about=say(lang, f"metric.{m.name}_about"),
        unit=m.unit,
        scope=m.scope,
        combine=m.combine,
        needs=list(m.needs),
        source=m.source,
        evidence=m.evidence,
        version=m.version,
        doc=m.doc,
    )


@router.get(
    "/{metric}",
    name="metric_values",
    summary="The values of a metric",
    response_model=Values,
    responses=documented(400, 401, 403, 404, 422),
)
def metric_values(
    metric: Name,
    house: House,
    who: Who,
    start: Annotated[date | None, Query(description="First local date; 28 days back when left out.")] = None,
    end: Annotated[date | None, Query(description="Last local date, included; today when left out.")] = None,
    by: Annotated[By | None, Query(description="Of metrics of days and spans: one value for each.")] = None,
    sport: Annotated[Sport | None, Query()] = None,
    activity_id: Annotated[int | None, Query(ge=1, le=MAX_ID, description="Of one activity.")] = None,
    detail: Annotated[bool, Query(description="With the rows and points behind each value.")] = False,
) -> Response:
    """Of an activity's metric one value per activity, of a day's one per day, of a span's one per span."""
    found = METRICS.get(metric)
    if found is None:
        raise NotFound("no_such_metric", metric=metric)
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = house.clock().astimezone(athlete.zone).date()
        last = min(end or today, today)
        first = min(start or last - timedelta(days=DEFAULT_DAYS - 1), last)
        if (last - first).days > MAX_DAYS:
            raise BadInput("span_too_long", days=MAX_DAYS)
        told = _Telling(found, athlete.lang, athlete.units, detail or activity_id is not None)
        if activity_id is not None and found.scope != "activity":
            raise BadInput("bad_request_field", field="activity_id", problem=found.scope)
        match found.scope:
            case "activity":
                lines = _of_activities(s, who.athlete_id, told, first, last, sport, activity_id)
            case "day":
                days = _days(first, last, by, athlete.week_start)
                results = values.of_days(s, who.athlete_id, metric, days)
                lines = [told.line(r, day, day) for day, r in zip(days, results, strict=True)]
            case "period":
                spans = _spans(first, last, by, athlete.week_start)
                of_spans = values.of_spans(s, who.athlete_id, metric, spans, sport)
                lines = [told.line(r, x.first, x.last) for x, (r, _) in zip(spans, of_spans, strict=True)]
    told_all = Values(metric=metric, unit=found.unit, values=lines)
    # Made by us, so there is nothing to check again: a year of days is written three times as fast.
    return Response(told_all.model_dump_json(), media_type="application/json")


class _Telling:
    """How one metric's values are told to one athlete."""

    def __init__(
        self, metric: Metric, lang: Lang, units: Literal["metric", "imperial"], detail: bool
    ) -> None:
        self.metric, self._lang, self._units, self._detail = metric, lang, units, detail

    def line(
        self, result: Measure | Unknown, start: date, end: date, activity_id: int | None = None
    ) -> ValueOut:
        measure = result if isinstance(result, Measure) else None
        value = measure.value if measure else None
        if isinstance(result, Unknown):
            text, because = reason(result.because, result.params, self._lang), result.because
        elif value is None:
            text, because = reason("not_known", {}, self._lang), "not_known"
        else:
            m = self.metric
            text, because = quantity(value, m.unit, self._lang, self._units, metric=m.name), None
        return ValueOut(
            activity_id=activity_id,
            start=start,
            end=end,
            value=value,
            text=text,
            because=because,
            coverage=measure.coverage if measure else None,
            estimated=measure.estimated if measure else False,
            version=self.metric.version,
            detail=dict(measure.detail) if measure and self._detail else {},
        )


def _of_activities(
    s: Session,
    athlete_id: int,
    told: _Telling,
    first: date,
    last: date,
    sport: Sport | None,
    activity_id: int | None,
) -> list[ValueOut]:
    if activity_id is not None:
        rows = [activities.get(s, athlete_id, activity_id)]
    else:
        rows = activities.find(
            s, athlete_id, start=first, end=last, sport=sport, limit=MAX_ACTIVITIES, newest_first=False
        )
    name = told.metric.name
    # A line for each: one that waits to be computed says so, and the others stand.
    read = stored.read(s, athlete_id, [row.id for row in rows], [name], whole=False)
    return [told.line(read[row.id][name], row.local_date, row.local_date, row.id) for row in rows]


def _days(first: date, last: date, by: By | None, week_start: int) -> list[date]:
    """Return the days asked for: each, or the last of each week or month."""
    if by in ("week", "month", "all"):
        return [min(span.last, last) for span in _spans(first, last, by, week_start)]
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _spans(first: date, last: date, by: By | None, week_start: int) -> list[Span]:
    """Return the spans asked for, cut to the days from first to last."""
    match by:
        case "day":
            spans = [
                Span(first + timedelta(days=n), first + timedelta(days=n))
                for n in range((last - first).days + 1)
            ]
        case "week":
            spans = weeks_between(first, last, week_start)
        case "month":
            spans = months_between(first, last)
        case _:
            spans = [Span(first, last)]
    return [Span(max(span.first, first), min(span.last, last)) for span in spans]
