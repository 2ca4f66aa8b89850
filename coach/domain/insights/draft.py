"""An insight before it is stored: its figures, the sentences that name them, and the hash of both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from coach.domain.source import Source

Kind = Literal["week", "month", "card"]

# Of the rules and the shape of what is stored: another version is built anew.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, with all that a fact needs but words: `label` is a text key. SI units; unknown is None.

    `rests_on`: the sources of everything that was read for it.
    """

    key: str
    metric: str
    value: float | int | str | None
    unit: str
    label: str
    first: date
    last: date
    rests_on: frozenset[Source] = frozenset()
    activities: tuple[int, ...] = ()
    coverage: float | None = None
    because: str | None = None
    because_params: Mapping[str, Any] = field(default_factory=dict)
    estimated: bool = False
    provisional: bool = False

    def dump(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.key,
            "metric": self.metric,
            "value": self.value,
            "unit": self.unit,
            "label": self.label,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "rests_on": sorted(self.rests_on),
            "activities": list(self.activities),
            "coverage": self.coverage,
            "because": self.because,
            "because_params": dict(self.because_params),
            "estimated": self.estimated,
            "provisional": self.provisional,
        }


def load_figure(plain: Mapping[str, Any]) -> Figure:
    """Return a figure from its JSON."""
    return Figure(
        **{
            **plain,
            "first": date.fromisoformat(plain["first"]),
            "last": date.fromisoformat(plain["last"]),
            "rests_on": frozenset(map(Source, plain["rests_on"])),
            "activities": tuple(plain["activities"]),
        }
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the catalogue without its language: `figures` and `names` fill its placeholders.

    `figures`: placeholder → key of a figure. `names`: placeholder → text key. `plural`: the figure whose
    number chooses between the forms of the sentence.
    """

    key: str
    figures: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    role: Literal["says", "look", "unknown"] = "says"
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A week, a month or a card as the facts are now. `chart`: one that exists, with its parameters."""

    kind: Kind
    key: str
    first: date
    last: date
    figures: tuple[Figure, ...]
    says: tuple[Said, ...]
    topic: str = ""
    guideline: str = ""
    chart: str = ""
    chart_params: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> list[dict[str, Any]]:
        """Return the figures as JSON."""
        return [figure.dump() for figure in self.figures]

    def body(self) -> dict[str, Any]:
        """Return everything else as JSON."""
        return {
            "says": [asdict(said) for said in self.says],
            "topic": self.topic,
            "guideline": self.guideline,
            "chart": self.chart,
            "chart_params": dict(self.chart_params),
        }

    def sha256(self) -> bytes:
        """Return the hash of what it says and rests on: the same facts are the same insight."""
        whole = {"version": VERSION, "facts": self.facts(), "body": self.body()}
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).digest()


def load_says(body: Mapping[str, Any]) -> tuple[Said, ...]:
    """Return the sentences of a stored insight."""
    return tuple(Said(**said) for said in body.get("says", ()))
