"""Honest and lying answers against a realistic ledger: every lie leaves marked, hardly any truth does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from fakes.proven import TODAY, ledger

from coach.graph.proof import UNVERIFIED, Piece, Proof, ProofStream
from coach.graph.voice import clean
from coach.text import LANGS, Lang, say

EVALS = Path(__file__).parents[1] / "evals" / "proof"
_LIE = re.compile("[⟦⟧]")


def read(lang: Lang, kind: str) -> list[str]:
    found: list[str] = tomllib.loads((EVALS / f"{lang}.toml").read_text(encoding="utf-8"))[kind]
    return found


def judged(sentence: str, lang: Lang) -> list[Piece]:
    """Return what leaves of an answer ("question || answer" gives the athlete's words)."""
    words, _, answer = sentence.rpartition(" || ")
    stream = ProofStream(Proof(ledger(lang), lang, "metric", TODAY, words))
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
