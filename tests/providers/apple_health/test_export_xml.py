"""Apple's own export: a stream of records with an inline DTD, in a zip with routes."""

from __future__ import annotations

import io
import os
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from coach.domain.activity import Sport
from coach.errors import CoachError, NotAnActivity, UnreadableFile
from coach.providers.apple_health.export_xml import read_export
from coach.providers.reading import read

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<!DOCTYPE HealthData [\n<!-- version 14 -->\n<!ELEMENT HealthData ANY>\n]>\n"
)
Q = "HKQuantityTypeIdentifier"


def record(kind: str, value: object, unit: str, time: str, source: str = "Watch") -> str:
    moment = f"2026-10-03 {time} +0900"
    return (
        f'<Record type="{kind}" sourceName="{source}" unit="{unit}" value="{value}" '
        f'startDate="{moment}" endDate="{moment}"/>'
    )


def sleep(state: str, start: str, end: str) -> str:
    return (
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="{start} +0900" '
        f'endDate="{end} +0900" value="HKCategoryValueSleepAnalysis{state}"/>'
    )


WORKOUT = (
    '<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="9.5" durationUnit="min" '
    'sourceName="Watch" startDate="2026-10-03 06:30:00 +0900" endDate="2026-10-03 06:40:00 +0900">'
    '<MetadataEntry key="HKIndoorWorkout" value="0"/>'
    '<MetadataEntry key="HKElevationAscended" value="1234 cm"/>'
    '<WorkoutEvent type="HKWorkoutEventTypePause" date="2026-10-03 06:35:00 +0900"/>'
    '<WorkoutEvent type="HKWorkoutEventTypeResume" date="2026-10-03 06:35:30 +0900"/>'
    f'<WorkoutStatistics type="{Q}DistanceWalkingRunning" sum="2" unit="km"/>'
    f'<WorkoutStatistics type="{Q}HeartRate" average="150" maximum="171" unit="count/min"/>'
    '<WorkoutRoute><FileReference path="/workout-routes/route.gpx"/></WorkoutRoute></Workout>'
)
ROUTE = (
    '<gpx version="1.1"><trk><trkseg>'
    + "".join(
        f'<trkpt lat="{37.5 + s * 1e-5}" lon="127"><ele>20</ele>'
        f"<time>2026-10-02T21:30:{s:02d}Z</time></trkpt>"
        for s in range(60)
    )
    + "</trkseg></trk></gpx>"
)
RECORDS = "".join(
    (
        *(record(Q + "HeartRate", 140 + s, "count/min", f"06:30:{s:02d}") for s in range(0, 60, 5)),
        record(Q + "HeartRate", 55, "count/min", "12:00:00"),
        record(Q + "RunningPower", 260, "W", "06:30:10"),
        record(Q + "RunningStrideLength", 1.1, "m", "06:30:10"),
        record(Q + "StepCount", 4000, "count", "08:00:00", "iPhone"),
        record(Q + "StepCount", 5000, "count", "08:00:00", "Watch"),
        record(Q + "StepCount", 600, "count", "09:00:00", "Watch"),
        record(Q + "BodyMass", 154.3, "lb", "07:00:00"),
        record(Q + "OxygenSaturation", 0.97, "%", "03:00:00"),
        record(Q + "RestingHeartRate", 48, "count/min", "00:00:00"),
        sleep("AsleepCore", "2026-10-02 23:00:00", "2026-10-03 03:00:00"),
        sleep("AsleepREM", "2026-10-03 03:00:00", "2026-10-03 05:00:00"),
    )
)


def document(inside: str) -> bytes:
    return f'{HEAD}<HealthData locale="ko_KR">{inside}</HealthData>'.encode()


def export_zip(xml: bytes, name: str = "export.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"apple_health_export/{name}", xml)
        archive.writestr("apple_health_export/export_cda.xml", b"<ClinicalDocument/>" * 1000)
        archive.writestr("apple_health_export/workout-routes/route.gpx", ROUTE)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["export.xml", "내보내기.xml"])
