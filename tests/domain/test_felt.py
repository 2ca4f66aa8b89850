from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.felt import LONGEST, read_felt

TABLE = tomllib.loads((Path(__file__).parent / "felt.toml").read_text())
NO_NUMBER, NO_ANSWER = 0, -1


@pytest.mark.parametrize("case", TABLE["answers"], ids=lambda case: case["text"])
def test_an_answer_is_taken_as_it_was_said(case: dict[str, float | str]) -> None:
    felt = read_felt(str(case["text"]))
    if case["rpe"] == NO_ANSWER:
        assert felt is None
    else:
        assert felt is not None
        assert felt.rpe == (None if case["rpe"] == NO_NUMBER else case["rpe"])


@pytest.mark.parametrize("text", TABLE["others"])
def test_what_is_no_answer_is_not_taken(text: str) -> None:
    assert read_felt(text) is None


def test_half_of_the_table_is_no_answer_in_both_languages() -> None:
    def korean(text: str) -> bool:
        return any("가" <= c <= "힣" for c in text)

    for texts in ([str(case["text"]) for case in TABLE["answers"]], TABLE["others"]):
        assert sum(map(korean, texts)) >= 40
        assert sum(not korean(text) for text in texts) >= 40


@pytest.mark.parametrize("n", range(1, 11))
def test_every_step_of_the_scale_can_be_said(n: int) -> None:
    for text in (f"{n}", f"{n}이요", f"{n}점", f"it was a {n}", f"{n}/10"):
        felt = read_felt(text)
        assert felt is not None
        assert felt.rpe == n


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_no_number_is_made_up(text: str) -> None:
    felt = read_felt(text)
    if felt is not None and felt.rpe is not None:
        assert 1 <= felt.rpe <= 10


@pytest.mark.parametrize(
    "piece",
    ["음", "ㅋ", "편했", "7 ", "easy ", "ok", "so ", "7ㅋ", "hmm", "7 정도", "좋았어 ", "(", " - ", "rpe "],
)
def test_what_repeats_is_read_at_once(piece: str) -> None:
    text = (piece * LONGEST)[: LONGEST - 1]
    begun = time.process_time()
    for end in ("", "x", "!"):
        read_felt(text + end)
    assert time.process_time() - begun < 1
