"""The one door: a file is read as what it is, and what cannot be read is told so in both languages."""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
import tomllib
from importlib import resources
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "files"))

from text_files import START, gpx, gpx_point, steady_gpx, tcx, tcx_activity, tcx_lap, tcx_point, zipped

from coach.domain.activity import Recording, Sport, Streams
from coach.errors import CoachError, NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files import limits
from coach.providers.files.detect import detect
from coach.providers.files.fit import encode_activity
from coach.providers.files.on_disk import OnDisk
from coach.providers.reading import patience, read
from coach.text import say

GPX = steady_gpx(seconds=5)
TCX = tcx(tcx_activity(tcx_lap(0, 5, 15, "".join(tcx_point(s, s * 3.0) for s in range(5)))))


def fit_file() -> bytes:
    import numpy as np

    t_s = np.arange(30.0)
    return encode_activity(
        Recording(
            sport=Sport.run, start=START, elapsed_s=29, timer_s=29, distance_m=87,
            streams=Streams(t_s, {"distance_m": t_s * 3, "hr_bpm": np.full(30, 150.0)}),
        )
    )  # fmt: skip


@pytest.mark.parametrize(("data", "form"), [(GPX, "gpx"), (TCX, "tcx"), (fit_file(), "fit")])
@pytest.mark.parametrize("name", ["a.gpx", "a.tcx", "a.fit", "a.jpg", "no extension", "../../etc/passwd"])
def test_the_content_decides_not_the_name(data: bytes, form: str, name: str) -> None:
    parsed = read(name, data)
    assert parsed.format == form
    assert parsed.recordings[0].start == START
    assert read(name + ".gz", gzip.compress(data)).records == parsed.records


LOGIN = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"


@pytest.mark.parametrize(("data", "kind", "key"), [
    (b"", UnreadableFile, "empty_file"),
    (b"  \r\n\0", UnreadableFile, "empty_file"),
    (gzip.compress(b"", mtime=0), UnreadableFile, "empty_file"),
    (LOGIN, UnreadableFile, "web_page"),
    (b"<html lang='ko'>", UnreadableFile, "web_page"),
    (b"\x89PNG\r\n\x1a\n" + bytes(50), UnreadableFile, "picture"),
    (b"\xff\xd8\xff\xe0" + bytes(50), UnreadableFile, "picture"),
    (bytes(4) + b"ftypheic" + bytes(50), UnreadableFile, "picture"),
    (b"%PDF-1.7", UnreadableFile, "document"),
    (b"Rar!\x1a\x07", UnreadableFile, "other_archive"),
    (zipped({"a.gpx": GPX}), UnreadableFile, "nested_archive"),
    (gzip.compress(zipped({"a.gpx": GPX}), mtime=0), UnreadableFile, "nested_archive"),
    (gzip.compress(gzip.compress(GPX, mtime=0), mtime=0), UnreadableFile, "nested_archive"),
    (b"<kml xmlns='x'><Placemark/></kml>", UnreadableFile, "map_file"),
    (b"<?xml version='1.0'?><!-- <gpx> --><pwx/>", UnreadableFile, "unknown_xml"),
    (b'{"a": 1}', UnreadableFile, "unknown_json"),
    (b'{"a": ', UnreadableFile, "bad_json"),
    (b"[" * 200_000, UnreadableFile, "bad_json"),
    (b'{"a": ' + b"9" * 10_000 + b"}", UnreadableFile, "bad_json"),
    (b"Lieber Anna, ...", UnreadableFile, "unknown_type"),
    ("안녕하세요".encode("cp949"), UnreadableFile, "unknown_type"),
    (random.Random(3).randbytes(5000), UnreadableFile, "unknown_type"),
    (b"<gpx><trk><trkseg><trkpt", UnreadableFile, "bad_xml"),
    (gpx([[gpx_point(0, time="")]]), NotAnActivity, "no_times"),
    (b'{"data": {"metrics": [], "workouts": []}}', NotAnActivity, "health_empty"),
])  # fmt: skip
def test_what_cannot_be_read_is_told(data: bytes, kind: type[CoachError], key: str) -> None:
    with pytest.raises(kind) as caught:
        read("내 기록.gpx", data)
    assert caught.value.key == key
    assert type(caught.value) is kind
    for lang in ("ko", "en"):
        assert "내 기록.gpx" in say(lang, f"error.{key}", **caught.value.params)


