"""What a new statement has to do with what is remembered: nothing, the same, or the opposite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from coach.domain.memory.naming import OF_THE_DAY
from coach.domain.memory.statement import Memory, Statement

Meeting = Literal["new", "known", "against"]


def meet(statement: Statement, memories: Iterable[Memory], today: date) -> tuple[Meeting, Memory | None]:
    """Return whether a statement is new, known already, or against one that still holds, and that one."""
    against: Memory | None = None
    for memory in memories:
        if not memory.holds(today) and memory.state != "asked":
            continue
        # One sentence may say two things: shoes, and when one likes to run.
        two = statement.about and memory.about and statement.about != memory.about
        if _same_words(statement.text, memory.text) and not two:
            return "known", memory
        if memory.state == "asked" or not statement.about:
            continue
        if _same(statement, memory):
            return "known", memory
        if _opposed(statement, memory):
            against = against or memory
    return ("against", against) if against else ("new", None)


def ended_by(statement: Statement, memories: Sequence[Memory], today: date) -> Memory | None:
    """Return the memory that a statement ends ("무릎 다 나았어"); None unless it is plain which one."""
    of = [
        m
        for m in memories
        if m.holds(today) and (m.about == statement.about or m.about.startswith(statement.about + ":"))
    ]
    return of[0] if len(of) == 1 else None


def _same(new: Statement, old: Memory) -> bool:
    """Whether both say the same thing; events are the same on the same days only."""
    if new.about != old.about or dict(new.value) != dict(old.value):
        return False
    return new.kind != "event" or new.valid_until == old.valid_until


def _same_words(a: str, b: str) -> bool:
    return _letters(a) == _letters(b)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _opposed(new: Statement, old: Memory) -> bool:
    if new.about == old.about:
        # Travels, weddings and the like: two of a kind on different days are two.
        if new.kind == "event":
            return new.valid_until is not None and new.about not in ("event:travel", "event:exam")
        return dict(new.value) != dict(old.value)
    if new.kind == "schedule" and old.kind == "schedule":
        times = {m.removeprefix("schedule:") for m in (new.about, old.about)}
        # "Only in the mornings" leaves no room for "only in the evenings".
        said = {new.value.get("may"), old.value.get("may")}
        return times <= OF_THE_DAY and "only" in said and "no" not in said
    return False
