"""The journal asked back: by day, kind, part of the body, how much, by meaning, and the runs it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field

from coach.domain.activity import Sport
from coach.domain.body import PLACES, Side
from coach.domain.daily import EntryKind
from coach.domain.source import Source
from coach.knowledge.embed import HashEmbedder
from coach.pipeline import recalling
from coach.pipeline.recalling import Remembered
from coach.store import activities
from coach.store.activities import Row
from coach.text import say
from coach.tools.facts import Facts, activity_name, day_name, of_activity, of_period, opening
from coach.tools.journal import add_score, describe
from coach.tools.spec import FIRST_DAY, Args, Card, Day, Note, Result, ToolContext, tool

SHOWN = 40
SPAN, LONG_SPAN = timedelta(days=30), timedelta(days=182)
WORDS_SHOWN = 200  # of one text in a table


class ShowEntriesArgs(Args):
    about: str = Field("", max_length=200, description="words, by meaning")
    start: Day | None = Field(None, description="first day; the last weeks if left out")
    end: Day | None = Field(None, description="last day")
    kind: EntryKind | None = Field(None, description="only this kind; rpe is how hard a run felt")
    place: str = Field("", max_length=40, description="body part, such as knee")
    side: Side = Field("", description="left and right include both")
    least: float | None = Field(None, ge=0, le=10, description="lowest value")
    runs: bool = Field(False, description="list the runs they are about")


@tool(effect="read")
def journal_show(ctx: ToolContext, args: ShowEntriesArgs) -> Result:
    """What the athlete noted, by meaning, kind, body part or days, and the runs it belongs to."""
    found = _found(ctx, args)
    rows = _runs_of(ctx, found)
    if args.runs:
        return _as_runs(ctx, args, found, rows)
    if not found:
        if args.about:
            return Result(says=(Note(key="journal.say.found_none", params={"about": args.about}),))
        return Result(says=(Note(key="tools.journal_none"),), notes=(Note(key="tools.journal_how"),))
    facts, lines, links = Facts(ctx), [], list[int | None]()
    for one in found[:SHOWN]:
        row = rows.get(one.activity_id or 0)
        for entry in one.entries:
            add_score(ctx, facts, entry, row if entry.activity_id else None)
        lines.append(_line(ctx, one, row))
        links.append(row.id if row else None)
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("day", "kind", "what", "note"))
    title = say(ctx.lang, "tools.journal_title")
    card = Card(kind="table", title=title, columns=columns, rows=tuple(lines), links=tuple(links))
    days = [one.day for one in found]
    count = facts.add(
        "journal.count",
        "entries",
        len(found),
        "count",
        of_period(ctx, min(days), max(days)),
        label=title,
        sources=[Source.journal],
    )
    says = [Note(key="tools.journal_some", params={"n": len(found)}, facts={"count": count})]
    if args.about:
        says = [Note(key="journal.say.found", params={"about": args.about}, facts={"count": count})]
    if args.about or args.kind or args.place:
        says.append(Note(key="journal.say.found_last", params={"day": day_name(ctx, max(days))}))
    notes = (Note(key="tools.journal_latest"),) if len(found) > SHOWN else ()
    return Result(facts=facts.all(), says=tuple(says), notes=notes, cards=(card,))


def _found(ctx: ToolContext, args: ShowEntriesArgs) -> list[Remembered]:
    end = args.end or ctx.today
    narrowed = bool(args.kind or args.place or args.least is not None or args.runs)
    start = args.start or (FIRST_DAY if args.about else end - (LONG_SPAN if narrowed else SPAN))
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = recalling.remembered(
            session,
            ctx.athlete.id,
            start=start,
            end=end,
            kind=args.kind,
            place=args.place,
            side=args.side,
            least=args.least,
        )
    if args.runs:  # "not sore" is noted as zero, and is none of the runs on which something hurt
        found = [one for one in found if any(entry.value != 0 for entry in one.entries)]
    if args.about:
        found = recalling.search_in(ctx.db, ctx.athlete.id, args.about, found, HashEmbedder())
    return found


def _runs_of(ctx: ToolContext, found: Sequence[Remembered]) -> dict[int, Row]:
    """Return the activities that these are about, by id, without deleted ones."""
    ids = {one.activity_id for one in found} - {None}
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        rows = [activities.get(session, ctx.athlete.id, n) for n in ids if n is not None]
    return {row.id: row for row in rows if row.deleted_at is None}


def _line(ctx: ToolContext, one: Remembered, row: Row | None) -> tuple[str, ...]:
    said = opening(ctx, ", ".join(describe(ctx, entry) for entry in one.entries))
    return (day_name(ctx, one.day), said, activity_name(ctx, row) if row else "", _shortened(one.text))


def _shortened(text: str) -> str:
    # Braces name facts in a cell; the athlete's own are only words.
    text = " ".join(text.replace("{", "(").replace("}", ")").split())
    return text if len(text) <= WORDS_SHOWN else text[:WORDS_SHOWN] + "…"


def _as_runs(
    ctx: ToolContext, args: ShowEntriesArgs, found: Sequence[Remembered], rows: dict[int, Row]
) -> Result:
    """Return the runs that the notes are about: when, how far, how fast, and what was said."""
    told: dict[int, list[Remembered]] = {}
    for one in found:
        row = rows.get(one.activity_id or 0)
        if row is not None and row.sport is Sport.run:
            told.setdefault(row.id, []).append(one)
    if not told:
        what = args.about or _named(ctx, args)
        return Result(says=(Note(key="journal.say.runs_none", params={"what": what}),))
    facts, lines = Facts(ctx), []
    shown = sorted((rows[n] for n in told), key=lambda row: row.start_at, reverse=True)
    for row in shown[:SHOWN]:
        known = facts.core(f"activity.{row.id}", row, of_activity(ctx, row))
        words = [
            _shortened(one.text) or ", ".join(describe(ctx, e) for e in one.entries) for one in told[row.id]
        ]
        for one in told[row.id]:
            for entry in one.entries:
                add_score(ctx, facts, entry, row)
        cells = (facts.cell(known.get("distance")), facts.cell(known.get("pace")))
        lines.append((day_name(ctx, row.local_date), *cells, " · ".join(dict.fromkeys(words))))
    names = ("tools.column_day", "tools.column_distance", "tools.column_pace", "journal.say.column_said")
    card = Card(
        kind="table",
        title=say(ctx.lang, "journal.say.runs_title"),
        columns=tuple(say(ctx.lang, name) for name in names),
        rows=tuple(lines),
        links=tuple(row.id for row in shown[:SHOWN]),
    )
    notes = [Note(key="tools.journal_latest")] if len(shown) > SHOWN else []
    others = sum(one.activity_id not in told for one in found)
    if others:
        span = of_period(ctx, min(one.day for one in found), max(one.day for one in found))
        label = say(ctx.lang, "journal.say.label_others")
        rest = facts.add(
            "journal.others", "entries", others, "count", span, label=label, sources=[Source.journal]
        )
        notes.insert(0, Note(key="journal.say.runs_without", facts={"others": rest}))
    said = _runs_said(ctx, facts, shown)
    return Result(facts=facts.all(), says=(said,), notes=tuple(notes), cards=(card,))


def _runs_said(ctx: ToolContext, facts: Facts, shown: Sequence[Row]) -> Note:
    subject = of_period(ctx, shown[-1].local_date, shown[0].local_date)
    label = say(ctx.lang, "journal.say.label_runs")
    count = facts.add("journal.runs", "activity_count", len(shown), "count", subject, label=label, rows=shown)
    if any(row.distance_m is None for row in shown):
        return Note(key="journal.say.runs_some", facts={"count": count})
    metres = sum(row.distance_m or 0.0 for row in shown)
    label = say(ctx.lang, "journal.say.label_distance")
    far = facts.add("journal.distance_m", "distance_m", metres, "m", subject, label=label, rows=shown)
    return Note(key="journal.say.runs", facts={"count": count, "distance": far})


def _named(ctx: ToolContext, args: ShowEntriesArgs) -> str:
    if args.place in PLACES:
        part = say(ctx.lang, f"body.{args.place}")
        return say(ctx.lang, f"body.side_{args.side}", part=part) if args.side else part
    return say(ctx.lang, f"body.kind_{args.kind}") if args.kind else say(ctx.lang, "journal.say.what_any")
