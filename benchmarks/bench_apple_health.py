"""A year of Apple Health as export.xml of 1 GB, read in a limited process: MB a second, and memory.

The export is written to disk piece by piece; `--mb` makes a smaller one. What is compared is a parser that
reads every element (`xml.etree.ElementTree.iterparse`), which is what most scripts for these exports do.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import IO

from coach.pipeline.importing import reader_pool
from coach.providers.files.archive import walk

AIM_MB_PER_S, AIM_MEMORY_MB = 40.0, 300.0
WHOLE_MB = 1000
PEER_MB = 60
DAYS = 365
BEGIN = datetime(2025, 11, 1, tzinfo=UTC)
_Q = "HKQuantityTypeIdentifier"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
]>
<HealthData locale="ko_KR">
 <ExportDate value="2026-11-01 09:00:00 +0900"/>
"""
_DEVICE = (
    "&lt;&lt;HKDevice: 0x3011b2a80&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,2, software:12.1&gt;"
)
# What a watch and a phone write a day, by kind: share of the records, unit, typical value.
_KINDS = (
    (_Q + "ActiveEnergyBurned", 30, "kcal", 0.4),
    (_Q + "HeartRate", 24, "count/min", 80.0),
    (_Q + "BasalEnergyBurned", 20, "kcal", 1.2),
    (_Q + "DistanceWalkingRunning", 12, "km", 0.03),
    (_Q + "StepCount", 6, "count", 40.0),
    (_Q + "PhysicalEffort", 3, "kcal/hr·kg", 1.5),
    (_Q + "RunningSpeed", 1, "km/hr", 11.0),
    (_Q + "RunningPower", 1, "W", 240.0),
    (_Q + "EnvironmentalAudioExposure", 2, "dBASPL", 61.0),
    (_Q + "RespiratoryRate", 1, "count/min", 14.0),
)


def _stamp(moment: datetime) -> str:
    return f"{moment + timedelta(hours=9):%Y-%m-%d %H:%M:%S} +0900"


def _records(kind: str, unit: str, value: float, count: int, rng: random.Random) -> Iterator[str]:
    """Yield one kind's records over the year, as the Health app groups and writes them."""
    step_s = DAYS * 86_400 / count
    for i in range(count):
        stamp = _stamp(BEGIN + timedelta(seconds=int(i * step_s)))
        opening = (
            f' <Record type="{kind}" sourceName="하나의 Apple Watch" sourceVersion="12.1" device="{_DEVICE}" '
            f'unit="{unit}" creationDate="{stamp}" startDate="{stamp}" endDate="{stamp}" '
            f'value="{round(value * rng.uniform(0.8, 1.2), 3)}"'
        )
        if kind.endswith("HeartRate"):
            yield (
                f'{opening}>\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n'
                " </Record>\n"
            )
        else:
            yield opening + "/>\n"


def _days() -> Iterator[str]:
    for n in range(DAYS):
        day = BEGIN + timedelta(days=n)
        at = _stamp(day)
        for kind, unit, value in (
            ("RestingHeartRate", "count/min", 48 + n % 5),
            ("HeartRateVariabilitySDNN", "ms", 60 + n % 9),
            ("BodyMass", "kg", 66.0),
            ("VO2Max", "mL/min·kg", 51.2),
        ):
            yield (
                f' <Record type="{_Q}{kind}" sourceName="Watch" unit="{unit}" creationDate="{at}" '
                f'startDate="{at}" endDate="{at}" value="{value}"/>\n'
            )
        begun, ended = _stamp(day - timedelta(hours=10)), _stamp(day - timedelta(hours=3))
        yield (
            f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" creationDate="{at}" '
            f'startDate="{begun}" endDate="{ended}" value="HKCategoryValueSleepAnalysisAsleepCore"/>\n'
        )


def _workouts() -> Iterator[str]:
    """Yield four runs a week, each an hour long with a route."""
    for n in range(0, DAYS, 2):
        start = BEGIN + timedelta(days=n, hours=-3)
        yield (
            f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="60" durationUnit="min" '
            f'sourceName="Watch" creationDate="{_stamp(start)}" startDate="{_stamp(start)}" '
            f'endDate="{_stamp(start + timedelta(hours=1))}">\n'
            f'  <WorkoutStatistics type="{_Q}DistanceWalkingRunning" sum="11.1" unit="km"/>\n'
            f'  <WorkoutRoute><FileReference path="/workout-routes/route_{n}.gpx"/></WorkoutRoute>\n'
            " </Workout>\n"
        )


