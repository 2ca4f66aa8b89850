"""Calculators of what happens within a run: hills, drift, efficiency, the best stretch."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from coach.domain.calculators.inputs import (
    MAX_SEGMENTS,
    Bpm,
    GradedSegment,
    Gradient,
    Metres,
    SpeedHrSegment,
    SpeedSegment,
    check_length,
    per_second,
)
from coach.domain.calculators.registry import Inputs, Numbers, Output, calculator
from coach.domain.metrics.bests import best_efforts
from coach.domain.metrics.efficiency import STEADY_S, decoupling_of, efficiency_of
from coach.domain.metrics.grade import INTENSITY_WINDOW_S, cost_ratio, fourth_power_mean, minetti_cost
from coach.domain.resample import trailing_mean
from coach.errors import BadInput

WARM_UP_S = 900
# There is one method and one unit; a caller may say that this is what is meant.
GradedMethod = Literal[
    "Minetti ratio C(g)/C(0) on speed, 30 s trailing mean, 4th-power mean; v m/s, g fraction"
]
SpeedUnit = Literal["m/s (use graded speed on hills)"]


class MinettiInputs(Inputs):
    gradient: Gradient


@calculator(
    "minetti",
    outputs={"": Output("J_per_kg_m", "running_cost")},
    source="Minetti 2002 J Appl Physiol 93:1039",
    example={"gradient": 0.05},
)
def minetti(given: MinettiInputs) -> float:
    return float(minetti_cost(np.array([given.gradient]))[0])


class NgpInputs(Inputs):
    segments_1hz: Annotated[list[GradedSegment], MAX_SEGMENTS]
    method: GradedMethod | None = None

    @model_validator(mode="after")
    def _short_enough(self) -> Self:
        check_length(self.segments_1hz)
        return self


@calculator(
    "ngp",
    outputs={
        "ngs_partial_window": Output("mps", "graded_speed"),
        "ngp_partial_s_per_km": Output("s_per_km", "graded_pace"),
        "ngs_full_window": Output("mps", "graded_speed_full"),
        "mean_speed": Output("mps", "mean_speed"),
    },
    source="Cost of gradient: Minetti 2002; 30-s mean to the fourth power as in normalised power",
    example={"segments_1hz": [{"s": 900, "v": 2.5, "g": 0.1}, {"s": 900, "v": 3.5, "g": -0.1}]},
)
def ngp(given: NgpInputs) -> Numbers:
    """Graded pace: what an uneven run on hills would have been, run evenly on the flat.

    The partial window counts the first 29 seconds with what there is, the full one leaves them out.
    """
    speed, grade = per_second(given.segments_1hz, "v"), per_second(given.segments_1hz, "g")
    graded = speed * cost_ratio(grade)
    smooth = trailing_mean(graded, np.zeros(graded.size, dtype=np.intp), INTENSITY_WINDOW_S)
    even = fourth_power_mean(smooth)
    full = smooth[INTENSITY_WINDOW_S - 1 :]
    return {
        "ngs_partial_window": even,
        "ngp_partial_s_per_km": 1000 / even if even > 0 else None,
        "ngs_full_window": fourth_power_mean(full) if full.size else None,
        "mean_speed": float(speed.mean()),
    }


class DecouplingInputs(Inputs):
    segments_1hz: Annotated[list[SpeedHrSegment], MAX_SEGMENTS]
    v_unit: SpeedUnit | None = None

    @model_validator(mode="after")
    def _two_halves(self) -> Self:
        check_length(self.segments_1hz)
        if sum(segment.s for segment in self.segments_1hz) < 2:
            raise BadInput("calc_no_halves")
        speed = per_second(self.segments_1hz, "v")
        if not speed[: speed.size // 2].any():
            raise BadInput("calc_standing_half")
        return self


@calculator(
    "decoupling",
    outputs={
        "decoupling_pct": Output("pct", "decoupling"),
        "decoupling_pct_skip_warmup_900s": Output("pct", "decoupling_warm"),
    },
    source="Friel (Pa:HR): (EF₁ − EF₂)/EF₁ of the two halves, ratios of means",
    example={"segments_1hz": [{"s": 1800, "v": 3.0, "hr": 145}, {"s": 1800, "v": 3.0, "hr": 152}]},
)
def decoupling(given: DecouplingInputs) -> Numbers:
    """How much less speed a heartbeat bought in the second half.

    Also without the first 15 minutes, where 40 minutes and some speed are left.
    """
    speed, hr = per_second(given.segments_1hz, "v"), per_second(given.segments_1hz, "hr")
    warm = speed.size - WARM_UP_S >= STEADY_S
    rest = speed[WARM_UP_S:]
    return {
        "decoupling_pct": decoupling_of(speed, hr),
        "decoupling_pct_skip_warmup_900s": decoupling_of(rest, hr[WARM_UP_S:])
        if warm and rest[: rest.size // 2].any()
        else None,
    }


class EfficiencyFactorInputs(Inputs):
    ngs_m_per_min: Annotated[float, Field(ge=0, le=720, json_schema_extra={"unit": "m_per_min"})]
    hr: Bpm


@calculator(
    "efficiency_factor",
    outputs={"": Output("m_per_beat", "efficiency_factor")},
    source="Friel: graded speed over heart rate, in metres (TrainingPeaks counts yards: × 1.094)",
    example={"ngs_m_per_min": 190, "hr": 150},
)
def efficiency_factor(given: EfficiencyFactorInputs) -> float:
    return efficiency_of(given.ngs_m_per_min / 60, given.hr)


class BestEffortInputs(Inputs):
    segments_1hz: Annotated[list[SpeedSegment], MAX_SEGMENTS]
    distance_m: Metres

    @model_validator(mode="after")
    def _far_enough(self) -> Self:
        check_length(self.segments_1hz)
        if sum(segment.s * segment.v for segment in self.segments_1hz) < self.distance_m * (1 - 1e-9):
            raise BadInput("calc_too_short")
        return self


@calculator(
    "best_effort",
    outputs={"time_s": Output("s", "best_time")},
    source="Definition: shortest time over a distance within the run, either end interpolated",
    example={
        "segments_1hz": [{"s": 600, "v": 3.0}, {"s": 300, "v": 5.0}, {"s": 600, "v": 3.0}],
        "distance_m": 1609.344,
    },
)
def best_effort(given: BestEffortInputs) -> Numbers:
    """Fastest time over a distance within a run."""
    run = np.concatenate(([0.0], np.cumsum(per_second(given.segments_1hz, "v"))))
    found = best_efforts(run, np.arange(run.size, dtype=np.float64), [given.distance_m])
    return {"time_s": found[given.distance_m].time_s}
