"""Plans in words: one name, one distance, in both languages and both unit systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coach.domain.activity import Sport
from coach.domain.plan.diff import Change, Diff, WeekChange
from coach.domain.plan.model import (
    Goal,
    GoalKind,
    Intensity,
    Phase,
    Race,
    Repeat,
    Step,
    StepKind,
    Target,
    Week,
    Workout,
    WorkoutKind,
)
from coach.domain.plan.rules.registry import Finding, Severity
from coach.text import Lang, plans, say

DAY = date(2026, 11, 24)
WARM = Step(StepKind.warmup, Intensity.easy, "distance", 2000, 720, Target("pace", 340, 380))
FAST = Step(StepKind.work, Intensity.interval, "distance", 800, 196, Target("pace", 243, 247))
JOG = Step(StepKind.recovery, Intensity.easy, "time", 300, 120)
COOL = Step(StepKind.cooldown, Intensity.easy, "distance", 1600, 580)
INTERVALS = Workout("w01-tue", DAY, WorkoutKind.interval, (WARM, Repeat(6, (FAST, JOG)), COOL))
RUN = Step(StepKind.work, Intensity.easy, "time", 150, 60)
WALK = Step(StepKind.recovery, Intensity.walk, "time", 90, 60)


def easy(distance_m: float, kind: WorkoutKind = WorkoutKind.easy, **more: object) -> Workout:
    step = Step(StepKind.work, Intensity.easy, "distance", distance_m, distance_m * 0.36)
    return Workout("w01-wed", DAY, kind, (step,), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("workout", "ko", "en"),
    [
        (easy(8000), "이지런 8 km", "easy run 8 km"),
        (easy(12_500, WorkoutKind.long), "롱런 12.5 km", "long run 12.5 km"),
        (INTERVALS, "인터벌 6 × 800 m", "intervals 6 × 800 m"),
        (easy(5000, second=True), "이지런 5 km (두 번째)", "easy run 5 km (second)"),
        (
            Workout("a", DAY, WorkoutKind.walk_run, (Repeat(8, (RUN, WALK)),)),
            "걷뛰 8 × (1분/1분)",
            "walk-run 8 × (1 min/1 min)",
        ),
        (
            Workout(
                "a",
                DAY,
                WorkoutKind.threshold,
                (WARM, Step(StepKind.work, Intensity.threshold, "time", 4700, 1200), COOL),
            ),
            "템포런 20분",
            "threshold 20 min",
        ),
        (
            Workout(
                "a",
                DAY,
                WorkoutKind.long,
                (
                    Step(StepKind.work, Intensity.easy, "distance", 18_000, 6000),
                    Step(StepKind.work, Intensity.marathon, "distance", 10_000, 3000),
                ),
            ),
            "롱런 28 km (마라톤 페이스 10 km)",
            "long run 28 km (marathon pace 10 km)",
        ),
        (
            Workout(
                "a",
                DAY,
                WorkoutKind.cross,
                (Step(StepKind.work, Intensity.easy, "time", 0, 2700),),
                sport=Sport.ride,
            ),
            "자전거 45분",
            "ride 45 min",
        ),
        (Workout("a", DAY, WorkoutKind.rest), "휴식", "rest"),
        (easy(10_000, name="클럽 정모"), "클럽 정모", "클럽 정모"),
    ],
)
def test_title(workout: Workout, ko: str, en: str) -> None:
    assert plans.workout_title(workout, "ko", "metric") == ko
    assert plans.workout_title(workout, "en", "metric") == en


def test_steps_name_what_ends_them_and_what_to_hold() -> None:
    assert plans.step_lines(INTERVALS, "ko", "metric") == (
        "준비 2 km, 5'40\"–6'20\"/km",
        "6 × [인터벌 800 m, 4'03\"–4'07\"/km + 회복 2분]",
        "정리 1.6 km",
    )
    assert plans.step_lines(INTERVALS, "en", "metric")[1] == (
        "6 × [interval 800 m at 4:03–4:07/km + recovery 2 min]"
    )
    lap = Step(StepKind.warmup, Intensity.easy, "lap", 1000, 400)
    assert plans.step_line(lap, "ko", "metric") == "준비, 랩 버튼을 누를 때까지 (약 6:40)"


@pytest.mark.parametrize(
    ("target", "ko", "en"),
    [
        (Target("pace", 300, 300), "5'00\"/km", "5:00/km"),
        (Target("hr", 140, 152.4), "심박 140–152", "140–152 bpm"),
        (Target("rpe", 3, 4), "RPE 3–4", "RPE 3–4"),
        (Target("rpe", 8, 8), "RPE 8", "RPE 8"),
        (Target("power", 240, 260), "240–260 W", "240–260 W"),
        (Target(), "", ""),
    ],
)
def test_target(target: Target, ko: str, en: str) -> None:
    assert plans.target_words(target, "ko", "metric") == ko
    assert plans.target_words(target, "en", "metric") == en


def test_miles_where_the_athlete_reads_miles() -> None:
    assert plans.workout_title(easy(8046.72), "en", "imperial") == "easy run 5 mi"
    assert plans.target_words(Target("pace", 300, 310), "en", "imperial") == "8:03–8:19/mi"


def test_week_and_goal() -> None:
    week = Week(3, date(2026, 11, 23), Phase.base, False, (easy(8000), easy(14_000, WorkoutKind.long)))
    assert plans.week_words(week, "ko", "metric", DAY) == (
        "3주차 (11월 23–29일) · 기초 다지기 · 22 km · 최장 14 km"
    )
    empty = Week(4, date(2026, 11, 30), Phase.recovery, False, ())
    assert "no running" in plans.week_words(empty, "en", "metric", DAY)
    seoul = Goal(GoalKind.race, Race(date(2027, 3, 21), 42_195, name="서울마라톤"))
    assert plans.goal_title(seoul, "ko", "metric") == "서울마라톤"
    ten = Goal(GoalKind.race, Race(date(2027, 3, 21), 10_000))
    assert plans.goal_title(ten, "en", "metric") == "a 10 km race"


def test_parameters_become_words_by_the_end_of_their_names() -> None:
    given = {
        "distance_m": 12_000,
        "limit_pct": 110.0,
        "duration_s": 5400,
        "pace_s_per_km": 300,
        "temperature_c": 29.6,
        "first_day": "2026-11-24",
        "race_m": 42_195,
        "kind": "long",
        "n": 3,
    }
    assert plans.filled(given, "ko", "metric", DAY) == {
        "distance_m": "12 km",
        "limit_pct": "110%",
        "duration_s": "1시간 30분",
        "pace_s_per_km": "5'00\"/km",
        "temperature_c": "30°C",
        "first_day": "11월 24일 (화)",
        "race_m": "마라톤",
        "kind": "롱런",
        "n": 3,
    }


def test_changes() -> None:
    run, thursday = easy(8000), DAY + timedelta(days=2)
    shorter = (*INTERVALS.steps[:1], Repeat(4, (FAST, JOG)), *INTERVALS.steps[2:])
    slower = replace(FAST, target=Target("pace", 250, 255))
    cases = (
        (Change("removed", "a", run, None), "11월 24일 (화): 이지런 8 km → 휴식"),
        (Change("added", "a", None, run), "11월 24일 (화): 이지런 8 km 추가"),
        (
            Change("moved", "a", run, replace(run, day=thursday)),
            "11월 24일 (화) → 11월 26일 (목): 이지런 8 km",
        ),
        (
            Change("changed", "a", INTERVALS, replace(INTERVALS, steps=shorter)),
            "11월 24일 (화): 인터벌 6 × 800 m → 인터벌 4 × 800 m",
        ),
        (
            Change("changed", "a", INTERVALS, replace(easy(6000), day=thursday)),
            "11월 26일 (목): 11월 24일 (화) 인터벌 6 × 800 m → 이지런 6 km",
        ),
    )
    for change, words in cases:
        assert plans.change_words(change, "ko", "metric", DAY) == words
    steps = (WARM, Repeat(6, (slower, JOG)), COOL)
    same_name = Change("changed", "a", INTERVALS, replace(INTERVALS, steps=steps))
    said = plans.change_words(same_name, "en", "metric", DAY)
    assert "4:03–4:07/km" in said
    assert "4:10–4:15/km" in said
    found = Diff(
        (Change("removed", "a", run, None),), (WeekChange(3, date(2026, 11, 23), 42_000.0, 34_000.0),)
    )
    assert plans.diff_lines(found, "en", "metric", DAY) == (
        "Tue 24 Nov: easy run 8 km → rest",
        "week 3: 42 km → 34 km",
    )
    assert plans.diff_lines(Diff(), "ko", "metric") == ("바뀌는 것이 없어요.",)


def test_what_a_workout_rests_on_is_a_publication_or_said_to_be_a_convention() -> None:
    taper = plans.guideline_words(easy(8000, guideline="taper_bosquet"), "ko")
    assert "Bosquet et al. 2007" in taper
    assert plans.guideline_words(easy(8000, guideline="fartlek_convention"), "ko").endswith("(코칭 관례)")
    assert plans.guideline_words(easy(8000), "ko") == ""


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_reason_that_holds_for_every_day_is_said_once(lang: Lang) -> None:
    days = [date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 28)]
    held = [Finding("hold_gate", Severity.forbid, day) for day in days]
    other = Finding("beginner_gate", Severity.forbid, days[0], params={"duration_s": 600})
    told = plans.findings_words([*held, other], lang, "metric", days[0])
    assert told[0] == say(lang, "rule.hold_gate")
    assert told[1:] == [plans.finding_words(other, lang, "metric", days[0])]
