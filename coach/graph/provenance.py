"""What a tool's result rests on, as the store knows it: a tool may forget a source, the store does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.domain.fact import Fact
from coach.domain.source import Permission, Source
from coach.errors import CoachError
from coach.store import recordings
from coach.tools.spec import Result, ToolContext, ToolFn


class ToolRefused(Exception):
    """A tool raised a CoachError. `restricted`: the athlete has data that no outside model may read."""

    def __init__(self, error: CoachError, restricted: bool) -> None:
        super().__init__(error.key)
        self.error = error
        self.restricted = restricted


def traced(
    fn: ToolFn, ctx: ToolContext, args: Any, permissions: Mapping[Source, Permission]
) -> tuple[Result, frozenset[Source]]:
    """Run a tool; return its result with its facts' sources completed, and the athlete's restricted sources.

    A fact about an activity carries that activity's sources, for its label names it, whatever the value
    itself came from. One that names no source at all counts as resting on everything the athlete has.
    Blocking. Raises ToolRefused.
    """
    kept = [source for source in Source if not permissions[source].to_model]
    try:
        result = fn(ctx, args)
    except CoachError as error:
        raise ToolRefused(error, bool(_restricted(ctx, kept))) from error
    restricted = _restricted(ctx, kept)
    if not restricted:
        return result, restricted
    ids = {i for fact in result.facts for i in _activities(fact)}
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = recordings.sources_of(session, ctx.athlete.id, ids)
    facts = []
    for fact in result.facts:
        sources = fact.sources.union(*(known.get(i, frozenset()) for i in _activities(fact)))
        facts.append(fact.model_copy(update={"sources": sources or restricted}))
    return result.model_copy(update={"facts": tuple(facts)}), restricted


def _restricted(ctx: ToolContext, kept: list[Source]) -> frozenset[Source]:
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        return recordings.used(session, ctx.athlete.id, kept)


def _activities(fact: Fact) -> set[int]:
    named = fact.subject.activity_id
    return {*fact.activities, named} if named is not None else set(fact.activities)
