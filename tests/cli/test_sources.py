"""`coach sources`, `split` and `join`."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

from coach.providers.files.fit import read_fit
from tests.cli.conftest import Run, a_run, json_lines


def _gpx(fit: bytes) -> bytes:
    """Return the same outing as another app would export it, without heart rate."""
    (recording,) = read_fit(fit)
    points = []
    for i in range(1800):
        at = recording.start + timedelta(seconds=i)
        points.append(
            f'<trkpt lat="37.5" lon="{127 + i * 3e-5:.6f}"><time>{at:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        )
    track = f"<trk><type>running</type><trkseg>{''.join(points)}</trkseg></trk>"
    return f'<?xml version="1.0"?><gpx version="1.1">{track}</gpx>'.encode()


def test_what_was_joined_is_shown_taken_apart_and_joined_again(coach: Run, tmp_path: Path) -> None:
    fit = a_run(2)
    (tmp_path / "watch.fit").write_bytes(fit)
    (tmp_path / "app.gpx.gz").write_bytes(gzip.compress(_gpx(fit), mtime=0))
    _, out, _ = coach("import", tmp_path / "watch.fit", tmp_path / "app.gpx.gz", "--json")
    first, second = json_lines(out)
    assert (first["outcome"], second["outcome"]) == ("imported", "merged")
    activity = first["activity_id"]

    _, listed, _ = coach("sources", activity)
    numbers = dict(re.findall(r"^\s+(\d+\*?)\s+file\s+(\S+)", listed, re.MULTILINE))
    assert set(numbers.values()) == {"watch.fit", "app.gpx.gz"}
    assert next(n for n, name in numbers.items() if name == "watch.fit").endswith("*"), (
        "the watch's own counts"
    )

    gpx = next(n for n, name in numbers.items() if name != "watch.fit")
    status, said, _ = coach("split", activity, gpx)
    assert status == 0
    apart = re.findall(r"\d+", said)
    _, listed, _ = coach("sources", activity)
    assert "app.gpx" not in listed
    status, _, err = coach("split", activity, next(n for n in numbers if n != gpx).rstrip("*"))
    assert status == 1
    assert err.strip(), "the only source stays"

    other = next(n for n in apart if n != str(activity))
    status, _, _ = coach("join", activity, other)
    assert status == 0
    _, listed, _ = coach("sources", activity)
    assert "app.gpx" in listed
    assert "watch.fit" in listed
