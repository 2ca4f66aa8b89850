"""What changed, and what goes with what: a series with its levels, and pairs with their line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import numpy as np

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import PACE_LABEL, day_x
from coach.domain.metrics import correlation as pairs_of
from coach.domain.metrics.changes import NEEDS, WINDOW
from coach.domain.metrics.correlation import Cause, Link, Outcome
from coach.domain.metrics.judging import Change, Ready, change_since, found_changes, prepare
from coach.domain.metrics.watched import DAILY_NAMES, WHATS, What, series_of
from coach.errors import BadInput
from coach.store.history import history_of
from coach.text import say
from coach.text.formats import KG_PER_LB, M_PER_FOOT

BAND_POINTS = 41
SECONDS_PER_HOUR = 3600


@chart(needs=())
def change(canvas: Canvas, params: Params) -> Spec:
    """One watched series: single values, the level that lasted, and the day it changed."""
    what = _one_of(params.what or WHATS[0], WHATS, "what")
    start, end = canvas.span(params, WINDOW.days)
    end = min(end, canvas.today)
    past = history_of(
        canvas.session,
        canvas.athlete.id,
        end,
        measures=NEEDS,
        daily_names=DAILY_NAMES,
        since=start,
        devices=True,
    )
    ready = None if past is None else prepare(series_of(past, what, start, end))
    if ready is None:
        return canvas.empty()
    return _drawn(canvas, ready, _changes(ready, params.since), (start, end))


def _changes(ready: Ready, since: date | None) -> list[Change]:
    if since is None:
        return found_changes(ready)[0]
    found = change_since(ready, since)
    return [found] if isinstance(found, Change) else []


def _drawn(canvas: Canvas, ready: Ready, changes: list[Change], span: tuple[date, date]) -> Spec:
    series, c = ready.series, canvas.colours
    size = _size(canvas, series.watched.what)
    dots = [
        {"day": day.isoformat(), "value": round(size * series.back(float(level)), 3)}
        for day, level in zip(series.days, ready.level, strict=True)
    ]
    levels, rules = [], []
    for n, one in enumerate(changes):
        before, after = (round(size * v, 3) for v in (one.before, one.after))
        last = changes[n + 1].day if n + 1 < len(changes) else one.last
        if n == 0:
            levels.append({"day": one.first.isoformat(), "to": one.day.isoformat(), "value": before})
        levels.append({"day": one.day.isoformat(), "to": last.isoformat(), "value": after})
        rules.append({"day": one.day.isoformat(), "why": say(canvas.lang, f"change.chart_{one.status}")})
    if not changes:
        middle = round(size * series.back(float(np.mean(ready.level))), 3)
        levels = [{"day": series.days[0].isoformat(), "to": series.days[-1].isoformat(), "value": middle}]
    x = day_x(canvas.lang, (span[1] - span[0]).days)
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": _axis(canvas, ready), "tickCount": 5},
    }
    what = say(canvas.lang, f"change.name_{series.watched.what}")
    what = what[:1].upper() + what[1:]
    return {
        "title": say(canvas.lang, "change.chart_title", what=what),
        "layer": [
            {
                "data": {"values": dots},
                "mark": {"type": "circle", "color": c.muted, "opacity": 0.45, "size": 22},
                "encoding": {
                    "x": x,
                    "y": y,
                    "tooltip": [
                        {"field": "day", "title": canvas.text("day")},
                        {"field": "value", "title": _axis(canvas, ready)},
                    ],
                },
            },
            {
                "data": {"values": levels},
                "mark": {"type": "rule", "color": c.fitness, "strokeWidth": 3.2},
                "encoding": {"x": x, "x2": {"field": "to"}, "y": y},
            },
            {
                "data": {"values": rules},
                "mark": {"type": "rule", "color": c.warn, "strokeDash": [4, 4], "strokeWidth": 1.5},
                "encoding": {"x": x},
            },
            {
                "data": {"values": rules},
                "mark": {
                    "type": "text",
                    "color": c.warn,
                    "align": "left",
                    "dx": 5,
                    "dy": 4,
                    "baseline": "top",
                },
                "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "why"}},
            },
        ],
    }


def _size(canvas: Canvas, what: What) -> float:
    """Return what a value is multiplied by to be drawn in the athlete's units."""
    if not canvas.imperial:
        return 1.0
    return {"weight": 1 / KG_PER_LB, "stride": 1 / M_PER_FOOT}.get(what, 1.0)


def _axis(canvas: Canvas, ready: Ready) -> str:
    what = ready.series.watched.what
    units = {"weight": ("kg", "lb"), "stride": ("m", "ft")}.get(what)
    unit = {"unit": units[canvas.imperial]} if units else {}
    return say(canvas.lang, f"change.axis_{what}", **unit)


