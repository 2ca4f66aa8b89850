"""What outside language models may not read, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import Field

from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.pipeline.telling import title
from coach.store import permissions, recordings, rests_on
from coach.store.rests_on import Held
from coach.text import has, say
from coach.tools.facts import Facts, activity_name, of_athlete
from coach.tools.spec import Args, Card, Note, Result, ToolContext, tool
from coach.tools.which import listed


class WithheldArgs(Args):
    activity_id: int | None = Field(None, description="of everything if left out")


@tool(effect="read")
def why_withheld(ctx: ToolContext, args: WithheldArgs) -> Result:
    """Which values outside models may not read, why, since when, what it costs, the ways out."""
    athlete_id, name = ctx.athlete.id, ""
    with ctx.db.athlete_session(athlete_id) as session:
        permitted = permissions.read(session)
        hidden = [source for source in Source if not permitted[source].to_model]
        of: frozenset[Source] = recordings.used(session, athlete_id, hidden)
        if args.activity_id is not None:
            row = listed(session, athlete_id, args.activity_id)
            of, name = row.sources, activity_name(ctx, row)
        held = {source: rests_on.held(session, athlete_id, source) for source in hidden if source in of}
    if name and not held:
        free = {"what": name, "service": _names(ctx, of)}
        return Result(says=(Note(key="permissions.withheld_activity_free", params=free),))
    if not held:
        return Result(says=(Note(key="permissions.nothing_withheld"),))
    facts, says = Facts(ctx), []
    if name:
        about = {"what": name, "service": _names(ctx, held)}
        says.append(Note(key="permissions.withheld_activity", params=about))
    for source, there in held.items():
        says += _of_source(ctx, facts, source, permitted, there, lead=not name)
    says += [Note(key=f"permissions.withheld_{what}", general=True) for what in ("cost", "switch")]
    ways = dict.fromkeys("strava" if source is Source.strava else "other" for source in held)
    says += [Note(key=f"permissions.withheld_archive_{way}", general=True) for way in ways]
    return Result(facts=facts.all(), says=tuple(says), cards=(_table(ctx, facts, held),))


def _of_source(
    ctx: ToolContext,
    facts: Facts,
    source: Source,
    permitted: Mapping[Source, Permission],
    held: Held,
    *,
    lead: bool,
) -> list[Note]:
    """Add what is withheld of a source as facts; return what to say of it."""
    key, subject, now = f"withheld.{source.value}", of_athlete(ctx), permitted[source]

    def add(name: str, value: float | str, unit: str, sources: Iterable[Source]) -> str:
        label = say(ctx.lang, f"permissions.label_{name}")
        return facts.add(f"{key}.{name}", name, value, unit, subject, label=label, sources=sources)

    says = [Note(key="permissions.withheld_lead", params={"service": _name(ctx, source)})] if lead else []
    policy = source is Source.strava and now == DEFAULT_PERMISSIONS[source]
    says.append(Note(key=f"permissions.withheld_why_{'strava' if policy else 'operator'}", general=True))
    if held.activities and held.first_day:
        told = {
            "count": add("withheld_activities", held.activities, "count", [source]),
            "first": add("withheld_since", held.first_day.isoformat(), "date", [source]),
        }
        says.append(Note(key="permissions.withheld_count", facts=told))
    if held.values:
        values = add("withheld_days", held.values, "count", [source])
        says.append(Note(key="permissions.withheld_count_days", facts={"count": values}))
    if now.keep_for is not None:
        # What the operator set is no value of the source.
        days = add("kept_days", now.keep_for.days, "days", [Source.journal])
        says.append(Note(key="permissions.withheld_kept", facts={"days": days}))
    return says


def _table(ctx: ToolContext, facts: Facts, held: Mapping[Source, Held]) -> Card:
    names = ("withheld_activities", "withheld_days", "withheld_since", "kept_days")
    lines = [
        (
            _name(ctx, source),
            *(facts.cell(k if (k := f"withheld.{source.value}.{n}") in facts else None) for n in names),
        )
        for source in held
    ]
    columns = (
        say(ctx.lang, "permissions.column_source"),
        *(say(ctx.lang, f"permissions.label_{n}") for n in names),
    )
    return Card(
        kind="table", title=say(ctx.lang, "permissions.withheld_title"), columns=columns, rows=tuple(lines)
    )


def _names(ctx: ToolContext, sources: Iterable[Source]) -> str:
    return ", ".join(_name(ctx, source) for source in sorted(sources))


def _name(ctx: ToolContext, source: Source) -> str:
    own = f"permissions.source_{source.value}"
    return say(ctx.lang, own) if has(ctx.lang, own) else title(ctx.lang, source.value)
