"""The tool registry: one declaration becomes the agent's tool, a CLI sub-command and a page of docs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Protocol, Self, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from coach.domain.athlete import Athlete
from coach.domain.fact import Fact, Frozen
from coach.store.session import Database

Effect = Literal["read", "draft", "propose"]


# No recording is older or younger, and sums of days stay within the calendar.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def _within_reason(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)


# A local date of the athlete, as an argument; "since the year 1" means since ever.
Day = Annotated[date, AfterValidator(_within_reason)]

_SPANS = (("start", "end"), ("a_start", "a_end"), ("b_start", "b_end"))


class Args(BaseModel):
    """Base of every tool's arguments. The athlete is never one of them: it comes from the context.

    Both ends of a span are included; one whose ends are swapped is read the way it was meant.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _spans_in_order(self) -> Self:
        for first, last in _SPANS:
            start, end = getattr(self, first, None), getattr(self, last, None)
            if start and end and end < start:
                setattr(self, first, end)
                setattr(self, last, start)
        return self


class NoArgs(Args):
    """For a tool that needs to know nothing but who asks."""


class Note(Frozen):
    """A sentence of the catalogue that code says: what the facts mean, what was done, what to do next.

    `facts` fills placeholders with facts of the same result (placeholder → fact key): in a conversation
    they become references (`{f12}`) that are rendered, proven and opened like any other. `params` fills
    the others. A `general` sentence is chosen whatever the values are: an outside model may read it even
    where those are withheld.
    """

    key: str  # text key
    params: Mapping[str, Any] = {}
    facts: Mapping[str, str] = {}
    general: bool = False


class Choice(Frozen):
    label: str  # what the athlete sees and may answer
    value: str  # what is filled in when chosen


class Question(Frozen):
    """One short question that must be answered before the request can continue.

    `field` is the argument of the same tool that the answer fills; `args` are the others, so the original
    request continues with the answer.
    """

    key: str  # text key
    params: Mapping[str, Any] = {}
    field: str
    choices: tuple[Choice, ...]
    tool: str = ""
    args: Mapping[str, Any] = {}


class Card(Frozen):
    """Something to look at beside the words, built by code: a chart, a table, a route, a page to go to."""

    kind: Literal["chart", "table", "activity", "link", "approval"]
    title: str = ""
    chart: str = ""  # chart id in the chart registry
    params: Mapping[str, Any] = {}
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()  # cells: text, or "{key}" naming a fact of this result
    activity_id: int | None = None
    links: tuple[int | None, ...] = ()  # of a table: the activity each row leads to
    href: str = ""  # of a link: a path of our own; no model reads it
    # What the athlete is to decide, as code rendered it from what is stored: `id`, `sha256`, `expires_at`,
    # lines and warnings. No model reads it.
    approval: Mapping[str, Any] = {}


class Cite(Frozen):
    """A passage of the guidelines that an answer rests on. In a conversation it gets a reference ("g1")."""

    key: str  # unique within a result; placeholders of notes name it as they name facts
    passage_id: int
    guideline: str  # id: the page `/guidelines/<id>`
    lang: Literal["ko", "en"]
    title: str
    text: str
    citation: str
    authority: str = ""  # a DOI, or who stands behind it
    evidence: str = ""
    not_for: str = ""
    checked_on: date | None = None
    ref: str = ""


class Result(Frozen):
    """What a tool answers: facts, what to show, what to say, or what to ask."""

    facts: tuple[Fact, ...] = ()
    cites: tuple[Cite, ...] = ()
    says: tuple[Note, ...] = ()  # the answer in the coach's own words, for when no model words it better
    notes: tuple[Note, ...] = ()  # caveats that belong to the answer whoever words it
    cards: tuple[Card, ...] = ()
    question: Question | None = None
    undo_id: int | None = None  # what `undo` takes to reverse a draft
    forgets: tuple[str, ...] = ()  # words that are not to be read by a model again, nor what was said before


@dataclass(frozen=True)
class ToolContext:
    """Who asks, when, and through what."""

    athlete: Athlete
    db: Database  # `with ctx.db.athlete_session(ctx.athlete.id) as session:` one connection per call
    now: datetime  # aware, UTC
    lang: Literal["ko", "en"]
    call_key: str = ""  # idempotency key of a write: the same key writes once
    channel: str = "web"
    thread_id: int | None = None
    message: str = ""  # the athlete's own words of this turn
    answer: str = ""  # what the athlete just chose when a tool asked; set by code alone

    @property
    def today(self) -> date:
        """The athlete's date, in the athlete's zone."""
        return self.now.astimezone(self.athlete.zone).date()


class ToolFn(Protocol):
    def __call__(self, ctx: ToolContext, args: Any, /) -> Result: ...


@dataclass(frozen=True)
class Tool:
    name: str
    doc: str
    args: type[Args]
    effect: Effect
    fn: ToolFn


TOOLS: dict[str, Tool] = {}


def tool(*, effect: Effect) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register `def name(ctx, args: SomeArgs) -> Result` as a tool. A name only once, a docstring always."""

    def register(fn: Callable[..., Result]) -> Callable[..., Result]:
        name, doc = fn.__name__, inspect.getdoc(fn) or ""
        if name in TOOLS:
            raise ValueError(f"tool {name} is declared twice")
        if not doc:
            raise ValueError(f"tool {name} has no docstring")
        args_type = get_type_hints(fn)["args"]
        if not (isinstance(args_type, type) and issubclass(args_type, Args)):
            raise TypeError(f"tool {name}: `args` must be a subclass of Args")
        TOOLS[name] = Tool(name, doc, args_type, effect, fn)
        return fn

    return register
