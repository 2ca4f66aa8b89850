"""Consent to an external model: what would leave the machine, asked once, kept on the athlete."""

from __future__ import annotations

import re
from typing import Any, Literal

from coach.graph.pending import agrees, choose
from coach.graph.turn import Turn
from coach.store import athletes

Decision = Literal["agree", "offline"]

_ON = re.compile(
    r"(외부|온라인)\s*모델.{0,8}(켜|사용|써|쓸|허용|동의)|"
    r"(use|allow|turn on|enable) the (external|online) model",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"(외부|온라인)\s*모델.{0,8}(꺼|끄|쓰지|안 쓸|그만|철회|사용 안)|"
    r"오프라인(으로|으로만)\s*(해|답|써|쓸|할)|"
    r"((stop using|turn off|disable|do not use|don't use) the (external|online) model|(stay|go) offline)",
    re.IGNORECASE,
)


def question(turn: Turn, hosts: list[str]) -> tuple[str, list[dict[str, str]]]:
    """Return what leaves the machine, to where, as a question with its two answers."""
    choices = [
        {"label": turn.text("graph.consent_agree"), "value": "agree"},
        {"label": turn.text("graph.consent_offline"), "value": "offline"},
    ]
    return turn.text("graph.consent_question", hosts=", ".join(hosts)), choices


def read_answer(message: str, choices: list[dict[str, str]]) -> Decision | None:
    """Return the decision in an answer to the question, or None when it is something else."""
    value = choose(message, choices)
    if value is None:
        yes = agrees(message)
        if yes is None:
            return None
        return "agree" if yes else "offline"
    return "agree" if value == "agree" else "offline"


def read_change(message: str) -> Decision | None:
    """Return the decision when the athlete brings it up by themselves."""
    if len(message) > 60:
        return None
    if _OFF.search(message):
        return "offline"
    return "agree" if _ON.search(message) else None


def keep(turn: Turn, decision: Decision) -> None:
    """Store a decision. Blocking."""
    with turn.ctx.db.athlete_session(turn.ctx.athlete.id) as session:
        athletes.set_model_consent(
            session, turn.ctx.athlete.id, turn.ctx.now if decision == "agree" else None
        )
        state: dict[str, Any] = athletes.get_onboarding(session, turn.ctx.athlete.id)
        athletes.set_onboarding(session, turn.ctx.athlete.id, {**state, "model": decision})
