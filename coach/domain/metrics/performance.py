"""What a performance is worth: VDOT, the race times equal to it, and the speed it implies at threshold."""

from __future__ import annotations

import math

# Daniels & Gilbert 1979, Oxygen Power: VO2 of a speed (m/min), and the share of VO2max held for a time.
_COST = (-4.60, 0.182258, 0.000104)
# The share of VO2max that can be held lies between these, whatever the time.
_SHARE_MIN, _SHARE_MAX = 0.8, 0.8 + 0.1894393 + 0.2989558
_HALVINGS = 40  # leaves less than a microsecond of any race
# Daniels' threshold pace lies at this share of VDOT (fitted to his table, within 0.7 s/km).
THRESHOLD_SHARE = 0.88


def vdot_of(distance_m: float, time_s: float) -> float:
    """Return VDOT (ml/kg/min) of covering a distance in a time (Daniels & Gilbert 1979).

    Made for maximal efforts between about 3.5 minutes and 4 hours. Both must be positive.
    """
    return vo2_at_speed(distance_m / time_s) / held_share(time_s)


def held_share(time_s: float) -> float:
    """Return the share of VO2max that is held in a race of so many s (Daniels & Gilbert 1979)."""
    minutes = time_s / 60
    return 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)


def race_time_of(vdot: float, distance_m: float) -> float:
    """Return the time in s over a distance whose VDOT is `vdot`; the inverse of `vdot_of`.

    Solved on the equations, never read from the table. VDOT falls steadily as the time grows, so halving
    the bracket that the two extreme shares of VO2max give finds the one root, to below a microsecond.
    """
    fast = distance_m / speed_at_vo2(_SHARE_MAX * vdot)
    slow = distance_m / speed_at_vo2(_SHARE_MIN * vdot)
    for _ in range(_HALVINGS):
        middle = (fast + slow) / 2
        if vdot_of(distance_m, middle) > vdot:
            fast = middle
        else:
            slow = middle
    return (fast + slow) / 2


def vo2_at_speed(speed_mps: float) -> float:
    """Return the oxygen cost (ml/kg/min) of running at a speed on the flat (Daniels & Gilbert 1979)."""
    v = speed_mps * 60
    return _COST[0] + _COST[1] * v + _COST[2] * v**2


def speed_at_vo2(vo2: float) -> float:
    """Return the speed in m/s whose oxygen cost is `vo2` (ml/kg/min)."""
    a, b, c = _COST[2], _COST[1], _COST[0] - vo2
    return (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a) / 60


def threshold_speed_of(vdot: float) -> float:
    """Return Daniels' threshold speed in m/s: about what can be held for an hour."""
    return speed_at_vo2(THRESHOLD_SHARE * vdot)
