"""Typed replies to a proposal: what approves is a closed list, whatever is added takes it away."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.plan.reply import EditWish, Reply, When, read_reply, resolve

SATURDAY = date(2026, 11, 21)


def table() -> list[tuple[str, str, str]]:
    """Return (kind, text, changes) of every case."""
    lines = (Path(__file__).parent / "replies.txt").read_text(encoding="utf-8").splitlines()
    cases = []
    for line in lines:
        if line and not line.startswith("#"):
            kind, text, *changes = (part.strip() for part in line.split(" |"))
            cases.append((kind, text, changes[0] if changes else ""))
    return cases


CASES = table()
APPROVING = [text for kind, text, _ in CASES if kind in ("approve", "bare")]


def short(edit: EditWish) -> str:
    """Write a wish as the table does."""
    day = _day(edit.of) + (f">{_day(edit.to)}" if edit.to else "")
    size = f"={edit.to_m:g}m" if edit.to_m else f"={edit.to_s:g}s" if edit.to_s else ""
    return " ".join(part for part in (edit.wish, day, edit.kind or "", size) if part)


def _day(when: When | None) -> str:
    if when is None:
        return ""
    if when.ahead is not None:
        return f"+{when.ahead}"
    if when.weekday is not None:
        return f"{when.weekday}" + ("" if when.week is None else f"w{when.week}")
    return f"{when.month}/{when.day_of_month}"


@pytest.mark.parametrize(("kind", "text", "changes"), CASES)
def test_replies(kind: str, text: str, changes: str) -> None:
    found = read_reply(text)
    if kind in ("approve", "bare"):
        assert found == Reply("approve", bare=kind == "bare")
    elif kind == "no":
        assert found.kind != "approve"
        assert not found.edits, "and nothing is changed by it"
    else:
        assert found.kind == kind
        assert ", ".join(map(short, found.edits)) == changes


NAMED = ("거절", "거절할게요", "이 계획은 별로예요", "decline", "reject it")
UNNAMED = ("아니요", "no", "아니 취소해줘", "필요 없어요", "no thanks")


@pytest.mark.parametrize("text", NAMED + UNNAMED)
def test_a_no_that_names_nothing_may_be_to_something_else(text: str) -> None:
    assert read_reply(text) == Reply("reject", bare=text in UNNAMED)


def test_the_table_is_large_and_half_of_it_must_not_approve() -> None:
    assert len(CASES) >= 150
    assert 2 * len(APPROVING) <= len(CASES)
    assert len({text for _, text, _ in CASES}) == len(CASES)
    for script in (r"[가-힣]", r"[a-z]"):
        assert sum(bool(re.search(script, text)) for _, text, _ in CASES) >= 75


# What takes an approval away wherever it is added.
AFTER = (
    "?", " ?", "？", " 말고", " 안 할래", "하지 마", " 하지 마세요", "지 마", " 아니", " 아니야", "는데",
    "지만", " 근데", " 그런데 잠깐", "면", "하면", "할까", "일까요", " 아직", " 나중에", " 못 해", " 취소",
    "라고 했어", " 목요일은 빼줘", " 목요일 더 짧게", " 무릎이 아파", " my chest hurts", " not", " but",
    " but not Thursday", ", or not", " if it rains", " maybe", " later", " don't", " never",
    " unless I say no", " make Thursday shorter", " except Thursday", " when ready", " I guess not",
)  # fmt: skip
BEFORE = (
    "안 ", "아직 ", "아니 ", "만약 ", "혹시 ", "왜 ", "나중에 ", "내일 ", "승인하지 말고 ", "친구가 ", "not ",
    "don't ", "do not ", "never ", "if ", "should I ", "why ", "what if I ", "can't ", "> ", "Fwd: ", '"',
    "he said ",
)  # fmt: skip


@given(st.sampled_from(APPROVING), st.sampled_from(AFTER))
def test_what_is_added_at_the_end_takes_it_away(text: str, added: str) -> None:
    assert read_reply(text + added).kind != "approve"
    assert read_reply(re.sub(r"[\W_]+$", "", text) + added).kind != "approve"


@given(st.sampled_from(BEFORE), st.sampled_from(APPROVING))
def test_what_is_added_before_takes_it_away(added: str, text: str) -> None:
    assert read_reply(added + text).kind != "approve"


WORDS = sorted({word for _, text, _ in CASES for word in re.findall(r"\S+", text)})
DENYING = re.compile(
    r"안|못|마|말|않|아직|나중|면|까|나$|는데|지만|[?？>\"']|"
    r"not|n't|never|but|if|when|except|unless|later|maybe|what|why",
    re.IGNORECASE,
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_no_order_of_words_approves_what_is_denied_or_asked(words: list[str]) -> None:
    if any(DENYING.search(word) for word in words if word not in ("마음에", "마라톤")):
        assert read_reply(" ".join(words)).kind != "approve"


@given(st.text(max_size=700))
def test_any_text_is_read(text: str) -> None:
    found = read_reply(text)
    assert found.kind != "approve" or len(text.strip()) <= 60


@pytest.mark.parametrize("text", ["승인", "approve", "좋아 진행해", "yes, go ahead"])
def test_long_hidden_or_quoted_words_never_approve(text: str) -> None:
    assert read_reply(text + " " * 100).kind == "approve", "white space is nothing"
    assert read_reply(text + "!" * 60).kind != "approve"
    for hidden in (f"\u202e{text}", f"{text}\u200b", f"\u2066{text}\u2069", f"{text}\x00", f"\x1b[8m{text}"):
        assert read_reply(hidden).kind == "unclear"
    for quoted in (f"> {text}", f"나는 몰라\n> {text}", f"“{text}”", f"«{text}»", f"`{text}`", f"FW: {text}"):
        assert read_reply(quoted).kind == "unclear"


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (When(weekday=5), SATURDAY),
        (When(weekday=3), date(2026, 11, 26)),
        (When(weekday=3, week=0), date(2026, 11, 19)),  # said of a day that is over: the plan will say so
        (When(weekday=3, week=1), date(2026, 11, 26)),
        (When(ahead=0), SATURDAY),
        (When(ahead=1), date(2026, 11, 22)),
        (When(month=11, day_of_month=24), date(2026, 11, 24)),
        (When(month=2, day_of_month=29), None),
        (When(month=1, day_of_month=3), date(2027, 1, 3)),
        (When(), None),
    ],
)
def test_days_are_the_next_of_their_name(when: When, day: date | None) -> None:
    assert resolve(when, SATURDAY) == day
