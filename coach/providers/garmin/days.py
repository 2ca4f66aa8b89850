"""Garmin's answers about days → values of days. Pure, but for asking the questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from garminconnect import Garmin

from coach.providers.garmin.values import clock_time, day_of, number, object_of, rows_of

Found = tuple[date, str, float]

# Outside of these a value is a sensor's error, or Garmin's way to say that it knows none (-1, 0).
_PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    "rhr_bpm": (20, 150),
    "hrv_rmssd_ms": (1, 400),
    "sleep_s": (60, 86_400),
    "sleep_deep_s": (0, 86_400),
    "sleep_rem_s": (0, 86_400),
    "sleep_light_s": (0, 86_400),
    "sleep_awake_s": (0, 86_400),
    "in_bed_s": (60, 129_600),
    "sleep_start_min": (-1_440, 1_440),
    "sleep_end_min": (-720, 2_160),
    "weight_kg": (20, 350),
    "body_fat_pct": (2, 75),
    "vo2max": (10, 100),
    "steps": (0, 300_000),
    "respiration_brpm": (4, 60),
    "spo2_pct": (50, 100),
    "sleep_score": (1, 100),
    "stress_avg": (0, 100),
    "body_battery_high": (0, 100),
    "body_battery_low": (0, 100),
    "watch_readiness": (0, 100),
    "watch_status": (0, 9),
    "watch_lthr_bpm": (60, 240),
    "watch_threshold_speed_mps": (1, 8),
    "watch_5k_s": (600, 7_200),
    "watch_10k_s": (1_200, 14_400),
    "watch_half_s": (2_700, 36_000),
    "watch_marathon_s": (5_400, 86_400),
}


class OddShape(Exception):
    """An answer is not built as this one always was."""


def plausible(name: str, value: Any) -> float | None:
    """Return the value where such a value of `name` can be, else None."""
    low, high = _PLAUSIBLE[name]
    return number(value, low, high)


def threshold_speed_mps(value: Any) -> float | None:
    """Return m/s. Garmin stores a tenth: 0.347 is 3.47 m/s, 4:48 min/km.

    Nobody's threshold is below 1 m/s (16:40 min/km), so a value below is one of Garmin's tenths; should they
    ever send m/s, it is taken as it is.
    """
    speed = number(value)
    return plausible("watch_threshold_speed_mps", speed * 10 if speed is not None and speed < 1 else speed)


def _list_in(body: Any, *keys: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of an answer that is a list, or an object with the list under one of `keys`.

    What is empty, or an object without any of them, has no rows. Raises OddShape for anything else.
    """
    if isinstance(body, dict):
        body = next((body[k] for k in keys if body.get(k) is not None), [])
    if body is None:
        return
    if not isinstance(body, list) or (body and not any(isinstance(row, dict) for row in body)):
        raise OddShape
    yield from rows_of(body)


def _of_day(day: date | None, values: Mapping[str, Any]) -> Iterator[Found]:
    if day is None:
        return
    for name, value in values.items():
        found = plausible(name, value)
        if found is not None:
            yield day, name, found


def summaries(body: Any) -> Iterator[Found]:
    """Read daily summaries: steps, resting heart rate, stress, body battery."""
    for row in _list_in(body, "data"):
        worn = row.get("includesWellnessData") is not False
        found = {
            "rhr_bpm": row.get("restingHeartRate"),
            "stress_avg": row.get("averageStressLevel"),
            "body_battery_high": row.get("bodyBatteryHighestValue"),
            "body_battery_low": row.get("bodyBatteryLowestValue"),
            "steps": row.get("totalSteps") if worn else None,
            "spo2_pct": row.get("averageSpo2"),
        }
        yield from _of_day(day_of(row.get("calendarDate")), found)


