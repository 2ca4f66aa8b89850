"""Age grading of road races with the 2025 standards."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from coach.domain.activity import Floats

Sex = Literal["M", "F"]
AGES = (5, 100)
DISTANCES_M = (1609.344, 200_000.0)


@dataclass(frozen=True)
class AgeGrade:
    """An age-graded result: the open standard over the factor is the standard of the age."""

    factor: float
    open_standard_s: float
    age_standard_s: float
    age_grade_pct: float


@dataclass(frozen=True)
class _Standards:
    """The table of one sex: `factors` has a row per year from 5 to 100, a column per distance."""

    log_m: Floats
    log_open_s: Floats
    factors: Floats


def age_grade(sex: Sex, age: float, distance_m: float, time_s: float) -> AgeGrade:
    """Grade a road race against the best of that sex and age (2025 tables, USATF, CC0).

    `age` is in whole years (5–100; a fraction is cut off), the distance 1 mile to 200 km. Between the table's
    distances factors are linear in log distance and open standards are a line in log time over log distance:
    time is nearly a power of distance. Raises ValueError outside the table.
    """
    year = int(age)
    if not AGES[0] <= year <= AGES[1]:
        raise ValueError(f"no standard for the age of {age}")
    if not DISTANCES_M[0] <= distance_m <= DISTANCES_M[1]:
        raise ValueError(f"no standard for {distance_m} m")
    table = _standards()[sex]
    place = np.log(distance_m)
    factor = float(np.interp(place, table.log_m, table.factors[year - AGES[0]]))
    open_s = float(np.exp(np.interp(place, table.log_m, table.log_open_s)))
    age_s = open_s / factor
    return AgeGrade(factor, open_s, age_s, 100 * age_s / time_s)


@cache
def _standards() -> dict[str, _Standards]:
    """Read the table that comes with the package, once."""
    text = (files("coach.domain.metrics") / "data" / "road_age_2025.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    log_m = np.log(np.array(table["distances_m"], dtype=np.float64))
    return {
        sex: _Standards(
            log_m,
            np.log(np.array(table[sex]["open_s"], dtype=np.float64)),
            np.array(table[sex]["factors"], dtype=np.float64),
        )
        for sex in ("M", "F")
    }
