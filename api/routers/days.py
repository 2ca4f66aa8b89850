"""Days by subject: nights, the heart at rest, and workouts that were planned elsewhere."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Who
from api.errors import documented
from coach.domain.activity import Sport
from coach.domain.source import Source
from coach.store import daily, planned_workouts
from coach.store.session import Session

router = APIRouter(tags=["daily record"])

# Field of an answer → name of a measured value.
SLEEP = {
    "total_s": "sleep_s",
    "deep_s": "sleep_deep_s",
    "rem_s": "sleep_rem_s",
    "light_s": "sleep_light_s",
    "awake_s": "sleep_awake_s",
    "in_bed_s": "in_bed_s",
    "start_min": "sleep_start_min",
    "end_min": "sleep_end_min",
    "score": "sleep_score",
}
HEART = {"rhr_bpm": "rhr_bpm", "hrv_rmssd_ms": "hrv_rmssd_ms", "hrv_sdnn_ms": "hrv_sdnn_ms"}


class SleepOut(BaseModel):
    """A night, by the day one woke up, as one source measured it. Unknown is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "day": "2026-11-21",
                    "source": "garmin",
                    "total_s": 26100,
                    "deep_s": 5400,
                    "rem_s": 6000,
                    "light_s": 14700,
                    "awake_s": 900,
                    "in_bed_s": None,
                    "start": "2026-11-20T23:12:00",
                    "end": "2026-11-21T06:42:00",
                    "score": 81,
                }
            ]
        }
    )

    day: date
    source: Source
    total_s: float | None
    deep_s: float | None
    rem_s: float | None
    light_s: float | None
    awake_s: float | None
    in_bed_s: float | None
    start: datetime | None = Field(description="By the clock where one slept.")
    end: datetime | None
    score: float | None = Field(description="What the watch's maker made of it.")


class SleepList(BaseModel):
    sleep: list[SleepOut]


class HeartOut(BaseModel):
    """The heart at rest on a day, as one source measured it. RMSSD and SDNN are never mixed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "day": "2026-11-21",
                    "source": "garmin",
                    "rhr_bpm": 47,
                    "hrv_rmssd_ms": 62,
                    "hrv_sdnn_ms": None,
                }
            ]
        }
    )

    day: date
    source: Source
    rhr_bpm: float | None
    hrv_rmssd_ms: float | None
    hrv_sdnn_ms: float | None


class HeartList(BaseModel):
    days: list[HeartOut]


class PlannedOut(BaseModel):
    """A workout that was planned elsewhere. Unknown is null."""

    model_config = ConfigDict(from_attributes=True)

    source: Source
    external_id: str = Field(description="Its row over there.", examples=["12"])
    day: date
    sport: Sport
    title: str = Field(examples=["템포 8 km"])
    note: str
    distance_m: float | None = Field(examples=[8000])
    duration_s: float | None


class PlannedList(BaseModel):
    workouts: list[PlannedOut]


def _by_day(
    s: Session, athlete_id: int, fields: dict[str, str], start: date, end: date
) -> list[tuple[date, Source, dict[str, float | None]]]:
    """Return (day, source, field → value or None) where a source measured any of `fields`."""
    names = {name: field for field, name in fields.items()}
    found: dict[tuple[date, Source], dict[str, float | None]] = {}
    for value in daily.values(s, athlete_id, names, start, end):
        of_day = found.setdefault((value.day, value.source), dict.fromkeys(fields))
        of_day[names[value.name]] = value.value
    return [(day, source, found[day, source]) for day, source in sorted(found)]


def _clock(day: date, minutes: float | None) -> datetime | None:
    if minutes is None:
        return None
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


@router.get("/sleep", name="list_sleep", summary="Nights", responses=documented(401, 403, 422))
def list_sleep(house: House, who: Who, start: date, end: date) -> SleepList:
    """By day, oldest first; one per source. Nights of which nothing is known are left out."""
    with house.session(who) as s:
        found = _by_day(s, who.athlete_id, SLEEP, start, end)
    return SleepList(
        sleep=[
            SleepOut.model_validate(
                {
                    **measured,
                    "day": day,
                    "source": source,
                    "start": _clock(day, measured["start_min"]),
                    "end": _clock(day, measured["end_min"]),
                }
            )
            for day, source, measured in found
        ]
    )


@router.get(
    "/hr", name="list_heart", summary="Resting heart rate and HRV", responses=documented(401, 403, 422)
)
def list_heart(house: House, who: Who, start: date, end: date) -> HeartList:
    """By day, oldest first; one per source."""
    with house.session(who) as s:
        found = _by_day(s, who.athlete_id, HEART, start, end)
    return HeartList(
        days=[
            HeartOut.model_validate({**measured, "day": day, "source": source})
            for day, source, measured in found
        ]
    )


@router.get(
    "/planned-workouts",
    name="list_planned_workouts",
    summary="Workouts planned elsewhere",
    responses=documented(401, 403, 422),
)
def list_planned_workouts(house: House, who: Who, start: date, end: date) -> PlannedList:
    """By day, oldest first."""
    with house.session(who) as s:
        found = planned_workouts.between(s, start, end)
    return PlannedList(workouts=[PlannedOut.model_validate(workout) for workout in found])
