"""Thresholds and what rests on them: only what changed is computed anew, and nothing is forgotten."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pipeline_runs import START, Coach, fit, recording
from sqlalchemy import text

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete, Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure
from coach.pipeline import recompute
from coach.store import activities, athletes

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
    assert recompute.resting_on({"rpe"}).keys() == {"srpe_load", "training_load"}


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
    assert {name for _, name in moved} == recompute.ON_THRESHOLDS.keys()
    assert coach.stale() == []


def test_a_given_threshold_wins_over_every_estimate(coach: Coach) -> None:
    months(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        mine = Threshold(ThresholdKind.threshold_speed_mps, 5.0, "given", TODAY)
        athletes.set_threshold(s, mine)
        athletes.lock(s, coach.athlete_id)
        moved = recompute.refresh_thresholds(s, coach.athlete_id, TODAY)
        held = [athletes.get(s, coach.athlete_id, row.local_date).thresholds for row in coach.rows()]
    assert {t.threshold_speed_mps for t in held} == {mine}
    assert moved == []  # what was given was there before: the job that giving it queues computes with it
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
        assert recompute.refresh_thresholds(s, coach.athlete_id, TODAY) == []
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
