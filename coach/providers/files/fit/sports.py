"""The profile's sports as ours."""

from __future__ import annotations

from collections.abc import Mapping

from coach.domain.activity import Sport

_SPORTS: Mapping[str, Sport] = {
    "running": Sport.run,
    "cycling": Sport.ride,
    "e_biking": Sport.ride,
    "swimming": Sport.swim,
    "walking": Sport.walk,
    "hiking": Sport.hike,
    "mountaineering": Sport.hike,
    "snowshoeing": Sport.hike,
    "cross_country_skiing": Sport.ski,
    "alpine_skiing": Sport.ski,
    "snowboarding": Sport.ski,
    "rowing": Sport.row,
}

# Sub-sports that decide the sport when the sport itself does not (fitness equipment, training).
_BY_SUB_SPORT: Mapping[str, Sport] = {
    "treadmill": Sport.run,
    "indoor_running": Sport.run,
    "indoor_cycling": Sport.ride,
    "spin": Sport.ride,
    "indoor_rowing": Sport.row,
    "strength_training": Sport.strength,
    "indoor_walking": Sport.walk,
    "lap_swimming": Sport.swim,
}

_SUB_SPORTS: Mapping[str, str] = {
    "generic": "",
    "all": "",
    "street": "",
    "road": "",
    "lap_swimming": "pool",
    "indoor_cycling": "indoor",
    "indoor_running": "indoor",
    "indoor_rowing": "indoor",
    "indoor_walking": "indoor",
    "spin": "indoor",
    "virtual_activity": "virtual",
}

# Sports whose cadence devices store for one leg; ours counts both feet.
ON_FOOT = frozenset({Sport.run, Sport.walk, Sport.hike})
# Nobody takes 240 steps a minute for half a run: a device with such a number counts both feet itself.
_ONE_LEG_MAX = 120.0


def legs_per_count(typical_cadence: float, sport: Sport) -> int:
    """Return by what to multiply a stored cadence to get ours: 2 where it counts one of two legs."""
    return 2 if sport in ON_FOOT and typical_cadence <= _ONE_LEG_MAX else 1


def map_sport(sport: str, sub_sport: str) -> tuple[Sport, str]:
    """Return our sport and sub-sport for the profile's names ("" when the file gives none)."""
    mapped = _SPORTS.get(sport) or _BY_SUB_SPORT.get(sub_sport) or Sport.other
    mapped_sub = _SUB_SPORTS.get(sub_sport, sub_sport)
    if mapped is Sport.other and not mapped_sub and sport != "generic":
        mapped_sub = sport  # kayaking, climbing …: better than nothing
    return mapped, mapped_sub


def profile_names(sport: Sport, sub_sport: str) -> tuple[str, str]:
    """Return the profile's names for our sport and sub-sport (the inverse, for writing)."""
    names = {mapped: name for name, mapped in reversed(list(_SPORTS.items()))}
    name = names.get(sport, "training" if sport is Sport.strength else "generic")
    if sport is Sport.strength:
        return name, "strength_training"
    subs = {
        (Sport.swim, "pool"): "lap_swimming",
        (Sport.ride, "indoor"): "indoor_cycling",
        (Sport.run, "indoor"): "indoor_running",
        (Sport.row, "indoor"): "indoor_rowing",
        (Sport.walk, "indoor"): "indoor_walking",
    }
    other = "virtual_activity" if sub_sport == "virtual" else sub_sport
    return name, subs.get((sport, sub_sport), other) or "generic"
