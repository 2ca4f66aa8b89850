"""The kinds of numbers that calculators take, with their units and the limits of what is possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from coach.domain.activity import Floats
from coach.domain.calculators.registry import Inputs
from coach.domain.metrics.bests import Effort, believable
from coach.errors import BadInput

MAX_SECONDS = 172_800  # two days, one value per second
RECORD_SLACK = 1.03  # records fall
SLOWEST_MPS = 0.5


def _of(unit: str, **limits: Any) -> Any:
    return Field(json_schema_extra={"unit": unit}, **limits)


Metres = Annotated[float, _of("m", gt=0, le=1_000_000)]
Kilometres = Annotated[float, _of("km", gt=0, le=1000)]
Seconds = Annotated[float, _of("s", gt=0, le=604_800)]
WholeSeconds = Annotated[float, _of("s", ge=1, le=MAX_SECONDS, multiple_of=1)]
Minutes = Annotated[float, _of("min", ge=0, le=10_080)]
Pace = Annotated[float, _of("s_per_km", ge=60, le=3600)]
Bpm = Annotated[float, _of("bpm", ge=20, le=250)]
Mps = Annotated[float, _of("mps", ge=0, le=12)]
Gradient = Annotated[float, _of("ratio", ge=-0.45, le=0.45)]  # Minetti measured no steeper
Load = Annotated[float, _of("AU", ge=0, le=10_000)]
Vdot = Annotated[float, _of("VDOT", ge=10, le=100)]


class GradedSegment(Inputs):
    """Seconds at one speed and gradient."""

    s: WholeSeconds
    v: Mps
    g: Gradient = 0.0


class SpeedSegment(Inputs):
    """Seconds at one speed."""

    s: WholeSeconds
    v: Mps


class HrSegment(Inputs):
    """Seconds at one heart rate."""

    s: WholeSeconds
    hr: Bpm


class SpeedHrSegment(Inputs):
    """Seconds at one speed and heart rate."""

    s: WholeSeconds
    v: Mps
    hr: Bpm


type Segment = GradedSegment | SpeedSegment | HrSegment | SpeedHrSegment

MAX_SEGMENTS = Field(min_length=1, max_length=20_000)


def per_second(segments: Sequence[Segment], name: str) -> Floats:
    """Return one value per second of what the segments say."""
    values = np.array([getattr(segment, name) for segment in segments], dtype=np.float64)
    return np.repeat(values, [int(segment.s) for segment in segments])


def check_length(segments: Sequence[Segment]) -> None:
    """Refuse more seconds than two days hold."""
    if sum(segment.s for segment in segments) > MAX_SECONDS:
        raise BadInput("calc_too_long", hours=MAX_SECONDS // 3600)


def check_race(distance_m: float, time_s: float) -> None:
    """Refuse what nobody runs: faster than the world record, or slower than a stroll."""
    if not believable(Effort(distance_m, time_s * RECORD_SLACK, 0.0)):
        raise BadInput("calc_too_fast")
    if distance_m / time_s < SLOWEST_MPS:
        raise BadInput("calc_too_slow")


def check_hr_limits(hr_rest: float, hr_max: float) -> None:
    """Refuse a maximum at or below rest."""
    if hr_rest >= hr_max:
        raise BadInput("calc_hr_crossed")
