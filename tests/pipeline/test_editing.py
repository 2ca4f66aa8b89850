"""Writing down, correcting, deleting and undoing: once per key, and back exactly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from pipeline_runs import START, Coach, fit, indoors, recording

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.daily import DailyValue, Entry
from coach.domain.metrics.registry import Unknown
from coach.domain.source import Source
from coach.pipeline import editing
from coach.store import athletes, daily, metrics
from coach.store.session import Session

DAY = date(2026, 10, 3)


def do[T](coach: Coach, work: Callable[[Session, Athlete], T]) -> T:
    with coach.db.athlete_session(coach.athlete_id) as s:
        return work(s, athletes.get(s, coach.athlete_id))


def log(s: Session, athlete: Athlete, call_key: str = "", **changes: Any) -> tuple[int, int]:
    values: dict[str, Any] = {"start": START, "sport": Sport.run, "distance_m": 8000.0, "duration_s": 3000.0}
    row, edit_id = editing.log_activity(s, athlete, **{**values, **changes}, call_key=call_key)
    return row.id, edit_id


def state(coach: Coach) -> list[dict[str, Any]]:
    """Return what stands, without what only says how it came to stand."""
    return [{n: v for n, v in told.items() if n != "files"} for told in coach.state()]


def load(coach: Coach) -> float:
    with coach.db.athlete_session(coach.athlete_id) as s:
        return sum(metrics.daily_sums(s, coach.athlete_id, "training_load", DAY, DAY).values())


def test_the_same_key_writes_once(coach: Coach) -> None:
    first = do(coach, lambda s, a: log(s, a, "k1"))
    assert do(coach, lambda s, a: log(s, a, "k1")) == first
    activity_id = first[0]

    def change(s: Session, a: Athlete) -> int:
        return editing.change(s, a, activity_id, {"name": "강변"}, call_key="k2")[1]

    def delete(s: Session, a: Athlete) -> int:
        return editing.delete(s, a, activity_id, call_key="k3")

    def note(s: Session, a: Athlete) -> int:
        return editing.note(s, a, [Entry("pain", DAY, 3.0, "knee", "left")], call_key="k4")[1]

    for work in (change, delete, note):
        assert do(coach, work) == do(coach, work)
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert len(daily.list_entries(s, coach.athlete_id)) == 1
    undone = do(coach, lambda s, a: editing.undo_last(s, a, call_key="k5"))
    assert undone is not None
    assert undone.what == "noted"
    # Asked again with the same key it is the same undo, not the one before it.
    assert do(coach, lambda s, a: editing.undo_last(s, a, call_key="k5")) == undone
    assert coach.rows() == []


@pytest.mark.parametrize("kind", ["log", "note", "change", "undo"])
def test_of_two_threads_with_one_key_one_writes(coach: Coach, kind: str) -> None:
    activity_id, _ = do(coach, log)
    do(coach, lambda s, a: editing.change(s, a, activity_id, {"distance_m": 8100.0}))
    at_once = threading.Barrier(4)

    def work(_: int) -> object:
        at_once.wait()
        match kind:
            case "log":
                return do(coach, lambda s, a: log(s, a, "k", start=START + timedelta(hours=3)))
            case "note":
                entry = Entry("rpe", DAY, 6.0, activity_id=activity_id)
                return do(coach, lambda s, a: editing.note(s, a, [entry], call_key="k")[1])
            case "change":
                return do(
                    coach, lambda s, a: editing.change(s, a, activity_id, {"name": "x"}, call_key="k")[1]
                )
        return do(coach, lambda s, a: editing.undo_last(s, a, call_key="k"))

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(work, range(4)))
    assert all(answer == answers[0] for answer in answers)
    with coach.db.athlete_session(coach.athlete_id) as s:
        entries = daily.list_entries(s, coach.athlete_id)
    assert (len(coach.rows()), len(entries)) == ({"log": 2}.get(kind, 1), {"note": 1}.get(kind, 0))
    if kind == "undo":
        assert coach.only().distance_m == 8000.0


def test_changes_of_two_threads_are_both_kept(coach: Coach) -> None:
    activity_id, _ = do(coach, log)
    at_once = threading.Barrier(2)

    def work(changes: dict[str, Any]) -> None:
        at_once.wait()
        do(coach, lambda s, a: editing.change(s, a, activity_id, changes))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, [{"name": "강변"}, {"race": True}]))
    assert (coach.only().name, coach.only().race) == ("강변", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "새 이름"},
        {"race": True, "treadmill": True},
        {"distance_m": 1234.5},
        {"sport": Sport.walk},
        {"excluded_from_bests": True},
    ],
)
def test_undo_restores_exactly(coach: Coach, changes: dict[str, Any]) -> None:
    coach.bring(("run.fit", fit(recording(seconds=900))))
    row = coach.only()
    before = state(coach)
    _, edit_id = do(coach, lambda s, a: editing.change(s, a, row.id, changes))
    assert state(coach) != before
    undone = do(coach, lambda s, a: editing.undo(s, a, edit_id))
    assert undone is not None
    assert undone.what == "changed"
    assert state(coach) == before
    assert do(coach, lambda s, a: editing.undo(s, a, edit_id)) is None


def test_changes_come_back_one_after_the_other(coach: Coach) -> None:
    coach.bring(("run.fit", fit(recording(seconds=900))))
    row = coach.only()
    states = [state(coach)]
    for metres in (3000.0, 3100.0):
        changes = {"distance_m": metres}
        do(coach, lambda s, a, changes=changes: editing.change(s, a, row.id, changes))  # type: ignore[misc]
        states.append(state(coach))
    for expected in (states[1], states[0]):
        do(coach, lambda s, a: editing.undo_last(s, a))
        assert state(coach) == expected
    assert do(coach, lambda s, a: editing.undo_last(s, a)) is None


def test_undoing_an_older_change_leaves_the_newer_one(coach: Coach) -> None:
    activity_id, _ = do(coach, log)
    _, older = do(coach, lambda s, a: editing.change(s, a, activity_id, {"name": "가", "race": True}))
    do(coach, lambda s, a: editing.change(s, a, activity_id, {"name": "나"}))
    do(coach, lambda s, a: editing.undo(s, a, older))
    assert (coach.only().name, coach.only().race) == ("나", False)


def test_a_field_that_cannot_be_changed_is_refused(coach: Coach) -> None:
    activity_id, _ = do(coach, log)
    with pytest.raises(ValueError, match="athlete_id"):
        do(coach, lambda s, a: editing.change(s, a, activity_id, {"athlete_id": 2}))


def test_effort_decides_the_load_where_nothing_else_does(coach: Coach) -> None:
    activity_id, _ = do(coach, lambda s, a: log(s, a, distance_m=None, sport=Sport.strength))
    ordinary = load(coach)
    _, edit_id = do(coach, lambda s, a: editing.note(s, a, [Entry("rpe", DAY, 8.0, activity_id=activity_id)]))
    assert coach.only().rpe == 8.0
    # A convention of coaching: RPE 8 for an hour is 100.
    assert load(coach) == pytest.approx(100 * 3000 / 3600)
    assert coach.value(activity_id, "srpe_load") == pytest.approx(8 * 50)
    do(coach, lambda s, a: editing.undo(s, a, edit_id))
    assert (coach.only().rpe, load(coach)) == (None, ordinary)


def test_a_corrected_treadmill_distance_changes_pace_and_bests(coach: Coach) -> None:
    made = indoors(recording(seconds=1200))
    coach.bring(("run.fit", fit(made)))
    row = coach.only()
    assert row.distance_m is not None
    assert coach.values(row.id)["distance_bests"] == Unknown("treadmill_distance")
    pace = coach.value(row.id, "pace_s_per_km")
    assert pace is not None
    metres = row.distance_m * 1.1
    do(coach, lambda s, a: editing.change(s, a, row.id, {"distance_m": metres}))
    assert coach.value(row.id, "pace_s_per_km") == pytest.approx(pace / 1.1)
    bests = coach.values(row.id)["distance_bests"].detail["rows"]
    fastest = next(r["time_s"] for r in bests if r["distance_m"] == 1000)
    assert fastest == pytest.approx(1000 / 3.3, rel=0.03)


def test_what_is_excluded_leaves_the_bests_and_what_is_deleted_the_sums(coach: Coach) -> None:
    coach.bring(("run.fit", fit(recording(seconds=1200))))
    row = coach.only()
    assert not isinstance(coach.values(row.id)["distance_bests"], Unknown)
    do(coach, lambda s, a: editing.change(s, a, row.id, {"excluded_from_bests": True}))
    assert coach.values(row.id)["distance_bests"] == Unknown("excluded_from_bests")
    before = load(coach)
    assert before > 0
    do(coach, lambda s, a: editing.delete(s, a, row.id))
    assert (load(coach), coach.rows()) == (0, [])
    do(coach, lambda s, a: editing.undo_last(s, a))
    assert load(coach) == before


def test_a_noted_value_gives_way_and_comes_back(coach: Coach) -> None:
    def slept(hours: float) -> DailyValue:
        return DailyValue(DAY, "sleep_s", hours * 3600, Source.journal)

    def stands() -> list[DailyValue]:
        return do(coach, lambda s, a: daily.values(s, a.id, ("sleep_s",), DAY, DAY))

    do(coach, lambda s, a: editing.note(s, a, [], [slept(7)]))
    do(coach, lambda s, a: editing.note(s, a, [Entry("mood", DAY, 4.0)], [slept(6)]))
    assert stands() == [slept(6)]
    do(coach, lambda s, a: editing.undo_last(s, a))
    assert stands() == [slept(7)]
    do(coach, lambda s, a: editing.undo_last(s, a))
    assert stands() == []
