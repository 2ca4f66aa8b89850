"""The track record is replayed where something changed, kept per version, and costs nothing otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pipeline_runs import START, Coach
from sqlalchemy import text

from coach.domain.activity import Sport
from coach.domain.metrics import METRICS
from coach.domain.track_record import TRACKED
from coach.errors import NotEnoughData
from coach.pipeline import editing, track_record
from coach.store import activities, athletes, metrics, track_records

TODAY = date(2026, 10, 4)
KNOWN = [model for model in TRACKED.values() if model.known]


def races(coach: Coach, count: int = 2) -> None:
    """Write down a race every three weeks, with what heart rate and samples would tell left out."""
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        for n in range(count):
            editing.log_activity(
                s,
                athlete,
                start=START - timedelta(days=21 * n),
                sport=Sport.run,
                distance_m=10_000.0,
                duration_s=2700.0 + 20 * n,
                race=True,
                rpe=8,
            )


def kept(coach: Coach, model: str = "race_predictions") -> list[track_records.Kept]:
    with coach.db.athlete_session(coach.athlete_id) as s:
        return track_records.read(s, coach.athlete_id, model)


def test_only_what_changed_is_replayed(coach: Coach) -> None:
    races(coach)
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == len(KNOWN)
    (first,) = kept(coach)
    assert first.summary["races"] == 2
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY + timedelta(days=1)) == 0
    with coach.db.athlete_session(coach.athlete_id) as s:
        athlete = athletes.get(s, coach.athlete_id)
        row = activities.find(s, coach.athlete_id)[0]
        editing.change(s, athlete, row.id, {"race": False})
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == len(KNOWN)
    (second,) = kept(coach)
    assert second.summary["races"] == 1


def test_a_changed_formula_is_kept_beside_the_old(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    races(coach)
    track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    old = METRICS["race_predictions"]
    monkeypatch.setitem(METRICS, "race_predictions", replace(old, version=old.version + 1))
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 1
    assert [record.version for record in kept(coach)] == [old.version + 1, old.version]


def test_a_model_without_its_formula_is_skipped(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    races(coach)
    monkeypatch.delitem(METRICS, "race_predictions")
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == len(KNOWN) - 1
    assert kept(coach) == []


def test_cut_off_it_goes_on_with_the_next_model(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut(Exception):
        pass

    def cut(history: object) -> None:
        raise Cut

    races(coach)
    last = KNOWN[-1]
    monkeypatch.setitem(TRACKED, last.name, replace(last, replay=cut))
    with pytest.raises(Cut):
        track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY)
    monkeypatch.setitem(TRACKED, last.name, last)
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 1


def test_nothing_is_replayed_from_what_is_being_recomputed(coach: Coach) -> None:
    races(coach)
    with coach.db.athlete_session(coach.athlete_id) as s:
        metrics.outdate(s, coach.athlete_id, ["training_load"])
    with pytest.raises(NotEnoughData):
        track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY)


def test_somebody_without_any_record(coach: Coach) -> None:
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == len(KNOWN)
    assert [record.rows for record in kept(coach)] == [[]]
    assert track_record.bring_up_to_date(coach.db, coach.athlete_id, TODAY) == 0


def test_an_import_has_it_replayed_once(coach: Coach) -> None:
    with coach.db.athlete_session(coach.athlete_id) as s:
        for _ in range(2):
            track_record.defer(s, coach.athlete_id)
    with coach.db.system_session() as system:
        jobs = system.execute(
            text("SELECT priority FROM procrastinate_jobs WHERE task_name = 'track_record'")
        ).all()
    assert jobs == [(track_record.PRIORITY,)]
