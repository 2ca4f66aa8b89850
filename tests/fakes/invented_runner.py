"""The demo's invented runner as owner of accounts at the invented services: over two years, up to now."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fakes import strava
from fakes.garmin import Day, Run

from coach.domain.activity import Lap
from coach.pipeline.demo import live
from coach.pipeline.demo.files import run_file
from coach.pipeline.demo.life import WEEKS, ZONE, DemoDay, DemoRun

DAYS = 2 * 365 + 60
AGAIN = timedelta(weeks=WEEKS + 2)  # before the invented life began, it had been lived once already
VO2MAX = (47.5, 52.5)  # at the beginning, and now
RACES_S = (1_210, 2_530, 5_640, 11_900)  # with a VO2max of 51.3


@dataclass
class InventedRun(Run):
    """A run of the invented life: its file is made when it is downloaded."""

    lived: DemoRun | None = field(default=None, kw_only=True)

    def download(self) -> bytes:
        assert self.lived is not None
        _, content = run_file(self.lived)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(f"{self.id}_ACTIVITY.fit", content)
        return packed.getvalue()


def lived(now: datetime) -> tuple[list[DemoRun], list[DemoDay]]:
    """Return everything that was run and measured until `now`, oldest first."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    life, first = live(today), today - timedelta(days=DAYS)
    begin = min(day.day for day in life.days)
    before = [
        replace(run, recording=replace(run.recording, start=run.recording.start - AGAIN)) for run in life.runs
    ]
    runs = [run for run in (*before, *life.runs) if first <= run.recording.start.date()]
    earlier = (replace(day, day=day.day - AGAIN) for day in life.days)
    days = [*(day for day in earlier if first <= day.day < begin), *life.days]
    return [run for run in runs if run.recording.start + timedelta(hours=2) <= now], days


def garmin_runs(runs: list[DemoRun]) -> Iterator[Run]:
    """Yield runs as Garmin lists them."""
    for run in runs:
        what, distance_m = run.recording, run.truth.distance_m
        yield InventedRun(
            what.start,
            seconds=round(what.elapsed_s),
            speed_mps=round(distance_m / what.elapsed_s, 4),
            type_key="treadmill_running" if what.sub_sport == "treadmill" else "running",
            event="race" if what.race else "uncategorized",
            name="Seoul 러닝",
            lived=run,
            more={
                "distance": round(distance_m, 2),
                "duration": round(run.truth.timer_s, 1),
                "averageHR": what.totals["avg_hr_bpm"],
                "maxHR": what.totals["max_hr_bpm"],
                "elevationGain": what.totals["ascent_m"],
                "calories": what.totals["calories_kcal"],
            },
        )


def garmin_days(days: list[DemoDay]) -> dict[date, Day]:
    """Return days as Garmin knows them."""
    return {day.day: _garmin_day(day, n / len(days)) for n, day in enumerate(days)}


def _garmin_day(day: DemoDay, along: float) -> Day:
    vo2max = round(VO2MAX[0] + (VO2MAX[1] - VO2MAX[0]) * along, 1)
    found = Day(
        weight_g=None if day.weight_kg is None else day.weight_kg * 1000,
        vo2max=vo2max,
        races=tuple(round(seconds * 51.3 / vo2max) for seconds in RACES_S),  # type: ignore[arg-type]
    )
    if not (day.asleep_s and day.deep_s and day.rem_s and day.awake_s and day.rhr_bpm and day.hrv_sdnn_ms):
        return replace(
            found, rhr=None, hrv=None, sleep=None, sleep_score=None, readiness=None, battery=None, stress=None
        )
    deep, rem, awake = round(day.deep_s), round(day.rem_s), round(day.awake_s)
    rested = day.asleep_s / 3600 * 5 + (day.hrv_sdnn_ms - 62) * 0.4 - (day.rhr_bpm - 49) * 1.5
    return replace(
        found,
        rhr=round(day.rhr_bpm),
        hrv=round(day.hrv_sdnn_ms),
        stress=round(min(70.0, max(10.0, 27 + 1.5 * (day.rhr_bpm - 49)))),
        battery=(round(min(100.0, max(30.0, 50 + rested))), 18),
        sleep=(deep, rem, round(day.asleep_s) - deep - rem, awake),
        bed=(day.woke_min - (day.asleep_s + day.awake_s) / 60, day.woke_min),
        sleep_score=round(min(98.0, max(35.0, day.asleep_s / 3600 * 11))),
        readiness=(round(min(97.0, max(12.0, 38 + rested))), round(min(90.0, max(8.0, 20 + rested)))),
    )


