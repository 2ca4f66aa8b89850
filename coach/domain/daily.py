"""Values of a day: what a watch or a scale measured, and what the athlete said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from coach.domain.source import Source

# name → unit. Sleep parts are seconds; Apple Watch records SDNN, most others RMSSD: never mixed.
# When sleep began and ended: minutes from local midnight of the day one woke up; before midnight is negative.
DAILY_UNITS = {
    "rhr_bpm": "bpm",
    "hrv_rmssd_ms": "ms",
    "hrv_sdnn_ms": "ms",
    "sleep_s": "s",
    "sleep_deep_s": "s",
    "sleep_rem_s": "s",
    "sleep_light_s": "s",
    "sleep_awake_s": "s",
    "in_bed_s": "s",
    "sleep_start_min": "min",
    "sleep_end_min": "min",
    "weight_kg": "kg",
    "body_fat_pct": "pct",
    "vo2max": "ml/kg/min",
    "steps": "count",
    "respiration_brpm": "brpm",
    "spo2_pct": "pct",
    # What the watch's maker computed, kept under its own name: never mixed with our own metrics.
    "sleep_score": "score",
    "stress_avg": "score",
    "body_battery_high": "score",
    "body_battery_low": "score",
    "watch_readiness": "score",
    "watch_status": "code",  # Garmin's number of a training status, 0 (none) – 9
    "watch_lthr_bpm": "bpm",
    "watch_threshold_speed_mps": "m/s",
    "watch_5k_s": "s",
    "watch_10k_s": "s",
    "watch_half_s": "s",
    "watch_marathon_s": "s",
}


@dataclass(frozen=True)
class DailyValue:
    """One measured value of one local day. `name` is one of DAILY_UNITS and carries the unit."""

    day: date
    name: str
    value: float
    source: Source

    def __post_init__(self) -> None:
        if self.name not in DAILY_UNITS:
            raise ValueError(f"unknown daily value {self.name}")


EntryKind = Literal[
    "rpe", "soreness", "fatigue", "stress", "mood", "sleep_quality", "pain", "illness", "note"
]


@dataclass(frozen=True)
class Entry:
    """What the athlete said about a day or a run.

    rpe, soreness, fatigue, stress and pain: 0 (none) – 10 (most). mood and sleep_quality: 1 (worst) – 5
    (best). `where` is a body part (text key `body.*`) with an optional side, for pain. `note_id`: the text of
    the journal that it was read out of.
    """

    kind: EntryKind
    day: date
    value: float | None = None
    where: str = ""
    side: Literal["", "left", "right", "both"] = ""
    text: str = ""
    activity_id: int | None = None
    id: int = 0
    note_id: int | None = None
