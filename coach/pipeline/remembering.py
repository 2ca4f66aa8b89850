"""The one way into what is remembered, and the way out of it.

Only words that the athlete typed come here, after `coach.graph.entering` took secrets out of them: never what
a tool answered, the name or note of an activity, an imported file, or what a model made of any of these.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from coach.domain.literally import numbers_said
from coach.domain.memory import Kind, Memory, Statement, ended_by, meet, plain_statement, read
from coach.domain.memory.own_words import Sentence, sentences
from coach.domain.memory.statement import LIKELY, LONGEST
from coach.errors import BadInput, LimitReached, NotFound
from coach.store import athletes, edits, memories, working_memory
from coach.store.edits import Edit
from coach.store.session import Session, athlete_of
from coach.text.redacted import without_secrets

MOST = 500  # of one athlete
EDIT = "remembered"  # `before` holds the last day of one that was ended, `after` its number
Outcome = Literal["kept", "known", "asked", "ended", "forgotten"]
Answer = Literal["yes", "no", "both"]

_ASKS = re.compile(r"기억(?:해|하고)|잊지\s?마|\bremember\b|\bkeep in mind\b|\bdon't forget\b", re.IGNORECASE)
_NO_STATEMENT = frozenset({"question", "order", "if", "hearsay", "other", "quote", "past"})
_AROUND = re.compile(
    r"(?:했|하|먹|신|쓰|가|오|있)(?:던|는|은)?(?=\s|$)|한다는|라는|라고|(?<![가-힣])(?:한|거|것|걸|게|내가|나의|말|얘기)(?![가-힣])"
    r"|\b(?:my|the|that|about|i|i'm|of|have|had|a|an|in|on|what|told|you)\b"
)
_ENOUGH = 0.6  # share of the words of a model's text that the athlete must have said


@dataclass(frozen=True)
class Kept:
    """What became of a statement. `edit_id` undoes it; `against` is what it contradicts."""

    outcome: Outcome
    memory: Memory | None = None
    against: Memory | None = None
    edit_id: int | None = None


@dataclass(frozen=True)
class Said:
    """Where something was said: its day, its conversation, and the run that heard it (for retries)."""

    on: date
    thread_id: int | None = None
    message: str = ""
    run: str = ""


@dataclass(frozen=True)
class Heard:
    """What became of a message; `edit_id` takes back all that was kept of it."""

    kept: tuple[Kept, ...] = ()
    edit_id: int | None = None


def hear(s: Session, athlete_id: int, said: Said, *, but: Collection[str] = ()) -> Heard:
    """Keep what a message says of the athlete, without what other tables keep.

    `but` names kinds, or what statements are about.
    """
    found = [st for st in read(said.message, said.on) if st.kind not in but and st.about not in but]
    kept = tuple(keep(s, athlete_id, statement, said) for statement in found)
    done = [k.edit_id for k in kept if k.edit_id is not None and k.outcome != "known"]
    if len(done) < 2:
        return Heard(kept, done[0] if done else None)
    whole, new = edits.record(
        s, athlete_id, None, EDIT, {}, {"edits": done}, f"{said.run}:{EDIT}:all" if said.run else ""
    )
    if new:  # one "undo" takes back all of it
        for edit_id in done:
            edits.mark_undone(s, edit_id)
    return Heard(kept, whole.id)


def keep(s: Session, athlete_id: int, statement: Statement, said: Said) -> Kept:
    """Keep one statement, unless it is known; one that contradicts another waits for an answer.

    The same run never keeps the same thing twice, and not again what was forgotten since.
    Raises LimitReached with MOST memories.
    """
    athletes.lock(s, athlete_id)
    key = _key(said, statement)
    first = edits.by_key(s, athlete_id, key) if key else None
    if first is not None:
        return _as_before(s, first)
    known = memories.find(s)
    if statement.ends:
        over = ended_by(statement, known, said.on)
        return Kept("known") if over is None else _end(s, athlete_id, over, said, key)
    meeting, other = meet(statement, known, said.on)
    if meeting == "known":
        return Kept("known", other)
    if memories.count(s) >= MOST:
        raise LimitReached("too_many_memories", n=MOST)
    message_id = None
    if said.thread_id is not None and said.message:
        message_id = memories.said_in(s, said.thread_id, said.message)
    words = _bare(statement.text)
    memory = memories.add(
        s,
        kind=statement.kind,
        about=statement.about,
        words=words,
        value=statement.value,
        said_on=said.on,
        valid_until=statement.valid_until,
        confidence=statement.confidence,
        origin="chat",
        thread_id=said.thread_id,
        message_id=message_id,
        quote=words,
        against=other.id if meeting == "against" and other else None,
    )
    edit, _ = edits.record(s, athlete_id, None, EDIT, {}, {"memory": memory.id}, key)
    return Kept("kept" if memory.state == "active" else "asked", memory, other, edit.id)


def _key(said: Said, statement: Statement) -> str:
    if not said.run:
        return ""
    what = f"{statement.about or statement.text.casefold()}:{statement.ends}"
    return f"{said.run}:{EDIT}:{hashlib.sha256(what.encode()).hexdigest()[:16]}"


def _as_before(s: Session, edit: Edit) -> Kept:
    try:
        memory = memories.get(s, edit.after["memory"])
    except NotFound:
        return Kept("forgotten")
    if edit.undone_at is not None and "ends" in edit.after:
        return Kept("known", memory)
    outcome: Outcome = "ended" if "ends" in edit.after else "asked" if memory.state == "asked" else "kept"
    against = memories.get(s, memory.against) if memory.against is not None else None
    return Kept(outcome, memory, against, edit.id)


def _end(s: Session, athlete_id: int, memory: Memory, said: Said, key: str) -> Kept:
    """End a memory: yesterday was the last day on which it held."""
    before = {"valid_until": memory.valid_until.isoformat() if memory.valid_until else None}
    ended = memories.change(s, memory.id, valid_until=said.on - timedelta(days=1))
    after = {"memory": memory.id, "ends": True}
    edit, _ = edits.record(s, athlete_id, None, EDIT, before, after, key)
    return Kept("ended", ended, edit_id=edit.id)


def undo(s: Session, edit: Edit) -> None:
    """Take back what was remembered, or that it ended. What is gone already stays gone."""
    for edit_id in edit.after.get("edits", ()):
        undo(s, edits.get(s, edit_id))
    if "edits" in edit.after:
        return
    memory_id = edit.after["memory"]
    if "ends" not in edit.after:
        _remove(s, [memory_id])
        return
    was = edit.before["valid_until"]
    try:
        memories.change(s, memory_id, valid_until=date.fromisoformat(was) if was else None)
    except NotFound:
        return


def settle(s: Session, athlete_id: int, memory_id: int, answer: Answer, today: date) -> Memory:
    """Take the answer to a contradiction: the new one holds, the old one does, or both do.

    Return the one that holds. Raises NotFound.
    """
    athletes.lock(s, athlete_id)
    new = memories.get(s, memory_id)
    if new.state != "asked":
        return new
    old_id = new.against
    if answer == "no":
        _remove(s, [new.id])
        return memories.get(s, old_id) if old_id is not None else new
    if answer == "yes" and old_id is not None:
        memories.change(s, old_id, state="replaced", valid_until=today - timedelta(days=1))
    return memories.change(s, new.id, state="active", against=None)


def write(s: Session, athlete_id: int, kind: Kind, words: str, today: date, until: date | None) -> Memory:
    """Keep what the athlete wrote on the page, as it stands. Raises BadInput, LimitReached."""
    athletes.lock(s, athlete_id)
    if memories.count(s) >= MOST:
        raise LimitReached("too_many_memories", n=MOST)
    words = _written(words)
    found = next((st for st in read(words, today) if st.kind == kind and not st.ends), None)
    return memories.add(
        s,
        kind=kind,
        about=found.about if found else "",
        words=words,
        value=found.value if found else {},
        said_on=today,
        valid_until=until or (found.valid_until if found else None),
        confidence=1.0,
        origin="page",
        quote=words,
    )


def rewrite(s: Session, athlete_id: int, memory_id: int, changes: dict[str, Any], today: date) -> Memory:
    """Change `kind`, `text` or `valid_until` of one by hand. Raises NotFound, BadInput."""
    athletes.lock(s, athlete_id)
    memory = memories.get(s, memory_id)
    if "text" in changes or "kind" in changes:
        words = _written(changes.get("text", memory.text))
        kind = changes.get("kind", memory.kind)
        found = next((st for st in read(words, today) if st.kind == kind and not st.ends), None)
        same = words == memory.text and kind == memory.kind
        if not same:
            changes |= {
                "text": words,
                "about": found.about if found else "",
                "value": dict(found.value) if found else {},
                "confidence": 1.0,
            }
            if words != memory.text:  # the old words are not what the athlete wants kept
                memories.unsay(s, [memory.text])
                changes["quote"] = words
    return memories.change(s, memory_id, **changes)


def _written(words: str) -> str:
    """Return words as they are kept: one line without secrets. Raises BadInput where nothing is left."""
    kept = _bare(" ".join(words.replace("\x00", " ").split()))[:LONGEST]
    if not any(c.isalnum() for c in kept):
        raise BadInput("nothing_to_remember")
    return kept


def _bare(words: str) -> str:
    """Return words without secrets, and without braces, which would name facts where they are shown."""
    return without_secrets(words).text.replace("{", "(").replace("}", ")")


def forget(s: Session, ids: Collection[int], *, but_thread: int | None = None) -> list[Memory]:
    """Forget for good: rows, quotes, what went to models, and what conversations hold of it in their heads.

    `but_thread` is the conversation under way, whose own turn forgets it. What was said in a conversation
    stays to be read there until the conversation is deleted.
    """
    gone = _remove(s, ids)
    if gone:
        others = [thread for thread in memories.threads_of(s) if thread != but_thread]
        working_memory.forget(s, athlete_of(s), others)
    return gone


def _remove(s: Session, ids: Collection[int]) -> list[Memory]:
    gone = memories.delete_all(s, ids)
    memories.unsay(s, [words for memory in gone for words in (memory.text, memory.quote)])
    return gone


# What an athlete means by a few words


def supported(text: str, message: str, today: date) -> Statement | None:
    """Return what the athlete said in `message` that `text` repeats; None where they did not say it.

    `text` may be a model's: it only picks one of the athlete's own sentences, and is never kept itself.
    """
    own = list(sentences(message))
    words, numbers = _words(text), set(re.findall(r"\d+", text))
    if not own or not words or not numbers <= set(re.findall(r"\d+", " ".join(s.text for s in own))):
        return None
    best = max(own, key=lambda one: _shared(words, _words(one.text)))
    if _shared(words, _words(" ".join(s.text for s in own))) < _ENOUGH:
        return None
    asked = _ASKS.search(message) is not None
    ruled = read(best.text, today)
    if ruled:
        return plain_statement(best.text, today) if asked else ruled[0]
    if asked:
        return plain_statement(message if len(own) == 1 else best.text, today)
    return None if best.against & _NO_STATEMENT else _as_said(best, today)


def repeats(text: str, own: str) -> bool:
    """Whether a text is made of the athlete's own words: most of its words, and every number, stand there."""
    words = _words(text)
    return numbers_said(text) <= numbers_said(own) and (not words or _shared(words, _words(own)) >= _ENOUGH)


