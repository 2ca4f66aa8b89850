"""A turn of a conversation: how soon the offline coach answers, what the graph costs beside the model, and
what the request and the proof of numbers cost alone."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, time
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

import httpx
from langchain_core.messages import HumanMessage
from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.prebuilt import create_react_agent
from pydantic import SecretStr

from benchmarks.bench_import import run_file
from coach.config import Settings
from coach.domain.fact import Fact, Subject
from coach.graph.declaring import schema
from coach.graph.ledger import Ledger
from coach.graph.model import Endpoint, Models, configured
from coach.graph.model import outside as outside_models
from coach.graph.offline import OfflineChatModel
from coach.graph.outside import FastChatOpenAI
from coach.graph.proof import Proof, ProofStream
from coach.graph.run import Conversations
from coach.pipeline import importing
from coach.store import athletes, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database
from coach.tools.spec import TOOLS
from tests.fakes.openai_server import Behaviour, Body, FakeOpenAI, Say, call

NOW = datetime.combine(date(2026, 10, 4), time(12), UTC)
RUNS = 60  # activities of the athlete
REPEATS = 15
OVERHEAD_MS = 60.0  # the graph's own time of a turn with two tools


@contextmanager
def athlete(recordings: int = RUNS) -> Iterator[tuple[Database, int]]:
    """Give an athlete with recordings on a server of its own."""
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        athlete_id = system.create_athlete(db, tz="Asia/Seoul").id
        with db.athlete_session(athlete_id) as session:
            athletes.set_onboarding(session, athlete_id, {"step": None})
            athletes.set_model_consent(session, athlete_id, NOW)
        with importing.reader_pool(os.cpu_count() or 2) as pool:
            entries = [run_file(n) for n in range(recordings)]
            importing.import_paths(db, athlete_id, entries, pool=pool, now=NOW, channel="bench")
        yield db, athlete_id
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)


@asynccontextmanager
async def conversations(
    db: Database, settings: Settings, factory: Callable[[Settings], Models]
) -> AsyncIterator[Conversations]:
    opened = Conversations(db, settings=settings, clock=lambda: NOW, model_factory=factory)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.aclose()


async def answer(talk: Conversations, athlete_id: int, message: str) -> tuple[float, float, float]:
    """Return milliseconds until the first event, the first word and the end."""
    began = perf_counter()
    first = word = 0.0
    started = await talk.start(athlete_id, message)
    async for event in talk.events(athlete_id, started.run_id):
        took = (perf_counter() - began) * 1000
        first = first or took
        if event.type == "TEXT_MESSAGE_CONTENT":
            word = word or took
    assert word, message
    return first, word, (perf_counter() - began) * 1000


async def offline(db: Database, athlete_id: int) -> Iterator[str]:
    async with conversations(db, Settings(_env_file=None), configured) as talk:
        rows = []
        for message in ("마지막 러닝 어땠어?", "How far did I run last week?"):
            await answer(talk, athlete_id, message)
            times = [await answer(talk, athlete_id, message) for _ in range(REPEATS)]
            first, word, done = (statistics.median(column) for column in zip(*times, strict=True))
            name = f"offline answer ({message})"
            rows.append(f"{name}, first event | {first:.0f} ms | 100 ms (aim) | {100 / first:.1f}×")
            done_name = f"{name}, done (first word after {word:.0f} ms)"
            rows.append(f"{done_name} | {done:.0f} ms | 500 ms (aim) | {500 / done:.1f}×")
        return iter(rows)


async def overhead(db: Database, athlete_id: int) -> Iterator[str]:
    """Two tools and so three model calls a turn, against LangGraph's own agent on the same endpoint."""
    rows = []
    with endpoint(two_tools) as url:
        settings = Settings(_env_file=None, openai_base_url=url, openai_api_key=SecretStr("k"), model="m")

        def factory(given: Settings) -> Models:
            endpoints, close = outside_models(given)
            return Models(Endpoint("offline", OfflineChatModel(), outside=False), endpoints, close)

        async with conversations(db, settings, factory) as talk:
            ours = await _per_turn(lambda: answer(talk, athlete_id, "뭐 할 수 있어?"))
        model = ChatOpenAI(model="m", base_url=url, api_key=SecretStr("k"), stream_usage=True)

        def nothing(**_: object) -> str:
            return "{}"

        tools = [
            StructuredTool(name=t.name, description=t.doc, args_schema=t.args, func=nothing)
            for t in TOOLS.values()
        ]
        agent = create_react_agent(model, tools, checkpointer=InMemorySaver())
        threads = iter(range(10_000))

        async def theirs() -> None:
            config = {"configurable": {"thread_id": str(next(threads))}}
            async for _ in agent.astream(
                {"messages": [("user", "뭐 할 수 있어?")]}, config, stream_mode="messages"
            ):
                pass

        peer = await _per_turn(theirs)
        bare = [schema(tool) for tool in TOOLS.values()]
        async with httpx.AsyncClient() as client:
            alone = (await _per_turn(lambda: requests_alone(client, url, bare)))[0]
    for name, a, b in (("wall", ours[0], peer[0]), ("CPU", ours[1], peer[1])):
        what = f"turn with two tools, {name} (ours stores messages, events, checkpoints; the peer nothing)"
        rows.append(f"{what} | {a:.1f} ms | LangGraph's prebuilt agent {b:.1f} ms | {b / a:.2f}×")
    own = ours[0] - alone
    what = f"graph per turn with two tools, without its three bare requests ({alone:.1f} ms), p50"
    rows.append(f"{what} | {own:.1f} ms | {OVERHEAD_MS:.0f} ms (aim) | {OVERHEAD_MS / own:.2f}×")
    return iter(rows)


