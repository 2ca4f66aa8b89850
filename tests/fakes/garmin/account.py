"""What lies on the invented account, and how Garmin words it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from coach.domain.activity import Device, Lap, Recording, Sport, Streams
from coach.providers.files.fit.encode import encode_activity

SEOUL = ZoneInfo("Asia/Seoul")
Json = Any


@dataclass
class Run:
    """An activity. `original` is what a download gives: made from the other fields unless set; b"" is an
    empty zip, None is 404. `more` overrides fields of the list's row."""

    start: datetime
    seconds: int = 1_800
    speed_mps: float = 3.0
    id: int = 0
    name: str = "Seoul 러닝"
    type_key: str = "running"
    event: str = "uncategorized"
    note: str | None = None
    typed: bool = False  # typed in by the athlete: no file
    original: bytes | str | None = "made"
    more: dict[str, Json] = field(default_factory=dict)

    @property
    def distance_m(self) -> float:
        return round(self.seconds * self.speed_mps, 2)

    def row(self) -> Json:
        """Return the activity as the list shows it."""
        local = self.start.astimezone(SEOUL)
        row = {
            "activityId": self.id,
            "activityName": self.name,
            "startTimeLocal": f"{local:%Y-%m-%d %H:%M:%S}",
            "startTimeGMT": f"{self.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "beginTimestamp": int(self.start.timestamp() * 1000),
            "activityType": {"typeId": 1, "typeKey": self.type_key, "parentTypeId": 17},
            "eventType": {"typeId": 9, "typeKey": self.event, "sortOrder": 10},
            "distance": self.distance_m,
            "duration": float(self.seconds),
            "elapsedDuration": float(self.seconds),
            "elevationGain": 21.0,
            "averageSpeed": self.speed_mps,
            "calories": 300.0,
            "averageHR": 148.0,
            "maxHR": 171.0,
            "averageRunningCadenceInStepsPerMinute": 172.5,
            "aerobicTrainingEffect": 3.1,
            "anaerobicTrainingEffect": 0.4,
            "vO2MaxValue": 51.0,
            "avgStrideLength": 104.3,
            "avgVerticalOscillation": 8.4,
            "manufacturer": "GARMIN",
            "locationName": "Seoul",
            "ownerId": 1,
            "ownerFullName": "Somebody Else's Business",
            "userRoles": ["ROLE_CONNECTUSER"] * 30,
            "parent": False,
            "manualActivity": self.typed,
        }
        if self.note is not None:
            row["description"] = self.note
        return {**row, **self.more}

    def download(self) -> bytes | None:
        """Return the original as Garmin sends it: a zip with one file."""
        if self.typed or self.original is None:
            return None
        if self.original == "made":
            return _zipped(f"{self.id}_ACTIVITY.fit", _fit(self.start, self.seconds, self.speed_mps))
        assert isinstance(self.original, bytes)
        return self.original or _zipped()


