"""The invented life as the past that metrics of days read, without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete, Sex, Threshold, ThresholdKind, holding
from coach.domain.metrics import METRICS, Measure
from coach.domain.metrics.history import History, Past
from coach.domain.source import Source
from coach.pipeline.demo import live
from coach.pipeline.demo.life import ZONE, DemoDay

LAST = date(2026, 10, 4)
MONTHS = 19
# What is believed of the athlete in the first month, and what each month adds.
BELIEVED = {
    ThresholdKind.hr_max_bpm: (186.0, 0.15),
    ThresholdKind.hr_rest_bpm: (53.0, -0.2),
    ThresholdKind.lthr_bpm: (168.0, 0.3),
    ThresholdKind.threshold_speed_mps: (3.4, 0.02),
}
# What a metric of a day reads of an activity.
READ = sorted(
    {
        need
        for metric in METRICS.values()
        if metric.scope == "day"
        for need in metric.needs
        if need in METRICS and METRICS[need].scope == "activity"
    }
)


@cache
def demo_past() -> History:
    """Return all eighteen months: runs, nights, mornings, and thresholds estimated anew each month."""
    life = live(LAST)
    first = min(day.day for day in life.days)
    known = [
        Threshold(kind, value + step * n, "estimated", first + timedelta(days=30 * n), "by_month")
        for kind, (value, step) in BELIEVED.items()
        for n in range(MONTHS)
    ]
    athlete = Athlete(1, birth_year=1990, sex=Sex.male)
    pasts, loads = [], defaultdict[date, float](float)
    for n, run in enumerate(life.runs, 1):
        day = run.recording.start.astimezone(ZoneInfo(ZONE)).date()
        activity = Activity(n, run.recording, day, ZONE, race=run.kind == "race")
        then = Athlete(1, sex=Sex.male, thresholds=holding(known, day))
        measures = {name: METRICS[name].fn(activity, then) for name in READ}
        load = measures["training_load"]
        if isinstance(load, Measure) and load.value is not None:
            loads[day] += load.value
        treadmill = run.recording.sub_sport == "treadmill"
        device = run.recording.device
        pasts.append(
            Past(n, day, activity.sport, measures, race=activity.race, treadmill=treadmill, device=device)
        )
    pasts.sort(key=lambda p: p.day)
    names = {
        "rhr_bpm": lambda d: d.rhr_bpm,
        "hrv_sdnn_ms": lambda d: d.hrv_sdnn_ms,
        "weight_kg": lambda d: d.weight_kg,
        "sleep_s": lambda d: d.asleep_s,
        "sleep_end_min": lambda d: d.woke_min,
        "sleep_start_min": _fell_asleep_min,
    }
    daily = {
        name: {d.day: float(v) for d in life.days if (v := read(d)) is not None}
        for name, read in names.items()
    }
    return History(
        athlete,
        pasts[0].day,
        LAST,
        daily_load=dict(loads),
        activities=pasts,
        daily=daily,
        daily_sources={name: frozenset({Source.apple_health}) for name in daily},
        daily_origin={name: dict.fromkeys(of, Source.apple_health) for name, of in daily.items()},
        entries=[entry for morning in (life.entries, *life.mornings) for entry in morning],
        thresholds=known,
    )


def _fell_asleep_min(day: DemoDay) -> float | None:
    if day.asleep_s is None or day.awake_s is None:
        return None
    return day.woke_min - (day.asleep_s + day.awake_s) / 60