def two_tools(body: Body) -> Behaviour:
    """Ask for a tool, for another, then answer."""
    rounds = 0
    for message in reversed(body["messages"]):
        if message["role"] == "user":
            break
        rounds += message["role"] == "tool"
    return Say("네, 좋아요.") if rounds >= 2 else call(("what_can_you_do", "import_status")[rounds])


async def requests_alone(client: httpx.AsyncClient, url: str, tools: list[Body]) -> None:
    """Make a turn's three requests without anything around them: what the model takes."""
    for _ in range(3):
        asked = {"role": "user", "content": "뭐 할 수 있어?"}
        body = {"model": "m", "stream": True, "messages": [asked], "tools": tools}
        await client.post(f"{url}/chat/completions", json=body)


def _serve(script: Callable[[Body], Behaviour], ready: Connection) -> None:
    async def work() -> None:
        async with FakeOpenAI(script) as fake:
            ready.send(fake.url)
            await asyncio.to_thread(ready.recv)

    asyncio.run(work())


@contextmanager
def endpoint(script: Callable[[Body], Behaviour]) -> Iterator[str]:
    """Give the address of an endpoint in a process of its own: its work is not ours."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(script, there))
    server.start()
    try:
        yield here.recv()
    finally:
        here.send("done")
        server.join()


async def _per_turn(turn: Callable[[], object]) -> tuple[float, float]:
    """Return the median milliseconds of a turn: wall and CPU."""
    walls, cpus = [], []
    for i in range(REPEATS + 3):
        wall, cpu = perf_counter(), process_time()
        await turn()  # type: ignore[misc]
        if i >= 3:
            walls.append((perf_counter() - wall) * 1000)
            cpus.append((process_time() - cpu) * 1000)
    return statistics.median(walls), statistics.median(cpus)


async def requests() -> Iterator[str]:
    """What one model call costs this process with 120 messages of history."""
    history = [HumanMessage(f"지난주에 {i} km 뛰었어. 어땠어?") for i in range(120)]
    tools = [schema(tool) for tool in TOOLS.values()]
    cost = {}
    async with FakeOpenAI([Say("네.")]) as fake:
        for kind in (FastChatOpenAI, ChatOpenAI):
            plain = kind(model="m", base_url=fake.url, api_key=SecretStr("k"), stream_usage=True)
            model = plain.bind_tools(tools)

            async def ask(model: object = model) -> None:
                async for _ in model.astream(history):  # type: ignore[attr-defined]
                    pass

            cost[kind] = (await _per_turn(ask))[1]
    ours, peer = cost[FastChatOpenAI], cost[ChatOpenAI]
    return iter(
        [f"request of 120 messages, CPU | {ours:.1f} ms | ChatOpenAI {peer:.1f} ms | {peer / ours:.1f}×"]
    )


def proof() -> str:
    """What the proof of numbers costs a streamed token."""
    week = Subject(kind="period", start=date(2026, 9, 21), end=date(2026, 9, 27), label="지난주")
    ledger = Ledger()
    ledger.add(
        Fact(key=f"d{i}", metric="distance_m", value=1000.0 * i, unit="m", label="거리", subject=week)
        for i in range(60)
    )
    text = (
        "지난주에 {f12:+을} 달렸고 그중 8.0 km는 편하게, 나머지는 5:30/km로 뛰었어요. 이번 주는 쉬어요. " * 20
    )
    chunks = [text[i : i + 3] for i in range(0, len(text), 3)]
    began = perf_counter()
    stream = ProofStream(Proof(ledger, "ko", "metric", NOW.date()))
    for chunk in chunks:
        stream.feed(chunk)
    stream.finish()
    each_us = (perf_counter() - began) / len(chunks) * 1e6
    what = f"proof of numbers, per token of a {len(text)}-character answer"
    return f"{what} | {each_us:.0f} µs | 1000 µs (aim) | {1000 / each_us:.0f}×"


async def measure() -> None:
    with athlete() as (db, athlete_id):
        for rows in (offline(db, athlete_id), overhead(db, athlete_id), requests()):
            for row in await rows:
                print(row, flush=True)
    print(proof())


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
