"""Calculators of pace: training paces, distance and time, heat."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from coach.domain.calculators.inputs import Metres, Pace, Seconds, Vdot
from coach.domain.calculators.published import TRAINING_PACES
from coach.domain.calculators.registry import Inputs, Numbers, Output, calculator
from coach.domain.metrics.paces import training_paces
from coach.domain.metrics.predict import MARATHON_M
from coach.errors import BadInput

OUTPUTS_OF_PACES = {
    name: Output("s_per_km", f"pace_{name}")
    for name in ("easy_fast", "easy_slow", "marathon", "threshold", "interval", "repetition")
}

# What the printed table calls a pace → what the formula does, with the share of VO2 it takes.
_FORMULA_NAMES = {
    "E_fast": ("E_fast(.731)", "easy_fast"),
    "E_slow": ("E_slow(.629)", "easy_slow"),
    "M": ("M(race)", "marathon"),
    "T": ("T(.88)", "threshold"),
    "I": ("I(.974)", "interval"),
}


class VdotPacesInputs(Inputs):
    vdot: Vdot


@calculator(
    "vdot_paces",
    outputs={
        **{
            f"published_s_per_km/{short}": Output("s_per_km", f"published_{name}")
            for short, (_, name) in _FORMULA_NAMES.items()
        },
        **{f"formula_s_per_km/{key}": OUTPUTS_OF_PACES[name] for key, name in _FORMULA_NAMES.values()},
    },
    source="Shares of VO2 fitted to the training table of Daniels' Running Formula, 3rd edition",
    example={"vdot": 50},
)
def vdot_paces(given: VdotPacesInputs) -> Numbers:
    """The training paces of a VDOT, by formula, beside the printed ones where the table has that row."""
    paces = training_paces(given.vdot)
    printed = TRAINING_PACES.get(given.vdot, {})
    return {
        "published_s_per_km": {short: printed.get(short) for short in _FORMULA_NAMES},
        "formula_s_per_km": {key: getattr(paces, name) for key, name in _FORMULA_NAMES.values()},
    }


class PaceInputs(Inputs):
    distance_m: Metres | None = None
    time_s: Seconds | None = None
    pace_s_per_km: Pace | None = None

    @model_validator(mode="after")
    def _two(self) -> Self:
        if sum(value is not None for value in (self.distance_m, self.time_s, self.pace_s_per_km)) != 2:
            raise BadInput("calc_two_of_three")
        return self


@calculator(
    "pace",
    outputs={
        "distance_m": Output("m", "distance"),
        "time_s": Output("s", "time"),
        "pace_s_per_km": Output("s_per_km", "pace"),
    },
    source="Definition: time = distance · pace",
    example={"distance_m": MARATHON_M, "time_s": 14_400},
)
def pace(given: PaceInputs) -> Numbers:
    """The third of distance, time and pace."""
    metres, seconds, s_per_km = given.distance_m, given.time_s, given.pace_s_per_km
    if metres is not None and seconds is not None:
        s_per_km = seconds / metres * 1000
    elif metres is not None and s_per_km is not None:
        seconds = metres / 1000 * s_per_km
    elif seconds is not None and s_per_km is not None:
        metres = seconds / s_per_km * 1000
    return {"distance_m": metres, "time_s": seconds, "pace_s_per_km": s_per_km}


HEAT_FROM_C, HEAT_S_PER_KM_PER_C = 12.8, 0.58


class HeatPaceInputs(Inputs):
    pace_s_per_km: Pace
    temperature_c: Annotated[float, Field(ge=-30, le=40, json_schema_extra={"unit": "C"})]


@calculator(
    "heat_pace",
    outputs={
        "pace_s_per_km": Output("s_per_km", "pace_in_heat"),
        "slower_s_per_km": Output("s_per_km", "heat_cost"),
    },
    source="Daniels: about 0.58 s/km for each °C above 12.8",
    example={"pace_s_per_km": 300, "temperature_c": 27},
)
def heat_pace(given: HeatPaceInputs) -> Numbers:
    """The same effort in the heat, by a rule of thumb that knows neither humidity nor sun."""
    slower = HEAT_S_PER_KM_PER_C * max(0.0, given.temperature_c - HEAT_FROM_C)
    return {"pace_s_per_km": given.pace_s_per_km + slower, "slower_s_per_km": slower}
