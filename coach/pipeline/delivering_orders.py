"""What a workout of a plan is called and said to be on the watch, and the mark by which it is found again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Intensity, Repeat, Step, Workout, dump
from coach.providers.contract import WorkoutOrder
from coach.store.plans import Head
from coach.text import plans as words
from coach.text.catalogue import Lang, has
from coach.text.formats import Units

SERVICE = "garmin"
KIND = "garmin_workout"  # of parcels in the outbox
LONGEST_NAME = 80
_MARK = re.compile(r"Hanbal\b[^\n]*#([0-9a-f]{12})\b")
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class Ordered:
    """A workout as it should be over there. `sha256` is of all that is sent; `tag` says whose it is."""

    order: WorkoutOrder
    sha256: bytes
    tag: str

    @property
    def workout(self) -> Workout:
        return self.order.workout


def tag_of(athlete_id: int, plan_id: int, created_at: datetime, uid: str) -> str:
    """Return the mark of one workout of one plan. It is the same in all revisions.

    When the plan was made sets two installations on one Garmin account apart, whose plans have like numbers.
    """
    said = f"{athlete_id}:{plan_id}:{created_at.timestamp():.6f}:{uid}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def tag_in(text: str) -> str:
    """Return the mark in a description, or ""."""
    found = _MARK.findall(text)
    return found[-1] if found else ""


def ordered(athlete: Athlete, head: Head, workout: Workout) -> Ordered:
    """Return a workout as it should be over there, in the athlete's language and units."""
    lang: Lang = "en" if athlete.lang == "en" else "ko"
    units: Units = "imperial" if athlete.units == "imperial" else "metric"
    tag = tag_of(athlete.id, head.id, head.created_at, workout.uid)
    shown = f"{workout.uid} " if _PLAIN.fullmatch(workout.uid) else ""
    lines = (words.purpose_words(workout, lang), f"Hanbal · {shown}#{tag}")
    order = WorkoutOrder(
        workout,
        name=words.workout_title(workout, lang, units)[:LONGEST_NAME].strip(),
        text="\n".join(line for line in lines if line),
        notes=tuple(
            _note(step, lang, units)
            for part in workout.steps
            for step in (part.steps if isinstance(part, Repeat) else (part,))
        ),
    )
    said = [dump(workout)["steps"], workout.sport.value, order.name, order.text, order.notes]
    content = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    return Ordered(order, hashlib.sha256(content).digest(), tag)


def _note(step: Step, lang: Lang, units: Units) -> str:
    """Return what the watch cannot say by itself: how hard it feels, that one walks, what to mind."""
    told = (
        step.target.kind == "rpe"
        or step.intensity in (Intensity.walk, Intensity.rest)
        or has(lang, f"plan.{step.note}")
    )
    return words.step_line(step, lang, units) if told else ""
