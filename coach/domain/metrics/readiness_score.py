"""Readiness from its terms: weights, anchors and coverage. Plain numbers in, a score out.

The weights are judgement: no published ones were found. They follow that what an athlete says answers to
load more consistently than what a device measures (Saw 2016), and that a high HRV is not extra credit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coach.domain.activity import Floats

Advice = Literal["as_planned", "reduce", "easy_or_rest", "rest"]

LEAST_COVERAGE = 0.5  # below that there is no number
AS_PLANNED, REDUCE = 70, 45


@dataclass(frozen=True)
class Anchor:
    """What a term weighs, and the values at which it is at its best (s = 1) and its worst (s = 0)."""

    weight: float
    best: float
    worst: float


ANCHORS = {
    "hrv_z": Anchor(0.25, -0.5, -2.0),
    "rhr_delta": Anchor(0.10, 2.0, 8.0),
    "sleep_debt_h": Anchor(0.20, 2.0, 10.0),
    "form_pct": Anchor(0.20, -10.0, -40.0),
    "wellness_0_1": Anchor(0.25, 1.0, 0.0),
}


@dataclass(frozen=True)
class Term:
    """One input of readiness: its value, how good it is (`s`, 0–1) and what it weighs. Missing: None."""

    value: float | None
    s: float | None
    weight: float

    @property
    def present(self) -> bool:
        return self.s is not None


@dataclass(frozen=True)
class ReadinessScore:
    """`score` is 0–100, None under half coverage; `coverage` the share of the weights that is present."""

    score: float | None
    coverage: float
    terms: Mapping[str, Term]


def readiness_of(
    hrv_z: float | None = None,
    rhr_delta: float | None = None,
    sleep_debt_h: float | None = None,
    form_pct: float | None = None,
    wellness_0_1: float | None = None,
) -> ReadinessScore:
    """Return 100 · Σ w·s / Σ w over what is present.

    `hrv_z`: 7-day mean of ln rMSSD against the 60-day mean, in 60-day SD. `rhr_delta`: resting heart rate
    minus its 28-day median, bpm. `sleep_debt_h`: hours of the last 7 days against the need. `form_pct`:
    TSB in percent of CTL. `wellness_0_1`: 1 is best. None is missing. Each term is linear between its
    anchors; with less than half of the weights present there is no score. Source: own weights, see above.
    """
    given = {
        "hrv_z": hrv_z,
        "rhr_delta": rhr_delta,
        "sleep_debt_h": sleep_debt_h,
        "form_pct": form_pct,
        "wellness_0_1": wellness_0_1,
    }
    columns = {name: np.array([np.nan if v is None else v], dtype=np.float64) for name, v in given.items()}
    score, coverage = scores_of(columns)
    terms = {}
    for name, anchor in ANCHORS.items():
        value = float(columns[name][0])
        known = not np.isnan(value)
        s = float(goodness(name, columns[name])[0])
        terms[name] = Term(value if known else None, s if known else None, anchor.weight)
    return ReadinessScore(None if np.isnan(score[0]) else float(score[0]), float(coverage[0]), terms)


def goodness(name: str, values: Floats) -> Floats:
    """Return s (0–1) of a term's values; what is not known stays NaN."""
    anchor = ANCHORS[name]
    share = (values - anchor.worst) / (anchor.best - anchor.worst)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def scores_of(terms: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Return (score, coverage) of every day from the terms' values, NaN where there is none."""
    weights = np.array([ANCHORS[name].weight for name in ANCHORS])
    s = np.stack([goodness(name, terms[name]) for name in ANCHORS])
    present: NDArray[np.bool_] = ~np.isnan(s)
    # Rounded: .25 + .25 must not fall short of a half by the last bit of a float.
    coverage = np.round(weights @ present, 9)
    total = weights @ np.where(present, s, 0.0)
    enough = coverage >= LEAST_COVERAGE
    score = np.where(enough, 100 * total / np.where(enough, coverage, 1.0), np.nan)
    return score, coverage


def advice_of(score: float) -> Advice:
    """Return what a score advises. It is read as it is shown, in whole points."""
    shown = round(score)
    return "as_planned" if shown >= AS_PLANNED else "reduce" if shown >= REDUCE else "easy_or_rest"
