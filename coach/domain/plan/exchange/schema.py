"""The schema of plans that come in and go out: what `docs/plan-schema.json` is made of.

The reader takes far more than this (docs/how-to/import-a-plan.md); this is what we write, and what another
assistant is asked to return.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.domain.plan.model import GoalKind, Intensity, Phase, StepKind, WorkoutKind

FORMAT, VERSION = "hanbal-plan", 1
PACE = r"^\d{1,2}:\d{2}(-\d{1,2}:\d{2})?/(km|mi)$"
RANGE = r"^\d+(\.\d+)?(-\d+(\.\d+)?)?$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExchangeStep(_Part):
    """One stretch of a workout. Its distance ends it, or its time; of both, `until` says which."""

    kind: StepKind
    intensity: Intensity
    distance_m: float | None = Field(None, gt=0, le=300_000)
    duration_s: float | None = Field(None, gt=0, le=172_800)
    until: Literal["distance", "time", "lap"] | None = Field(
        None, description="what ends it; `lap`: the athlete presses the button"
    )
    target: Literal["none"] | None = Field(
        None, description="without any target one is added that fits the intensity, unless this says none"
    )
    pace: str | None = Field(None, pattern=PACE, examples=["5:30-5:50/km"])
    hr: str | None = Field(None, pattern=RANGE, examples=["140-152"], description="beats a minute")
    power: str | None = Field(None, pattern=RANGE, examples=["230-250"], description="watts")
    rpe: str | None = Field(None, pattern=RANGE, examples=["3-4"], description="effort from 0 to 10")


class ExchangeRepeat(_Part):
    """Steps that are done several times over. No repeat stands within a repeat."""

    repeat: int = Field(ge=1, le=99)
    steps: list[ExchangeStep] = Field(min_length=1, max_length=50)


class ExchangeWorkout(_Part):
    """One session. Without steps it is one easy stretch of its distance or duration."""

    day: date
    kind: WorkoutKind
    name: str | None = Field(None, max_length=80, description="of a race")
    distance_m: float | None = Field(None, gt=0, le=300_000)
    duration_s: float | None = Field(None, gt=0, le=172_800)
    steps: list[ExchangeStep | ExchangeRepeat] | None = Field(None, max_length=50)
    sport: Literal["run", "walk", "ride", "swim", "row", "hike", "strength", "other"] = "run"
    place: Literal["track", "treadmill", "hill", "trail"] | None = None
    key: bool | None = Field(None, description="one of the sessions of its week that count most")
    note: str | None = Field(None, max_length=300)


class ExchangeWeek(_Part):
    """Seven days."""

    number: int = Field(ge=1, le=104)
    phase: Phase | None = None
    workouts: list[ExchangeWorkout]


class ExchangeGoal(_Part):
    """What the plan is for."""

    kind: GoalKind
    day: date | None = Field(None, description="of the race")
    distance_m: float | None = Field(None, gt=0, le=300_000)
    target_time: str | None = Field(None, pattern=r"^\d{1,2}:\d{2}:\d{2}$", examples=["3:30:00"])
    name: str | None = Field(None, max_length=80)


class HanbalPlan(_Part):
    """A training plan. Distances in metres, times in seconds, days as 2026-12-01."""

    format: Literal["hanbal-plan"] = "hanbal-plan"
    version: Literal[1] = 1
    goal: ExchangeGoal | None = None
    start: date | None = Field(None, description="first day of the first week")
    weeks: list[ExchangeWeek] = Field(max_length=104)


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **HanbalPlan.model_json_schema(),
        "title": "Hanbal plan",
    }
