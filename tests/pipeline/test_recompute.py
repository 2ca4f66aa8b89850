"""Thresholds and what rests on them: only what changed is computed anew, and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipeline_runs import START, Coach, fit, recording
from sqlalchemy import text

from coach.domain.activity import Activity, Sport
from coach.domain.athlete import Athlete, Sex, Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.errors import NotEnoughData
from coach.pipeline import editing, profile, recompute
from coach.pipeline.thresholds import refresh_thresholds, resting_on
from coach.store import activities, athletes, metrics, progress, system

TODAY = date(2026, 10, 4)
GIVEN = {"hr_max_bpm": 190.0, "hr_rest_bpm": 50.0, "lthr_bpm": 170.0, "threshold_speed_mps": 4.0}


def thresholds(**values: float) -> Thresholds:
    return Thresholds(
        **{k: Threshold(ThresholdKind(k), v, "given", date(2026, 1, 1)) for k, v in values.items()}
    )


def results(made: Activity, athlete: Athlete) -> dict[str, Any]:
    return {name: METRICS[name].fn(replace(made), athlete) for name in recompute.VERSIONS}


@pytest.mark.parametrize("kind", [f.name for f in fields(Thresholds)])
def test_only_what_says_so_rests_on_thresholds(kind: str) -> None:
    made = Activity(1, recording(seconds=1500), TODAY, "Asia/Seoul")
    bases = [{}, GIVEN, {"hr_max_bpm": 190.0, "hr_rest_bpm": 50.0}, {"hr_max_bpm": 190.0}]
    for base in bases:
        with_one = {**base, kind: 1.05 * GIVEN.get(kind, 250.0)}
        before = results(made, Athlete(1, thresholds=thresholds(**base)))
        after = results(made, Athlete(1, thresholds=thresholds(**with_one)))
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= recompute.ON_THRESHOLDS.keys()
    assert recompute.ON_THRESHOLDS.keys().isdisjoint(recompute.ON_NOTHING)


def test_effort_is_followed_to_the_load() -> None:
    assert resting_on({"rpe"}).keys() == {"srpe_load", "training_load"}


def months(coach: Coach) -> None:
    """Bring two runs in each of three months."""
    starts = [START - timedelta(days=31 * n + k) for n in range(3) for k in (0, 1)]
    coach.bring(*((f"{n}.fit", fit(recording(day, 1900, seed=n))) for n, day in enumerate(starts)))


def computed_at(coach: Coach) -> dict[tuple[int, str], datetime]:
    query = text("SELECT activity_id, metric, computed_at FROM activity_metrics")
    with coach.db.athlete_session(coach.athlete_id) as s:
        return {(r.activity_id, r.metric): r.computed_at for r in s.execute(query)}


def test_up_to_date_is_left_alone(coach: Coach) -> None:
    months(coach)
    before = computed_at(coach)
    assert recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 0
    assert computed_at(coach) == before


def test_recomputing_everything_changes_nothing(coach: Coach) -> None:
    months(coach)
    before = coach.state()
    ids = [row.id for row in coach.rows()]
    told: list[tuple[int, int]] = []
    assert recompute.recompute(coach.db, coach.athlete_id, ids, lambda n, of: told.append((n, of))) == 6
    assert coach.state() == before
    assert told == [(6, 6)]


def test_a_harder_run_moves_the_months_it_tells_about(coach: Coach) -> None:
    months(coach)
    before = computed_at(coach)
    # Two faster runs on the last days: only October's thresholds rise.
    fast = [recording(START + timedelta(days=d), 1900, speed_mps=4.2, seed=9) for d in (0.4, 0.8)]
    coach.bring(*((f"fast{n}.fit", fit(r)) for n, r in enumerate(fast)))
    after = computed_at(coach)
    moved = {key for key in before if before[key] != after[key]}
    months_moved = {row.local_date.month for row in coach.rows() if row.id in {i for i, _ in moved}}
    assert months_moved == {10}
    assert {name for _, name in moved} == resting_on({"threshold_speed_mps"}).keys()
    assert coach.stale() == []


def test_a_given_threshold_wins_over_every_estimate(coach: Coach) -> None:
    months(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        mine = Threshold(ThresholdKind.threshold_speed_mps, 5.0, "given", TODAY)
        athletes.set_threshold(s, mine)
        athletes.lock(s, coach.athlete_id)
        moved = refresh_thresholds(s, coach.athlete_id, TODAY)
        held = [athletes.get(s, coach.athlete_id, row.local_date).thresholds for row in coach.rows()]
    assert {t.threshold_speed_mps for t in held} == {mine}
    assert moved == 0  # what was given was there before: the job that giving it queues computes with it
    ids = [row.id for row in coach.rows()]
    recompute.recompute(coach.db, coach.athlete_id, ids)
    for activity_id in ids:
        found = coach.values(activity_id)["graded_load"]
        assert isinstance(found, Measure)
        assert found.value is not None
        assert not found.estimated
        assert found.value < 40


def test_a_new_version_of_a_metric_is_computed_by_the_next_call(coach: Coach) -> None:
    months(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        s.execute(text("UPDATE activity_metrics SET version = 0, value = 1 WHERE metric = 'avg_hr_bpm'"))
    assert len(coach.stale()) == 6
    assert recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 6
    assert coach.stale() == []
    assert all((coach.value(row.id, "avg_hr_bpm") or 0) > 100 for row in coach.rows())


def test_nothing_is_estimated_for_somebody_without_activities(coach: Coach) -> None:
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert refresh_thresholds(s, coach.athlete_id, TODAY) == 0
        assert athletes.thresholds(s) == []


def test_estimates_that_no_longer_stand_go(coach: Coach) -> None:
    months(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert any(t.origin == "estimated" for t in athletes.thresholds(s))
        for row in activities.find(s, coach.athlete_id):
            if row.local_date.month != 10:
                activities.delete(s, coach.athlete_id, row.id)
    now = datetime(2026, 10, 4, 3, tzinfo=UTC)
    recompute.bring_up_to_date(coach.db, coach.athlete_id, now.date())
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert {t.valid_from for t in athletes.thresholds(s)} == {date(2026, 10, 1)}


# What may change in the profile, and to what.
CHANGES: dict[str, dict[str, Any]] = {"sex": {"sex": Sex.female}, "birth_year": {"birth_year": 1950}}


@pytest.mark.parametrize("field", CHANGES)
def test_only_what_says_so_rests_on_the_profile(field: str) -> None:
    made = Activity(1, recording(seconds=1500), TODAY, "Asia/Seoul")
    before = results(made, Athlete(1, thresholds=thresholds(**GIVEN), sex=Sex.male, birth_year=1990))
    changed = {"sex": Sex.male, "birth_year": 1990, **CHANGES[field]}
    after = results(made, Athlete(1, thresholds=thresholds(**GIVEN), **changed))
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= resting_on({field}).keys()
    assert moved or field == "birth_year"


def test_a_change_of_sex_outdates_exactly_what_rests_on_it(coach: Coach) -> None:
    months(coach)
    before = computed_at(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        athletes.update(s, coach.athlete_id, sex="female")
        assert profile.recompute_dependants(s, coach.athlete_id, "sex") == 6
        waiting = metrics.stale(s, coach.athlete_id, recompute.VERSIONS)
        assert {name for names in waiting.values() for name in names} == resting_on({"sex"}).keys()
        assert list(waiting) == [row.id for row in activities.find(s, coach.athlete_id)]  # newest first
        assert profile.recompute_dependants(s, coach.athlete_id, "name") == 0
    assert recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 6
    after = computed_at(coach)
    assert {name for (i, name) in before if before[i, name] != after[i, name]} == resting_on({"sex"}).keys()


def test_a_given_threshold_outdates_what_rests_on_its_kind(coach: Coach) -> None:
    months(coach)
    before = computed_at(coach)
    mine = Threshold(ThresholdKind.threshold_speed_mps, 5.0, "given", date(1970, 1, 1))
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        assert profile.set_threshold(s, athlete, mine) == 6
        assert profile.set_threshold(s, athlete, mine) == 0  # the same again outdates nothing more
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    after = computed_at(coach)
    touched = {name for (i, name) in before if before[i, name] != after[i, name]}
    assert touched == resting_on({"threshold_speed_mps"}).keys()


def many(coach: Coach, count: int = 25) -> None:
    """Write down a run a day, without samples: quick to compute."""
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        for n in range(count):
            start = START - timedelta(days=n)
            editing.log_activity(
                s, athlete, start=start, sport=Sport.run, distance_m=8000.0 + n, duration_s=2700.0, rpe=4
            )


def test_nothing_outdated_is_read(coach: Coach) -> None:
    many(coach)
    span = (date(2026, 1, 1), TODAY)
    with coach.db.athlete_session(coach.athlete_id) as s:
        newest, *older = (row.id for row in activities.find(s, coach.athlete_id, limit=None))
        whole = metrics.daily_sums(s, coach.athlete_id, "training_load", *span)
        metrics.outdate(s, coach.athlete_id, ["training_load"], [TODAY - timedelta(days=1)])
        waiting = Unknown("being_recomputed", {"done": 0, "total": 1})
        read = metrics.read(s, coach.athlete_id, [newest])[newest]
        assert [name for name, result in read.items() if result == waiting] == ["training_load"]
        # Sums, tables and lists would be wrong without it.
        for ask in (
            lambda: metrics.daily_sums(s, coach.athlete_id, "training_load", *span),
            lambda: metrics.table(s, coach.athlete_id, ["training_load"], *span),
            lambda: metrics.read(s, coach.athlete_id, [newest, *older], ["training_load"]),
        ):
            with pytest.raises(NotEnoughData) as refused:
                ask()
            assert (refused.value.key, refused.value.params) == ("being_recomputed", {"done": 0, "total": 1})
        # What does not need it is there.
        assert len(metrics.daily_sums(s, coach.athlete_id, "distance_m", *span)) == 25
        before = TODAY - timedelta(days=2)
        assert len(metrics.daily_sums(s, coach.athlete_id, "training_load", span[0], before)) == 24
        partly = metrics.read(s, coach.athlete_id, [newest, older[0]], ["training_load"], whole=False)
        assert partly[newest]["training_load"] == waiting
        assert isinstance(partly[older[0]]["training_load"], Measure)
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert metrics.daily_sums(s, coach.athlete_id, "training_load", *span) == whole


def test_a_metric_that_was_never_computed_is_being_computed(coach: Coach) -> None:
    many(coach, 2)
    with coach.db.athlete_session(coach.athlete_id) as s:
        s.execute(text("DELETE FROM activity_metrics WHERE metric = 'trimp'"))
        row = activities.find(s, coach.athlete_id)[0]
        found = metrics.read(s, coach.athlete_id, [row.id])[row.id]["trimp"]
        assert isinstance(found, Unknown)
        assert found.because == "being_recomputed"
    assert recompute.notice_outdated(coach.db) == 1
    with coach.db.athlete_session(coach.athlete_id) as s:
        waiting = progress.running(s, coach.athlete_id, "metrics")
        assert waiting is not None
        assert (waiting.done, waiting.total) == (0, 2)
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    assert recompute.notice_outdated(coach.db) == 0
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert progress.running(s, coach.athlete_id, "metrics") is None


class Cut(Exception):
    """The power went."""


def test_cut_off_it_is_taken_up_where_it_was(coach: Coach) -> None:
    many(coach)
    before = coach.state()
    with coach.db.athlete_session(coach.athlete_id) as s:
        assert profile.recompute_all(s, coach.athlete_id) == 25

    def how_far() -> progress.Progress:
        with coach.db.athlete_session(coach.athlete_id) as s:
            (kept,) = progress.every(s, coach.athlete_id)
        return kept

    def cut(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 10:
            raise Cut

    told: list[tuple[int, int]] = []
    with pytest.raises(Cut):
        recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY, cut)
    assert told == [(10, 25)]
    begun = how_far()
    assert (begun.done, begun.total, begun.finished_at) == (10, 25, None)
    newest = [row.id for row in reversed(coach.rows())]
    assert coach.stale() == newest[10:]  # what people look at is done first
    with coach.db.athlete_session(coach.athlete_id) as s:
        older = metrics.read(s, coach.athlete_id, newest[10:11])[newest[10]]["training_load"]
    assert older == Unknown("being_recomputed", {"done": 10, "total": 25})
    told.clear()
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY, lambda n, of: told.append((n, of)))
    assert told == [(20, 25), (25, 25)]
    ended = how_far()
    assert (ended.done, ended.total, ended.started_at) == (25, 25, begun.started_at)
    assert ended.finished_at is not None
    assert coach.state() == before


@settings(max_examples=2, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(4)))
def test_metrics_do_not_depend_on_the_order_of_import(coach: Coach, order: list[int]) -> None:
    def state(order: Sequence[int]) -> list[dict[str, Any]]:
        own = replace(coach, athlete_id=system.create_athlete(coach.db).id)
        for n in order:  # one import each: thresholds are estimated after every one of them
            made = recording(START - timedelta(days=20 * n), 1300, speed_mps=3.0 + 0.2 * n, seed=n)
            own.bring((f"{n}.fit", fit(made)))
        return own.state()

    assert state(order) == state(range(4))


def test_a_bug_in_a_metric_is_the_reason_why_that_one_is_unknown(
    coach: Coach, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    many(coach, 1)

    def broken(activity: Activity, athlete: Athlete) -> Measure:
        raise ZeroDivisionError

    monkeypatch.setitem(METRICS, "trimp", replace(METRICS["trimp"], fn=broken))
    with coach.db.athlete_session(coach.athlete_id) as s:
        profile.recompute_all(s, coach.athlete_id)
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    values = coach.values(coach.only().id)
    assert values["trimp"] == Unknown("metric_failed")
    assert isinstance(values["distance_m"], Measure)
    assert "trimp" in caplog.text


def test_a_deleted_activity_comes_back_up_to_date(coach: Coach) -> None:
    many(coach, 2)
    row = coach.rows()[0]
    mine = Threshold(ThresholdKind.threshold_speed_mps, 5.0, "given", date(1970, 1, 1))
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        edit = editing.delete(s, athlete, row.id)
        profile.set_threshold(s, athlete, mine)
    recompute.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    with coach.db.athlete_session(coach.athlete_id) as s:
        editing.undo(s, athlete, edit)
    assert coach.stale() == []
