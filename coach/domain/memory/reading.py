"""From a message to what is to be remembered of it: only what the athlete says of themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from coach.domain.memory import days, english, korean
from coach.domain.memory.own_words import Sentence, claims_to_be_system, sentence, sentences
from coach.domain.memory.statement import ASKED_FOR, HEDGED, LIKELY, LONGEST, PLAIN, Statement

MOST = 5  # statements of one message
_HEDGE = (
    r"아마|보통은?|대체로|거의|웬만하면|\b(?:usually|mostly|probably|i think|kind of|sort of|generally)\b"
)
_ME = (
    r"(?:^|\s)(?:나|난|내|내가|나는|나도|저|전|저는|제|제가|저도|저희|우리)(?=\s)|\b(?:i|i'm|i've|my"
    r"|me|we|we're)\b"
)
_TIMED = (
    "event:travel",
    "event:exam",
    "event:wedding",
    "event:move",
    "event:baby",
    "event:job",
    "event:surgery",
)
# What is around the thing itself in "remember that …", "… 기억해줘".
_ASKING = (
    re.compile(
        r"^\W*(?:please |can you |could you |hey,? )*(?:remember|keep in mind|note for later|don't forget)"
        r"(?: that|:| about me:?| this:?)?(?:\s+|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:이거\s?|이걸\s?|꼭\s?|좀\s?)?(?:기억해\s?(?:줘|둬|주세요|두세요|놔)?|잊지\s?마"
        r"|명심해)\s*[::,.!]\s*"
    ),
    re.compile(
        r"[,.]?\s*(?:이?라고|다고|는\s?(?:거|것|걸)(?:을)?|(?:이?란|다는)\s?(?:거|것"
        r"|걸)(?:을)?)?\s*(?:꼭\s?|좀\s?)?"
        r"(?:기억해\s?(?:줘|둬|주세요|두세요|놔|줄래)?|기억하고\s?있어(?:\s?줘)?|잊지\s?(?:마"
        r"|말아\s?줘))(?:요)?\W*$"
    ),
)


def read(message: str, today: date) -> tuple[Statement, ...]:
    """Return what a message says of the athlete that is to be remembered, at most MOST of it."""
    found: dict[str, Statement] = {}
    for said in sentences(message):
        for statement in _of_sentence(said, today):
            found.setdefault(statement.about, statement)
    return tuple(found.values())[:MOST]


def plain_statement(text: str, today: date) -> Statement | None:
    """Return what the athlete asked to remember, also where no rule knows what it is about.

    None where nothing is left to remember, or where it claims to be from the system.
    """
    if claims_to_be_system(text):
        return None
    bare = text.strip()
    for around in _ASKING:
        bare = around.sub("", bare).strip()
    ruled = read(bare, today)
    if ruled:
        return replace(ruled[0], confidence=max(ruled[0].confidence, ASKED_FOR), text=ruled[0].text)
    kept = [s.text for s in sentences(bare)]
    if not kept or "question" in sentence(kept[0]).against:
        return None
    words = " ".join(kept)[:LONGEST].strip(" .!")
    return Statement("fact", "", words, {}, ASKED_FOR, days.last_day(words.lower(), today)) if words else None


def _of_sentence(said: Sentence, today: date) -> list[Statement]:
    rules = korean.RULES if said.korean else english.RULES
    found = []
    for rule, despite in rules:
        if said.against - despite:
            continue
        for kind, about, value, ends in rule(said):
            until = days.last_day(said.low, today) if kind in ("event", "goal") else None
            if about in _TIMED and until is None and not re.search(r"곧|예정|\bsoon\b", said.low):
                continue  # without a day nobody knows when it is over, or whether it is to come
            if about.startswith("surgery:") and "past" in said.against:
                until = None
            found.append(Statement(kind, about, _shown(said.text), value, _confidence(said), until, ends))
    return found


def _shown(text: str) -> str:
    return text.strip(" .!~").strip()[:LONGEST]


def _confidence(said: Sentence) -> float:
    if re.search(_HEDGE, said.low):
        return HEDGED
    return PLAIN if re.search(_ME, said.low) else LIKELY
