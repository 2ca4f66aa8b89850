"""The athlete, and the thresholds that metrics are computed with."""

from __future__ import annotations

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
    threshold_power_w = "threshold_power_w"


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

    def value(self, kind: str) -> float | None:
        threshold: Threshold | None = getattr(self, kind)
        return None if threshold is None else threshold.value


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
