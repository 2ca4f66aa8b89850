"""Models whose past words are held against what happened. Each is declared once, with how it is replayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from coach.domain.metrics.history import History
from coach.domain.metrics.registry import METRICS


@dataclass(frozen=True)
class TrackRecord:
    """One replay, as JSON. `rows`: what was said and what happened, oldest first. `summary`: counts, errors.

    Every row that has both carries `error`, in the unit of the model, positive where too much was said.
    """

    summary: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] = ()


Replay = Callable[[History], TrackRecord]


@dataclass(frozen=True)
class Tracked:
    """`formulas` are the metrics it judges, `reads` what else of activities (metrics) its outcomes need.

    `key`: the fields of a row that name what was predicted, the same in every version.
    """

    name: str
    formulas: tuple[str, ...]
    reads: tuple[str, ...]
    key: tuple[str, ...]
    scoring: int
    replay: Replay

    @property
    def known(self) -> bool:
        """Whether every formula it judges is there."""
        return all(name in METRICS for name in self.formulas)

    @property
    def version(self) -> int:
        """A number that grows whenever a formula, or how it is judged, has changed."""
        return self.scoring + sum(METRICS[name].version for name in self.formulas)


TRACKED: dict[str, Tracked] = {}


def tracked(
    *, formulas: tuple[str, ...], reads: tuple[str, ...], key: tuple[str, ...], scoring: int
) -> Callable[[Replay], Replay]:
    """Register `replay(history)` as the model of its name. A name only once.

    The replay may use nothing of a day that was not known by then (`coach.domain.track_record.known`).
    """

    def register(fn: Replay) -> Replay:
        name = fn.__name__
        if name in TRACKED:
            raise ValueError(f"model {name} is declared twice")
        TRACKED[name] = Tracked(name, formulas, reads, key, scoring, fn)
        return fn

    return register


@dataclass(frozen=True)
class Comparison:
    """Mean absolute errors of two versions on the `n` things that both predicted."""

    n: int
    before: float
    now: float


def better(
    model: Tracked, before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> Comparison | None:
    """Compare two versions on what both predicted; None where they share nothing that has an error."""

    def errors(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], float]:
        return {
            tuple(row[k] for k in model.key): abs(row["error"])
            for row in rows
            if row.get("error") is not None
        }

    was, is_now = errors(before), errors(now)
    shared = was.keys() & is_now.keys()
    if not shared:
        return None
    return Comparison(len(shared), fmean(was[k] for k in shared), fmean(is_now[k] for k in shared))
