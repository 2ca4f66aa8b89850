"""Calculators of the engine: critical speed, heart rate, VO2max, readiness."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from coach.domain.calculators.inputs import Bpm, Metres, Seconds, check_hr_limits, check_race
from coach.domain.calculators.registry import Inputs, Numbers, Output, calculator
from coach.domain.metrics.critical_speed import critical_speed
from coach.domain.metrics.readiness_score import readiness_of
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.thresholds import age_hr_max
from coach.domain.metrics.vo2max import karvonen, uth
from coach.errors import BadInput

_EFFORTS = Field(min_length=2, max_length=100)


class CriticalSpeedInputs(Inputs):
    distances_m: Annotated[list[Metres], _EFFORTS]
    times_s: Annotated[list[Seconds], _EFFORTS]

    @model_validator(mode="after")
    def _human(self) -> Self:
        if len(self.distances_m) != len(self.times_s):
            raise BadInput("calc_pairs")
        for metres, seconds in zip(self.distances_m, self.times_s, strict=True):
            check_race(metres, seconds)
        if len(set(self.times_s)) < 2:
            raise BadInput("calc_same_times")
        return self


@calculator(
    "critical_speed",
    outputs={
        "cs_linear_dt_m_s": Output("mps", "critical_speed_linear"),
        "dprime_linear_dt_m": Output("m", "d_prime_linear"),
        "cs_inverse_time_m_s": Output("mps", "critical_speed_inverse"),
        "dprime_inverse_time_m": Output("m", "d_prime_inverse"),
    },
    source="Hughson 1984; d = CS·t + D′ and v = CS + D′/t, least squares",
    example={"distances_m": [1200, 2400, 3600], "times_s": [240, 520, 815]},
)
def critical_speed_models(given: CriticalSpeedInputs) -> Numbers:
    """Critical speed and D′ from two maximal efforts or more, by both lines: they disagree."""
    line = critical_speed(given.distances_m, given.times_s, "distance_time")
    inverse = critical_speed(given.distances_m, given.times_s, "inverse_time")
    if isinstance(line, Unknown) or isinstance(inverse, Unknown):
        raise BadInput("calc_efforts_do_not_fit")
    return {
        "cs_linear_dt_m_s": line.cs_mps,
        "dprime_linear_dt_m": line.d_prime_m,
        "cs_inverse_time_m_s": inverse.cs_mps,
        "dprime_inverse_time_m": inverse.d_prime_m,
    }


class TanakaInputs(Inputs):
    age: Annotated[float, Field(ge=5, le=110, json_schema_extra={"unit": "years"})]


@calculator(
    "tanaka",
    outputs={"": Output("bpm", "hr_max")},
    source="Tanaka 2001: 208 − 0.7·age, standard deviation about 10 bpm",
    example={"age": 40},
)
def tanaka(given: TanakaInputs) -> float:
    return age_hr_max(given.age)


class HrLimitsInputs(Inputs):
    hr_max: Bpm
    hr_rest: Bpm

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        check_hr_limits(self.hr_rest, self.hr_max)
        return self


@calculator(
    "uth",
    outputs={"": Output("ml_per_kg_min", "vo2max")},
    source="Uth 2004 Eur J Appl Physiol 91:111: 15.3·HRmax/HRrest, trained men, standard error 2.7",
    example={"hr_max": 185, "hr_rest": 50},
)
def uth_vo2max(given: HrLimitsInputs) -> float:
    return uth(given.hr_max, given.hr_rest).vo2max


class KarvonenInputs(HrLimitsInputs):
    fraction: Annotated[float, Field(ge=0, le=1)]


@calculator(
    "karvonen",
    outputs={"": Output("bpm", "hr_target")},
    source="Karvonen 1957: rest + fraction·(max − rest)",
    example={"hr_max": 185, "hr_rest": 50, "fraction": 0.7},
)
def karvonen_hr(given: KarvonenInputs) -> float:
    return karvonen(given.hr_max, given.hr_rest, given.fraction)


class ReadinessInputs(Inputs):
    hrv_z: Annotated[float, Field(ge=-10, le=10)] | None = None
    rhr_delta: Annotated[float, Field(ge=-60, le=100, json_schema_extra={"unit": "bpm"})] | None = None
    sleep_debt_h: Annotated[float, Field(ge=-50, le=100, json_schema_extra={"unit": "hours"})] | None = None
    form_pct: Annotated[float, Field(ge=-500, le=500, json_schema_extra={"unit": "pct"})] | None = None
    wellness_0_1: Annotated[float, Field(ge=0, le=1)] | None = None


@calculator(
    "readiness",
    outputs={"score": Output("score", "readiness"), "coverage": Output("ratio", "readiness_coverage")},
    source="Weighted mean of five terms; the weights are our own judgement",
    example={"hrv_z": -0.2, "rhr_delta": 1, "sleep_debt_h": 3, "form_pct": -15, "wellness_0_1": 0.7},
)
def readiness(given: ReadinessInputs) -> Numbers:
    """Readiness from what is known; under half of the weights there is no number."""
    found = readiness_of(**given.model_dump())
    return {"score": found.score, "coverage": found.coverage}
