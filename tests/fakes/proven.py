"""What a coach may know in one turn: weeks, a month, runs and splits, bests, a plan, passages."""

from __future__ import annotations

from datetime import date
from typing import Any

from coach.domain.fact import Fact, Subject
from coach.graph.ledger import Ledger
from coach.text import Lang, has, say
from coach.text.formats import day, period_label
from coach.tools.spec import Cite

TODAY = date(2026, 11, 21)  # a Saturday
NAMES = {
    "river": ("한강 롱런", "River long run"),
    "morning": ("아침 러닝", "Morning run"),
    "intervals": ("인터벌", "Intervals"),
    "evening": ("저녁 러닝", "Evening run"),
    "park": ("남산 러닝", "Park run"),
    "lsd": ("LSD", "LSD"),
    "race5": ("5 km 대회", "5 km race"),
    "race10": ("서울 10K", "Seoul 10K"),
}
# name, month, day, metres, seconds, mean and highest heart rate, cadence, ascent
RUNS = (
    ("river", 11, 15, 16_240, 5650, 146, 171, 174, 88),
    ("morning", 11, 10, 7_900, 2590, 150, 166, 177, 31),
    ("morning", 11, 17, 8_050, 2632, 149, 168, 178, 42),
    ("intervals", 11, 19, 10_200, 3120, 161, 184, 182, 25),
    ("evening", 11, 20, 6_420, 2311, 138, 152, 172, 18),
    ("park", 11, 12, 9_310, 3352, 153, 176, 175, 140),
    ("lsd", 10, 11, 24_310, 8645, 144, 163, 171, 120),
    ("race5", 10, 3, 5_000, 1368, 175, 188, 186, 12),
    ("race10", 10, 24, 10_000, 2892, 172, 187, 184, 35),
)
SPLITS = (318, 312, 309, 305, 301, 298, 303, 307, 300, 296)  # of the intervals, seconds a kilometre
PASSAGES = {
    "ko": (
        ("heat", "더위에 익숙해지기",
         "더위에 익숙해지는 데는 보통 10–14일이 걸려요. 이 기간에는 시간당 400–800 ml를 마셔요."),
        ("recovery", "힘든 훈련 뒤의 회복",
         "힘든 훈련 뒤에는 48시간쯤 가볍게 보내는 것이 일반적이에요."),
    ),
    "en": (
        ("heat", "Getting used to heat",
         "Heat acclimatisation usually takes 10–14 days. Drink 400–800 ml an hour then."),
        ("recovery", "After hard sessions", "It is common to keep about 48 hours easy after a hard session."),
    ),
}  # fmt: skip


class _Book:
    def __init__(self, lang: Lang) -> None:
        self.lang, self.facts = lang, []

    def add(
        self, metric: str, value: float | str, unit: str, subject: Subject, label: str = "", **more: Any
    ) -> None:
        keys = (f"metric.{metric}", f"tools.label_{metric}", f"plan_tools.label_{metric}")
        label = label or next(say(self.lang, key) for key in keys if has(self.lang, key))
        key = f"{len(self.facts)}.{metric}"
        self.facts.append(
            Fact(key=key, metric=metric, value=value, unit=unit, label=label, subject=subject, **more)
        )

    def period(self, start: date, end: date, label: str = "") -> Subject:
        name = label or period_label(start, end, self.lang, TODAY)
        return Subject(kind="period", start=start, end=end, label=name)

    def on(self, at: date) -> Subject:
        return Subject(kind="day", start=at, end=at, label=day(at, self.lang, TODAY))


def ledger(lang: Lang) -> Ledger:
    """Return a ledger as the tools of one long turn would leave it."""
    book = _Book(lang)
    _periods(book)
    _runs(book)
    _athlete(book)
    _plan(book)
    filled = Ledger()
    filled.add(book.facts)
    filled.cite(
        Cite(
            key=name, passage_id=n, guideline=name, lang=lang, title=title, text=text,
            citation="Made up for tests, 2020", authority="10.1000/x", checked_on=date(2026, 1, 5),
        )
        for n, (name, title, text) in enumerate(PASSAGES[lang])
    )  # fmt: skip
    return filled


