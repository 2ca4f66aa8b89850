"""A plan's weeks: what is planned against what was run."""

from __future__ import annotations

from typing import Any

from coach.charts.registry import Canvas, Params, Spec, chart
from coach.charts.style import day_label
from coach.domain.activity import Sport
from coach.domain.plan.model import Plan
from coach.store import activities, plans
from coach.text import say


def shown_plan(canvas: Canvas, params: Params) -> Plan | None:
    """Return the plan to draw: the one asked for, else the one that runs, else the newest; None without any.

    Of a plan the revision asked for, else the approved one, else the newest. Raises NotFound.
    """
    s = canvas.session
    head = None
    if params.plan_id is not None:
        head = plans.head(s, params.plan_id)
    else:
        head = plans.running(s) or next(iter(plans.heads(s, limit=1)), None)
    if head is None:
        return None
    number = params.revision or head.approved
    found = plans.latest(s, head.id) if number is None else plans.revision(s, head.id, number)
    return found.plan


@chart(needs=())
def plan_volume(canvas: Canvas, params: Params) -> Spec:
    """Distance by week of the plan, with what was run so far inside the bars."""
    plan = shown_plan(canvas, params)
    if plan is None or not any(week.run_m for week in plan.weeks):
        return canvas.empty("no_plan")
    until = min(canvas.today, plan.end)
    rows = activities.find(
        canvas.session, canvas.athlete.id, start=plan.start, end=until, sport=Sport.run, limit=None
    )
    c, lang = canvas.colours, canvas.lang
    values: list[dict[str, Any]] = []
    for week in plan.weeks:
        done = sum(row.distance_m or 0.0 for row in rows if week.start <= row.local_date <= week.end)
        began = week.start <= canvas.today
        values.append(
            {
                "label": week.start.isoformat(),
                "week": week.number,
                "phase": say(lang, "plan.cutback" if week.cutback else f"plan.phase_{week.phase.value}"),
                "planned": round(week.run_m / canvas.km_m, 1),
                "done": round(done / canvas.km_m, 1) if began else None,
                "longest": round(week.longest_m / canvas.km_m, 1),
                "race": any(w.race_id is not None or w.kind == "race" for w in week.workouts),
            }
        )
    x = {
        "field": "label",
        "type": "ordinal",
        "axis": {
            "title": canvas.text("by_week"),
            "labelExpr": day_label(lang),
            "labelAngle": 0,
            "labelOverlap": "parity",
        },
    }
    names = [canvas.text("plan_planned"), canvas.text("plan_done")]
    scale = {"domain": names, "range": [c.bar_soft, c.bar]}
    tip = [
        {"field": "label", "title": canvas.text("day")},
        {"field": "phase", "title": canvas.text("plan_phase")},
        {"field": "planned", "title": f"{names[0]} ({canvas.far})"},
        {"field": "done", "title": f"{names[1]} ({canvas.far})"},
        {"field": "longest", "title": f"{canvas.text('plan_longest')} ({canvas.far})"},
    ]

    def bars(field: str, name: str, band: float) -> Spec:
        return {
            "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": band}},
            "encoding": {
                "x": x,
                "y": {
                    "field": field,
                    "type": "quantitative",
                    "axis": {"title": canvas.far, "tickCount": 5},
                },
                "color": {"datum": name, "type": "nominal", "scale": scale},
                "tooltip": tip,
            },
        }

    return {
        "data": {"values": values},
        "layer": [
            bars("planned", names[0], 0.84),
            {"transform": [{"filter": "datum.done > 0"}], **bars("done", names[1], 0.5)},
            {
                "transform": [{"filter": "datum.race"}],
                "mark": {"type": "text", "dy": -9, "fontSize": 11, "fontWeight": 600, "color": c.warn},
                "encoding": {
                    "x": x,
                    "y": {"field": "planned", "type": "quantitative"},
                    "text": {"value": canvas.text("plan_race")},
                },
            },
        ],
    }
