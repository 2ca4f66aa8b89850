"""What came of an approval on the watch: how many workouts are there, and what of them is not as planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coach.domain.nudges import NudgeKind
from coach.graph.speaking.part import Nudge, Paragraph, Part
from coach.pipeline import receipts
from coach.pipeline.receipts import Item, Standing, Why
from coach.store import plans
from coach.text import formats, has, say
from coach.text import plans as words
from coach.tools.facts import Facts, of_athlete
from coach.tools.spec import Note, ToolContext

LINES = 4  # of workouts that are not as planned


def receipt(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word how the watch stands after the newest approval. None: there is nothing to tell."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = receipts.standing(session, due[-1].about, ctx.today)
        held = plans.holding(session)
    if found is None:
        return None
    names = {}
    if held is not None:
        lang, units = ctx.lang, ctx.athlete.units
        names = {w.uid: words.workout_title(w, lang, units) for w in held.plan.workouts}
    facts = Facts(ctx)
    says: tuple[Paragraph, ...] = (
        (*_counted(ctx, facts, found), *_rest(ctx, facts, found)),
        *((note,) for note in _lines(ctx, names, found)),
    )
    return Part(
        NudgeKind.receipt,
        tuple(nudge.id for nudge in due),
        tuple(paragraph for paragraph in says if paragraph),
        facts=facts.all(),
    )


def _counted(ctx: ToolContext, facts: Facts, found: Standing) -> list[Note]:
    says = []
    if found.total:
        told = {name: _count(ctx, facts, name, getattr(found, name)) for name in ("total", "there")}
        says.append(Note(key="receipts.on_watch", facts=told))
        if found.differs:
            told = {
                "exact": _count(ctx, facts, "exact", len(found.exact)),
                "differs": _count(ctx, facts, "differs", len(found.differs)),
            }
            says.append(Note(key="receipts.some_differ", facts=told))
        elif found.there == found.total:
            says.append(Note(key="receipts.all_exact"))
    if found.removed:
        says.append(
            Note(key="receipts.removed", facts={"removed": _count(ctx, facts, "removed", found.removed)})
        )
    return says


def _rest(ctx: ToolContext, facts: Facts, found: Standing) -> list[Note]:
    """Say what is still under way and what is in its way."""
    why = _why(ctx, found.why)
    says = []
    if found.on_way:
        told = {"on_way": _count(ctx, facts, "on_way", len(found.on_way))}
        says.append(Note(key="receipts.on_way", facts=told))
    if found.left:
        told = {"left": _count(ctx, facts, "left", found.left)}
        says.append(Note(key="receipts.left", facts=told))
    if found.theirs:
        told = {"theirs": _count(ctx, facts, "theirs", len(found.theirs))}
        says.append(Note(key="receipts.theirs", facts=told))
    if why and (found.on_way or found.left):
        says.append(Note(key="receipts.why", params={"why": why}))
    return says


def _lines(ctx: ToolContext, names: Mapping[str, str], found: Standing) -> list[Note]:
    lines = [
        *(_line(ctx, names, item, "plan_send.not_sent", _why(ctx, item.why)) for item in found.failed),
        *(
            _line(ctx, names, item, "plan_send.unsupported", _why(ctx, item.why))
            for item in found.unsupported
        ),
        *(_line(ctx, names, item, "receipts.differs", _differences(ctx, item)) for item in found.differs),
    ]
    shown = lines[:LINES]
    return [*shown, Note(key="receipts.more")] if len(lines) > LINES else shown


def _line(ctx: ToolContext, names: Mapping[str, str], item: Item, key: str, why: str) -> Note:
    day = formats.day(item.day, ctx.lang, ctx.today)
    return Note(key=key, params={"name": names.get(item.uid) or item.name, "day": day, "why": why})


def _differences(ctx: ToolContext, item: Item) -> str:
    """Return where the watch has it otherwise: `3단계: 목표 범위가 달라요`."""
    found: list[str] = []
    for one in item.receipt.get("differences", ()):
        what = say(ctx.lang, f"plan_web.differs_{one['what']}")
        step: Any = one["step"]
        found.append(say(ctx.lang, "plan_web.differs_step", step=step, what=what) if step else what)
    return ", ".join(dict.fromkeys(found))


def _why(ctx: ToolContext, why: Why | None) -> str:
    key = f"error.{why.key}" if why is not None else ""
    return say(ctx.lang, key, **why.params) if why is not None and has(ctx.lang, key) else ""


def _count(ctx: ToolContext, facts: Facts, name: str, value: int) -> str:
    label = say(ctx.lang, f"receipts.label_{name}")
    return facts.add(f"receipt.{name}", f"watch_{name}", value, "count", of_athlete(ctx), label=label)
