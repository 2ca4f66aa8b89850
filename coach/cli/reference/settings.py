"""docs/reference/settings.md: the variables of Settings, in the words of .env.example."""

from __future__ import annotations

import re
from typing import Any

from coach.cli.reference.markdown import ROOT, page, table
from coach.config import Settings

EXAMPLE = ROOT / ".env.example"


def explained() -> dict[str, str]:
    """Return what .env.example says of each variable: the comment above it."""
    found: dict[str, str] = {}
    words: list[str] = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if variable := re.match(r"# ([A-Z][A-Z0-9_]+)=", line):
            found[variable.group(1)] = " ".join(words)
            words = []
        elif line.startswith("# "):
            words.append(line[2:])
        else:
            words = []
    return found


def variables() -> dict[str, str]:
    """Return the environment variables of Settings, each with its default ("" where there is none)."""
    return {
        str(field.validation_alias): "" if field.default_factory else _plain(field.default)
        for field in Settings.model_fields.values()
    }


def _plain(default: Any) -> str:
    value = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    return "" if value is None else str(value)


def settings_page() -> str:
    """Return the page of the settings."""
    words, known = explained(), variables()
    others = [(f"`{name}`", meaning) for name, meaning in words.items() if name not in known]
    return page(
        "# Settings",
        "Environment variables, or lines of a file `.env` in the folder the coach is started from. Every\n"
        "one is optional; an empty value counts as not set. `.env.example` has them all, ready to copy.",
        table(
            ("variable", "default", "meaning"),
            (
                (f"`{name}`", f"`{default}`" if default else "", words[name])
                for name, default in known.items()
            ),
        ),
        "Read elsewhere:",
        table(("variable", "meaning"), others),
    )
