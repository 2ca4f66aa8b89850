"""A person's words without the secrets in them, with marks in the person's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from coach.domain.redaction import KINDS, Kind, Redacted, redact
from coach.text.catalogue import LANGS, Lang, say


def without_secrets(text: str, *, code_expected: bool = False) -> Redacted:
    """Replace passwords, codes and keys by marks such as "[removed: password]".

    The marks are Korean where the text is. `code_expected`: a message that is nothing but six digits is one.
    """
    lang: Lang = "ko" if re.search("[가-힣]", text) else "en"
    return redact(text, _marks(lang), code_expected=code_expected, known=_known())


def removed_from(text: str) -> tuple[Kind, ...]:
    """Return the kinds of what was removed from a text earlier, by the marks that stand in it."""
    return tuple(kind for kind in KINDS if any(_marks(lang)[kind] in text for lang in LANGS))


@cache
def _marks(lang: Lang) -> Mapping[Kind, str]:
    return {kind: say(lang, f"connections_told.mark_{kind}") for kind in KINDS}


@cache
def _known() -> frozenset[str]:
    return frozenset(mark for lang in LANGS for mark in _marks(lang).values())
