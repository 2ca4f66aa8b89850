"""The journal: what the athlete says about a day or a run, noted and corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from coach.domain.body import PLACES, Side, body_parts
from coach.domain.daily import DAILY_UNITS, DailyValue, Entry, EntryKind
from coach.domain.literally import numbers_said, sides_said
from coach.domain.source import Source
from coach.domain.utterance import read
from coach.errors import BadInput, NotAllowed, NotFound
from coach.pipeline import correcting, journaling, remembering
from coach.store import daily, journal, threads
from coach.store.activities import Row
from coach.store.journal import JournalNote, ReadBy
from coach.store.session import Session
from coach.text import Lang, say
from coach.text.formats import duration, number
from coach.tools.facts import Facts, activity_name, day_name, of_activity, of_day
from coach.tools.spec import Args, Day, Note, Result, ToolContext, tool

FIVES: tuple[EntryKind, ...] = ("mood", "sleep_quality")
WORDLESS: tuple[EntryKind, ...] = ("illness", "note")  # kinds without a number
WORDS_SHOWN = 60
SAID_BEFORE = 8  # messages of a conversation whose words a note may still take up


class NoteArgs(Args):
    text: str = Field(max_length=journaling.LONGEST, description="the athlete's own words")
    day: Day | None = Field(None, description="else today")
    activity_id: int | None = Field(None, description="the run it is about, if any")


class CorrectArgs(Args):
    day: Day | None = Field(None, description="day of the note; the latest note if left out")
    kind: EntryKind | None = Field(None, description="which entry")
    value: float | None = Field(None, ge=0, le=10, description="the right number")
    place: str = Field("", description="the right body part")
    side: Side = Field("", description="the right side")
    remove: bool = Field(False, description="delete the entry; without kind the whole note")


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


def add_score(ctx: ToolContext, facts: Facts, entry: Entry, row: Row | None) -> None:
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
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if not _is_said(ctx, session, args.text):
            raise NotAllowed("journal_words_not_said")
        written = journaling.write(
            session,
            ctx.athlete,
            args.text,
            ctx.now,
            origin="chat",
            day=args.day,
            activity_id=args.activity_id,
            lang=ctx.lang,
            call_key=ctx.call_key,
        )
    kept, values, row = written.entries, written.values, written.run
    facts = _facts(ctx, kept, row)
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
    how = Note(key="journal.say.unread" if written.is_unread else "journal.say.read_as")
    notes = (how, Note(key="tools.can_undo"))
    return Result(facts=facts.all(), says=tuple(says), notes=notes, undo_id=written.edit_id)


def _is_said(ctx: ToolContext, session: Session, text: str) -> bool:
    """Whether a text is the athlete's: of this message, or of what they said shortly before it.

    A model may shorten it. What it read elsewhere, the name of an activity or a passage, is nobody's journal.
    """
    if ctx.thread_id is None:
        return not ctx.message or remembering.repeats(text, ctx.message)
    before = [m.text for m in threads.messages(session, ctx.thread_id, SAID_BEFORE) if m.role == "user"]
    return remembering.repeats(text, "\n".join([*before, ctx.message]))


def _facts(ctx: ToolContext, entries: Sequence[Entry], row: Row | None) -> Facts:
    facts = Facts(ctx)
    for entry in entries:
        add_score(ctx, facts, entry, row if entry.activity_id else None)
    return facts


@tool(effect="draft")
def journal_correct(ctx: ToolContext, args: CorrectArgs) -> Result:
    """Correct or delete what a journal note was read as; only what the athlete said.

    Also adds what their words say when journal_add read nothing.
    """
    if args.place and args.place not in PLACES:
        raise BadInput("journal_not_said", what=args.place)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        note = _meant(session, args)
        entries = daily.list_entries(session, ctx.athlete.id, note_ids=[note.id])
        if args.remove and args.kind is None and not args.place:
            edit_id = correcting.delete(session, ctx.athlete, note.id, call_key=ctx.call_key)
            return Result(says=(_deleted(ctx, note),), notes=(Note(key="tools.can_undo"),), undo_id=edit_id)
        said = _without(ctx, entries, args) if args.remove else _with(ctx, entries, args)
        read_by = _grounded(ctx, note, entries, args)
        note, kept, edit_id = correcting.correct(
            session, ctx.athlete, note.id, said, ctx.now, read_by=read_by, call_key=ctx.call_key
        )
    facts = _facts(ctx, [e for e in kept if e.activity_id is None], None)
    read_out = [describe(ctx, entry) for entry in kept if entry.kind != "note"]
    corrected = Note(key="journal.say.corrected_words")
    if read_out:
        corrected = Note(key="journal.say.corrected", params={"what": ", ".join(read_out)})
    return Result(facts=facts.all(), says=(corrected,), notes=(Note(key="tools.can_undo"),), undo_id=edit_id)


def _deleted(ctx: ToolContext, note: JournalNote) -> Note:
    params = {"day": day_name(ctx, note.day)}
    if not note.text:
        return Note(key="journal.say.deleted", params=params)
    words = note.text if len(note.text) <= WORDS_SHOWN else note.text[:WORDS_SHOWN] + "…"
    return Note(key="journal.say.deleted_words", params={**params, "words": words})


def _meant(session: Session, args: CorrectArgs) -> JournalNote:
    latest = journal.last_written(session, args.day)
    if latest is None:
        raise NotFound("journal_nothing_written")
    return latest


def _without(ctx: ToolContext, entries: Sequence[Entry], args: CorrectArgs) -> list[Entry]:
    left = [e for e in entries if (args.kind not in (None, e.kind)) or (args.place and e.where != args.place)]
    if len(left) == len(entries):
        raise NotFound("journal_no_such_entry", kind=_kind_name(ctx, args.kind or "pain"))
    return left


def _with(ctx: ToolContext, entries: Sequence[Entry], args: CorrectArgs) -> list[Entry]:
    """Return the entries with the one that is meant changed, or added."""
    if args.kind is None and not (args.place or args.side):
        raise BadInput("journal_nothing_to_correct")
    of_the_body: Sequence[EntryKind] = [e.kind for e in entries if e.kind in ("pain", "soreness")]
    kind: EntryKind = args.kind or (of_the_body[0] if of_the_body else "pain")
    _check_scale(ctx, kind, args.value)
    of_kind = [e for e in entries if e.kind == kind]
    before = next((e for e in of_kind if args.place and e.where == args.place), None)
    before = before or (of_kind[0] if len(of_kind) == 1 else None)
    if before is None and len(of_kind) > 1 and not args.place:
        raise BadInput("journal_nothing_to_correct")
    kept = [e for e in entries if e is not before and (e.kind != "note" or kind == "note")]
    if before is None:
        day = entries[0].day if entries else ctx.today
        return [*kept, Entry(kind, day, args.value, args.place, args.side, ctx.message[:200])]
    changed = replace(
        before,
        value=args.value if args.value is not None else before.value,
        where=args.place or before.where,
        side=args.side or before.side,
    )
    return [*kept, changed]


def _check_scale(ctx: ToolContext, kind: EntryKind, value: float | None) -> None:
    if value is None:
        return
    if kind in WORDLESS:
        raise BadInput("journal_no_value", kind=_kind_name(ctx, kind))
    low, high = (1, 5) if kind in FIVES else (0, 10)
    if not low <= value <= high:
        raise BadInput("journal_off_scale", kind=_kind_name(ctx, kind), low=low, high=high)


def _grounded(ctx: ToolContext, note: JournalNote, entries: Sequence[Entry], args: CorrectArgs) -> ReadBy:
    """Return who reads this out of the note: the athlete, who said it now, or a model out of their words.

    What neither the note nor the message says is refused, and so is a model's second opinion of what the
    rules have read. Outside a conversation the athlete gives the values themselves.
    """
    if ctx.thread_id is None:
        return "athlete"
    now, then = _plain(ctx.message), _plain(note.text)
    ask_again = bool(then) and (then in now or now in then)  # the turn that wrote the note
    said_now = not ask_again and not _missing(ctx, ctx.message, args)
    if said_now or (args.remove and not ask_again):
        return "athlete"
    if missing := _missing(ctx, note.text, args):
        raise BadInput("journal_not_said", what=missing)
    if any(entry.kind != "note" for entry in entries):
        raise BadInput("journal_read_already")
    return "model"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


def _missing(ctx: ToolContext, text: str, args: CorrectArgs) -> str:
    """Return what of the arguments a text does not say, "" when it says all."""
    if args.value is not None and args.value not in numbers_said(text):
        return number(args.value, 1)
    if args.place and args.place not in {part.name for part in body_parts(read(text).plain)}:
        return say(ctx.lang, f"body.{args.place}")
    if args.side and args.side not in sides_said(text):
        return say(ctx.lang, f"journal.page.{args.side}")
    return ""


def _kind_name(ctx: ToolContext, kind: str) -> str:
    return say(ctx.lang, f"body.kind_{kind}")
