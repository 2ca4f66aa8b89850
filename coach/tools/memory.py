"""What the coach knows of the athlete: keep it, show it, forget it."""

from __future__ import annotations

import re

from pydantic import Field

from coach.domain.memory import Kind, Memory, plain_statement
from coach.domain.memory.own_words import sentences
from coach.domain.memory.statement import State
from coach.domain.plan.model import Constraints, Health
from coach.domain.source import Source
from coach.errors import BadInput, NotAllowed
from coach.pipeline import remembering
from coach.pipeline.remembering import Said
from coach.store import memories, planning_profiles
from coach.store import races as race_rows
from coach.store.session import Session
from coach.text import has, say
from coach.text import plans as plan_words
from coach.text.formats import weekday_name
from coach.tools.facts import Facts, day_name, of_athlete, opening
from coach.tools.spec import Args, Card, Choice, Note, Question, Result, ToolContext, tool

SHOWN = 40
MOST_CHOICES = 6
ALL = "all"
NONE = "none"
_EVERYTHING = re.compile(
    r"^\W*(?:나에\s?대해\s?|나에\s?대한\s?(?:거|것|기억)?\s?|기억(?:하는|한)?\s?(?:거|것)?\s?)?"
    r"(?:전부|모두|모든|다|싹\s?다|싹)\W*"
    r"(?:것|거|기억)?\W*$|^\W*(?:everything|all)\b|\bforget (?:everything|all)\b"
    r"|(?:다|전부|모두|싹)\s?(?:잊|지워|삭제)",
    re.IGNORECASE,
)
_FORGETS = re.compile(
    r"잊어|잊으|잊고|까먹|지워|지우|삭제|없애|기억하지\s?마|\bforget\b|\bdelete\b|\berase\b|\bremove\b"
    r"|\b(?:don't|do not|stop) remember",
    re.IGNORECASE,
)
_OF_MEMORY = re.compile(
    r"기억|잊|까먹|아는 ?(?:거|것|걸)|나에 ?대|\bforget|\bremember|\bmemor|\bknow\b|\babout me\b",
    re.IGNORECASE,
)


class RememberArgs(Args):
    text: str = Field(max_length=2000, description="their own sentence of this message, verbatim")


class ShowArgs(Args):
    kind: Kind | None = Field(None, description="only this kind")


class ForgetArgs(Args):
    what: str = Field("", max_length=200, description="words of it; 'all' for everything")
    which: str = Field("", max_length=20, description="leave empty: the athlete's choice")


@tool(effect="draft")
def remember(ctx: ToolContext, args: RememberArgs) -> Result:
    """Keep for later what the athlete said of themselves in this message; their own words only."""
    if not any(c.isalnum() for c in args.text):
        raise BadInput("nothing_to_remember")
    if ctx.message or ctx.thread_id is not None:
        statement = remembering.supported(args.text, ctx.message, ctx.today)
    else:  # on the command line there is nothing but the text
        statement = plain_statement(args.text, ctx.today)
    if statement is None:
        raise NotAllowed("memory_not_said")
    run = ctx.call_key.partition(":")[0]
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        said = Said(ctx.today, ctx.thread_id, ctx.message or args.text, run)
        kept = remembering.keep(session, ctx.athlete.id, statement, said)
    if kept.memory is None:
        return Result(says=(Note(key="memory.no_match", general=True),))
    if kept.outcome == "asked":
        # The question which of the two holds follows, put by code.
        return Result(says=(Note(key="memory.two_said", general=True),), undo_id=kept.edit_id)
    key = {"known": "kept_was", "ended": "ended"}.get(kept.outcome, "kept")
    note = Note(key=f"memory.{key}", params={"what": kept.memory.text})
    return Result(says=(note,), undo_id=None if kept.outcome == "known" else kept.edit_id)


