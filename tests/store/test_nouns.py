"""Each noun is written, read back, changed, and written once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest

from coach.domain.activity import Device, Lap, Recording, Sport, Streams, SwimLength
from coach.domain.athlete import Sex, Threshold, ThresholdKind
from coach.domain.daily import DailyValue, Entry
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.source import Source
from coach.errors import BadInput, Conflict, NotFound
from coach.store import (
    accounts,
    activities,
    athletes,
    daily,
    edits,
    files,
    imports,
    metrics,
    progress,
    queue,
    raw_payloads,
    runs,
    streams,
    system,
    threads,
    track_records,
)
from coach.store.session import SYSTEM, Database, Session
from coach.store.track_records import Kept

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # the 21st in Seoul


def recording(**fields: object) -> Recording:
    base = Recording(
        Sport.run,
        START,
        1800.5,
        utc_offset_s=32400,
        timer_s=1790.0,
        distance_m=5000.25,
        name="아침 달리기",
        streams=Streams(
            np.array([0.0, 1.0, 2.5]),
            {"hr_bpm": np.array([100, np.nan, 140]), "distance_m": np.array([0, 2.75, 7.1])},
            {"Leg Spring": ("kN/m", np.array([9.5, 9.25, np.nan]))},
        ),
        laps=(Lap(0, 900, avg_hr_bpm=141, trigger="distance"), Lap(900, 900.5)),
        lengths=(SwimLength(0, 30, True, 12, "freestyle"),),
        pauses=((100.0, 110.5),),
        totals={"ascent_m": 31.0},
        device=Device("garmin", "fr965", "123"),
        identity="garmin:fr965:123:1",
        flags=("truncated",),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def add_run(
    s: Session, athlete_id: int, said: Recording | None = None, file_id: int | None = None
) -> activities.Row:
    said = said or recording()
    row = activities.create(
        s,
        athlete_id,
        sport=said.sport,
        start_at=said.start,
        tz="Asia/Seoul",
        local_date=(said.start + timedelta(hours=9)).date(),
        elapsed_s=said.elapsed_s,
        distance_m=said.distance_m,
        moving_s=1780.0,
        name=said.name,
        totals=said.totals,
    )
    source = activities.add_source(
        s, athlete_id, said, source=Source.file, file_id=file_id, activity_id=row.id
    )
    return activities.save(s, replace(row, winner_id=source.id))


def test_athlete_fields_and_thresholds(db: Database, athlete_id: int) -> None:
    given = Threshold(ThresholdKind.hr_max_bpm, 190, "given", date(2026, 6, 1))
    later = Threshold(ThresholdKind.hr_max_bpm, 188, "given", date(2026, 9, 1))
    guess = Threshold(ThresholdKind.hr_max_bpm, 201, "estimated", date(2026, 1, 1), "basis.peak", (4, 5))
    lthr = Threshold(ThresholdKind.lthr_bpm, 170, "estimated", date(2026, 3, 1))
    with db.athlete_session(athlete_id) as s:
        athletes.update(s, athlete_id, sex="female", birth_year=1987, lang="en", week_start=6)
        for threshold in (guess, given, later, lthr, replace(lthr, value=171)):
            athletes.set_threshold(s, threshold)
        athlete = athletes.get(s, athlete_id)
        assert (athlete.sex, athlete.birth_year, athlete.lang, athlete.week_start) == (
            Sex.female,
            1987,
            "en",
            6,
        )
        assert athlete.thresholds.hr_max_bpm == later
        assert athlete.thresholds.value("lthr_bpm") == 171
        assert athletes.get(s, athlete_id, date(2026, 8, 1)).thresholds.hr_max_bpm == given
        assert athletes.get(s, athlete_id, date(2026, 2, 1)).thresholds.hr_max_bpm == given
        assert athletes.delete_threshold(s, given)
        assert athletes.delete_threshold(s, later)
        assert not athletes.delete_threshold(s, later)
        assert athletes.get(s, athlete_id).thresholds.hr_max_bpm == guess
        with pytest.raises(ValueError, match="id"):
            athletes.update(s, athlete_id, id=9)


def test_onboarding_and_consent(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        assert athletes.get_onboarding(s, athlete_id) == {}
        athletes.set_onboarding(s, athlete_id, {"asked": ["lang"]})
        assert athletes.get_onboarding(s, athlete_id) == {"asked": ["lang"]}
        assert athletes.get_model_consent(s, athlete_id) is None
        athletes.set_model_consent(s, athlete_id, NOW)
        assert athletes.get_model_consent(s, athlete_id) == NOW


def test_activity_round_trip(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        row = add_run(s, athlete_id)
    with db.athlete_session(athlete_id) as s:
        said = recording()
        activity = activities.load(s, athlete_id, row.id)
        got, wanted = activity.streams, said.streams
        assert got is not None
        assert wanted is not None
        np.testing.assert_array_equal(got.t_s, wanted.t_s)
        for name, values in wanted.channels.items():
            np.testing.assert_array_equal(got.channels[name], values)
        assert got.developer["Leg Spring"][0] == "kN/m"
        for name in ("laps", "lengths", "pauses", "device", "name", "distance_m", "start", "identity"):
            assert getattr(activity.recording, name) == getattr(said, name), name
        assert activity.local_date == date(2026, 11, 21)
        assert activity.sources == {Source.file}
        assert activities.load(s, athlete_id, row.id, streams=False).streams is None
        (source,) = activities.sources(s, row.id)
        assert (source.records, source.recording.flags) == (3, ("truncated",))
        assert activities.same_identity(s, athlete_id, said.identity) == [source]
        assert activities.same_identity(s, athlete_id, "") == []


def test_correction_is_what_load_says(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        row = add_run(s, athlete_id)
        activities.save(s, replace(row, distance_m=5100.0, distance_origin="corrected", name="트랙"))
        activity = activities.load(s, athlete_id, row.id)
        assert (activity.recording.distance_m, activity.recording.name) == (5100.0, "트랙")
        assert activity.distance_origin == "corrected"


def test_same_file_or_number_again_is_the_same_source(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        file_id, new = files.keep(s, athlete_id, "a.fit", b"FIT", "fit")
        assert new
        assert files.keep(s, athlete_id, "b.fit", b"FIT") == (file_id, False)
        assert files.content(s, file_id) == b"FIT"
        assert (files.get(s, file_id).name, files.get(s, file_id).size) == ("a.fit", 3)
        row = add_run(s, athlete_id, file_id=file_id)
        again = activities.add_source(
            s, athlete_id, recording(), source=Source.file, file_id=file_id, activity_id=row.id
        )
        assert (again.id, again.is_new) == (row.winner_id, False)
        other_part = recording(part=1)
        assert activities.add_source(
            s, athlete_id, other_part, source=Source.file, file_id=file_id, activity_id=row.id
        ).is_new
        numbered = recording(external_id="77", streams=None)
        first, second = (
            activities.add_source(
                s, athlete_id, numbered, source=Source.garmin, file_id=None, activity_id=row.id
            )
            for _ in range(2)
        )
        assert (first.is_new, second.is_new, first.id) == (True, False, second.id)
        assert streams.read(s, first.id) is None
        with pytest.raises(NotFound):
            files.content(s, 10**9)


def test_merge_and_split(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        one = add_run(s, athlete_id)
        two = add_run(s, athlete_id, recording(name="Strava", start=START + timedelta(seconds=4)))
        assert [r.id for r in activities.candidates(s, athlete_id, START, 1800)] == [one.id, two.id]
        assert activities.candidates(s, athlete_id, START + timedelta(days=3), 60) == []
        merged = activities.merge(s, athlete_id, two.id, one.id)
        assert len(activities.sources(s, merged.id)) == 2
        assert activities.find(s, athlete_id) == [merged]
        back = activities.split(s, two.winner_id or 0)
        assert (back.id, back.merged_into, back.winner_id) == (two.id, None, two.winner_id)
        assert activities.count(s, athlete_id) == 2
        assert [x.id for x in activities.sources(s, one.id)] == [one.winner_id]


def test_split_of_a_source_that_never_stood_alone(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        one = add_run(s, athlete_id)
        late = recording(start=datetime(2026, 11, 21, 15, 30, tzinfo=UTC), distance_m=3000.0)
        extra = activities.add_source(
            s, athlete_id, late, source=Source.archive, file_id=None, activity_id=one.id
        )
        activities.save(s, replace(one, field_sources={"streams": extra.id, "laps": one.winner_id or 0}))
        own = activities.split(s, extra.id)
        assert (own.local_date, own.distance_m) == (date(2026, 11, 22), 3000.0)
        assert activities.get(s, athlete_id, one.id).field_sources == {"laps": one.winner_id}
        assert activities.load(s, athlete_id, own.id).streams is not None


def test_find(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        made = [
            activities.create(
                s,
                athlete_id,
                sport=sport,
                start_at=NOW - timedelta(days=days),
                tz="Asia/Seoul",
                local_date=(NOW - timedelta(days=days)).date(),
                elapsed_s=3600,
                distance_m=distance,
                name=name,
                race=race,
            )
            for days, sport, distance, name, race in (
                (40, Sport.run, 21097.5, "하프 100%_", True),
                (3, Sport.run, 8000.0, "", False),
                (2, Sport.ride, 30000.0, "commute", False),
                (1, Sport.run, None, "", False),
            )
        ]
        ids = [r.id for r in made]

        def found(**wanted: object) -> list[int]:
            return [r.id for r in activities.find(s, athlete_id, **wanted)]  # type: ignore[arg-type]

        assert found() == ids[::-1]
        assert found(newest_first=False, limit=2) == ids[:2]
        assert found(sport=Sport.run, start=date(2026, 11, 1)) == [ids[3], ids[1]]
        assert found(end=date(2026, 11, 18), start=date(2026, 11, 18)) == [ids[1]]
        assert found(race=True) == ids[:1]
        assert found(min_distance_m=8000, max_distance_m=30000) == [ids[2], ids[1], ids[0]]
        assert found(text="100%_") == ids[:1]
        assert found(text="%") == ids[:1]
        assert found(text="COMM") == [ids[2]]
        assert activities.last(s, athlete_id, Sport.ride) == made[2]
        assert activities.first_day(s, athlete_id) == date(2026, 10, 12)
        assert made[0].sources == {Source.journal}
        activities.delete(s, athlete_id, ids[3])
        assert activities.delete(s, athlete_id, ids[3]).deleted_at is not None
        assert ids[3] not in found()
        assert activities.count(s, athlete_id, Sport.run) == 2
        activities.undelete(s, athlete_id, ids[3])
        assert found() == ids[::-1]
        with pytest.raises(NotFound):
            activities.get(s, athlete_id, 10**9)
        with pytest.raises(NotFound):
            activities.save(s, replace(made[0], id=10**9))


def test_text_that_postgres_refuses_is_cleaned(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        row = add_run(
            s,
            athlete_id,
            recording(name="a\x00b\ud800c", note="\\u0000 stays, \x00 goes", totals={"x": float("nan")}),
        )
        assert row.name == "abc"
        said = activities.sources(s, row.id)[0].recording
        assert (said.name, said.note, said.totals) == ("abc", "\\u0000 stays,  goes", {"x": None})


def test_metrics(db: Database, athlete_id: int) -> None:
    names = ("trimp", "decoupling_pct")
    versions = metrics.current(names)
    results = {
        "trimp": Measure(75.3, 0.98, {"rows": [1, 2]}, estimated=True),
        "decoupling_pct": Unknown("too_short", {"min_s": 1200}),
    }
    with db.athlete_session(athlete_id) as s:
        one, two = (add_run(s, athlete_id, recording(start=START + timedelta(hours=h))).id for h in (0, 2))
        other = add_run(s, athlete_id, recording(start=START + timedelta(days=1), sport=Sport.ride)).id
        both = sorted(names)
        stale = metrics.stale(s, athlete_id, versions)
        assert list(stale) == [other, two, one]
        assert {activity_id: sorted(lacking) for activity_id, lacking in stale.items()} == {
            one: both,
            two: both,
            other: both,
        }
        for activity_id in (one, two):
            metrics.save(s, athlete_id, activity_id, results, versions)
        metrics.save(s, athlete_id, other, {"trimp": Measure(10.0)}, versions)
        assert metrics.stale(s, athlete_id, versions) == {other: ["decoupling_pct"]}
        metrics.save(
            s, athlete_id, other, {"decoupling_pct": Unknown("too_short", {"min_s": 1200})}, versions
        )
        metrics.save(s, athlete_id, two, {"trimp": Measure(24.7)}, versions)
        assert metrics.read(s, athlete_id, [one], names) == {one: results}
        assert metrics.read(s, athlete_id, [one, two], ["trimp"])[two]["trimp"] == Measure(24.7)
        span = (date(2026, 11, 1), date(2026, 11, 30))
        assert metrics.daily_sums(s, athlete_id, "trimp", *span) == {
            date(2026, 11, 21): 100.0,
            date(2026, 11, 22): 10.0,
        }
        assert metrics.daily_sums(s, athlete_id, "decoupling_pct", *span) == {}
        frame = metrics.table(s, athlete_id, names, *span, sport=Sport.run)
        assert list(frame.index) == [one, two]
        assert list(frame["trimp"]) == [75.3, 24.7]
        assert frame["decoupling_pct"].isna().all()
        assert list(frame["distance_m"]) == [5000.25, 5000.25]
        activities.delete(s, athlete_id, two)
        assert metrics.daily_sums(s, athlete_id, "trimp", *span)[date(2026, 11, 21)] == 75.3
        empty = metrics.table(s, athlete_id, ["trimp"], date(2020, 1, 1), date(2020, 1, 2))
        assert empty.empty
        assert empty["trimp"].dtype == float
        # Marked on some days, on all, and of deleted activities too.
        assert metrics.outdate(s, athlete_id, names, [date(2026, 11, 22)]) == 1
        assert list(metrics.stale(s, athlete_id, versions)) == [other]
        assert metrics.outdate(s, athlete_id, ["trimp"]) == 2
        assert metrics.outdate(s, athlete_id, names) == 2
        assert metrics.days(s, athlete_id) == [date(2026, 11, 21), date(2026, 11, 22)]


def test_progress_of_work(db: Database, athlete_id: int) -> None:
    def told() -> tuple[int, int, bool]:
        with db.athlete_session(athlete_id) as s:
            (kept,) = progress.every(s, athlete_id)
            assert progress.running(s, athlete_id, "metrics") == (None if kept.finished_at else kept)
        begun.append(kept.started_at)
        return kept.done, kept.total, kept.finished_at is not None

    begun: list[datetime] = []
    for done, total in ((0, 3), (2, 3), (3, 3), (1, 4)):
        with db.athlete_session(athlete_id) as s:
            progress.report(s, athlete_id, "metrics", done, total)
        assert told() == (done, total, done == total)
    # It began when the first was reported; after the end something new has begun.
    assert begun[0] == begun[1]
    assert begun[2] == begun[1] < begun[3]


def test_track_records(db: Database, athlete_id: int) -> None:
    first = Kept("readiness", 1, date(2026, 11, 20), {"n": 2}, [{"day": "2026-11-19"}])
    second = Kept("readiness", 2, date(2026, 11, 21), {"n": 3}, [])
    other = Kept("changes", 1, date(2026, 11, 21), {}, [])
    with db.athlete_session(athlete_id) as s:
        for record in (first, second, other, replace(first, summary={"n": 9})):
            track_records.save(s, athlete_id, record)
        assert track_records.read(s, athlete_id, "readiness") == [second, replace(first, summary={"n": 9})]
        assert [r.model for r in track_records.read(s, athlete_id)] == ["changes", "readiness", "readiness"]


def test_daily_values(db: Database, athlete_id: int) -> None:
    day = date(2026, 11, 20)
    given = [
        DailyValue(day, "rhr_bpm", 48, Source.garmin),
        DailyValue(day, "rhr_bpm", 50, Source.apple_health),
        DailyValue(day, "weight_kg", 61.2, Source.garmin),
    ]
    with db.athlete_session(athlete_id) as s:
        assert daily.save_values(s, athlete_id, given) == 3
        assert daily.save_values(s, athlete_id, given) == 0
        assert daily.save_values(s, athlete_id, [given[0], replace(given[0], value=47)]) == 1
        assert daily.save_values(s, athlete_id, []) == 0
        assert [v.value for v in daily.values(s, athlete_id, ["rhr_bpm"], day, day)] == [50, 47]
        assert len(daily.values(s, athlete_id, None, day, day)) == 3
        daily.delete_value(s, athlete_id, day, "weight_kg", Source.garmin)
        assert len(daily.values(s, athlete_id, None, day, day)) == 2
        many = [DailyValue(day - timedelta(days=n), "steps", n, Source.garmin) for n in range(1, 6001)]
        assert daily.save_values(s, athlete_id, many) == 6000


def test_entries(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        row = add_run(s, athlete_id)
        pain = daily.add_entry(s, athlete_id, Entry("pain", date(2026, 11, 20), 4, "knee", "left"), "k1")
        assert daily.add_entry(s, athlete_id, Entry("note", date(2026, 11, 1)), "k1") == pain
        rpe = daily.add_entry(s, athlete_id, Entry("rpe", date(2026, 11, 21), 7, activity_id=row.id))
        assert daily.list_entries(s, athlete_id) == [pain, rpe]
        assert daily.list_entries(s, athlete_id, kinds=["pain"], end=date(2026, 11, 20)) == [pain]
        assert daily.list_entries(s, athlete_id, activity_id=row.id, start=date(2026, 11, 1)) == [rpe]
        assert daily.update_entry(s, athlete_id, replace(pain, value=2)).value == 2
        daily.delete_entry(s, athlete_id, pain.id)
        assert daily.list_entries(s, athlete_id) == [rpe]
        daily.undelete_entry(s, athlete_id, pain.id)
        assert len(daily.list_entries(s, athlete_id)) == 2
        assert daily.get_entry(s, athlete_id, rpe.id) == rpe
        with pytest.raises(NotFound):
            daily.delete_entry(s, athlete_id, 10**9)


def test_imports(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        started = imports.create(s, athlete_id, channel="web", total=2)
        row = add_run(s, athlete_id)
        done = imports.Item("a.fit", "imported", activity_id=row.id, sport=Sport.run, start=START, records=3)
        broken = imports.Item("b.fit", "unreadable", reason_key="bad_crc", reason_params={"file": "b.fit"})
        ids = [imports.add_item(s, athlete_id, started.id, item) for item in (done, broken)]
        assert imports.progress(s, started.id, done=1).done == 1
        assert imports.items(s, started.id) == [
            replace(item, id=item_id) for item, item_id in zip((done, broken), ids, strict=True)
        ]
        assert imports.finish(s, started.id, now=NOW).finished_at == NOW
        assert imports.last(s, athlete_id) == imports.get(s, started.id)
        waiting = imports.create(s, athlete_id)
    assert system.fail_imports(db, "killed") == 1
    with db.athlete_session(athlete_id) as s:
        assert (imports.get(s, waiting.id).state, imports.get(s, waiting.id).note) == ("failed", "killed")


def test_edits_are_written_and_undone_once(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        row = add_run(s, athlete_id)

    def write(_: int) -> bool:
        with db.athlete_session(athlete_id) as s:
            edit, new = edits.record(s, athlete_id, row.id, "rename", {"name": "a"}, {"name": "b"}, "call-1")
            assert edit.after == {"name": "b"}
            return new

    def undo(edit_id: int) -> bool:
        with db.athlete_session(athlete_id) as s:
            return edits.mark_undone(s, edit_id)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(24)))[-2:] == [False, True]
    with db.athlete_session(athlete_id) as s:
        last = edits.last_undoable(s, athlete_id)
        assert last is not None
        assert last == edits.by_key(s, athlete_id, "call-1") == edits.get(s, last.id)
        without_key = [edits.record(s, athlete_id, row.id, "x", {}, {})[1] for _ in range(2)]
        assert without_key == [True, True]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(undo, [last.id] * 16)) == 1


def test_threads_and_messages(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        old, new = threads.create(s, athlete_id, "가을"), threads.create(s, athlete_id, channel="terminal")
    with db.athlete_session(athlete_id) as s:
        first = threads.add_message(s, athlete_id, old.id, "user", "지난주에 몇 킬로 뛰었어?")
        threads.add_message(s, athlete_id, old.id, "assistant", "42.2 km", content={"cards": [1]})
        assert [t.id for t in threads.list_threads(s, athlete_id)] == [old.id, new.id]
        assert [m.text for m in threads.messages(s, old.id, limit=1)] == ["42.2 km"]
        assert [m.id for m in threads.messages(s, old.id, before=first + 1)] == [first]
        assert threads.messages(s, old.id)[1].content == {"cards": [1]}
        assert [t.id for t in threads.search(s, athlete_id, "킬로")] == [old.id]
        assert [t.id for t in threads.search(s, athlete_id, "가을")] == [old.id]
        threads.rename(s, new.id, "봄")
        threads.archive(s, old.id)
        assert [t.title for t in threads.list_threads(s, athlete_id)] == ["봄"]
        assert [t.id for t in threads.list_threads(s, athlete_id, archived=True)] == [old.id]
        with pytest.raises(NotFound):
            threads.get(s, 10**9)


def test_runs(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        thread = threads.create(s, athlete_id)

    def begin(_: int) -> tuple[UUID, bool]:
        with db.athlete_session(athlete_id) as s:
            return runs.create(s, athlete_id, thread.id, "tap-1", "host:1")

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(begin, range(16)))
    assert len({run_id for run_id, _ in begun}) == 1
    assert sum(created for _, created in begun) == 1
    run_id = begun[0][0]
    events = [runs.RunEvent(run_id, athlete_id, n, "TEXT", {"delta": "안녕"}) for n in range(5)]
    with psycopg.connect(db.conninfo(SYSTEM), autocommit=True) as listener:
        listener.execute("LISTEN hanbal_runs")
        with db.athlete_session(athlete_id) as s:
            runs.append(s, events[:3])
        system.append_events(db, events[2:])
        heard = [n.payload for n in listener.notifies(timeout=5, stop_after=2)]
    assert heard == [f"{run_id}:0:2", f"{run_id}:2:4"]
    with db.athlete_session(athlete_id) as s:
        assert runs.events(s, run_id) == events
        assert runs.events(s, run_id, after=3) == events[4:]
        running = runs.running(s, thread.id)
        assert running is not None
        assert running.id == run_id
        assert runs.finish(s, run_id, "done", tokens_in=100, tokens_out=20, cost=0.01)
        assert not runs.finish(s, run_id, "stopped", tokens_in=1)
        assert runs.get(s, run_id).state == "done"
        assert (runs.get(s, run_id).tokens_in, runs.get(s, run_id).tokens_out) == (100, 20)
        with pytest.raises(NotFound):
            runs.get(s, uuid4())


def test_runs_of_dead_processes_are_interrupted(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        thread = threads.create(s, athlete_id)
        dead, _ = runs.create(s, athlete_id, thread.id, "a", "dead")
        alive, _ = runs.create(s, athlete_id, thread.id, "b", "alive")
    assert system.mark_interrupted(db, ["alive"], silent_for_s=60) == []
    system.heartbeat(db, "alive")
    assert system.mark_interrupted(db, ["alive"]) == [dead]
    with db.athlete_session(athlete_id) as s:
        assert runs.get(s, alive).state == "running"
        assert runs.get(s, dead).state == "interrupted"


def test_owner_links_passwords_sessions(db: Database) -> None:
    assert system.owner(db) is None

    def create(_: int) -> tuple[accounts.Account, str] | None:
        try:
            return system.create_owner(db, now=NOW, name="하나", lang="ko")
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        (created,) = [c for c in pool.map(create, range(4)) if c]
    account, link = created
    assert system.owner(db) == account
    assert not account.has_password
    assert system.use_link(db, link, now=NOW + timedelta(hours=1)) is None
    with ThreadPoolExecutor(4) as pool:
        used = [u for u in pool.map(lambda _: system.use_link(db, link, now=NOW), range(4)) if u]
    ((who, token),) = used
    assert (who.account_id, who.athlete_id, who.role) == (account.id, account.athlete_id, "admin")
    assert system.find_session(db, token, NOW) == who
    assert system.find_session(db, token, NOW + timedelta(days=31)) is None
    assert system.find_session(db, "another", NOW) is None
    with db.athlete_session(account.athlete_id) as s:
        with pytest.raises(BadInput):
            accounts.set_password(s, account.id, "short")
        assert not accounts.verify(s, account.id, "")
        accounts.set_password(s, account.id, "correct horse")
        assert accounts.verify(s, account.id, "correct horse")
    assert system.log_in(db, "wrong horse", now=NOW) is None
    assert system.log_in(db, "correct horse", now=NOW, account_id=10**9) is None
    again = system.log_in(db, "correct horse", now=NOW, user_agent="Firefox")
    assert again is not None
    with db.athlete_session(account.athlete_id) as s:
        assert {x.user_agent for x in accounts.sessions(s, account.id)} == {"", "Firefox"}
        assert accounts.revoke(s, account.id, who.token_sha256) == 1
    assert system.find_session(db, token, NOW) is None
    assert system.revoke(db, again[1])
    assert not system.revoke(db, again[1])
    assert system.find_session(db, again[1], NOW) is None
    assert system.use_link(db, system.new_link(db, account.id, now=NOW), now=NOW) is not None


def test_session_is_seen(db: Database) -> None:
    account, link = system.create_owner(db, now=NOW)
    used = system.use_link(db, link, now=NOW)
    assert used is not None
    for seconds, seen in ((30, 0), (90, 90), (120, 90)):
        system.find_session(db, used[1], NOW + timedelta(seconds=seconds))
        with db.athlete_session(account.athlete_id) as s:
            assert accounts.sessions(s, account.id)[0].last_seen_at == NOW + timedelta(seconds=seen)


def test_jobs_exist_exactly_when_the_transaction_does(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        first = queue.defer(s, "recompute", {"n": 1}, athlete_id=athlete_id, queueing_lock="r1", priority=5)
        assert first is not None
        assert queue.defer(s, "recompute", {"n": 2}, athlete_id=athlete_id, queueing_lock="r1") is None
        add_run(s, athlete_id)  # the transaction still works
    with db.athlete_session(athlete_id) as s:
        queue.defer(s, "never", {}, athlete_id=athlete_id)
        s.rollback()
    with psycopg.connect(db.conninfo(SYSTEM)) as system_connection:
        jobs = system_connection.execute(
            "SELECT id, task_name, priority, args FROM procrastinate_jobs"
        ).fetchall()
    assert jobs == [(first, "recompute", 5, {"n": 1, "athlete_id": athlete_id})]
    with db.athlete_session(athlete_id) as s:
        assert activities.count(s, athlete_id) == 1
    with db.system_session() as s:
        assert queue.defer(s, "tick", {}, athlete_id=athlete_id) is not None


def test_stalled_and_finished_jobs(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        for name in ("a", "b"):
            queue.defer(s, name, {}, athlete_id=athlete_id)
    with psycopg.connect(db.conninfo(SYSTEM)) as worker:
        worker.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
        for _ in range(2):
            worker.execute(
                "SELECT procrastinate_fetch_job_v2(NULL, (SELECT max(id) FROM procrastinate_workers))"
            )
        worker.execute(
            "SELECT procrastinate_finish_job_v1(id, 'succeeded', false)"
            " FROM procrastinate_jobs WHERE task_name = 'a'"
        )
    assert system.retry_stalled_jobs(db, 7200) == 0
    assert system.retry_stalled_jobs(db, 60) == 1
    assert system.retry_stalled_jobs(db, 60) == 0
    assert system.delete_finished_jobs(db, 3600) == 0
    assert system.delete_finished_jobs(db, -1) == 1


def test_payloads_are_kept_once(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        a, b, c = (
            raw_payloads.keep_payload(s, athlete_id, Source.garmin, "sleep", payload, external_id="d1")
            for payload in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2})
        )
    assert a == b != c


def test_deleting_an_athlete_leaves_nothing(db: Database, athlete_id: int) -> None:
    other = system.create_athlete(db).id
    for who in (athlete_id, other):
        with db.athlete_session(who) as s:
            add_run(s, who)
            queue.defer(s, "x", {}, athlete_id=who)
    assert system.list_athletes(db) == [athlete_id, other]
    assert system.delete_athlete(db, athlete_id)
    assert not system.delete_athlete(db, athlete_id)
    with db.athlete_session(other) as s:
        assert activities.count(s, other) == 1
    with db.athlete_session(athlete_id) as s:
        assert activities.count(s, athlete_id) == 0
