"""The chart registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.charts.style import Palette, config, palette
from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.errors import BadInput
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.formats import period_label

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, HEIGHT = 620, 260


# Sums of days stay within the calendar.
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]


class Params(BaseModel):
    """What may be said about a chart; each chart uses some of it."""

    model_config = ConfigDict(extra="forbid")

    start: Day | None = None
    end: Day | None = None
    activity_id: int | None = None
    other_id: int | None = None  # of a chart of two activities
    align: Literal["distance", "time"] = "distance"
    sport: Sport | None = None
    a_start: Day | None = None
    a_end: Day | None = None
    b_start: Day | None = None
    b_end: Day | None = None
    metric: str | None = Field(None, max_length=60)
    what: str | None = Field(None, max_length=60)
    since: Day | None = None
    a: str | None = Field(None, max_length=60)
    b: str | None = Field(None, max_length=60)
    lag_days: int | None = Field(None, ge=0, le=14)
    channel: Literal["pace", "hr", "power"] = "pace"  # of a curve
    plan_id: int | None = Field(None, ge=1, lt=2**63)
    revision: int | None = Field(None, ge=1, lt=2**31)  # of that plan


@dataclass(frozen=True)
class Canvas:
    """For whom a chart is drawn."""

    session: Session
    athlete: Athlete
    lang: Lang
    today: date
    colours: Palette

    def text(self, key: str, **params: Any) -> str:
        """Return a sentence of the charts' catalogue."""
        return say(self.lang, f"charts.{key}", **params)

    @property
    def imperial(self) -> bool:
        return self.athlete.units == "imperial"

    @property
    def km_m(self) -> float:
        """Metres in the unit that distances are drawn in."""
        return 1609.344 if self.imperial else 1000.0

    @property
    def far(self) -> str:
        """Name of the unit that distances are drawn in."""
        return "mi" if self.imperial else "km"

    @property
    def height(self) -> str:
        """Name of the unit that heights are drawn in."""
        return "ft" if self.imperial else "m"

    def span(self, params: Params, days: int) -> tuple[date, date]:
        """Return the days to draw: those asked for, else the last `days`."""
        end = params.end or self.today
        start = params.start or end - timedelta(days=days)
        return (start, end) if start <= end else (end, start)

    def clipped(self, start: date, end: date, first: date) -> date:
        """Return the first day to draw: no more than a year of nothing before the first record."""
        return max(start, min(first, end - timedelta(days=365)))

    def period(self, start: date, end: date) -> str:
        """Return a span of days as a person would say it."""
        return period_label(start, end, self.lang, self.today, week_start=self.athlete.week_start)

    def empty(self, why: str = "nothing") -> Spec:
        """Return what is drawn where there is nothing to draw: the sentence `why`."""
        return {
            "data": {"values": [{"text": self.text(why)}]},
            "mark": {"type": "text", "fontSize": 15, "color": self.colours.muted},
            "encoding": {"text": {"field": "text", "type": "nominal"}},
            "height": 120,
        }


ChartFn = Callable[[Canvas, Params], Spec]


@dataclass(frozen=True)
class Chart:
    """`needs` are parameters without which it cannot be drawn."""

    name: str
    needs: tuple[str, ...]
    fn: ChartFn


CHARTS: dict[str, Chart] = {}


def chart(*, needs: Sequence[str]) -> Callable[[ChartFn], ChartFn]:
    """Register a function as the chart of its name; the title is the text `charts.<name>`."""

    def register(fn: ChartFn) -> ChartFn:
        name = fn.__name__
        if name in CHARTS:
            raise ValueError(f"chart {name} is declared twice")
        CHARTS[name] = Chart(name, tuple(needs), fn)
        return fn

    return register


def build(
    chart_id: str,
    params: Mapping[str, Any],
    *,
    session: Session,
    athlete: Athlete,
    lang: Lang,
    today: date,
    theme: str = "light",
) -> Spec:
    """Return the Vega-Lite spec of a chart with its data inside.

    Raises BadInput for an unknown chart or parameters that do not fit it, NotFound for an activity that is
    not the athlete's.
    """
    found = CHARTS.get(chart_id)
    if found is None:
        raise BadInput("no_such_chart", chart=chart_id, known=", ".join(CHARTS))
    try:
        given = Params.model_validate(dict(params))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput("bad_chart_parameter", name=".".join(map(str, first["loc"]))) from error
    for name in found.needs:
        if getattr(given, name) is None:
            raise BadInput("bad_chart_parameter", name=name)
    colours = palette(theme)
    spec = found.fn(Canvas(session, athlete, lang, today, colours), given)
    framed: Spec = {"$schema": SCHEMA, "background": colours.background, "config": config(colours), **spec}
    if not {"vconcat", "hconcat", "facet"} & spec.keys():
        framed = {"width": WIDTH, "height": HEIGHT, **framed}
    return framed
