"""A fact as text: value and unit in the reader's language and units, or why it is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any

from coach.domain.fact import Fact
from coach.text import formats
from coach.text.catalogue import Lang, has, say
from coach.text.formats import Style, Units

# Decimals by unit; units not named here get one decimal below ten, none from ten on.
_DIGITS = {"count": 0, "bpm": 0, "spm": 0, "rpm": 0, "W": 0, "ms": 0, "kcal": 0, "mm": 0, "days": 0}
_DIGITS["VDOT"] = 1  # one point is five minutes of a marathon
_RATIOS = {"ratio", "m_per_min_per_bpm", "m_per_beat"}
_HEIGHTS = ("ascent", "descent", "altitude", "elevation")
# Speeds that runners think of as a pace.
_PACES = ("threshold_speed", "critical_speed", "graded_speed", "gap_")
_WORDS = ("sleep", "nap", "recovery_time")


def render(
    fact: Fact, lang: Lang, units: Units = "metric", *, style: Style = "prose", today: date | None = None
) -> str:
    """Return the value with its unit (`42.3 km`, `5'30"/km`, `152 bpm`), or the reason it is unknown.

    `style="axis"` leaves the unit out where a table's heading names it. `today` lets dates of this year go
    without their year.
    """
    value = fact.value
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return because(fact, lang)
    if isinstance(value, str):
        return _text(value, fact.unit, lang, today)
    return quantity(value, fact.unit, lang, units, metric=fact.metric, style=style)


def because(fact: Fact, lang: Lang) -> str:
    """Return the catalogue's reason why a fact is unknown."""
    return reason(fact.because or "not_known", fact.because_params, lang)


def reason(key: str, params: Mapping[str, Any], lang: Lang) -> str:
    """Return the catalogue's sentence for a reason, by its key (under `unknown.`)."""
    key = f"unknown.{key.removeprefix('unknown.')}"
    return say(lang, key, **params) if has(lang, key) else say(lang, "unknown.not_known")


def quantity(
    value: float,
    unit: str,
    lang: Lang,
    units: Units = "metric",
    *,
    metric: str = "",
    style: Style = "prose",
) -> str:
    """Return a number in its unit. The metric's name decides what the unit alone leaves open.

    Metres are a distance unless the metric is a height or a stride, seconds a clock time unless it is sleep.
    """
    if metric == "birth_year" or unit == "year":
        return str(formats.whole(value))
    if unit == "mps" and metric.startswith(_PACES) and value > 0:
        value, unit = 1000 / value, "s_per_km"
    match unit:
        case "m":
            return _metres(value, lang, units, metric, style)
        case "s":
            words = style == "prose" and metric.startswith(_WORDS)
            return formats.duration(value, lang, "words" if words else style)
        case "s_per_km":
            return formats.pace(value, lang, units, style)
        case "s_per_100m":
            return formats.swim_pace(value, lang, units, style)
        case "mps":
            return formats.speed(value, units, style)
        case "kg":
            return formats.weight(value, units, style)
        case "C":
            return formats.temperature(value, units, style)
    if unit in _RATIOS:
        text = formats.number(value, 2, trim=False)
    else:
        text = formats.number(value, _DIGITS.get(unit, 1 if abs(value) < 9.95 else 0))
    if style == "axis":
        return text
    if has(lang, f"unit.{unit}"):
        return say(lang, f"unit.{unit}", value=text, n=value)
    return f"{text} {unit}".rstrip()


def _metres(value: float, lang: Lang, units: Units, metric: str, style: Style) -> str:
    if any(name in metric for name in _HEIGHTS):
        return formats.elevation(value, units, style)
    if abs(value) < 10 and value != formats.whole(value):  # a stride, not a way
        size, unit = (formats.M_PER_FOOT, "ft") if units == "imperial" else (1.0, "m")
        text = formats.number(value / size, 2, trim=False)
        return text if style == "axis" else f"{text} {unit}"
    return formats.distance(value, lang, units, style)


def _text(value: str, unit: str, lang: Lang, today: date | None) -> str:
    if unit == "date":
        try:
            return formats.day(date.fromisoformat(value[:10]), lang, today)
        except ValueError:
            return value
    return value
