"""Which hard sessions a phase has, by event, and which of them comes this week."""

from __future__ import annotations

from coach.domain.plan.library import (
    Room,
    Steps,
    fartlek,
    hills,
    interval,
    progression,
    repetition,
    threshold,
)
from coach.domain.plan.model import Intensity, Phase, Repeat, WorkoutKind
from coach.domain.plan.phases import Event
from coach.domain.plan.rules.limits import interval_limit_m, repetition_limit_m, threshold_limit_m
from coach.domain.plan.targets import Pacing

K = WorkoutKind
# First and second hard session of a week; of each the equivalents that take turns.
type Menu = tuple[tuple[WorkoutKind, ...], tuple[WorkoutKind, ...]]

_BASE: Menu = ((K.hills, K.fartlek), (K.threshold,))
MENUS: dict[Event, dict[Phase, Menu]] = {
    "5k": {
        Phase.base: _BASE,
        Phase.build: ((K.repetition, K.hills), (K.threshold,)),
        Phase.specific: ((K.interval,), (K.threshold, K.repetition)),
    },
    "10k": {
        Phase.base: _BASE,
        Phase.build: ((K.threshold,), (K.repetition, K.hills)),
        Phase.specific: ((K.interval,), (K.threshold,)),
    },
    "half": {
        Phase.base: _BASE,
        Phase.build: ((K.threshold,), (K.interval, K.hills)),
        Phase.specific: ((K.threshold,), (K.progression, K.interval)),
    },
    "marathon": {
        Phase.base: _BASE,
        Phase.build: ((K.threshold,), (K.interval, K.hills)),
        Phase.specific: ((K.threshold,), (K.progression, K.interval)),
    },
}
_SHARP: dict[Event, WorkoutKind] = {
    "5k": K.interval,
    "10k": K.interval,
    "half": K.threshold,
    "marathon": K.threshold,
}
_EFFORT: dict[WorkoutKind, Intensity] = {
    K.threshold: Intensity.threshold,
    K.interval: Intensity.interval,
    K.hills: Intensity.interval,
    K.fartlek: Intensity.interval,
    K.repetition: Intensity.repetition,
    K.progression: Intensity.marathon,
    K.marathon: Intensity.marathon,
}
HARD_KINDS = frozenset(_EFFORT)
_MARGIN = 0.98  # what the caps leave for rounding


def choose(event: Event, phase: Phase, place: int, turn: int) -> WorkoutKind:
    """Return the kind of the first (0) or second (1) hard session; `turn` goes round the equivalents."""
    if phase in (Phase.taper, Phase.race):
        return _SHARP[event]
    options = MENUS[event].get(phase, _BASE)[place]
    return options[turn % len(options)]


class Caps:
    """What a week still holds of hard running: seconds altogether, metres of each intensity."""

    def __init__(self, week_m: float, hard_s: float) -> None:
        self.hard_s = hard_s
        self._left = {
            Intensity.threshold: _MARGIN * threshold_limit_m(week_m),
            Intensity.interval: _MARGIN * interval_limit_m(week_m),
            Intensity.repetition: _MARGIN * repetition_limit_m(week_m),
            Intensity.marathon: min(0.2 * week_m, 29_000.0),
        }

    def room(self, total_m: float, intensity: Intensity, share: float) -> Room:
        """Return what a session may take: of the seconds a share, of its intensity all that is left."""
        return Room(total_m, max(0.0, self._left[intensity]), max(0.0, share * self.hard_s))

    def take(self, steps: Steps) -> None:
        """Count a session's hard steps."""
        for part in steps:
            times, each = (part.times, part.steps) if isinstance(part, Repeat) else (1, (part,))
            for step in each:
                if step.intensity in self._left:
                    self._left[step.intensity] -= times * step.distance_m
                    self.hard_s -= times * step.duration_s


def cook(
    kind: WorkoutKind, pacing: Pacing, caps: Caps, total_m: float, share: float, style: int
) -> tuple[WorkoutKind, Steps] | None:
    """Return the steps of a hard session within the caps: of this kind, or the nearest that fits."""
    order = [kind, *(k for k in (K.threshold, K.fartlek) if k is not kind)]
    for each in order:
        room = caps.room(total_m, _EFFORT[each], share)
        steps: Steps | None
        match each:
            case K.threshold:
                steps = threshold(pacing, room, style)
            case K.interval:
                steps = interval(pacing, room, style)
            case K.repetition:
                steps = repetition(pacing, room, style)
            case K.hills:
                steps = hills(pacing, room, style)
            case K.progression | K.marathon:
                steps = progression(pacing, room)
            case _:
                steps = fartlek(pacing, room, style)
        if steps is not None:
            return each, steps
    return None
