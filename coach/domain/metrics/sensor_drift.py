"""Telling an instrument that drifted from a runner who changed, where no new device is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from coach.domain.metrics.judging import Change
from coach.domain.metrics.watched import What

TOGETHER = timedelta(days=4)  # that far apart, change points can be one event
ALIKE = 2.0  # sizes of one cause differ by less than this factor


@dataclass(frozen=True)
class Shared:
    """Two series of one instrument that jump the same way when it shifts; a body moves them otherwise.

    Distance (pod, GPS): recorded speed enters both stride length and efficiency as a factor. Night sensor: a
    strained body raises resting heart rate and lowers HRV, so both up, or both down, is the sensor.
    `untouched` are series that would have moved with a body.
    """

    pair: tuple[What, What]
    untouched: tuple[What, ...]
    same_size: bool
    reason: str


SHARED = (
    Shared(("stride", "efficiency"), ("rhr", "hrv", "weight"), True, "distance_sensor"),
    Shared(("rhr", "hrv"), ("efficiency", "weight"), False, "night_sensor"),
)


def with_sensors_named(changes: Sequence[Change]) -> list[Change]:
    """Return the changes, those that jump together as only a sensor makes them marked as the sensor's."""
    found = list(changes)
    for shared in SHARED:
        for i, a in enumerate(found):
            for j, b in enumerate(found):
                if (
                    (a.what, b.what) == shared.pair
                    and _one_jump(a, b, shared)
                    and not _moved(found, a, shared)
                ):
                    found[i] = replace(a, status="sensor", reasons=(shared.reason,))
                    found[j] = replace(b, status="sensor", reasons=(shared.reason,))
    return found


def _one_jump(a: Change, b: Change, shared: Shared) -> bool:
    if "sensor" in (a.status, b.status) or abs(a.day - b.day) > TOGETHER or a.step * b.step <= 0:
        return False
    return not shared.same_size or 1 / ALIKE < a.step / b.step < ALIKE


def _moved(changes: Sequence[Change], a: Change, shared: Shared) -> bool:
    """Whether something that does not share the instrument changed on the same days."""
    return any(c.what in shared.untouched and abs(c.day - a.day) <= TOGETHER for c in changes)
