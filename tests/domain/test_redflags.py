"""The guard stops what must stop and leaves the rest, in both languages."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.redflags import SEVERITY, Severity, Trigger, check, check_all
from coach.text import say

CORPORA = Path(__file__).parent.parent / "evals" / "redflags"
LANGUAGES = ("ko", "en")


def corpus(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((CORPORA / f"{name}.toml").read_text(encoding="utf-8"))


STOP, PASS = corpus("stop"), corpus("pass")
HELD_OUT_STOP, HELD_OUT_PASS = corpus("heldout_stop"), corpus("heldout_pass")
UNSEEN_STOP, UNSEEN_PASS = corpus("unseen_stop"), corpus("unseen_pass")


def sentences(corpus: dict[str, dict[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, text) for name, group in corpus.items() for lang in LANGUAGES for text in group[lang]]


@pytest.mark.parametrize("which", [STOP, HELD_OUT_STOP, UNSEEN_STOP], ids=["written", "held out", "unseen"])
def test_every_phrasing_stops_with_its_trigger(which: dict[str, dict[str, list[str]]]) -> None:
    missed = [
        (trigger, text)
        for trigger, text in sentences(which)
        if trigger not in {f.trigger for f in check_all(text)}
    ]
    assert not missed


@pytest.mark.parametrize("which", [PASS, HELD_OUT_PASS, UNSEEN_PASS], ids=["written", "held out", "unseen"])
def test_nothing_harmless_stops(which: dict[str, dict[str, list[str]]]) -> None:
    stopped = [(text, check(text)) for _, text in sentences(which) if check(text) is not None]
    assert not stopped


def test_corpora_are_large_enough_and_free_of_repeats() -> None:
    assert set(STOP) == {t.value for t in Trigger} == set(HELD_OUT_STOP)
    assert all(len(set(STOP[t][lang])) >= 10 for t in STOP for lang in LANGUAGES)
    assert all(len(HELD_OUT_STOP[t]["ko"] + HELD_OUT_STOP[t]["en"]) >= 8 for t in HELD_OUT_STOP)
    for lang in LANGUAGES:
        assert sum(len(group[lang]) for group in PASS.values()) >= 120
    assert len(sentences(HELD_OUT_PASS)) >= 80
    for one, other in combinations([STOP, PASS, HELD_OUT_STOP, HELD_OUT_PASS, UNSEEN_STOP, UNSEEN_PASS], 2):
        assert not {t for _, t in sentences(one)} & {t for _, t in sentences(other)}


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("가슴 통증은 없는데 왼쪽 종아리가 퉁퉁 부었어", Trigger.leg_clot),
        ("열은 없어. 근데 뛰면 가슴이 조여", Trigger.chest_pain),
        ("no chest pain but i fainted at 10k", Trigger.fainting),
        ("I'm not dizzy, but my calf is swollen", Trigger.leg_clot),
        ("아버지가 심장이 안 좋으셔. 나도 뛰면 가슴이 아파", Trigger.chest_pain),
        ("작년에 골절은 다 나았는데 오늘은 숨을 못 쉬겠어", Trigger.breathlessness),
        ("chest pain이 있어 지금", Trigger.chest_pain),
        ("헬스장 러닝머신에서 뛰는데 가슴이 아파", Trigger.chest_pain),
        ("벤치프레스 하다가 가슴이 조이고 식은땀이 나", Trigger.chest_pain),
        ("chest day, but now my chest is tight and i feel dizzy", Trigger.chest_pain),
    ],
)
def test_one_denied_sign_does_not_hide_another(text: str, trigger: Trigger) -> None:
    assert trigger in {f.trigger for f in check_all(text)}


def test_the_most_urgent_comes_first() -> None:
    flags = check_all("감기인데 뛰어도 될까? 그런데 아까 뛰다가 기절했어")
    assert [f.trigger for f in flags] == [Trigger.fainting, Trigger.illness]
    assert check("감기인데 뛰어도 될까? 그런데 아까 뛰다가 기절했어") == flags[0]


def test_a_bystander_emergency_asks_to_help_them() -> None:
    flag = check("옆에 뛰던 사람이 쓰러졌어")
    assert flag is not None
    assert (flag.about, flag.severity, flag.text_key) == ("other", Severity.emergency, "guard.someone_else")
    assert flag.stops_turn


def test_every_answer_is_worded_in_both_languages_with_whom_to_call() -> None:
    for _, text in sentences(STOP):
        for flag in check_all(text):
            for lang in LANGUAGES:
                said = say(lang, flag.text_key)
                if flag.severity is Severity.emergency:
                    assert "119" in said
                if flag.trigger is Trigger.self_harm:
                    assert "109" in said
                    assert "24" in said
    for trigger in Trigger:
        assert SEVERITY[trigger] in Severity
        if trigger is not Trigger.bone_stress:  # no emergency by itself
            assert "local emergency number" in say("en", f"guard.{trigger}")
            assert "119" in say("ko", f"guard.{trigger}")


# One plain phrasing per trigger: what is added around it must not hide it.
DANGERS = [
    STOP[t][lang][0] for t in STOP for lang in LANGUAGES if SEVERITY[Trigger(t)] in ("emergency", "crisis")
]
NEUTRAL = [
    "오늘 날씨가 좋네요",
    "아침에 커피 마셨어요",
    "어제는 8km를 뛰었어요",
    "새 신발을 샀어요",
    "the weather is nice",
    "I ran 8k yesterday",
    "my shoes are new",
    "thanks coach",
]
NOISE = st.text(alphabet=" \n\t.!?,~…ㅠㅜ🙏😭🏃‍♀️❤\u200b", max_size=8)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    danger=st.sampled_from(DANGERS),
    before=st.lists(st.sampled_from(NEUTRAL), max_size=3),
    after=st.lists(st.sampled_from(NEUTRAL), max_size=3),
    noise=NOISE,
)
def test_neutral_sentences_and_noise_do_not_hide_danger(
    danger: str, before: list[str], after: list[str], noise: str
) -> None:
    text = noise + ". ".join([*before, danger, *after]) + noise
    assert {f.trigger for f in check_all(danger)} <= {f.trigger for f in check_all(text)}


@settings(max_examples=100, derandomize=True, deadline=None)
@given(danger=st.sampled_from(DANGERS), gap=st.sampled_from(["  ", "\t", "   ", "\u00a0", " \u200b", " 😭 "]))
def test_spacing_between_words_does_not_hide_danger(danger: str, gap: str) -> None:
    assert {f.trigger for f in check_all(danger)} <= {f.trigger for f in check_all(danger.replace(" ", gap))}
    assert {f.trigger for f in check_all(danger)} <= {f.trigger for f in check_all(danger.upper())}


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(check_all(text), tuple)


def test_odd_texts_can_be_read() -> None:
    for text in (
        "",
        " ",
        "\ud800",
        "\x00",
        "가" * 3000,
        "chest " * 500,
        "안 " * 1000,
        "아프" * 1000,
        "😭" * 1000,
    ):
        check_all(text)
