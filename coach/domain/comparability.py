"""What two outings can be compared in, and why not in the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from coach.domain.activity import Activity, Floats
from coach.domain.metrics.prepared import prepared
from coach.domain.resample import trailing_mean
from coach.domain.streams import has_values

# From here on a difference is more than what two runs of one plan differ in.
DISTANCE_SHARE = 0.10
MUCH_LONGER = 1.25  # from here on the longer one is expected to be slower by what shows: 1.3 % (Riegel 1981)
ASCENT_M_PER_KM = 8.0
TEMPERATURE_C = 8.0
INTERVAL_VARIATION = 0.15  # standard deviation over mean of 30-s speed: steady runs have 0.03–0.08
SMOOTHING_S = 30
MIN_HR_COVERAGE = 0.8
HARD = frozenset({"interval", "recovery"})
GROUNDS = {"track": "track", "trail": "trail", "road": "road", "street": "road"}


@dataclass(frozen=True)
class Conditions:
    """Under what an outing was done. Unknown is None."""

    distance_m: float | None
    pace_s_per_km: float | None
    ascent_m_per_km: float | None
    temperature_c: float | None
    treadmill: bool
    ground: str | None  # track, trail, road
    has_hr: bool
    has_samples: bool
    uneven: bool  # intervals rather than one steady effort
    race: bool
    sport: str


@dataclass(frozen=True)
class Obstacle:
    """One reason why two outings are not alike. `key` names a sentence, `params` its parts.

    `against`: what cannot be compared because of it: pace, hr, effort or along (the way, point by point).
    """

    key: str
    against: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)


def conditions_of(activity: Activity, ascent_m: float | None) -> Conditions:
    """Return under what an activity was done. `ascent_m` is its stored ascent."""
    shared = prepared(activity)
    distance, samples = shared.distance_m, shared.samples
    recorded = activity.streams
    warm = recorded.get("temperature_c") if recorded is not None else None
    hr = samples.hr_bpm if samples is not None else None
    return Conditions(
        distance_m=distance,
        pace_s_per_km=1000 * shared.moving_s / distance if shared.moving_s and distance else None,
        ascent_m_per_km=1000 * ascent_m / distance
        if ascent_m is not None and distance and not shared.treadmill
        else None,
        temperature_c=float(np.nanmean(warm)) if warm is not None else None,
        treadmill=shared.treadmill,
        ground=GROUNDS.get(activity.recording.sub_sport),
        has_hr=hr is not None and hr.size > 0 and float(np.mean(~np.isnan(hr))) >= MIN_HR_COVERAGE,
        has_samples=samples is not None and samples.has_distance,
        uneven=_is_uneven(activity),
        race=activity.race,
        sport=activity.sport.value,
    )


def _is_uneven(activity: Activity) -> bool:
    if sum(lap.intensity in HARD for lap in activity.recording.laps) >= 4:
        return True
    samples = prepared(activity).samples
    if samples is None or not samples.has_speed:
        return False
    speed: Floats = np.where(samples.moving, samples.speed_mps, np.nan)
    smooth = trailing_mean(speed, samples.first, SMOOTHING_S)
    if not has_values(smooth):
        return False
    return float(np.nanstd(smooth) / np.nanmean(smooth)) >= INTERVAL_VARIATION


def obstacles(a: Conditions, b: Conditions) -> list[Obstacle]:
    """Return every reason why two outings are not alike, the gravest first; none is a fair comparison."""
    found: list[Obstacle] = []

    def add(key: str, *against: str, **params: Any) -> None:
        found.append(Obstacle(key, against, params))

    if a.sport != b.sport:
        add("sport", "pace", "hr", "effort", "along")
    if a.treadmill != b.treadmill:
        add("treadmill_a" if a.treadmill else "treadmill_b", "pace", "along")
    elif a.treadmill:
        add("treadmills", "pace")
    if a.uneven != b.uneven:
        add("intervals_a" if a.uneven else "intervals_b", "pace", "hr", "along")
    if a.distance_m and b.distance_m:
        if abs(a.distance_m - b.distance_m) > DISTANCE_SHARE * max(a.distance_m, b.distance_m):
            add(_distance_key(a, b), "pace")
    else:
        add("distance_unknown", "pace", "along")
    if a.ascent_m_per_km is not None and b.ascent_m_per_km is not None:
        if abs(a.ascent_m_per_km - b.ascent_m_per_km) >= ASCENT_M_PER_KM:
            add("hills_a" if a.ascent_m_per_km > b.ascent_m_per_km else "hills_b", "pace")
    elif not (a.treadmill or b.treadmill):
        add("hills_unknown", "pace")
    if a.ground and b.ground and a.ground != b.ground:
        add("ground", "pace", ground_a=a.ground, ground_b=b.ground)
    if a.temperature_c is not None and b.temperature_c is not None:
        if abs(a.temperature_c - b.temperature_c) >= TEMPERATURE_C:
            add("warmer_a" if a.temperature_c > b.temperature_c else "warmer_b", "hr", "pace")
    elif not (a.treadmill or b.treadmill):
        add("temperature_unknown", "hr")
    if a.race != b.race:
        add("race_a" if a.race else "race_b", "effort")
    if not (a.has_hr and b.has_hr):
        both = not a.has_hr and not b.has_hr
        add("no_hr" if both else "no_hr_b" if a.has_hr else "no_hr_a", "hr", "effort")
    if not (a.has_samples and b.has_samples):
        add("no_samples", "along")
    return found


def _distance_key(a: Conditions, b: Conditions) -> str:
    """Name the longer one, and whether its length alone explains that it was slower."""
    (long, short), side = ((a, b), "a") if (a.distance_m or 0) > (b.distance_m or 0) else ((b, a), "b")
    much = (long.distance_m or 0) >= MUCH_LONGER * (short.distance_m or 0)
    slower = long.pace_s_per_km and short.pace_s_per_km and long.pace_s_per_km > short.pace_s_per_km
    return f"distance_slower_{side}" if much and slower else f"distance_{side}"


class Outing(Protocol):
    """What is needed of an activity to find it a counterpart."""

    @property
    def id(self) -> int: ...
    @property
    def start_at(self) -> datetime: ...
    @property
    def distance_m(self) -> float | None: ...
    @property
    def treadmill(self) -> bool: ...
    @property
    def has_samples(self) -> bool: ...


def counterpart[T: Outing](one: T, others: Iterable[T], same_route: Collection[int] = ()) -> T | None:
    """Return the outing that `one` is best compared with, or None.

    The latest before it on the same route; else the latest before it of about the same distance on the same
    kind of ground (road or treadmill); of those, one with samples rather than without.
    """
    before = [other for other in others if other.id != one.id and other.start_at < one.start_at]
    on_route = [other for other in before if other.id in same_route]
    alike = [
        other
        for other in before
        if other.treadmill == one.treadmill
        and one.distance_m
        and other.distance_m
        and abs(other.distance_m - one.distance_m) <= DISTANCE_SHARE * one.distance_m
    ]
    found = on_route or [other for other in alike if other.has_samples] or alike
    return max(found, key=lambda other: (other.start_at, other.id), default=None)
