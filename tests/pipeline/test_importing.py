"""Files of every kind through the real import: what becomes of each, and that none affects another."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pipeline_runs import NOW, START, Coach, fit, gpx, recording, strava_table

from coach.domain.activity import Streams
from coach.errors import CoachError, SetupError, UnreadableFile
from coach.pipeline import importing
from coach.providers.files.archive import Entry, walk
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import Progress
from coach.store import activities, athletes, imports
from coach.store.imports import Item
from coach.text import LANGS, has, say

PROVIDERS = Path(importing.__file__).parents[1] / "providers"


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def sentence(item: Item, lang: str) -> str:
    return say(lang, f"error.{item.reason_key}", **{"name": item.file, **item.reason_params})


def test_a_run_is_stored_measured_and_told(coach: Coach) -> None:
    made = recording(seconds=1200)
    (item,) = coach.bring(("run.fit", fit(made)))
    row = coach.only()
    assert (item.outcome, item.activity_id, item.records) == ("imported", row.id, 1200)
    assert item.distance_m == row.distance_m == pytest.approx(made.distance_m, abs=0.01)
    assert item.moving_s == row.moving_s == pytest.approx(1199, abs=1)
    assert (row.tz, str(row.local_date)) == ("Asia/Seoul", "2026-10-03")
    assert coach.stale() == []
    assert coach.value(row.id, "training_load") is not None


def test_what_is_measured_while_importing_is_what_the_stored_samples_say(coach: Coach) -> None:
    coach.bring(("run.fit", fit(recording(seconds=1500))))
    row = coach.only()
    before = coach.values(row.id)
    importing.recompute.recompute(coach.db, coach.athlete_id, [row.id])
    assert coach.values(row.id) == before


def test_the_same_folder_again_changes_nothing(coach: Coach) -> None:
    made = recording(seconds=900)
    folder = [
        ("a.fit", fit(made)),
        ("a.gpx", gpx(made, name="아침")),
        ("b.fit.gz", gzip.compress(fit(recording(START - timedelta(days=1), 700)))),
        ("note.txt", b"no recording"),
        (
            "days.json",
            b'{"data": {"metrics": [{"name": "weight_body_mass", "units": "kg", "data": '
            b'[{"date": "2026-10-01 07:00:00 +0900", "qty": 66.2}]}], "workouts": []}}',
        ),
    ]
    first = coach.bring(*folder)
    before = coach.state()
    again = coach.bring(*folder)
    assert [i.outcome for i in first] == ["imported", "merged", "imported", "unreadable", "imported"]
    assert [i.outcome for i in again] == ["duplicate"] * 3 + ["unreadable", "duplicate"]
    assert coach.state() == before
    assert {i.reason_key for i in again[:3]} == {"imported_before"}


def test_the_same_bytes_twice_in_one_import_are_one_activity(coach: Coach) -> None:
    data = fit(recording())
    items = coach.bring(*((f"{n}.fit", data) for n in range(4)))
    assert [i.outcome for i in items] == ["imported", "duplicate", "duplicate", "duplicate"]
    assert coach.only().sources


def test_what_was_deleted_stays_deleted(coach: Coach) -> None:
    data = fit(recording())
    (first,) = coach.bring(("run.fit", data))
    with coach.db.athlete_session(coach.athlete_id) as s:
        activities.delete(s, coach.athlete_id, first.activity_id or 0)
    (again,) = coach.bring(("run.fit", data))
    assert (again.outcome, again.reason_key, coach.rows()) == ("duplicate", "deleted_before", [])


def bad_files() -> dict[str, tuple[Entry, str, str | None]]:
    """Name of the case → the file, its outcome and its reason."""
    whole = fit(recording(seconds=1200))
    late = recording(NOW + timedelta(days=3))
    t = np.arange(600.0)
    t[300:] += 40 * 86400
    jumping = recording(START - timedelta(days=9), 600)
    assert jumping.streams is not None
    jumping_streams = Streams(t, jumping.streams.channels)
    broken = bytearray(fit(recording(START - timedelta(days=7), 500)))
    broken[-1] ^= 0xFF
    cut = fit(recording(START - timedelta(days=5), 1200))[:-9000]
    bomb = gzip.compress(b"<gpx>" + bytes(80_000_000))
    return {
        "empty": (("empty.fit", b""), "unreadable", "empty_file"),
        "noise": (("noise.fit", bytes(range(256)) * 9), "unreadable", None),
        "cut": (("cut.fit", cut), "partial", "damage_truncated"),
        "checksum": (("sum.fit", bytes(broken)), "partial", "damage_bad_crc"),
        "jump": (
            ("jump.fit", fit(recording(START - timedelta(days=9), 600, streams=jumping_streams))),
            "partial",
            "damage_time_jump",
        ),
        "future": (("late.fit", fit(late)), "unreadable", "from_the_future"),
        "bomb": (("bomb.gpx.gz", bomb), "unreadable", "bomb"),
        "extension": (("run.gpx", whole), "imported", None),
        "route": (
            ("route.gpx", b'<gpx version="1.1"><rte><rtept lat="1" lon="2"/></rte></gpx>'),
            "not_an_activity",
            "course",
        ),
        "picture": (("map.png", b"\x89PNG\r\n\x1a\n" + bytes(64)), "unreadable", "picture"),
    }


def test_bad_files_are_named_and_leave_the_others_alone(coach: Coach) -> None:
    cases = bad_files()
    good = [(f"good{n}.fit", fit(recording(START - timedelta(days=20 + n)))) for n in range(3)]
    entries = [good[0], *(case[0] for case in cases.values()), good[1], good[2]]
    items = {item.file: item for item in coach.bring(*entries)}
    assert [items[name].outcome for name, _ in good] == ["imported"] * 3
    for (name, _), outcome, reason in cases.values():
        item = items[name]
        assert item.outcome == outcome, item
        assert reason in (None, item.reason_key), item
        if outcome != "imported":
            for lang in LANGS:
                told = sentence(item, lang)
                assert name.lower() in told.lower()
                assert "{" not in told
    kept = {row.id for row in coach.rows()}
    assert {i.activity_id for i in items.values() if i.activity_id} == kept
    assert coach.stale() == []


def test_an_archive_in_an_archive_is_read_and_what_lies_deeper_is_named(coach: Coach) -> None:
    inner = zipped(run__fit=fit(recording()), deepest__zip=zipped(x__fit=b""))
    items = coach.bring(*walk(zipped(inner__zip=inner, other__txt=b"hello"), "all.zip"))
    assert sorted((i.outcome, i.reason_key) for i in items) == [
        ("imported", None),
        ("unreadable", "nested_archive"),
        ("unreadable", "unknown_type"),
    ]
    assert coach.only()


def reason_keys() -> set[str]:
    """Every key that the readers raise an error with, from their sources."""
    raised = re.compile(
        r'(?:UnreadableFile|NotAnActivity|TooLarge|BadInput|NotFound)\(\s*f?"([a-z_]+)"', re.MULTILINE
    )
    found = {key for path in PROVIDERS.rglob("*.py") for key in raised.findall(path.read_text("utf-8"))}
    read = (PROVIDERS / "files" / "read.py").read_text("utf-8")
    table = read[read.index("_REFUSALS = {") : read.index("}", read.index("_REFUSALS = {"))]
    importer = (Path(importing.__file__).parent / "importer.py").read_text("utf-8")
    mine = set(
        re.findall(r'"((?:imported_before|deleted_before|from_the_future|nothing_to_import))"', importer)
    )
    damage = {f"damage_{flag}" for flag in ("truncated", "bad_crc", "no_header", "time_jump")}
    return found | set(re.findall(r': "([a-z_]+)"', table)) | mine | damage


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_has_a_sentence(lang: Any) -> None:
    keys = reason_keys()
    assert {"truncated", "bad_crc"}.isdisjoint(keys)
    assert len(keys) > 40
    assert [key for key in sorted(keys) if not has(lang, f"error.{key}")] == []


def test_lines_typed_into_strava_are_activities_each(coach: Coach) -> None:
    rows = [
        ("101", "Sep 1, 2026, 7:00:00 AM", "출근", "Ride", "", "1200", "5.0"),
        ("102", "Sep 1, 2026, 6:00:00 PM", "퇴근", "Ride", "", "1200", "5.0"),
        ("103", "Sep 2, 2026, 7:00:00 AM", "수영", "Swim", "", "1800", "1.0"),
    ]
    items = coach.bring(("export/activities.csv", strava_table(rows)))
    assert [i.outcome for i in items] == ["imported"] * 3
    assert [row.name for row in coach.rows()] == ["출근", "퇴근", "수영"]
    assert all(row.sources for row in coach.rows())


class Given:
    """Readers that answer with what they were given, as if a file held it."""

    def __init__(self, answers: Mapping[str, Parsed | CoachError]) -> None:
        self.answers = answers

    def map(self, items: Iterable[Entry], progress: Progress) -> Iterator[tuple[str, Parsed | CoachError]]:
        for name, _ in items:
            yield name, self.answers[name]


def test_a_file_that_cannot_be_stored_costs_only_itself(coach: Coach) -> None:
    # The first moment there is, west of Greenwich: its local time is before all time.
    impossible = recording(datetime.min.replace(tzinfo=UTC), utc_offset_s=None)
    assert impossible.streams is not None
    west = {**impossible.streams.channels, "lon_deg": np.full(300, -122.4)}
    impossible = replace(impossible, streams=Streams(impossible.streams.t_s, west))
    answers = {
        "odd.fit": Parsed("fit", (recording(), impossible)),
        "good.fit": Parsed("fit", (recording(START - timedelta(days=1)),)),
    }
    given = replace(coach, readers=Given(answers))  # type: ignore[arg-type]
    odd, good = given.bring(("odd.fit", b"1"), ("good.fit", b"2"))
    assert (odd.outcome, odd.reason_key) == ("unreadable", "reader_failed")
    assert good.outcome == "imported"
    # All of a file or nothing of it.
    assert [row.id for row in coach.rows()] == [good.activity_id]


def test_readers_that_do_not_start_blame_no_file(coach: Coach) -> None:
    with pytest.raises(SetupError):
        coach.run([("a.fit", SetupError("reader_not_starting"))])
    with pytest.raises(UnreadableFile):
        coach.run([("a.fit", UnreadableFile("reading_stopped", name="a.fit"))])
    with coach.db.athlete_session(coach.athlete_id) as s:
        last = imports.last(s, coach.athlete_id)
    assert last is not None
    assert (last.state, last.done, coach.items(last.id)) == ("failed", 0, [])


def test_uploads_are_queued_read_and_removed(coach: Coach, tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(fit(recording()))
    (tmp_path / "2").write_bytes(zipped(a__fit=fit(recording(START - timedelta(days=1))), b__txt=b"x"))
    uploads = [("run.fit", tmp_path / "1"), ("more.zip", tmp_path / "2")]
    queued = importing.start(coach.db, coach.athlete_id, uploads, inbox=tmp_path, channel="web")
    assert (queued.state, queued.total) == ("queued", 2)

    def work() -> imports.Import:
        return importing.run_queued(
            coach.db,
            coach.athlete_id,
            queued.id,
            [("run.fit", "1"), ("more.zip", "2")],
            inbox=tmp_path,
            pool=coach.readers,
            now=NOW,
        )

    done = work()
    assert (done.state, done.done, done.total, list(tmp_path.iterdir())) == ("done", 3, 3, [])
    before = coach.items(queued.id)
    assert work().state == "done"
    assert coach.items(queued.id) == before
    assert len(coach.rows()) == 2


def test_the_day_is_that_of_the_place_not_of_the_athlete(coach: Coach) -> None:
    made = recording()
    assert made.streams is not None
    channels = dict(made.streams.channels)
    channels["lon_deg"] = np.full(len(made.streams), -122.42)
    away = recording(utc_offset_s=None, streams=Streams(made.streams.t_s, channels))
    coach.bring(("away.fit", fit(away)))
    assert (coach.only().tz, str(coach.only().local_date)) == ("America/Los_Angeles", "2026-10-02")


def test_a_new_athlete_gets_thresholds_and_every_metric_at_once(coach: Coach) -> None:
    days = [START - timedelta(days=2 * n) for n in range(5)]
    coach.bring(*((f"{n}.fit", fit(recording(day, 1900, seed=n))) for n, day in enumerate(days)))
    with coach.db.athlete_session(coach.athlete_id) as s:
        kinds = {t.kind.value for t in athletes.thresholds(s)}
    assert {"hr_max_bpm", "lthr_bpm"} <= kinds
    assert coach.stale() == []
    methods = [coach.values(row.id)["training_load"].detail["method"] for row in coach.rows()]
    assert set(methods) == {"graded_pace"}
