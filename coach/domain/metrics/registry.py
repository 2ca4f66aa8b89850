"""Metrics, each declared once: the entry feeds recompute, the tools, the page and the glossary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from coach.domain.activity import Activity
from coach.domain.athlete import Athlete


class Evidence(StrEnum):
    """How far a metric can be trusted."""

    definition = "definition"  # true by definition (distance, time)
    established = "established"  # validated by several independent studies
    useful = "useful"  # a field convention with some support
    contested = "contested"  # shown as description only, never as a reason


# activity: fn(activity, athlete). period: fn(done), the activities of the span. day: fn(history, day),
# reading nothing later than the day; what is known of the athlete (fitness, predictions) is one of today.
Scope = Literal["activity", "day", "period"]
Combine = Literal["sum", "mean", "weighted_by_time", "max", "min", "none"]


@dataclass(frozen=True)
class Measure:
    """A computed value. `detail` is JSON: the rows of a split table, the points of a curve …"""

    value: float | None
    coverage: float | None = None  # 0–1
    detail: Mapping[str, Any] = field(default_factory=dict)
    estimated: bool = False  # rests on an estimated threshold


@dataclass(frozen=True)
class Unknown:
    """No value, and why: `because` is a text key under `unknown.`."""

    because: str
    params: Mapping[str, Any] = field(default_factory=dict)


ActivityMetric = Callable[[Activity, Athlete], Measure | Unknown]


@dataclass(frozen=True)
class Metric:
    name: str
    title: str  # text key under `metric.`
    unit: str
    scope: Scope
    combine: Combine
    needs: tuple[str, ...]  # channels, thresholds or fields
    source: str  # the publication or standard
    evidence: Evidence
    version: int
    fn: Callable[..., Any]

    @property
    def doc(self) -> str:
        return (self.fn.__doc__ or "").strip()


METRICS: dict[str, Metric] = {}


def metric[F: Callable[..., Any]](
    *,
    title: str,
    unit: str,
    scope: Scope,
    combine: Combine,
    needs: tuple[str, ...],
    source: str,
    evidence: Evidence,
    version: int,
) -> Callable[[F], F]:
    """Register a function as the metric of its name. Every field must be given; a name only once."""

    def register(fn: F) -> F:
        name = fn.__name__
        if name in METRICS:
            raise ValueError(f"metric {name} is declared twice")
        METRICS[name] = Metric(name, title, unit, scope, combine, needs, source, evidence, version, fn)
        return fn

    return register