def sleep(body: Any) -> Iterator[Found]:
    """Read nights: stages, begin and end by the clock on the wall, score, and what was measured asleep."""
    for row in _list_in(body, "individualStats"):
        day, night = day_of(row.get("calendarDate")), object_of(row.get("values"))
        begin, end = (
            number(night.get(f"localSleep{edge}TimeInMillis"), 0, 4e12) for edge in ("Start", "End")
        )
        # Where the clock is changed at night, the one on the wall tells an hour too much or too little.
        at = [number(night.get(f"gmtSleep{edge}TimeInMillis"), 0, 4e12) for edge in ("Start", "End")]
        slept = at if None not in at else [begin, end]
        found = {
            "sleep_s": night.get("totalSleepTimeInSeconds"),
            "sleep_deep_s": night.get("deepTime"),
            "sleep_rem_s": night.get("remTime"),
            "sleep_light_s": night.get("lightTime"),
            "sleep_awake_s": night.get("awakeTime"),
            "in_bed_s": None if slept[0] is None or slept[1] is None else (slept[1] - slept[0]) / 1000,
            "sleep_start_min": _minutes(day, begin),
            "sleep_end_min": _minutes(day, end),
            "sleep_score": night.get("sleepScore"),
            "rhr_bpm": night.get("restingHeartRate"),
            "hrv_rmssd_ms": night.get("avgOvernightHrv"),
            "respiration_brpm": night.get("respiration"),
            "spo2_pct": night.get("spO2"),
        }
        yield from _of_day(day, found)


def _minutes(day: date | None, local_ms: float | None) -> float | None:
    """Return minutes since midnight of `day`. The clock on the wall is written as if it were UTC."""
    if day is None or local_ms is None:
        return None
    return (local_ms / 1000 - datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) / 60


def hrv(body: Any) -> Iterator[Found]:
    """Read heart rate variability of the nights (RMSSD)."""
    for row in _list_in(body, "hrvSummaries"):
        yield from _of_day(day_of(row.get("calendarDate")), {"hrv_rmssd_ms": row.get("lastNightAvg")})


def readiness(body: Any) -> Iterator[Found]:
    """Read training readiness: of a day's many the one on waking up, else the first."""
    best: dict[date, tuple[bool, str, Any]] = {}
    for row in _list_in(body):
        day, at = day_of(row.get("calendarDate")), clock_time(row.get("timestamp"))
        if day is None or plausible("watch_readiness", row.get("score")) is None:
            continue
        when = "9999" if at is None else at.isoformat()
        one = (row.get("inputContext") != "AFTER_WAKEUP_RESET", when, row["score"])
        best[day] = min(best.get(day, one), one, key=lambda entry: entry[:2])
    for day, (_, _, score) in best.items():
        yield from _of_day(day, {"watch_readiness": score})


def weight(body: Any) -> Iterator[Found]:
    """Read weigh-ins (grams): of each day the last weight, and the last that knew the body fat."""
    for row in _list_in(body, "dailyWeightSummaries"):
        day = day_of(row.get("summaryDate"))
        measured = [*rows_of(row.get("allWeightMetrics")), object_of(row.get("latestWeight"))]
        measured.sort(key=lambda m: number(m.get("timestampGMT")) or 0.0)
        for entry in measured:
            grams = number(entry.get("weight"))
            found = {"weight_kg": None if grams is None else grams / 1000}
            yield from _of_day(day, {**found, "body_fat_pct": entry.get("bodyFat")})


def vo2max(body: Any) -> Iterator[Found]:
    """Read VO2max of running (`generic`), with its decimal where there is one."""
    for row in _list_in(body):
        one = object_of(row.get("generic"))
        precise = plausible("vo2max", one.get("vo2MaxPreciseValue"))
        found = {"vo2max": one.get("vo2MaxValue") if precise is None else precise}
        yield from _of_day(day_of(one.get("calendarDate")), found)


def predictions(body: Any) -> Iterator[Found]:
    """Read predicted race times."""
    names = {"raceTime5K": "5k", "raceTime10K": "10k", "raceTimeHalf": "half", "raceTimeMarathon": "marathon"}
    for row in _list_in(body):
        found = {f"watch_{name}_s": row.get(field) for field, name in names.items()}
        yield from _of_day(day_of(row.get("calendarDate")), found)


def threshold_heart_rate(body: Any) -> Iterator[Found]:
    """Read heart rates at the lactate threshold, one for each day the watch found one."""
    for row in _list_in(body):
        yield from _of_day(_found_on(row), {"watch_lthr_bpm": row.get("value")})


def threshold_speed(body: Any) -> Iterator[Found]:
    """Read speeds at the lactate threshold, one for each day the watch found one."""
    for row in _list_in(body):
        found = {"watch_threshold_speed_mps": threshold_speed_mps(row.get("value"))}
        yield from _of_day(_found_on(row), found)


