"""TCX (Garmin Training Center XML v2): activities with laps, with or without positions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from coach.domain.activity import Device, Lap, Recording, Sport, Streams
from coach.errors import NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files.limits import SAMPLES, TEXT_CHARS
from coach.providers.files.parsed import Parsed
from coach.providers.files.sports import sport_of
from coach.providers.files.times import as_datetime, parse_instant, parse_instants
from coach.providers.files.track import Track, build_track, number, numbers
from coach.providers.files.xml import XmlScanner

# A trackpoint is a list: time, segment, then the channels in this order.
_CHANNELS = (
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
_UNKNOWN = ("nan",) * len(_CHANNELS)
_TRIGGERS = {
    "Manual": "manual",
    "Distance": "distance",
    "Location": "position",
    "Time": "time",
    "HeartRate": "hr",
}
_INTENSITIES = {"Active": "active", "Resting": "rest"}


@dataclass
class _Lap:
    start: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a number that is known and not negative, else None."""
        value = number(self.fields.get(name, ""))
        return value if 0 <= value < float("inf") else None


@dataclass
class _Activity:
    sport: str
    part: int
    id: str = ""
    note: str = ""
    title: str = ""
    laps: list[_Lap] = field(default_factory=list)
    points: list[list[str]] = field(default_factory=list)
    device: dict[str, str] = field(default_factory=dict)


class _Content:
    """What one pass over a TCX document collects."""

    def __init__(self, name: str) -> None:
        self.file_name = name
        self.activities: list[_Activity] = []
        self.planned: str = ""  # "course" or "planned_workout" when the document holds one
        self._activity: _Activity | None = None
        self._lap: _Lap | None = None
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
        self._activity = _Activity(attributes.get("Sport", ""), part)
        self.activities.append(self._activity)

    def _end_activity(self, _: str) -> None:
        self._activity = None

    def _start_lap(self, attributes: dict[str, str]) -> None:
        if self._activity is not None:
            self._lap = _Lap(attributes.get("StartTime", ""))
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


def read_tcx(name: str, data: bytes) -> Parsed:
    """Read the activities of a TCX document, one recording each.

    Raises NotAnActivity for courses and planned workouts, UnreadableFile for what is no readable TCX,
    TooLarge over the sample limit.
    """
    content = _Content(name)
    complete = content.scanner.scan(data)
    recordings = tuple(r for a in content.activities if (r := _recording(a)) is not None)
    if not recordings:
        if content.planned and not content.activities:
            raise NotAnActivity(content.planned, name=name)
        if not complete:
            raise UnreadableFile("bad_xml", name=name)
        raise NotAnActivity("no_track", name=name)
    return Parsed(
        format="tcx",
        recordings=recordings,
        records=sum(len(r.streams) for r in recordings if r.streams is not None),
        flags=() if complete else ("truncated",),
    )


def _recording(activity: _Activity) -> Recording | None:
    sport, sub_sport = sport_of(activity.sport)
    track, naive, offset_s = _track(activity, sport)
    lap_starts = [parse_instant(lap.start) for lap in activity.laps]
    known = [s for s in (*lap_starts, parse_instant(activity.id)) if s is not None]
    if track is not None:
        start = track.start_epoch_s
        # A lap may begin seconds before its first sample; a wrong clock is further off.
        start = min([s for s in known if 0 <= start - s <= 600], default=start)
    elif known:
        start = min(known)
    else:
        return None
    lead_s = 0.0 if track is None else track.start_epoch_s - start
    laps = _laps(activity.laps, lap_starts, start)
    timer_s = sum(lap.timer_s for lap in laps if lap.timer_s is not None) or None
    ends_s = [lap.start_s + (lap.timer_s or 0.0) for lap in laps]
    if track is not None:
        ends_s.append(lead_s + track.elapsed_s)
    elapsed_s = max(ends_s, default=0.0)
    distances = [lap.distance_m for lap in laps if lap.distance_m is not None]
    distance_m = sum(distances) if distances else None
    if distance_m is None and track is not None:
        distance_m = track.last("distance_m")
    return Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=as_datetime(start),
        elapsed_s=elapsed_s,
        utc_offset_s=offset_s,
        timer_s=None if timer_s is None else min(timer_s, elapsed_s),
        distance_m=distance_m,
        name=activity.title,
        note=activity.note,
        streams=None if track is None else Streams(track.streams.t_s + lead_s, track.streams.channels),
        laps=laps,
        pauses=() if track is None else tuple((a + lead_s, b + lead_s) for a, b in track.pauses),
        totals=_totals(activity.laps, laps),
        device=Device(**activity.device),
        part=activity.part,
        flags=(("no_samples",) if track is None else track.flags) + (("naive_time",) if naive else ()),
    )


def _track(activity: _Activity, sport: Sport) -> tuple[Track | None, bool, int | None]:
    if not activity.points:
        return None, False, None
    times, segment, *texts = zip(*activity.points, strict=True)
    activity.points = []  # the texts take far more room than the numbers
    instants = parse_instants(list(times))
    columns = {channel: numbers(column) for channel, column in zip(_CHANNELS, texts, strict=True)}
    track = build_track(instants.epoch_s, columns, numbers(segment).astype(np.int64), sport)
    return track, instants.naive, instants.utc_offset_s


def _laps(laps: list[_Lap], starts: list[float | None], origin: float) -> tuple[Lap, ...]:
    result: list[Lap] = []
    for i, (lap, start) in enumerate(zip(laps, starts, strict=True)):
        if start is None:
            continue
        timer_s = lap.value("TotalTimeSeconds")
        following = next((s for s in starts[i + 1 :] if s is not None and s >= start), None)
        until_next_s = None if following is None else following - start
        elapsed_s = until_next_s if until_next_s is not None else timer_s
        result.append(
            Lap(
                start_s=max(start - origin, 0.0),
                elapsed_s=elapsed_s or 0.0,
                timer_s=timer_s,
                distance_m=lap.value("DistanceMeters"),
                avg_hr_bpm=lap.value("avg_hr_bpm") or None,
                max_hr_bpm=lap.value("max_hr_bpm") or None,
                trigger=_TRIGGERS.get(lap.fields.get("TriggerMethod", ""), ""),
                intensity=_INTENSITIES.get(lap.fields.get("Intensity", ""), ""),
            )
        )
    return tuple(result)


def _totals(raw: list[_Lap], laps: tuple[Lap, ...]) -> dict[str, float]:
    totals: dict[str, float] = {}
    calories = [c for lap in raw if (c := lap.value("Calories")) is not None]
    if sum(calories) > 0:
        totals["calories_kcal"] = sum(calories)
    weighted = [(lap.avg_hr_bpm, lap.timer_s) for lap in laps if lap.avg_hr_bpm and lap.timer_s]
    if weighted and len(weighted) == len(laps):
        totals["avg_hr_bpm"] = sum(hr * s for hr, s in weighted) / sum(s for _, s in weighted)
    highest = [lap.max_hr_bpm for lap in laps if lap.max_hr_bpm]
    if highest:
        totals["max_hr_bpm"] = max(highest)
    return totals
