"""Write the invented life as files: one FIT file a run, one Health Auto Export file for the days."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from coach.pipeline.demo.life import ZONE, DemoDay, DemoLife, DemoRun
from coach.providers.files.fit import encode_activity


def run_file(run: DemoRun) -> tuple[str, bytes]:
    """Return the name and the content of a run's FIT file."""
    local = run.recording.start.astimezone(ZoneInfo(ZONE))
    return f"{local:%Y-%m-%d-%H%M}-{run.kind}.fit", encode_activity(run.recording)


def health_file(life: DemoLife) -> tuple[str, bytes]:
    """Return the name and the content of the days as Health Auto Export writes them."""
    metrics = [
        _metric("resting_heart_rate", "count/min", life.days, "rhr_bpm"),
        _metric("heart_rate_variability", "ms", life.days, "hrv_sdnn_ms"),
        _metric("weight_body_mass", "kg", life.days, "weight_kg"),
        {"name": "sleep_analysis", "units": "hr", "data": [n for d in life.days if (n := _night(d))]},
    ]
    text = json.dumps({"data": {"metrics": metrics, "workouts": []}}, ensure_ascii=False)
    return "HealthAutoExport.json", text.encode()


def demo_files(life: DemoLife) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the life, the newest run first, as a new athlete would want to see them arrive."""
    yield health_file(life)
    for run in reversed(life.runs):
        yield run_file(run)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %z")


def _morning(day: DemoDay) -> datetime:
    return datetime.combine(day.day, time(6, 40), ZoneInfo(ZONE))


def _metric(name: str, units: str, days: tuple[DemoDay, ...], field: str) -> dict[str, object]:
    data = [
        {"date": _stamp(_morning(day)), "qty": value, "source": "Watch"}
        for day in days
        if (value := getattr(day, field)) is not None
    ]
    return {"name": name, "units": units, "data": data}


def _night(day: DemoDay) -> dict[str, object] | None:
    if day.asleep_s is None or day.deep_s is None or day.rem_s is None or day.awake_s is None:
        return None
    woke = datetime.combine(day.day, time(), ZoneInfo(ZONE)) + timedelta(minutes=day.woke_min)
    slept = woke - timedelta(seconds=day.asleep_s + day.awake_s)
    return {
        "date": _stamp(datetime.combine(day.day, time(), ZoneInfo(ZONE))),
        "totalSleep": day.asleep_s / 3600,
        "deep": day.deep_s / 3600,
        "rem": day.rem_s / 3600,
        "core": (day.asleep_s - day.deep_s - day.rem_s) / 3600,
        "awake": day.awake_s / 3600,
        "inBed": (day.asleep_s + day.awake_s) / 3600,
        "sleepStart": _stamp(slept),
        "sleepEnd": _stamp(woke),
        "inBedStart": _stamp(slept),
        "inBedEnd": _stamp(woke),
        "source": "Watch",
    }