@tool(effect="read")
def memory_show(ctx: ToolContext, args: ShowArgs) -> Result:
    """What the coach remembers of the athlete, since when and where it was said."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        every = memories.find(session, kind=args.kind)
        found = [m for m in every if m.holds(ctx.today) or m.state == "asked"]
        planned = [] if args.kind not in (None, "goal", "schedule", "injury") else plan_lines(ctx, session)
    rows = [_row(ctx, memory) for memory in found[:SHOWN]]
    rows += [
        (opening(ctx, words), say(ctx.lang, f"memory.kind_{kind}"), "", say(ctx.lang, "memory.from_plan"))
        for kind, words in planned
        if args.kind in (None, kind)
    ]
    link = Card(kind="link", title=say(ctx.lang, "memory.open"), href="/memory")
    if not rows:
        return Result(says=(Note(key="memory.nothing", general=True),), cards=(link,))
    facts = Facts(ctx)
    count = facts.add(
        "memories", "memories", len(rows), "count", of_athlete(ctx),
        label=say(ctx.lang, "memory.label_count"), sources=[Source.journal],
    )  # fmt: skip
    columns = tuple(say(ctx.lang, f"memory.column_{name}") for name in ("what", "kind", "since", "from"))
    table = Card(kind="table", title=say(ctx.lang, "memory.title"), columns=columns, rows=tuple(rows))
    return Result(
        facts=facts.all(), says=(Note(key="memory.known", facts={"n": count}),), cards=(table, link)
    )


def _row(ctx: ToolContext, memory: Memory) -> tuple[str, str, str, str]:
    since = day_name(ctx, memory.said_on)
    if memory.state == "asked":
        since = f"{since}, {say(ctx.lang, 'memory.unsure')}"
    elif memory.valid_until is not None:
        since = f"{since}, {say(ctx.lang, 'memory.until', day=day_name(ctx, memory.valid_until))}"
    where = say(ctx.lang, f"memory.from_{memory.origin}")
    return memory.text, say(ctx.lang, f"memory.kind_{memory.kind}"), since, where


def plan_lines(ctx: ToolContext, session: Session) -> list[tuple[Kind, str]]:
    """Return what plans hold of the athlete: it is read from there, never copied into memory."""
    lang, units = ctx.lang, ctx.athlete.units
    lines: list[tuple[Kind, str]] = []
    if goal := planning_profiles.goal(session):
        title = plan_words.goal_title(goal, lang, units)
        lines.append(("goal", say(lang, "memory.plan_goal", what=title)))
    for race in race_rows.find(session, start=ctx.today):
        if goal and goal.race and goal.race.id == race.id:
            continue
        title, day = plan_words.race_title(race, lang, units), day_name(ctx, race.day)
        lines.append(("goal", say(lang, "memory.plan_race", what=title, day=day)))
    lines += [("schedule", words) for words in _limits(ctx, planning_profiles.constraints(session))]
    lines += [("injury", words) for words in _health(ctx, planning_profiles.health(session))]
    return lines


def _limits(ctx: ToolContext, known: Constraints) -> list[str]:
    lines = []
    if 0 in known.max_s:
        days = [weekday_name(at, ctx.lang) for at, most in enumerate(known.max_s) if most != 0]
        lines.append(say(ctx.lang, "memory.plan_days", days=", ".join(days)))
    if known.runs_per_week:
        lines.append(say(ctx.lang, "memory.plan_runs", n=known.runs_per_week))
    return lines


def _health(ctx: ToolContext, known: Health) -> list[str]:
    lines = []
    if known.injury is not None:
        part = _part(ctx, known.injury.part, known.injury.side)
        lines.append(say(ctx.lang, "memory.plan_injury", part=part))
    if known.ill_since is not None:
        lines.append(say(ctx.lang, "memory.plan_ill", day=day_name(ctx, known.ill_since)))
    if known.pregnant:
        lines.append(say(ctx.lang, "memory.plan_pregnant"))
    if known.postpartum_since is not None:
        lines.append(say(ctx.lang, "memory.plan_postpartum", day=day_name(ctx, known.postpartum_since)))
    lines += [say(ctx.lang, "memory.plan_condition", what=what) for what in known.needs_clearance]
    return lines


def _part(ctx: ToolContext, part: str, side: str) -> str:
    name = say(ctx.lang, f"body.{part}") if has(ctx.lang, f"body.{part}") else part
    return say(ctx.lang, f"body.side_{side}", part=name) if side else name


@tool(effect="draft")
def memory_forget(ctx: ToolContext, args: ForgetArgs) -> Result:
    """Forget what is remembered, for good, when the athlete asks for it in this message."""
    chosen = args.which if args.which and args.which == ctx.answer else ""
    if args.which and not chosen:
        raise NotAllowed("memory_not_asked")
    own = " ".join(sentence.text for sentence in sentences(ctx.message))
    if not chosen and ctx.thread_id is not None:
        # "Delete my last run" asks for no memory to go, whatever a model makes of it.
        meant = _OF_MEMORY.search(own) or remembering.shared_words(own, args.what) > 0
        if not (_FORGETS.search(own) and meant):
            raise NotAllowed("memory_not_asked")
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = memories.find(session)
        if chosen == NONE:
            return Result(says=(Note(key="memory.left", general=True),))
        if chosen == ALL:
            return _forgot(ctx, session, [memory.id for memory in memories.find(session, states=_ANY)])
        if chosen:
            return _forgot(ctx, session, [int(chosen)])
        if not known:
            return Result(says=(Note(key="memory.nothing", general=True),))
        if args.what.strip().lower() == ALL or _EVERYTHING.search(args.what):
            return _sure(ctx, len(known))
        found = remembering.matching(args.what, known) if args.what.strip() else _just_said(ctx, known)
        if not found:
            return Result(says=(Note(key="memory.no_match", general=True),))
        if len(found) == 1:
            return _forgot(ctx, session, [found[0].id])
    return _ask(ctx, found[:MOST_CHOICES])


_ANY: tuple[State, ...] = ("active", "asked", "replaced")


def _just_said(ctx: ToolContext, known: list[Memory]) -> list[Memory]:
    """Return what was last remembered in this conversation: what "forget that" means."""
    return [memory for memory in known if memory.thread_id == ctx.thread_id][:1]


def _forgot(ctx: ToolContext, session: Session, ids: list[int]) -> Result:
    gone = remembering.forget(session, ids, but_thread=ctx.thread_id)
    stays = (Note(key="memory.messages_stay", general=True),) if ctx.thread_id is not None else ()
    if not gone:
        return Result(says=(Note(key="memory.no_match", general=True),))
    words = tuple(dict.fromkeys(word for memory in gone for word in (memory.text, memory.quote) if word))
    many = Note(key="memory.forgotten_many", params={"n": len(gone)}, general=True)
    one = Note(key="memory.forgotten_one", general=True)
    return Result(says=(one if len(gone) == 1 else many,), notes=stays, forgets=words)


def _sure(ctx: ToolContext, n: int) -> Result:
    choices = (
        Choice(label=say(ctx.lang, "memory.forget_all"), value=ALL),
        Choice(label=say(ctx.lang, "memory.forget_none"), value=NONE),
    )
    return Result(question=Question(key="memory.ask_all", params={"n": n}, field="which", choices=choices))


def _ask(ctx: ToolContext, found: list[Memory]) -> Result:
    choices = [Choice(label=memory.text[:60], value=str(memory.id)) for memory in found]
    choices.append(Choice(label=say(ctx.lang, "memory.forget_none"), value=NONE))
    return Result(question=Question(key="memory.ask_which", field="which", choices=tuple(choices)))
