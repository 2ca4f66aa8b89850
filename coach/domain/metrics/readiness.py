"""Readiness for training on a day: the terms of the nights, the load and the athlete's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics.history import History
from coach.domain.metrics.overrides import Override, overrides
from coach.domain.metrics.readiness_score import (
    Advice,
    ReadinessScore,
    Term,
    advice_of,
    readiness_of,
    scores_of,
)
from coach.domain.metrics.recovery import (
    form_pct_series,
    hrv_z_series,
    rhr_deviation_series,
    wellness_series,
)
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.sleep import debt_series

# The metric of each term; what readiness needs is what these need, and what overrides it.
TERM_METRICS = {
    "hrv_z": "hrv_z",
    "rhr_delta": "rhr_deviation_bpm",
    "sleep_debt_h": "sleep_debt_h",
    "form_pct": "form_pct",
    "wellness_0_1": "wellness",
}
NEEDS = (*TERM_METRICS.values(), "illness", "pain", "note")


@dataclass(frozen=True)
class ReadinessSeries:
    """Readiness of every day from `first_day` on; NaN where it is unknown. `terms`: name → value a day."""

    first_day: date
    score: Floats
    coverage: Floats
    terms: Mapping[str, Floats]


def readiness_series(history: History, first: date, last: date) -> ReadinessSeries:
    """Return readiness of every day of a span at once; each day rests on it and the days before."""
    terms = {
        "hrv_z": hrv_z_series(history, first, last),
        "rhr_delta": rhr_deviation_series(history, first, last),
        "sleep_debt_h": debt_series(history, first, last),
        "form_pct": form_pct_series(history, first, last),
        "wellness_0_1": wellness_series(history, first, last),
    }
    return ReadinessSeries(first, *scores_of(terms), terms)


@dataclass(frozen=True)
class Readiness:
    """Readiness of one day. Overridden, the advice is rest whatever the score, even without one."""

    of_terms: ReadinessScore
    overrides: tuple[Override, ...]

    @property
    def score(self) -> float | None:
        return self.of_terms.score

    @property
    def coverage(self) -> float:
        return self.of_terms.coverage

    @property
    def terms(self) -> Mapping[str, Term]:
        return self.of_terms.terms

    @property
    def advice(self) -> Advice | None:
        if self.overrides:
            return "rest"
        return None if self.score is None else advice_of(self.score)

    def as_detail(self) -> dict[str, Any]:
        return {
            "terms": {
                name: {"value": t.value, "s": t.s, "weight": t.weight, "present": t.present}
                for name, t in self.terms.items()
            },
            "coverage": self.coverage,
            "advice": self.advice,
            "override": [o.as_detail() for o in self.overrides],
        }


def readiness_on(history: History, day: date) -> Readiness:
    """Return readiness of a day with its terms and what overrides it, also where there is no score."""
    series = readiness_series(history, day, day)
    values = {name: float(of[0]) for name, of in series.terms.items()}
    of_terms = readiness_of(**{name: None if np.isnan(v) else v for name, v in values.items()})
    return Readiness(of_terms, overrides(history, day))


@metric(
    title="readiness",
    unit="score",
    scope="day",
    combine="none",
    needs=NEEDS,
    source="100 · Σ w·s / Σ w over the known terms: HRV .25, wellness .25, sleep debt .20, form .20, resting "
    "heart rate .10; weights are judgement (none are published), anchors after Plews 2014 and Saw 2016",
    evidence=Evidence.useful,
    version=2,
)
def readiness(history: History, day: date) -> Measure | Unknown:
    """How ready the athlete is, 0–100: from 70 as planned, from 45 less than that, below easy or rest.

    Illness, an altered gait or a red flag override it: then `detail["advice"]` is rest whatever the value.
    """
    found = readiness_on(history, day)
    if found.score is None:
        return Unknown("readiness_needs_more", {"coverage": round(100 * found.coverage)})
    return Measure(found.score, coverage=found.coverage, detail=found.as_detail())
