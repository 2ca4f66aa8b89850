"""Reading GPX, TCX and Apple's export against the standard library; the pool against a process a file."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from coach.errors import CoachError
from coach.providers.apple_health.export_xml import read_export_xml
from coach.providers.files.gpx import read_gpx
from coach.providers.files.pool import ReaderPool
from coach.providers.files.tcx import read_tcx
from coach.providers.reading import read

POINTS = 20_000
START = datetime(2026, 10, 4, 6, tzinfo=UTC)
GPX_SPACE = "{http://www.topografix.com/GPX/1/1}"
TPX_SPACE = "{http://www.garmin.com/xmlschemas/TrackPointExtension/v1}"
TCX_SPACE = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"


def stamp(second: int) -> str:
    return (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def gpx(points: int) -> bytes:
    """Return a run at 1 Hz as Garmin Connect writes it."""
    rows = "".join(
        f'<trkpt lat="{37.5 + s * 2e-5:.7f}" lon="127.0231456"><ele>{20 + math.sin(s / 300):.2f}</ele>'
        f"<time>{stamp(s)}</time><extensions><t:TrackPointExtension><t:atemp>12.0</t:atemp><t:hr>"
        f"{150 + s % 9}</t:hr><t:cad>{84 + s % 4}</t:cad></t:TrackPointExtension></extensions></trkpt>\n"
        for s in range(points)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="{GPX_SPACE[1:-1]}" '
        f'xmlns:t="{TPX_SPACE[1:-1]}"><trk><type>running</type><trkseg>{rows}</trkseg></trk></gpx>'
    ).encode()


def tcx(points: int) -> bytes:
    """Return a run at 1 Hz as Garmin Connect writes it."""
    rows = "".join(
        f"<Trackpoint><Time>{stamp(s)}</Time>"
        f"<Position><LatitudeDegrees>{37.5 + s * 2e-5:.9f}</LatitudeDegrees>"
        f"<LongitudeDegrees>127.0231456</LongitudeDegrees></Position>"
        f"<AltitudeMeters>20.5</AltitudeMeters><DistanceMeters>{s * 2.2:.2f}</DistanceMeters>"
        f"<HeartRateBpm><Value>{150 + s % 9}</Value></HeartRateBpm></Trackpoint>\n"
        for s in range(points)
    )
    return (
        f'<TrainingCenterDatabase xmlns="{TCX_SPACE[1:-1]}"><Activities><Activity Sport="Running">'
        f'<Id>{stamp(0)}</Id><Lap StartTime="{stamp(0)}"><TotalTimeSeconds>{points}</TotalTimeSeconds>'
        f"<Track>{rows}</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def gpx_by_tree(data: bytes) -> int:
    """Read the same values into lists with ElementTree."""
    rows = []
    for point in ElementTree.fromstring(data).iter(GPX_SPACE + "trkpt"):
        inside = point.find(f"{GPX_SPACE}extensions/{TPX_SPACE}TrackPointExtension")
        assert inside is not None
        rows.append(
            (
                datetime.fromisoformat(point.findtext(GPX_SPACE + "time", "")),
                float(point.attrib["lat"]),
                float(point.attrib["lon"]),
                float(point.findtext(GPX_SPACE + "ele", "nan")),
                *(float(inside.findtext(TPX_SPACE + tag, "nan")) for tag in ("atemp", "hr", "cad")),
            )
        )
    return len(rows)


def tcx_by_tree(data: bytes) -> int:
    """Read the same values into lists with ElementTree."""
    paths = (
        "Position/{0}LatitudeDegrees",
        "Position/{0}LongitudeDegrees",
        "AltitudeMeters",
        "DistanceMeters",
        "HeartRateBpm/{0}Value",
    )
    fields = [TCX_SPACE + path.format(TCX_SPACE) for path in paths]
    rows = [
        (
            datetime.fromisoformat(point.findtext(TCX_SPACE + "Time", "")),
            *(float(point.findtext(f, "nan")) for f in fields),
        )
        for point in ElementTree.fromstring(data).iter(TCX_SPACE + "Trackpoint")
    ]
    return len(rows)


def apple_export(records: int) -> bytes:
    """Return an export.xml of heart rates, which is what nearly all of a real one is."""
    rows = "".join(
        f'<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" sourceVersion="11.0" '
        f'unit="count/min" creationDate="{day} +0900" startDate="{day} +0900" endDate="{day} +0900" '
        f'value="{50 + s % 100}"/>\n'
        for s in range(records)
        for day in [(START + timedelta(seconds=5 * s)).strftime("%Y-%m-%d %H:%M:%S")]
    )
    rest = (
        '<Record type="HKQuantityTypeIdentifierBodyMass" unit="kg" value="70" '
        'startDate="2026-10-04 07:00:00 +0900"/>'
    )
    return f"<!DOCTYPE HealthData [<!ELEMENT a ANY>]><HealthData>{rows}{rest}</HealthData>".encode()


def apple_by_iterparse(data: bytes) -> int:
    """Read heart rate and its time with iterparse."""
    rows = []
    for _, element in ElementTree.iterparse(io.BytesIO(data)):
        if element.get("type", "").endswith("HeartRate"):
            when = datetime.strptime(element.get("startDate", ""), "%Y-%m-%d %H:%M:%S %z")
            rows.append((when, float(element.get("value", "nan"))))
        element.clear()
    return len(rows)


def best_s(work: Callable[[], object], times: int = 3) -> float:
    """Return the least processor time of several tries."""
    return min(_cpu_s(work) for _ in range(times))


def _cpu_s(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def pool_rates(data: bytes, warm: int = 200, cold: int = 6) -> tuple[float, float]:
    """Return files a second of a warm pool of two, and of two processes started for each file."""
    with ReaderPool(read) as pool:
        list(pool.map([("warm.gpx", data)] * 4))
        began = perf_counter()
        assert not any(isinstance(r, CoachError) for _, r in pool.map([("a.gpx", data)] * warm))
        warm_rate = warm / (perf_counter() - began)
    began = perf_counter()
    for _ in range(cold // 2):
        with ReaderPool(read) as pool:
            list(pool.map([("a.gpx", data)] * 2))
    return warm_rate, cold / (perf_counter() - began)


def main() -> None:
    """Print what was measured."""
    run_gpx, run_tcx, export = gpx(POINTS), tcx(POINTS), apple_export(60_000)
    print("name | ours | standard library | ratio")
    for name, size, unit, ours, theirs in (
        ("GPX points", POINTS, "k/s", lambda: read_gpx("x", run_gpx), lambda: gpx_by_tree(run_gpx)),
        ("TCX points", POINTS, "k/s", lambda: read_tcx("x", run_tcx), lambda: tcx_by_tree(run_tcx)),
        (
            "Apple export.xml",
            len(export) / 1e3,
            "MB/s",
            lambda: read_export_xml("x", export),
            lambda: apple_by_iterparse(export),
        ),
    ):
        ours_s, theirs_s = best_s(ours), best_s(theirs)
        rates = (f"{size / seconds / 1e3:.0f} {unit}" for seconds in (ours_s, theirs_s))
        print(f"{name} | {' | '.join(rates)} | {theirs_s / ours_s:.1f}×")
    warm, cold = pool_rates(gpx(300))
    print(f"small files, against a process a file | {warm:.0f}/s | {cold:.1f}/s | {warm / cold:.0f}×")


if __name__ == "__main__":
    main()
