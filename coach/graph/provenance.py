"""What a tool's result rests on, as the store knows it: a tool may forget a source, the store does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from coach.domain.fact import Fact
from coach.domain.metrics import METRICS
from coach.domain.source import Permission, Source, limited
from coach.errors import CoachError
from coach.store import recordings
from coach.store.rests_on import KINDS, Basis, of_thresholds, threshold_kinds, through_thresholds
from coach.tools.spec import Result, ToolContext, ToolFn


class ToolRefused(Exception):
    """A tool raised a CoachError. `rests_on`: what the athlete has from sources that forbid anything."""

    def __init__(self, error: CoachError, rests_on: frozenset[Source]) -> None:
        super().__init__(error.key)
        self.error = error
        self.rests_on = rests_on


@dataclass(frozen=True)
class Traced:
    """A result whose facts name all of their sources. `rests_on`: those of them that forbid anything."""

    result: Result
    rests_on: frozenset[Source]


def traced(fn: ToolFn, ctx: ToolContext, args: Any, permissions: Mapping[Source, Permission]) -> Traced:
    """Run a tool and complete the sources of its facts.

    A fact about an activity carries the sources of that activity, for its label names it, whatever the value
    itself came from; one computed with thresholds carries theirs. One that names no source at all counts as
    resting on everything that the athlete has from sources that forbid anything, and so do words without
    facts. Blocking. Raises ToolRefused.
    """
    forbidding = limited(permissions)
    try:
        result = fn(ctx, args)
    except CoachError as error:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            raise ToolRefused(error, recordings.used(session, ctx.athlete.id, forbidding)) from error
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        there = recordings.used(session, ctx.athlete.id, forbidding)
        ids = {i for fact in result.facts for i in _activities(fact)} if there else ()
        known = recordings.sources_of(session, ctx.athlete.id, ids) if ids else {}
        thresholds = of_thresholds(session, ctx.athlete.id) if there else []
    beside = any(threshold_kinds(fact.metric) for fact in result.facts)
    facts = []
    for fact in result.facts if there else ():
        sources = fact.sources.union(*(known.get(i, frozenset()) for i in _activities(fact)))
        sources |= _through_thresholds(fact, thresholds, beside)
        facts.append(fact.model_copy(update={"sources": sources or there}))
    if there:
        result = result.model_copy(update={"facts": tuple(facts)})
    named = frozenset(source for fact in result.facts for source in fact.sources) & forbidding
    # What is quoted of the guidelines is nobody's data, when nothing else stands beside it.
    quoted = bool(result.cites) and not any(note.params for note in (*result.says, *result.notes))
    return Traced(result, named if result.facts or quoted else there)


def _through_thresholds(fact: Fact, bases: Collection[Basis], beside: bool) -> set[Source]:
    """Return what a fact rests on through thresholds.

    The registry says of a metric which ones it is computed with. A plain field says nothing: it counts as
    computed with all of them where it stands beside one that is (`beside`).
    """
    plain = fact.metric not in METRICS and fact.metric not in KINDS
    kinds = KINDS if plain and beside else threshold_kinds(fact.metric)
    told = fact.sources == {Source.journal} and not fact.activities  # the athlete's own words and numbers
    if not kinds or told:
        return set()
    subject = fact.subject
    # What is told of a day may look back on all days before it.
    first = subject.start if subject.kind in ("activity", "period") else None
    return through_thresholds(bases, kinds, first, subject.end)


def _activities(fact: Fact) -> set[int]:
    named = fact.subject.activity_id
    return {*fact.activities, named} if named is not None else set(fact.activities)
