"""Units follow the athlete's settings on the phone: always read them, never assume them."""

from __future__ import annotations

import math
from typing import Any, Literal

Quantity = Literal["mass_kg", "time_s", "distance_m", "speed_mps", "energy_kcal", "length_m", "pct", "plain"]

_FACTORS: dict[Quantity, dict[str, float]] = {
    "mass_kg": {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "lbs": 0.45359237, "st": 6.35029318},
    "time_s": {"s": 1.0, "sec": 1.0, "min": 60.0, "hr": 3600.0, "h": 3600.0, "hrs": 3600.0},
    "distance_m": {"m": 1.0, "km": 1000.0, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048},
    "length_m": {"m": 1.0, "cm": 0.01, "ft": 0.3048, "in": 0.0254},
    "speed_mps": {"m/s": 1.0, "km/hr": 1 / 3.6, "km/h": 1 / 3.6, "mi/hr": 0.44704, "mph": 0.44704},
    "energy_kcal": {"kcal": 1.0, "Cal": 1.0, "cal": 0.001, "kJ": 1 / 4.184},
}


def number(value: Any) -> float | None:
    """Return a finite number given as number or text, else None (a bool is none)."""
    if not isinstance(value, (int, float, str)) or isinstance(value, bool):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def convert(value: Any, unit: Any, quantity: Quantity) -> float | None:
    """Return the value in the quantity's unit, or None when value or unit is unknown."""
    given = number(value)
    if given is None:
        return None
    if quantity == "plain":
        return given
    if quantity == "pct":  # the app writes 33.5, the Health export 0.335, both with "%"
        return given * 100 if given <= 1 else given
    factor = _FACTORS[quantity].get(str(unit).strip())
    return None if factor is None else given * factor
