"""Intensity zones: where one ends and the next begins, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from coach.domain.activity import Floats, Sport
from coach.domain.athlete import Threshold, Thresholds

# Friel: five heart-rate zones as shares of LTHR (<85, 85–89, 90–94, 95–99, ≥100 %) …
LTHR_SHARES = (0.85, 0.90, 0.95, 1.00)
# … and five pace zones as shares of threshold pace (>129, 114–129, 106–113, 99–105, <99 %).
PACE_SHARES = (1.29, 1.14, 1.06, 0.99)
# Power by sport. Rides: Coggan's levels (<55, 55–75, 75–90, 90–105 %, and all above as one). Runs: Vance 2016
# (<81, 81–88, 89–95, 96–105 %, and all above as one), as running power falls less on an easy day.
POWER_SHARES = {Sport.ride: (0.55, 0.75, 0.90, 1.05), Sport.run: (0.81, 0.89, 0.96, 1.05)}
# Edwards 1993: lower bounds of the five zones as shares of HRmax; below the first nothing counts.
EDWARDS_SHARES = (0.50, 0.60, 0.70, 0.80, 0.90)
# Karvonen 1957 (shares of the reserve) and Edwards 1993 (shares of HRmax) step by tenths.
TENTHS = (0.60, 0.70, 0.80, 0.90)

# Three zones (<LT1, LT1–LT2, >LT2): LT1 lies where Friel's zone 2 ends, LT2 is the threshold.
EASY_ZONES, MODERATE_ZONES, HARD_ZONES = (1, 2), (3, 4), (5,)


@dataclass(frozen=True)
class Zones:
    """Five zones of one quantity. `bounds` are the four lower bounds of zones 2–5, rising.

    `basis` is a text key under `basis.`: what the bounds were computed from. `anchors` are the thresholds
    used; the zones are estimated as soon as one of them is.
    """

    unit: str
    bounds: tuple[float, float, float, float]
    basis: str
    anchors: tuple[Threshold, ...]

    @property
    def estimated(self) -> bool:
        return any(a.origin == "estimated" for a in self.anchors)

    def zone_of(self, value: float) -> int:
        """Return the zone, 1–5, of a value."""
        return 1 + sum(value >= bound for bound in self.bounds)

    def seconds(self, values: Floats) -> tuple[float, ...]:
        """Return the seconds spent in zones 1–5 by one value per second; unknown ones count nowhere."""
        known = values[~np.isnan(values)]
        # One place beyond six decimals is noise of the arithmetic, and must not move a value down a zone.
        place = np.searchsorted(np.array(self.bounds) - 1e-9, known, side="right")
        return tuple(np.bincount(place, minlength=5).astype(float).tolist())

    def limits(self) -> tuple[tuple[float | None, float | None], ...]:
        """Return (from, to) of zones 1–5; None is open."""
        edges = (None, *self.bounds, None)
        return tuple((edges[i], edges[i + 1]) for i in range(5))


def karvonen(hr_rest_bpm: float, hr_max_bpm: float, fraction: float) -> float:
    """Return the heart rate at a fraction of the reserve (Karvonen 1957)."""
    return hr_rest_bpm + fraction * (hr_max_bpm - hr_rest_bpm)


def hr_zones(thresholds: Thresholds) -> Zones | None:
    """Return heart-rate zones from LTHR, else from the reserve, else from HRmax, else None.

    What the athlete gave wins: zones on a given HRmax come before zones on an estimated LTHR.
    """
    lthr, top, rest = thresholds.lthr_bpm, thresholds.hr_max_bpm, thresholds.hr_rest_bpm
    if lthr is not None and (lthr.origin == "given" or top is None or top.origin != "given"):
        return Zones("bpm", _four(lthr.value * s for s in LTHR_SHARES), "zones_lthr", (lthr,))
    if top is not None and rest is not None and rest.value < top.value:
        bounds = _four(karvonen(rest.value, top.value, s) for s in TENTHS)
        return Zones("bpm", bounds, "zones_reserve", (top, rest))
    if top is not None:
        return Zones("bpm", _four(top.value * s for s in TENTHS), "zones_hr_max", (top,))
    return None


def pace_zones(thresholds: Thresholds) -> Zones | None:
    """Return pace zones as speeds in m/s from threshold speed (Friel), or None."""
    speed = thresholds.threshold_speed_mps
    if speed is None:
        return None
    return Zones("mps", _four(speed.value / s for s in PACE_SHARES), "zones_threshold_pace", (speed,))


def power_threshold(thresholds: Thresholds, sport: Sport) -> tuple[Threshold | None, bool]:
    """Return the threshold power that a sport is measured by, and whether it is that sport's own.

    A ride without one is measured by that of running, which is usually the higher; never the other way
    round, since a runner who cycles gives both.
    """
    if sport is Sport.ride and thresholds.ride_threshold_power_w is not None:
        return thresholds.ride_threshold_power_w, True
    return thresholds.threshold_power_w, sport is Sport.run


def power_zones(thresholds: Thresholds, sport: Sport) -> Zones | None:
    """Return power zones of a run or a ride in watts from threshold power, or None."""
    threshold, own = power_threshold(thresholds, sport)
    if threshold is None or sport not in POWER_SHARES:
        return None
    if not own:
        threshold = replace(threshold, origin="estimated")
    bounds = _four(threshold.value * s for s in POWER_SHARES[sport])
    return Zones("W", bounds, "zones_threshold_power", (threshold,))


def three_zones(five: tuple[float, ...]) -> tuple[float, float, float]:
    """Return seconds (or shares) below LT1, between, and above LT2 from those of five zones."""
    easy = sum(five[z - 1] for z in EASY_ZONES)
    moderate = sum(five[z - 1] for z in MODERATE_ZONES)
    return easy, moderate, sum(five[z - 1] for z in HARD_ZONES)


def _four(values: Iterable[float]) -> tuple[float, float, float, float]:
    a, b, c, d = values
    return a, b, c, d
