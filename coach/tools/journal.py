"""The daily record: what the athlete says about a day or a run, noted and asked back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field

from coach.domain.body import Side
from coach.domain.daily import DAILY_UNITS, DailyValue, Entry, EntryKind
from coach.domain.journal import extract
from coach.domain.source import Source
from coach.errors import BadInput
from coach.pipeline import editing, holding
from coach.store import activities, daily
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.formats import duration, number
from coach.tools.facts import Facts, activity_name, day_name, of_activity, of_day, of_period, opening
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool
from coach.tools.which import listed

FIVES: tuple[EntryKind, ...] = ("mood", "sleep_quality")
OF_A_RUN: tuple[EntryKind, ...] = ("rpe", "pain", "soreness")
SHOWN = 40


class NoteArgs(Args):
    text: str = Field(max_length=2000, description="the athlete's own words")
    day: Day | None = Field(None, description="today when left out")
    activity_id: int | None = Field(None, description="the run it is about, when it is about one")


class ShowEntriesArgs(Args):
    start: Day | None = Field(None, description="first day; the last weeks when left out")
    end: Day | None = Field(None, description="last day, included")
    kind: EntryKind | None = Field(None, description="only this kind of entry; rpe is how hard a run felt")
    place: str = Field("", max_length=40, description="body part, such as knee, calf or achilles")
    side: Side = Field("", description="side of the body part; left and right include both")


def describe(ctx: ToolContext, entry: Entry | DailyValue) -> str:
    """Return an entry in the language of the conversation."""
    return entry_words(entry, ctx.lang)


def entry_words(entry: Entry | DailyValue, lang: Lang) -> str:
    """Return an entry as a person would say it: what, where, how much."""
    if isinstance(entry, DailyValue):
        slept = duration(entry.value, lang, "words")
        return f"{say(lang, 'tools.label_sleep_s')} {slept}"
    kind = say(lang, f"body.kind_{entry.kind}")
    if entry.where:
        part = say(lang, f"body.{entry.where}")
        part = say(lang, f"body.side_{entry.side}", part=part) if entry.side else part
        kind = f"{part} {kind}"
    if entry.value is None:
        return say(lang, "tools.journal_plain", kind=kind)
    key = "tools.journal_scale5" if entry.kind in FIVES else "tools.journal_scale"
    return say(lang, key, kind=kind, value=number(entry.value, 1))


def _add(ctx: ToolContext, facts: Facts, entry: Entry, row: Row | None) -> None:
    """Add the score of an entry as a fact, when it has one."""
    if entry.value is None:
        return
    facts.add(
        f"entry.{entry.id}",
        entry.kind,
        entry.value,
        "score",
        of_activity(ctx, row) if row else of_day(ctx, entry.day),
        label=describe(ctx, entry),
        rows=[row] if row else (),
        sources=[Source.journal],
        days=(entry.day,),
    )


@tool(effect="draft")
def journal_add(ctx: ToolContext, args: NoteArgs) -> Result:
    """Note how a day or a run felt: effort, pain and where, sleep, mood, illness, or plain words."""
    text = args.text.strip()
    if not text:
        raise BadInput("nothing_to_note")
    day = args.day or ctx.today
    if day > ctx.today:
        raise BadInput("day_ahead", day=day_name(ctx, day))
    said = extract(text, ctx.lang)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = _run_meant(ctx, session, args.activity_id, day, [s.kind for s in said])
        told = [
            s.on(row.local_date if row else day, row.id if row and s.kind in OF_A_RUN else None) for s in said
        ]
        values = [t for t in told if isinstance(t, DailyValue)]
        entries = [t for t in told if isinstance(t, Entry)] or (
            [] if values else [Entry("note", day, text=text, activity_id=row.id if row else None)]
        )
        kept, edit_id = editing.note(session, ctx.athlete, entries, values, call_key=ctx.call_key)
        holding.read_entries(session, ctx.athlete.id, kept, ctx.now)
    facts = Facts(ctx)
    for entry in kept:
        _add(ctx, facts, entry, row if entry.activity_id else None)
    for value in values:
        label = say(ctx.lang, f"tools.label_{value.name}")
        facts.add(
            f"day.{value.name}",
            value.name,
            value.value,
            DAILY_UNITS[value.name],
            of_day(ctx, value.day),
            label=label,
            sources=[Source.journal],
            days=(value.day,),
        )
    what = ", ".join([*(describe(ctx, e) for e in kept), *(describe(ctx, v) for v in values)])
    says = [Note(key="tools.journal_noted", params={"what": what})]
    if row is not None and any(entry.activity_id for entry in kept):
        says.append(Note(key="tools.journal_linked", params={"what": activity_name(ctx, row)}))
    return Result(facts=facts.all(), says=tuple(says), notes=(Note(key="tools.can_undo"),), undo_id=edit_id)


def _run_meant(
    ctx: ToolContext, session: Session, activity_id: int | None, day: date, kinds: Sequence[str]
) -> Row | None:
    """Return the activity an entry is about: the one named, else the only one of its day, or None."""
    if activity_id is not None:
        return listed(session, ctx.athlete.id, activity_id)
    if not any(kind in OF_A_RUN for kind in kinds):
        return None
    rows = activities.find(session, ctx.athlete.id, start=day, end=day, limit=2)
    return rows[0] if len(rows) == 1 else None


@tool(effect="read")
def journal_show(ctx: ToolContext, args: ShowEntriesArgs) -> Result:
    """What the athlete noted in a span of days, by kind or body part, with the run each entry belongs to."""
    end = args.end or ctx.today
    start = args.start or end - timedelta(days=182 if args.kind or args.place else 30)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        entries = daily.list_entries(
            session, ctx.athlete.id, start=start, end=end, kinds=[args.kind] if args.kind else None
        )
        entries = [
            e
            for e in entries
            if (not args.place or e.where == args.place) and (not args.side or e.side in (args.side, "both"))
        ]
        rows = {
            e.activity_id: activities.get(session, ctx.athlete.id, e.activity_id)
            for e in entries
            if e.activity_id is not None
        }
    if not entries:
        return Result(says=(Note(key="tools.journal_none"),), notes=(Note(key="tools.journal_how"),))
    facts, lines = Facts(ctx), []
    for entry in reversed(entries[-SHOWN:]):
        row = rows.get(entry.activity_id) if entry.activity_id is not None else None
        _add(ctx, facts, entry, row)
        lines.append(
            (
                day_name(ctx, entry.day),
                opening(ctx, describe(ctx, entry)),
                activity_name(ctx, row) if row else "",
                entry.text,
            )
        )
    columns = tuple(say(ctx.lang, f"tools.column_{c}") for c in ("day", "kind", "what", "note"))
    card = Card(kind="table", title=say(ctx.lang, "tools.journal_title"), columns=columns, rows=tuple(lines))
    days = [entry.day for entry in entries]
    count = facts.add(
        "journal.count",
        "entries",
        len(entries),
        "count",
        of_period(ctx, min(days), max(days)),
        label=say(ctx.lang, "tools.journal_title"),
        sources=[Source.journal],
    )
    says = Note(key="tools.journal_some", params={"n": len(entries)}, facts={"count": count})
    notes = (Note(key="tools.journal_latest"),) if len(entries) > SHOWN else ()
    return Result(facts=facts.all(), says=(says,), notes=notes, cards=(card,))
