"""Copies of one outing become one activity, whatever the order they come in; reversibly."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pipeline_runs import START, Coach, fit, gpx, indoors, recording

from coach.domain.activity import Recording, Sport
from coach.domain.daily import Entry as Said
from coach.errors import BadInput
from coach.pipeline import editing, outings, recompute
from coach.providers.files.archive import Entry
from coach.providers.files.parsed import Parsed
from coach.providers.files.pool import Progress
from coach.store import activities, athletes, daily, system
from coach.store.activities import Row
from coach.store.session import Session

SAMPLES = Path(os.environ.get("HANBAL_SAMPLES") or "/nonexistent")
SAME = ("4801048867.fit", "4801048867_strava.gpx", "activity_4801048867.gpx", "activity_4801048867.tcx")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="HANBAL_SAMPLES is not set")


def in_every_order(coach: Coach, files: Sequence[Entry], orders: Sequence[Sequence[int]]) -> None:
    """Import the files in several orders, for an athlete each, and compare what stands in the end."""
    ends = []
    for order in orders:
        own = replace(coach, athlete_id=system.create_athlete(coach.db, tz="Asia/Seoul").id)
        own.bring(*(files[n] for n in order))
        assert own.stale() == []
        ends.append(own.state())
    assert all(end == ends[0] for end in ends[1:])


@needs_samples
def test_four_exporters_of_one_run_are_one_activity_in_any_order(coach: Coach) -> None:
    files = [(name, (SAMPLES / name).read_bytes()) for name in SAME]
    orders = [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)]
    in_every_order(coach, files, orders)
    items = coach.bring(*files)
    assert [i.outcome for i in items] == ["imported", "merged", "merged", "merged"]
    (told,) = coach.state()
    assert told["files"] == sorted(f"{name}#0" for name in SAME)
    assert told["winner"] == "4801048867.fit#0"


@needs_samples
def test_two_exporters_that_disagree_about_the_distance_are_one_activity(coach: Coach) -> None:
    names = ("activity_5039744860.gpx", "activity_5039744860.tcx")
    in_every_order(coach, [(name, (SAMPLES / name).read_bytes()) for name in names], [(0, 1), (1, 0)])
    coach.bring(*((name, (SAMPLES / name).read_bytes()) for name in names))
    assert len(coach.state()[0]["files"]) == 2


@needs_samples
def test_children_of_a_multisport_recording_stay_apart(coach: Coach) -> None:
    name = "activity-large-fenxi2-multisport.fit"
    data = (SAMPLES / name).read_bytes()
    items = coach.bring((name, data))
    assert len(items) > 1
    assert {i.outcome for i in items} <= {"imported", "partial"}
    assert len({i.activity_id for i in items}) == len(items) == len(coach.rows())
    assert [i.outcome for i in coach.bring((name, data))] == ["duplicate"] * len(items)


def test_an_app_s_copy_adds_what_it_knows_and_the_watch_wins(coach: Coach) -> None:
    made = recording(seconds=600)
    coach.bring(("app.gpx", gpx(made, name="아침 강변", every=5)), ("watch.fit", fit(made)))
    (told,) = coach.state()
    assert (told["winner"], told["name"]) == ("watch.fit#0", "아침 강변")
    assert told["field_sources"]["distance_m"] == "watch.fit#0"
    assert told["field_sources"]["name"] == "app.gpx#0"
    assert told["distance_m"] == pytest.approx(made.distance_m, abs=0.01)


def test_a_truncated_copy_never_wins(coach: Coach) -> None:
    whole = fit(recording(seconds=1200))
    files = [("cut.fit", whole[:-9000]), ("whole.fit", whole)]
    in_every_order(coach, files, [(0, 1), (1, 0)])
    coach.bring(*files)
    (told,) = coach.state()
    assert (told["winner"], told["elapsed_s"], told["flags"]) == ("whole.fit#0", 1199.0, ())


def test_a_copy_whose_clock_is_hours_off_is_the_same_run(coach: Coach) -> None:
    made = recording(seconds=900)
    files = [("watch.fit", fit(made)), ("naive.gpx", gpx(made, later=timedelta(hours=9)))]
    in_every_order(coach, files, [(0, 1), (1, 0)])
    coach.bring(*files)
    assert coach.only().start_at == START


def test_two_runs_of_one_day_stay_two(coach: Coach) -> None:
    morning = recording(seconds=900, seed=1)
    evening = recording(START + timedelta(hours=11, minutes=17), 900, seed=2)
    right_after = recording(START + timedelta(seconds=930), 900, seed=3)
    twelve_later = recording(START + timedelta(hours=12), 900, seed=1)
    files = [(f"{n}.fit", fit(r)) for n, r in enumerate((morning, evening, right_after, twelve_later))]
    assert [i.outcome for i in coach.bring(*files)] == ["imported"] * 4


def test_a_treadmill_run_that_an_app_calls_other_is_that_run(coach: Coach) -> None:
    watch = indoors(recording(seconds=900))
    app = replace(watch, sport=Sport.other, sub_sport="", device=replace(watch.device, serial="7"))
    files = [("app.fit", fit(app)), ("watch.fit", fit(watch))]
    in_every_order(coach, files, [(0, 1), (1, 0)])
    coach.bring(*files)
    row = coach.only()
    assert (row.sport, row.treadmill, row.tz) == (Sport.run, True, "Asia/Seoul")


def test_a_copy_between_two_that_differ_shows_they_are_one(coach: Coach) -> None:
    # Three apps, started one after the other, measured 3 % more each: the first and the last differ too much.
    base = recording(seconds=900)
    assert base.distance_m is not None
    apps = [
        replace(
            indoors(base),
            start=START + timedelta(seconds=15 * n),
            distance_m=base.distance_m * k,
            device=replace(base.device, serial=str(n)),
        )
        for n, k in enumerate((1.0, 1.035, 1.07))
    ]
    files = [(f"{n}.fit", fit(app)) for n, app in enumerate(apps)]
    in_every_order(coach, files, list(permutations(range(3))))


COPIES = st.lists(
    st.tuples(
        st.integers(0, 1),  # of which of two runs
        st.sampled_from([1.0, 1.02, 1.04]),  # how much farther it measured
        st.sampled_from(["", "a", "b"]),  # which watch
        st.sampled_from([0, 20, 9 * 3600]),  # how late its clock is
        st.booleans(),  # whether it has samples
        st.sampled_from(["", "아침", "저녁"]),
    ),
    min_size=2,
    max_size=4,
)


class Told:
    """Readers that answer with recordings they were given."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self.recordings = recordings

    def map(self, items: Iterable[Entry], progress: Progress) -> Iterator[tuple[str, Parsed]]:
        for name, _ in items:
            yield name, Parsed("fit", (self.recordings[int(name)],))


