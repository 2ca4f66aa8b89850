"""What is due, as the store keeps it, and what every message must be whatever it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from fakes.life import SEOUL, TODAY, Lived

from coach.domain.nudges import NudgeKind
from coach.graph.manner import faults
from coach.graph.speaking.compose import compose
from coach.graph.speaking.naming import race_called
from coach.pipeline.saying import FirstWords
from coach.store import plans, races
from coach.text import Lang
from coach.text import plans as words
from coach.tools.spec import ToolContext

MONDAY = date(2026, 11, 16)  # of the week of TODAY, a Saturday
SUNDAY = date(2026, 11, 22)

_DATES = re.compile(
    r"(?:\d{1,2}월 )?\d{1,2}(?:일)?(?: \([월화수목금토일]\))?–(?:\d{1,2}월 )?\d{1,2}일|"
    r"\d{1,2}월 \d{1,2}일(?: \([월화수목금토일]\))?|"
    r"\d{1,2}(?: [A-Z][a-z]{2})? ?– ?\d{1,2} [A-Z][a-z]{2}|(?:[A-Z][a-z]{2} )?\d{1,2} [A-Z][a-z]{2}"
)


@dataclass(frozen=True)
class Due:
    """A nudge."""

    kind: NudgeKind
    about: Mapping[str, Any] = field(default_factory=dict)
    local_date: date = TODAY
    id: int = 1
    key: str = ""
    due_at: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)


def at(day: date, hour: int = 18, zone: ZoneInfo = SEOUL) -> datetime:
    """Return an hour of a day where the athlete lives."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def said(life: Lived, *due: Due, now: datetime | None = None, lang: Lang = "ko", **of: Any) -> FirstWords:
    """Compose what is due, hold it to what every message must be, and return it."""
    found = composed(life, *due, now=now, lang=lang, **of)
    assert found is not None
    return found


def composed(
    life: Lived, *due: Due, now: datetime | None = None, lang: Lang = "ko", athlete_id: int | None = None
) -> FirstWords | None:
    ctx = life.ctx(athlete_id, now=now or at(TODAY), lang=lang)
    found = compose(ctx, due)
    if found is not None:
        check(ctx, found, due)
    return found


def check(ctx: ToolContext, found: FirstWords, due: tuple[Due, ...]) -> None:
    """Hold a message to the rules: its numbers open, it asks once at most, and it minds its manner."""
    assert found.text
    assert found.nudges
    assert set(found.nudges) <= {one.id for one in due}
    units = found.text.encode("utf-16-le")

    def part(start: int, end: int) -> str:
        return units[2 * start : 2 * end].decode("utf-16-le")

    for ref in found.refs:
        shown = part(ref["start"], ref["end"])
        opened = found.facts[ref["ref"]]
        assert ref["ref"] in found.known
        if opened["kind"] != "passage":
            assert shown == opened["text"], f"{shown} opens to {opened['text']}"
    for ref in found.refs:
        assert f"{{{ref['ref']}" in found.raw
    assert not re.search(r"\{[fg]?\d", found.text)
    spans = sorted((ref["start"], ref["end"]) for ref in found.refs)
    cut = [0, *(edge for span in spans for edge in span), len(units) // 2]
    rest = " ".join(part(a, b) for a, b in zip(cut[::2], cut[1::2], strict=True))
    for name in sorted(_names(ctx), key=len, reverse=True):
        rest = rest.replace(name, "")
    if found.question is not None:
        assert found.text.endswith(found.question["text"])
        rest = rest.replace(found.question["text"], "")
    rest = _DATES.sub("", rest).replace("119", "")  # whom to call is no fact of the athlete
    assert not re.search(r"\d", rest), f"a number that opens to nothing: {rest}"
    assert found.text.count("?") <= 1
    assert faults(found.text, short=False) == ()


def _names(ctx: ToolContext) -> set[str]:
    """Return what the plan calls its sessions and their parts, and the athlete's races."""
    with ctx.db.athlete_session(ctx.athlete.id) as s:
        running = plans.holding(s)
        named = {race_called(ctx, race) for race in races.find(s) if race.name}
    for workout in () if running is None else running.plan.workouts:
        named.add(words.workout_title(workout, ctx.lang, ctx.athlete.units))
        lines = " → ".join(words.step_lines(workout, ctx.lang, ctx.athlete.units))
        named |= {lines, lines[:1].upper() + lines[1:]}
    return named - {""}
