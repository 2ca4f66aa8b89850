"""The Health app's own export (export.zip with export.xml), read as a stream: it may be gigabytes.

Only here a DTD is accepted, because Apple writes one into the file; entities and external references are not.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO
from xml.parsers import expat

import numpy as np

from coach.domain.activity import Floats
from coach.errors import NotAnActivity, TooLarge, UnreadableFile
from coach.providers.apple_health.days import Days, Measurement
from coach.providers.apple_health.export_workouts import FOLDER, ExportedWorkout, workout_recording
from coach.providers.apple_health.sleep import Stretch, nights
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.apple_health.units import Quantity, convert
from coach.providers.files import limits
from coach.providers.files.parsed import Parsed

_CHUNK_BYTES = limits.MIB
_Q = "HKQuantityTypeIdentifier"
_DAILY: Mapping[str, tuple[str, Quantity]] = {
    _Q + "RestingHeartRate": ("rhr_bpm", "plain"),
    _Q + "HeartRateVariabilitySDNN": ("hrv_sdnn_ms", "plain"),
    _Q + "BodyMass": ("weight_kg", "mass_kg"),
    _Q + "BodyFatPercentage": ("body_fat_pct", "pct"),
    _Q + "VO2Max": ("vo2max", "plain"),
    _Q + "StepCount": ("steps", "plain"),
    _Q + "RespiratoryRate": ("respiration_brpm", "plain"),
    _Q + "OxygenSaturation": ("spo2_pct", "pct"),
}
# Quantities recorded during workouts → channel, what the unit measures, factor to the channel's unit.
_SAMPLED: Mapping[str, tuple[str, Quantity, float]] = {
    _Q + "HeartRate": ("hr_bpm", "plain", 1.0),
    _Q + "RunningSpeed": ("speed_mps", "speed_mps", 1.0),
    _Q + "RunningPower": ("power_w", "plain", 1.0),
    _Q + "RunningStrideLength": ("stride_length_m", "length_m", 2.0),  # Apple's stride is one step
    _Q + "RunningVerticalOscillation": ("vertical_oscillation_mm", "length_m", 1000.0),
    _Q + "RunningGroundContactTime": ("ground_contact_ms", "plain", 1.0),
}
_SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
_SLEEP_STATES = {
    "InBed": "in_bed_s",
    "Awake": "sleep_awake_s",
    "Asleep": "sleep_s",
    "AsleepUnspecified": "sleep_s",
    "AsleepCore": "sleep_light_s",
    "AsleepDeep": "sleep_deep_s",
    "AsleepREM": "sleep_rem_s",
}


@dataclass
class _Series:
    """The samples of one channel over all time: begin in seconds since 1970, and value."""

    epoch_s: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))


class _Content:
    """What one pass over export.xml collects."""

    def __init__(self, name: str) -> None:
        self.file_name = name
        self.days = Days()
        self.stretches: list[Stretch] = []
        self.workouts: list[ExportedWorkout] = []
        self.series = {channel: _Series() for channel, _, _ in _SAMPLED.values()}
        self.records = 0
        self._workout: ExportedWorkout | None = None
        self._midnights: dict[str, float] = {}

    def scan(self, stream: IO[bytes]) -> bool:
        """Read the stream to its end; return whether the document was complete."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        size = 0
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > limits.APPLE_EXPORT_BYTES:
                    raise TooLarge(
                        "file_too_large",
                        name=self.file_name,
                        limit_mb=limits.APPLE_EXPORT_BYTES // limits.MIB,
                    )
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError):
            return False
        return True

    def _refuse(self, *_: object) -> int:
        raise UnreadableFile("xml_doctype", name=self.file_name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Record":
            self._record(attributes)
        elif tag == "Workout":
            self._workout = ExportedWorkout(attributes)
            self.workouts.append(self._workout)
        elif self._workout is not None:
            if tag == "WorkoutStatistics":
                self._workout.statistics[attributes.get("type", "")] = attributes
            elif tag == "MetadataEntry":
                self._workout.metadata[attributes.get("key", "")] = attributes.get("value", "")
            elif tag == "WorkoutEvent":
                self._workout.events.append((attributes.get("type", ""), attributes.get("date", "")))
            elif tag == "FileReference":
                self._workout.route = attributes.get("path", "")

    def _end(self, tag: str) -> None:
        if tag == "Workout":
            self._workout = None

    def _record(self, attributes: dict[str, str]) -> None:
        get = attributes.get
        kind = get("type", "")
        self.records += 1
        if sampled := _SAMPLED.get(kind):
            channel, quantity, factor = sampled
            value = convert(get("value"), get("unit"), quantity)
            epoch_s = self._epoch_s(get("startDate", ""))
            if value is not None and epoch_s is not None:
                self.series[channel].epoch_s.append(epoch_s)
                self.series[channel].values.append(value * factor)
        elif daily := _DAILY.get(kind):
            name, quantity = daily
            value = convert(get("value"), get("unit"), quantity)
            stamp = get("startDate", "")
            try:
                day = date.fromisoformat(stamp[:10])
            except ValueError:
                return
            if value is not None:
                self.days.add(name, day, Measurement(stamp, value, get("sourceName", "")))
        elif kind == _SLEEP:
            state = _SLEEP_STATES.get(get("value", "").removeprefix("HKCategoryValueSleepAnalysis"))
            start, end = parse_stamp(get("startDate")), parse_stamp(get("endDate"))
            if state is not None and start is not None and end is not None:
                self.stretches.append(Stretch(state, start, end, get("sourceName", "")))

    def _epoch_s(self, stamp: str) -> float | None:
        """Read "2026-10-25 08:00:05 +0100"; there are millions, so a day and offset are worked out once."""
        key = stamp[:10] + stamp[19:]
        midnight = self._midnights.get(key)
        try:
            if midnight is None:
                midnight = datetime.strptime(key, "%Y-%m-%d %z").timestamp()
                self._midnights[key] = midnight
            return midnight + int(stamp[11:13]) * 3600 + int(stamp[14:16]) * 60 + int(stamp[17:19])
        except ValueError:
            return None


def is_export_zip(data: bytes) -> bool:
    """Return whether a zip is the Health app's export (its folder keeps its name in every language)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(FOLDER in name for name in archive.namelist()[:1000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read_export_zip(name: str, data: bytes) -> Parsed:
    """Read the zip: export.xml and the routes of its workouts. Raises as read_export_xml."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        documents = [
            info
            for info in archive.infolist()
            if FOLDER in info.filename
            and info.filename.endswith(".xml")
            and info.filename.count("/") == 1
            and not info.filename.endswith("_cda.xml")  # clinical documents
        ]
        if not documents:
            raise NotAnActivity("health_empty", name=name)
        # The name is translated ("내보내기.xml"); the largest is the data.
        document = max(documents, key=lambda info: info.file_size)
        if document.flag_bits & 0x1:
            raise UnreadableFile("encrypted", name=name)
        content = _Content(name)
        try:
            with archive.open(document) as stream:
                complete = content.scan(stream)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise UnreadableFile("damaged_entry", name=name) from None
        except (NotImplementedError, RuntimeError):
            raise UnreadableFile("archive_method", name=name) from None
        return _parsed(content, complete, archive)