class LivedStreams(dict[int, Any]):
    """Strava's samples of lived runs by number, made when they are asked for."""

    def __getitem__(self, number: int) -> dict[str, Any]:
        return _strava_streams(super().__getitem__(number))


def strava_runs(runs: list[DemoRun], since: date) -> tuple[dict[int, dict[str, Any]], LivedStreams]:
    """Return runs since a day as Strava tells them, and their samples, by number."""
    shown: dict[int, dict[str, Any]] = {}
    streams = LivedStreams()
    for number, run in enumerate(runs, start=15_000_000_001):
        what = run.recording
        if what.start.date() < since:
            continue
        streams[number] = run
        shown[number] = strava.run(
            number,
            what.start,
            round(what.elapsed_s),
            name="Afternoon Run" if what.start.hour in range(3, 12) else "Morning Run",
            moving_time=round(run.truth.timer_s),
            distance=round(run.truth.distance_m, 1),
            total_elevation_gain=what.totals["ascent_m"],
            average_heartrate=what.totals["avg_hr_bpm"],
            max_heartrate=what.totals["max_hr_bpm"],
            calories=what.totals["calories_kcal"],
            average_speed=round(run.truth.distance_m / run.truth.timer_s, 3),
            workout_type=1 if what.race else 0,
            trainer=what.sub_sport == "treadmill",
            laps=[_strava_lap(number, n, what.start, lap) for n, lap in enumerate(what.laps, start=1)],
        )
    return shown, streams


def _strava_lap(number: int, n: int, start: datetime, lap: Lap) -> dict[str, Any]:
    return {
        "id": number * 100 + n,
        "start_date": f"{start + timedelta(seconds=lap.start_s):%Y-%m-%dT%H:%M:%SZ}",
        "elapsed_time": round(lap.elapsed_s),
        "moving_time": round(lap.timer_s or lap.elapsed_s),
        "distance": round(lap.distance_m or 0.0, 1),
        "average_heartrate": lap.avg_hr_bpm,
        "max_heartrate": lap.max_hr_bpm,
        "lap_index": n,
    }


def _strava_streams(run: DemoRun) -> dict[str, Any]:
    recorded = run.recording.streams
    assert recorded is not None
    channels = recorded.channels
    data: dict[str, list[Any]] = {
        "time": recorded.t_s.astype(int).tolist(),
        "distance": channels["distance_m"].round(1).tolist(),
        "velocity_smooth": channels["speed_mps"].round(2).tolist(),
        "heartrate": channels["hr_bpm"].astype(int).tolist(),
        "cadence": (channels["cadence_spm"] / 2).astype(int).tolist(),  # of one leg
        "temp": channels["temperature_c"].astype(int).tolist(),
        "moving": [True] * len(recorded),
    }
    if "lat_deg" in channels:
        lat, lon = channels["lat_deg"].round(6).tolist(), channels["lon_deg"].round(6).tolist()
        data |= {"latlng": [list(at) for at in zip(lat, lon, strict=True)]}
        data |= {"altitude": channels["altitude_m"].round(1).tolist()}
    return {
        kind: {
            "data": values,
            "series_type": "distance",
            "original_size": len(values),
            "resolution": "high",
        }
        for kind, values in data.items()
    }
