"""Honest and lying answers against a realistic ledger: every lie leaves marked, hardly any truth does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from fakes.proven import TODAY, ledger
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.graph.proof import UNVERIFIED, Piece, Proof, ProofStream
from coach.graph.voice import clean
from coach.text import LANGS, Lang, say

EVALS = Path(__file__).parents[1] / "evals" / "proof"
_LIE = re.compile("[⟦⟧]")
LEDGERS = {lang: ledger(lang) for lang in LANGS}


def read(lang: Lang, kind: str) -> list[str]:
    found: list[str] = tomllib.loads((EVALS / f"{lang}.toml").read_text(encoding="utf-8"))[kind]
    return found


def judged(sentence: str, lang: Lang) -> list[Piece]:
    """Return what leaves of an answer ("question || answer" gives the athlete's words)."""
    words, _, answer = sentence.rpartition(" || ")
    stream = ProofStream(Proof(LEDGERS[lang], lang, "metric", TODAY, words))
    stream.feed(clean(_LIE.sub("", answer)))
    stream.finish()
    return stream.proven()


def marked(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.ref == UNVERIFIED]


def lies_that_pass(sentence: str, lang: Lang) -> list[str]:
    """Return the lies of a sentence that leave without a mark, in order."""
    answer = sentence.rpartition(" || ")[2]
    # Where every piece of the answer came from: a lie is caught when a marked piece begins within it.
    pieces, at, caught = judged(sentence, lang), 0, []
    bare = clean(_LIE.sub("", answer))
    for piece in pieces:
        found = bare.find(piece.text, at)
        if piece.ref == UNVERIFIED and found < 0:  # a reference that does not exist leaves as the mark itself
            found = bare.find("{", at)
        if piece.ref == UNVERIFIED:
            caught.append(found)
        if found >= 0:
            at = found + (len(piece.text) if bare.startswith(piece.text, found) else 1)
    lies, shift = [], 0
    for match in re.finditer("⟦([^⟧]*)⟧", answer):
        start = match.start() - shift
        shift += 2
        if not any(start - 2 <= place < start + len(match[1]) for place in caught):
            lies.append(match[1])
    return lies


@pytest.mark.parametrize("lang", LANGS)
def test_no_invention_leaves_unmarked(lang: Lang) -> None:
    lying = read(lang, "lying")
    assert len(lying) > 100
    assert {s: lies for s in lying if (lies := lies_that_pass(s, lang))} == {}


@pytest.mark.parametrize("lang", LANGS)
def test_hardly_any_true_number_is_marked(lang: Lang) -> None:
    honest = read(lang, "honest")
    assert len(honest) > 100
    pieces = [judged(sentence, lang) for sentence in honest]
    doubted = [text for each in pieces for text in marked(each)]
    numbers = sum(bool(piece.ref) for each in pieces for piece in each)
    assert len(doubted) <= 0.01 * numbers, doubted


@pytest.mark.parametrize(
    ("lang", "answer", "opinion"),
    [
        ("ko", "힘든 훈련 뒤에는 이틀쯤 쉬는 게 좋아요.", True),
        ("ko", "힘든 훈련 뒤에는 이틀쯤 쉬는 게 좋아요 {g2}.", False),
        ("ko", "지난주에 {f1:+을} 달렸고 회복도 좋았어요.", False),
        ("ko", "플랜에는 화요일 롱런이 있으니 해야 해요.", False),
        ("ko", "쉬는 게 좋을까요?", False),
        ("en", "Strength training reduces injury risk.", True),
        ("en", "Strength training reduces injury risk {g2}.", False),
        ("en", "You ran {f1} last week, so your training is on track.", False),
        ("en", "Should you rest after a long run?", False),
    ],
)
def test_a_claim_without_a_passage_is_an_opinion(lang: Lang, answer: str, opinion: bool) -> None:
    said = "".join(piece.text for piece in judged(answer, lang))
    assert (say(lang, "proof.opinion") in said) == opinion


ANSWERS = {
    lang: [_LIE.sub("", s.rpartition(" || ")[2]) for kind in ("honest", "lying") for s in read(lang, kind)]
    for lang in LANGS
}
ASKED = ("", "지난주 어땠어? 10 km 뛰었는데", "How was last week? I ran 10 km in 52:30.")


def with_facts(lang: Lang) -> st.SearchStrategy[str]:
    """Return sentences with values of the ledger, some changed, in the words of either language."""
    values = st.sampled_from(LEDGERS[lang].of_turn()).map(lambda f: f.value)
    numbers = st.one_of(
        values.filter(lambda v: isinstance(v, int | float)).map(lambda v: f"{float(v or 0):.1f}"),
        values.filter(lambda v: isinstance(v, int | float)).map(lambda v: f"{float(v or 0) / 1000:.2f}"),
        st.sampled_from(LEDGERS[lang].of_turn()).map(lambda f: f"{{{f.ref}}}"),
        st.floats(0, 400).map(lambda v: f"{v:.1f}"),
    )
    whose = st.sampled_from(sorted({f.subject.label for f in LEDGERS[lang].of_turn()}))
    units = st.sampled_from(["km", " km", "분", "%", " bpm", "", " minutes", "킬로", "번", " times", " kilo"])
    ends = st.sampled_from(
        [".", " 달렸어요.", " last week.", ", 평균보다 높았어요.\n", "보다 더 {g1}. ", " | "]
    )
    return st.tuples(whose, st.sampled_from([" ", "에 ", ": ", "\n- "]), numbers, units, ends).map("".join)


def cut_anywhere(lang: Lang, parts: Sequence[str], question: str, cuts: Sequence[int]) -> None:
    """Check that neither what is streamed nor what is stored depends on how the text came."""
    text = clean(" ".join(parts))
    found = []
    for edges in ((0, len(text)), sorted({0, len(text), *(n % (len(text) + 1) for n in cuts)})):
        stream = ProofStream(Proof(LEDGERS[lang], lang, "metric", TODAY, question))
        streamed = [piece for a, b in pairwise(edges) for piece in stream.feed(text[a:b])]
        streamed += stream.finish()
        found.append((_spans(streamed), _spans(stream.proven())))
    assert found[0] == found[1]


def _spans(pieces: Sequence[Piece]) -> tuple[str, list[tuple[int, str, str]]]:
    """Return the text and its references with where they stand."""
    at, refs = 0, []
    for piece in pieces:
        if piece.ref:
            refs.append((at, piece.text, piece.ref))
        at += len(piece.text)
    return "".join(piece.text for piece in pieces), refs


def parts(lang: Lang, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.one_of(st.sampled_from(ANSWERS[lang]), with_facts(lang)), min_size=1, max_size=most)


@pytest.mark.parametrize("lang", LANGS)
@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.data())
def test_an_answer_is_the_same_however_it_came(lang: Lang, data: st.DataObject) -> None:
    cuts = st.lists(st.integers(0, 10_000), max_size=40)
    cut_anywhere(lang, data.draw(parts(lang, 4)), data.draw(st.sampled_from(ASKED)), data.draw(cuts))


@pytest.mark.soak
@pytest.mark.parametrize("lang", LANGS)
@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_long_answers_are_the_same_however_they_came(lang: Lang, data: st.DataObject) -> None:
    cuts = st.lists(st.integers(0, 10_000), max_size=400)
    cut_anywhere(lang, data.draw(parts(lang, 25)), data.draw(st.sampled_from(ASKED)), data.draw(cuts))
