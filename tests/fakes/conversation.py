"""A conversation on a real database with small tools and a scripted coach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from coach.domain.fact import Fact, Subject
from coach.domain.source import Source
from coach.errors import NotEnoughData
from coach.graph.events import Event
from coach.graph.run import Conversations
from coach.tools.spec import Args, Card, Choice, Note, Question, Result, Tool, ToolContext

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Saturday noon in Seoul
LAST_WEEK = Subject(
    kind="period", start=date(2026, 11, 9), end=date(2026, 11, 15), label="지난주(11월 9–15일)"
)
SECRET = "비밀표식남산러닝"


def telling(source: str = "표") -> Note:
    """A sentence of the catalogue with a fact in it; which one does not matter here."""
    return Note(key="graph.how_metric", params={"version": 1, "source": source}, facts={"name": "distance"})


WRITTEN = Note(key="onboarding.got")


def distance(
    value: float = 42_300.0, *, key: str = "distance", sources: frozenset[Source] = frozenset()
) -> Fact:
    return Fact(
        key=key,
        metric="distance_m",
        value=value,
        unit="m",
        label="달린 거리",
        subject=LAST_WEEK,
        activities=(1, 2),
        sources=sources or frozenset({Source.file}),
    )


class TotalsArgs(Args):
    sport: str | None = None


class ShowArgs(Args):
    activity_id: int | None = None


class WriteArgs(Args):
    text: str


@dataclass
class Tools:
    """The tools of a test, and what was done with them."""

    written: dict[str, str] = field(default_factory=dict)
    contexts: list[ToolContext] = field(default_factory=list)

    def totals(self, ctx: ToolContext, args: TotalsArgs) -> Result:
        self.contexts.append(ctx)
        key = "graph.how_activities"
        return Result(
            facts=(distance(),),
            says=(telling(),),
            notes=(Note(key=key, params={"n": 2}),),
            cards=(Card(kind="chart", chart="weekly_volume", title="주간 거리", params={"weeks": 4}),),
        )

    def secret(self, ctx: ToolContext, args: TotalsArgs) -> Result:
        fact = distance(31_415.0, sources=frozenset({Source.strava})).model_copy(
            update={"label": SECRET, "subject": LAST_WEEK.model_copy(update={"label": SECRET})}
        )
        return Result(
            facts=(fact,),
            says=(telling(SECRET),),
            cards=(Card(kind="table", title="표", columns=("거리",), rows=(("{distance}",),)),),
        )

    def show(self, ctx: ToolContext, args: ShowArgs) -> Result:
        if args.activity_id is None:
            choices = (Choice(label="아침 10 km", value="11"), Choice(label="저녁 5 km", value="12"))
            return Result(question=Question(key="graph.welcome_ask", field="activity_id", choices=choices))
        fact = distance(10_000.0 if args.activity_id == 11 else 5_000.0)
        return Result(facts=(fact,), says=(telling(),))

    def write(self, ctx: ToolContext, args: WriteArgs) -> Result:
        self.written.setdefault(ctx.call_key, args.text)
        return Result(says=(WRITTEN,), undo_id=7)

    def broken(self, ctx: ToolContext, args: TotalsArgs) -> Result:
        raise RuntimeError("a bug")

    def unknown(self, ctx: ToolContext, args: TotalsArgs) -> Result:
        raise NotEnoughData("empty_message")

    def slow(self, ctx: ToolContext, args: TotalsArgs) -> Result:
        import time

        time.sleep(0.4)
        return Result(says=(WRITTEN,))

    def registry(self) -> dict[str, Tool]:
        args = {"show": ShowArgs, "write": WriteArgs}
        names = ("totals", "secret", "show", "write", "broken", "unknown", "slow")
        return {
            n: Tool(
                n,
                f"What {n} does.",
                args.get(n, TotalsArgs),
                "draft" if n == "write" else "read",
                getattr(self, n),
            )
            for n in names
        }


@dataclass
class Chat:
    """Talk to the coach and collect the events."""

    conversations: Conversations
    athlete_id: int
    thread_id: int | None = None
    run_id: str = ""

    async def say(self, message: str, **options: Any) -> list[Event]:
        started = await self.conversations.start(
            self.athlete_id, message, thread_id=options.pop("thread_id", self.thread_id), **options
        )
        self.thread_id, self.run_id = started.thread_id, started.run_id
        return await self.follow(started.run_id)

    async def greet(self, **options: Any) -> list[Event]:
        started = await self.conversations.greet(self.athlete_id, **options)
        self.thread_id, self.run_id = started.thread_id, started.run_id
        return await self.follow(started.run_id)

    async def follow(self, run_id: str, after: int = 0) -> list[Event]:
        async with asyncio.timeout(20):
            return [e async for e in self.conversations.events(self.athlete_id, run_id, after)]


def streamed(events: list[Event]) -> str:
    """Return what the athlete ends up reading."""
    text = "".join(e.payload["delta"] for e in events if e.type == "TEXT_MESSAGE_CONTENT")
    for value in custom(events, "replace"):
        text = value["text"]
    return text


def custom(events: list[Event], name: str) -> list[dict[str, Any]]:
    return [e.payload["value"] for e in events if e.type == "CUSTOM" and e.payload["name"] == name]


OpenChat = Callable[..., Awaitable[Chat]]
