"""The summary for another assistant: right figures, no names, and nothing that a source keeps from models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from plan_desk import COUCH, MARATHON, TODAY, PlanDesk, trained
from sqlalchemy import text

from coach.domain.activity import Recording, Sport
from coach.domain.athlete import Threshold, ThresholdKind
from coach.domain.plan.exchange import read_plan
from coach.domain.plan.model import Race, Situation
from coach.domain.source import Permission, Source
from coach.pipeline import planning, recompute, summary, summary_text
from coach.pipeline.outings import place
from coach.pipeline.summary import Summary, age_band
from coach.store import athletes, sync_system
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import LANGS, say

NAMES = ("하나", "서울", "남산", "카나리아")


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    """An athlete who never ran."""
    return PlanDesk(db, athlete_id)


@pytest.fixture
def runner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week."""
    yield from trained(embedded.url, template)


@pytest.fixture
def marathoner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """The same with an approved plan for a marathon."""
    yield from trained(embedded.url, template, MARATHON)


def made(desk: PlanDesk) -> Summary:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return summary.summary_of(s, athletes.get(s, desk.athlete_id), desk.now)


def told(found: Summary) -> str:
    """Return everything that leaves."""
    return summary_text.text_of(found) + json.dumps(summary.data_of(found), ensure_ascii=False)


def counted(desk: PlanDesk) -> dict[date, tuple[int, float, float]]:
    """Return the first day of each week → runs, metres, the longest, as the database adds them up."""
    query = text(
        "SELECT date_trunc('week', local_date)::date, count(*), sum(distance_m), max(distance_m)"
        "  FROM activities GROUP BY 1"
    )
    with desk.db.athlete_session(desk.athlete_id) as s:
        return {day: (runs, total, longest) for day, runs, total, longest in s.execute(query)}


def test_the_figures_are_those_of_the_weeks(runner: PlanDesk) -> None:
    found = made(runner)
    assert found.weeks == tuple(date(2026, 11, 9) - timedelta(weeks=n) for n in reversed(range(6)))
    by_week = counted(runner)
    for week in found.weeks:
        runs, total, longest = by_week[week]
        assert runs >= 4
        assert found.value(f"week.{week}.runs") == runs
        assert found.value(f"week.{week}.distance_m") == total
        assert found.value(f"week.{week}.longest_m") == longest
        assert found.value(f"week.{week}.training_load")
    whole = [by_week[date(2026, 11, 9) - timedelta(weeks=n)][1] for n in reversed(range(12))]
    assert found.value("trend.first_m") == pytest.approx(sum(whole[:6]) / 6, abs=0.1)
    assert found.value("trend.last_m") == pytest.approx(sum(whole[6:]) / 6, abs=0.1)
    assert found.value("lifetime.runs") == sum(runs for runs, _, _ in by_week.values())
    assert found.value("lifetime.distance_m") == pytest.approx(sum(m for _, m, _ in by_week.values()), abs=1)
    assert found.value("lifetime.since") == "2026-08-29"
    assert isinstance(found.value("form.ctl"), float)
    assert not found.withheld_for


def test_it_names_nobody_and_no_place(marathoner: PlanDesk) -> None:
    with marathoner.db.athlete_session(marathoner.athlete_id) as s:
        planning.save_race(
            s, marathoner.athlete, Race(date(2026, 12, 20), 10_000.0, name="남산 10K"), marathoner.now
        )
        athletes.update(s, marathoner.athlete_id, birth_year=1991, sex="female")
    said = told(made(marathoner))
    assert not [name for name in NAMES if name in said]
    assert "2026-12-20" in said
    assert "1991" not in said
    assert age_band(replace(marathoner.athlete, birth_year=1991), TODAY) == "30-39"


def test_the_plan_is_there_and_its_form_is_one_that_we_read(marathoner: PlanDesk) -> None:
    revision = marathoner.held()
    found = made(marathoner)
    plan = summary.data_of(found)["plan"]
    back = read_plan(plan, Situation(marathoner.today)).plan
    ahead = [(w.day, w.kind) for w in revision.plan.workouts if w.day >= marathoner.today and w.runs]
    assert [(w.day, w.kind) for w in back.workouts if w.runs] == ahead
    example = re.search(r"```json\n(.*?)```", summary_text.text_of(found), re.DOTALL)
    assert example is not None
    shown = read_plan(example[1], Situation(marathoner.today))
    assert len(shown.plan.workouts) == 3  # two and the race
    assert not [a for a in shown.assumed if a.key in ("unknown_field", "value_odd", "left_out")]


