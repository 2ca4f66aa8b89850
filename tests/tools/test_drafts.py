"""Writing down, changing, deleting, and taking each of it back."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.life import TODAY, TWICE, Lived
from sqlalchemy import text as sql
from telling import call, say_tell, tables, told

from coach.errors import BadInput
from coach.store import activities, athletes
from coach.text import say


def _queued(life: Lived) -> int:
    """How many recomputes wait for the worker."""
    count = sql("select count(*) from procrastinate_jobs where task_name = 'recompute'")
    with life.db.system_session() as s:
        return int(s.execute(count).scalar_one())


def test_logging_asks_how_long(own_life: Lived) -> None:
    ctx = own_life.ctx()
    asked = call(ctx, "log_activity", distance_m=8000).question
    assert asked is not None
    assert (asked.field, len(asked.choices)) == ("duration_s", 3)
    result = call(ctx, asked.tool, **{**asked.args, "duration_s": asked.choices[1].value})
    assert "8 km" in told(ctx, result)
    assert result.undo_id is not None
    long = call(ctx, "log_activity", distance_m=42_195).question
    assert long is not None
    assert "시간" in long.choices[0].label


@pytest.mark.parametrize(
    ("sport", "unit"),
    [("run", "/km"), ("ride", "km/h"), ("swim", "/100m"), ("hike", "/km"), ("strength", "45:00")],
)
def test_logging_speaks_the_sports_language(own_life: Lived, sport: str, unit: str) -> None:
    far = {} if sport == "strength" else {"distance_m": 2000}
    assert unit in say_tell(own_life.ctx(), "log_activity", sport=sport, duration_s=2700, **far)


@pytest.mark.parametrize(
    ("args", "key"),
    [
        ({"distance_m": 8000, "duration_s": 3000, "day": "2026-11-22"}, "day_ahead"),
        ({"distance_m": 8000, "duration_s": 3000, "time_of_day": "23:00"}, "time_ahead"),
        ({"distance_m": 42_195, "duration_s": 3000}, "too_fast_to_log"),
        ({}, "nothing_to_log"),
    ],
)
def test_what_cannot_be_logged(own_life: Lived, args: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput) as error:
        call(own_life.ctx(), "log_activity", **args)
    assert error.value.key == key
    for lang in ("ko", "en"):
        assert say(lang, f"error.{key}", **error.value.params)


def test_the_same_call_writes_once(own_life: Lived) -> None:
    ctx = own_life.ctx(call_key="turn-1")
    first = call(ctx, "log_activity", distance_m=8000, duration_s=3000)
    assert call(ctx, "log_activity", distance_m=8000, duration_s=3000).undo_id == first.undo_id
    with own_life.db.athlete_session(own_life.full) as s:
        assert len(activities.find(s, own_life.full, start=TODAY, end=TODAY)) == 2


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_changes_are_said_by_the_old_name(own_life: Lived, lang: Any) -> None:
    ctx = own_life.ctx(lang=lang)
    text = say_tell(ctx, "activity_change", sport="ride", new_sport="run", name="출근길", race=True,
                    treadmill=True, excluded_from_bests=True, distance_m=9000)  # fmt: skip
    assert text.count("자전거" if lang == "ko" else "Ride (") == 6, text
    assert "출근길" in text
    with pytest.raises(BadInput):
        call(ctx, "activity_change", day=TWICE)
    with pytest.raises(BadInput):
        call(ctx, "activity_change", distance_m=400_000)


@pytest.mark.parametrize(
    ("tool", "args", "said"),
    [
        ("log_activity", {"distance_m": 8000, "duration_s": 3000}, "적어 둔 활동을 지웠어요"),
        ("activity_change", {"race": True, "day": TODAY}, "되돌렸어요"),
        ("activity_delete", {"day": TODAY}, "되살렸어요"),
        ("journal_add", {"text": "힘듦 7/10, 왼쪽 무릎이 좀 아팠어"}, "메모를 지웠어요"),
        ("journal_add", {"text": "6시간 잤어"}, "메모를 지웠어요"),
    ],
)
def test_everything_can_be_undone(own_life: Lived, tool: str, args: dict[str, Any], said: str) -> None:
    ctx = own_life.ctx()

    def state() -> list[Any]:
        answers = [("activity_show", {"day": TODAY}), ("journal_show", {}), ("recovery", {})]
        answers += [
            ("totals", {"start": "2026-11-01", "end": "2026-11-21"}),
            ("activities_find", {"race": True}),
        ]
        return [(say_tell(ctx, n, **a), tables(ctx, call(ctx, n, **a))) for n, a in answers]

    before = state()
    assert call(ctx, tool, **args).undo_id is not None
    assert said in say_tell(ctx, "undo")
    assert state() == before


def test_nothing_to_undo(life: Lived) -> None:
    assert say_tell(life.ctx(life.empty), "undo") == "되돌릴 게 없어요."


def test_a_note_about_a_run_is_linked(own_life: Lived) -> None:
    ctx = own_life.ctx()
    result = call(ctx, "journal_add", text="힘듦 7/10", day=TODAY)
    assert "이어서 적었어요" in told(ctx, result)
    (fact,) = result.facts
    assert (fact.value, fact.subject.kind) == (7, "activity")
    assert fact.activities
    for args in ({"text": "  "}, {"text": "힘듦 7/10", "day": "2026-12-01"}):
        with pytest.raises(BadInput):
            call(ctx, "journal_add", **args)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("hr_max_bpm", "188", "188 bpm"),
        ("threshold_pace", "4:40", "4'40\"/km"),
        ("threshold_pace", "7:30/mi", "4'40\"/km"),
        ("threshold_power_w", "300", "300 W"),
        ("ride_threshold_power_w", "250 와트", "250 W"),
        ("swim_threshold_pace", "1:35", "1'35\"/100m"),
        ("swim_threshold_pace", "1:27/yd", "1'35\"/100m"),
        ("week_start", "일요일", "일요일"),
        ("week_start", "6", "일요일"),
        ("units", "miles", "마일"),
        ("sex", "여성", "여성"),
        ("tz", "Europe/Paris", "Europe/Paris"),
        ("name", "달리는 하나", "달리는 하나"),
        ("birth_year", "1988", "1988"),
        ("lang", "English", "I will speak English from now on."),
        ("lang", "ko", "이제 한국어로 이야기할게요."),
    ],
)
def test_changing_the_profile(own_life: Lived, field: str, value: str, text: str) -> None:
    assert text in say_tell(own_life.ctx(), "profile_change", field=field, value=value)
    waits = field in ("hr_max_bpm", "sex", "birth_year") or "threshold" in field
    assert _queued(own_life) == int(waits), "what depends on it is computed anew in the background"
    (rows,) = tables(own_life.ctx(), call(own_life.ctx(), "profile_show"))
    if field not in ("lang", "units"):  # the tests choose these two
        assert any(text in row[1] for row in rows)
    with own_life.db.athlete_session(own_life.full) as s:
        athlete = athletes.get(s, own_life.full)
    if field == "lang":
        assert athlete.lang == ("en" if value == "English" else "ko")


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("hr_max_bpm", "300", "out_of_range"),
        ("hr_max_bpm", "many", "not_a_number"),
        ("threshold_pace", "4:75", "not_a_pace"),
        ("threshold_pace", "1:00", "out_of_range"),
        ("threshold_power_w", "20", "out_of_range"),
        ("swim_threshold_pace", "0:30", "out_of_range"),
        ("swim_threshold_pace", "fast", "not_a_pace"),
        ("birth_year", "1850", "out_of_range"),
        ("week_start", "someday", "not_a_weekday"),
        ("tz", "Mars/Olympus", "not_a_zone"),
        ("tz", "../etc/passwd", "not_a_zone"),
        ("units", "leagues", "not_an_option"),
        ("name", "  ", "no_change_named"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_the_profile_refuses(life: Lived, lang: Any, field: str, value: str, key: str) -> None:
    with pytest.raises(BadInput) as error:
        call(life.ctx(lang=lang), "profile_change", field=field, value=value)
    assert error.value.key == key
    assert say(lang, f"error.{key}", **error.value.params)


def test_thresholds_that_contradict_each_other(own_life: Lived) -> None:
    call(own_life.ctx(), "profile_change", field="hr_max_bpm", value="188")
    for field, value, key in (("lthr_bpm", "190", "hr_above_max"), ("hr_rest_bpm", "26", None)):
        if key is None:
            call(own_life.ctx(), "profile_change", field=field, value=value)
            continue
        with pytest.raises(BadInput, match=key):
            call(own_life.ctx(), "profile_change", field=field, value=value)


def test_undo_puts_the_profile_back_and_nothing_older(own_life: Lived) -> None:
    ctx = own_life.ctx()
    call(ctx, "log_activity", sport="run", distance_m=5000, duration_s=1500, day="2026-11-20")
    with own_life.db.athlete_session(own_life.full) as s:
        logged = activities.count(s, own_life.full)
    for field, value, old in (
        ("birth_year", "1980", 1990),
        ("units", "imperial", "metric"),
        ("hr_max_bpm", "188", None),
    ):
        assert call(ctx, "profile_change", field=field, value=value).undo_id is not None
        assert say("ko", "tools.undone_profile") in say_tell(ctx, "undo")
        with own_life.db.athlete_session(own_life.full) as s:
            athlete = athletes.get(s, own_life.full)
            assert activities.count(s, own_life.full) == logged, "the run stands"
        if old is not None:
            assert getattr(athlete, field) == getattr(own_life.ctx().athlete, field)
        else:
            held = athlete.thresholds.hr_max_bpm
            assert held is None or held.origin == "estimated"
    call(ctx, "profile_change", field="hr_max_bpm", value="188")
    call(ctx, "profile_change", field="hr_max_bpm", value="190")
    call(ctx, "undo")
    with own_life.db.athlete_session(own_life.full) as s:
        held = athletes.get(s, own_life.full).thresholds.hr_max_bpm
    assert held is not None
    assert (held.value, held.origin) == (188, "given")
