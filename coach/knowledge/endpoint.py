"""Texts as vectors from an endpoint that speaks OpenAI's language: what needs OpenAI's library here."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
import openai

from coach.errors import ServiceBroken
from coach.knowledge.embed import Matrix

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
