"""The table of faults names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "telegram" / "faults.md").read_text("utf-8")))
    tests = [
        *(ROOT / "tests" / "bots").glob("test_*.py"),
        ROOT / "tests" / "api" / "test_telegram_webhook.py",
    ]
    written = {name for path in tests for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))}
    assert len(named) >= 30
    assert named <= written, named - written
