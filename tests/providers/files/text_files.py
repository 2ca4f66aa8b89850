"""Writes GPX, TCX and zip files for tests, the way the exporters do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 3, 6, 30, tzinfo=UTC)
LAT, LON = 37.5665, 126.9780
# One hundred-thousandth of a degree of latitude on the mean sphere.
STEP_M = 1.11195


def stamp(second: float) -> str:
    return (START + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gpx_point(second: float, *, step: int = 0, time: str | None = None, inside: str = "") -> str:
    when = stamp(second) if time is None else time
    shown = f"<time>{when}</time>" if when else ""
    return f'<trkpt lat="{LAT + step * 1e-5:.6f}" lon="{LON:.6f}"><ele>20.5</ele>{shown}{inside}</trkpt>'


def gpx_extension(hr: int = 150, cad: int = 85, version: int = 1) -> str:
    return (
        f"<extensions><gpxtpx{version}:TrackPointExtension><gpxtpx{version}:hr>{hr}</gpxtpx{version}:hr>"
        f"<gpxtpx{version}:cad>{cad}</gpxtpx{version}:cad></gpxtpx{version}:TrackPointExtension></extensions>"
    )


def gpx(
    *tracks: Iterable[Iterable[str]], kind: str = "running", version: str = "1.1", head: str = ""
) -> bytes:
    """Each track is a list of segments, each segment a list of points."""
    names = "".join(
        f' xmlns:gpxtpx{v}="http://www.garmin.com/xmlschemas/TrackPointExtension/v{v}"' for v in (1, 2)
    )
    body = "".join(
        "<trk><name>아침 달리기</name>"
        + (f"<type>{kind}</type>" if kind else "")
        + "".join(f"<trkseg>{''.join(segment)}</trkseg>" for segment in track)
        + "</trk>"
        for track in tracks
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="{version}" creator="Test Watch"{names} '
        f'xmlns="http://www.topografix.com/GPX/{version.replace(".", "/")}">{head}{body}</gpx>'
    ).encode()


def steady_gpx(seconds: int = 60, step: int = 3, **more: str) -> bytes:
    return gpx([[gpx_point(s, step=s * step, inside=gpx_extension()) for s in range(seconds)]], **more)


def tcx_point(
    second: float, distance_m: float | None = None, *, inside: str = "", place: bool = False
) -> str:
    position = (
        f"<Position><LatitudeDegrees>{LAT}</LatitudeDegrees>"
        f"<LongitudeDegrees>{LON + second * 1e-5}</LongitudeDegrees></Position>"
        if place
        else ""
    )
    distance = "" if distance_m is None else f"<DistanceMeters>{distance_m}</DistanceMeters>"
    return f"<Trackpoint><Time>{stamp(second)}</Time>{position}{distance}{inside}</Trackpoint>"


def tcx_lap(start: float, seconds: float, metres: float, *tracks: str, more: str = "") -> str:
    body = "".join(f"<Track>{track}</Track>" for track in tracks)
    return (
        f'<Lap StartTime="{stamp(start)}"><TotalTimeSeconds>{seconds}</TotalTimeSeconds>'
        f"<DistanceMeters>{metres}</DistanceMeters><Calories>50</Calories>{more}"
        f"<Intensity>Active</Intensity><TriggerMethod>Distance</TriggerMethod>{body}</Lap>"
    )


def tcx_activity(*laps: str, sport: str = "Running", start: float = 0, more: str = "") -> str:
    return f'<Activity Sport="{sport}"><Id>{stamp(start)}</Id>{"".join(laps)}{more}</Activity>'


def tcx(*activities: str, wrap: str = "Activities") -> bytes:
    space = "http://www.garmin.com/xmlschemas"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase '
        f'xmlns="{space}/TrainingCenterDatabase/v2" xmlns:ns3="{space}/ActivityExtension/v2">'
        f"<{wrap}>{''.join(activities)}</{wrap}></TrainingCenterDatabase>"
    ).encode()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
