"""Whether a written quantity is a fact's value, to the precision written and in any unit it converts to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from coach.domain.fact import Fact
from coach.graph.cues import traits
from coach.graph.numbers import Reading

# Units that stand for the plain number beside a fact of theirs.
_UNITLESS = {"AU", "ratio", "count", "text", "year", "", "score", "m_per_min_per_bpm", "m_per_beat", "index"}
_COUNTED = {"count": 1.0, "days": 1.0, "weeks": 1.0, "months": 1.0, "years": 1.0}
# What must be said for a plain number to be one of these: 평균 심박 152.
_SAID_FOR = {"bpm": "hr", "spm": "cadence", "W": "power", "kg": "weight", "VDOT": "vdot"}


class Values:
    """The values of a turn's facts in every dimension, in their order: what could be stated is looked up."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._in: dict[str, tuple[list[float], list[int]]] = {}

    def near(self, readings: Sequence[Reading]) -> list[Fact]:
        """Return the facts that a quantity may state, in the order they came, signs and rounding aside."""
        found: set[int] = set()
        for dimension, value, half in readings:
            if dimension == "under_s":
                dimension, low, high = "s", 0.85 * value, value
            else:
                reach = max(half, _rounded_to(value, half)) * (1 + 1e-6) + 1e-9
                low, high = abs(value) - reach, abs(value) + reach
            sizes, numbers = self._in.get(dimension) or self._sorted(dimension)
            at = bisect_left(sizes, low)
            while at < len(sizes) and sizes[at] <= high:
                found.add(numbers[at])
                at += 1
        return [self._facts[n] for n in sorted(found)]

    def _sorted(self, dimension: str) -> tuple[list[float], list[int]]:
        everything = set(_SAID_FOR.values())
        sizes = []
        for n, fact in enumerate(self._facts):
            if fact.value is None or isinstance(fact.value, str):
                continue
            value = _value(fact, dimension, everything)
            if value is not None:
                sizes.append((abs(value), n))
        sizes.sort()
        self._in[dimension] = [size for size, _ in sizes], [n for _, n in sizes]
        return self._in[dimension]


def states(
    readings: Sequence[Reading], fact: Fact, said: set[str], *, wide: bool = False, less: bool | None = None
) -> bool:
    """Whether a written quantity is this fact's value, as precisely as it was written.

    `wide`: it was said to be about so much; `less`: it is said to be a change, downwards or not.
    """
    if isinstance(fact.value, str) or fact.value is None:
        return False
    for dimension, value, half in readings:
        if dimension == "under_s" and fact.unit == "s" and 0.85 * value < fact.value < value:
            return True
        expected = _value(fact, dimension, said)
        if expected is None:
            continue
        if less is not None and fact.unit == "pct":
            value = -value if less else value
        if wide:
            half = max(half, _rounded_to(value, half))
        if abs(expected - value) <= half * (1 + 1e-6) + 1e-9:
            return True
    return False


def _rounded_to(value: float, half: float) -> float:
    """Return half of the last place before trailing zeros, for about 40 km."""
    step = 2 * half
    return (
        10 * half if step and value and round(value / step) % 10 == 0 and round(value / step) >= 20 else half
    )


def _value(fact: Fact, dimension: str, said: set[str]) -> float | None:
    """Return the fact's value in `dimension`, or None when it is of another."""
    value = float(fact.value)  # type: ignore[arg-type]
    unit = fact.unit
    if dimension == "times":
        if unit == "ratio":
            return value
        if unit == "pct":
            return 1 + value / 100 if "change" in traits(fact) else value / 100
        return None
    if dimension == unit or (dimension == "" and unit in _UNITLESS):
        return value
    if dimension == "" and unit in _SAID_FOR:
        return value if _SAID_FOR[unit] in said else None
    if dimension in _COUNTED and unit == "count":
        return value
    if dimension == "steps" and "step" in fact.metric:
        return value
    if dimension == "s_per_mi" and unit == "s_per_km":
        return value * 1.609344
    if dimension in ("s_per_km", "s_per_mi") and unit == "mps" and value > 0:
        return 1000 / value * (1.609344 if dimension == "s_per_mi" else 1)
    if dimension == "F" and unit == "C":
        return value * 9 / 5 + 32
    return None
