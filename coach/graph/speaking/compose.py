"""What waits to be said as one message: parts in order, one question, every number with its fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from coach.domain.nudges import NudgeKind
from coach.domain.redflags import Severity
from coach.graph import background
from coach.graph.speaking.after_run import after_run
from coach.graph.speaking.alert import alert
from coach.graph.speaking.message import Spoken
from coach.graph.speaking.morning import morning
from coach.graph.speaking.part import Asked, Nudge, Part
from coach.graph.speaking.race import race
from coach.graph.speaking.receipt import receipt
from coach.graph.speaking.silence import silence
from coach.graph.speaking.weekly import weekly
from coach.pipeline.saying import FirstWords
from coach.store import memories, permissions, plan_holds
from coach.tools.spec import ToolContext

# How each kind is worded, in the order in which one message says them. A function gets all nudges of its
# kind, the oldest first, and returns None when none of them has anything to say any more.
WORDS: Mapping[NudgeKind, Callable[[ToolContext, Sequence[Nudge]], Part | None]] = {
    NudgeKind.alert: alert,
    NudgeKind.after_run: after_run,
    NudgeKind.race: race,
    NudgeKind.weekly: weekly,
    NudgeKind.morning: morning,
    NudgeKind.silence: silence,
    NudgeKind.receipt: receipt,
}
# Whose question is asked where there are several: how a run felt is soon forgotten, a week can wait.
ASKS = (NudgeKind.after_run, NudgeKind.race, NudgeKind.weekly, *WORDS)


def compose(ctx: ToolContext, nudges: Sequence[Nudge]) -> FirstWords | None:
    """Return one message for what waits to be said; None when nothing of it is left to say.

    `FirstWords.nudges` are the rows that it says, the leading one first: the others of `nudges` have nothing
    to say any more. Blocking. Raises NotEnoughData while metrics are being computed: ask again later.
    """
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        permitted = permissions.read(session)
        known = [m for m in memories.find(session, states=("active",)) if m.holds(ctx.today)]
        in_distress = any(hold.severity == Severity.crisis for hold in plan_holds.standing(session))
    parts = []
    for kind, words in WORDS.items():
        own = sorted((n for n in nudges if n.kind is kind), key=lambda n: (n.due_at, n.id))
        # To somebody in distress nothing is said of training.
        if own and not in_distress and (part := words(ctx, own)) is not None:
            parts.append(part)
    parts = _once(parts)
    if not parts:
        return None
    manner = background.manner_of(known)
    # Each part is shorter where there are several.
    spoken = Spoken(ctx, permitted, brief=len(parts) > 1 or manner.get("length") == "short")
    for part in parts:
        spoken.take(part)
    asked = _question(parts)
    if asked is not None:
        spoken.ask(asked)
    return spoken.close(parts[0].kind, [n for part in parts for n in part.nudges], asked)


def _once(parts: Sequence[Part]) -> list[Part]:
    """Let a race that was run be told once: what is said of it as a race holds the note after it."""
    run = next((part for part in parts if part.kind is NudgeKind.after_run), None)
    raced = next((part for part in parts if part.kind is NudgeKind.race), None)
    if run is None or raced is None or not raced.of or raced.of != run.of:
        return list(parts)
    both = replace(run, says=raced.says, facts=raced.facts, nudges=(*run.nudges, *raced.nudges))
    return [both if part is run else part for part in parts if part is not raced]


def _question(parts: Sequence[Part]) -> Asked | None:
    """Return the one question of the message."""
    asked = {part.kind: part.asked for part in parts if part.asked is not None}
    return next((asked[kind] for kind in ASKS if kind in asked), None)
