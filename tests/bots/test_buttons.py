"""Callback data: what a button says is read back as it was meant, and any other text says nothing."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.telegram.buttons import (
    MOST_DAYS,
    Command,
    Decide,
    Effort,
    Pain,
    Pause,
    Press,
    Proof,
    Quick,
    Setting,
    Sources,
    SwitchOff,
    Undo,
    encode,
    parse,
)
from bots.telegram.message import LONGEST_DATA
from coach.domain.nudges import NudgeKind

ids = st.integers(1, 2**63 - 1)
hexes = st.text("0123456789abcdef", min_size=8, max_size=8)
presses: st.SearchStrategy[Any] = st.one_of(
    st.builds(Decide, ids, st.sampled_from("ynck"), hexes),
    st.builds(Effort, ids, st.integers(1, 10)),
    st.builds(Pain, ids, st.booleans()),
    st.builds(SwitchOff, st.sampled_from([kind for kind in NudgeKind if kind is not NudgeKind.receipt])),
    st.builds(Pause, st.integers(0, MOST_DAYS)),
    st.builds(Proof, ids),
    st.builds(Sources, ids),
    st.builds(Quick, ids, st.integers(0, 99)),
    st.builds(Undo, ids),
    st.builds(Setting, st.from_regex(r"[a-z][a-z_]{0,23}", fullmatch=True), st.sampled_from(["on", "18:00"])),
    st.builds(Command, st.from_regex(r"[a-z]{1,32}", fullmatch=True)),
)
# As a person would write the contract down, apart from how it is read.
CONTRACT = re.compile(
    r"a:[1-9]\d{0,18}:[ynck]:[0-9a-f]{8}|r:[1-9]\d{0,18}:([1-9]|10)|p:[1-9]\d{0,18}:[yn]"
    r"|x:(weekly|after_run|morning|alert|race|silence)|z:(0|[1-9]\d{0,2})"
    r"|[ngu]:[1-9]\d{0,18}|q:[1-9]\d{0,18}:(\d|[1-9]\d)"
    r"|s:[a-z][a-z_]{0,23}:[A-Za-z0-9_:.+-]{1,32}|m:[a-z]{1,32}",
    re.ASCII,
)


@given(presses)
def test_a_button_is_read_back_as_it_was_meant(press: Press) -> None:
    said = encode(press)

    assert len(said.encode()) <= LONGEST_DATA
    assert parse(said) == press


def test_every_kind_is_among_the_generated() -> None:
    assert {type(press) for press in (parse(said) for said in SAMPLES)} == set(get_args(Press))


SAMPLES = (
    "a:7:y:0123abcd",
    "r:7:10",
    "p:7:n",
    "x:after_run",
    "z:7",
    "n:7",
    "g:7",
    "q:7:0",
    "u:7",
    "s:lang:ko",
    "m:week",
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=80), st.text("aprxzngqusm:0123456789yncf", max_size=80)))
def test_any_other_text_says_nothing(text: str) -> None:
    read = parse(text)

    assert (read is None) or (CONTRACT.fullmatch(text) is not None and encode(read) == text)


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.integers(0, 70), st.characters())
def test_a_character_more_is_another_text(said: str, at: int, more: str) -> None:
    changed = said[:at] + more + said[at:]
    read = parse(changed)

    assert read is None or encode(read) == changed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a:",
        "a:7:y",
        "a:7:y:0123ABCD",
        "a:7:y:0123abcde",
        "a:07:y:0123abcd",
        "a:-7:y:0123abcd",
        "a:9223372036854775808:y:0123abcd",
        "a:7:q:0123abcd",
        "a:7:y:0123abcd\n",
        "r:7:0",
        "r:7:11",
        "r:7:٥",
        "r:٧:5",
        "p:7:maybe",
        "x:receipt",
        "x:everything",
        "z:367",
        "z:-1",
        "n:0",
        "s:lang:",
        "s:lang:ko\x00",
        "m:" + "a" * 63,
    ],
)
def test_near_misses_say_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "press", [Effort(1, 11), Effort(0, 5), Decide(1, "y", "short"), SwitchOff(NudgeKind.receipt), Pause(-1)]
)
def test_no_button_is_made_that_could_not_be_read(press: Press) -> None:
    with pytest.raises(ValueError, match="no button"):
        encode(press)
