"""The few forms that the pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from coach.text import Lang, has, say

ROOT = Path(__file__).parents[3]


def page(*parts: str) -> str:
    """Return paragraphs, headings and tables with a line between them; empty ones are left out."""
    return "\n\n".join(part.strip() for part in parts if part.strip())


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; line breaks and bars within a cell do no harm."""
    lines = [list(head), *[[" ".join(cell.replace("|", "\\|").split()) for cell in row] for row in rows]]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def codes(names: Iterable[str]) -> str:
    """Return names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def said(key: str, lang: Lang) -> str:
    """Return a sentence of the catalogue, "" where there is none."""
    return say(lang, key) if has(lang, key) else ""


def by_name[T](registry: Mapping[str, T]) -> list[T]:
    """Return the entries of a registry in the order of their names, whatever was imported first."""
    return [registry[name] for name in sorted(registry)]
