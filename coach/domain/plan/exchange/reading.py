"""What is noted while a plan from elsewhere is read, and its fields by our names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from coach.domain.plan.exchange.text import clean
from coach.domain.plan.exchange.words import UNIT_ENDINGS, UNIT_FIELDS, plain
from coach.domain.plan.model import Situation
from coach.domain.plan.targets import Pacing, pacing

MOST_NOTED = 200


@dataclass(frozen=True)
class Assumed:
    """Something that was read as other than it stands there, filled in, or left out.

    `where` is its place in the document (`weeks[0].workouts[2].pace`). Text: `plan_exchange.change_<key>`
    (numbers in SI units, days as dates).
    """

    key: str
    where: str
    params: Mapping[str, Any] = field(default_factory=dict)


class LeftOut(Exception):
    """A workout cannot be read; what is wrong with it was noted."""


class Reader:
    """The athlete's situation, and what was noted so far."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.pacing: Pacing = pacing(situation)
        self.units: Literal["km", "mi"] = "km"
        self._noted: list[Assumed] = []
        self._unknown: dict[str, tuple[str, int]] = {}
        self._bands = 0
        self._targets = 0

    @property
    def today(self) -> date:
        return self.situation.today

    @property
    def knows_pace(self) -> bool:
        """Whether there is anything that tells how fast the athlete is."""
        return self.pacing.known or any(r.distance_m and r.distance_m >= 1000 for r in self.situation.runs)

    def note(self, key: str, where: str, **params: Any) -> None:
        self._noted.append(Assumed(key, where, params))

    def odd(self, where: str, given: Any) -> None:
        """Note a value that cannot be used."""
        self.note("value_odd", where, given=clean(str(given), 40))

    def unknown(self, name: str, where: str) -> None:
        where, n = self._unknown.get(name, (where, 0))
        self._unknown[name] = (where, n + 1)

    def banded(self) -> None:
        """Count a single number that became a narrow band."""
        self._bands += 1

    def targeted(self) -> None:
        """Count a step that got its target from the athlete's own fitness."""
        self._targets += 1

    def assumed(self) -> tuple[Assumed, ...]:
        """Return what was noted: each thing once, what happened many times as a count."""
        found = list(dict.fromkeys((a.key, a.where, tuple(a.params.items())) for a in self._noted))
        noted = [Assumed(key, where, dict(params)) for key, where, params in found]
        if len(noted) > MOST_NOTED:
            more = len(noted) - MOST_NOTED
            noted = [*noted[:MOST_NOTED], Assumed("more", "", {"n": more})]
        for name, (where, n) in self._unknown.items():
            noted.append(Assumed("unknown_field", where, {"name": clean(name, 40), "n": n}))
        for key, n in (("pace_band", self._bands), ("target_added", self._targets)):
            if n:
                noted.append(Assumed(key, "", {"n": n}))
        return tuple(noted)


class Fields:
    """The fields of one object by our names, whatever they are called there; null is not there."""

    def __init__(
        self,
        given: Mapping[str, Any],
        table: Mapping[str, str],
        where: str,
        reader: Reader,
        *,
        also: Any = (),
    ) -> None:
        self.where = where
        self._values: dict[str, Any] = {}
        self._units: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for key, value in given.items():
            if value is None:
                continue
            name, unit = _named(key, table)
            if name is None:
                reader.unknown(key, where)
            elif name in self._values:
                # {"date": …, "weekday": …}: the first is kept, unless only the second can be used.
                self._values.setdefault(f"{name}+", value)
            else:
                self._values[name], self._units[name], self._names[name] = value, unit, clean(key, 40)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def also(self, name: str) -> Any:
        """Return the value of a second field of the same meaning."""
        return self._values.get(f"{name}+")

    def unit(self, name: str) -> str:
        return self._units.get(name, "")

    def at(self, name: str) -> str:
        """Return where a field stands in the document."""
        return ".".join(part for part in (self.where, self._names.get(name, name)) if part)

    def words(self, *names: str) -> str:
        """Return the texts of some fields together, cleaned."""
        found = (self._values[n] for n in names if isinstance(self._values.get(n), str))
        return clean(". ".join(dict.fromkeys(t for text in found if (t := clean(text)))))


def _named(key: str, table: Mapping[str, str]) -> tuple[str | None, str]:
    name = plain(key)
    if name in table:
        return table[name], ""
    if name in UNIT_FIELDS and UNIT_FIELDS[name][0] in table.values():
        return UNIT_FIELDS[name]
    for of, endings in UNIT_ENDINGS.items():
        for ending, unit in endings.items():
            if name.endswith(ending) and table.get(name.removesuffix(ending)) == of:
                return of, unit
    return None, ""