def write_xml(out: IO[bytes], mb: float) -> int:
    """Write an export of about `mb` megabytes and return its size; nothing is held in memory."""
    rng = random.Random(1)
    size = out.write(_HEAD.encode())
    shares = sum(share for _, share, _, _ in _KINDS)
    for kind, share, unit, value in _KINDS:
        count = int(mb * 1e6 / 415 * share / shares)
        block: list[str] = []
        for text in _records(kind, unit, value, max(count, 1), rng):
            block.append(text)
            if len(block) == 2000:
                size += out.write("".join(block).encode())
                block.clear()
        size += out.write("".join(block).encode())
    for text in (*_days(), *_workouts(), "</HealthData>\n"):
        size += out.write(text.encode())
    return size


def write_zip(path: Path, mb: float) -> int:
    """Write the zip of an export with its routes; return the size of the document in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("apple_health_export/내보내기.xml", "w", force_zip64=True) as out:
            size = write_xml(out, mb)
        for n in range(0, DAYS, 2):
            start = BEGIN + timedelta(days=n, hours=-3)
            points = (
                f'<trkpt lon="127.0" lat="{37.5 + s * 3e-5:.6f}"><ele>20</ele>'
                f"<time>{start + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
                for s in range(3600)
            )
            route = f'<gpx version="1.1"><trk><trkseg>{"".join(points)}</trkseg></trk></gpx>'
            archive.writestr(f"apple_health_export/workout-routes/route_{n}.gpx", route)
    return size


class _Peak:
    """Watches how much memory the processes below this one, and this one, take at most (VmHWM)."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        children = Path("/proc/self/task")
        while not self._end.wait(0.05):
            below = [
                number for task in children.iterdir() for number in (task / "children").read_text().split()
            ]
            self.mb = max([self.mb, *(_most_mb(number) for number in below)])


def _most_mb(process: str) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line[:6] == "VmHWM:"), 0.0)


def _read(path: Path) -> tuple[float, float, float, int]:
    """Return seconds, the reader's and our own peak memory in MB, and how many values and runs came out."""
    before_mb = _most_mb("self")
    with reader_pool(1) as pool, _Peak() as peak:
        begun = perf_counter()
        (found,) = [pool.read(name, data) for name, data in walk(path) if not isinstance(data, Exception)]
        took_s = perf_counter() - begun
        time.sleep(0.1)
    assert len(found.recordings) == len(range(0, DAYS, 2)), len(found.recordings)
    return took_s, peak.mb, _most_mb("self") - before_mb, len(found.daily) + len(found.recordings)


def _peer_mb_per_s(folder: Path) -> float:
    path = folder / "peer.xml"
    with path.open("wb") as out:
        size = write_xml(out, PEER_MB)
    begun = perf_counter()
    for _, element in ET.iterparse(path):
        element.clear()
    return size / 1e6 / (perf_counter() - begun)


def main() -> None:
    """Print how fast an export is read, bare and zipped, and how much memory that takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=WHOLE_MB)
    parser.add_argument("--folder", type=Path, help="where the export is written (needs twice its size)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place)
        peer = _peer_mb_per_s(folder)
        for name, write in (("export.xml", None), ("export.zip", write_zip)):
            path = folder / name
            if write is None:
                with path.open("wb") as out:
                    size = write_xml(out, options.mb)
            else:
                size = write(path, options.mb)
            took_s, reader_mb, ours_mb, _ = _read(path)
            speed = size / 1e6 / took_s
            print(
                f"{name} of {size / 1e6:.0f} MB, aim {AIM_MB_PER_S:.0f} MB/s | {speed:.0f} MB/s | "
                f"{peer:.0f} MB/s (iterparse) | {speed / peer:.2f}"
            )
            print(
                f"{name}, memory of the reader, aim {AIM_MEMORY_MB:.0f} MB | {reader_mb:.0f} MB | "
                f"{ours_mb:.0f} MB more in the importing process | {AIM_MEMORY_MB / reader_mb:.2f}"
            )
            path.unlink()


if __name__ == "__main__":
    main()
