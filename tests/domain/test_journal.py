"""What a sentence says for the daily record."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.body import _NAMES, BodyPart, body_parts
from coach.domain.daily import DailyValue, Entry
from coach.domain.journal import Said, extract, runs_back
from coach.domain.source import Source
from coach.domain.utterance import read
from coach.text import say

Row = tuple[str, float | None, str, str]


def rows(text: str) -> list[Row]:
    return [(s.kind, s.value, s.where, s.side) for s in extract(text)]


@pytest.mark.parametrize(
    ("text", "ill"),
    [
        ("감기 다 나았어", False),
        ("몸살은 완치됐어요", False),
        ("no longer sick", False),
        ("감기가 거의 나았어", True),
        ("감기 아직 안 나았어", True),
        ("코로나는 다 나았는데 기침은 남았어", True),
        ("오늘 10km 뛰었다 감기 기운이 있다", True),
    ],
)
def test_an_illness_that_is_over_is_none(text: str, ill: bool) -> None:
    """Readiness is overridden by illness: who is well again must not be told to rest."""
    assert ("illness" in {s.kind for s in extract(text)}) is ill


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RPE 7", [("rpe", 7, "", "")]),
        ("힘듦 7/10", [("rpe", 7, "", "")]),
        ("10점 만점에 8", [("rpe", 8, "", "")]),
        ("effort 8 out of 10", [("rpe", 8, "", "")]),
        ("RPE 15", []),
        ("왼쪽 무릎이 좀 아팠어. 3점 정도", [("pain", 3, "knee", "left")]),
        ("my left knee hurt a bit, about 3 points", [("pain", 3, "knee", "left")]),
        ("ankle hurt on the run, pain 4/10", [("pain", 4, "ankle", "")]),
        (
            "오른쪽 종아리랑 왼쪽 발목이 아팠어. 3점",
            [("pain", 3, "calf", "right"), ("pain", 3, "ankle", "left")],
        ),
        (
            "무릎이랑 종아리가 아파. 무릎은 3점, 종아리는 5점",
            [("pain", 3, "knee", ""), ("pain", 5, "calf", "")],
        ),
        ("무릎 아팠어, 강도 6점", [("pain", None, "knee", ""), ("rpe", 6, "", "")]),
        ("knee hurt, effort 7/10", [("pain", None, "knee", ""), ("rpe", 7, "", "")]),
        ("무릎이 아팠어. 5km 뛰었어. 3점", [("pain", None, "knee", ""), ("rpe", 3, "", "")]),
        ("지난 달리기에서 무릎이 아팠어", [("pain", None, "knee", "")]),
        ("왼쪽 무릎이 좀 아팠어", [("pain", None, "knee", "left")]),
        ("왼무릎아픔", [("pain", None, "knee", "left")]),
        ("무릎 통증 3/10", [("pain", 3, "knee", "")]),
        ("my left knee hurts a bit", [("pain", None, "knee", "left")]),
        ("right Achilles pain 4/10", [("pain", 4, "achilles", "right")]),
        (
            "왼쪽 무릎이랑 오른쪽 발목이 아파",
            [("pain", None, "knee", "left"), ("pain", None, "ankle", "right")],
        ),
        ("안 아팠어", [("pain", 0, "", "")]),
        ("무릎은 안 아팠어", [("pain", 0, "knee", "")]),
        ("아킬레스 통증은 없었어", [("pain", 0, "achilles", "")]),
        ("no pain today", [("pain", 0, "", "")]),
        ("my knee doesn't hurt", [("pain", 0, "knee", "")]),
        ("다리가 뻐근", [("soreness", None, "leg", "")]),
        ("both calves are sore", [("soreness", None, "calf", "both")]),
        ("피곤하지 않아", [("fatigue", 0, "", "")]),
        ("tired 6/10", [("fatigue", 6, "", "")]),
        ("스트레스 3/5", [("stress", 6, "", "")]),
        ("기분 4/5", [("mood", 4, "", "")]),
        ("기분이 좋았어", [("mood", None, "", "")]),
        ("mood 10/10", [("mood", 5, "", "")]),
        ("수면의 질 5점 만점에 2점", [("sleep_quality", 2, "", "")]),
        ("slept badly", [("sleep_quality", None, "", "")]),
        ("6시간 반 잤어", [("sleep_s", 6.5 * 3600, "", "")]),
        ("잠은 다섯 시간밖에 못 잤어", [("sleep_s", 5 * 3600, "", "")]),
        ("7시간 20분 잤음", [("sleep_s", 7 * 3600 + 1200, "", "")]),
        ("slept 7h", [("sleep_s", 7 * 3600, "", "")]),
        ("got 6 and a half hours of sleep", [("sleep_s", 6.5 * 3600, "", "")]),
        ("감기 기운", [("illness", None, "", "")]),
        ("목이 칼칼하고 콧물이 나", [("illness", None, "", "")]),
        ("I have a sore throat", [("illness", None, "", "")]),
        ("열은 없어", []),
        ("no fever", []),
    ],
)
def test_what_was_said(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "오늘 10km 50분",
        "ran 10k in 50 minutes",
        "3시간 뛰었어",
        "stress fracture가 뭐야",
        "친구가 무릎이 아프대",
        "작년에 무릎이 아팠어",
        "무릎 아프면 쉬어야 해?",
        "my wife has a cold",
        "낮잠 잤어",
        "cold weather run",
        "5/10에 대회",
        "",
    ],
)
def test_what_is_no_entry(text: str) -> None:
    assert rows(text) == []


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("지지난 달리기에서 아킬레스가 뻐근했어", 2),
        ("지난 달리기 때 무릎이 아팠어", 1),
        ("my achilles was stiff in the run before last", 2),
        ("my calf hurt on my last run", 1),
        ("지난달 달리기에서 아팠어", None),
        ("어제 달리기에서 아팠어", None),
        ("I ran last week", None),
    ],
)
def test_which_run_is_meant(text: str, back: int | None) -> None:
    assert runs_back(text) == back


def test_several_things_in_one_message_keep_their_own_words() -> None:
    said = extract("오늘 10km 뛰었고 왼쪽 무릎이 좀 아팠는데 잠은 여섯시간 잤어. RPE 6")
    assert [(s.kind, s.value) for s in said] == [("pain", None), ("sleep_s", 21600), ("rpe", 6)]
    assert said[0].text == "왼쪽 무릎이 좀 아팠는데"
    said = extract("My left knee hurts a bit, rpe 6 and slept 7 hours")
    assert [(s.kind, s.value) for s in said] == [("pain", None), ("rpe", 6), ("sleep_s", 25200)]


def test_said_becomes_a_row_of_the_day() -> None:
    day = date(2026, 11, 20)
    pain, sleep = extract("왼쪽 무릎 통증 3/10, 6시간 잤어")
    assert pain.on(day, activity_id=5) == Entry("pain", day, 3.0, "knee", "left", "왼쪽 무릎 통증 3/10", 5)
    assert sleep.on(day) == DailyValue(day, "sleep_s", 21600, Source.journal)


def test_every_part_of_the_body_is_named_and_recognised_in_both_languages() -> None:
    for part in _NAMES:
        assert say("en", f"body.{part}")
        name = say("ko", f"body.{part}")
        assert body_parts(read(f"왼쪽 {name}이 아파").plain) == [BodyPart(part, "left")], name
        name = say("en", f"body.{part}")
        assert body_parts(read(f"my left {name} hurts").plain)[0] == BodyPart(part, "left"), name


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(isinstance(s, Said) for s in extract(text))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 100).map(lambda n: n / 10))
def test_a_said_number_is_kept(value: float) -> None:
    assert rows(f"왼쪽 무릎 통증 {value}/10") == [("pain", pytest.approx(value), "knee", "left")]
    assert rows(f"rpe {value}") == [("rpe", pytest.approx(value), "", "")]
