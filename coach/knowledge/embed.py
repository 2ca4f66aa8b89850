"""Texts as vectors: hashed words, which need neither a download nor a key, or an endpoint."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from coach.config import Settings
from coach.knowledge.lexemes import Word, words

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class Embedder(Protocol):
    """What turns texts into vectors of length 1; `model` names them where they are stored."""

    @property
    def model(self) -> str: ...

    @property
    def dims(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text. Raises ServiceBroken; then nothing has been embedded."""
        ...


DIMS = 1024
CONCEPT, WORD, PAIR, GRAM = 1.6, 1.0, 0.5, 0.3
GRAM_SIZES = (4, 5)  # letters: other endings of a word, and typing mistakes


class HashEmbedder:
    """Words, pairs of syllables, pieces of words and concepts, each hashed to a place and a sign.

    The same on every machine and in every process: no seed, no state, no training.
    """

    model, dims = "hash-1024", DIMS

    def embed(self, texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), DIMS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._add(row, words(text, asking=True))
            length = float(np.linalg.norm(row))
            if length:
                row /= length
        return rows

    def _add(self, row: np.ndarray[Any, np.dtype[np.float32]], found: Sequence[Word]) -> None:
        counts: dict[str, float] = {}
        for word in found:
            for feature, weight in _features(word):
                counts[feature] = counts.get(feature, 0.0) + weight
        for feature, weight in counts.items():
            at, sign = _place(feature)
            row[at] += sign * math.log1p(weight)


@lru_cache(maxsize=50_000)
def _features(word: Word) -> tuple[tuple[str, float], ...]:
    found = [(word.stem, WORD), *((pair, PAIR) for pair in word.pairs)]
    if word.stem[0].isascii():
        edged = f"<{word.stem}>"
        for size in GRAM_SIZES:
            found += [(f"#{edged[i : i + size]}", GRAM) for i in range(len(edged) - size + 1)]
    found += [(f"@{concept}", CONCEPT) for concept in word.concepts]
    return tuple(found)


@lru_cache(maxsize=100_000)
def _place(feature: str) -> tuple[int, float]:
    number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
    return number % DIMS, 1.0 if number >> 63 else -1.0


_HASH = HashEmbedder()


def embedder(settings: Settings) -> Embedder:
    """Return what the settings ask for: the endpoint's model when one is named, else hashed words."""
    if not settings.embed_model:
        return _HASH
    key = settings.embed_key.get_secret_value()
    return _endpoint(settings.embed_url, settings.embed_model, key)


@lru_cache(maxsize=8)
def _endpoint(url: str, model: str, key: str) -> Embedder:
    # A second of imports, which no process pays that embeds by itself.
    from coach.knowledge.endpoint import EndpointEmbedder

    return EndpointEmbedder(url, model, key)
