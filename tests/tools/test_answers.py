"""Every tool that reads: whole answers in both languages and units, for athletes with and without data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fakes.life import TODAY, Lived
from telling import call, say_tell, tables, told

from coach.errors import NotFound
from coach.graph.offline.calendar import Calendar
from coach.graph.offline.follow import Before, interpret
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call
from coach.text import say
from coach.tools import TOOLS
from coach.tools.charts import SHOWN

ALL_PARTS = ["summary", "splits", "laps", "zones", "best_efforts", "drift", "dynamics"]
SPAN = {"start": "2026-10-01", "end": "2026-11-21"}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("calculate", {"name": "performance", "inputs": {"distance_m": 5000, "time_s": 1200}}),
    ("calculate", {"name": "monotony", "inputs": {"daily_load_7d": [70] * 7}}),
    *(("changes", {"what": what}) for what in ("all", "rhr", "stride")),
    ("changes", {"since_last_race": True}),
    ("correlate", {"a": "sleep", "b": "efficiency"}),
    ("correlate", {"a": "load", "b": "rhr", "lag_days": 1}),
    ("memory_show", {}),
    ("insights", {}),
    ("insights", {"span": "month"}),
    ("insights", {"span": "now"}),
    ("memory_show", {"kind": "injury"}),
    ("metric", {"name": "total_load"}),
    ("metric", {"name": "ctl", "day": "2026-11-10"}),
    ("metric", {"name": "trimp"}),
    *(("activities_find", {"order": order}) for order in ("newest", "oldest", "longest", "fastest")),
    ("activities_find", {"race": True}),
    ("activities_find", {"text": "조깅"}),
    ("activities_find", {"sport": "strength"}),
    ("activities_find", {"min_distance_m": 400_000}),
    ("activity_show", {"parts": ALL_PARTS}),
    *(("activity_show", {"sport": sport, "parts": ALL_PARTS}) for sport in ("ride", "swim", "strength")),
    ("activity_show", {"pick": "longest"}),
    ("activity_show", {"pick": "fastest"}),
    ("activity_show", {"day": "2026-11-09", "parts": ALL_PARTS}),  # a treadmill without samples
    ("totals", SPAN),
    *(("totals", {**SPAN, "by": by, "sport": "run"}) for by in ("week", "month")),
    *(("totals", {**SPAN, "sport": sport}) for sport in ("ride", "swim", "strength", "hike")),
    ("totals", {"start": "0001-01-01", "end": "9999-12-31", "by": "week"}),
    ("compare_periods", {"a_start": "2026-11-01", "a_end": "2026-11-30", "b_start": "2026-10-01",
                         "b_end": "2026-10-31"}),
    ("compare_periods", {"a_start": "2026-11-02", "a_end": "2026-11-08", "b_start": "2026-10-01",
                         "b_end": "2026-10-31", "sport": "run"}),
    ("compare_periods", {"a_start": "2026-11-02", "a_end": "2026-11-08", "b_start": "2020-11-02",
                         "b_end": "2020-11-08"}),
    ("compare_runs", {}),
    ("compare_runs", {"align": "time"}),
    ("same_route", {}),
    ("heatmap", {}),
    ("heatmap", {"start": "2020-01-01", "end": "2020-02-01"}),
    ("load_and_form", {}),
    ("load_and_form", {"day": "0001-01-01"}),
    ("show_chart", {"chart": "calendar", "start": "0001-01-01", "end": "9999-12-31"}),
    ("recovery", {}),
    ("recovery", {"day": "2026-11-10"}),
    ("recovery", {"day": "2010-01-01"}),
    *(("readiness", args) for args in ({}, {"day": "2026-11-10"}, {"day": "2010-01-01"})),
    *(("sleep", args) for args in ({}, SPAN, {"end": "2010-01-01"})),
    ("training_status", {}),
    *(("track_record", {"model": model}) for model in ("all", "race_predictions", "readiness", "changes")),
    *(("zones", {"kind": kind}) for kind in ("hr", "pace", "power")),
    *(("zones", {**SPAN, "kind": kind}) for kind in ("hr", "pace", "power")),
    ("best_efforts", {}),
    ("best_efforts", {"distances_m": [5000, 10_000, 7000, 42_195], "limit": 3}),
    ("best_efforts", {"durations_s": [600, 1200]}),
    ("best_efforts", SPAN),
    *(("fitness", args) for args in ({}, {"day": "2026-10-30"}, {"day": "2010-01-01"})),
    *(("race_predictions", args) for args in ({}, {"distances_m": [42_195, 15_000, 300]})),
    ("training_paces", {}),
    *(("mean_max", {"channel": channel}) for channel in ("pace", "hr", "power")),
    ("mean_max", {"channel": "hr", "start": "2026-10-01", "end": "2026-11-10"}),
    ("profile_show", {}),
    ("import_status", {}),
    ("sync_status", {}),
    *(("sync_status", {"provider": p}) for p in ("garmin", "strava", "apple_health", "sheets")),
    *(("connect_source", {"provider": p}) for p in ("garmin", "strava", "apple_health", "sheets")),
    ("journal_show", {}),
    ("journal_show", {"place": "knee", "side": "left"}),
    *(("journal_show", {"about": about}) for about in ("sore calves", "knee", "a trip to Mars")),
    *(("journal_show", {"runs": True, "kind": kind}) for kind in ("pain", "soreness", "mood")),
    ("correlate", {"a": "distance", "b": "pain"}),
    ("correlate", {"a": "short_sleep", "b": "efficiency"}),
    ("correlate", {"a": "load", "b": "mood"}),
    *(("show_chart", {"chart": chart}) for chart in SHOWN),
    ("why_withheld", {}),
    ("plan_overview", {}),
    *(("plan_week", args) for args in ({}, {"day": "2026-12-01"})),
    *(("workout", args) for args in ({}, {"day": "2026-11-24"}, {"kind": "long"})),
    ("plan_changes", {}),
    ("plan_history", {}),
    ("plan_adherence", {}),
    ("send_status", {}),
    ("race_plan", {}),
    ("guidelines", {"question": "마라톤 중에 물은 얼마나 마셔야 해?"}),
    ("guidelines", {"question": "my knee hurts", "symptom": True}),
    ("what_can_you_do", {}),
]  # fmt: skip
VOICES = [("ko", "metric"), ("en", "imperial")]


@pytest.mark.parametrize(("lang", "units"), VOICES)
@pytest.mark.parametrize("who", ["full", "one", "empty"])
def test_every_answer_is_whole(life: Lived, who: str, lang: Any, units: Any) -> None:
    ctx = life.ctx(getattr(life, who), lang=lang, units=units)
    for name, args in CALLS:
        try:
            text = told(ctx, call(ctx, name, **args))
        except NotFound as error:
            text = say(lang, f"error.{error.key}", **error.params)
        wrong = [bad for bad in ("None", "nan", "{", "}", "()", "  ") if bad in text.replace("\n", "/")]
        assert not wrong, (name, args, text)
        assert lang == "ko" or not any("가" <= c <= "힣" for c in _without_names(text)), (name, args, text)


def _without_names(text: str) -> str:
    for name in ("아침 조깅", "서울 레이스", "가을 하프"):
        text = text.replace(name, "")
    return text


def test_all_tools_that_read_are_called() -> None:
    assert {name for name, _ in CALLS} == {tool.name for tool in TOOLS.values() if tool.effect == "read"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_empty_athlete_is_told_how_to_begin(life: Lived, lang: Any) -> None:
    ctx = life.ctx(life.empty, lang=lang)
    for name, args in (
        ("activities_find", {}),
        ("totals", SPAN),
        ("compare_periods", {"a_start": TODAY, "a_end": TODAY, "b_start": TODAY, "b_end": TODAY}),
        ("load_and_form", {}),
        ("best_efforts", {}),
        ("zones", SPAN),
        ("show_chart", {"chart": "weekly_volume"}),
        ("what_can_you_do", {}),
    ):
        assert "GPX" in say_tell(ctx, name, **args), name


def test_facts_carry_what_they_rest_on(life: Lived) -> None:
    ctx = life.ctx()
    facts = {f.key: f for f in call(ctx, "activity_show", day=TODAY, parts=["zones"]).facts}
    far, zone = facts["run.distance_m"], facts["run.hr_zones_s.2.time_s"]
    assert far.subject.activity_id == far.activities[0]
    assert far.subject.start == far.subject.end == TODAY
    assert [str(s) for s in far.sources] == ["file"]
    assert zone.estimated, "thresholds are estimated from the runs"
    assert facts["run.training_load"].version >= 1
    whole = {f.key: f for f in call(ctx, "totals", **SPAN).facts}
    assert 0 < (whole["total.distance_m"].coverage or 0) < 1, "strength has no distance"
    assert whole["total.avg_hr_bpm"].coverage is not None
    shares = [f.value for k, f in facts.items() if k.endswith("share_pct")]
    assert sum(float(v) for v in shares if v is not None) == pytest.approx(100, abs=0.1)


def test_totals_add_up_and_sports_are_kept_apart(life: Lived) -> None:
    ctx = life.ctx()
    facts = {f.key: f.value for f in call(ctx, "totals", start="2026-11-02", end="2026-11-08").facts}
    assert facts["sport.ride.distance_m"] == 30_000
    assert facts["sport.swim.moving_s"] == 1920
    counts = [v for k, v in facts.items() if k.startswith("sport.") and k.endswith(".count")]
    assert sum(counts) == facts["total.count"]
    assert "total.pace_s_per_km" not in facts, "the mean pace of runs and rides says nothing"
    text = say_tell(ctx, "totals", start="2026-11-02", end="2026-11-08")
    assert "자전거 1번: 30 km" in text
    assert "근력 운동 1번: 45:00" in text
    (table,) = tables(ctx, call(ctx, "totals", **SPAN, by="week", sport="run"))
    summed = sum(float(row[2].removesuffix(" km").replace(",", "")) for row in table if "km" in row[2])
    total = {f.key: f for f in call(ctx, "totals", **SPAN, sport="run").facts}["total.distance_m"].value
    assert summed == pytest.approx(float(total or 0) / 1000, abs=0.05 * len(table))


def test_a_period_in_progress_is_said_only_when_it_matters(life: Lived) -> None:
    ctx = life.ctx()
    said = [
        "아직 끝나지 않은" in say_tell(ctx, "totals", start=start, end=end)
        for start, end in (("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15"), (TODAY, TODAY),
                           ("2026-11-16", TODAY))
    ]  # fmt: skip
    assert said == [True, False, False, False]
    compared = say_tell(
        ctx,
        "compare_periods",
        a_start="2026-11-01",
        a_end="2026-11-30",
        b_start="2026-10-01",
        b_end="2026-10-31",
    )
    assert "같은 날짜까지" in compared


def test_comparing(life: Lived) -> None:
    ctx = life.ctx()
    week = {"a_start": "2026-11-02", "a_end": "2026-11-08"}
    empty = {"b_start": "2020-11-02", "b_end": "2020-11-08"}
    assert "기록이 없고" in say_tell(ctx, "compare_periods", **week, **empty)
    same = {"b_start": "2026-11-02", "b_end": "2026-11-08"}
    result = call(ctx, "compare_periods", **week, **same, sport="run")
    assert "같아요" in told(ctx, result)
    (rows,) = tables(ctx, result)
    assert {row[4] for row in rows} == {"같음"}
    assert {row[3] for row in rows} == {"–"}
    month = {"b_start": "2026-10-01", "b_end": "2026-10-31"}
    assert "7일, 31일" in say_tell(ctx, "compare_periods", **week, **month, sport="run")
    # Imperial differences are miles too, and nothing is negative.
    (rows,) = tables(
        life.ctx(lang="en", units="imperial"),
        call(life.ctx(lang="en", units="imperial"), "compare_periods", **week, **month, sport="run"),
    )
    assert rows[1][3].endswith(" mi")
    assert not any("-" in cell or "−" in cell for row in rows for cell in row[3:])


def test_swapped_ends_are_put_right(life: Lived) -> None:
    ctx = life.ctx()
    right = call(ctx, "totals", **SPAN)
    assert call(ctx, "totals", start=SPAN["end"], end=SPAN["start"]) == right


def test_charts_of_one_activity_and_of_two_periods(life: Lived) -> None:
    ctx = life.ctx()
    shown = call(ctx, "show_chart", chart="route")
    assert [c.chart for c in shown.cards if c.kind == "chart"] == ["route"]
    shown = call(ctx, "show_chart", chart="splits", sport="strength")
    assert not [c for c in shown.cards if c.kind == "chart"], "nothing to draw without samples"
    shown = call(ctx, "show_chart", chart="compare", start="2026-11-01", end="2026-11-30")
    (chart,) = [c for c in shown.cards if c.kind == "chart"]
    assert (chart.params["b_start"], chart.params["b_end"]) == ("2026-10-01", "2026-10-31")
    asked = call(ctx, "show_chart", chart="splits", start="2026-10-06").question
    assert asked is not None
    again = call(ctx, asked.tool, **{**asked.args, asked.field: asked.choices[0].value})
    assert asked.tool == "show_chart"
    assert again.question is None


def test_bests_name_what_runners_name(life: Lived) -> None:
    text = say_tell(life.ctx(lang="en", units="imperial"), "best_efforts", distances_m=[5000, 7000, 42_195])
    assert "5 km" in text
    assert "marathon" in text
    assert "I keep no best over 4.3 mi" in text
    assert "10분 동안" in say_tell(life.ctx(), "best_efforts", durations_s=[600])


def test_import_status_tells_every_outcome(life: Lived) -> None:
    result = call(life.ctx(), "import_status")
    text = told(life.ctx(), result)
    assert "읽지 못한 파일: 1개" in text
    ((row,),) = tables(life.ctx(), result)
    assert row[0] == "broken.fit"
    assert row[2], "why is said"


def test_the_journal_is_filtered(life: Lived) -> None:
    ctx = life.ctx()

    def kinds(**args: Any) -> list[str]:
        rows = tables(ctx, call(ctx, "journal_show", **args))
        return [row[1] for row in rows[0]] if rows else []

    assert kinds() == ["왼쪽 무릎 통증 3/10", "양쪽 종아리 근육통 4/10", "메모"]
    assert kinds(place="knee", side="left") == ["왼쪽 무릎 통증 3/10"]
    assert kinds(place="knee", side="right") == []
    assert kinds(place="calf", side="right") == ["양쪽 종아리 근육통 4/10"]
    assert kinds(kind="note") == ["메모"]


def test_what_it_says_it_can_do_it_can(life: Lived) -> None:
    """Each example is understood offline as a call of a real tool."""
    for lang in ("ko", "en"):
        text = say_tell(life.ctx(lang=lang), "what_can_you_do")
        examples = [
            re.sub(r"\(.*?\)", "", part).strip()
            for line in text.splitlines()
            if line.startswith("- ")
            for part in line[2:].split(" · ")
        ]
        assert len(examples) >= 12
        for example in examples:
            before = Before("어제 달리기", (Call("activity_show", {}),))  # "kilometre splits": of that run
            reading = interpret(Heard(example, Calendar(TODAY)), before)
            assert reading.calls, example
            assert all(c.tool in TOOLS for c in reading.calls), example