def _as_said(one: Sentence, today: date) -> Statement | None:
    statement = plain_statement(one.text, today)
    return (
        None
        if statement is None
        else Statement(statement.kind, "", statement.text, {}, LIKELY, statement.valid_until)
    )


def matching(what: str, known: Sequence[Memory]) -> list[Memory]:
    """Return the memories that `what` speaks of, those that share most words with it."""
    words = _words(
        re.sub(
            r"수술한|했던|있는|한다는|라는|라고|한\b|거|것|내가|나의|\b(?:my|the|that|about|i|of)\b",
            " ",
            what.lower(),
        )
    )
    scores = {m.id: _shared(words, _words(m.text + " " + m.about.replace(":", " "))) for m in known}
    best = max(scores.values(), default=0.0)
    return [m for m in known if scores[m.id] == best] if best > 0 else []


def _words(text: str) -> set[str]:
    """Return the words of a text as far as endings do not matter: Korean by its first two syllables."""
    found = re.findall(r"[가-힣]+|[a-z][a-z']+|\d+", text.lower())
    return {word[:2] if "가" <= word[0] <= "힣" else word.rstrip("s") for word in found}


def _shared(words: set[str], among: set[str]) -> float:
    return len(words & among) / len(words) if words else 0.0


def shared_words(text: str, other: str) -> float:
    """Return which share of the words of `other` stands in `text`, from 0 to 1."""
    return _shared(_words(other), _words(text))