def _periods(book: _Book) -> None:
    last_week = book.period(date(2026, 11, 9), date(2026, 11, 15))
    this_week = book.period(date(2026, 11, 16), TODAY)
    october = book.period(date(2026, 10, 1), date(2026, 10, 31))
    for subject, values in (
        (last_week, (42_312, 13_930, 329.2, 148, 5, 16_240, 312, 286)),
        (this_week, (31_870, 10_540, 330.7, 151, 4, 10_200, 205, 224)),
        (october, (186_400, 64_800, 347.6, 149, 21, 24_310, 1_240, 1_105)),
    ):
        names = (
            ("total_distance_m", "m", "distance_m"), ("total_moving_s", "s", "moving_s"),
            ("pace_s_per_km", "s_per_km", ""), ("avg_hr_bpm", "bpm", ""), ("runs", "count", "days"),
            ("longest_m", "m", ""), ("ascent_m", "m", ""), ("training_load", "AU", ""),
        )  # fmt: skip
        for (metric, unit, like), value in zip(names, values, strict=True):
            label = say(book.lang, f"metric.{like}") if like and metric != "runs" else ""
            runs = "달린 횟수" if book.lang == "ko" else "runs"
            book.add(metric, value, unit, subject, label=runs if metric == "runs" else label)
    both = book.period(date(2026, 11, 9), TODAY)
    gap = say(book.lang, "tools.difference_of", what=say(book.lang, "metric.distance_m"))
    book.add("distance_m", 10_442, "m", both, label=gap)
    share = "지난주 대비 거리" if book.lang == "ko" else "change in distance against last week"
    book.add("distance_change_pct", -24.7, "pct", this_week, label=share)
    ratio = "지난주의 몇 배" if book.lang == "ko" else "ratio to the month before"
    book.add("distance_ratio", 2.0, "ratio", october, label=ratio)


def _runs(book: _Book) -> None:
    for n, (key, month, on, metres, seconds, hr, top, cadence, ascent) in enumerate(RUNS, 101):
        at = date(2026, month, on)
        what = NAMES[key][book.lang == "en"]
        label = say(book.lang, "tools.activity_label", day=day(at, book.lang, TODAY), what=what)
        subject = Subject(kind="activity", activity_id=n, start=at, end=at, label=label)
        for metric, value, unit in (
            ("distance_m", metres, "m"), ("moving_s", seconds, "s"),
            ("pace_s_per_km", 1000 * seconds / metres, "s_per_km"), ("avg_hr_bpm", hr, "bpm"),
            ("max_hr_bpm", top, "bpm"), ("avg_cadence_spm", cadence, "spm"), ("ascent_m", ascent, "m"),
        ):  # fmt: skip
            book.add(metric, value, unit, subject, activities=(n,))
        if key == "intervals":
            for i, pace in enumerate(SPLITS, 1):
                for metric in ("pace_s_per_km",):
                    name = say(book.lang, "tools.split_label", n=i, what=say(book.lang, f"metric.{metric}"))
                    book.add(metric, pace, "s_per_km", subject, label=name, activities=(n,))
        if key in ("race5", "race10"):
            book.add("best_time_s", seconds, "s", subject, label=f"{metres // 1000} km", activities=(n,))
            book.add(
                "best_pace_s_per_km",
                1000 * seconds / metres,
                "s_per_km",
                subject,
                label=f"{metres // 1000} km",
            )


def _athlete(book: _Book) -> None:
    who = Subject(kind="athlete", label=say(book.lang, "tools.you"))
    book.add("vdot", 47.6, "VDOT", who)
    book.add("threshold_pace", 275, "s_per_km", who)
    book.add("lthr_bpm", 168, "bpm", who)
    book.add("hr_max_bpm", 189, "bpm", who)
    marathon = "풀코스 예상 기록" if book.lang == "ko" else "predicted marathon"
    book.add("predicted_s", 14_320, "s", who, label=marathon)
    today = book.on(TODAY)
    for metric, value in (("ctl", 48.2), ("atl", 60.5), ("tsb", -12.3)):
        book.add(metric, value, "AU", today)
    night = book.on(date(2026, 11, 20))
    book.add("sleep_s", 6 * 3600 + 24 * 60, "s", night)
    book.add("rhr_bpm", 49, "bpm", night)
    book.add("weight_kg", 63.2, "kg", night)


def _plan(book: _Book) -> None:
    plan = book.period(
        date(2026, 11, 16), date(2027, 3, 7), "서울 마라톤" if book.lang == "ko" else "Seoul marathon"
    )
    book.add("plan_weeks", 16, "weeks", plan)
    book.add("plan_target_time", 14_100, "s", plan)
    next_week = book.period(date(2026, 11, 23), date(2026, 11, 29))
    book.add("plan_week_m", 44_000, "m", next_week)
    book.add("plan_runs", 6, "count", next_week)
    for month, on, metres, seconds in ((11, 22, 18_000, 6_480), (11, 24, 11_000, 3_300)):
        book.add("plan_distance_m", metres, "m", book.on(date(2026, month, on)))
        book.add("plan_duration_s", seconds, "s", book.on(date(2026, month, on)))
