"""Passages that were cited, as numbered sources in plain text: for the terminal, files and messengers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coach.text import formats
from coach.text.catalogue import Lang, has, say


def numbered(passages: Iterable[Mapping[str, Any]], lang: Lang, *, said: str = "") -> str:
    """Return what each number of a message stands for, a paragraph each; "" when nothing was cited.

    `passages`: as they are stored with a message (label, text, citation, authority, number …). `said`: the
    message itself; a passage that it quotes whole is not told twice.
    """
    told = sorted(passages, key=lambda one: one.get("number") or 0)
    if not told:
        return ""
    heading = f"{say(lang, 'proof.sources')}:"
    return "\n\n".join((heading, *(_one(one, n, lang, said) for n, one in enumerate(told, 1))))


def _one(passage: Mapping[str, Any], place: int, lang: Lang, said: str) -> str:
    grade = f"guidelines.evidence.{passage.get('evidence')}"
    title = f"[{passage.get('number') or place}] {passage['label']}"
    lines = [f"{title} ({say(lang, grade)})" if has(lang, grade) else title]
    if passage["text"] not in said:
        lines.append(f"“{passage['text']}”")
    where = [passage.get("citation"), passage.get("authority")]
    if checked := passage.get("checked_on"):
        where.append(say(lang, "guidelines.source_checked", day=formats.day(_day(checked), lang)))
    lines.append(f"— {' · '.join(part for part in where if part)}")
    if not_for := passage.get("not_for"):
        lines.append(say(lang, "guidelines.source_not_for", who=not_for))
    return "\n".join(lines)


def _day(checked: date | str) -> date:
    return checked if isinstance(checked, date) else date.fromisoformat(checked)
