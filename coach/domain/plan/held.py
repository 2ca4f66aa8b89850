"""A workout as a service holds it, in our units, and where that differs from what was planned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coach.domain.activity import Sport
from coach.domain.plan.model import Repeat, Step, Target, Workout

Grade = Literal["exact", "degraded", "unsupported"]

# What rounding in their units makes: Garmin keeps centimetres, and metres per second as 32-bit numbers.
NEAR_S, NEAR_M = 0.5, 0.5
NEAR = {"pace": 0.5, "hr": 0.5, "power": 0.5, "rpe": 0.01}


@dataclass(frozen=True, slots=True)
class HeldStep:
    """One step. `kind` and `ends` are ours where theirs has a counterpart, else their own words.

    `amount`: in s or m by `ends`, None until the button. `target`: a kind of `Target` or their own word.
    """

    kind: str
    ends: str
    amount: float | None = None
    target: str = "none"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class HeldRepeat:
    times: int
    steps: tuple[HeldPart, ...]


type HeldPart = HeldStep | HeldRepeat


@dataclass(frozen=True)
class Held:
    """One workout as it lies at a service. `text` is its description, with whatever mark we left in it."""

    sport: str
    parts: tuple[HeldPart, ...]
    name: str = ""
    text: str = ""
    id: str = ""

    @property
    def sha256(self) -> bytes:
        """The hash of what it tells the athlete to do and of its name, not of the words around it."""
        said = [self.sport, self.name, [_canonical(part) for part in self.parts]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as planned. `step`: `3`, or `3.2` in a repeat; "" of the whole.

    `what`: sport, steps, repeat, kind, end, amount, target or range. Values as in `HeldStep`; None: nothing.
    """

    step: str
    what: str
    wanted: Any
    got: Any

    def dump(self) -> Mapping[str, Any]:
        """Return it as JSON values."""
        return {"step": self.step, "what": self.what, "wanted": self.wanted, "got": self.got}


def planned(workout: Workout, name: str = "") -> Held:
    """Return a workout of a plan as a service that could hold everything would hold it."""
    return Held(_sport(workout.sport), tuple(_planned(part) for part in workout.steps), name)


def compare(wanted: Held, got: Held) -> tuple[Difference, ...]:
    """Return where what is held differs from what was planned, step by step; names are not compared."""
    found = [] if wanted.sport == got.sport else [Difference("", "sport", wanted.sport, got.sport)]
    return (*found, *_compare(wanted.parts, got.parts, ""))


def grade(differences: tuple[Difference, ...]) -> Grade:
    """Return `exact` where nothing differs, else `degraded`."""
    return "degraded" if differences else "exact"


def _sport(sport: Sport) -> str:
    return sport.value


def _planned(part: Step | Repeat) -> HeldPart:
    if isinstance(part, Repeat):
        return HeldRepeat(part.times, tuple(_step(step) for step in part.steps))
    return _step(part)


def _step(step: Step) -> HeldStep:
    amount = {"distance": step.distance_m, "time": step.duration_s}.get(step.ends)
    target = step.target
    if not is_held(target):
        return HeldStep(step.kind.value, step.ends, amount)
    return HeldStep(step.kind.value, step.ends, amount, target.kind, target.low, target.high)


def is_held(target: Target) -> bool:
    """Return whether a target says anything to hold."""
    return target.kind != "none" and target.low is not None and target.high is not None


def _compare(wanted: tuple[HeldPart, ...], got: tuple[HeldPart, ...], within: str) -> Iterator[Difference]:
    if len(wanted) != len(got):
        yield Difference(within.rstrip("."), "steps", len(wanted), len(got))
    for number, (ours, theirs) in enumerate(zip(wanted, got, strict=False), start=1):
        at = f"{within}{number}"
        if isinstance(ours, HeldRepeat) and isinstance(theirs, HeldRepeat):
            if ours.times != theirs.times:
                yield Difference(at, "repeat", ours.times, theirs.times)
            yield from _compare(ours.steps, theirs.steps, f"{at}.")
        elif isinstance(ours, HeldStep) and isinstance(theirs, HeldStep):
            yield from _compare_steps(ours, theirs, at)
        else:
            yield Difference(at, "repeat", _times(ours), _times(theirs))


def _times(part: HeldPart) -> int:
    return part.times if isinstance(part, HeldRepeat) else 1


def _compare_steps(ours: HeldStep, theirs: HeldStep, at: str) -> Iterator[Difference]:
    if ours.kind != theirs.kind:
        yield Difference(at, "kind", ours.kind, theirs.kind)
    if ours.ends != theirs.ends:
        yield Difference(at, "end", ours.ends, theirs.ends)
    elif not _near(ours.amount, theirs.amount, NEAR_M if ours.ends == "distance" else NEAR_S):
        yield Difference(at, "amount", ours.amount, theirs.amount)
    if ours.target != theirs.target:
        yield Difference(at, "target", _target(ours), _target(theirs))
    elif ours.target != "none":
        near = NEAR.get(ours.target, 0.5)
        if not (_near(ours.low, theirs.low, near) and _near(ours.high, theirs.high, near)):
            yield Difference(at, "range", [ours.low, ours.high], [theirs.low, theirs.high])


def _target(step: HeldStep) -> Mapping[str, Any]:
    return {"kind": step.target, "low": step.low, "high": step.high}


def _near(a: float | None, b: float | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= tolerance


def _canonical(part: HeldPart) -> Any:
    if isinstance(part, HeldRepeat):
        return [part.times, [_canonical(step) for step in part.steps]]
    numbers = (None if x is None else round(x, 1) for x in (part.amount, part.low, part.high))
    return [part.kind, part.ends, part.target, *numbers]
