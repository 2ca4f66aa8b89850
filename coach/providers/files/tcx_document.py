"""What a TCX document holds, collected in one pass: activities, their laps and points, as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from coach.errors import TooLarge
from coach.providers.files.limits import SAMPLES, TEXT_CHARS
from coach.providers.files.track import number
from coach.providers.files.xml import XmlScanner

# A trackpoint is a list: time, segment, then the channels in this order.
CHANNEL_COLUMNS = (
    "lat_deg",
    "lon_deg",
    "altitude_m",
    "distance_m",
    "hr_bpm",
    "cadence_spm",
    "speed_mps",
    "power_w",
)
_COLUMN = {
    "Time": 0,
    "LatitudeDegrees": 2,
    "LongitudeDegrees": 3,
    "AltitudeMeters": 4,
    "DistanceMeters": 5,
    "Value": 6,  # the only one inside a trackpoint is HeartRateBpm's
    "Cadence": 7,
    "RunCadence": 7,
    "Speed": 8,
    "Watts": 9,
}
_UNKNOWN = ("nan",) * len(CHANNEL_COLUMNS)


@dataclass
class TcxLap:
    start: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a number that is known and not negative, else None."""
        value = number(self.fields.get(name, ""))
        return value if 0 <= value < float("inf") else None


@dataclass
class TcxActivity:
    sport: str
    part: int
    id: str = ""
    note: str = ""
    title: str = ""
    laps: list[TcxLap] = field(default_factory=list)
    points: list[list[str]] = field(default_factory=list)
    device: dict[str, str] = field(default_factory=dict)


class TcxDocument:
    """Collects while `scanner.scan(data)` runs."""

    def __init__(self, name: str) -> None:
        self.file_name = name
        self.activities: list[TcxActivity] = []
        self.planned: str = ""  # "course" or "planned_workout" when the document holds one
        self._activity: TcxActivity | None = None
        self._lap: TcxLap | None = None
        self._heart_rate = ""
        self._device_part = False
        self._plan_part = False
        self._segment = 0
        self._count = 0
        self._in_multisport = False
        self._part = 0
        lap_fields = ("TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod")
        self.scanner = XmlScanner(
            name,
            starts={
                "MultiSportSession": self._start_multisport,
                "Activity": self._start_activity,
                "Lap": self._start_lap,
                "Track": self._start_track,
                "Trackpoint": self._start_trackpoint,
                "AverageHeartRateBpm": self._start_average_hr,
                "MaximumHeartRateBpm": self._start_maximum_hr,
                "Creator": self._start_creator,
                "Plan": self._start_plan,
                "Training": self._start_plan,
                "Course": self._start_course,
                "Workout": self._start_workout,
            },
            ends={
                "MultiSportSession": self._end_multisport,
                "Activity": self._end_activity,
                "Lap": self._end_lap,
                "Trackpoint": self._end_trackpoint,
                "Value": self._end_value,
                "Creator": self._end_creator,
                "Plan": self._end_plan,
                "Id": self._end_id,
                "Notes": self._end_notes,
                "Name": self._end_name,
                "UnitId": self._end_unit_id,
                **{tag: self._lap_field(tag) for tag in lap_fields},
            },
            columns=_COLUMN,
        )

    def _start_multisport(self, _: dict[str, str]) -> None:
        self._in_multisport, self._part = True, 0

    def _end_multisport(self, _: str) -> None:
        self._in_multisport = False

    def _start_activity(self, attributes: dict[str, str]) -> None:
        part = self._part if self._in_multisport else 0
        self._part += 1
        self._activity = TcxActivity(attributes.get("Sport", ""), part)
        self.activities.append(self._activity)

    def _end_activity(self, _: str) -> None:
        self._activity = None

    def _start_lap(self, attributes: dict[str, str]) -> None:
        if self._activity is not None:
            self._lap = TcxLap(attributes.get("StartTime", ""))
            self._activity.laps.append(self._lap)

    def _end_lap(self, _: str) -> None:
        self._lap = None

    def _lap_field(self, tag: str) -> Callable[[str], None]:
        def end(text: str) -> None:
            if self._lap is not None and self.scanner.row is None:
                self._lap.fields.setdefault(tag, text.strip())

        return end

    def _start_average_hr(self, _: dict[str, str]) -> None:
        self._heart_rate = "avg_hr_bpm"

    def _start_maximum_hr(self, _: dict[str, str]) -> None:
        self._heart_rate = "max_hr_bpm"

    def _end_value(self, text: str) -> None:
        if self._lap is not None and self._heart_rate:
            self._lap.fields[self._heart_rate] = text
        self._heart_rate = ""

    def _start_track(self, _: dict[str, str]) -> None:
        self._segment += 1

    def _start_trackpoint(self, _: dict[str, str]) -> None:
        self.scanner.row = ["", str(self._segment), *_UNKNOWN]

    def _end_trackpoint(self, _: str) -> None:
        self._count += 1
        if self._count > SAMPLES:
            raise TooLarge("too_many_samples", name=self.file_name, limit=SAMPLES)
        if self._activity is not None and self.scanner.row is not None:
            self._activity.points.append(self.scanner.row)
        self.scanner.row = None

    def _start_creator(self, _: dict[str, str]) -> None:
        self._device_part = True

    def _end_creator(self, _: str) -> None:
        self._device_part = False

    def _start_plan(self, _: dict[str, str]) -> None:
        self._plan_part = True

    def _end_plan(self, _: str) -> None:
        self._plan_part = False

    def _start_course(self, _: dict[str, str]) -> None:
        self.planned = self.planned or "course"

    def _start_workout(self, _: dict[str, str]) -> None:
        self.planned = self.planned or "planned_workout"

    def _end_id(self, text: str) -> None:
        if self._activity is not None:
            self._activity.id = text.strip()

    def _end_notes(self, text: str) -> None:
        if self._activity is not None and self._lap is None:
            self._activity.note = text.strip()[:TEXT_CHARS]

    def _end_name(self, text: str) -> None:
        if self._activity is None:
            return
        if self._device_part:
            self._activity.device["product"] = text.strip()[:TEXT_CHARS]
        elif self._plan_part:
            self._activity.title = text.strip()[:TEXT_CHARS]

    def _end_unit_id(self, text: str) -> None:
        if self._activity is not None and self._device_part and text.strip() not in ("", "0"):
            self._activity.device["serial"] = text.strip()[:TEXT_CHARS]
