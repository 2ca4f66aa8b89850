"""Finding texts of a journal by words and by meaning: which of an athlete's notes answer a question.

Three ways are joined: shared words (BM25, Robertson & Zaragoza 2009 Found Trends Inf Retr 3:333), shared
topics (`journal_topics`) and, where there are embeddings, how near these are. A journal has some hundred
texts, so all are looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from coach.domain.journal_topics import LONGEST_READ, topics
from coach.domain.utterance.reading import fold

K1, B = 1.2, 0.6  # notes are short and about as long as each other: length counts less than usual (0.75)
W_WORDS, W_TOPICS, W_NEAR = 1.0, 1.5, 1.0
# Of embeddings only what stands out counts: two texts of runners are always somewhat alike.
NEAR_AT_LEAST = 0.15
LEAST = 0.2  # of what a perfect answer would score; below it a text has nothing to do with the question


@dataclass(frozen=True)
class Text:
    """A text to search. `kinds`: what is known to be said in it; `near`: of its embedding, −1 – 1."""

    id: int
    day: date
    text: str
    kinds: frozenset[str] = frozenset()
    near: float | None = None


@dataclass(frozen=True)
class Hit:
    """A text that was found. `score` is 0 – 1 or a little more: comparable within one question only."""

    id: int
    score: float


# How one asks, which says nothing about what is asked for.
_ASKING = re.compile(
    fold(
        r"언제|얘기|이야기|했(?:었)?[지더]\w*|적었\w*|적은|적어|썼\w*|쓴|말했\w*|말한|보여\s?[줘주]\w*|알려\s?[줘주]\w*|찾아\s?[줘주]\w*|"
        r"있었?[나어지]\w*|있(?:어|나|니)\w*|뭐라고|무슨|어떤|얼마나|기록|일지|메모|지난|최근|마지막(?:으로)?|그때|날(?:은|이|에)?(?=\s|$)|"
        r"동안|달리기|러닝|(?:\d+|몇|한|두|세)\s?(?:개월|달|주|일|년|번)|때(?=\s|$)|"
    )
    + r"\b(?:when|did|do|does|i|my|me|the|a|an|was|were|is|are|it|that|what|which|show|find|tell|last|ever|"
    r"have|had|has|any|notes?|journal|write|wrote|written|say|said|mention\w*|talk\w*|about|in|on|at|of|for|to|how|"
    r"often|time|times|days?|weeks?|months?|past|runs?|running|there|with|and|or|feel|felt|feeling|during|after|"
    r"before|because|where|something|anything)\b"
)
_WORD = re.compile(r"[가-힣]+|[a-z]+|\d+(?:\.\d+)?")
_ENDINGS = ("ing", "ed", "es", "s")


def search(question: str, texts: Sequence[Text], limit: int = 20) -> list[Hit]:
    """Return the texts that answer a question, best first; of equals the newer one first."""
    meant = _ASKING.sub(" ", question.lower()) if question else ""
    about = topics(question)
    by_words = scored(cut(meant), [cut(t.text.lower()) for t in texts])
    by_topic = scored(list(about), [list(topics(t.text, t.kinds)) for t in texts], whole=True)
    found = []
    for n, text in enumerate(texts):
        near = max(0.0, (text.near or 0.0) - NEAR_AT_LEAST) / (1 - NEAR_AT_LEAST)
        score = W_WORDS * by_words[n] + W_TOPICS * by_topic[n] + W_NEAR * near
        if score >= LEAST:
            found.append((score, text.day, text.id))
    found.sort(key=lambda hit: (-hit[0], -hit[1].toordinal(), -hit[2]))
    return [Hit(key, score) for score, _, key in found[:limit]]


def words_only(question: str, texts: Sequence[Text], limit: int = 20) -> list[Hit]:
    """Return the texts that share words with a question, best first: the peer of search by meaning."""
    scores = scored(cut(_ASKING.sub(" ", question.lower())), [cut(t.text.lower()) for t in texts])
    found = sorted(
        ((score, text.day.toordinal(), text.id) for score, text in zip(scores, texts, strict=True) if score),
        reverse=True,
    )
    return [Hit(key, score) for score, _, key in found[:limit]]


def cut(text: str) -> list[str]:
    """Return the words that are compared: English without endings, Korean in pairs of letters."""
    found: list[str] = []
    for word in _WORD.findall(text[:LONGEST_READ]):
        if "가" <= word[0] <= "힣":
            found += [word[n : n + 2] for n in range(len(word) - 1)] or [word]
        else:
            found.append(_stem(word))
    return found


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def scored(wanted: Sequence[str], texts: Sequence[Sequence[str]], *, whole: bool = False) -> list[float]:
    """Return BM25 of each text, as a share of what a text with every wanted word once would have.

    `whole`: a term is there or not, however long the text is.
    """
    terms = set(wanted)
    if not terms or not texts:
        return [0.0] * len(texts)
    counts = [Counter(term for term in text if term in terms) for text in texts]
    having = Counter(term for count in counts for term in count)
    idf = {term: log(1 + (len(texts) - having[term] + 0.5) / (having[term] + 0.5)) for term in terms}
    mean = sum(len(text) for text in texts) / len(texts) or 1.0
    best = sum(idf.values())
    return [sum(idf[t] * _often(n, len(text) / mean, whole) for t, n in count.items()) / best
            for count, text in zip(counts, texts, strict=True)]  # fmt: skip


def _often(n: int, length: float, whole: bool) -> float:
    return 1.0 if whole else n * (K1 + 1) / (n + K1 * (1 - B + B * length))
