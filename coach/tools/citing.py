"""A cited passage as page, terminal and bot show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coach.tools.spec import Cite


def shown(cite: Cite, number: int | None = None) -> dict[str, Any]:
    """Return a passage with where it comes from. `number`: what it is cited as, "[1]", in its message."""
    return {
        "kind": "passage",
        "number": number,
        "label": cite.title,
        "text": cite.text,
        "citation": cite.citation,
        "authority": cite.authority,
        "evidence": cite.evidence,
        "not_for": cite.not_for,
        "checked_on": cite.checked_on.isoformat() if cite.checked_on else None,
        "href": f"/guidelines/{cite.guideline}",
    }


def numbers(cites: Iterable[Cite]) -> dict[str, int]:
    """Return key → number: the same passage has the same one, however often a result names it."""
    given: dict[int, int] = {}
    return {cite.key: given.setdefault(cite.passage_id, len(given) + 1) for cite in cites}