def _zipped(name: str = "", content: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if name:
            archive.writestr(name, content)
    return packed.getvalue()


@lru_cache(maxsize=4_096)
def _fit(start: datetime, seconds: int, speed_mps: float) -> bytes:
    t = np.arange(seconds + 1, dtype=np.float64)
    rng = np.random.default_rng(int(start.timestamp()))
    speed = np.clip(speed_mps + 0.2 * np.sin(t / 90) + rng.normal(0, 0.03, t.size), 0.5, None)
    distance = np.cumsum(speed) * (seconds * speed_mps / float(speed.sum()))
    channels = {
        "distance_m": distance,
        "speed_mps": speed,
        "hr_bpm": np.rint(148 + 12 * np.sin(t / 300) - 40 * np.exp(-t / 90)),
        "cadence_spm": np.rint(172 + 2 * np.sin(t / 50)),
        "altitude_m": 30 + 8 * np.sin(t / 400),
        "lat_deg": 37.52 + distance / 111_000,
        "lon_deg": 127.02 + distance / 88_000,
    }
    half = seconds / 2
    recording = Recording(
        sport=Sport.run,
        start=start,
        elapsed_s=float(seconds),
        timer_s=float(seconds),
        utc_offset_s=9 * 3600,
        distance_m=round(seconds * speed_mps, 2),
        streams=Streams(t, channels),
        laps=(Lap(0.0, half, half, distance_m=half * speed_mps), Lap(half, half, half, half * speed_mps)),
        totals={"avg_hr_bpm": 148.0, "max_hr_bpm": 171.0, "calories_kcal": 300.0},
        device=Device("garmin", "4315", "3400000001"),
    )
    return encode_activity(recording)


def runs_between(first: date, last: date, every: int = 2) -> Iterator[Run]:
    """Yield a run every few days, at 06:30 in Seoul, with the long one on Sundays."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if n % every == 0:
            start = datetime(day.year, day.month, day.day, 6, 30, tzinfo=SEOUL).astimezone(UTC)
            yield Run(start, seconds=5_400 if day.weekday() == 6 else 2_400, speed_mps=2.9 + n % 5 / 10)


@dataclass
class Day:
    """What was measured on a day; None: not. Clock times are minutes from the day's local midnight."""

    rhr: int | None = 48
    hrv: int | None = 62
    stress: int | None = 27
    battery: tuple[int, int] | None = (92, 24)
    steps: int | None = 12_345
    sleep: tuple[int, int, int, int] | None = (5_400, 6_300, 14_400, 1_200)  # deep, REM, light, awake
    bed: tuple[float, float] = (-35.0, 420.0)
    sleep_score: int | None = 84
    respiration: float | None = 14.2
    spo2: float | None = 96.0
    readiness: tuple[int, int] | None = (77, 41)  # on waking up, after the run
    weight_g: float | None = None
    body_fat: float | None = None
    vo2max: float | None = 51.3
    races: tuple[int, int, int, int] | None = (1_210, 2_530, 5_640, 11_900)
    lthr: int | None = None
    threshold: float | None = None  # as Garmin stores it: a tenth of m/s
    status: int | None = 7

    def summary(self, day: date) -> Json:
        high, low = self.battery or (None, None)
        return {
            "calendarDate": day.isoformat(),
            "totalSteps": self.steps,
            "restingHeartRate": self.rhr,
            "averageStressLevel": self.stress,
            "bodyBatteryHighestValue": high,
            "bodyBatteryLowestValue": low,
            "averageSpo2": None,
            "avgWakingRespirationValue": 15.0,
            "includesWellnessData": True,
            "bodyBatteryValuesArray": [[n, 50] for n in range(300)],
        }

    def night(self, day: date) -> Json:
        if self.sleep is None:
            return None
        deep, rem, light, awake = self.sleep
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        begin, end = (int((midnight + minutes * 60) * 1000) for minutes in self.bed)
        return {
            "calendarDate": day.isoformat(),
            "values": {
                "deepTime": deep,
                "remTime": rem,
                "lightTime": light,
                "awakeTime": awake,
                "totalSleepTimeInSeconds": deep + rem + light,
                "sleepScore": self.sleep_score,
                "sleepScoreQuality": "GOOD",
                "restingHeartRate": self.rhr,
                "respiration": self.respiration,
                "spO2": self.spo2,
                "avgOvernightHrv": self.hrv,
                "hrvStatus": "BALANCED",
                "localSleepStartTimeInMillis": begin,
                "localSleepEndTimeInMillis": end,
                "gmtSleepStartTimeInMillis": begin - 9 * 3_600_000,
                "gmtSleepEndTimeInMillis": end - 9 * 3_600_000,
            },
        }

    def readinesses(self, day: date) -> list[Json]:
        if self.readiness is None:
            return []
        contexts = (("21:50:17.0", "AFTER_POST_EXERCISE_RESET"), ("06:01:44.0", "AFTER_WAKEUP_RESET"))
        return [
            {
                "calendarDate": day.isoformat(),
                "timestamp": f"{day}T{at}",
                "score": score,
                "inputContext": context,
            }
            for (at, context), score in zip(contexts, reversed(self.readiness), strict=True)
        ]

    def weigh_in(self, day: date) -> Json:
        if self.weight_g is None:
            return None
        entry = {"calendarDate": day.isoformat(), "weight": self.weight_g, "bodyFat": self.body_fat}
        entry["timestampGMT"] = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        return {"summaryDate": day.isoformat(), "latestWeight": entry, "allWeightMetrics": [entry]}

    def prediction(self, day: date) -> Json:
        if self.races is None:
            return None
        names = ("raceTime5K", "raceTime10K", "raceTimeHalf", "raceTimeMarathon")
        return {"calendarDate": day.isoformat(), **dict(zip(names, self.races, strict=True))}

    def training_status(self, day: date) -> Json:
        if self.status is None:
            return None
        return {
            "calendarDate": day.isoformat(),
            "trainingStatus": self.status,
            "primaryTrainingDevice": True,
        }
