"""What overrides readiness: illness, an altered gait, a red flag. No score speaks against these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from coach.domain.daily import Entry
from coach.domain.metrics.history import History
from coach.domain.utterance import compile_english, compile_korean, read
from coach.domain.utterance import english as english_grammar
from coach.domain.utterance import korean as korean_grammar

# For how many days what was said holds (judgement). Who says in the evening to have a fever asks in the
# morning whether to run; most forget to say that they are well again, and a cold takes some days.
LASTS_DAYS = {"illness": 5, "gait": 2, "red_flag": 7}
# What is read for words; illness counts by its kind already.
KINDS = ("illness", "pain", "soreness", "note")

_GAIT_KO = compile_korean(
    (r"절뚝|절름|절룩|다리를?_절(?:며|면|었|고|어)|걸음걸이가?_(?:이상|바뀌|달라)|자세가?_(?:틀어|무너)",)
)
_GAIT_EN = compile_english(
    (
        r"limp(?:s|ed|ing)?|hobbl\w*|altered gait|(?:chang|alter)\w* (?:my )?(?:gait|stride)|"
        r"favou?r(?:s|ed|ing)? (?:my |the |one )?(?:left|right|leg|foot|side)",
    )
)


@dataclass(frozen=True)
class Override:
    """Why the advice is rest whatever the score. `trigger` is the red flag's name, for a red flag."""

    kind: Literal["illness", "gait", "red_flag"]
    day: date
    trigger: str = ""

    def as_detail(self) -> dict[str, Any]:
        return {"kind": self.kind, "day": self.day.isoformat(), "trigger": self.trigger}


def overrides(history: History, day: date) -> tuple[Override, ...]:
    """Return what overrides readiness on a day, by what was said on it and the days before; latest first.

    Illness holds until it is said to be over.
    """
    first = day - timedelta(days=max(LASTS_DAYS.values()) - 1)
    said = [e for e in history.entries if first <= e.day <= day and e.kind in KINDS]
    found, well = [], False
    for entry in sorted(said, key=lambda e: (e.day, e.id), reverse=True):
        held = [o for o in _of(entry) if (day - o.day).days < LASTS_DAYS[o.kind]]
        found += [o for o in held if not (well and o.kind == "illness")]
        well = well or _well_again(entry)
    return tuple(dict.fromkeys(found))


def _well_again(entry: Entry) -> bool:
    if entry.kind == "illness" and entry.value == 0:
        return True
    if entry.kind not in ("illness", "note") or not entry.text:
        return False
    from coach.domain.journal import recovered

    return recovered(entry.text)


@lru_cache(maxsize=4096)  # a replay of the past reads each entry on seven days
def _of(entry: Entry) -> tuple[Override, ...]:
    return tuple(_said(entry))


def _said(entry: Entry) -> Iterator[Override]:
    if entry.kind == "illness" and (entry.value is None or entry.value > 0):
        yield Override("illness", entry.day)
    if not entry.text:
        return
    # Both compile large tables of phrases, which nobody needs who wrote nothing.
    from coach.domain.journal import extract
    from coach.domain.redflags import Trigger, check_all

    if entry.kind == "note" and any(said.kind == "illness" for said in extract(entry.text)):
        yield Override("illness", entry.day)
    if _limps(entry.text):
        yield Override("gait", entry.day)
    for flag in check_all(entry.text):
        if flag.about != "athlete":
            continue
        if flag.trigger is Trigger.illness:
            yield Override("illness", entry.day)
        else:
            yield Override("red_flag", entry.day, flag.trigger.value)


def _limps(text: str) -> bool:
    """Return whether a text says that the athlete walks or runs differently than usual."""
    plain = read(text).plain
    claims = [korean_grammar.claim(plain, m, len(plain)) for m in _GAIT_KO.find(plain)]
    claims += [english_grammar.claim(plain, m, 0) for m in _GAIT_EN.find(plain)]
    return "said" in claims
