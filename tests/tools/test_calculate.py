"""Calculators as a tool: facts with units, sentences in both languages, refusals that name the input."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.life import Lived
from telling import call, say_tell, tables

from coach.domain.calculators import CALCULATORS
from coach.domain.source import Source
from coach.errors import BadInput, NotFound
from coach.text import LANGS, say


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CALCULATORS)
def test_every_calculator_answers_in_both_languages(life: Lived, name: str, lang: Any) -> None:
    result = call(life.ctx(lang=lang), "calculate", name=name, inputs=dict(CALCULATORS[name].example))
    assert result.says
    assert result.facts
    for fact in result.facts:
        assert fact.sources == {Source.journal}
        assert fact.activities == ()
        assert fact.value is not None or fact.because
    for card in result.cards:
        assert all(text[:1] == text[:1].upper() for text in (card.title, *card.columns)), card
    assert bool(result.cards) == (len(CALCULATORS[name].outputs) > 1)


def told(life: Lived, name: str, lang: Any, inputs: dict[str, Any], **more: Any) -> str:
    return say_tell(life.ctx(lang=lang, **more), "calculate", name=name, inputs=inputs)


RACE = {"distance_m": 5000, "time_s": 1200}


def test_performance(life: Lived) -> None:
    ko, en = (told(life, "performance", lang, RACE) for lang in ("ko", "en"))
    assert ko.splitlines()[0] == "5 km 20:00 기록은 VDOT 49.8이에요."
    assert en.splitlines()[0] == "5 km in 20:00 is worth a VDOT of 49.8."
    assert "하프 1:31:50, 마라톤 3:11:17쯤" in ko
    assert "4:17/km" not in ko
    assert "threshold at 4:16/km" in en
    assert "weekly distance" in en
    [rows] = tables(life.ctx(lang="en"), call(life.ctx(), "calculate", name="performance", inputs=RACE))
    assert len(rows) == 1 + 7 + 6


def test_vdot_says_where_it_is_less_exact(life: Lived) -> None:
    assert "4 hours" not in told(life, "vdot", "en", RACE)
    assert "4 hours" in told(life, "vdot", "en", {"distance_m": 42_195, "time_s": 18_000})
    assert "4시간" in told(life, "vdot", "ko", {"distance_m": 800, "time_s": 150})


def test_riegel_is_modest_about_the_marathon(life: Lived) -> None:
    race = {"d1_m": 21_097.5, "t1_s": 5400}
    assert told(life, "riegel", "ko", race | {"d2_m": 42_195}).splitlines()[0] == (
        "하프 1:30:00 기록이면 풀코스는 3:07:39쯤이에요(리겔)."
    )
    assert "10 minutes" in told(life, "riegel", "en", race | {"d2_m": 42_195})
    assert "10 minutes" not in told(life, "riegel", "en", race | {"d2_m": 10_000})


def test_vickers_vertosick_names_race_and_volume(life: Lived) -> None:
    race = {"d_m": 21_097.5, "t_s": 5400, "miles_per_week": 40}
    ko, en = (told(life, "vickers_vertosick", lang, race) for lang in ("ko", "en"))
    assert ko.startswith("하프 1:30:00 기록에 한 주 64.4 km를 뛴다면 마라톤은 3:20:24쯤이에요.")
    assert en.startswith(
        "From half marathon in 1:30:00 and 64.4 km a week, the marathon comes to about 3:20:24."
    )
    two = {"model": 2, "d1_m": 10_000, "t1_s": 2400, "d2_m": 21_097.5, "t2_s": 5400, "km_per_week": 64}
    assert "10 km in 40:00 and half marathon in 1:30:00" in told(life, "vickers_vertosick", "en", two)


def test_critical_speed_names_its_model(life: Lived) -> None:
    two = told(life, "critical_speed", "ko", {"distances_m": [1200, 3600], "times_s": [240, 840]})
    assert two.startswith("임계 속도는 4'10\"/km, D′는 240 m예요(거리–시간 직선).")
    assert "오차" in two
    three = {"distances_m": [400, 800, 5000], "times_s": [70, 155, 1200]}
    assert "speed–1/time line gives 3:58/km and 112 m" in told(life, "critical_speed", "en", three)


def test_age_grade(life: Lived) -> None:
    race = {"sex": "M", "age": 54, "km": 10, "time_s": 2545}
    ko, en = (told(life, "age_grade_2025", lang, race) for lang in ("ko", "en"))
    assert ko.startswith("54세 10 km 42:25 기록은 나이 보정 등급 72%예요.")
    assert "standard of that sex and age is 30:45, that of all ages 26:24" in en


def test_pace_in_every_direction(life: Lived) -> None:
    marathon = told(life, "pace", "ko", {"distance_m": 42_195, "time_s": 14_400})
    assert marathon == "풀코스 4:00:00라면 페이스는 5'41\"/km예요."
    assert told(life, "pace", "en", {"distance_m": 10_000, "pace_s_per_km": 300}) == (
        "10 km at 5:00/km takes 50:00."
    )
    hour = told(life, "pace", "ko", {"time_s": 3600, "pace_s_per_km": 360})
    assert hour == "6'00\"/km로 1:00:00라면 거리는 10 km예요."
    miles = told(life, "pace", "en", {"distance_m": 42_195, "time_s": 14_400}, units="imperial")
    assert "9:09/mi" in miles


def test_trimp_says_what_it_assumed(life: Lived) -> None:
    hour = {"minutes": 60, "hr": 150, "hr_rest": 50, "hr_max": 190}
    en = told(life, "trimp", "en", hour)
    assert "intervals come out too low" in en
    assert "Without sex" in en
    assert "Without sex" not in told(life, "trimp", "en", hour | {"sex": "female"})


def test_unknown_is_said_and_no_number_invented(life: Lived) -> None:
    result = call(life.ctx(lang="en"), "calculate", name="acwr", inputs={"daily_load_28d": [0] * 28})
    assert {fact.value for fact in result.facts} == {None}
    assert "cannot be known" in told(life, "acwr", "en", {"daily_load_28d": [0] * 28})


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("ko", "거리는 숫자여야 해요."), ("en", "The value of distance must be a number.")],
)
def test_a_refusal_calls_the_input_by_its_name(life: Lived, lang: Any, sentence: str) -> None:
    with pytest.raises(BadInput) as error:
        call(life.ctx(lang=lang), "calculate", name="vdot", inputs=RACE | {"distance_m": "far"})
    assert say(lang, f"error.{error.value.key}", **error.value.params) == sentence
    with pytest.raises(BadInput) as error:
        call(life.ctx(lang=lang), "calculate", name="ngp", inputs={"segments_1hz": [{"s": 5, "v": -1}]})
    assert "1" in error.value.params["field"].split()


def test_a_calculator_that_does_not_exist(life: Lived) -> None:
    with pytest.raises(NotFound):
        call(life.ctx(), "calculate", name="tss", inputs={})
