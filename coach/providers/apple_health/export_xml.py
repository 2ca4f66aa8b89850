"""The Health app's own export (export.zip with export.xml), read as a stream: it may be gigabytes.

Only here a DTD is accepted, because Apple writes one into the file; entities and external references are not.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from array import array
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import IO
from xml.parsers import expat

import numpy as np

from coach.domain.activity import Floats
from coach.errors import NotAnActivity, TooLarge, UnreadableFile
from coach.providers.apple_health.days import Days, Measurement
from coach.providers.apple_health.export_records import RecordFilter
from coach.providers.apple_health.export_workouts import FOLDER, ExportedWorkout, workout_recording
from coach.providers.apple_health.sleep import Stretch, nights
from coach.providers.apple_health.stamps import parse_stamp
from coach.providers.apple_health.units import Quantity, convert
from coach.providers.files import limits, progress
from coach.providers.files.on_disk import OnDisk
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
_WANTED = frozenset({*_SAMPLED, *_DAILY, _SLEEP})


class Content:
    """What one pass over export.xml collects."""

    def __init__(self, name: str) -> None:
        self.file_name = name
        self.days = Days()
        self.stretches: list[Stretch] = []
        self.workouts: list[ExportedWorkout] = []
        # The samples of a channel over all time: begin in seconds since 1970, and value.
        self.series = {channel: (array("d"), array("d")) for channel, _, _ in _SAMPLED.values()}
        self.records = 0
        self.depth = 0
        self._workout: ExportedWorkout | None = None
        self._hours: dict[tuple[str, str], float] = {}

    def scan(
        self, stream: IO[bytes], size: int, *, most: int = limits.APPLE_EXPORT_BYTES, filtered: bool = True
    ) -> bool:
        """Read the stream to its end; return whether the document was complete.

        `size` is what it is said to be (for the progress), `most` the most that is read. Not `filtered`:
        every record goes through the parser, which gives the same and takes longer.
        """
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        records = RecordFilter(parser, self, _WANTED if filtered else None)
        done = 0
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                done += len(chunk)
                if done > most:
                    raise self._too_large(most)
                records.feed(chunk)
                progress.tell(done / max(size, 1))
            records.close()
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError):
            return False
        return True

    def record(
        self, kind: str, source: str, unit: str | None, start: str, end: str | None, value: str | None
    ) -> None:
        """Take one record."""
        if sampled := _SAMPLED.get(kind):
            channel, quantity, factor = sampled
            number = convert(value, unit, quantity)
            epoch_s = self._epoch_s(start)
            if number is not None and epoch_s is not None:
                epochs, values = self.series[channel]
                epochs.append(epoch_s)
                values.append(number * factor)
        elif daily := _DAILY.get(kind):
            name, quantity = daily
            number = convert(value, unit, quantity)
            with suppress(ValueError):
                day = date.fromisoformat(start[:10])
                if number is not None:
                    self.days.add(name, day, Measurement(start, number, source))
        elif kind == _SLEEP:
            state = _SLEEP_STATES.get((value or "").removeprefix("HKCategoryValueSleepAnalysis"))
            begin, finish = parse_stamp(start), parse_stamp(end)
            if state is not None and begin is not None and finish is not None:
                self.stretches.append(Stretch(state, begin, finish, source))

    def _too_large(self, most: int) -> TooLarge:
        if most < limits.APPLE_EXPORT_BYTES:
            return TooLarge("bomb", name=self.file_name, ratio=limits.RATIO)
        return TooLarge("file_too_large", name=self.file_name, limit_mb=most // limits.MIB)

    def _refuse(self, *_: object) -> int:
        raise UnreadableFile("xml_doctype", name=self.file_name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        get = attributes.get
        if tag == "Record":
            self.records += 1
            source, start = get("sourceName", ""), get("startDate", "")
            self.record(get("type", ""), source, get("unit"), start, get("endDate"), get("value"))
        elif tag == "Workout":
            self._workout = ExportedWorkout(attributes)
            self.workouts.append(self._workout)
        elif self._workout is not None:
            if tag == "WorkoutStatistics":
                self._workout.statistics[get("type", "")] = attributes
            elif tag == "MetadataEntry":
                self._workout.metadata[get("key", "")] = get("value", "")
            elif tag == "WorkoutEvent":
                self._workout.events.append((get("type", ""), get("date", "")))
            elif tag == "FileReference":
                self._workout.route = get("path", "")

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "Workout":
            self._workout = None

    def _epoch_s(self, stamp: str) -> float | None:
        """Read "2026-10-25 08:00:05 +0100"; there are millions, so each hour is worked out once."""
        key = stamp[:13], stamp[19:]
        hour = self._hours.get(key)
        try:
            if hour is None:
                midnight = datetime.strptime(stamp[:10] + stamp[19:], "%Y-%m-%d %z").timestamp()
                hour = self._hours[key] = midnight + int(stamp[11:13]) * 3600
            return hour + int(stamp[14:16]) * 60 + int(stamp[17:19])
        except ValueError:
            return None


def is_export_zip(data: bytes) -> bool:
    """Return whether a zip is the Health app's export (its folder keeps its name in every language)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(FOLDER in name for name in archive.namelist()[:1000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read_export(name: str, data: bytes | OnDisk) -> Parsed:
    """Read the Health app's export, the zip or the bare document: daily values, sleep, workouts with their
    routes and what the watch sampled during them.

    Raises NotAnActivity("health_empty") when nothing of use is inside, UnreadableFile for entities and
    damage, TooLarge.
    """
    with io.BytesIO(data) if isinstance(data, bytes) else data.path.open("rb") as stream:
        head = stream.read(4)
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if not head.startswith(b"PK"):
            content = Content(name)
            return _parsed(content, content.scan(stream, size), None)
        try:
            with zipfile.ZipFile(stream) as archive:
                return _read_archive(name, archive, size)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise UnreadableFile("damaged_entry", name=name) from None


def _read_archive(name: str, archive: zipfile.ZipFile, size: int) -> Parsed:
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
    most = min(limits.APPLE_EXPORT_BYTES, max(limits.RATIO_FROM_BYTES, size * limits.RATIO))
    content = Content(name)
    try:
        with archive.open(document) as stream:
            complete = content.scan(stream, document.file_size, most=most)
    except (NotImplementedError, RuntimeError):
        raise UnreadableFile("archive_method", name=name) from None
    return _parsed(content, complete, archive)


def _parsed(content: Content, complete: bool, archive: zipfile.ZipFile | None) -> Parsed:
    series: dict[str, tuple[Floats, Floats]] = {}
    for channel, (began, measured) in content.series.items():
        epoch_s = np.frombuffer(began, dtype=np.float64)
        values = np.frombuffer(measured, dtype=np.float64)
        if (epoch_s[1:] < epoch_s[:-1]).any():
            order = np.argsort(epoch_s, kind="stable")
            epoch_s, values = epoch_s[order], values[order]
        series[channel] = (epoch_s, values)
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
