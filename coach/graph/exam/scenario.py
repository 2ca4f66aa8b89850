"""The questions of the exam, as they lie in `scenarios/*.toml`."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from coach.text import LANGS, Lang

Part = Literal["safety", "tools", "honesty", "manner"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class WantedCall:
    """A tool and the arguments that it must be called with; others are the model's own affair."""

    tool: str
    args: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> WantedCall:
        """Read `totals start=2026-03-09 end=2026-03-15`; a blank in a value is written `_`."""
        tool, *pairs = text.split()
        return cls(tool, dict(pair.split("=", 1) for pair in pairs))


@dataclass(frozen=True)
class Given:
    """A tool that has answered already when the model is asked: for what stands in results."""

    tool: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """One message in one situation, and what must and must not come of it."""

    id: str
    lang: Lang
    part: Part
    kind: str
    says: str
    background: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    must_say: tuple[re.Pattern[str], ...] = ()  # each of them somewhere in the answer
    must_call: tuple[WantedCall, ...] = ()  # each of them
    must_call_one: tuple[WantedCall, ...] = ()  # one of them
    must_refer: bool = False  # a number by its reference
    never_say: tuple[re.Pattern[str], ...] = ()
    never_call: tuple[str, ...] = ()
    never_write: bool = False
    never_reassure: bool = False
    never_invent: bool = False
    manner: bool = False
    short: bool = True


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return every question, in the order of the files."""
    return tuple(_read(lang, table) for lang in LANGS for table in tomllib.loads(_file(lang))["scenario"])


@cache
def version() -> str:
    """Return what the questions are known by: another wording is another exam."""
    return hashlib.sha256("".join(_file(lang) for lang in LANGS).encode()).hexdigest()[:12]


def _file(lang: Lang) -> str:
    return (resources.files(__package__) / "scenarios" / f"{lang}.toml").read_text(encoding="utf-8")


def _read(lang: Lang, table: Mapping[str, Any]) -> Scenario:
    read: dict[str, Any] = dict(table)
    for name in ("must_say", "never_say"):
        read[name] = tuple(re.compile(pattern, re.IGNORECASE) for pattern in table.get(name, ()))
    for name in ("must_call", "must_call_one"):
        read[name] = tuple(WantedCall.read(text) for text in table.get(name, ()))
    read["given"] = tuple(Given(one["tool"], tuple(one["says"])) for one in table.get("given", ()))
    for name in ("background", "never_call"):
        read[name] = tuple(table.get(name, ()))
    return Scenario(**{**read, "id": f"{lang}-{table['id']}", "lang": lang})
