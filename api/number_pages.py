"""The pages of numbers: what the tools say today, what each metric means, and the calculators."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import House, Who
from api.routers.metrics import metric_out
from api.templates import page
from coach.domain.metrics import METRICS
from coach.store import athletes

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

TOTALS_DAYS = 83
ZONES_DAYS = 27


def panels(today: date) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return what the page of numbers asks, group by group: tool and arguments."""
    weeks = {"start": (today - timedelta(days=TOTALS_DAYS)).isoformat(), "end": today.isoformat()}
    month = {"start": (today - timedelta(days=ZONES_DAYS)).isoformat(), "end": today.isoformat()}
    return {
        "today": [("readiness", {}), ("load_and_form", {}), ("training_status", {})],
        "fitness": [
            ("fitness", {}),
            ("race_predictions", {}),
            ("training_paces", {}),
            ("mean_max", {}),
            ("best_efforts", {}),
        ],
        "training": [("totals", {**weeks, "by": "week"}), ("zones", month)],
        "recovery": [("recovery", {}), ("sleep", {})],
        "change": [("changes", {}), ("correlate", {"a": "sleep", "b": "efficiency"})],
        "routes": [("heatmap", {})],
        "record": [("track_record", {})],
    }


@router.get("/numbers", name="numbers_page")
def numbers_page(house: House, who: Who) -> HTMLResponse:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
    today = house.clock().astimezone(athlete.zone).date()
    groups = [
        (group, [(tool, json.dumps(args)) for tool, args in asked]) for group, asked in panels(today).items()
    ]
    return page("numbers.html", athlete.lang, groups=groups)


@router.get("/metrics", name="metrics_page")
def metrics_page(house: House, who: Who) -> HTMLResponse:
    """The glossary: made from the registry, so that nothing is computed that is not explained."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    scopes = ("activity", "day", "period")
    groups = [(scope, [m for m in METRICS.values() if m.scope == scope]) for scope in scopes]
    return page(
        "metrics.html",
        lang,
        count=len(METRICS),
        groups=[
            (
                scope,
                [
                    # The count of points of a curve says nothing over time.
                    {**metric_out(m, lang).model_dump(), "drawn": scope != "activity" or m.unit != "count"}
                    for m in found
                ],
            )
            for scope, found in groups
        ],
    )
