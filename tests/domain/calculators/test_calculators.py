"""Calculators refuse what cannot be, and their declarations say everything."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.calculators import CALCULATORS, calculate
from coach.domain.calculators.registry import BadInputs, Inputs, Output, calculator, numbers
from coach.errors import NotFound
from coach.text import LANGS, has, say


def refused(name: str, inputs: dict[str, Any]) -> str:
    with pytest.raises(BadInputs) as error:
        calculate(name, inputs)
    for problem in error.value.problems:
        for lang in LANGS:
            assert say(lang, f"error.{problem.key}", **problem.params)
    return error.value.key


@pytest.mark.parametrize("name", CALCULATORS)
def test_its_example_can_be_computed_and_every_number_is_declared(name: str) -> None:
    found = CALCULATORS[name]
    result = calculate(name, found.example)
    assert not isinstance(json.loads(json.dumps(result)), str)
    listed = list(numbers(found, result))
    assert all(value is None or math.isfinite(value) for _, _, value in listed)
    assert any(value is not None for _, _, value in listed)
    assert len(listed) == count(result)
    assert len({output.label for _, output, _ in listed}) == len(listed), "labels name facts"


def count(value: Any) -> int:
    return sum(map(count, value.values())) if isinstance(value, dict) else 1


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CALCULATORS)
def test_everything_has_a_name_in_both_languages(name: str, lang: Any) -> None:
    found = CALCULATORS[name]
    assert say(lang, f"calc.title.{name}")
    assert say(lang, f"calc.about.{name}")
    for field in found.inputs.model_fields:
        assert say(lang, f"calc.in.{field}")
    for output in found.outputs.values():
        assert say(lang, f"calc.out.{output.label}")
        assert output.unit in ("m", "s", "s_per_km", "mps", "score") or has(lang, f"unit.{output.unit}")


@pytest.mark.parametrize("name", CALCULATORS)
def test_the_inputs_are_described(name: str) -> None:
    schema = CALCULATORS[name].inputs.model_json_schema()
    assert schema["additionalProperties"] is False
    json.dumps(schema, allow_nan=False)


VDOT = {"distance_m": 5000, "time_s": 1200}


@pytest.mark.parametrize(
    ("name", "inputs", "key"),
    [
        ("vdot", {}, "calc_missing"),
        ("vdot", VDOT | {"athlete_id": 1}, "calc_extra"),
        ("vdot", VDOT | {"time_s": "1200"}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": True}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": None}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": float("nan")}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": float("inf")}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": 10**400}, "calc_not_number"),
        ("vdot", VDOT | {"time_s": 0}, "calc_above"),
        ("vdot", VDOT | {"time_s": -5}, "calc_above"),
        ("vdot", VDOT | {"time_s": 1e9}, "calc_at_most"),
        ("vdot", VDOT | {"time_s": 600}, "calc_too_fast"),
        ("vdot", VDOT | {"time_s": 60_000}, "calc_too_slow"),
        ("vdot", VDOT | {"distance_m": 100}, "calc_at_least"),
        ("trimp", {"hr_rest": 60, "hr_max": 55, "minutes": 30, "hr": 50}, "calc_hr_crossed"),
        ("trimp", {"hr_rest": 60, "hr_max": 185, "minutes": 30}, "calc_trimp_average"),
        ("trimp", {"mode": "series_1hz", "hr_rest": 60, "hr_max": 185}, "calc_trimp_series"),
        ("trimp", {"mode": "sum", "hr_rest": 60, "hr_max": 185}, "calc_not_one_of"),
        (
            "trimp",
            {"mode": "series_1hz", "hr_rest": 60, "hr_max": 185, "segments": [{"s": 1.5, "hr": 100}]},
            "calc_not_whole",
        ),
        ("ngp", {"segments_1hz": []}, "calc_too_few"),
        ("ngp", {"segments_1hz": [{"s": 1, "v": 3}] * 20_001}, "calc_too_many"),
        ("ngp", {"segments_1hz": [{"s": 172_800, "v": 3}] * 2}, "calc_too_long"),
        ("ngp", {"segments_1hz": [{"s": 10, "v": 30}]}, "calc_at_most"),
        ("ngp", {"segments_1hz": 3}, "calc_wrong_type"),
        ("ngp", {"segments_1hz": [3]}, "calc_wrong_type"),
        ("minetti", {"gradient": 0.6}, "calc_at_most"),
        ("monotony", {"daily_load_7d": [1, 2, 3]}, "calc_too_few"),
        ("monotony", {"daily_load_7d": [-1] * 7}, "calc_at_least"),
        ("ctl_atl", {"daily_load": [1.0] * 20_001}, "calc_too_many"),
        ("decoupling", {"segments_1hz": [{"s": 1, "v": 3, "hr": 140}]}, "calc_no_halves"),
        ("decoupling", {"segments_1hz": [{"s": 60, "v": 0, "hr": 140}]}, "calc_standing_half"),
        ("best_effort", {"segments_1hz": [{"s": 60, "v": 3}], "distance_m": 1000}, "calc_too_short"),
        ("vickers_vertosick", {"d_m": 10_000, "t_s": 2700}, "calc_volume_once"),
        ("vickers_vertosick", {"d_m": 10_000, "km_per_week": 40}, "calc_one_race"),
        ("vickers_vertosick", {"model": 2, "d_m": 10_000, "t_s": 2700, "km_per_week": 40}, "calc_two_races"),
        (
            "vickers_vertosick",
            {"model": 2, "d1_m": 5000, "t1_s": 1200, "d2_m": 5000, "t2_s": 1250, "km_per_week": 40},
            "calc_same_distance",
        ),
        ("critical_speed", {"distances_m": [1000, 2000], "times_s": [200]}, "calc_too_few"),
        ("critical_speed", {"distances_m": [1000, 2000], "times_s": [200, 420, 800]}, "calc_pairs"),
        ("critical_speed", {"distances_m": [1000, 1100], "times_s": [240, 240]}, "calc_same_times"),
        ("critical_speed", {"distances_m": [1000, 900], "times_s": [200, 400]}, "calc_efforts_do_not_fit"),
        ("age_grade_2025", {"sex": "M", "age": 54.5, "km": 10, "time_s": 2545}, "calc_not_whole"),
        ("age_grade_2025", {"sex": "X", "age": 54, "km": 10, "time_s": 2545}, "calc_not_one_of"),
        ("age_grade_2025", {"sex": "M", "age": 54, "km": 1, "time_s": 245}, "calc_at_least"),
        ("pace", {"distance_m": 1000}, "calc_two_of_three"),
        ("pace", {"distance_m": 1000, "time_s": 300, "pace_s_per_km": 300}, "calc_two_of_three"),
        ("readiness", {"wellness_0_1": 3}, "calc_at_most"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(name: str, inputs: dict[str, Any], key: str) -> None:
    assert refused(name, inputs) == key


def test_each_bad_input_is_named() -> None:
    with pytest.raises(BadInputs) as error:
        calculate("vdot", {"distance_m": "far", "time_s": -1, "x": 2})
    fields = {p.params["field"]: p.key for p in error.value.problems}
    assert fields == {"distance_m": "calc_not_number", "time_s": "calc_above", "x": "calc_extra"}
    with pytest.raises(BadInputs) as error:
        calculate("ngp", {"segments_1hz": [{"s": 5, "v": 3}, {"s": 5, "v": 99}]})
    assert error.value.params == {"field": "segments_1hz.1.v", "limit": "12"}


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(NotFound, match="no_such_calculator"):
        calculate("tss", {})


def test_a_calculator_is_declared_once_and_with_its_inputs() -> None:
    outputs = {"": Output("AU", "load")}
    with pytest.raises(ValueError, match="twice"):

        @calculator("vdot", outputs=outputs, source="x", example={})
        def again(given: Inputs) -> float:
            return 0.0

    with pytest.raises(TypeError, match="Inputs"):

        @calculator("not_there", outputs=outputs, source="x", example={})
        def bare(given: dict) -> float:
            return 0.0

    assert "not_there" not in CALCULATORS


def test_unknown_stays_unknown() -> None:
    still: Any = calculate("ngp", {"segments_1hz": [{"s": 10, "v": 0}]})
    assert still == {
        "ngs_partial_window": 0.0,
        "ngp_partial_s_per_km": None,
        "ngs_full_window": None,
        "mean_speed": 0.0,
    }
    nothing: Any = calculate("acwr", {"daily_load_28d": [0] * 28})
    assert set(nothing.values()) == {None}
    assert calculate("readiness", {}) == {"score": None, "coverage": 0.0}
    assert calculate("vdot_table", {"vdot": 51, "distance_m": 5000})["published_s"] is None  # type: ignore[index]


def test_volume_in_kilometres_or_miles() -> None:
    race = {"d_m": 21_097.5, "t_s": 5400}
    miles = calculate("vickers_vertosick", race | {"miles_per_week": 40})
    assert calculate("vickers_vertosick", race | {"km_per_week": 64.37376}) == pytest.approx(miles)


def test_sex_unknown_is_the_mean_of_both() -> None:
    run = {"minutes": 60, "hr": 150, "hr_rest": 50, "hr_max": 190}
    male, female = (calculate("trimp", run | {"sex": sex}) for sex in ("male", "female"))
    assert calculate("trimp", run) == pytest.approx((male + female) / 2)  # type: ignore[operator]


def test_heat_slows_only_above_its_threshold() -> None:
    assert calculate("heat_pace", {"pace_s_per_km": 300, "temperature_c": 10}) == {
        "pace_s_per_km": 300,
        "slower_s_per_km": 0,
    }
    hot: Any = calculate("heat_pace", {"pace_s_per_km": 300, "temperature_c": 22.8})
    assert hot["pace_s_per_km"] == pytest.approx(305.8)


@given(metres=st.floats(1000, 100_000), pace=st.floats(150, 900))
@settings(max_examples=30, derandomize=True)
def test_any_two_of_pace_give_the_third(metres: float, pace: float) -> None:
    whole: Any = calculate("pace", {"distance_m": metres, "pace_s_per_km": pace})
    for left_out in ("distance_m", "time_s", "pace_s_per_km"):
        two = {key: value for key, value in whole.items() if key != left_out}
        assert calculate("pace", two)[left_out] == pytest.approx(whole[left_out])  # type: ignore[index]


@given(
    name=st.sampled_from(sorted(CALCULATORS)),
    changed=st.dictionaries(
        st.sampled_from(["distance_m", "time_s", "hr_max", "hr_rest", "vdot", "segments_1hz", "age", "km"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=5),
            st.lists(st.integers(), max_size=3),
        ),
        max_size=3,
    ),
)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_whatever_is_given_is_computed_or_refused(name: str, changed: dict[str, Any]) -> None:
    found = CALCULATORS[name]
    try:
        result = calculate(name, {**found.example, **changed})
    except BadInputs:
        return
    assert all(value is None or math.isfinite(value) for _, _, value in numbers(found, result))
