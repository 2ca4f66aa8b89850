"""Texts as vectors: hashed words, which need neither a download nor a key, or an endpoint."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import openai

from coach.config import Settings
from coach.errors import ServiceBroken
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


BATCH = 64
MAX_CHARS = 8_000  # of one text: endpoints take some 8,000 tokens
RETRIES = 2
TIMEOUT_S = 20.0
REST_S = 60.0  # an endpoint that failed is left alone so long


class EndpointEmbedder:
    """Embeddings from an endpoint that speaks OpenAI's language."""

    def __init__(self, url: str, model: str, key: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self.model = model
        self._client = openai.OpenAI(
            base_url=url or None, api_key=key or "none", max_retries=RETRIES, timeout=timeout_s
        )
        self._lock = threading.Lock()
        self._dims: int | None = None
        self._rests_until = 0.0

    @property
    def dims(self) -> int:
        """How many numbers a vector has; asks the endpoint when nothing was embedded yet."""
        if self._dims is None:
            self.embed(["dimension"])
        assert self._dims is not None
        return self._dims

    @property
    def rests(self) -> bool:
        """Whether the endpoint failed a moment ago."""
        return time.monotonic() < self._rests_until

    def embed(self, texts: Sequence[str]) -> Matrix:
        rows: list[list[float]] = []
        try:
            for first in range(0, len(texts), BATCH):
                rows += self._batch([text[:MAX_CHARS] or " " for text in texts[first : first + BATCH]])
        except ServiceBroken:
            self._rests_until = time.monotonic() + REST_S
            raise
        if not rows:
            return np.zeros((0, self._dims or 0), dtype=np.float32)
        return self._checked(rows)

    def _batch(self, texts: list[str]) -> list[list[float]]:
        try:
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
            data = sorted(answer.data, key=lambda one: one.index)
            rows = [list(one.embedding) for one in data]
        except openai.OpenAIError as error:
            raise ServiceBroken("embeddings_failed", model=self.model, reason=_reason(error)) from error
        except (TypeError, ValueError, AttributeError) as error:  # an answer of another shape
            raise ServiceBroken("embeddings_failed", model=self.model, reason=type(error).__name__) from error
        if len(rows) != len(texts):
            raise ServiceBroken("embeddings_count", model=self.model, sent=len(texts), got=len(rows))
        return rows

    def _checked(self, rows: list[list[float]]) -> Matrix:
        """Return the rows as a matrix of length 1 each, or raise: nothing that is not sound is kept."""
        with self._lock:
            expected = self._dims or len(rows[0])
            wrong = next((len(row) for row in rows if len(row) != expected), None)
            if wrong is not None or not expected:
                raise ServiceBroken(
                    "embeddings_dimension", model=self.model, expected=expected, got=wrong or 0
                )
            try:
                with np.errstate(over="ignore"):
                    found: Matrix = np.asarray(rows, dtype=np.float32)
            except (TypeError, ValueError) as error:
                raise ServiceBroken("embeddings_not_numbers", model=self.model) from error
            lengths = np.linalg.norm(found, axis=1, keepdims=True)
            if not np.isfinite(found).all() or not np.isfinite(lengths).all() or not lengths.all():
                raise ServiceBroken("embeddings_not_numbers", model=self.model)
            self._dims = expected
            normal: Matrix = (found / lengths).astype(np.float32)
            return normal


def _reason(error: openai.OpenAIError) -> str:
    """Return what went wrong, never what was sent or with which key."""
    status = getattr(error, "status_code", None)
    return f"HTTP {status}" if status else type(error).__name__


_HASH = HashEmbedder()


def embedder(settings: Settings) -> Embedder:
    """Return what the settings ask for: the endpoint's model when one is named, else hashed words."""
    if not settings.embed_model:
        return _HASH
    key = settings.embed_key.get_secret_value()
    return _endpoint(settings.embed_url, settings.embed_model, key)


@lru_cache(maxsize=8)
def _endpoint(url: str, model: str, key: str) -> EndpointEmbedder:
    return EndpointEmbedder(url, model, key)
