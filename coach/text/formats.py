"""Numbers, paces, durations and dates as a runner reads them, in both languages and both unit systems.

Values come in SI units and are converted and rounded here, once, on the way to the screen. `prose` carries
the unit, `axis` is the bare number for axes and tables whose heading names the unit.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from math import floor
from typing import Literal

from coach.text.catalogue import Lang, say

Units = Literal["metric", "imperial"]
Style = Literal["prose", "axis"]

M_PER_MILE = 1609.344
M_PER_FOOT = 0.3048
KG_PER_LB = 0.45359237


def number(value: float, digits: int = 0, *, trim: bool = True) -> str:
    """Return `value` with thousands separators and `digits` decimals, halves away from zero.

    `trim` drops decimals that are all zero ("5.0" → "5"). Minus zero is zero.
    """
    scale = 10**digits
    # 1e-9: 2.675 is stored as 2.67499…, yet a person reads a half.
    rounded = floor(abs(value) * scale + 0.5 + 1e-9) / scale
    text = f"{rounded:,.{digits}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and rounded else text


def whole(value: float) -> int:
    """Return the nearest integer, halves up: 329.5 → 330."""
    return floor(value + 0.5)


def clock(seconds: float) -> str:
    """Return `1:23:45`, or `23:45` below one hour; rounded first, so never `5:60`."""
    total = whole(abs(seconds))
    h, rest = divmod(total, 3600)
    m, s = divmod(rest, 60)
    text = f"{h}:{m:02d}:{s:02d}" if h else f"{m}:{s:02d}"
    return f"-{text}" if seconds < 0 and total else text


def duration(seconds: float, lang: Lang, style: Literal["prose", "axis", "words"] = "prose") -> str:
    """Return a span of time: `1:23:45` and `23:45`; `45초` below a minute; hours and minutes from a day on.

    `axis` is always the clock, `words` always hours and minutes (sleep, weekly time).
    """
    if style == "axis":
        return clock(seconds)
    total = whole(seconds)
    if style == "words" or total >= 86_400:
        h, m = divmod(whole(seconds / 60), 60)
        if h and m:
            return say(lang, "units.hours_minutes", h=number(h), m=m)
        if h:
            return say(lang, "units.hours", h=number(h))
        if m or not total:
            return say(lang, "units.minutes", m=m)
    if 0 <= total < 60:
        return say(lang, "units.seconds", s=total)
    return clock(seconds)


def pace(s_per_km: float, lang: Lang, units: Units = "metric", style: Style = "prose") -> str:
    """Return a pace: `5'30"/km` in Korean prose, `5:30/km` in English, `5:30` on axes and in tables."""
    imperial = units == "imperial"
    return _pace(s_per_km * (M_PER_MILE / 1000 if imperial else 1), "mi" if imperial else "km", lang, style)


def swim_pace(s_per_100m: float, lang: Lang, units: Units = "metric", style: Style = "prose") -> str:
    """Return a swimming pace per 100 m, or per 100 yd in imperial units."""
    imperial = units == "imperial"
    return _pace(s_per_100m * (0.9144 if imperial else 1), "100yd" if imperial else "100m", lang, style)


def _pace(seconds: float, per: str, lang: Lang, style: Style) -> str:
    m, s = divmod(whole(seconds), 60)
    if style == "axis":
        return f"{m}:{s:02d}"
    return f"{m}'{s:02d}\"/{per}" if lang == "ko" else f"{m}:{s:02d}/{per}"


def distance(m: float, lang: Lang, units: Units = "metric", style: Style = "prose", digits: int = 1) -> str:
    """Return a distance: `400 m`, `42.2 km`, `5 km` where it is exactly five, `6.2 mi`.

    Track distances (whole hundreds below a kilometre) stay in metres in imperial units too. `axis`: km or mi.
    """
    size = M_PER_MILE if units == "imperial" else 1000
    exact = abs(m - whole(m / size) * size) < 0.5
    big = number(m / size, digits, trim=exact)
    if style == "axis":
        return big
    if units == "imperial":
        if 0 < m < 1000 and abs(m - whole(m / 100) * 100) < 0.5:
            return f"{number(m)} m"
        if m < 0.1 * M_PER_MILE:
            return f"{number(m / M_PER_FOOT)} ft"
        return f"{big} mi"
    return f"{number(m)} m" if whole(abs(m)) < 1000 else f"{big} km"


def elevation(m: float, units: Units = "metric", style: Style = "prose") -> str:
    """Return a height or an ascent: `123 m`, `404 ft`."""
    value, unit = (m / M_PER_FOOT, "ft") if units == "imperial" else (m, "m")
    return number(value) if style == "axis" else f"{number(value)} {unit}"


def speed(mps: float, units: Units = "metric", style: Style = "prose") -> str:
    """Return a speed: `28.3 km/h`, `17.6 mph`."""
    value, unit = (mps * 3600 / M_PER_MILE, "mph") if units == "imperial" else (mps * 3.6, "km/h")
    text = number(value, 1, trim=False)
    return text if style == "axis" else f"{text} {unit}"


def weight(kg: float, units: Units = "metric", style: Style = "prose") -> str:
    """Return a body weight: `63.2 kg`, `139.3 lb`."""
    value, unit = (kg / KG_PER_LB, "lb") if units == "imperial" else (kg, "kg")
    text = number(value, 1, trim=False)
    return text if style == "axis" else f"{text} {unit}"


def temperature(c: float, units: Units = "metric", style: Style = "prose") -> str:
    """Return a temperature: `18°C`, `64°F`."""
    value, unit = (c * 9 / 5 + 32, "°F") if units == "imperial" else (c, "°C")
    return number(value) if style == "axis" else f"{number(value)}{unit}"


def month_name(month: int, lang: Lang) -> str:
    """Return `10월`, `October`."""
    return say(lang, "units.months").split()[month - 1]


def weekday_name(weekday: int, lang: Lang) -> str:
    """Return `토`, `Sat`; 0 is Monday."""
    return say(lang, "units.weekdays").split()[weekday]


def day(on: date, lang: Lang, today: date | None = None) -> str:
    """Return `11월 21일 (토)`, `Sat 21 Nov`; with the year unless it is the year of `today`."""
    key = "units.day" if today is not None and today.year == on.year else "units.day_year"
    return say(
        lang,
        key,
        year=on.year,
        month=month_name(on.month, lang),
        day=on.day,
        weekday=weekday_name(on.weekday(), lang),
    )


def date_range(start: date, end: date, lang: Lang, today: date | None = None) -> str:
    """Return `11월 9–15일`, `9–15 Nov`, `9월 28일–10월 4일`; years only where needed."""
    if start == end:
        return day(start, lang, today)
    with_year = today is None or start.year != end.year or end.year != today.year
    suffix = "_year" if with_year else ""
    if (start.year, start.month) == (end.year, end.month):
        month = month_name(start.month, lang)
        return say(
            lang, f"units.range_in_month{suffix}", year=start.year, month=month, a=start.day, b=end.day
        )

    def short(on: date, key: str) -> str:
        return say(lang, f"units.{key}", year=on.year, month=month_name(on.month, lang), day=on.day)

    first = short(start, "day_short_year" if with_year and start.year != end.year else "day_short")
    last = short(end, "day_short_year" if with_year else "day_short")
    if lang == "ko" and with_year:  # the year stands in front: 2025년 9월 28일–10월 4일
        first = short(start, "day_short_year")
        last = short(end, "day_short_year" if start.year != end.year else "day_short")
    return say(lang, "units.range", a=first, b=last)


def period_label(
    start: date, end: date, lang: Lang, today: date | None = None, *, week_start: int = 0
) -> str:
    """Return a span of days as a person would say it: `지난주(11월 9–15일)`, `10월`, `October 2025`.

    `start` and `end` are both included. With `today`, spans that end today count as "this week", "this
    month" or "this year" so far; without, every date carries its year.
    """
    dates = _calendar_label(start, end, lang, today)
    name = None if today is None else _relative(start, end, today, week_start)
    if name is None:
        return dates
    text = say(lang, f"units.{name}")
    return text if name.endswith(("year", "day")) else say(lang, "units.named", name=text, dates=dates)


def _calendar_label(start: date, end: date, lang: Lang, today: date | None) -> str:
    if start.day == 1 and end == _month_end(start):
        key = "units.month" if today is not None and today.year == start.year else "units.month_year"
        return say(lang, key, year=start.year, month=month_name(start.month, lang))
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        if start.year == end.year:
            return say(lang, "units.year", year=start.year)
        years = (say(lang, "units.year", year=y) for y in (start.year, end.year))
        return say(lang, "units.range", a=next(years), b=next(years))
    return date_range(start, end, lang, today)


def _month_end(on: date) -> date:
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def _relative(start: date, end: date, today: date, week_start: int) -> str | None:
    """Return the catalogue name of a span that is this or the last day, week, month or year."""
    if start == end:
        return {0: "today", 1: "yesterday"}.get((today - start).days)
    week = today - timedelta(days=(today.weekday() - week_start) % 7)
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    spans = {
        "this_week": (week, {today, week + timedelta(days=6)}),
        "last_week": (week - timedelta(days=7), {week - timedelta(days=1)}),
        "this_month": (month, {today, _month_end(today)}),
        "last_month": (last_month, {month - timedelta(days=1)}),
        "this_year": (year, {today, year.replace(month=12, day=31)}),
        "last_year": (year.replace(year=year.year - 1), {year - timedelta(days=1)}),
    }
    return next((name for name, (first, lasts) in spans.items() if start == first and end in lasts), None)
