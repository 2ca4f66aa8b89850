"""The pages of numbers: what the tools say today, what each metric means, and the calculators."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import House, Who
from api.routers.calculators import calculator_out
from api.routers.metrics import metric_out
from api.templates import page
from coach.domain.calculators import CALCULATORS
from coach.domain.metrics import METRICS
from coach.store import athletes
from coach.text import Lang, formats, has, say

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
        "training": [("totals", {**weeks, "by": "week"}), ("zones", month), ("heatmap", {})],
        "recovery": [("recovery", {}), ("sleep", {})],
        "change": [
            ("changes", {}),
            ("correlate", {"a": "sleep", "b": "efficiency"}),
            ("track_record", {}),
        ],
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


# What runners look for first; the others follow as they are declared.
FIRST = ("performance", "pace", "vickers_vertosick", "riegel", "vdot_paces", "age_grade_2025", "heat_pace")
_DISTANCES = ("distance_m", "d_m", "d1_m", "d2_m", "target_m")


@router.get("/calculators", name="calculators_page")
def calculators_page(house: House, who: Who) -> HTMLResponse:
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
    names = [*(n for n in FIRST if n in CALCULATORS), *(n for n in CALCULATORS if n not in FIRST)]
    told = [calculator_out(CALCULATORS[name], lang) for name in names]
    calculators = [
        {
            "name": c.name,
            "title": c.title,
            "about": c.about,
            "source": c.source,
            "fields": [
                _field(name, field, name in c.inputs.get("required", ()), c.example.get(name), lang)
                for name, field in c.inputs["properties"].items()
                if not _fixed(field)
            ],
        }
        for c in told
    ]
    return page("calculators.html", lang, calculators=calculators)


def _field(name: str, schema: dict[str, Any], required: bool, example: Any, lang: Lang) -> dict[str, Any]:
    """Return how one input is asked for: its label, what kind of thing is typed, and an example."""
    options = [schema, *schema.get("anyOf", ())]
    choices: list[Any] = next((o["enum"] for o in options if "enum" in o), [])
    kinds = {o.get("type") for o in options}
    items: dict[str, Any] = next((o["items"] for o in options if "items" in o), {})
    unit = next((o["unit"] for o in options if "unit" in o), "")
    label = schema.get("title", name)
    if "array" in kinds and items.get("type") in ("number", "integer"):
        kind = "times" if name.startswith("times") else "list"
    elif "array" in kinds:
        kind = "json"
    elif kinds & {"number", "integer"}:
        kind = (
            "distance" if name in _DISTANCES else "time" if name.endswith(("_s", "_s_per_km")) else "number"
        )
    else:
        kind = "text"
    return {
        "name": name,
        "label": f"{label} ({unit})" if unit and kind == "number" and "(" not in label else label,
        "required": required,
        "kind": kind,
        "choices": [(value, _choice(str(value), lang)) for value in choices],
        "example": _typed(kind, example),
    }


def _fixed(schema: dict[str, Any]) -> bool:
    """Tell whether an input only names the one way it is computed: nothing to ask."""
    return any("const" in option for option in (schema, *schema.get("anyOf", ())))


def _choice(value: str, lang: Lang) -> str:
    key = f"calc.choice.{value}"
    return say(lang, key) if has(lang, key) else value


def _typed(kind: str, example: Any) -> str:
    """Return an example as one would type it."""
    if example is None:
        return ""
    match kind:
        case "time":
            return formats.clock(example)
        case "times":
            return ", ".join(formats.clock(each) for each in example)
        case "list":
            return ", ".join(f"{each:g}" for each in example)
        case "json":
            return json.dumps(example)
        case _:
            return f"{example:g}" if isinstance(example, int | float) else str(example)
