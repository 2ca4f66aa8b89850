"""What the athlete is told about workouts that do not get to the watch, or were changed there."""

from __future__ import annotations

from datetime import date

from coach.errors import CoachError
from coach.store import athletes, notices
from coach.store.notices import Tone
from coach.store.session import Session, athlete_of
from coach.text import formats, say
from coach.text.catalogue import Lang, has

LINK = "/plan"


def tell_not_sent(s: Session, plan_id: int, uid: str, name: str, day: date, why: CoachError) -> None:
    """Tell that a workout is not on the watch, and why; it is in the plan all the same."""
    _tell(s, f"plan_send:{plan_id}:{uid}", "plan_send.not_sent", "warning", name, day, why)


def tell_unsupported(s: Session, plan_id: int, uid: str, name: str, day: date, why: CoachError) -> None:
    """Tell that the service cannot hold a workout, and that there is a file of it."""
    _tell(s, f"plan_send:{plan_id}:{uid}", "plan_send.unsupported", "warning", name, day, why)


def tell_not_removed(s: Session, plan_id: int, uid: str, name: str, day: date, why: CoachError) -> None:
    """Tell that a workout could not be taken off the watch."""
    _tell(s, f"plan_send:{plan_id}:{uid}", "plan_send.not_removed", "alert", name, day, why)


def tell_changed(s: Session, plan_id: int, uid: str, name: str, day: date) -> None:
    """Ask about a workout that was changed over there by hand."""
    _tell(s, f"plan_changed:{plan_id}:{uid}", "plan_send.changed", "info", name, day, None)


def tell_unsafe(s: Session, plan_id: int) -> None:
    """Tell that nothing of a plan is sent, as it breaks a rule by now."""
    notices.tell(s, f"plan_unsafe:{plan_id}", "plan_send.unsafe", tone="alert", link=LINK)


def resolve(s: Session, plan_id: int, uid: str) -> None:
    """Say that a workout got there after all, or is gone."""
    notices.resolve(s, f"plan_send:{plan_id}:{uid}")
    notices.resolve(s, f"plan_unsafe:{plan_id}")


def resolve_changed(s: Session, plan_id: int, uid: str) -> None:
    """Say that what was changed by hand is decided."""
    notices.resolve(s, f"plan_changed:{plan_id}:{uid}")


def _tell(
    s: Session, key: str, text_key: str, tone: Tone, name: str, day: date, why: CoachError | None
) -> None:
    lang: Lang = "en" if athletes.get(s, athlete_of(s)).lang == "en" else "ko"
    reason = f"error.{why.key}" if why is not None else ""
    notices.tell(
        s,
        key,
        text_key,
        tone=tone,
        link=LINK,
        name=name,
        day=formats.day(day, lang),
        why=say(lang, reason, **why.params) if why is not None and has(lang, reason) else "",
    )
