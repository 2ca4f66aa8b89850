"""How to run the race, as the page and the API have it: splits, fuelling, a warm day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Plan
from coach.domain.plan.race_plan import RacePlan, Split, race_plan
from coach.errors import NotEnoughData
from coach.pipeline.situation import situation_of
from coach.store import races
from coach.store.session import Session
from coach.text import formats, has, say
from coach.text import plans as words


class SplitOut(BaseModel):
    from_m: float
    to_m: float
    duration_s: int
    total_s: int = Field(description="At its end.")
    s_per_km: float
    ascent_m: float


class FuelOut(BaseModel):
    """Carbohydrate; all of it 0 for a race that needs none."""

    low_g_per_h: float
    high_g_per_h: float
    low_g: int
    high_g: int
    first_s: float | None
    every_s: float | None


class WarmOut(BaseModel):
    temperature_c: float
    expected: bool = Field(description="Whether it is known to be so warm; else an example.")
    slower_s_per_km: float
    target_s: int
    splits: list[SplitOut]
    flag: Literal["green", "yellow", "red", "black"]


class RacePlanOut(BaseModel):
    title: str
    day: date
    distance_m: float
    target_s: int
    basis: Literal["target", "prediction"]
    predicted_s: int | None
    splits: list[SplitOut]
    fuel: FuelOut
    warm: WarmOut
    notes: list[str]


def race_plan_of(s: Session, athlete: Athlete, plan: Plan, today: date) -> RacePlan | None:
    """Return how to run the goal race as it is known now; None for a plan without a race to come.

    Raises NotEnoughData without a target time and without a known fitness.
    """
    race = plan.goal.race
    if race is None or race.day < today:
        return None
    kept = next((r for r in races.find(s, race.day, race.day) if r.id == race.id), race)
    return race_plan(kept, situation_of(s, athlete, today))


def race_plan_out(s: Session, athlete: Athlete, plan: Plan, today: date) -> RacePlanOut | None:
    """Return the race plan with its words, None where there is no race to come. Raises NotEnoughData."""
    made = race_plan_of(s, athlete, plan, today)
    if made is None:
        return None
    warm = made.warm
    return RacePlanOut(
        title=words.race_title(made.race, athlete.lang, athlete.units),
        day=made.race.day,
        distance_m=made.race.distance_m,
        target_s=made.target_s,
        basis=made.basis,
        predicted_s=made.predicted_s,
        splits=_splits(made.splits),
        fuel=FuelOut.model_validate(asdict(made.fuel)),
        warm=WarmOut(
            temperature_c=warm.temperature_c,
            expected=warm.expected,
            slower_s_per_km=warm.slower_s_per_km,
            target_s=warm.target_s,
            splits=_splits(warm.splits),
            flag=warm.flag,
        ),
        notes=_notes(made, athlete),
    )


def _notes(made: RacePlan, athlete: Athlete) -> list[str]:
    params = words.filled(made.params, athlete.lang, athlete.units)
    return [say(athlete.lang, f"plan.{note}", **params) for note in made.notes]


def _splits(splits: tuple[Split, ...]) -> list[SplitOut]:
    return [SplitOut(**asdict(split), s_per_km=split.s_per_km) for split in splits]


def race_plan_parts(s: Session, athlete: Athlete, plan: Plan, today: date) -> list[dict[str, Any]]:
    """Return the race plan as the page draws it: tables of splits, and sentences; empty without one."""
    lang, units = athlete.lang, athlete.units
    try:
        made = race_plan_of(s, athlete, plan, today)
    except NotEnoughData as error:
        key = f"error.{error.key}"
        said = say(lang, key, **error.params) if has(lang, key) else ""
        return [{"title": "", "columns": [], "rows": [], "lines": [said]}] if said else []
    if made is None:
        return []
    columns = [say(lang, f"plan_web.race_{name}") for name in ("split", "split_pace", "split_time")]
    title = say(
        lang,
        f"plan_web.race_by_{made.basis}",
        race=words.race_title(made.race, lang, units),
        time=formats.clock(made.target_s),
    )
    key = "race_warm" if made.warm.expected else "race_warm_example"
    warm = say(
        lang,
        f"plan_web.{key}",
        temperature=formats.temperature(made.warm.temperature_c, units),
        time=formats.clock(made.warm.target_s),
    )
    notes = _notes(made, athlete)
    return [
        {"title": title, "columns": columns, "rows": _rows(made.splits, athlete), "lines": notes},
        {"title": warm, "columns": columns, "rows": _rows(made.warm.splits, athlete), "lines": []},
    ]


def _rows(splits: tuple[Split, ...], athlete: Athlete) -> list[list[str]]:
    lang, units = athlete.lang, athlete.units
    return [
        [
            formats.distance(split.to_m, lang, units),
            formats.pace(split.s_per_km, lang, units),
            formats.clock(split.total_s),
        ]
        for split in splits
    ]
