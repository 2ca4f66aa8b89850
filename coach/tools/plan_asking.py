"""The questions that lead to an aim: what for, and how far."""

from __future__ import annotations

from coach.text import say
from coach.tools.spec import Choice, Question, ToolContext

AIM_M = {"5k": 5000.0, "10k": 10_000.0, "half": 21_097.5, "marathon": 42_195.0}
AIMS_ASKED = (*AIM_M, "couch_to_5k", "fitness")


def ask_aim(ctx: ToolContext) -> Question:
    """Return the question what to train for."""
    return Question(key="plan_tools.ask_aim", field="aim", tool="set_goal", choices=_choices(ctx, AIMS_ASKED))


def ask_distance(ctx: ToolContext) -> Question:
    """Return the question how far the race is."""
    return Question(
        key="plan_tools.ask_distance", field="aim", tool="set_goal", choices=_choices(ctx, tuple(AIM_M))
    )


def _choices(ctx: ToolContext, aims: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(label=_name(ctx, aim), value=aim) for aim in aims)


def _name(ctx: ToolContext, aim: str) -> str:
    return say(ctx.lang, f"plan.distance_{aim}" if aim in AIM_M else f"plan.goal_{aim}")
