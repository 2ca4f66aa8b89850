"""Remembering in a conversation: what is kept after an answer, the line that says so, and contradictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coach.errors import LimitReached, NotFound
from coach.graph.pending import agrees, choose
from coach.graph.state import Message, this_turn
from coach.graph.turn import Turn
from coach.pipeline import remembering
from coach.pipeline.remembering import Answer, Kept, Said
from coach.store import athletes

SHOWN = 3
# What these keep is read from where they keep it: kinds of memories, or what they are about.
ELSEWHERE: Mapping[str, frozenset[str]] = {
    "set_goal": frozenset({"goal"}),
    "set_constraints": frozenset({"schedule"}),
    "plan_blackout": frozenset({"event", "schedule"}),
    "set_health": frozenset({"injury"}),
    "profile_change": frozenset({"manner:name"}),
}
_ANSWERS: Mapping[str, Answer] = {"yes": "yes", "no": "no", "both": "both"}


@dataclass(frozen=True)
class Heard:
    """What was kept of a turn: the line that says so, its undo, and the contradiction to ask about."""

    line: str = ""
    undo_id: int | None = None
    asked: Kept | None = None


def listens(turn: Turn, pending: Mapping[str, Any] | None) -> bool:
    """Whether this turn's message may be remembered: a plain message, with nothing else being decided."""
    busy = (pending or {}).get("kind") in ("onboarding", "approval", "consent")
    return (
        turn.kind == "message"
        and not busy
        and turn.flag is None
        and turn.question is None
        and not turn.forgot
        and not turn.ctx.answer
    )


def keep(turn: Turn, messages: Sequence[Message]) -> Heard:
    """Keep what the message says of the athlete. Blocking."""
    ctx = turn.ctx
    done = {m["name"] for m in this_turn(list(messages)) if m["role"] == "tool" and m["result"]["ok"]}
    if done & {"memory_forget", "undo"}:
        return Heard()
    but = frozenset().union(*(ELSEWHERE[name] for name in done & ELSEWHERE.keys()))
    said = Said(ctx.today, ctx.thread_id, ctx.message, turn.origin_id or turn.run_id)
    try:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            if athletes.get_onboarding(session, ctx.athlete.id).get("step"):
                return Heard()
            heard = remembering.hear(session, ctx.athlete.id, said, but=but)
    except LimitReached:
        return Heard()
    asked = next((kept for kept in heard.kept if kept.outcome == "asked"), None)
    if "remember" in done:  # it said so itself, of one thing
        told = str([m["result"] for m in this_turn(list(messages)) if m["role"] == "tool"])
        rest = [kept for kept in heard.kept if kept.memory and kept.memory.text not in told]
        line = _line(turn, rest)
        return Heard(line, heard.edit_id if line else None, asked)
    return Heard(_line(turn, heard.kept), heard.edit_id, asked)


def tell(turn: Turn, heard: Heard) -> dict[str, Any] | None:
    """Say what was kept, and ask about a contradiction; return what is open then."""
    if heard.line:
        turn.voice.say(heard.line)
        turn.told([heard.line])
    if heard.undo_id is not None:
        turn.custom("undo", {"undoId": heard.undo_id, "text": turn.text("graph.undo")})
    kept = heard.asked
    if kept is None or kept.memory is None or kept.against is None:
        return None
    text = turn.text("memory.asked", old=kept.against.text, new=kept.memory.text)
    choices = [{"label": turn.text(f"memory.{value}"), "value": value} for value in _ANSWERS]
    turn.voice.say(text)
    turn.ask(text, choices)
    return {"kind": "memory", "id": kept.memory.id, "choices": choices}


def settle(turn: Turn, pending: Mapping[str, Any]) -> str:
    """Read a message as the answer to a contradiction; return what to say, "" when it is none. Blocking."""
    message = turn.ctx.message
    value = choose(message, pending["choices"])
    if value is None and (agreed := agrees(message)) is not None:
        value = "yes" if agreed else "no"
    if value is None or value not in _ANSWERS:
        return ""
    ctx = turn.ctx
    try:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            holds = remembering.settle(session, ctx.athlete.id, pending["id"], _ANSWERS[value], ctx.today)
    except NotFound:  # deleted on the page meanwhile
        return turn.text("memory.no_match")
    return turn.text(f"memory.settled_{value}", what=holds.text)


def _line(turn: Turn, found: Sequence[Kept]) -> str:
    kept = [k.memory for k in found if k.outcome == "kept" and k.memory]
    ended = [k.memory for k in found if k.outcome == "ended" and k.memory]
    lines = []
    if kept:
        what = ", ".join(f'"{memory.text}"' for memory in kept[:SHOWN])
        lines.append(turn.text("memory.kept", what=what))
        if not turn.external and any(m.value.get("register") == "casual" for m in kept):
            lines.append(turn.text("memory.polite_only"))
    if ended:
        lines.append(turn.text("memory.ended", what=f'"{ended[0].text}"'))
    return " ".join(lines)