def test_a_whole_export(name: str) -> None:
    parsed = read("export.zip", export_zip(document(RECORDS + WORKOUT), name))
    day = {v.name: v.value for v in parsed.daily if v.day == date(2026, 10, 3)}
    assert day == {
        "steps": 5600,  # the watch's; the phone counted the same steps
        "weight_kg": pytest.approx(69.989, abs=0.001), "spo2_pct": pytest.approx(97), "rhr_bpm": 48,
        "sleep_s": 21_600, "sleep_light_s": 14_400, "sleep_rem_s": 7_200,
        "sleep_start_min": -60, "sleep_end_min": 300,
    }  # fmt: skip
    (run,) = parsed.recordings
    assert (run.sport, run.start) == (Sport.run, datetime(2026, 10, 2, 21, 30, tzinfo=UTC))
    assert (run.elapsed_s, run.timer_s, run.distance_m, run.utc_offset_s) == (600, 570, 2000, 32_400)
    assert run.pauses == ((300, 330),)
    assert run.totals == {"avg_hr_bpm": 150, "max_hr_bpm": 171, "ascent_m": pytest.approx(12.34)}
    assert run.streams is not None
    channels = run.streams.channels
    assert len(run.streams) == 60
    assert channels["hr_bpm"][[0, 4, 5, 59]].tolist() == [140, 140, 145, 195]
    assert channels["power_w"][10] == 260
    assert channels["stride_length_m"][10] == pytest.approx(2.2)  # two steps
    assert np.isnan(channels["lat_deg"]).sum() == 0
    assert 12 <= channels["distance_m"][-1] <= 70


def test_the_bare_document_and_a_document_that_breaks_off() -> None:
    data = document(RECORDS + WORKOUT)
    assert read("export.xml", data).format == "apple_export"
    cut = read("export.xml", data[: data.index(b"<Workout ")])
    assert cut.flags == ("truncated",)
    assert cut.daily


@pytest.mark.parametrize("dtd", [
    '<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    '<!DOCTYPE HealthData [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
])  # fmt: skip
def test_entities_are_refused(dtd: str) -> None:
    with pytest.raises(UnreadableFile, match="xml_doctype"):
        read_export("export.xml", f"{dtd}<HealthData>&a;</HealthData>".encode())


def test_an_external_dtd_is_never_fetched() -> None:
    data = b'<!DOCTYPE HealthData SYSTEM "http://127.0.0.1:9/x.dtd"><HealthData/>'
    with pytest.raises(NotAnActivity, match="health_empty"):
        read_export("export.xml", data)


def test_a_damaged_zip_is_told() -> None:
    rng = random.Random(11)
    whole = export_zip(document(RECORDS + WORKOUT))
    outcomes = set()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(3):
            data[rng.randrange(len(data))] = rng.randrange(256)
        del data[10 : 10 + rng.randrange(3)]
        outcomes.add(outcome(bytes(data)))
    assert {"read", "damaged_entry"} <= outcomes


def outcome(data: bytes) -> str:
    try:
        read("export.zip", data)
    except CoachError as error:
        return error.key
    return "read"


def test_nothing_of_use() -> None:
    with pytest.raises(NotAnActivity, match="health_empty"):
        read("export.xml", document(record(Q + "DietaryWater", 1, "L", "10:00:00")))


SAMPLES = os.environ.get("HANBAL_SAMPLES")


@pytest.mark.skipif(not SAMPLES, reason="HANBAL_SAMPLES names no folder of real recordings")
def test_the_sample() -> None:
    assert SAMPLES is not None
    path = Path(SAMPLES) / "apple_health" / "SYNTHETIC_apple_export.zip"
    (run,) = read(path.name, path.read_bytes()).recordings
    assert run.distance_m == pytest.approx(5.01 * 1609.344)
    assert run.pauses == ((1200, 1240),)
