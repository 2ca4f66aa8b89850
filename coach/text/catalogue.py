"""The catalogue: `coach/text/<lang>/<area>.toml`, looked up as `area.key`.

Sections `[error]`, `[unknown]`, `[metric]`, `[basis]`, `[unit]`, `[plan]` and `[rule]` may stand in any file
and are joined, so that a part of the house keeps its errors beside its other sentences. A placeholder may
ask for the Korean particle that fits what was filled in: `{name:+을}`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any, Literal, get_args

from coach.text.particles import with_particle

Lang = Literal["ko", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
JOINED = ("error", "unknown", "metric", "basis", "unit", "plan", "rule")


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", str(value)


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """Return all sentences of a language, key → template. Raises ValueError when a key stands twice."""
    texts: dict[str, str] = {}
    for path in sorted(resources.files("coach.text").joinpath(lang).iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".toml"):
            continue
        area = path.name.removesuffix(".toml")
        for key, text in _flatten("", tomllib.loads(path.read_text(encoding="utf-8"))):
            section, dot, _ = key.partition(".")
            full = key if dot and section in JOINED else f"{area}.{key}"
            if full in texts:
                raise ValueError(f"{lang}: {full} stands twice")
            texts[full] = text
    return texts


class Ref(str):
    """A reference to a fact ("f12") as a placeholder's value: stays one until the fact is rendered."""

    __slots__ = ()


class _Sentence(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Ref):
            return f"{{{value}:{format_spec}}}" if format_spec else f"{{{value}}}"
        if format_spec.startswith("+"):
            return with_particle(str(value), format_spec[1:])
        return str(super().format_field(value, format_spec))


_sentence = _Sentence()
_SENTENCE_ENDS = (".", "?", "!")


def has(lang: Lang, key: str) -> bool:
    """Return whether the catalogue has this sentence (singular and plural forms count)."""
    return any(k in catalogue(lang) for k in (key, f"{key}_other"))


def say(lang: Lang, key: str, **params: Any) -> str:
    """Return the sentence `key` with its placeholders filled in.

    With a parameter `n`, the forms `key_one` and `key_other` are chosen by number where they exist.
    Raises KeyError for a key or placeholder that does not exist: tests hold both languages equal.
    """
    texts = catalogue(lang)
    if key not in texts and "n" in params:
        one = f"{key}_one"
        key = one if params["n"] == 1 and one in texts else f"{key}_other"
    template = texts[key]
    text = _sentence.vformat(template, (), params)
    if lang == "en" and template.startswith("{") and template.endswith(_SENTENCE_ENDS):
        # "last week: you ran …" begins a sentence; a name stays as it is written.
        return text if template.startswith("{name") else text[:1].upper() + text[1:]
    return text
