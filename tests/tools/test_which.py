"""Which activity is meant, and whose day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.life import ABROAD, TODAY, TWICE, Lived
from telling import call, say_tell

from coach.errors import NotFound
from coach.store import activities
from coach.text import say


@pytest.mark.parametrize("tool", ["activity_show", "activity_change", "activity_delete", "show_chart"])
def test_two_runs_of_a_day_are_asked_about(own_life: Lived, tool: str) -> None:
    ctx = own_life.ctx()
    more: dict[str, Any] = {"activity_change": {"race": True}, "show_chart": {"chart": "streams"}}.get(
        tool, {}
    )
    day = "start" if tool == "show_chart" else "day"
    asked = call(ctx, tool, **{day: TWICE, **more}).question
    assert asked is not None
    assert [c.label.split(" · ")[0] for c in asked.choices] == [
        "10월 6일 (화) 19:00", *(c.label.split(" · ")[0] for c in asked.choices[1:])
    ]  # fmt: skip
    assert any("아침 조깅" in c.label and "5 km" in c.label for c in asked.choices)
    chosen = asked.choices[-1]
    result = call(ctx, asked.tool, **{**asked.args, asked.field: chosen.value})
    assert result.question is None
    assert say(ctx.lang, asked.key, **asked.params).startswith("10월 6일")


def test_which_race(life: Lived) -> None:
    ctx = life.ctx()
    asked = call(ctx, "activity_show", pick="race").question
    assert asked is not None
    assert [c.label.split(" · ")[1] for c in asked.choices] == ["가을 하프", "서울 레이스"]
    assert call(ctx, "activity_show", pick="race", start="2026-10-01", end="2026-10-31").question is None


@pytest.mark.parametrize(
    ("args", "key"),
    [
        ({"day": "2026-11-20"}, "no_activity_on_day"),
        ({"sport": "hike"}, "no_activity_of_sport"),
        ({"pick": "race", "start": "2026-11-01", "end": "2026-11-21"}, "no_race"),
        ({"start": "2020-01-01", "end": "2020-01-31"}, "no_activity_in"),
        ({"activity_id": 999_999}, "activity_not_found"),
    ],
)
def test_what_is_not_there_is_said(life: Lived, args: dict[str, Any], key: str) -> None:
    with pytest.raises(NotFound) as error:
        call(life.ctx(), "activity_show", **args)
    assert error.value.key == key
    for lang in ("ko", "en"):
        assert say(lang, f"error.{key}", **error.value.params)


def test_nobody_elses_and_nothing_deleted(own_life: Lived) -> None:
    with own_life.db.athlete_session(own_life.one) as s:
        theirs = activities.find(s, own_life.one)[0].id
    ctx = own_life.ctx()
    for tool in ("activity_show", "activity_delete", "zones"):
        with pytest.raises(NotFound):
            call(ctx, tool, activity_id=theirs)
    mine = call(ctx, "activity_show").cards[-1].activity_id
    call(ctx, "activity_delete", activity_id=mine)
    for tool in ("activity_show", "zones"):
        with pytest.raises(NotFound):
            call(ctx, tool, activity_id=mine)


def test_the_fastest_is_a_run_unless_rides_are_asked_for(life: Lived) -> None:
    ctx = life.ctx()
    for name, args in (("activity_show", {"pick": "fastest"}), ("activities_find", {"order": "fastest"})):
        facts = call(ctx, name, **args).facts
        assert any("pace_s_per_km" in f.key for f in facts)
        assert not any("speed_mps" in f.key for f in facts)
    assert "km/h" in say_tell(ctx, "activity_show", pick="fastest", sport="ride")


def test_today_is_the_athletes(own_life: Lived) -> None:
    """00:30 on the 22nd in Seoul is the afternoon of the 21st on a server in UTC."""
    late = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    ctx = own_life.ctx(now=late)
    assert ctx.today == date(2026, 11, 22)
    call(ctx, "log_activity", distance_m=5000, duration_s=1500)
    text = say_tell(ctx, "activity_show", day="2026-11-22")
    assert "11월 22일" in text
    assert "오늘" in say_tell(ctx, "totals", start="2026-11-22", end="2026-11-22")
    assert own_life.ctx(now=late, tz="UTC").today == TODAY


def test_a_run_abroad_keeps_its_own_date(life: Lived) -> None:
    text = say_tell(life.ctx(), "activity_show", day=ABROAD)
    assert text.startswith("11월 6일 (금)")


def test_weeks_start_when_the_athlete_says(life: Lived) -> None:
    sunday = life.ctx(week_start=6)
    for ctx, name in ((life.ctx(), "11월 15–21일"), (sunday, "이번 주(11월 15–21일)")):
        assert say_tell(ctx, "totals", start="2026-11-15", end="2026-11-21").startswith(name)
    (card,) = call(sunday, "totals", start="2026-11-01", end="2026-11-21", by="week", sport="run").cards
    assert [row[0] for row in card.rows][-1] == "11월 15–21일"
