"""The athlete, and the thresholds that metrics are computed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo


class Sex(StrEnum):
    female = "female"
    male = "male"


class ThresholdKind(StrEnum):
    """What can be given or estimated, with its unit in the name."""

    hr_max_bpm = "hr_max_bpm"
    hr_rest_bpm = "hr_rest_bpm"
    lthr_bpm = "lthr_bpm"
    threshold_speed_mps = "threshold_speed_mps"
    threshold_power_w = "threshold_power_w"  # running
    ride_threshold_power_w = "ride_threshold_power_w"
    swim_threshold_speed_mps = "swim_threshold_speed_mps"  # critical swim speed


@dataclass(frozen=True)
class Threshold:
    """One threshold and where it comes from. `origin` "given" always wins over "estimated"."""

    kind: ThresholdKind
    value: float
    origin: Literal["given", "estimated"]
    valid_from: date
    basis: str = ""  # text key `basis.*`: how it was estimated
    activities: tuple[int, ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """The thresholds that hold on one day; None is unknown."""

    hr_max_bpm: Threshold | None = None
    hr_rest_bpm: Threshold | None = None
    lthr_bpm: Threshold | None = None
    threshold_speed_mps: Threshold | None = None
    threshold_power_w: Threshold | None = None
    ride_threshold_power_w: Threshold | None = None
    swim_threshold_speed_mps: Threshold | None = None

    def value(self, kind: str) -> float | None:
        threshold: Threshold | None = getattr(self, kind)
        return None if threshold is None else threshold.value

    def estimated(self, *kinds: str) -> bool:
        """Tell whether one of these is known only as an estimate."""
        held: list[Threshold | None] = [getattr(self, kind) for kind in kinds]
        return any(t is not None and t.origin == "estimated" for t in held)


def holding(known: Iterable[Threshold], on: date | None) -> Thresholds:
    """Return which of the `known` thresholds hold on a day (None: the latest of each kind).

    What the athlete gave wins over what was estimated. Before the first known value that first one holds:
    a heart rate maximum learnt today says more about last year's runs than nothing.
    """
    by_kind: dict[str, list[Threshold]] = {}
    for threshold in sorted(known, key=lambda t: t.valid_from):
        by_kind.setdefault(threshold.kind, []).append(threshold)
    return Thresholds(**{kind: _holds(candidates, on) for kind, candidates in by_kind.items()})


def _holds(candidates: list[Threshold], on: date | None) -> Threshold:
    given = [t for t in candidates if t.origin == "given"] or candidates
    started = [t for t in given if on is None or t.valid_from <= on]
    return started[-1] if started else given[0]


@dataclass(frozen=True)
class Athlete:
    """Who the coach talks to. Unknown is None."""

    id: int
    name: str = ""
    lang: Literal["ko", "en"] = "ko"
    units: Literal["metric", "imperial"] = "metric"
    tz: str = "Asia/Seoul"
    week_start: int = 0  # 0 Monday … 6 Sunday
    birth_year: int | None = None
    sex: Sex | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)
