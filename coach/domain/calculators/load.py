"""Calculators of training load: one session, a week, and what months of it add up to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from coach.domain.athlete import Sex
from coach.domain.calculators.inputs import (
    MAX_SEGMENTS,
    Bpm,
    HrSegment,
    Load,
    Minutes,
    Pace,
    Seconds,
    check_hr_limits,
    check_length,
    per_second,
)
from coach.domain.calculators.registry import Inputs, Numbers, Output, calculator
from coach.domain.metrics.load_series import monotony_of
from coach.domain.metrics.pace_load import graded_load_of
from coach.domain.metrics.trimp import trimp_of
from coach.domain.metrics.zone_load import edwards_of, lucia_of
from coach.errors import BadInput


class TrimpInputs(Inputs):
    mode: Literal["average", "series_1hz"] = "average"
    minutes: Annotated[Minutes, Field(gt=0)] | None = None
    hr: Bpm | None = None
    segments: Annotated[list[HrSegment], MAX_SEGMENTS] | None = None
    hr_rest: Bpm
    hr_max: Bpm
    sex: Literal["male", "female"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        check_hr_limits(self.hr_rest, self.hr_max)
        average = self.minutes is not None and self.hr is not None
        if self.mode == "average":
            if not average or self.segments is not None:
                raise BadInput("calc_trimp_average")
        elif self.segments is None or self.minutes is not None or self.hr is not None:
            raise BadInput("calc_trimp_series")
        else:
            check_length(self.segments)
        return self


@calculator(
    "trimp",
    outputs={"": Output("AU", "trimp")},
    source="Banister 1991; Morton 1990 (men 0.64/1.92, women 0.86/1.67)",
    example={
        "mode": "average",
        "minutes": 45,
        "hr": 150,
        "hr_rest": 50,
        "hr_max": 188,
        "sex": "male",
    },
)
def trimp(given: TrimpInputs) -> float:
    """Minutes weighted by heart-rate reserve; from an average, intervals come out too low."""
    sex = Sex(given.sex) if given.sex else None
    if given.segments is not None:
        return trimp_of(per_second(given.segments, "hr"), given.hr_rest, given.hr_max, sex)
    per_s = trimp_of(np.array([given.hr], dtype=np.float64), given.hr_rest, given.hr_max, sex)
    return per_s * 60 * float(given.minutes or 0)


class RtssInputs(Inputs):
    duration_s: Seconds
    ngp_s_per_km: Pace
    threshold_pace_s_per_km: Pace


@calculator(
    "rtss",
    outputs={"": Output("AU", "load")},
    source="100 · h · IF² (Coggan; McGregor for running), IF = graded speed / threshold speed",
    example={"duration_s": 3600, "ngp_s_per_km": 300, "threshold_pace_s_per_km": 270},
)
def rtss(given: RtssInputs) -> float:
    """Load from graded pace: an hour at threshold pace is 100."""
    return graded_load_of(given.duration_s, 1000 / given.ngp_s_per_km, 1000 / given.threshold_pace_s_per_km)


class EdwardsInputs(Inputs):
    minutes_in_50_60_70_80_90pct_hrmax_zones: Annotated[list[Minutes], Field(min_length=5, max_length=5)]


@calculator(
    "edwards",
    outputs={"": Output("AU", "edwards")},
    source="Edwards 1993: minutes at 50–60, 60–70, 70–80, 80–90, 90–100 % of HRmax × 1 to 5",
    example={"minutes_in_50_60_70_80_90pct_hrmax_zones": [10, 20, 15, 10, 5]},
)
def edwards(given: EdwardsInputs) -> float:
    return edwards_of(given.minutes_in_50_60_70_80_90pct_hrmax_zones)


class LuciaInputs(Inputs):
    minutes_below_VT1_between_above_VT2: Annotated[list[Minutes], Field(min_length=3, max_length=3)]


@calculator(
    "lucia",
    outputs={"": Output("AU", "lucia")},
    source="Lucia 2003: minutes below VT1, between, above VT2 × 1 to 3",
    example={"minutes_below_VT1_between_above_VT2": [40, 15, 5]},
)
def lucia(given: LuciaInputs) -> float:
    return lucia_of(given.minutes_below_VT1_between_above_VT2)


class SessionRpeInputs(Inputs):
    minutes: Annotated[Minutes, Field(gt=0)]
    rpe_cr10: Annotated[float, Field(ge=0, le=10)]


@calculator(
    "session_rpe",
    outputs={"": Output("AU", "session_rpe")},
    source="Foster 2001: CR10 × minutes",
    example={"minutes": 52, "rpe_cr10": 6},
)
def session_rpe(given: SessionRpeInputs) -> float:
    return given.minutes * given.rpe_cr10


class CtlAtlInputs(Inputs):
    daily_load: Annotated[list[Load], Field(min_length=1, max_length=20_000)]
    convention: Literal["alpha=1-exp(-1/tau)", "alpha=1/tau", "alpha=2/(tau+1)"] = "alpha=1-exp(-1/tau)"
    tau_ctl: Annotated[float, Field(ge=1, le=365, json_schema_extra={"unit": "days"})] = 42
    tau_atl: Annotated[float, Field(ge=1, le=365, json_schema_extra={"unit": "days"})] = 7
    ctl0: Load = 0
    atl0: Load = 0


@calculator(
    "ctl_atl",
    outputs={
        "ctl": Output("AU", "ctl"),
        "atl": Output("AU", "atl"),
        "tsb_same_day": Output("AU", "tsb_same_day"),
        "tsb_previous_day": Output("AU", "tsb_previous_day"),
    },
    source="Banister 1975 impulse-response as an exponential mean; the convention is an input",
    example={"daily_load": [0, 60, 40, 80, 0, 50, 120, 0, 60, 40, 80, 0, 50, 120], "ctl0": 45, "atl0": 50},
)
def ctl_atl(given: CtlAtlInputs) -> Numbers:
    """Fitness, fatigue and form after the last day, by one of the three conventions in use."""
    fitness = _smoothed(given.daily_load, _alpha(given.convention, given.tau_ctl), given.ctl0)
    fatigue = _smoothed(given.daily_load, _alpha(given.convention, given.tau_atl), given.atl0)
    return {
        "ctl": fitness[-1],
        "atl": fatigue[-1],
        "tsb_same_day": fitness[-1] - fatigue[-1],
        "tsb_previous_day": fitness[-2] - fatigue[-2],
    }


def _alpha(convention: str, tau: float) -> float:
    match convention:
        case "alpha=1/tau":
            return 1 / tau
        case "alpha=2/(tau+1)":
            return 2 / (tau + 1)
        case _:
            return 1 - math.exp(-1 / tau)


def _smoothed(loads: Sequence[float], alpha: float, seed: float) -> list[float]:
    """Return x += α·(load − x) from the seed on, the seed included."""
    return list(accumulate(loads, lambda x, load: x + alpha * (load - x), initial=float(seed)))


class MonotonyInputs(Inputs):
    daily_load_7d: Annotated[list[Load], Field(min_length=7, max_length=7)]


@calculator(
    "monotony",
    outputs={
        "mean": Output("AU", "mean_load"),
        "weekly_load": Output("AU", "weekly_load"),
        "monotony_population_sd": Output("ratio", "monotony_population"),
        "monotony_sample_sd": Output("ratio", "monotony_sample"),
        "strain_population": Output("AU", "strain_population"),
        "strain_sample": Output("AU", "strain_sample"),
    },
    source="Foster 1998 Med Sci Sports Exerc 30:1164",
    example={"daily_load_7d": [0, 60, 40, 80, 0, 50, 120]},
)
def monotony(given: MonotonyInputs) -> Numbers:
    """Monotony and strain by either standard deviation; unknown when every day is the same.

    Strain is given to the hundredth, as its published examples are.
    """
    week = np.array(given.daily_load_7d, dtype=np.float64)
    total = float(week.sum())
    population = monotony_of(week)
    sample = None if population is None else population * math.sqrt((week.size - 1) / week.size)
    return {
        "mean": float(week.mean()),
        "weekly_load": total,
        "monotony_population_sd": population,
        "monotony_sample_sd": sample,
        "strain_population": None if population is None else round(total * population, 2),
        "strain_sample": None if sample is None else round(total * sample, 2),
    }


class AcwrInputs(Inputs):
    daily_load_28d: Annotated[list[Load], Field(min_length=28, max_length=28)]


@calculator(
    "acwr",
    outputs={
        "coupled_7_28": Output("ratio", "acwr_coupled"),
        "uncoupled_7_21": Output("ratio", "acwr_uncoupled"),
        "ewma_7_28_first_day_seed": Output("ratio", "acwr_ewma"),
    },
    source="Gabbett 2016; Windt & Gabbett 2019; Williams 2017 (λ = 2/(N + 1))",
    example={"daily_load_28d": [*[0, 60, 40, 80, 0, 50, 120] * 3, 0, 120, 80, 160, 0, 100, 240]},
)
def acwr(given: AcwrInputs) -> Numbers:
    """The last week against the weeks before, in three ways; unknown when there was no load before."""
    loads = given.daily_load_28d
    week, month, before = sum(loads[-7:]) / 7, sum(loads) / 28, sum(loads[:-7]) / 21
    short, long = (_smoothed(loads[1:], 2 / (n + 1), loads[0])[-1] for n in (7, 28))
    return {
        "coupled_7_28": week / month if month else None,
        "uncoupled_7_21": week / before if before else None,
        "ewma_7_28_first_day_seed": short / long if long else None,
    }
