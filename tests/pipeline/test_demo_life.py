"""The demo athlete: a life that could be, and what the whole pipeline makes of it against what is true."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
import pytest
from pipeline_runs import Coach
from sqlalchemy import make_url

from coach.domain.athlete import Sex
from coach.domain.metrics.registry import Measure, Unknown
from coach.domain.source import Source
from coach.pipeline.demo import DemoLife, health_file, live, run_file, tell
from coach.pipeline.demo.body import HR_MAX, LTHR
from coach.pipeline.demo.life import ZONE, DemoRun
from coach.pipeline.demo.told import WROTE
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import ReaderPool
from coach.store import activities, athletes, daily, journal, metrics, planning_profiles, races, system
from coach.store.activities import Row
from coach.store.postgres import Embedded
from coach.store.session import Database

LAST = date(2026, 10, 4)


@pytest.fixture(scope="module")
def life() -> DemoLife:
    return live(LAST)


def day_of(run: DemoRun) -> date:
    return run.recording.start.astimezone(ZoneInfo(ZONE)).date()


@pytest.fixture(scope="module")
def chosen(life: DemoLife) -> list[DemoRun]:
    """Twelve runs: two or so of every kind, a treadmill, a paused one."""
    picked: dict[int, DemoRun] = {}
    for kind, count in (
        ("race", 1),
        ("interval", 2),
        ("tempo", 1),
        ("long", 1),
        ("strides", 1),
        ("recovery", 1),
    ):
        for run in [r for r in life.runs if r.kind == kind][-count:]:
            picked[id(run)] = run
    easy = [r for r in life.runs if r.kind == "easy"]
    for run in (
        next(r for r in easy if r.recording.pauses),
        next(r for r in easy if r.recording.sub_sport == "treadmill"),
        *easy[-3:],
    ):
        picked[id(run)] = run
    return sorted(picked.values(), key=lambda run: run.recording.start)


@pytest.fixture(scope="module")
def imported(
    embedded: Embedded,
    template: str,
    readers: ReaderPool[Parsed],
    life: DemoLife,
    chosen: list[DemoRun],
) -> Iterator[Coach]:
    """The demo athlete with the chosen runs and all days, imported like anybody's."""
    name = "demo_life"
    admin = make_url(embedded.url).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        db = Database(make_url(embedded.url).set(database=name).render_as_string(hide_password=False))
        athlete = system.create_athlete(db, tz=ZONE, birth_year=1990, sex=Sex.male)
        coach = Coach(db, athlete.id, readers)
        items = coach.bring(health_file(life), *map(run_file, chosen))
        assert {i.outcome for i in items} == {"imported"}
        yield coach
        db.dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def pairs(imported: Coach, chosen: list[DemoRun]) -> list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]]:
    rows = imported.rows()
    assert len(rows) == len(chosen) == 12
    return [(run, row, imported.values(row.id)) for run, row in zip(chosen, rows, strict=True)]


def known(measures: dict[str, Measure | Unknown], name: str) -> float:
    found = measures[name]
    assert isinstance(found, Measure), (name, found)
    assert found.value is not None
    return found.value


def test_distance_and_times_are_what_was_run(
    pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]],
) -> None:
    for run, row, measures in pairs:
        assert (row.start_at, row.local_date) == (run.recording.start, day_of(run))
        assert known(measures, "distance_m") == pytest.approx(run.truth.distance_m, abs=0.01)
        assert known(measures, "elapsed_s") == pytest.approx(run.recording.elapsed_s, abs=0.5)
        assert row.timer_s == pytest.approx(run.truth.timer_s, abs=0.5)
        # The runner never stands but in a pause, in which the watch is stopped.
        assert known(measures, "moving_s") == pytest.approx(run.truth.timer_s, abs=2)
        pace = 1000 * run.truth.timer_s / run.truth.distance_m
        assert known(measures, "pace_s_per_km") == pytest.approx(pace, rel=0.002)


def test_heart_rate_is_what_the_heart_did(
    pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]],
) -> None:
    for run, _, measures in pairs:
        streams = run.recording.streams
        assert streams is not None
        assert known(measures, "avg_hr_bpm") == pytest.approx(run.truth.mean_hr_bpm, abs=0.2)
        assert known(measures, "max_hr_bpm") == pytest.approx(streams.channels["hr_bpm"].max(), abs=1)


