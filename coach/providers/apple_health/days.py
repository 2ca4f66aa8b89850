"""Single measurements → one value a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from coach.domain.daily import DailyValue
from coach.domain.source import Source

Rule = Literal["last", "mean", "sum"]

# How several measurements of one day become its value. Apple's HRV is SDNN, taken at odd moments: the mean.
RULES: dict[str, Rule] = {
    "rhr_bpm": "last",
    "hrv_sdnn_ms": "mean",
    "weight_kg": "last",
    "body_fat_pct": "last",
    "vo2max": "last",
    "steps": "sum",
    "respiration_brpm": "mean",
    "spo2_pct": "mean",
}
# Outside of these a value is a slip of a finger or a sensor.
_PLAUSIBLE = {
    "rhr_bpm": (20, 150),
    "hrv_sdnn_ms": (1, 400),
    "weight_kg": (20, 350),
    "body_fat_pct": (2, 75),
    "vo2max": (10, 100),
    "steps": (0, 300_000),
    "respiration_brpm": (4, 60),
    "spo2_pct": (50, 100),
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value: `stamp` is its time as text (sorts by time within a day), `source` the device."""

    stamp: str
    value: float
    source: str


class Days:
    """Collects measurements. The same measurement given again (batches overlap) changes nothing."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, date], dict[tuple[str, str], Measurement]] = {}
        self.count = 0

    def add(self, name: str, day: date, measurement: Measurement) -> None:
        low, high = _PLAUSIBLE[name]
        self.count += 1
        if low <= measurement.value <= high:
            of_day = self._measured.setdefault((name, day), {})
            of_day[(measurement.stamp, measurement.source)] = measurement

    def values(self) -> Iterator[DailyValue]:
        """Yield one value for each name and day, in order of day and name."""
        for (name, day), measured in sorted(
            self._measured.items(), key=lambda item: (item[0][1], item[0][0])
        ):
            ordered = sorted(measured.values(), key=lambda m: m.stamp)
            yield DailyValue(day, name, _combined(RULES[name], ordered), Source.apple_health)


def _combined(rule: Rule, ordered: list[Measurement]) -> float:
    if rule == "last":
        return ordered[-1].value
    if rule == "mean":
        return sum(m.value for m in ordered) / len(ordered)
    # Phone and watch count the same steps: the device that counted most, not both together.
    totals: dict[str, float] = {}
    for m in ordered:
        totals[m.source] = totals.get(m.source, 0.0) + m.value
    return max(totals.values())
