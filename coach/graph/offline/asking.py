"""What an athlete asks: totals, comparisons, one outing, lists, bests, zones, load, recovery, the journal."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from coach.domain.activity import Sport
from coach.graph.offline import words as w
from coach.graph.offline.calendar import Calendar, Period, kind_of, shift
from coach.graph.offline.heard import Heard
from coach.graph.offline.outing import about_one
from coach.graph.offline.reading import Reading, call, make_call, reply
from coach.graph.offline.telling import picked
from coach.graph.offline.when import Span

BEGINNING = date(2000, 1, 1)  # "so far", for tools that need a first day
BEFORE = (
    r"그\s?전(?=[은이랑과와에의]|\s?(?:주|달|날|해|년|거|것)|\s|$|\?)|그\s?앞\s?(?:주"
    r"|달)|\b(?:the\s+)?(?:one|week|weekend|month|day|year|quarter) before(?!\s+(?:last"
    r"|yesterday))"
    r"|\bthe previous (?:one|week|month|day|year)|\bthe prior (?:week|month|day|year)"
)
AFTER = (
    r"그\s?다음\s?(?:주|달|날|해|년)|\b(?:the\s+)?(?:week|month|day|year) after\b"
    r"|\bthe following (?:week|month|day|year)\b"
)
STEP = ((r"주|week", "week"), (r"달|월|month", "month"), (r"날|일|day", "day"), (r"해|년|year", "year"))


def step_kind(match: str, fallback: str) -> str:
    """Return the unit of "그 전 주", "the month before"."""
    return next((kind for pattern, kind in STEP if re.search(pattern, match)), fallback)


def _sport(heard: Heard) -> str | None:
    return heard.sport.value if heard.sport else None


def _dates(heard: Heard) -> dict[str, Any]:
    span = heard.period
    return {} if span is None else {"start": span.start, "end": span.end}


def compare(heard: Heard) -> Reading | None:
    if not heard.has(w.COMPARE) or not heard.spans or heard.value("distance_m") is not None:
        return None
    first = heard.spans[0]
    if len(heard.spans) >= 2:
        second = heard.spans[1]
        # "October with last October": the other reading is the one that differs.
        other = second.others[0] if second.others and second.period == first.period else second.period
    else:
        relative = re.search(BEFORE, heard.low)
        other = (
            shift(first.period, step_kind(relative[0], first.kind), -1, heard.cal)
            if relative
            else _counterpart(first, heard.cal)
        )
    earlier, later = sorted((first.period, other))
    return call(
        "compare_periods",
        a_start=later[0],
        a_end=later[1],
        b_start=earlier[0],
        b_end=earlier[1],
        sport=_sport(heard),
    )


def _counterpart(span: Span, cal: Calendar) -> Period:
    """Return what a single period is compared with: the present one, or the one before when it is present."""
    if span.end >= cal.today:
        return shift(span.period, kind_of(span.period, cal) if span.kind == "range" else span.kind, -1, cal)
    match span.kind:
        case "week":
            return cal.until_today(cal.week())
        case "weekend":
            return cal.weekend(1) if cal.today.weekday() < 5 else cal.until_today(cal.weekend())
        case "month":
            return cal.until_today(cal.month())
        case "year":
            return cal.until_today(cal.year())
    return cal.last_days((span.end - span.start).days + 1)


def best_efforts(heard: Heard) -> Reading | None:
    distances = list(dict.fromkeys(heard.values("distance_m")))
    if not distances and heard.has(r"\bmile\b"):
        distances = [1609.344]
    durations = heard.values("duration_s")
    fastest = heard.has(rf"{w.FASTEST}|최고|\bbest\b") and bool(distances or durations)
    # 5키로 몇 분까지 뛰어봤어?
    fastest |= bool(distances) and not heard.day and heard.has(r"몇\s?분|\bhow fast\b|\brecords?\b")
    if not (heard.has(w.BEST) or fastest) or heard.has(r"빼|제외|\bexclude\b"):
        return None
    if not distances and not durations and heard.has(r"\bbest (?:week|month|year|day)\b"):
        return None
    sport = heard.sport.value if heard.sport not in (None, Sport.run) else None
    return call(
        "best_efforts",
        distances_m=distances or None,
        durations_s=durations or None,
        sport=sport,
        **_dates(heard),
    )


def zones(heard: Heard) -> Reading | None:
    if not heard.has(w.ZONES):
        return None
    kind = kind_of_zones(heard)
    if kind != "power" and not heard.period and (pick := picked(heard)):
        return call("activity_show", pick=pick, sport=_sport(heard), parts=["zones"])
    return call("zones", kind=kind, sport=_sport(heard), **_dates(heard))


def kind_of_zones(heard: Heard) -> str:
    return "power" if heard.has(w.POWER) else "pace" if heard.has(w.PACE) else "hr"


def condition(heard: Heard) -> Reading | None:
    """How the athlete is: load and form, recovery, or both."""
    span = heard.period
    if span is not None and span.end == heard.cal.today and span.is_day:
        load_dates: dict[str, Any] = {}
    else:
        load_dates = _when(heard)
    if heard.has(w.CONDITION) and not about_one(heard):
        return Reading((make_call("load_and_form", **load_dates), make_call("recovery", **load_dates)))
    calls = []
    if heard.has(w.LOAD):
        calls.append(make_call("load_and_form", **load_dates))
    if heard.has(w.RECOVERY):
        calls.append(make_call("recovery", **_when(heard)))
    return Reading(tuple(calls)) if calls else None


def _when(heard: Heard) -> dict[str, Any]:
    span = heard.period
    if span is None:
        return {}
    if heard.has(w.SLEEP) and heard.has(r"어젯밤|간밤|\blast night\b"):
        return {}  # a night belongs to the day one wakes up
    return {"day": span.start} if span.is_day else {"start": span.start, "end": span.end}


def find(heard: Heard) -> Reading | None:
    metres = heard.value("distance_m")
    more = heard.has(
        r"넘|이상|초과|보다\s?긴|\bover\b(?! the)|\bmore than\b|\blonger than\b|\bat least\b|\babove\b"
    )
    less = heard.has(
        r"이하|미만|안\s?되는|보다\s?짧은|\bunder\b|\bless than\b|\bshorter than\b|\bbelow\b|\bup to\b"
    )
    limited = re.search(
        r"(\d{1,2})\s?개(?!월)|\blast (\d{1,2}) (?:runs|rides|swims|workouts|activities|sessions|races)\b",
        heard.low,
    )
    bounded = metres is not None and (more or less)
    recently = heard.has(r"최근\s?(?:에\s?)?(?:달리기|러닝|런|운동|뛴|훈련|활동|기록)") or heard.has(
        r"\brecent\b"
    )
    races = heard.has(w.RACE) and heard.has(
        r"대회들|대회\s?(?:목록|리스트|기록들)|나간\s?대회|뛴\s?대회|\braces\b"
    )
    if not (bounded or limited or recently or races or heard.has(w.LISTING)):
        return None
    if not (heard.sport or heard.has(rf"{w.SESSION}|{w.RACE}|{w.LONG_RUN}|\bdone\b")):
        return None
    if (
        heard.has(r"몇\s?(?:킬로|km|번|시간|회)|\bhow (?:far|much|many|often|long)\b|\bnumber of\b")
        and not bounded
    ):
        return None
    count = next((int(g) for g in limited.groups() if g), None) if limited else None
    return call(
        "activities_find",
        **({} if limited and heard.low.find("last ") >= 0 and not heard.period else _dates(heard)),
        sport=_sport(heard),
        race=True if heard.has(w.RACE) else None,
        min_distance_m=metres if bounded and more else None,
        max_distance_m=metres if bounded and not more else None,
        order="longest" if heard.has(w.LONGEST) else "fastest" if heard.has(w.FASTEST) else None,
        limit=min(max(count, 1), 50) if count else None,
    )


def totals(heard: Heard) -> Reading | None:
    by = "week" if heard.has(w.WEEKLY) else "month" if heard.has(w.MONTHLY) else None
    quantity = heard.has(w.QUANTITY)
    span = heard.span
    whole = heard.sport is not None and span is not None and heard.has(w.HOW_WAS)  # 지난주 달리기 어땠어?
    # Average heart rate and pace of a span of days come with its totals.
    average = (
        span is not None and not span.is_day and span.kind != "recent" and heard.has(rf"{w.HR}|{w.PACE}")
    )
    if not (quantity or by or whole or average) or (not average and heard.has(rf"{w.HR}|{w.CADENCE}")):
        return None
    if not (
        heard.sport
        or span
        or by
        or heard.has(
            r"뛰|달리|달렸|운동|훈련|거리|마일리지|\brun|\bmileage\b|\bdistance\b|\btrain|\bvolume\b"
        )
    ):
        return None
    if average and span is not None and heard.has(w.HR) and not (quantity or by or whole):
        return call("metric", name="average_hr_bpm", start=span.start, end=span.end, sport=_sport(heard))
    if span is None and heard.has(w.EVER):
        return call("totals", start=BEGINNING, end=heard.cal.today, sport=_sport(heard), by=by)
    if span is None:
        if by is None:
            return reply("ask_period")
        start, end = heard.cal.last_days(84) if by == "week" else heard.cal.until_today(heard.cal.year())
        return call("totals", start=start, end=end, sport=_sport(heard), by=by)
    return call("totals", start=span.start, end=span.end, sport=_sport(heard), by=by)


def ask_which(span: Span) -> Reading:
    """Return the question which of the periods was meant."""
    readings = [span.period, *span.others]
    return reply(
        "ask_year" if span.kind == "month" else "ask_day",
        periods=[(start.isoformat(), end.isoformat()) for start, end in readings],
    )


def journal(heard: Heard) -> Reading | None:
    part = heard.body[0] if heard.body else None
    pain = part is not None and heard.has(w.PAIN)
    shown = heard.has(
        r"언제|기록|날|보여|알려|목록|몇\s?번|볼게|\bwhen\b|\bshow\b|\bdays\b|\bhistory\b"
        r"|\bhow often\b|\bentries\b|\blist\b|\bhow many\b|적\s?있|\bhave i (?:ever )?had\b"
        r"|\bbefore\?"
    )
    if not (heard.has(w.JOURNAL) and (shown or heard.asks or heard.low in ("일지", "journal"))) and not (
        pain and shown
    ):
        return None
    place, side = (part.name, part.side or None) if part else (None, None)
    return call("journal_show", place=place, side=side, **_dates(heard))
