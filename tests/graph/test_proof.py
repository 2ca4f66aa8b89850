"""Numbers leave as facts, as the athlete's own, as dates, or marked."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.fact import Fact, Subject
from coach.graph.ledger import Ledger
from coach.graph.numbers import quantities, scan
from coach.graph.proof import Piece, Proof, ProofStream

TODAY = date(2026, 11, 21)
LAST_WEEK = Subject(
    kind="period", start=date(2026, 11, 9), end=date(2026, 11, 15), label="지난주(11월 9–15일)"
)
RUN = Subject(
    kind="activity", activity_id=3, start=date(2026, 11, 14), end=date(2026, 11, 14), label="아침 러닝"
)
MARK = {"ko": "⚠︎미확인", "en": "⚠︎unverified"}


def fact(metric: str, value: float | int | str, unit: str, label: str, subject: Subject = LAST_WEEK) -> Fact:
    return Fact(
        key=metric + subject.label, metric=metric, value=value, unit=unit, label=label, subject=subject
    )


FACTS = (
    fact("distance_m", 42_312.0, "m", "달린 거리"),
    fact("pace_s_per_km", 330.4, "s_per_km", "평균 페이스", RUN),
    fact("hr_mean_bpm", 152.0, "bpm", "평균 심박수", RUN),
    fact("hr_max_bpm", 176.0, "bpm", "최고 심박수", RUN),
    fact("moving_s", 3 * 3600 + 52 * 60 + 10.0, "s", "달린 시간"),
    fact("runs", 5, "count", "달린 횟수"),
    fact("tsb", -12.3, "AU", "컨디션(TSB)"),
)


def proof(words: str = "", lang: str = "ko", units: str = "metric", facts: tuple[Fact, ...] = FACTS) -> Proof:
    ledger = Ledger()
    ledger.add(facts)
    return Proof(ledger, lang, units, TODAY, words)  # type: ignore[arg-type]


def final(text: str, against: Proof | None = None) -> str:
    stream = ProofStream(against or proof())
    stream.feed(text)
    stream.finish()
    return "".join(piece.text for piece in stream.proven())


def streamed(text: str, cuts: list[int], against: Proof | None = None) -> list[Piece]:
    stream = ProofStream(against or proof())
    pieces: list[Piece] = []
    edges = sorted({min(c, len(text)) for c in cuts} | {0, len(text)})
    for a, b in pairwise(edges):
        pieces += stream.feed(text[a:b])
    return pieces + stream.finish()


def joined(pieces: list[Piece]) -> list[tuple[str, str]]:
    """Return the pieces with plain neighbours joined."""
    result: list[tuple[str, str]] = []
    for piece in pieces:
        if result and not piece.ref and not result[-1][1]:
            result[-1] = (result[-1][0] + piece.text, "")
        else:
            result.append((piece.text, piece.ref))
    return result


def test_references_are_rendered_with_their_particle() -> None:
    assert (
        final("지난주에 {f1:+을} 달렸고 {f2:+으로} 뛰었어요.")
        == "지난주에 42.3 km를 달렸고 5'30\"/km로 뛰었어요."
    )
    assert final("{f1}", proof(lang="en", units="imperial")) == "26.3 mi"
    assert final("{f2} and {f1}", proof(lang="en", units="imperial")) == "8:52/mi and 26.3 mi"


def test_a_unit_behind_a_reference_is_not_doubled() -> None:
    assert final("{f1} km 달렸어요") == "42.3 km 달렸어요"
    assert final("{f1}를 5번에").startswith("42.3 km를 5번")


def test_a_reference_that_does_not_exist_is_removed_and_marked() -> None:
    assert final("지난주에 {f99:+을} 달렸어요.") == f"지난주에 {MARK['ko']} 달렸어요."
    assert ProofStream(proof()).feed("{f99}가 ")[0].ref == "?"


@pytest.mark.parametrize(
    "sentence",
    [
        "지난주에 42.3 km 달렸어요.",
        "지난주에는 42 킬로미터를 달렸어요.",
        "11월 9–15일에 42.31km를 달렸어요.",
        "42.3 km, 지난주에 달린 거리예요.",
        "지난주에 사십이 킬로 달렸어요.",
        "지난주에 다섯 번 달렸어요.",
        "지난주에 총 3시간 52분 달렸어요.",
        "아침 러닝은 5분 30초 페이스였어요.",
        "11월 14일에는 5'30\"/km였어요.",
        "아침 러닝의 평균 심박수는 152 bpm이에요.",
        "지난주 TSB는 -12.3이에요.",
    ],
)
def test_a_number_is_proven_by_value_unit_and_subject(sentence: str) -> None:
    assert "⚠︎" not in final(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "42.3 km 달렸어요.",  # when?
        "이번 주에 42.3 km 달렸어요.",  # another week
        "지난주에 43 km 달렸어요.",
        "지난주에 42.3 mi 달렸어요.",
        "지난주에 42.4 km 달렸어요.",
        "지난주에 마흔세 킬로 달렸어요.",
        "지난주에 여섯 번 달렸어요.",
        "아침 러닝은 5'31\"/km였어요.",
        "아침 러닝의 최고 심박수는 152 bpm이에요.",  # the mean
        "아침 러닝은 152 bpm이에요.",  # which of the two
        "지난주에 forty-three kilometres 달렸어요.",
        "VO2max 52예요.",
        "훈련 부하가 20% 늘었어요.",
        "12월 25일에 대회가 있어요.",  # nothing known of it
        "11월 14일 (일)에 뛰었어요.",  # a Saturday
        "2월 30일에 뛰었어요.",
    ],
)
def test_everything_else_leaves_marked(sentence: str) -> None:
    assert final(sentence).count(MARK["ko"]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "오늘은 11월 21일 (토)이에요.",
        "1. 쉬기\n2. 자기",
        "존2로 달려요.",
        "두 번째 러닝이에요.",
        "이 주에는 쉬어요. 이분은 한 번 더 해요.",
        "급하면 119에 전화하세요.",
        "VO2max는 모르겠어요.",
        "사과를 드세요. 오늘 열이 나면 쉬세요.",
    ],
)
def test_what_is_no_claim_is_left_alone(sentence: str) -> None:
    assert final(sentence) == sentence


def test_english_sentences() -> None:
    week = LAST_WEEK.model_copy(update={"label": "last week (9–15 Nov)"})
    english = proof(
        lang="en",
        facts=(fact("distance_m", 42_312.0, "m", "distance", week), fact("runs", 5, "count", "runs", week)),
    )
    assert "⚠︎" not in final("Last week you ran 42.3 km in five runs.", english)
    assert "⚠︎" not in final("You ran 26.3 miles last week.", english)
    assert "⚠︎" not in final("From 9 Nov to 15 Nov it was forty-two kilometres.", english)
    assert final("You ran forty-three kilometres last week.", english).count(MARK["en"]) == 1
    assert final("The three of us ran last week.", english).count(MARK["en"]) == 0


def test_the_athletes_own_numbers_pass() -> None:
    assert "⚠︎" not in final("50분이면 8 km는 괜찮아요.", proof("오늘 8킬로 50분 뛰어도 돼?"))
    assert "⚠︎" in final("9 km는 괜찮아요.", proof("오늘 8킬로 50분 뛰어도 돼?"))


def test_two_facts_of_one_value_prove_nothing() -> None:
    twins = (
        *FACTS,
        fact(
            "distance_m",
            42_312.0,
            "m",
            "달린 거리",
            LAST_WEEK.model_copy(update={"start": date(2026, 11, 2)}),
        ),
    )
    assert "⚠︎" in final("지난주에 42.3 km 달렸어요.", proof(facts=twins))


def test_what_code_worded_may_be_repeated() -> None:
    against = proof(facts=(*FACTS, fact("best_5000", 1500.0, "s", "5 km 최고 기록")))
    assert final("5 km 최고 기록은 좋아요.", against) == "5 km 최고 기록은 좋아요."
    assert "⚠︎" in final("5 km 달린 건 좋아요.", against)


def test_a_subject_named_after_the_number_corrects_the_stream() -> None:
    text = "42.3 km, 지난주에 달린 거리예요."
    assert ("42.3 km", "?") in joined(streamed(text, [3, 5]))
    assert "⚠︎" not in final(text)


def test_text_is_held_only_within_a_number() -> None:
    stream = ProofStream(proof())
    assert "".join(p.text for p in stream.feed("지난주에 ")) == "지난주에 "
    assert stream.feed("4") == []
    assert stream.feed("2.3 k") == []
    assert stream.feed("m") == []
    assert "".join(p.text for p in stream.feed("를 ")) == "42.3 km를 "


def test_code_may_say_its_own_numbers() -> None:
    stream = ProofStream(proof(), trusted=True)
    pieces = stream.feed("119에 전화하세요. 77 km {f1}") + stream.finish()
    assert "".join(p.text for p in pieces) == "119에 전화하세요. 77 km 42.3 km"


FRAGMENTS = st.sampled_from(
    """지난주에_|42.3 km|{f1}|{f1:+을}|{f9|{f2} km|를_|. |^|1. |5'30"/km|5:30|:12|Oct|ober 3
    | 11월 14일| (토)|forty|-two_|kilometres| 사십|이 킬로|다섯 번|째|존2|{|}|1,234|.5|%| 3시간| 52분|VO2max|-
    |7| m|in
    |119 전화|hundred and_|아침 러닝_|⚠︎|😀|km |K|[]""".replace("\n    ", "")
    .replace("_", " ")
    .replace("^", "\n")
    .split("|")
)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.lists(FRAGMENTS, max_size=14).map("".join), st.lists(st.integers(0, 120), max_size=30))
def test_how_the_stream_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    whole = joined(streamed(text, []))
    assert joined(streamed(text, cuts)) == whole
    assert joined(streamed(text, list(range(len(text))))) == whole


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.text("0123456789.,:'/- kmbp%f{}월일분초", max_size=30), st.lists(st.integers(0, 30), max_size=12))
def test_noise_is_cut_the_same_way(text: str, cuts: list[int]) -> None:
    assert joined(streamed(text, cuts)) == joined(streamed(text, []))


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.lists(FRAGMENTS, max_size=14).map("".join))
def test_no_digit_leaves_unjudged(text: str) -> None:
    """Outside of tokens a digit stands only behind a letter (VO2max) or in a reference that was cut off."""
    kept = list(text)
    for token in scan(text, final=True)[0]:
        kept[token.start : token.end] = "·" * (token.end - token.start)
    assert not re.search(r"(?<![A-Za-z_\d])\d", "".join(kept))


def test_quantities_reads_what_people_write() -> None:
    found = {
        t.text: t.readings[0][:2]
        for t in quantities("8킬로 50분, 5분 30초 페이스, 1시간 5분, 10K, 열두 번, 백오십 분")
    }
    assert found == {
        "8킬로": ("m", 8000.0),
        "50분": ("s", 3000.0),
        "5분 30초": ("s", 330),
        "1시간 5분": ("s", 3900.0),
        "10K": ("m", 10_000.0),
        "열두 번": ("count", 12.0),
        "백오십 분": ("s", 9000.0),
    }