@chart(needs=())
def correlation(canvas: Canvas, params: Params) -> Spec:
    """Pairs of a cause and an outcome, with the line through them and its 95 % band."""
    a: Cause = _one_of(params.a or "sleep", get_args(Cause), "a")
    b: Outcome = _one_of(params.b or "efficiency", get_args(Outcome), "b")
    start, end = canvas.span(params, 364)
    end = min(end, canvas.today)
    past = history_of(
        canvas.session,
        canvas.athlete.id,
        end,
        load=a == "load",
        measures=pairs_of.MEASURES,
        daily_names=[name for names in pairs_of.CAUSE_NAMES.values() for name in names],
        entry_kinds=pairs_of.SAID if b in pairs_of.SAID else (),
        since=start - timedelta(days=60),
    )
    link = None if past is None else pairs_of.correlate(past, a, b, start, end, params.lag_days)
    if not isinstance(link, Link):
        return canvas.empty()
    x_size = {"sleep": 1 / SECONDS_PER_HOUR, "distance": 1 / canvas.km_m}.get(a, 1.0)
    # Drawn as they are compared: how far from the weeks around, about the mean of all.
    middle, level = (float(np.mean([pair[n] for pair in link.pairs])) for n in (1, 2))
    causes = middle + np.array([u for u, _ in link.apart])
    outcomes = level + np.array([v for _, v in link.apart])
    grid = np.linspace(causes.min(), causes.max(), BAND_POINTS)

    def drawn(value: float) -> float:
        # Efficiency is a logarithm of speed per heartbeat: at the mean heart rate it is a pace.
        return round(_pace(canvas, link, value - level) if b == "efficiency" else value, 3)

    dots = [
        {"day": day.isoformat(), "x": round(x_size * cause, 3), "y": drawn(outcome)}
        for (day, _, _), cause, outcome in zip(link.pairs, causes.tolist(), outcomes.tolist(), strict=True)
    ]
    reach = link.slope_high - link.slope
    base = reach * float(causes.std())  # where the line hangs is known as well as one SD of its slope
    band = []
    for cause in grid.tolist():
        at, wide = level + link.slope * (cause - middle), float(np.hypot(reach * (cause - middle), base))
        band.append(
            {"x": round(x_size * cause, 3), "y": drawn(at), "low": drawn(at - wide), "high": drawn(at + wide)}
        )
    return _scatter(canvas, link, dots, band)


def _pace(canvas: Canvas, link: Link, change: float) -> float:
    return (link.pace_s_per_km or 0.0) * canvas.km_m / 1000 * float(np.exp(-change))


def _scatter(canvas: Canvas, link: Link, dots: list[dict[str, Any]], band: list[dict[str, Any]]) -> Spec:
    c = canvas.colours
    x_unit = {"unit": canvas.far} if link.a == "distance" else {}
    x_title = say(canvas.lang, f"change.axis_cause_{link.a}", **x_unit)
    unit = {"unit": canvas.far} if link.b == "efficiency" else {}
    y_title = say(canvas.lang, f"change.axis_outcome_{link.b}", **unit)
    paced: dict[str, Any] = {"labelExpr": PACE_LABEL} if link.b == "efficiency" else {}
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": x_title, "grid": False},
    }
    y = {
        "type": "quantitative",
        "scale": {"zero": False, "reverse": link.b == "efficiency"},
        "axis": {"title": y_title, "tickCount": 5, **paced},
    }
    title = say(
        canvas.lang,
        "change.chart_link",
        cause=say(canvas.lang, f"change.cause_{link.a}"),
        outcome=say(canvas.lang, f"change.outcome_{link.b}"),
        n=link.n,
    )
    return {
        "title": title[:1].upper() + title[1:],
        "layer": [
            {
                "data": {"values": band},
                "mark": {"type": "area", "color": c.fitness, "opacity": 0.16},
                "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
            {
                "data": {"values": dots},
                "mark": {"type": "circle", "color": c.muted, "opacity": 0.55, "size": 28},
                "encoding": {
                    "x": x,
                    "y": {"field": "y", **y},
                    "tooltip": [{"field": "day", "title": canvas.text("day")}],
                },
            },
            {
                "data": {"values": band},
                "mark": {"type": "line", "color": c.fitness, "strokeWidth": 2.4},
                "encoding": {"x": x, "y": {"field": "y", **y}},
            },
        ],
    }


def _one_of[T: str](asked: str, known: tuple[T, ...], name: str) -> T:
    for one in known:
        if one == asked:
            return one
    raise BadInput("bad_chart_parameter", name=name)
