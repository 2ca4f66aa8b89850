"""What a performance is worth: VDOT, and the speed it implies at threshold."""

from __future__ import annotations

import math

# Daniels & Gilbert 1979, Oxygen Power: VO2 of a speed (m/min), and the share of VO2max held for a time.
_COST = (-4.60, 0.182258, 0.000104)
# Daniels' threshold pace lies at this share of VDOT (fitted to his table, within 0.7 s/km).
THRESHOLD_SHARE = 0.88


def vdot_of(distance_m: float, time_s: float) -> float:
    """Return VDOT (ml/kg/min) of covering a distance in a time (Daniels & Gilbert 1979).

    Made for maximal efforts between about 3.5 minutes and 4 hours. Both must be positive.
    """
    minutes = time_s / 60
    speed = distance_m / minutes
    vo2 = _COST[0] + _COST[1] * speed + _COST[2] * speed**2
    share = 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)
    return vo2 / share


def speed_at_vo2(vo2: float) -> float:
    """Return the speed in m/s whose oxygen cost is `vo2` (ml/kg/min)."""
    a, b, c = _COST[2], _COST[1], _COST[0] - vo2
    return (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a) / 60


def threshold_speed_of(vdot: float) -> float:
    """Return Daniels' threshold speed in m/s: about what can be held for an hour."""
    return speed_at_vo2(THRESHOLD_SHARE * vdot)
