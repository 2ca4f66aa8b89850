"""Receipts from the watch and steps that were done, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from api.connection_view import moment, title_of
from api.plan_view import DeliveryOut
from coach.domain.athlete import Athlete
from coach.text import formats, has, say


def receipt_words(delivery: DeliveryOut, athlete: Athlete, now: datetime) -> dict[str, Any]:
    """Return what a service holds of a workout: a word, a sentence, and where it differs."""
    lang = athlete.lang
    graded = delivery.state == "sent" and delivery.grade is not None
    look = delivery.grade if graded else delivery.state
    state = say(lang, f"plan_web.receipt_{look}")
    return {
        "look": look,
        "short": state,
        "said": say(
            lang,
            "plan_web.receipt_said",
            name=title_of(delivery.provider, lang),
            state=state,
            when=moment(delivery.updated_at, athlete, now),
        ),
        "lines": list(_differences(delivery.receipt, athlete)),
    }


def _differences(receipt: Mapping[str, Any], athlete: Athlete) -> Iterator[str]:
    """Yield why a workout is not there as planned, and which of its steps differ."""
    lang = athlete.lang
    why = f"error.{receipt.get('why', '')}"
    if has(lang, why):
        yield say(lang, why, **receipt.get("why_params", {}))
    for one in receipt.get("differences", ()):
        what = say(lang, f"plan_web.differs_{one['what']}")
        step = one["step"]
        yield say(lang, "plan_web.differs_step", step=step, what=what) if step else what


def step_done_lines(detail: Mapping[str, Any], athlete: Athlete) -> Iterator[str]:
    """Yield each step of a workout that was matched: planned → done, with its pace."""
    lang, units = athlete.lang, athlete.units
    for step in detail.get("steps", ()):
        by_distance = step["ends"] == "distance"
        planned = (
            formats.distance(step["planned_m"], lang, units)
            if by_distance
            else formats.duration(step["planned_s"], lang)
        )
        what = say(lang, f"plan.intensity_{step['intensity']}")
        name = f"{what} {planned}"
        if step["done"] is None:
            yield say(lang, "plan_web.step_unknown", step=name)
            continue
        if not step["done"]:
            yield say(lang, "plan_web.step_out", step=name)
            continue
        done = [
            formats.distance(step["distance_m"], lang, units, digits=2) if step["distance_m"] else "",
            formats.duration(step["duration_s"], lang) if step["duration_s"] else "",
            formats.pace(step["pace_s_per_km"], lang, units) if step["pace_s_per_km"] else "",
        ]
        yield say(lang, "plan_web.step_done", step=name, done=", ".join(filter(None, done)))