def test_a_fit_file_of_a_crashed_watch_whose_header_stayed_zeros() -> None:
    # The first definition as most watches write it: local type 0, little-endian, file_id.
    assert detect(bytes(14) + b"\x40\0\0\0\0\x01\x00\x01\x00").kind == "fit"
    assert detect(bytes(12) + b"\x40\0\0\0\0\x01\x00\x01\x00").kind == "fit"


def test_a_fit_file_whose_name_is_the_only_proof_left() -> None:
    crashed = bytes(100) + fit_file()[14:]
    assert detect(crashed).kind == "unknown"
    with pytest.raises(UnreadableFile, match="fit_") as caught:  # the FIT reader was asked
        read("crash.fit", crashed)
    assert caught.value.params["name"] == "crash.fit"
    with pytest.raises(UnreadableFile, match="unknown_type"):
        read("crash.bin", crashed)


def test_a_file_over_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 100)
    with pytest.raises(TooLarge, match="file_too_large"):
        read("big.gpx", GPX)
    with pytest.raises(TooLarge, match="file_too_large"):
        read("big.gpx.gz", gzip.compress(GPX))


def test_only_apple_exports_may_take_long() -> None:
    export = zipped({"apple_health_export/export.xml": b"<HealthData/>"})
    assert 1 < patience(export) < 1.1  # it is small, whatever it calls itself
    large = b'<?xml version="1.0"?><!DOCTYPE HealthData [<!ELEMENT a ANY>]>'.ljust(40 << 20)
    assert patience(large) == pytest.approx(3)
    assert patience(OnDisk(Path("export.zip"), 60 << 20, 1 << 30)) == pytest.approx(52, rel=0.01)
    assert patience(OnDisk(Path("export.zip"), 60 << 20, 1 << 50)) < 210
    assert {patience(d) for d in (GPX, TCX, b"", zipped({"a.gpx": GPX}))} == {1.0}


def refusal(data: bytes) -> CoachError | None:
    try:
        read("m.fit", data)
    except CoachError as error:
        return error
    return None


def test_mutated_files_raise_only_what_can_be_told() -> None:
    rng = random.Random(20261121)
    for original in (GPX, TCX, fit_file(), json.dumps({"data": {"metrics": [], "workouts": [{}]}}).encode()):
        for _ in range(150):
            data = bytearray(original)
            for _ in range(rng.choice((1, 3, 20))):
                data[rng.randrange(len(data))] = rng.randrange(256)
            if rng.random() < 0.3:
                del data[rng.randrange(len(data)) :]
            error = refusal(bytes(data))
            assert error is None or error.params.get("name") == "m.fit"


def test_every_sentence_of_this_part_stands_in_both_languages() -> None:
    tables = {
        lang: tomllib.loads(resources.files("coach.text").joinpath(lang, "files.toml").read_text())
        for lang in ("ko", "en")
    }
    assert tables["ko"].keys() == tables["en"].keys() == {"error", "flag"}
    for section in ("error", "flag"):
        assert tables["ko"][section].keys() == tables["en"][section].keys()
    source = "".join(
        p.read_text()
        for folder in ("files", "apple_health")
        for p in sorted((Path(str(resources.files("coach.providers"))) / folder).glob("*.py"))
    )
    for key in tables["en"]["error"]:
        assert f'"{key}"' in source, key


SAMPLES = os.environ.get("HANBAL_SAMPLES")


@pytest.mark.skipif(not SAMPLES, reason="HANBAL_SAMPLES names no folder of real recordings")
def test_one_outing_from_four_exporters() -> None:
    assert SAMPLES is not None
    read_as = {
        name: read(name, (Path(SAMPLES) / name).read_bytes()).recordings[0]
        for name in (
            "4801048867.fit", "4801048867_strava.gpx", "activity_4801048867.gpx", "activity_4801048867.tcx",
        )
    }  # fmt: skip
    fit = read_as["4801048867.fit"]
    assert fit.distance_m is not None
    for name, recording in read_as.items():
        assert recording.start == fit.start, name
        assert recording.elapsed_s == pytest.approx(fit.elapsed_s, abs=2), name
        assert recording.distance_m == pytest.approx(fit.distance_m, rel=0.002), name
        assert recording.sport is Sport.ride
