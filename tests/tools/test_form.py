"""The load half of how the athlete is: the ratio and the sudden long run beside fitness and form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fakes.life import TODAY, Lived
from telling import call, told

from coach.domain.activity import Sport
from coach.pipeline import editing
from coach.tools.spec import ToolContext

SEOUL = ZoneInfo("Asia/Seoul")


def ran(life: Lived, ctx: ToolContext, days_ago: int, km: float, sport: Sport = Sport.run) -> None:
    day = TODAY - timedelta(days=days_ago)
    start = datetime(day.year, day.month, day.day, 6, tzinfo=SEOUL)
    with life.db.athlete_session(ctx.athlete.id) as s:
        editing.log_activity(
            s, ctx.athlete, start=start, sport=sport, distance_m=1000 * km, duration_s=360 * km
        )


def values(result: Any) -> dict[str, float | None]:
    return {fact.key: fact.value for fact in result.facts}


def test_the_ratio_is_a_fact_and_never_a_reason(life: Lived) -> None:
    ctx = life.ctx()
    result = call(ctx, "load_and_form")
    found = {fact.key: fact for fact in result.facts}["form.acwr"]
    assert isinstance(found.value, float)
    assert 0 < found.value < 4
    assert found.activities
    assert "form.acwr" not in {key for note in (*result.says, *result.notes) for key in note.facts.values()}
    early = {fact.key: fact for fact in call(ctx, "load_and_form", day=TODAY - timedelta(days=40)).facts}
    assert early["form.acwr"].because == "need_days"


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("ko", "에 뛴 30 km는 그 전 30일 동안 가장 길게 뛴 21.1 km보다 42% 길었어요"),
        ("en", "you ran 30 km, 42% more than your longest run of the 30 days before (21.1 km)"),
    ],
)
def test_a_sudden_long_run_of_the_last_week_is_said(own_life: Lived, lang: Any, sentence: str) -> None:
    ctx = own_life.ctx(lang=lang)
    before = values(call(ctx, "load_and_form"))
    assert "form.spike_far" not in before
    ran(own_life, ctx, 20, 100, Sport.ride)  # no run
    ran(own_life, ctx, 4, 30.0)
    result = call(ctx, "load_and_form")
    after = {fact.key: fact for fact in result.facts}
    assert after["form.spike_far"].value == 30_000
    longest = float(after["form.spike_before"].value or 0)
    assert after["form.spike"].value == pytest.approx(100 * (30_000 / longest - 1))
    assert after["form.spike"].subject.start == TODAY - timedelta(days=4)
    assert sentence in told(ctx, result)
    # A week later it is no news; the day itself can still be asked about.
    assert "form.spike_far" not in values(call(ctx, "load_and_form", day=TODAY - timedelta(days=5)))
    assert "form.spike_far" in values(call(ctx, "load_and_form", day=TODAY - timedelta(days=4)))


def test_a_longest_run_that_grows_by_less_than_a_tenth_is_not_worth_a_word(own_life: Lived) -> None:
    ctx = own_life.ctx()
    ran(own_life, ctx, 10, 30.0)
    ran(own_life, ctx, 1, 32.0)
    result = call(ctx, "load_and_form")
    found = values(result)
    assert found["form.spike"] == pytest.approx(100 * (32 / 30 - 1))
    assert "form.spike_far" not in found


def test_without_a_run_this_week_the_fact_says_why(life: Lived) -> None:
    ctx = life.ctx()
    quiet = {f.key: f for f in call(ctx, "load_and_form", day=TODAY - timedelta(days=49)).facts}
    assert quiet["form.spike"].because in ("no_run_that_day", "no_run_in_days")
