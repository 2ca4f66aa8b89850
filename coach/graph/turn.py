"""One turn: who speaks, what may be used, and what has been used so far. It lives only while the run does."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from coach.config import Settings
from coach.domain.fact import Fact
from coach.domain.redflags import RedFlag
from coach.domain.source import Permission, Source
from coach.graph.first_words import FirstSaid
from coach.graph.ledger import Ledger
from coach.graph.proof import Proof, ProofStream
from coach.graph.spending import Bill
from coach.graph.state import WITHHELD, Message, State
from coach.graph.voice import Emit, Voice
from coach.text import Lang, say
from coach.tools.spec import ToolContext

log = logging.getLogger(__name__)


@dataclass
class Turn:
    """The runtime context of the graph's nodes."""

    ctx: ToolContext
    run_id: str
    emit: Emit
    limits: Settings
    permissions: Mapping[Source, Permission]  # of this installation, as it is at the beginning of the turn
    origin_id: str = ""  # the first run of a retried message: its writes are not repeated
    kind: Literal["message", "greeting"] = "message"
    attachments: tuple[int, ...] = ()
    # Questions that stood before the athlete when they wrote; None: those that they have seen here.
    stood: frozenset[int] | None = None
    first: tuple[FirstSaid, ...] = ()  # what the coach said first in this thread lately
    external: bool = False  # may an external model be asked: configured, agreed to, none failed yet
    ask_consent: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0  # tool calls so far
    faults: int = 0  # rounds in which the model asked for nothing that exists
    deadline: float = 0.0  # on the loop's clock
    ledger: Ledger = field(default_factory=Ledger)
    answer: dict[str, Any] = field(default_factory=dict)  # what the stored message keeps
    cards: list[dict[str, Any]] = field(default_factory=list)
    question: dict[str, Any] | None = None
    flag: RedFlag | None = None
    withheld: bool = False  # a tool told what no outside model may read
    told_outside: list[str] = field(default_factory=list)  # what it may read instead
    rests_on: set[Source] = field(default_factory=set)  # sources of what was told that forbid anything
    reading_only: bool = False  # who speaks now failed the safety part of the exam: no tool that writes
    limited_told: bool = False  # that is said once in a thread
    proposal_waits: bool = False  # a plan or the like waits for the athlete's decision
    told_bare: list[str] = field(default_factory=list)  # what code told, without words from such sources
    # What is known of the athlete beyond this thread, a line each: the prompt's last part.
    background: list[str] = field(default_factory=list)
    style: list[str] = field(default_factory=list)  # how the athlete wants to be talked to, worded by code
    # The same as far as the offline coach can: "length", "name".
    manner: dict[str, str] = field(default_factory=dict)
    forgot: list[str] = field(default_factory=list)  # for good: earlier words of this thread go with it
    bill: Bill = field(default_factory=Bill)  # calls of models that are not settled yet
    _voice: Voice | None = None
    _writes: set[asyncio.Task[None]] = field(default_factory=set)
    _repeats: Counter[str] = field(default_factory=Counter)

    def open(self, state: State) -> None:
        """Take up the thread's facts and start the clock."""
        self.ledger = Ledger(state.get("facts"), state.get("next_fact", 1))
        self.limited_told = bool(state.get("limited_told"))
        self.deadline = asyncio.get_running_loop().time() + self.limits.max_turn_s
        athlete = self.ctx.athlete
        proof = Proof(self.ledger, self.ctx.lang, athlete.units, self.ctx.today, self.ctx.message)
        self._voice = Voice(proof, self.emit)

    @property
    def is_open(self) -> bool:
        return self._voice is not None

    @property
    def voice(self) -> Voice:
        assert self._voice is not None, "the turn is not open"
        return self._voice

    @property
    def seconds_left(self) -> float:
        return self.deadline - asyncio.get_running_loop().time()

    def extend(self, seconds: float) -> None:
        """Leave at least this much time: an outside model may have used up the rest."""
        self.deadline = max(self.deadline, asyncio.get_running_loop().time() + seconds)

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something written while the turn goes on; what fails is logged."""
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    async def written(self) -> None:
        """Wait until everything that was to be written later is written."""
        while self._writes:
            await asyncio.wait(set(self._writes))

    def hide(self, instead: list[str]) -> None:
        """Note that what code says this turn may hold restricted words; `instead` holds none of them."""
        self.withheld = True
        self.told_outside += instead

    def told(self, bare: list[str], rests_on: Collection[Source] = ()) -> None:
        """Note what a tool told: its sentences without words of sources that forbid anything, and those."""
        self.rests_on.update(rests_on)
        self.told_bare += bare

    def once_gone(self) -> dict[str, Any] | None:
        """Return the closed message as it stays when what may be kept for a time only has gone.

        None when it holds nothing of the kind. `sources` are those whose time counts. Where a model read what
        they gave, its words may hold any of it, and none of them stays.
        """
        brief = {source for source, permission in self.permissions.items() if permission.keep_for}
        return self._without(brief, "permissions.gone", "permissions.gone_whole")

    def passed_on(self) -> dict[str, Any] | None:
        """Return the closed message as it may go through a messenger; None when all of it may."""
        here = {source for source, permission in self.permissions.items() if not permission.to_messenger}
        return self._without(here, "permissions.stays", "permissions.stays_whole")

    def _without(self, left_out: Collection[Source], mark: str, whole: str) -> dict[str, Any] | None:
        """Return the message without what rests on some sources; text keys name what stands instead."""
        said = [ref for ref in self.answer.get("facts", {}) if self.ledger.get(ref)]
        sources = self.rests_on.union(*(self._fact(ref).sources for ref in said)).intersection(left_out)
        if not sources:
            return None
        read = self.voice.heard and any(self.permissions[source].to_model for source in sources)
        left = (
            {}
            if read
            else self.voice.without(
                lambda fact: not fact.sources.isdisjoint(left_out), self.text(mark), self.told_bare
            )
        )
        if not left.get("text"):
            left = self.voice.plain(self.text(whole))
        return {"sources": sorted(sources), **left}

    def _fact(self, ref: str) -> Fact:
        fact = self.ledger.get(ref)
        assert fact is not None, "asked for a reference that is there"
        return fact

    def spoken(self) -> list[Message]:
        """Return the closed message for the thread, with `outside` where code put restricted words in."""
        raw = self.answer["raw"]
        if not raw:
            return []
        said: Message = {"role": "assistant", "text": raw}
        if self.withheld:
            said["outside"] = "\n".join([*self.voice.heard, *dict.fromkeys(self.told_outside)]) or WITHHELD
        return [said]

    def speak(self, lang: Lang) -> None:
        """Go on in another language."""
        self.ctx = replace(self.ctx, lang=lang)
        self.voice.proof.lang = lang

    def text(self, key: str, **params: Any) -> str:
        """Return a sentence of the catalogue in the language of this turn."""
        return say(self.ctx.lang, key, **params)

    def read_aloud(self, sentence: str) -> str:
        """Return a sentence of code with its references rendered."""
        stream = ProofStream(self.voice.proof, trusted=True)
        stream.feed(sentence)
        return "".join(piece.text for piece in stream.proven())

    def custom(self, name: str, value: dict[str, Any]) -> None:
        """Emit one of our own events."""
        self.emit("CUSTOM", {"name": name, "value": value})

    def ask(self, text: str, choices: list[dict[str, str]]) -> None:
        """Show a question with quick answers; the words of it are part of the message."""
        self.question = {"text": text, "choices": choices}
        self.custom("question", self.question)

    def call_key(self, name: str, args: str) -> str:
        """Return the idempotency key of a write: the nth time this call is made for this message.

        The run's id alone would not do, because a retry is a run of its own.
        """
        call = f"{name}:{args}"
        self._repeats[call] += 1
        return f"{self.origin_id or self.run_id}:{name}:{args}:{self._repeats[call]}"


async def _logged(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except Exception:
        log.exception("something of a turn was not written")
