"""Charts of a plan: what is drawn is what the plan says, beside what was run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.planned import stored

from coach.charts import build
from coach.domain.activity import Sport
from coach.errors import NotFound
from coach.store import activities, athletes, system
from coach.store.session import Database

MONDAY = date(2026, 11, 9)
TODAY = date(2026, 11, 18)  # Wednesday of the second week


def run(db: Database, athlete_id: int, day: date, km: float) -> None:
    with db.athlete_session(athlete_id) as s:
        activities.create(
            s,
            athlete_id,
            sport=Sport.run,
            start_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            tz="UTC",
            local_date=day,
            elapsed_s=360 * km,
            distance_m=1000 * km,
        )


def drawn(db: Database, athlete_id: int, chart: str, today: date = TODAY, **params: Any) -> dict[str, Any]:
    with db.athlete_session(athlete_id) as s:
        athlete = athletes.get(s, athlete_id)
        return build(chart, params, session=s, athlete=athlete, lang="ko", today=today)


def test_planned_and_actual_weeks_stand_side_by_side(db: Database, athlete_id: int) -> None:
    assert "아직 계획이 없어요" in str(drawn(db, athlete_id, "plan_volume"))
    with db.athlete_session(athlete_id) as s:
        made = stored(s, MONDAY)
    for day, km in ((date(2026, 11, 10), 8.0), (date(2026, 11, 15), 12.5), (date(2026, 11, 17), 8.4)):
        run(db, athlete_id, day, km)
    run(db, athlete_id, date(2026, 11, 8), 30.0)  # before the plan
    rows = drawn(db, athlete_id, "plan_volume")["data"]["values"]
    assert [row["planned"] for row in rows] == [round(w.run_m / 1000, 1) for w in made.plan.weeks]
    assert [row["done"] for row in rows] == [20.5, 8.4, None]  # a week to come is unknown, not nothing
    assert [row["race"] for row in rows] == [False, False, True]
    assert drawn(db, athlete_id, "plan_volume", plan_id=made.plan_id, revision=1)["data"]["values"] == rows


def test_another_athletes_plan_is_not_drawn(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        made = stored(s, MONDAY)
    stranger = system.create_athlete(db, name="두리").id
    for chart in ("plan_volume", "plan_load"):
        with pytest.raises(NotFound):
            drawn(db, stranger, chart, plan_id=made.plan_id)


def test_what_is_to_be_expected_ends_on_race_day(db: Database, athlete_id: int) -> None:
    with db.athlete_session(athlete_id) as s:
        made = stored(s, MONDAY)
    spec = drawn(db, athlete_id, "plan_load", today=MONDAY)
    rows = spec["data"]["values"]
    # Nothing was recorded: what the plan was built from is where the forecast begins.
    assert all(row["ahead"] for row in rows)
    fitness = {row["day"]: row["value"] for row in rows if row["what"] == "체력(CTL)"}
    form = {row["day"]: row["value"] for row in rows if row["what"] == "컨디션(TSB)"}
    assert (min(fitness), max(fitness)) == (MONDAY.isoformat(), made.plan.end.isoformat())
    # The last week is light: the race is reached rested.
    assert form[made.plan.end.isoformat()] > form[date(2026, 11, 23).isoformat()]
    assert spec["layer"][2]["data"]["values"] == [{"day": made.plan.end.isoformat(), "name": "가을 10K"}]
