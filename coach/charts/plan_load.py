"""Fitness and form as they were, and as the plan lets expect them until its last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from coach.charts.plan_volume import shown_plan
from coach.charts.registry import WIDTH, Canvas, Params, Spec, chart
from coach.charts.style import day_x
from coach.domain.metrics.load_series import LoadSeries, load_series
from coach.domain.plan.model import Plan, Situation
from coach.domain.plan.projection import project
from coach.errors import NotEnoughData
from coach.store import activities, completeness, metrics

BEFORE_DAYS = 42


@chart(needs=())
def plan_load(canvas: Canvas, params: Params) -> Spec:
    """Solid what was, dashed what is to be expected; the race is a line across."""
    plan = shown_plan(canvas, params)
    if plan is None:
        return canvas.empty("no_plan")
    was = _was(canvas, min(canvas.today, plan.end))
    rows = _past(canvas, plan, was) + _ahead(canvas, plan, was)
    if not any(row["ahead"] for row in rows) and canvas.today < plan.end:
        return canvas.empty("no_forecast")
    if not rows:
        return canvas.empty()
    days = (plan.end - date.fromisoformat(rows[0]["day"])).days
    c = canvas.colours
    colour = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": [canvas.text("ctl"), canvas.text("tsb")], "range": [c.fitness, c.form]},
    }
    dash = {
        "field": "ahead",
        "type": "nominal",
        "scale": {"domain": [False, True], "range": [[1, 0], [5, 4]]},
    }
    races = [
        {"day": race.day.isoformat(), "name": race.name or canvas.text("plan_race")}
        for race in plan.races
        if race.day <= plan.end
    ]
    x = day_x(canvas.lang, days)
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2.2},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "value",
                        "type": "quantitative",
                        "axis": {"title": canvas.text("load_axis")},
                    },
                    "color": colour,
                    "strokeDash": {**dash, "legend": None},
                    "detail": {"field": "ahead"},
                    "tooltip": [
                        {
                            "field": "day",
                            "type": "temporal",
                            "timeUnit": "utcyearmonthdate",
                            "title": canvas.text("day"),
                        },
                        {"field": "name", "title": canvas.text("what")},
                        {"field": "value", "title": canvas.text("value")},
                    ],
                },
            },
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": c.muted, "strokeDash": [3, 3]},
                "encoding": {"y": {"datum": 0, "type": "quantitative"}},
            },
            {
                "data": {"values": races},
                "mark": {"type": "rule", "color": c.warn},
                "encoding": {"x": x},
            },
            {
                "data": {"values": races},
                "mark": {"type": "text", "align": "right", "dx": -5, "color": c.warn, "limit": 180},
                "encoding": {"x": x, "y": {"value": 8}, "text": {"field": "name"}},
            },
        ],
    }


def _was(canvas: Canvas, until: date) -> LoadSeries | None:
    """Return fitness and form up to a day, or None where they are not known yet."""
    s, athlete_id = canvas.session, canvas.athlete.id
    first = activities.first_day(s, athlete_id)
    if first is None or first > until:
        return None
    try:
        daily = metrics.daily_sums(s, athlete_id, "training_load", first, until)
    except NotEnoughData:  # still being computed
        return None
    complete = completeness.incomplete_before(s) or first
    return load_series(daily, first_day=max(first, complete), last_day=until)


def _past(canvas: Canvas, plan: Plan, was: LoadSeries | None) -> list[dict[str, Any]]:
    if was is None:
        return []
    first = plan.start - timedelta(days=BEFORE_DAYS)
    return [
        row
        for i, day in enumerate(was.days)
        if first <= day
        for row in _rows(canvas, day, float(was.ctl[i]), float(was.tsb[i]), ahead=False)
    ]


def _ahead(canvas: Canvas, plan: Plan, was: LoadSeries | None) -> list[dict[str, Any]]:
    """Return what the rest of the plan leads to, from what is known today, else from when it was built."""
    basis = plan.basis
    known = was is not None and bool(len(was))
    situation = Situation(
        today=canvas.today if known else basis.day,
        ctl=float(was.ctl[-1]) if known and was is not None else basis.ctl,
        atl=float(was.atl[-1]) if known and was is not None else basis.atl,
        load_per_hour=basis.load_per_hour,
    )
    return [
        row
        for each in project(plan, situation)
        if canvas.today <= each.day <= plan.end
        for row in _rows(canvas, each.day, each.ctl, each.tsb, ahead=True)
    ]


def _rows(canvas: Canvas, day: date, ctl: float, tsb: float, *, ahead: bool) -> list[dict[str, Any]]:
    rows = []
    for what, value in (("ctl", ctl), ("tsb", tsb)):
        name = canvas.text(what)
        rows.append(
            {
                "day": day.isoformat(),
                "what": name,
                "name": canvas.text("plan_forecast", name=name) if ahead else name,
                "value": round(value, 1),
                "ahead": ahead,
            }
        )
    return rows
