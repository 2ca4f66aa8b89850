"""How English names days and periods, and ISO dates."""

from __future__ import annotations

import re

from coach.graph.offline.calendar import ROLLING_DAYS, Calendar, Period, add_months, month_end
from coach.graph.offline.when import Resolved, Resolver, Rule, Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<m>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?"
)
_D = r"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?:of\s+|in\s+)?(?P<y>20\d\d|last year|this year))"
_WD = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?P<wd>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_SHORT_WEEKDAY = r"(?P<wd>mon|tues?|wed|thur?s?|fri|sat|sun)"
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "couple of": 2, "a couple of": 2, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_N = (
    r"(?P<n>\d{1,4}|a couple of|couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_UNIT = r"(?P<u>day|week|month|year)"


def _n(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _month_number(m: re.Match[str]) -> int:
    return _MONTHS.index(m["m"][:3]) + 1


def _year(m: re.Match[str], cal: Calendar) -> int | None:
    match m.groupdict().get("y"):
        case None:
            return None
        case "last year":
            return cal.today.year - 1
        case "this year":
            return cal.today.year
        case digits:
            return int(digits)


def _day(days: int) -> Resolver:
    return lambda m, cal: ("day", cal.days_ago(days))


def _iso(m: re.Match[str], cal: Calendar) -> Resolved:
    return "day", cal.named_day(int(m["m"]), int(m["d"]), int(m["y"]))


def _iso_month(m: re.Match[str], cal: Calendar) -> Resolved:
    return "month", cal.named_month(int(m["m"]), int(m["y"]))


def _month_day(m: re.Match[str], cal: Calendar) -> Resolved:
    weekday = _WD.index(m["wd"][:3]) if m.groupdict().get("wd") else None
    return "day", cal.named_day(_month_number(m), int(m["d"]), _year(m, cal), weekday)


def _days_of_month(m: re.Match[str], cal: Calendar) -> Resolved | None:
    first = cal.named_day(_month_number(m), int(m["d"]), _year(m, cal))
    if first is None:
        return None
    start = first[0]
    end = start.replace(day=int(m["e"]))
    return ("range", (start, end)) if end >= start else None


def _month(m: re.Match[str], cal: Calendar) -> Resolved | Span | None:
    month, rel = _month_number(m), m["rel"]
    if m["m"] in ("may", "march", "mar", "sep", "dec", "jan") and not (m["rel"] or m["y"]):
        # "may" and "march" are verbs too: only where a month can stand
        alone = m.string.strip(" ?.!").removeprefix("and ").removeprefix("what about ") == m["m"]
        context = re.search(
            (
                r"(?:\b(?:in|of|for|since|from|to|until|through|between|and|with"
                r"|vs\.?|than|during|compare|compared to|this|last)\s+)$"
            ),
            m.string[: m.start()],
        )
        after = re.match(r"\s*(?:and|vs|with|to|mileage|distance|total|'s|compared)", m.string[m.end() :])
        if not (alone or context or (after and m["m"] != "may")):
            return None
    year = _year(m, cal)
    if rel == "this":
        year = cal.today.year
    if rel == "last" and year is None and month < cal.today.month:
        # This year's or last year's: both are said, so the athlete is asked.
        recent, before = cal.named_month(month), cal.named_month(month, cal.today.year - 1)
        return Span("month", *recent, others=(before,))
    if rel == "last" and year is None and month == cal.today.month:
        year = cal.today.year - 1
    return "month", cal.named_month(month, year)


_AGO = {"this": 0, "current": 0, "last": 1, "past": 1, "previous": 1, "next": -1}


def _calendar_unit(m: re.Match[str], cal: Calendar) -> Resolved:
    return _unit(m["u"], _AGO[m["rel"]], cal)


def _unit(unit: str, ago: int, cal: Calendar) -> Resolved:
    match unit:
        case "week":
            return "week", cal.week(ago)
        case "weekend":
            return "weekend", cal.weekend(ago)
        case "year":
            return "year", cal.year(ago)
    if ago < 0:
        first = add_months(cal.today.replace(day=1), 1)
        return "month", (first, month_end(first))
    return "month", cal.month(ago)


def _ago(m: re.Match[str], cal: Calendar) -> Resolved:
    n = _n(m["n"])
    if m["u"] == "day":
        return "day", cal.days_ago(n)
    if m["u"] == "week" and not m["n"].isdigit() and n == 1:
        return "day", cal.days_ago(7)
    return _unit(m["u"], n, cal)


def _rolling(m: re.Match[str], cal: Calendar) -> Resolved:
    n = _n(m["n"]) if m.groupdict().get("n") else 1
    match m["u"]:
        case "day":
            return "days", cal.last_days(n)
        case "week":
            return "days", cal.last_days(7 * n)
        case "month":
            return "days", cal.last_months(n)
    return "days", cal.last_months(12 * n)


def _weekday(m: re.Match[str], cal: Calendar) -> Resolved:
    weekday = _WD.index(m["wd"][:3])
    groups = m.groupdict()
    if groups.get("week") or groups.get("rel") in ("this", "next"):
        rel = (groups.get("week") or groups["rel"]).split()[0]
        return "day", cal.weekday_of_week(weekday, _AGO[rel])
    return "day", cal.weekday_before(weekday)


def _half(m: re.Match[str], cal: Calendar) -> Resolved:
    return "half", cal.months_of_year(1 if m["half"] == "first" else 7, 6, _year(m, cal))


def _season(m: re.Match[str], cal: Calendar) -> Resolved:
    first = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[m["s"]]
    return "season", cal.months_of_year(first, 3, _year(m, cal))


def _week_of_month(m: re.Match[str], cal: Calendar) -> Resolved:
    first, last = cal.named_month(_month_number(m), _year(m, cal))
    if m["nth"] == "last":
        return "days", (last.replace(day=last.day - 6), last)
    nth = ("first", "second", "third", "fourth").index(m["nth"])
    return "days", (first.replace(day=7 * nth + 1), first.replace(day=7 * nth + 7))


def _numeric(m: re.Match[str], cal: Calendar) -> Resolved | Span | None:
    """3/10: the third of October or the tenth of March."""
    if re.search(r"rpe|effort|out of|점|강도|월|일", m.string) or re.search(r"[가-힣]", m.string):
        return None
    a, b = int(m["a"]), int(m["b"])
    readings: list[Period] = []
    for month, day in ((a, b), (b, a)):
        if 1 <= month <= 12 and (found := cal.named_day(month, day)) and found not in readings:
            readings.append(found)
    if not readings:
        return None
    return Span("day", *readings[0], others=tuple(readings[1:]))


def _bare_day(m: re.Match[str], cal: Calendar) -> Span | None:
    period = cal.day_of_month(int(m["d"]))
    return None if period is None else Span("day", *period, bare_day=True)


def _same_time_last_year(m: re.Match[str], cal: Calendar) -> Resolved:
    start, end = cal.last_days(ROLLING_DAYS)
    return "days", (add_months(start, -12), add_months(end, -12))


_RULES: tuple[tuple[str, Resolver], ...] = (
    (r"\b(?P<y>20\d\d)[-./](?P<m>1[0-2]|0?[1-9])[-./](?P<d>3[01]|[12]\d|0?[1-9])\b", _iso),
    (r"\b(?P<y>20\d\d)[-.](?P<m>1[0-2]|0[1-9])\b(?![-./]\d)", _iso_month),
    (rf"(?:\b{_WEEKDAY},?\s+)?\b{_MONTH}\s+(?:the\s+)?{_D}(?![\d:])(?!\s*(?:km|k\b|mi)){_YEAR}?", _month_day),
    (rf"(?:\b{_WEEKDAY},?\s+)?(?:the\s+)?\b{_D}\s+(?:of\s+)?{_MONTH}\b{_YEAR}?", _month_day),
    (
        rf"\b{_MONTH}\s+{_D}\s*(?:-|–|to)\s*(?P<e>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b{_YEAR}?",
        _days_of_month,
    ),
    (rf"\b(?:(?P<rel>last|this|past)\s+)?{_MONTH}\b(?!\s+\d{{1,2}}\b){_YEAR}?", _month),
    (rf"\b(?P<nth>first|second|third|fourth|last)\s+week\s+(?:of|in)\s+{_MONTH}\b{_YEAR}?", _week_of_month),
    (r"\b(?:the\s+)?day before yesterday\b", _day(2)),
    (r"\byesterday\b", _day(1)),
    (r"\blast night\b", _day(1)),
    (r"\btoday\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b", _day(0)),
    (r"\btomorrow\b", _day(-1)),
    (r"\b(?P<rel>this|current|last|past|previous|next)\s+(?P<u>weekend|week|month|year)\b", _calendar_unit),
    (
        r"\b(?:over|in|during|for|within|across)\s+the\s+(?:last|past)\s+(?P<u>day|week|month|year)\b",
        _rolling,
    ),
    (r"\bthe\s+past\s+(?P<u>week|month|year)\b", _rolling),
    (r"\b(?P<u>weekend|week|month|year)\s+before\s+last\b", lambda m, cal: _unit(m["u"], 2, cal)),
    (rf"\b{_N}\s+{_UNIT}s?\s+ago\b", _ago),
    (rf"\b(?:last|past|previous)\s+{_N}\s+{_UNIT}s?\b", _rolling),
    (rf"\b(?P<rel>last|this|next)\s+{_WEEKDAY}\b", _weekday),
    (rf"\b{_WEEKDAY}\s+(?:of\s+)?(?P<week>last week|this week|next week)\b", _weekday),
    (rf"\b(?P<week>last week|this week|next week)(?:'s)?\s+(?:on\s+)?{_WEEKDAY}\b", _weekday),
    (rf"\b{_WEEKDAY}\b", _weekday),
    (rf"\b(?:on|(?P<rel>last|this|next))\s+{_SHORT_WEEKDAY}\b", _weekday),
    (
        (
            r"\b(?P<half>first|second) half(?:\s+of\s+(?:the\s+year|(?P<y>20\d\d"
            r"|last year|this year)))?\b(?!\s*(?:marathon|of (?:the |my )?(?:run"
            r"|race)))"
        ),
        _half,
    ),
    (
        rf"\bq(?P<q>[1-4])\b{_YEAR}?",
        lambda m, cal: ("quarter", cal.months_of_year(3 * int(m["q"]) - 2, 3, _year(m, cal))),
    ),
    (
        (
            r"\b(?:last|this|in|over|during|since|the)\s+(?:the\s+)?(?P<s>spring"
            rf"|summer|autumn|fall|winter)\b{_YEAR}?"
        ),
        _season,
    ),
    (
        (
            rf"\b(?P<s>spring|summer|autumn|winter)\b{_YEAR}?(?!\s*(?:marathon"
            r"|half|race|goal|plan|training|shoes))"
        ),
        _season,
    ),
    (r"\byear to date\b|\bytd\b|\bso far this year\b", lambda m, cal: ("year", cal.year())),
    (r"\bthis time last year\b|\bsame (?:time|period) last year\b", _same_time_last_year),
    (
        r"(?<![\d.:/-])\b(?P<y>20\d\d)\b(?![년.:/-]?\d)(?!년|\s*(?:m|km|meters?|metres?|kcal|steps|yards?)\b)",
        lambda m, cal: ("year", cal.named_year(int(m["y"]))),
    ),
    (r"\bthe\s+(?P<d>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)\b", _bare_day),
    (r"(?<![\d./:-])(?P<a>3[01]|[12]\d|0?[1-9])/(?P<b>3[01]|[12]\d|0?[1-9])(?![\d/:])", _numeric),
    (r"\b(?:lately|recently|these days|nowadays)\b", lambda m, cal: ("recent", cal.last_days(ROLLING_DAYS))),
)

RULES: tuple[Rule, ...] = tuple((re.compile(p, re.ASCII), fn) for p, fn in _RULES)
