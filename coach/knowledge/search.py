"""Finding the passages that answer a question, or none.

Candidates come from two indexes: the passages that hold the rarest words of the question, and those nearest
to it as vectors. Each is then judged by how much of what the question is about it speaks of, word by word
(itself, a pair of its syllables, or a concept that both languages share), each word weighed by how few
passages hold it. A word that no passage knows weighs most: that is how a question that the guidelines do not
answer stays unanswered.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from coach.config import settings
from coach.errors import ServiceBroken
from coach.knowledge.embed import Embedder, HashEmbedder, embedder
from coach.knowledge.lexemes import Word, words
from coach.store import passages
from coach.store.passages import Candidate, Passage, Statistics
from coach.store.session import Session
from coach.text import Lang

log = logging.getLogger(__name__)

EVERYBODY = frozenset({"everyone"})
# Concepts that name the people a passage may be for: whoever asks about them may read it.
NAMED: Mapping[str, str] = {
    "pregnancy": "pregnant",
    "postpartum": "postpartum",
    "women": "women",
    "menstrual": "women",
    "menopause": "women",
    "child": "youth",
    "older": "masters",
    "beginner": "beginners",
    "marathon": "marathon",
    "asthma": "asthma",
    "diabetes": "diabetes",
    "heartdisease": "heart",
    "myocarditis": "heart",
    "bloodpressure": "heart",
    "betablocker": "heart",
    "injury": "injured",
    "pain": "injured",
    "bonestress": "injured",
}

MOST_WORDS = 40  # of a question: a longer one is told, not asked
MOST_HELD = 1_500  # rows that the words of one question may touch; the commonest are left out before
# How well a word is met: in the title, in the text, by its concept, by its pairs of syllables.
IN_TITLE, IN_TEXT, CONCEPT_TITLE, CONCEPT_TEXT, PAIRS = 1.0, 0.9, 1.0, 0.8, 0.8
# Weight of a word that no passage knows, in weights of one that a single passage knows: a noun, and a Korean
# verb or a number, which may be one of a hundred forms of something known.
UNKNOWN, UNKNOWN_FORM = 1.2, 0.35
ABROAD = 0.5  # weight of a word without a concept against a text of the other language
WHOLE, NEAR = 0.3, 0.4  # shares of the whole guideline and of the vectors in a score
# A score under this is no answer, by the language of the question: Korean words are met by their pairs too.
ENOUGH: Mapping[Lang, float] = {"ko": 0.55, "en": 0.48}
FAR = 0.35  # an endpoint's vectors are judged against the others of the same question


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that answers, and how well: from 0 up, comparable within one corpus."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart; made before a connection is taken, since an endpoint may have to be asked."""

    text: str
    words: tuple[Word, ...]
    vector: np.ndarray[Any, np.dtype[np.float32]] | None
    model: str

    @property
    def lang(self) -> Lang:
        """The language it is asked in."""
        return "ko" if any("가" <= word.stem[0] <= "힣" for word in self.words) else "en"

    @property
    def named(self) -> frozenset[str]:
        """The people the question itself speaks of."""
        found = {NAMED[c] for word in self.words for c in word.concepts if c in NAMED}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a question. `unchecked`: notes nobody has checked, when nothing checked answers."""

    found: tuple[Found, ...] = ()
    unchecked: tuple[Found, ...] = ()


def ask(text: str, by: Embedder | None = None) -> Question:
    """Take a question apart. An endpoint that does not answer is replaced by hashed words."""
    by = by or embedder(settings())
    vector, model = None, by.model
    if not getattr(by, "rests", False):
        try:
            vector = by.embed([text])[0]
        except ServiceBroken as error:
            log.warning("question not embedded: %s", error)
    if vector is None:
        here = hashed()
        vector, model = here.embed([text])[0], here.model
    return Question(
        text, tuple(words(text, asking=True)[:MOST_WORDS]), vector if vector.any() else None, model
    )


def hashed() -> Embedder:
    """Return the embedder that asks nobody."""
    return HashEmbedder()


def find(
    s: Session,
    question: str | Question,
    *,
    lang: Lang,
    population: Collection[str] = (),
    limit: int = 5,
) -> list[Found]:
    """Return the checked passages that answer a question, one of each guideline, the best first."""
    return list(answer(s, question, lang=lang, population=population, limit=limit).found)


def answer(
    s: Session,
    question: str | Question,
    *,
    lang: Lang,
    population: Collection[str] = (),
    limit: int = 5,
    enough: float | None = None,
) -> Answer:
    """Return what answers a question for these people, in their language where it is written in it."""
    asked = ask(question) if isinstance(question, str) else question
    if not asked.words:
        return Answer()
    known = _statistics(s)
    weigh = _weigher(known)
    lexemes = _lexemes(asked.words, known, weigh)
    people = EVERYBODY | frozenset(population) | asked.named
    near = passages.candidates(s, lexemes=lexemes, population=people, vector=asked.vector, model=asked.model)
    judged = _judged(asked, near, known, weigh)
    least = ENOUGH[asked.lang] if enough is None else enough
    best = [one for one in judged if one[0] >= least][: 2 * limit]
    if not best:
        return Answer()
    return _written(s, best, lang, limit)


def _written(s: Session, best: Sequence[tuple[float, Candidate]], lang: Lang, limit: int) -> Answer:
    """Return the passages themselves: the one that was met, or its like in the athlete's language."""
    rows = passages.of_guidelines(s, {candidate.guideline for _, candidate in best})
    by_id = {passage.id: passage for passage in rows}
    found: list[Found] = []
    for score, candidate in best:
        passage = by_id.get(candidate.id)
        if passage is None:  # taken out meanwhile
            continue
        if passage.lang != lang:
            own = [p for p in rows if p.guideline == passage.guideline and p.lang == lang]
            other = sum(p.guideline == passage.guideline and p.lang != lang for p in rows)
            # The same guideline in both languages has the same paragraphs; if not, its first stands for it.
            if own:
                passage = own[passage.part] if len(own) == other else own[0]
        found.append(Found(passage, score))
    checked = tuple(one for one in found if one.passage.verified)[:limit]
    return Answer(checked) if checked else Answer((), tuple(found[:limit]))