@settings(
    max_examples=4,
    phases=[Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(copies=COPIES, data=st.data())
def test_no_order_of_import_matters(coach: Coach, copies: list[Any], data: st.DataObject) -> None:
    made = []
    for n, (which, farther, watch, late, samples, name) in enumerate(copies):
        base = recording(START + timedelta(hours=4.3) * which, 600 + 200 * which)
        metres = (base.distance_m or 0) * farther
        kept = base.streams if samples else None
        start = base.start + timedelta(seconds=late)
        identity = f"{watch}:{which}" if watch else ""
        made.append(
            replace(
                base, start=start, distance_m=metres, identity=identity, streams=kept, name=name, note=str(n)
            )
        )
    files = [(str(n), f"{n}".encode()) for n in range(len(made))]
    orders = [range(len(made)), data.draw(st.permutations(range(len(made))))]
    in_every_order(replace(coach, readers=Told(made)), files, orders)  # type: ignore[arg-type]


def halves(coach: Coach) -> tuple[Row, Row]:
    """Bring a run from two sources, and take the app's copy off."""
    made = recording(seconds=900)
    coach.bring(("watch.fit", fit(made)), ("app.gpx", gpx(made, name="앱")))
    with coach.db.athlete_session(coach.athlete_id) as s:
        athletes.lock(s, coach.athlete_id)
        row = activities.last(s, coach.athlete_id)
        assert row is not None
        app = next(k for k in activities.sources(s, row.id) if k.id != row.winner_id)
        return outings.split(s, row, app.id, "Asia/Seoul")


def remeasured(coach: Coach) -> None:
    recompute.recompute(coach.db, coach.athlete_id, [row.id for row in coach.rows()])


def test_sources_taken_apart_say_what_they_said_alone_and_join_again(coach: Coach) -> None:
    made = recording(seconds=900)
    alone = replace(coach, athlete_id=system.create_athlete(coach.db, tz="Asia/Seoul").id)
    alone.bring(("app.gpx", gpx(made, name="앱")))
    left, apart = halves(coach)
    remeasured(coach)
    assert (left.name, apart.name) == ("", "앱")
    (told,) = [t for t in coach.state() if t["files"] == ["app.gpx#0"]]
    (expected,) = alone.state()
    for name in ("distance_m", "start_at", "elapsed_s", "name", "tz", "local_date"):
        assert told[name] == expected[name]
    with coach.db.athlete_session(coach.athlete_id) as s:
        joined = outings.join(s, left, apart, "Asia/Seoul")
    assert (coach.only().id, joined.name) == (left.id, "앱")
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert len(activities.sources(s, joined.id)) == 2


def test_what_was_taken_apart_stays_apart_when_another_copy_comes(coach: Coach) -> None:
    made = recording(seconds=900)
    halves(coach)
    (item,) = coach.bring(("again.gpx", gpx(made, name="세 번째", every=2)))
    assert item.outcome == "merged"
    assert sorted(len(t["files"]) for t in coach.state()) == [1, 2]


def test_the_only_source_cannot_be_taken_off(coach: Coach) -> None:
    coach.bring(("run.fit", fit(recording())))
    row = coach.only()
    with coach.db.athlete_session(coach.athlete_id) as s, pytest.raises(BadInput):
        outings.split(s, row, row.winner_id or 0, "Asia/Seoul")


def edit(coach: Coach, s: Session, row: Row, **changes: object) -> None:
    editing.change(s, athletes.get(s, coach.athlete_id), row.id, changes)


def test_the_athlete_s_words_survive_later_copies(coach: Coach) -> None:
    made = recording(seconds=900, race=True)
    coach.bring(("app.gpx", gpx(made, name="앱 이름")))
    row = coach.only()
    with coach.db.athlete_session(coach.athlete_id) as s:
        edit(coach, s, row, name="내 이름", distance_m=2500.0, race=False, excluded_from_bests=True)
        said = Said("rpe", row.local_date, 7.0, activity_id=row.id)
        editing.note(s, athletes.get(s, coach.athlete_id), [said])
    coach.bring(("watch.fit", fit(made)))
    row = coach.only()
    assert (row.name, row.distance_m, row.race, row.rpe) == ("내 이름", 2500.0, False, 7.0)
    assert (row.distance_origin, row.excluded_from_bests) == ("corrected", True)
    assert coach.value(row.id, "distance_m") == 2500.0
    assert coach.stale() == []


def test_a_recording_takes_the_place_of_what_was_written_down(coach: Coach) -> None:
    made = recording(seconds=900)
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        row, edit_id = editing.log_activity(
            s,
            athlete,
            start=START + timedelta(seconds=40),
            sport=Sport.run,
            distance_m=2700.0,
            duration_s=900,
            name="점심 달리기",
            rpe=4.0,
        )
        daily.add_entry(s, coach.athlete_id, Said("note", row.local_date, text="좋았다", activity_id=row.id))
    coach.bring(("watch.fit", fit(made)))
    merged = coach.only()
    assert merged.id == row.id
    assert (merged.name, merged.rpe, merged.distance_origin) == ("점심 달리기", 4.0, "recorded")
    assert merged.distance_m == pytest.approx(made.distance_m, abs=0.01)
    with coach.db.athlete_session(coach.athlete_id) as s:
        editing.undo(s, athletes.get(s, coach.athlete_id), edit_id)
    # Taking back the words does not take the recording.
    assert (coach.only().name, coach.only().has_samples) == ("", True)
