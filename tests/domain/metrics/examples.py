"""Which test holds the worked example of which metric. A metric without one fails test_registry.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXAMPLES: dict[str, list[tuple[str, str]]] = {}
GOLDEN: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "data" / "golden.json").read_text(encoding="utf-8")
)


def example_of[F: Callable[..., Any]](*metrics: str, source: str) -> Callable[[F], F]:
    """Mark a test as the worked example of metrics, and say where its numbers were published."""

    def mark(test: F) -> F:
        for name in metrics:
            EXAMPLES.setdefault(name, []).append((test.__name__, source))
        return test

    return mark


def vectors(family: str) -> list[dict[str, Any]]:
    """Return the vectors of one family of tests/data/golden.json."""
    return GOLDEN[family]