def _found_on(row: Mapping[str, Any]) -> date | None:
    return day_of(row.get("updatedDate")) or day_of(row.get("from"))


def status(body: Any) -> Iterator[Found]:
    """Read training status: a history or the latest, by device; that of the main device wins."""
    if body is not None and not isinstance(body, dict):
        raise OddShape
    outer = object_of(body)
    latest = object_of(object_of(outer.get("mostRecentTrainingStatus")).get("payload"))
    latest = latest or object_of(outer.get("mostRecentTrainingStatus"))
    devices = object_of(outer.get("reportData")) or object_of(latest.get("latestTrainingStatusData"))
    rows = [row for one in devices.values() for row in rows_of(one if isinstance(one, list) else [one])]
    rows.sort(key=lambda row: row.get("primaryTrainingDevice") is True)
    for row in rows:
        yield from _of_day(day_of(row.get("calendarDate")), {"watch_status": row.get("trainingStatus")})


@dataclass(frozen=True)
class Part:
    """One question about days. `ask` makes one call. `often`: asked at every sync, not only when all is.
    `named`: its address carries the display name. `last`: about the end of the whole range only.

    `fills`: values of which its answer shows every day that has one. `rows_in`: where the answer holds its
    rows; `sparse`: also no rows at all are an answer."""

    endpoint: str
    ask: Callable[[Garmin, str, str], Any]
    read: Callable[[Any], Iterator[Found]]
    often: bool = False
    named: bool = False
    last: bool = False
    fills: frozenset[str] = frozenset()
    rows_in: str = ""
    sparse: bool = False

    def sure_of(self, body: Any, found: Collection[Found]) -> frozenset[str]:
        """Return the values of which an answer surely shows all. A value that no day has any more may also be
        one that Garmin left out this time."""
        rows = body if isinstance(body, list) else object_of(body).get(self.rows_in)
        if not isinstance(rows, list):
            return frozenset()
        if self.sparse and not rows:
            return self.fills
        return self.fills & {name for _, name, _ in found}


def _threshold(garmin: Garmin, name: str, start: str, end: str) -> Any:
    # The library's own method asks three things at once and loses all when one fails.
    address = f"{garmin.garmin_connect_biometric_stats_url}/{name}/range/{start}/{end}"
    asked = {"sport": "RUNNING", "aggregation": "daily", "aggregationStrategy": "LATEST"}
    return garmin.connectapi(address, params=asked)


# Where two know the same value of a day the later one decides: best last.
PARTS: tuple[Part, ...] = (
    Part(
        "sleep",
        lambda g, a, z: g.get_sleep_daily(a, z),
        sleep,
        often=True,
        fills=frozenset(n for n in _PLAUSIBLE if n.startswith(("sleep_", "in_bed"))),
        rows_in="individualStats",
    ),
    Part("daily_summaries", lambda g, a, z: g.get_daily_summaries(a, z), summaries, often=True),
    Part("training_readiness", lambda g, a, z: g.get_training_readiness_range(a, z), readiness, often=True),
    Part(
        "weigh_ins",
        lambda g, a, z: g.get_weigh_ins(a, z),
        weight,
        often=True,
        fills=frozenset({"weight_kg", "body_fat_pct"}),
        rows_in="dailyWeightSummaries",
        sparse=True,
    ),
    Part("hrv", lambda g, a, z: g.get_hrv_data_range(a, z), hrv),
    Part("max_metrics", lambda g, a, z: g.get_max_metrics_range(a, z), vo2max),
    Part("race_predictions", lambda g, a, z: g.get_race_predictions(a, z, "daily"), predictions, named=True),
    Part(
        "threshold_heart_rate",
        lambda g, a, z: _threshold(g, "lactateThresholdHeartRate", a, z),
        threshold_heart_rate,
    ),
    Part("threshold_speed", lambda g, a, z: _threshold(g, "lactateThresholdSpeed", a, z), threshold_speed),
    Part("training_status", lambda g, a, z: g.get_weekly_training_status(a, z), status, named=True),
    Part("training_status_latest", lambda g, a, z: g.get_training_status(z), status, last=True),
)
