"""The chart registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from coach.charts.style import Palette, config, palette
from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.errors import BadInput
from coach.store.session import Session
from coach.text import Lang, say

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 620, 260


class Params(BaseModel):
    """What may be said about a chart; each chart uses some of it."""

    model_config = ConfigDict(extra="forbid")

    start: date | None = None
    end: date | None = None
    activity_id: int | None = None
    sport: Sport | None = None
    a_start: date | None = None
    a_end: date | None = None
    b_start: date | None = None
    b_end: date | None = None
    metric: str = ""


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

    def span(self, params: Params, days: int) -> tuple[date, date]:
        """Return the days to draw: those asked for, else the last `days`."""
        end = params.end or self.today
        start = params.start or end - timedelta(days=days)
        return (start, end) if start <= end else (end, start)

    def empty(self) -> Spec:
        """Return what is drawn where there is nothing to draw: a sentence."""
        return {
            "data": {"values": [{"text": self.text("nothing")}]},
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