def read_export_xml(name: str, data: bytes) -> Parsed:
    """Read export.xml: daily values, sleep, workouts with what the watch sampled during them.

    Raises NotAnActivity("health_empty") when nothing of use is inside, UnreadableFile for entities.
    """
    content = _Content(name)
    complete = content.scan(io.BytesIO(data))
    return _parsed(content, complete, None)


def _parsed(content: _Content, complete: bool, archive: zipfile.ZipFile | None) -> Parsed:
    series: dict[str, tuple[Floats, Floats]] = {}
    for channel, samples in content.series.items():
        epoch_s = np.frombuffer(samples.epoch_s, dtype=np.float64)
        order = np.argsort(epoch_s, kind="stable")
        series[channel] = (epoch_s[order], np.frombuffer(samples.values, dtype=np.float64)[order])
    recordings = [workout_recording(w, series, archive) for w in content.workouts]
    kept = tuple(r for r in recordings if r is not None)
    daily = (*content.days.values(), *nights(content.stretches))
    if not kept and not daily:
        key = "health_empty" if complete else "bad_xml"
        raise (NotAnActivity if complete else UnreadableFile)(key, name=content.file_name)
    return Parsed(
        format="apple_export",
        recordings=kept,
        daily=daily,
        records=content.records,
        flags=() if complete else ("truncated",),
    )