def test_laps_are_the_watch_s(pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]]) -> None:
    for run, _, measures in pairs:
        laps = measures["laps"]
        assert isinstance(laps, Measure)
        rows = laps.detail["rows"]
        assert [r["distance_m"] for r in rows] == pytest.approx(run.truth.lap_distances_m, abs=0.06)
        assert [r["moving_s"] for r in rows] == pytest.approx(run.truth.lap_durations_s, abs=1)


def test_splits_are_where_the_kilometres_were(
    pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]],
) -> None:
    for run, row, measures in pairs:
        splits = measures["splits_km"]
        assert isinstance(splits, Measure)
        streams = run.recording.streams
        assert streams is not None
        distance = streams.channels["distance_m"]
        marks = np.arange(distance[0], distance[-1], 1000.0)
        # Seconds of running at each kilometre, pauses left out: one sample is one second.
        crossed = np.interp(marks, distance, np.arange(1.0, len(streams) + 1))
        times = [r["moving_s"] for r in splits.detail["rows"] if r["full"]]
        assert times == pytest.approx(np.diff(crossed), abs=1), row.local_date


def test_the_race_is_the_best_and_the_treadmill_is_none(
    pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]],
) -> None:
    by_kind = {run.kind: (run, row, measures) for run, row, measures in pairs}
    run, _, measures = by_kind["race"]
    bests = measures["distance_bests"]
    assert isinstance(bests, Measure)
    half = next(r for r in bests.detail["rows"] if r["distance_m"] == pytest.approx(21_097.5))
    streams = run.recording.streams
    assert streams is not None
    distance = np.concatenate(([0.0], streams.channels["distance_m"]))
    t = np.arange(distance.size, dtype=float)
    ends = np.arange(int(np.searchsorted(distance, 21_097.5)), distance.size)
    began = np.interp(distance[ends] - 21_097.5, distance, t)
    assert half["time_s"] == pytest.approx(float((ends - began).min()), abs=1.5)
    (treadmill,) = [p for p in pairs if p[1].treadmill]
    assert treadmill[2]["distance_bests"] == Unknown("treadmill_distance")


def test_days_are_as_the_watch_and_the_scale_said(imported: Coach, life: DemoLife) -> None:
    truth: dict[tuple[date, str], float] = {}
    for d in life.days:
        for name, value in (
            ("rhr_bpm", d.rhr_bpm),
            ("hrv_sdnn_ms", d.hrv_sdnn_ms),
            ("weight_kg", d.weight_kg),
        ):
            if value is not None:
                truth[d.day, name] = value
        if d.asleep_s is not None and d.awake_s is not None:
            truth[d.day, "sleep_s"] = d.asleep_s
            truth[d.day, "sleep_awake_s"] = d.awake_s
    with imported.db.athlete_session(imported.athlete_id) as s:
        names = {name for _, name in truth}
        values = daily.values(s, imported.athlete_id, names, life.days[0].day, LAST)
    assert {v.source for v in values} == {Source.apple_health}
    assert {(v.day, v.name): v.value for v in values} == pytest.approx(truth, abs=1)
    for v in values:
        if v.name in ("rhr_bpm", "weight_kg", "hrv_sdnn_ms"):
            assert v.value == pytest.approx(truth[v.day, v.name])


def test_estimates_come_near_the_body(imported: Coach, life: DemoLife) -> None:
    with imported.db.athlete_session(imported.athlete_id) as s:
        held = athletes.get(s, imported.athlete_id, LAST).thresholds
    assert held.hr_max_bpm is not None
    assert held.hr_max_bpm.value == pytest.approx(HR_MAX, abs=8)
    assert held.lthr_bpm is not None
    assert held.lthr_bpm.value == pytest.approx(LTHR, abs=8)
    rests = [d.rhr_bpm for d in life.days[-28:] if d.rhr_bpm is not None]
    assert held.hr_rest_bpm is not None
    assert held.hr_rest_bpm.value == pytest.approx(float(np.median(rests)), abs=1)
    assert imported.stale() == []


