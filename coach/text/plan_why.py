"""Why a plan was changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coach.text import has, say
from coach.text.catalogue import Lang
from coach.text.formats import Units
from coach.text.plans import filled


def why_words(
    key: str, params: Mapping[str, Any], lang: Lang, units: Units, today: date | None = None
) -> tuple[str, ...]:
    """Return why a revision was made, a sentence each: the first reason, the others, what to say besides.

    `key` and `params` as a revision keeps them (`why_key`, `why_params`); empty where no sentence is known.
    """
    full = f"plan.{key}"
    place = _place(params, lang)
    if key == "why_pain" and not place:
        full = "plan.why_pain_anywhere"
    if not key or not has(lang, full):
        return ()
    plain = {name: value for name, value in params.items() if not isinstance(value, list | bool)}
    words = filled({n: v for n, v in plain.items() if v is not None}, lang, units, today)
    says = [say(lang, full, **{**words, "place": place})]
    says += [say(lang, f"plan.also_{kind}") for kind in params.get("also", ())]
    says += [say(lang, f"plan.adapt_note_{note}") for note in params.get("notes", ())]
    return tuple(says)


def _place(params: Mapping[str, Any], lang: Lang) -> str:
    """Return the part of the body that hurts, with its side, or ""."""
    where, side = params.get("where") or "", params.get("side") or ""
    if not where or not has(lang, f"body.{where}"):
        return ""
    name = say(lang, f"body.{where}")
    return say(lang, f"body.side_{side}", part=name) if side else name
