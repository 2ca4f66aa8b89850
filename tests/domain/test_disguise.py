"""Who and where somebody is does not leave; what a runner talks about does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.disguise import KINDS, Disguise

MARKS = {kind: f"[{kind.replace('_', ' ')}]" for kind in KINDS}


def of(name: str = "김민수", **more: list[str]) -> Disguise:
    return Disguise(MARKS, names=[name], **more)


@pytest.mark.parametrize(
    ("name", "text", "covered"),
    [
        ("김민수", "김민수입니다. 민수야 힘내", "[full name]입니다. [name]야 힘내"),
        ("김민수", "민수님, 민수씨는요?", "[name]님, [name]씨는요?"),
        ("김민수", "국민수영장에서 민수기를 읽었어", "국민수영장에서 민수기를 읽었어"),
        ("남궁민수", "민수는 남궁민수", "[name]는 [full name]"),
        ("김하늘", "하늘이 맑아서 하늘공원까지 뛰었어", "하늘이 맑아서 하늘공원까지 뛰었어"),
        ("김하늘", "하늘아 힘내! 하늘이는 지쳤어", "[name]아 힘내! [name]이는 지쳤어"),
        ("김하늘", "저는 하늘이에요. 김하늘!", "저는 [name]이에요. [full name]!"),
        ("하늘", "하늘이 맑아요", "[name]이 맑아요"),
        ("박구름", "구름이 많고 바람이 셌어. 구름씨 안녕", "구름이 많고 바람이 셌어. [name]씨 안녕"),
        ("이가을", "가을에는 가을 대회를 뛸래", "가을에는 가을 대회를 뛸래"),
        ("Minsu Kim", "I'm minsu, Minsu Kim", "I'm [name], [full name]"),
        ("Minsu", "Minsu는 오늘 쉬어", "[name]는 오늘 쉬어"),
        ("Will Smith", "Will I run? I will. Call me Will", "Will I run? I will. Call me [name]"),
        ("Will", "Will ran. i am Will. I will run", "[name] ran. i am [name]. I will run"),
        ("Mark Lee", "Mark this as a race. Mark's pace", "Mark this as a race. [name]'s pace"),
        ("Miles Long", "I ran 5 Miles, a long way, 3 miles", "I ran 5 Miles, a long way, 3 miles"),
    ],
)
def test_names(name: str, text: str, covered: str) -> None:
    assert of(name).cover(text) == covered


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("runner@example.org 로 보내줘", "email"),
        ("010-1234-5678로 전화해", "phone"),
        ("내 번호는 01012345678", "phone"),
        ("+82 10-1234-5678", "phone"),
        ("02-345-6789", "phone"),
        ("call (415) 555-0132", "phone"),
        ("+1 415 555 0132 is mine", "phone"),
        ("+44 20 7946 0958", "phone"),
        ("37.566512, 126.978034 에서 출발", "position"),
        ("서울특별시 마포구 월드컵북로 396 앞에서", "address"),
        ("마포구 성암로15길 20에서 출발", "address"),
        ("상암동 1602번지", "address"),
        ("래미안 101동 1203호", "address"),
        ("from 221 Baker Street to the park", "address"),
        ("I live at 12 North Hill Rd. Apt 4B", "address"),
    ],
)
def test_where_and_how_to_reach_somebody(text: str, kind: str) -> None:
    disguise = of()
    covered = disguise.cover(text)
    assert MARKS[kind] in covered  # type: ignore[index]
    assert disguise.removed == {kind: 1}
    assert disguise.uncover(covered) == text


@pytest.mark.parametrize(
    "text",
    [
        "10 km를 52:30에 뛰었어, 5:15/km, 심박 152",
        "친구 집으로 10 킬로 뛰었어",
        "오늘은 한강으로 5km, 바로 10분 걷고 또 뛰었어",
        "2026-11-21 10:30에 42.195 km",
        "3x1000 m, 200 m 조깅. 10 Miles at 5:30",
        "기록은 3:29:59, 1:45:10, 체중 68.5",
        "강남구 마라톤 10km",
        "VDOT 45.2, 12.345 km와 3.456 km",
        "2025-2026 시즌 101 102 103",
        "심박 140-150-160, 4분 30초",
        "ran 5 Easy Miles on Long Street",
    ],
)
def test_figures_of_runners_stay(text: str) -> None:
    disguise = of("이준호", places=["집", "회사"], accounts=["12345"])
    assert disguise.cover(text) == text
    assert not disguise.removed


def test_places_and_accounts() -> None:
    disguise = of(places=["래미안 후문", "우리집"], accounts=["minsu_runs", "Mark"])
    text = "래미안 후문에서 우리집까지. minsu_runs 계정, mark the lap"
    covered = disguise.cover(text)
    assert covered == "[place]에서 우리집까지. [account] 계정, mark the lap"
    assert disguise.uncover(covered) == text


def test_two_of_a_kind_have_marks_of_their_own_and_come_back() -> None:
    disguise = of()
    text = "a@example.org, b@example.org, A@example.org"
    covered = disguise.cover(text)
    assert covered == "[email], [email B], [email]"
    assert disguise.uncover("[email B] 그리고 [EMAIL]!") == "b@example.org 그리고 a@example.org!"
    assert disguise.cover("b@example.org") == "[email B]", "the same word, the same mark"


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("민수", "[name]은 [name]을, [name]과 [name]아!", "민수는 민수를, 민수와 민수야!"),
        ("하람", "[name]는 [name]가 [name]야!", "하람은 하람이 하람아!"),
        ("민수", "[name]야구단 [name]이에요", "민수야구단 민수이에요"),
        ("Minsu", "[name]은 [name]", "Minsu은 Minsu"),
    ],
)
def test_particles_fit_the_name(name: str, said: str, told: str) -> None:
    disguise = of(name)
    disguise.cover(name)
    assert disguise.uncover(said) == told


@given(st.lists(st.integers(0, 60), max_size=8), st.sampled_from(["[name]", "[name", "[", "[nope]", "x"]))
def test_a_mark_may_be_cut_anywhere(cuts: list[int], end: str) -> None:
    disguise = of("민수")
    disguise.cover("민수 a@example.org b@example.org")
    text = f"안녕 [name]님, [email B]와 [email] [f1] {{f1}} {end}"
    reading = disguise.reading()
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [reading.feed(text[a:b]) for a, b in pairwise(places)]
    assert "".join([*pieces, reading.finish()]) == disguise.uncover(text)


def test_data_keep_their_numbers() -> None:
    data = {"facts": [{"value": "42.3 km", "raw": 42300.5, "label": "민수의 달리기"}], "says": ["민수야"]}
    covered = of("민수").cover_data(data, untouched={"value"})
    assert covered == {
        "facts": [{"value": "42.3 km", "raw": 42300.5, "label": "[name]의 달리기"}],
        "says": ["[name]야"],
    }


@given(st.text(max_size=200))
def test_whatever_is_said_comes_back(text: str) -> None:
    disguise = Disguise(MARKS)
    assert "@" in text or disguise.cover(text) == text or disguise.removed


@pytest.mark.parametrize(
    "address", ["민수@한국.한국", "müller@exämple.de", "minsu＠example.com", "имя@пример.рф"]
)
def test_addresses_in_other_scripts(address: str) -> None:
    said = f"메일은 {address} 예요"
    hidden = of()
    assert address not in hidden.cover(said)
    assert hidden.uncover(hidden.cover(said)) == said


@pytest.mark.parametrize("pace", ["10km@5.30", "5×1km@4.15", "10K @ 4.30"])
def test_a_pace_with_an_at_is_no_address(pace: str) -> None:
    assert of().cover(f"{pace} 로 뛰었어") == f"{pace} 로 뛰었어"
