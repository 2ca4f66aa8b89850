"""Calculators of race results: what they are worth, what they predict, and the paces they mean."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coach.domain.calculators.inputs import Kilometres, Metres, Seconds, Vdot, check_race
from coach.domain.calculators.paces import OUTPUTS_OF_PACES
from coach.domain.calculators.published import RACE_TIMES
from coach.domain.calculators.registry import Inputs, Numbers, Output, calculator
from coach.domain.metrics.age_grade import AGES, DISTANCES_M, age_grade
from coach.domain.metrics.paces import training_paces
from coach.domain.metrics.performance import race_time_of, vdot_of
from coach.domain.metrics.predict import (
    MILE_KM,
    RIEGEL_EXPONENT,
    riegel,
    vickers_vertosick,
    vickers_vertosick_two,
)
from coach.domain.metrics.time_off import vdot_share_after
from coach.errors import BadInput

DANIELS = "Daniels & Gilbert 1979, Oxygen Power"
EQUIVALENT_M = {
    "mile": 1609.344,
    "3k": 3000.0,
    "5k": 5000.0,
    "10k": 10_000.0,
    "15k": 15_000.0,
    "half": 21_097.5,
    "marathon": 42_195.0,
}
_TIME = Output("s", "race_time")
_VDOT = Output("VDOT", "vdot")


class RaceInputs(Inputs):
    distance_m: Annotated[Metres, Field(ge=400)]
    time_s: Seconds

    @model_validator(mode="after")
    def _human(self) -> Self:
        check_race(self.distance_m, self.time_s)
        return self


@calculator(
    "performance",
    outputs={
        "vdot": _VDOT,
        **{f"equivalent_s/{name}": Output("s", f"race_{name}") for name in EQUIVALENT_M},
        **{f"paces_s_per_km/{name}": output for name, output in OUTPUTS_OF_PACES.items()},
    },
    source=f"{DANIELS}; training paces fitted to Daniels' Running Formula, 3rd edition",
    example={"distance_m": 10_000, "time_s": 2700},
)
def performance(given: RaceInputs) -> Numbers:
    """One race: its VDOT, the times worth the same from the mile to the marathon, and training paces."""
    vdot = vdot_of(given.distance_m, given.time_s)
    paces = training_paces(vdot)
    return {
        "vdot": vdot,
        "equivalent_s": {name: race_time_of(vdot, metres) for name, metres in EQUIVALENT_M.items()},
        "paces_s_per_km": {name: getattr(paces, name) for name in OUTPUTS_OF_PACES},
    }


@calculator("vdot", outputs={"": _VDOT}, source=DANIELS, example={"distance_m": 5000, "time_s": 1200})
def vdot(given: RaceInputs) -> float:
    return vdot_of(given.distance_m, given.time_s)


class VdotTableInputs(Inputs):
    vdot: Vdot
    distance_m: Annotated[Metres, Field(ge=400)]


@calculator(
    "vdot_table",
    outputs={"published_s": Output("s", "published_time"), "formula_s": Output("s", "formula_time")},
    source=f"{DANIELS}; race table of Daniels' Running Formula, 3rd edition",
    example={"vdot": 50, "distance_m": 5000},
)
def vdot_table(given: VdotTableInputs) -> Numbers:
    """The race time of a VDOT, by formula, beside the printed one where the table has that row."""
    return {
        "published_s": RACE_TIMES.get(given.vdot, {}).get(given.distance_m),
        "formula_s": race_time_of(given.vdot, given.distance_m),
    }


class RiegelInputs(Inputs):
    d1_m: Metres
    t1_s: Seconds
    d2_m: Metres
    exponent: Annotated[float, Field(ge=1, le=1.3)] = RIEGEL_EXPONENT

    @model_validator(mode="after")
    def _human(self) -> Self:
        check_race(self.d1_m, self.t1_s)
        return self


@calculator(
    "riegel",
    outputs={"": _TIME},
    source="Riegel 1981 Am Sci 69:285",
    example={"d1_m": 5000, "t1_s": 1500, "d2_m": 10_000},
)
def riegel_time(given: RiegelInputs) -> float:
    return riegel(given.d1_m, given.t1_s, given.d2_m, given.exponent)


class VickersVertosickInputs(Inputs):
    model: Literal[1, 2] = 1
    d_m: Metres | None = None
    t_s: Seconds | None = None
    d1_m: Metres | None = None
    t1_s: Seconds | None = None
    d2_m: Metres | None = None
    t2_s: Seconds | None = None
    miles_per_week: Annotated[float, Field(ge=0, le=250, json_schema_extra={"unit": "mi"})] | None = None
    km_per_week: Annotated[float, Field(ge=0, le=400, json_schema_extra={"unit": "km"})] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        one, two = (self.d_m, self.t_s), (self.d1_m, self.t1_s, self.d2_m, self.t2_s)
        given, other = (one, two) if self.model == 1 else (two, one)
        if None in given or any(value is not None for value in other):
            raise BadInput("calc_one_race" if self.model == 1 else "calc_two_races")
        if (self.miles_per_week is None) == (self.km_per_week is None):
            raise BadInput("calc_volume_once")
        if self.d1_m == self.d2_m and self.d1_m is not None:
            raise BadInput("calc_same_distance")
        for metres, seconds in ((self.d_m, self.t_s), (self.d1_m, self.t1_s), (self.d2_m, self.t2_s)):
            if metres is not None and seconds is not None:
                check_race(metres, seconds)
        return self

    @property
    def weekly_km(self) -> float:
        if self.km_per_week is not None:
            return self.km_per_week
        return float(self.miles_per_week or 0) * MILE_KM


@calculator(
    "vickers_vertosick",
    outputs={"": Output("s", "marathon_time")},
    source="Vickers & Vertosick 2016 BMC Sports Sci Med Rehabil 8:26, 2,303 recreational runners",
    example={"d_m": 21_097.5, "t_s": 6000, "km_per_week": 50},
)
def vickers_vertosick_time(given: VickersVertosickInputs) -> float:
    """The marathon from one race (model 1) or two (model 2) and weekly volume."""
    if given.model == 1:
        return vickers_vertosick(float(given.d_m or 0), float(given.t_s or 0), given.weekly_km)
    d1_m, t1_s, d2_m, t2_s = (float(v or 0) for v in (given.d1_m, given.t1_s, given.d2_m, given.t2_s))
    return vickers_vertosick_two(d1_m, t1_s, d2_m, t2_s, given.weekly_km)


class AgeGradeInputs(Inputs):
    sex: Literal["M", "F"]
    age: Annotated[float, Field(ge=AGES[0], le=AGES[1], multiple_of=1, json_schema_extra={"unit": "years"})]
    km: Annotated[Kilometres, Field(ge=DISTANCES_M[0] / 1000, le=DISTANCES_M[1] / 1000)]
    time_s: Seconds

    @model_validator(mode="after")
    def _human(self) -> Self:
        check_race(self.km * 1000, self.time_s)
        return self


@calculator(
    "age_grade_2025",
    outputs={
        "factor": Output("ratio", "age_factor"),
        "open_standard_s": Output("s", "open_standard"),
        "age_grade_pct": Output("pct", "age_grade"),
    },
    source="USATF road standards 2025, Alan Jones and Tom Bernhard (CC0)",
    example={"sex": "F", "age": 48, "km": 10, "time_s": 2880},
)
def age_grade_2025(given: AgeGradeInputs) -> Numbers:
    """A road race in percent of the best for that sex and age."""
    graded = age_grade(given.sex, given.age, given.km * 1000, given.time_s)
    return {
        "factor": graded.factor,
        "open_standard_s": graded.open_standard_s,
        "age_grade_pct": graded.age_grade_pct,
    }


class VdotTimeOffInputs(Inputs):
    days_off: Annotated[float, Field(ge=0, le=3650, json_schema_extra={"unit": "days"})]


@calculator(
    "vdot_time_off",
    outputs={
        "no_cross_training": Output("ratio", "vdot_share"),
        "cross_training": Output("ratio", "vdot_share_cross"),
    },
    source="Daniels, VDOT O2 2018",
    example={"days_off": 21},
)
def vdot_time_off(given: VdotTimeOffInputs) -> Numbers:
    return {
        "no_cross_training": vdot_share_after(given.days_off),
        "cross_training": vdot_share_after(given.days_off, cross_trained=True),
    }
