"""Account exports of Garmin and folders of COROS: what is read, and what is named as left out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pipeline_runs import NOW, Coach, recording

from coach.domain.source import Source
from coach.errors import CoachError
from coach.pipeline import importing
from coach.providers.files.archive import walk
from coach.providers.files.fit import encode_activity
from coach.providers.reading import read
from coach.store import daily
from coach.store.imports import Item

START = datetime(2026, 9, 1, 21, 30, tzinfo=UTC)
ROOT = "DI_CONNECT/"
NIGHT = {
    "calendarDate": "2026-09-02", "sleepStartTimestampGMT": "2026-09-01T14:10:00.0",
    "sleepEndTimestampGMT": "2026-09-01T21:40:00.0", "deepSleepSeconds": 3600, "lightSleepSeconds": 14_400,
    "remSleepSeconds": 7200, "awakeSleepSeconds": 600, "sleepScores": {"overallScore": 81},
    "averageRespiration": 13.0,
}  # fmt: skip
DAY = {
    "calendarDate": {"date": "Sep 2, 2026 12:00:00 AM"}, "totalSteps": 9012, "restingHeartRate": 47,
    "allDayStress": {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": 28}, {"type": "AWAKE"}]},
    "bodyBattery": {"bodyBatteryStatList": [
        {"bodyBatteryStatType": "HIGHEST", "statsValue": 91},
        {"bodyBatteryStatType": "LOWEST", "statsValue": 20},
    ]},
}  # fmt: skip
STATUS = {
    "calendarDate": "2026-09-02",
    "metrics": [{"type": "HRV", "value": 61.0}, {"type": "HR", "value": 1}],
}
WEIGHT = {"metaData": {"calendarDate": "2026-09-02T07:00:00.0"}, "weight": {"weight": 66_400.0}}
VALUES = {
    "sleep_deep_s": 3600, "sleep_light_s": 14_400, "sleep_rem_s": 7200, "sleep_awake_s": 600,
    "sleep_s": 25_200, "sleep_score": 81, "respiration_brpm": 13, "steps": 9012, "rhr_bpm": 47,
    "stress_avg": 28,
    "body_battery_high": 91, "body_battery_low": 20, "hrv_rmssd_ms": 61, "weight_kg": 66.4,
}  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def run(n: int) -> bytes:
    return encode_activity(recording(START + timedelta(days=n), seed=n))


def garmin_export() -> bytes:
    uploads = {f"me@example.com_{n}.fit": run(n) for n in range(2)}
    return zipped(
        {
            f"{ROOT}DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": zipped(uploads),
            f"{ROOT}DI-Connect-Wellness/2026-09_1_sleepData.json": json.dumps([NIGHT]).encode(),
            f"{ROOT}DI-Connect-Wellness/1_healthStatusData.json": json.dumps([STATUS]).encode(),
            f"{ROOT}DI-Connect-Wellness/1_userBioMetrics.json": json.dumps([WEIGHT]).encode(),
            f"{ROOT}DI-Connect-Aggregator/UDSFile_2026-09.json": json.dumps([DAY]).encode(),
            f"{ROOT}DI-Connect-User/user_profile.json": b'{"firstName": "Hana"}',
        }
    )


def imported(coach: Coach, path: Path) -> list[Item]:
    items: list[Item] = []
    importing.import_paths(
        coach.db,
        coach.athlete_id,
        walk(path),
        pool=coach.readers,
        now=NOW,
        channel="test",
        report=items.append,
    )
    return items


def test_a_garmin_export(coach: Coach, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(garmin_export())
    items = imported(coach, path)
    assert sorted(i.outcome for i in items) == [*["imported"] * 6, "not_an_activity"]
    (left_out,) = [i for i in items if i.outcome == "not_an_activity"]
    assert (left_out.reason_key, left_out.file.rsplit("/")[-1]) == ("garmin_other", "user_profile.json")
    with coach.db.athlete_session(coach.athlete_id) as s:
        found = daily.values(s, coach.athlete_id, None, date(2026, 9, 1), date(2026, 9, 30))
    assert {v.name: v.value for v in found} == VALUES
    assert {(v.day, v.source) for v in found} == {(date(2026, 9, 2), Source.archive)}
    assert {i.outcome for i in imported(coach, path)} == {"duplicate", "not_an_activity"}


def test_a_folder_of_coros(coach: Coach, tmp_path: Path) -> None:
    folder = tmp_path / "COROS"
    folder.mkdir()
    (folder / "run.fit").write_bytes(run(5))
    (folder / "run.csv").write_text("Time,Distance,HR\n0:01,0.003,120\n", encoding="utf-8")
    outcomes = {i.file.rsplit("/")[-1]: (i.outcome, i.reason_key) for i in imported(coach, folder)}
    assert outcomes == {"run.fit": ("imported", None), "run.csv": ("not_an_activity", "other_table")}


@pytest.mark.parametrize("rows", [
    [], {}, [None], [{"calendarDate": None, "totalSteps": 5}], [{**NIGHT, "calendarDate": "2026-99-01"}],
    [{"calendarDate": "2026-09-02", "restingHeartRate": True, "totalSteps": "9"}],
    [{"calendarDate": "2026-09-02", "restingHeartRate": 10**400, "totalSteps": -5}],
    [{"calendarDate": {"date": 7}, "totalSteps": 10}], [{"calendarDate": "2026-09-02", "metrics": [1, {}]}],
    [{"metaData": {}, "weight": {"weight": None}}], [{"deepSleepSeconds": 0, "calendarDate": "2026-09-02"}],
])  # fmt: skip
def test_rows_that_make_no_sense_are_left_out(rows: Any) -> None:
    with pytest.raises(CoachError, match="garmin_other"):
        read(ROOT + "x.json", json.dumps(rows).encode())