_known: WeakKeyDictionary[Any, Statistics] = WeakKeyDictionary()


def _statistics(s: Session) -> Statistics:
    """Return how rare each lexeme is, counted anew when passages have changed."""
    bind = s.get_bind()
    known = _known.get(bind)
    if known is None or known.stamp != passages.stamp(s):
        known = _known[bind] = passages.statistics(s)
    return known


Weigher = Callable[[str], float]


def _weigher(known: Statistics) -> Weigher:
    def weigh(lexeme: str) -> float:
        holding = known.holding.get(lexeme, 0)
        return math.log(1 + known.count / holding) if holding else 0.0

    return weigh


def _lexemes(asked: Sequence[Word], known: Statistics, weigh: Weigher) -> dict[str, float]:
    """Return what to look for and how much it weighs; the commonest are left out when they are too many."""
    weights: dict[str, float] = {}
    for word in asked:
        for lexeme in (word.stem, *(f"@{concept}" for concept in word.concepts)):
            weights[lexeme] = weigh(lexeme)
        for pair in word.pairs:
            weights.setdefault(pair, weigh(pair) / len(word.pairs))
    kept: dict[str, float] = {}
    held = 0
    for lexeme, weight in sorted(weights.items(), key=lambda one: -one[1]):
        held += known.holding.get(lexeme, 0)
        if not weight or (kept and held > MOST_HELD):
            continue
        kept[lexeme] = weight
    return kept


def _judged(
    asked: Question, near: Sequence[Candidate], known: Statistics, weigh: Weigher
) -> list[tuple[float, Candidate]]:
    """Return the best passage of each guideline with its score, the best guideline first."""
    rarest = math.log(1 + known.count)
    whole: dict[tuple[str, Lang], frozenset[str]] = {}
    for candidate in near:
        key = (candidate.guideline, candidate.lang)
        whole[key] = whole.get(key, frozenset()) | candidate.lexemes
    nearness = _nearness(asked, near)
    weights = {
        lang: [_weight(word, weigh, rarest, abroad=lang != asked.lang) for word in asked.words]
        for lang in ("ko", "en")
    }
    best: dict[str, tuple[float, Candidate]] = {}
    for candidate in near:
        each = weights[candidate.lang]
        part = _covered(asked.words, each, candidate.lexemes)
        all_of_it = _covered(asked.words, each, whole[candidate.guideline, candidate.lang])
        score = (1 - WHOLE) * part + WHOLE * all_of_it + NEAR * nearness[candidate.id]
        if candidate.guideline not in best or score > best[candidate.guideline][0]:
            best[candidate.guideline] = (score, candidate)
    return sorted(best.values(), key=lambda one: (-one[0], one[1].id))


def _nearness(asked: Question, near: Sequence[Candidate]) -> dict[int, float]:
    """Return how near each candidate is, from 0 to 1.

    Of a trained model only the distance to the furthest says something: some put all texts near each other.
    """
    if asked.model == HashEmbedder.model or not near:
        return {candidate.id: max(0.0, candidate.near) for candidate in near}
    low = min(candidate.near for candidate in near)
    return {c.id: max(0.0, min(1.0, (c.near - low) / FAR)) for c in near}


def _weight(word: Word, weigh: Weigher, rarest: float, *, abroad: bool) -> float:
    """Return how much a word of the question counts: more, the fewer passages speak of it in any way."""
    concepts = [weight for c in word.concepts if (weight := weigh(f"@{c}"))]
    if concepts:
        return max(concepts)
    own = weigh(word.stem)
    if own:
        return own * (ABROAD if abroad and not word.stem[0].isdigit() else 1.0)
    pairs = [weigh(pair) for pair in word.pairs]
    if pairs and all(pairs):
        return sum(pairs) / len(pairs) * (ABROAD if abroad else 1.0)
    unknown = UNKNOWN_FORM if word.verbal or word.stem[0].isdigit() else UNKNOWN
    return rarest * unknown * (ABROAD if abroad else 1.0)


def _covered(asked: Sequence[Word], weights: Sequence[float], held: Collection[str]) -> float:
    """Return which share of the question's weight a text speaks of."""
    total = sum(weights)
    if not total:
        return 0.0
    return sum(w * _met(word, held) for word, w in zip(asked, weights, strict=True)) / total


def _met(word: Word, held: Collection[str]) -> float:
    met = 0.0
    if f"^{word.stem}" in held:
        met = IN_TITLE
    elif word.stem in held:
        met = IN_TEXT
    for concept in word.concepts:
        if f"^@{concept}" in held:
            met = max(met, CONCEPT_TITLE)
        elif f"@{concept}" in held:
            met = max(met, CONCEPT_TEXT)
    if not met and word.pairs:
        share = sum(pair in held for pair in word.pairs) / len(word.pairs)
        met = PAIRS * share if share >= 0.5 else 0.0
    return met