def test_the_same_seed_writes_the_same_bytes(life: DemoLife) -> None:
    def digest(told: DemoLife) -> str:
        sha = hashlib.sha256()
        for name, data in (health_file(told), *map(run_file, told.runs[::40])):
            sha.update(name.encode() + data)
        return sha.hexdigest()

    assert digest(live(LAST)) == digest(life)


def test_a_year_and_a_half_that_could_be(life: DemoLife) -> None:
    days = [day_of(run) for run in life.runs]
    assert life.days[-1].day == LAST >= max(days)
    assert (LAST - life.days[0].day).days > 540
    week = {d.day: (d.day - life.days[0].day).days // 7 for d in life.days}
    km = np.zeros(max(week.values()) + 1)
    for run in life.runs:
        km[week[day_of(run)]] += run.truth.distance_m / 1000
    assert 20 < np.median(km) < 65
    assert km.max() < 80
    # It becomes more over the months, but never all at once.
    assert np.mean(km[-26:-17]) > np.mean(km[:9])
    assert max(run.truth.distance_m for run in life.runs if run.kind != "race") < 32_000
    kinds = {run.kind for run in life.runs}
    assert kinds == {"easy", "long", "tempo", "interval", "strides", "race", "recovery"}

    def between(span: tuple[date, date]) -> list[DemoRun]:
        return [run for run in life.runs if span[0] <= day_of(run) <= span[1]]

    assert between(life.illness) == []
    ill = [d.rhr_bpm for d in life.days if life.illness[0] <= d.day <= life.illness[1] and d.rhr_bpm]
    well = [d.rhr_bpm for d in life.days if d.rhr_bpm]
    assert np.mean(ill) > np.mean(well) + 5
    pains = [e for e in life.entries if e.kind == "pain"]
    assert len(pains) >= 4
    assert {(e.where, e.side) for e in pains} == {("knee", "left")}
    assert all(life.knee[0] <= e.day <= life.knee[1] for e in pains)
    (race,) = [run for run in life.runs if run.kind == "race"]
    assert day_of(race) == life.half_marathon < LAST < life.marathon
    assert race.truth.distance_m == pytest.approx(21_097.5, rel=0.01)
    hot = [
        float(r.recording.streams.channels["temperature_c"][0])
        for r in between(life.heat_block)
        if r.recording.streams
    ]
    assert len(hot) > 10
    assert np.mean(hot) > 26
    assert timedelta(days=20) < life.heat_block[1] - life.heat_block[0]


def test_what_was_told_is_there_once(imported: Coach, life: DemoLife) -> None:
    for _ in range(2):
        with imported.db.athlete_session(imported.athlete_id) as s:
            tell(s, athletes.get(s, imported.athlete_id), life)
    with imported.db.athlete_session(imported.athlete_id) as s:
        told = len(life.entries) + sum(len(morning) for morning in life.mornings)
        found = daily.list_entries(s, imported.athlete_id)
        assert len([entry for entry in found if entry.note_id is None]) == told
        assert len(journal.find(s)) == len(WROTE)
        assert {entry.note_id for entry in found} >= {note.id for note in journal.find(s) if note.activity_id}
        (race,) = races.find(s, LAST)
        assert race.day == life.marathon
        goal = planning_profiles.goal(s)
        assert goal is not None
        assert goal.race == race
    raced = [row for row in imported.rows() if row.race]
    assert [(row.local_date, row.rpe) for row in raced] == [(life.half_marathon, 9.0)]


def test_hard_days_cost_more_than_easy_ones(
    imported: Coach, pairs: list[tuple[DemoRun, Row, dict[str, Measure | Unknown]]]
) -> None:
    per_hour = {
        run.kind: known(measures, "training_load") / run.truth.timer_s * 3600 for run, _, measures in pairs
    }
    assert per_hour["recovery"] < per_hour["easy"] < per_hour["tempo"] < per_hour["race"]
    with imported.db.athlete_session(imported.athlete_id) as s:
        rows = activities.find(s, imported.athlete_id)
        sums = metrics.daily_sums(s, imported.athlete_id, "distance_m", rows[-1].local_date, LAST)
    truth: dict[date, float] = {}
    for run, _, _ in pairs:
        truth[day_of(run)] = truth.get(day_of(run), 0.0) + run.truth.distance_m
    assert sums == pytest.approx(truth, abs=0.02)
