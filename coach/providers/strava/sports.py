"""Strava's sports (`sport_type`, and the older `type`) → ours.

The names are those of https://developers.strava.com/docs/reference/#api-models-SportType.
"""

from __future__ import annotations

from coach.domain.activity import Sport
from coach.providers.files.sports import sport_of

_SPORTS: dict[str, tuple[Sport, str]] = {
    "Run": (Sport.run, ""),
    "TrailRun": (Sport.run, "trail"),
    "VirtualRun": (Sport.run, "virtual"),
    "Ride": (Sport.ride, ""),
    "EBikeRide": (Sport.ride, ""),
    "EMountainBikeRide": (Sport.ride, ""),
    "GravelRide": (Sport.ride, ""),
    "MountainBikeRide": (Sport.ride, ""),
    "Velomobile": (Sport.ride, ""),
    "VirtualRide": (Sport.ride, "virtual"),
    "Swim": (Sport.swim, ""),
    "Walk": (Sport.walk, ""),
    "Hike": (Sport.hike, ""),
    "Snowshoe": (Sport.hike, ""),
    "WeightTraining": (Sport.strength, ""),
    "AlpineSki": (Sport.ski, ""),
    "BackcountrySki": (Sport.ski, ""),
    "NordicSki": (Sport.ski, ""),
    "RollerSki": (Sport.ski, ""),
    "Snowboard": (Sport.ski, ""),
    "Rowing": (Sport.row, ""),
    "VirtualRow": (Sport.row, "virtual"),
}
_INDOORS = {Sport.run: "treadmill", Sport.ride: "indoor", Sport.row: "indoor", Sport.swim: "pool"}
ON_FOOT = (Sport.run, Sport.walk, Sport.hike)


def sport_of_activity(names: tuple[str, ...], *, trainer: bool) -> tuple[Sport, str]:
    """Return sport and sub-sport of the first name that is known; a new one is read like any word.

    `trainer`: Strava's mark for indoors.
    """
    known = next((_SPORTS[name] for name in names if name in _SPORTS), None)
    sport, sub_sport = known or sport_of(*names)
    return sport, sub_sport or (_INDOORS.get(sport, "") if trainer else "")