def test_nothing_at_all_is_said_and_not_zero(desk: PlanDesk) -> None:
    found = made(desk)
    assert say("ko", "plan_exchange.summary_no_plan") in summary_text.text_of(found)
    assert found.value("lifetime.since") is None
    assert found.value(f"week.{found.weeks[0]}.longest_m") is None


# --- what a source keeps from outside models ---

ODD = ("9421", "9.42", "9.4", "177", "61.7")


def strava_runs(desk: PlanDesk, *, days: Iterator[int] | range = range(1, 60, 2)) -> None:
    """Plant runs of Strava's API, with a marker in their texts and odd numbers everywhere else."""
    ids = []
    with desk.db.athlete_session(desk.athlete_id) as s:
        for n in days:
            recording = Recording(
                sport=Sport.run,
                start=datetime(2026, 11, 21, 1, tzinfo=UTC) - timedelta(days=n),
                elapsed_s=3177.0,
                timer_s=3177.0,
                distance_m=9421.0,
                name=f"카나리아남산{n}",
                external_id=f"카나리아{n}",
            )
            placed = place(
                s, desk.athlete_id, recording, source=Source.strava, file_id=None, home="Asia/Seoul"
            )
            ids.append(placed.row.id)
        estimated = Threshold(ThresholdKind.lthr_bpm, 177, "estimated", date(2026, 9, 1), "", (ids[0],))
        athletes.set_threshold(s, estimated)
    recompute.recompute(desk.db, desk.athlete_id, ids)
    with desk.db.athlete_session(desk.athlete_id) as s:
        athletes.set_threshold(s, estimated)


def numbers(found: Summary) -> list[Any]:
    return [fact.value for fact in found.facts.values() if fact is not None and fact.value is not None]


def test_nothing_of_somebody_who_has_only_strava_leaves(desk: PlanDesk) -> None:
    strava_runs(desk)
    desk.approved(COUCH)
    found = made(desk)
    assert found.withheld_for == {Source.strava}
    assert numbers(found) == []
    assert found.is_plan_withheld
    assert found.plan is None
    said = told(found)
    assert not [odd for odd in (*ODD, *NAMES) if odd in said]
    assert say("ko", "plan_exchange.summary_withheld") in said
    assert "Strava" in said
    assert summary.data_of(found)["plan"] == "withheld"


def test_what_is_not_strava_s_still_leaves(runner: PlanDesk) -> None:
    """Weeks with nothing of theirs are told; one that they have a part of is not, and no sum over it."""
    strava_runs(runner, days=range(14, 15))  # one run, on Saturday 7 November
    found = made(runner)
    touched = date(2026, 11, 2)
    for week in found.weeks:
        assert found.is_withheld(f"week.{week}.distance_m") is (week == touched)
        assert found.is_withheld(f"week.{week}.runs") is (week == touched)
    assert found.value(f"week.{date(2026, 11, 9)}.distance_m") == counted(runner)[date(2026, 11, 9)][1]
    assert found.is_withheld("trend.last_m")
    assert not found.is_withheld("trend.first_m")
    for key in ("lifetime.distance_m", "lifetime.runs", "form.ctl"):
        assert found.is_withheld(key)


def test_what_the_operator_permits_leaves(desk: PlanDesk) -> None:
    strava_runs(desk)
    free = Permission(to_model=True, to_others=True, keep_for=None)
    sync_system.set_permission(desk.db, Source.strava, free)
    found = made(desk)
    assert not found.withheld_for
    assert found.value("lifetime.distance_m") == 9421 * 30


def test_it_is_written_in_both_languages_and_units(runner: PlanDesk) -> None:
    with runner.db.athlete_session(runner.athlete_id) as s:
        planning.set_goal(s, runner.athlete, COUCH, runner.now)
    for lang in LANGS:
        for units in ("metric", "imperial"):
            with runner.db.athlete_session(runner.athlete_id) as s:
                athletes.update(s, runner.athlete_id, lang=lang, units=units)
            said = summary_text.text_of(made(runner)).split("```")[0]
            assert "{" not in said
            assert (" mi |" in said) is (units == "imperial")
            assert (" km |" in said) is (units == "metric")
