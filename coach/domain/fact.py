"""A fact: one value with its unit, its subject and everything it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from coach.domain.source import Permission, Source, permission_of


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Subject(Frozen):
    """What a fact is about: one activity, one day, a span of days, or the athlete."""

    kind: Literal["activity", "day", "period", "athlete"]
    activity_id: int | None = None
    start: date | None = None  # the day, or the first day of the period
    end: date | None = None  # the last day, included
    label: str = ""  # as a person would say it, in the athlete's language


class Fact(Frozen):
    """One value that can be opened to its source.

    `key` is unique within a tool's result. `ref` ("f12") is given when the fact enters a
    conversation; the model writes the reference and code renders the value.
    A fact whose `value` is None is unknown, and `because` says why (a text key, `unknown.*`).
    """

    key: str
    metric: str  # name in the metric registry, or a plain field such as "distance_m"
    value: float | int | str | None
    unit: str  # "m", "s", "s_per_km", "bpm", "spm", "AU", "pct", "kg", "ms", "count", "text", "date" …
    label: str  # what it is, in the athlete's language
    subject: Subject
    version: int = 1
    coverage: float | None = None  # 0–1: how much of the window had data
    because: str | None = None
    because_params: Mapping[str, Any] = {}
    provisional: bool = False
    estimated: bool = False
    activities: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    sources: frozenset[Source] = frozenset()
    ref: str = ""

    def permission(self, permissions: Mapping[Source, Permission]) -> Permission:
        """Return what the sources of this fact together permit."""
        return permission_of(self.sources, permissions)
