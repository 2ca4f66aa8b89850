"""Whether one thing goes with another in this athlete: sleep and pace, load and HRV …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.metrics.correlation import (
    CAUSE_NAMES,
    MEASURES,
    SAID,
    Cause,
    Link,
    Outcome,
)
from coach.domain.metrics.correlation import correlate as link_between
from coach.domain.metrics.history import History
from coach.domain.source import Source
from coach.store import activities
from coach.store.activities import Row
from coach.store.history import history_of
from coach.text import say
from coach.text.formats import M_PER_MILE
from coach.tools.facts import Facts, of_period, opening, period_name
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

SPAN = timedelta(days=364)
LOAD_BEFORE = timedelta(days=60)
UNITS = {
    "efficiency": "s_per_km_apart",
    "decoupling": "pct",
    "rhr": "bpm_apart",
    "hrv": "ms_apart",
    "rpe": "points",
    "pain": "points",
    "mood": "points",
    "fatigue": "points",
}


class CorrelateArgs(Args):
    a: Cause = Field(description="what goes before; short_sleep: under 6 h; distance: weekly")
    b: Outcome = Field(
        description="what follows; efficiency: pace at the same heart rate; decoupling: its fading"
    )
    lag_days: int | None = Field(
        None,
        ge=0,
        le=14,
        description="days `a` lies before `b`; usual ones if left out",
    )
    start: Day | None = Field(None, description="first day; a year back if left out")
    end: Day | None = Field(None, description="last day; else today")


@tool(effect="read")
def correlate(ctx: ToolContext, args: CorrelateArgs) -> Result:
    """Whether `a` goes with `b`, such as sleep with pace at the same heart rate.

    Sample, lag, effect in plain units and a 95 % interval; it shows no cause.
    """
    if args.a == args.b and args.lag_days == 0:
        return Result(says=(Note(key="change.link_itself"),))
    end = min(args.end or ctx.today, ctx.today)
    start = min(args.start or end - SPAN, end)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        past = history_of(
            session,
            ctx.athlete.id,
            end,
            load=args.a == "load",
            measures=MEASURES,
            daily_names=[name for names in CAUSE_NAMES.values() for name in names],
            entry_kinds=SAID if args.b in SAID else (),
            since=start - LOAD_BEFORE,
        )
        rows = activities.find(session, ctx.athlete.id, start=start - LOAD_BEFORE, end=end, limit=None)
    if past is None:
        return Result(says=(Note(key="change.no_data"),), notes=(Note(key="tools.no_data_yet"),))
    found = link_between(past, args.a, args.b, start, end, args.lag_days)
    facts = Facts(ctx)
    if not isinstance(found, Link):
        label = say(ctx.lang, "change.label_correlation")
        why = facts.add(
            "link.r",
            "correlation",
            None,
            "ratio",
            of_period(ctx, start, end),
            label=label,
            because=found.because,
            because_params=found.params,
        )
        unknown = Note(key="change.link_unknown", params=_names(ctx, args.a, args.b), facts={"why": why})
        return Result(facts=facts.all(), says=(unknown,), notes=(Note(key="change.link_unknown_how"),))
    _add(ctx, facts, found, _basis(past, rows, found))
    notes = [Note(key="change.link_no_cause"), Note(key="change.link_around")]
    if found.tried > 1:
        notes.append(Note(key="change.link_lags"))
    if args.b == "efficiency" and args.a != "temperature" and not found.temperature_matched:
        notes.append(Note(key="change.link_temperature"))
    params: dict[str, Any] = {"a": args.a, "b": args.b, "start": start.isoformat(), "end": end.isoformat()}
    if args.lag_days is not None:
        params["lag_days"] = args.lag_days
    title = opening(ctx, say(ctx.lang, "change.link_title", **_names(ctx, args.a, args.b)))
    return Result(
        facts=facts.all(),
        says=(_effect(ctx, found), _pairs(ctx, found)),
        notes=tuple(notes),
        cards=(Card(kind="chart", chart="correlation", title=title, params=params),),
    )


def _names(ctx: ToolContext, a: Cause, b: Outcome) -> dict[str, str]:
    return {"cause": say(ctx.lang, f"change.cause_{a}"), "outcome": say(ctx.lang, f"change.outcome_{b}")}


def _basis(past: History, rows: Sequence[Row], link: Link) -> dict[str, Any]:
    """Return what the facts rest on: the runs that were paired, measured days, and for load all training."""
    first, last = link.pairs[0][0] - LOAD_BEFORE, link.pairs[-1][0]
    paired = set(link.activity_ids)
    used = [
        row
        for row in rows
        if row.id in paired
        or (link.a == "load" and first <= row.local_date <= last)
        or (
            link.a in ("temperature", "distance")
            and row.sport is Sport.run
            and first <= row.local_date <= last
        )
    ]
    sources: set[Source] = {Source.journal} if link.b in SAID else set()
    for name in link.names:
        sources |= past.daily_sources.get(name, frozenset())
    return {"rows": used, "sources": sources, "days": tuple(day for day, _, _ in link.pairs)}


def _add(ctx: ToolContext, facts: Facts, link: Link, basis: Mapping[str, Any]) -> None:
    """Add the effect with its interval, without signs (the words say which way), the pairs and r."""
    subject = of_period(ctx, link.pairs[0][0], link.pairs[-1][0])
    names = _names(ctx, link.a, link.b)
    unit, size = UNITS[link.b], 1.0
    if link.b == "efficiency" and ctx.athlete.units == "imperial":
        unit, size = "s_per_mile_apart", M_PER_MILE / 1000
    label = say(ctx.lang, "change.label_effect", outcome=names["outcome"])
    ends = sorted((abs(link.low), abs(link.high)))
    sides = (
        {"near": ends[0], "far": ends[1]}
        if link.clear
        else {"down": max(0.0, -link.low), "up": max(0.0, link.high)}
    )
    for name, value in {"effect": abs(link.effect), **sides}.items():
        facts.add(f"link.{name}", "effect", size * value, unit, subject, label=label, **basis)
    r_label, n_label = say(ctx.lang, "change.label_correlation"), say(ctx.lang, "change.label_pairs")
    facts.add("link.r", "correlation", link.r, "ratio", subject, label=r_label, **basis)
    facts.add("link.pairs", "pairs", link.n, "count", subject, label=n_label, **basis)


def _effect(ctx: ToolContext, link: Link) -> Note:
    """Say what one more of the cause comes with, or between what it could lie."""
    more = f"change.more_{link.a}" + ("_week" if link.lag.window > 1 else "")
    params = {"more": say(ctx.lang, more), "outcome": say(ctx.lang, f"change.told_{link.b}")}
    ways = {side: say(ctx.lang, f"change.way_{link.b}_{side}") for side in ("down", "up")}
    if link.clear:
        way = ways["up" if link.effect > 0 else "down"]
        facts = {name: f"link.{name}" for name in ("effect", "near", "far")}
        return Note(key="change.link_yes", params={**params, "way": way}, facts=facts)
    words = {"down_way": ways["down"], "up_way": ways["up"]}
    return Note(
        key="change.link_no", params={**params, **words}, facts={"down": "link.down", "up": "link.up"}
    )


def _pairs(ctx: ToolContext, link: Link) -> Note:
    """Say what the answer rests on: how many pairs, when, and at which lag."""
    params: dict[str, Any] = {
        "cause": say(ctx.lang, f"change.cause_{link.a}"),
        "period": period_name(ctx, link.pairs[0][0], link.pairs[-1][0]),
    }
    facts = {"pairs": "link.pairs", "r": "link.r"}
    if link.lag.window > 1:
        return Note(key="change.link_basis_week", params=params, facts=facts)
    if link.lag.days == 0 and link.a in ("sleep", "short_sleep"):
        del params["cause"]
        return Note(key="change.link_basis_night", params=params, facts=facts)
    if link.lag.days == 0:
        return Note(key="change.link_basis_same", params=params, facts=facts)
    return Note(key="change.link_basis", params={**params, "n": link.lag.days}, facts=facts)
