"""Heart-rate zones as load: minutes weighted by how hard their zone is (Edwards, Lucia)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete
from coach.domain.metrics.prepared import prepared
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.streams import has_values
from coach.domain.zones import EDWARDS_SHARES, hr_zones, three_zones

EDWARDS_WEIGHTS = (1, 2, 3, 4, 5)
LUCIA_WEIGHTS = (1, 2, 3)


def edwards_of(minutes: Sequence[float]) -> float:
    """Return Edwards' load of the minutes at 50–60, 60–70, 70–80, 80–90 and 90–100 % of HRmax: × 1 to 5."""
    return float(sum(w * m for w, m in zip(EDWARDS_WEIGHTS, minutes, strict=True)))


def lucia_of(minutes: Sequence[float]) -> float:
    """Return Lucia's load of the minutes below VT1, between, and above VT2: × 1 to 3."""
    return float(sum(w * m for w, m in zip(LUCIA_WEIGHTS, minutes, strict=True)))


@metric(
    title="edwards_trimp",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "hr_max_bpm"),
    source="Edwards 1993: minutes at 50–60, 60–70, 70–80, 80–90, 90–100 % of HRmax × 1, 2, 3, 4, 5",
    evidence=Evidence.useful,
    version=1,
)
def edwards_trimp(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Minutes in five zones of maximum heart rate, each times the number of its zone.

    Time below half of HRmax counts nothing; above HRmax it is in the fifth zone. The minutes of each zone
    are in `detail.minutes`. Never added to the other loads.
    """
    top = athlete.thresholds.value("hr_max_bpm")
    samples = prepared(activity).samples
    if samples is None or not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    if top is None:
        return Unknown("need_hr_max")
    known = samples.hr_bpm[~np.isnan(samples.hr_bpm)]
    place = np.searchsorted(top * np.array(EDWARDS_SHARES) - 1e-9, known, side="right")
    minutes = (np.bincount(place, minlength=6)[1:] / 60).tolist()
    return Measure(
        edwards_of(minutes),
        coverage=known.size / len(samples),
        detail={"minutes": [round(m, 3) for m in minutes]},
        estimated=athlete.thresholds.estimated("hr_max_bpm"),
    )


@metric(
    title="lucia_trimp",
    unit="AU",
    scope="activity",
    combine="sum",
    needs=("hr_bpm", "lthr_bpm", "hr_max_bpm", "hr_rest_bpm"),
    source="Lucia 2003: minutes below VT1, between and above VT2 × 1, 2, 3; VT1 and VT2 as in Friel's zones",
    evidence=Evidence.useful,
    version=1,
)
def lucia_trimp(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Minutes below, between and above the two thresholds, times 1, 2 and 3.

    Nobody's ventilation is measured here: the first threshold is taken to lie at 90 % of LTHR and the
    second at LTHR (without LTHR at 70 and 90 % of the reserve, or of HRmax; `detail.basis`). Never added
    to the other loads.
    """
    samples = prepared(activity).samples
    zones = hr_zones(athlete.thresholds)
    if samples is None or not has_values(samples.hr_bpm):
        return Unknown("no_hr")
    if zones is None:
        return Unknown("need_hr_max")
    seconds = zones.seconds(samples.hr_bpm)
    minutes = [s / 60 for s in three_zones(seconds)]
    detail = {
        "minutes": [round(m, 3) for m in minutes],
        "basis": zones.basis,
        "lt1_bpm": round(zones.bounds[1], 1),
        "lt2_bpm": round(zones.bounds[3], 1),
    }
    return Measure(lucia_of(minutes), sum(seconds) / len(samples), detail, zones.estimated)
