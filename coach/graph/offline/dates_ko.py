"""How Korean names days and periods."""

from __future__ import annotations

import re

from coach.graph.offline.calendar import ROLLING_DAYS, Calendar, add_months, month_end
from coach.graph.offline.when import Resolved, Resolver, Rule, Span

_WORDS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10, "보름": 15,
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8,
    "아홉": 9, "열": 10, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6,
}  # fmt: skip
_N = r"(?P<n>\d{1,4}|한|두|세|석|네|넉|다섯|여섯|일곱|여덟|아홉|열|일|이|삼|사|오|육)"
_YEAR = (
    r"(?:(?P<y4>20\d\d)년도?|(?P<y2>[12]\d)년도?(?!생)|(?P<yr>재작년"
    r"|작년|지난해|전년|올해|올|금년|이번\s?해))"
)
_WD = "월화수목금토일"
_WEEKDAY = rf"(?P<wd>[{_WD}])(?:요일|욜)"
_PAREN_WD = rf"(?:\s*\(?(?P<wd>[{_WD}])(?:요일|욜|(?=\)))\)?)?"


def _n(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS[text]


def _year(m: re.Match[str], cal: Calendar) -> int | None:
    groups = m.groupdict()
    if groups.get("y4"):
        return int(groups["y4"])
    if groups.get("y2"):
        return 2000 + int(groups["y2"])
    match groups.get("yr"):
        case None:
            return None
        case "재작년":
            return cal.today.year - 2
        case "작년" | "지난해" | "전년":
            return cal.today.year - 1
    return cal.today.year


def _weekday(m: re.Match[str]) -> int | None:
    return _WD.index(m["wd"]) if m["wd"] else None


def _month_day(m: re.Match[str], cal: Calendar) -> Resolved | None:
    return "day", cal.named_day(int(m["m"]), int(m["d"]), _year(m, cal), _weekday(m))


def _slash(m: re.Match[str], cal: Calendar) -> Resolved | None:
    # 7/10 may be a rating, and in English the day may come first.
    if re.search(r"rpe|점|강도", m.string) or not re.search(r"[가-힣]", m.string):
        return None
    return "day", cal.named_day(int(m["m"]), int(m["d"]))


def _week_of_month(m: re.Match[str], cal: Calendar) -> Resolved:
    first, last = cal.named_month(int(m["m"]), _year(m, cal))
    if m["nth"] == "마지막":
        return "days", (last.replace(day=last.day - 6), last)
    nth = {"첫": 0, "첫째": 0, "둘째": 1, "셋째": 2, "넷째": 3, "다섯째": 4}.get(m["nth"])
    nth = int(m["nth"][0]) - 1 if nth is None else nth
    start = first.replace(day=7 * nth + 1)
    return "days", (start, min(start.replace(day=min(7 * nth + 7, last.day)), last))


def _part_of_month(m: re.Match[str], cal: Calendar) -> Resolved:
    first, last = cal.named_month(int(m["m"]), _year(m, cal))
    days = {"초": (1, 10), "중순": (11, 20), "말": (21, last.day)}[m["part"]]
    return "days", (first.replace(day=days[0]), first.replace(day=days[1]))


def _month(m: re.Match[str], cal: Calendar) -> Resolved:
    return "month", cal.named_month(int(m["m"]), _year(m, cal))


_AGO = {
    "이번": 0,
    "요번": 0,
    "금": 0,
    "이": 0,
    "지난": 1,
    "저번": 1,
    "전": 1,
    "지지난": 2,
    "저저번": 2,
    "전전": 2,
    "다음": -1,
}
_REL = r"(?P<rel>이번|요번|금|지지난|저저번|전전|지난|저번|다음)"


def _week(m: re.Match[str], cal: Calendar) -> Resolved:
    ago, weekday = _AGO[m["rel"]], _weekday(m)
    if weekday is not None:
        return "day", cal.weekday_of_week(weekday, ago)
    return "week", cal.week(ago)


def _single_weekday(m: re.Match[str], cal: Calendar) -> Resolved:
    weekday = _WD.index(m["wd"])
    if m["rel"] == "이번":
        return "day", cal.weekday_of_week(weekday, 0)
    if m["rel"] == "다음":
        return "day", cal.weekday_of_week(weekday, -1)
    return "day", cal.weekday_before(weekday)


def _weekend(m: re.Match[str], cal: Calendar) -> Resolved:
    if m["rel"]:
        return "weekend", cal.weekend(_AGO[m["rel"]])
    return "weekend", cal.weekend(0 if cal.today.weekday() >= 5 else 1)


def _rel_month(m: re.Match[str], cal: Calendar) -> Resolved | None:
    first, last = cal.month(0) if _AGO[m["rel"]] == 0 else cal.month(_AGO[m["rel"]])
    if _AGO[m["rel"]] < 0:
        first = add_months(cal.today.replace(day=1), 1)
        last = month_end(first)
    if m["d"]:
        day = first.replace(day=int(m["d"]))
        return "day", (day, day)
    return "month", (first, last)


def _ago(m: re.Match[str], cal: Calendar) -> Resolved:
    n = _n(m["n"])
    match m["u"]:
        case "일":
            return "day", cal.days_ago(n)
        case "주일" if n == 1:
            return "day", cal.days_ago(7)
        case "주" | "주일":
            return "week", cal.week(n)
        case "년":
            return "year", cal.year(n)
    return "month", cal.month(n)


def _rolling(m: re.Match[str], cal: Calendar) -> Resolved:
    n = _n(m["n"])
    match m["u"]:
        case "일":
            return "days", cal.last_days(n)
        case "주" | "주일":
            return "days", cal.last_days(7 * n)
        case "년":
            return "days", cal.last_months(12 * n)
    return "days", cal.last_months(n)


def _day(days: int) -> Resolver:
    return lambda m, cal: ("day", cal.days_ago(days))


def _part_of_year(m: re.Match[str], cal: Calendar) -> Resolved:
    year = _year(m, cal)
    part = m["part"]
    if part in ("상반기", "하반기"):
        return "half", cal.months_of_year(1 if part == "상반기" else 7, 6, year)
    if part.endswith("분기"):
        return "quarter", cal.months_of_year(3 * int(part[0]) - 2, 3, year)
    first = {"봄": 3, "여름": 6, "가을": 9, "겨울": 12}[part]
    return "season", cal.months_of_year(
        first, 3, None if m.groupdict().get("yr") == "올" and first == 12 else year
    )


def _same_time_last_year(m: re.Match[str], cal: Calendar) -> Resolved:
    start, end = cal.last_days(ROLLING_DAYS)
    back = 24 if m["yr"] == "재작년" else 12
    return "days", (add_months(start, -back), add_months(end, -back))


def _bare_day(m: re.Match[str], cal: Calendar) -> Span | None:
    period = cal.day_of_month(int(m["d"]))
    return None if period is None else Span("day", *period, bare_day=True)


def _whole_year(m: re.Match[str], cal: Calendar) -> Resolved:
    return "year", cal.named_year(_year(m, cal) or cal.today.year)


_RULES: tuple[tuple[str, Resolver], ...] = (
    (
        rf"(?:{_YEAR}\s*)?(?<!\d)(?P<m>1[0-2]|0?[1-9])월\s*(?P<d>3[01]|[12]\d|0?[1-9])일{_PAREN_WD}",
        _month_day,
    ),
    (r"(?<![\d./:-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/:])", _slash),
    (
        (
            rf"(?:{_YEAR}\s*)?(?<!\d)(?P<m>1[0-2]|0?[1-9])월\s*(?P<nth>첫째|첫|둘째"
            r"|셋째|넷째|다섯째|[1-5]째|마지막)\s*주"
        ),
        _week_of_month,
    ),
    (rf"(?:{_YEAR}\s*)?(?<!\d)(?P<m>1[0-2]|0?[1-9])월\s*(?P<part>초|중순|말)", _part_of_month),
    (rf"(?:{_YEAR}\s*)?(?:지난\s*)?(?<!\d)(?P<m>1[0-2]|0?[1-9])월(?:달)?(?!\s*\d+일)", _month),
    (rf"{_REL}\s?주(?!말|간\s?동안)(?:\s*(?P<wd>[{_WD}])(?:요일|욜))?", _week),
    (rf"(?:(?P<rel>지난|저번|이번|다음)\s*)?{_WEEKDAY}", _single_weekday),
    (r"(?:(?P<rel>지지난|지난|저번|이번|다음)\s*)?주말", _weekend),
    (rf"{_REL}\s?달(?:\s*(?P<d>3[01]|[12]\d|0?[1-9])일)?", _rel_month),
    (r"오늘|금일", _day(0)),
    (r"그끄저께|그끄제", _day(3)),
    (r"그저께|그제|엊그제|엊그저께", _day(2)),
    (r"어제|어저께|어젯밤|간밤|전날", _day(1)),
    (r"내일", _day(-1)),
    (r"모레", _day(-2)),
    (r"내년", lambda m, cal: ("year", cal.named_year(cal.today.year + 1))),
    (rf"{_N}\s?(?P<u>일|주일|주|달|개월|년)\s*전", _ago),
    (r"(?P<w>이틀|사흘|나흘|닷새|엿새|열흘|보름)\s*전", lambda m, cal: ("day", cal.days_ago(_WORDS[m["w"]]))),
    (
        rf"(?:최근|지난|요|근래|직전)\s*{_N}\s?(?P<u>일|주일|주|달|개월|년)(?!\s*전)(?:\s*(?:간|동안))?",
        _rolling,
    ),
    (rf"{_N}\s?(?P<u>일|주일|주|달|개월|년)\s?(?:간|동안|치)", _rolling),
    (
        r"(?:최근|지난)\s*(?P<w>이틀|사흘|나흘|닷새|열흘|보름)(?:\s*(?:간|동안))?",
        lambda m, cal: ("days", cal.last_days(_WORDS[m["w"]])),
    ),
    (rf"(?:{_YEAR}\s*)?(?P<part>상반기|하반기|[1-4]분기)", _part_of_year),
    (rf"(?:{_YEAR}\s*|지난\s*|이번\s*)(?P<part>봄|여름|가을|겨울)", _part_of_year),
    (
        (
            r"(?<![가-힣])(?P<part>봄|여름|가을|겨울)(?=에|엔|이랑|하고|과\s"
            r"|와\s|은\s|부터|보다|철|\s(?!마라톤|대회|풀|하프|시즌))"
        ),
        _part_of_year,
    ),
    (r"(?P<yr>작년|지난해|재작년)\s*(?:이맘때|이\s?시기|같은\s?(?:시기|기간))", _same_time_last_year),
    (r"(?P<yr>재작년|작년|지난해|올해|금년)", _whole_year),
    (r"(?P<y4>20\d\d)년도?(?!\s*생|\s*\d+월|에\s*태어)", _whole_year),
    (r"(?<!\d)(?P<y2>1\d|2\d)년도?(?!\s*생|\s*\d+월|\s*전|\s*간|\s*동안)", _whole_year),
    (r"올\s?한\s?해|연초(?:부터)?", lambda m, cal: ("year", cal.year())),
    (
        r"(?<![\d월])(?<!월 )(?P<d>3[01]|[12]\d|[1-9])일(?!\s*(?:간|동안|전|째|만|연속|치|년|뒤|후|마다))",
        _bare_day,
    ),
    (r"요즘|요새|최근|근래", lambda m, cal: ("recent", cal.last_days(ROLLING_DAYS))),
)

RULES: tuple[Rule, ...] = tuple((re.compile(p, re.ASCII), fn) for p, fn in _RULES)
