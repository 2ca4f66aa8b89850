"""An Apple Health export on disk: it is never passed on nor kept whole, and its reading can be followed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pipeline_runs import NOW, Coach

from benchmarks.bench_apple_health import write_xml, write_zip
from coach.errors import CoachError
from coach.pipeline import importing
from coach.providers.files import limits
from coach.providers.files.archive import walk
from coach.providers.files.on_disk import OnDisk
from coach.store import files
from coach.store.imports import Item

Q = "HKQuantityTypeIdentifier"
WHEN = 'startDate="2026-10-02 07:00:00 +0900" endDate="2026-10-02 07:30:00 +0900"'
MADE = 'creationDate="2026-10-02 07:00:00 +0900"'
WATER = f'<Record type="{Q}DietaryWater" sourceName="x" {MADE} {WHEN} value="1"/>\n'
EXPORT = (
    '<?xml version="1.0"?>\n<!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]>\n<HealthData>\n'
    f'<Record type="{Q}RestingHeartRate" sourceName="x" unit="count/min" {WHEN} value="48"/>\n'
    f'{WATER * 20_000}<Workout workoutActivityType="HKWorkoutActivityTypeRunning" {WHEN} sourceName="x"/>\n'
    "</HealthData>\n"
)


def test_an_export_is_noted_read_where_it_lies_and_followed(coach: Coach, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/내보내기.xml", EXPORT)
    ((_, entry),) = walk(path)
    assert isinstance(entry, OnDisk)
    assert entry.unpacked_bytes > 5 * entry.size
    items: list[Item] = []
    heard: list[tuple[str, float]] = []
    for _ in range(2):
        importing.import_paths(
            coach.db, coach.athlete_id, walk(path), pool=coach.readers, now=NOW, channel="test",
            report=items.append, reading=lambda name, part: heard.append((name, part)),
        )  # fmt: skip
    days = items[0]
    assert [i.outcome for i in items] == ["imported", "imported", "duplicate"]
    parts = [part for _, part in heard]
    assert {name for name, _ in heard} == {"export.zip"}
    assert 0 < parts[0] < 0.5 < parts[-1] <= 1
    assert days.file_id is not None
    with coach.db.athlete_session(coach.athlete_id) as s:
        kept = files.get(s, days.file_id)
        assert (kept.size, kept.sha256, kept.format) == (path.stat().st_size, entry.sha256(), "apple_export")
        assert files.content(s, days.file_id) == b""


def test_the_bare_document_lies_on_disk_too_and_inside_of_a_zip_it_does_not(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    with path.open("wb") as out:
        write_xml(out, 0.2)
    ((_, entry),) = walk(path)
    assert isinstance(entry, OnDisk)
    outer = tmp_path / "all.zip"
    inner = tmp_path / "export.zip"
    write_zip(inner, 0.05)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "export.zip")
    ((_, packed),) = walk(outer)
    assert isinstance(packed, bytes)


def test_an_export_beyond_all_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "export.xml"
    with path.open("wb") as out:
        write_xml(out, 0.2)
    monkeypatch.setattr(limits, "APPLE_EXPORT_BYTES", 100_000)
    ((_, entry),) = walk(path)
    assert isinstance(entry, CoachError)
    assert entry.key == "file_too_large"


def test_a_file_that_is_gone_when_it_is_read_costs_only_itself(coach: Coach, tmp_path: Path) -> None:
    gone = OnDisk(tmp_path / "gone.zip", 10, 10)
    (item,) = coach.bring(("gone.zip", gone))
    assert item.reason_key == "file_not_accessible"
