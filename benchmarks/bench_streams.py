"""Many conversations at once: 200 that stream at 30 tokens a second, everything stored, in one process."""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
from multiprocessing.connection import Connection
from time import perf_counter, process_time

from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from benchmarks.bench_graph import NOW, athlete, conversations
from coach.config import Settings
from coach.graph.model import Endpoint, Models
from coach.graph.model import outside as outside_models
from coach.graph.offline import OfflineChatModel
from coach.graph.run import Conversations
from coach.store import athletes, system
from coach.store.session import Database
from tests.fakes.openai_server import FakeOpenAI, Say

TOGETHER = 200
TOKENS, PER_S = 300, 30
WORD = "달리기 "  # a token's worth
LONGEST_GAP_S = 1.0
START_S = 2.0  # in which they all begin


def serve(ready: Connection) -> None:
    """Be the endpoint, in a process of its own: its work is not ours."""

    async def work() -> None:
        says = Say(WORD * TOKENS, size=len(WORD), pause_s=1 / PER_S)
        async with FakeOpenAI(lambda body: says) as fake:
            ready.send(fake.url)
            await asyncio.to_thread(ready.recv)

    asyncio.run(work())


async def listen(talk: Conversations, athlete_id: int, delay_s: float) -> tuple[str, list[float]]:
    """Return what one athlete reads and the seconds between its pieces."""
    await asyncio.sleep(delay_s)
    started = await talk.start(athlete_id, "이야기해 줘")
    told, gaps, last = "", [], 0.0
    async for event in talk.events(athlete_id, started.run_id):
        if event.type == "TEXT_MESSAGE_CONTENT":
            now = perf_counter()
            if last:
                gaps.append(now - last)
            last = now
            told += event.payload["delta"]
        if event.type == "CUSTOM" and event.payload["name"] == "replace":
            told = event.payload["value"]["text"]
    return told, gaps


async def plain(url: str) -> list[float]:
    """Return the seconds between pieces with langchain-openai alone: no graph, no proof, nothing stored."""
    model = ChatOpenAI(model="m", base_url=url, api_key=SecretStr("k"), stream_usage=True)
    gaps: list[float] = []

    async def one(delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        last = 0.0
        async for _ in model.astream("이야기해 줘"):
            now = perf_counter()
            if last:
                gaps.append(now - last)
            last = now

    await asyncio.gather(*(one(i * START_S / TOGETHER) for i in range(TOGETHER)))
    return gaps


def _stored(db: Database, athlete_ids: list[int]) -> int:
    """Return how many conversations stand in the database word for word."""
    from coach.store import threads

    whole = 0
    for athlete_id in athlete_ids:
        with db.athlete_session(athlete_id) as s:
            thread = threads.list_threads(s, athlete_id)[0]
            said = threads.messages(s, thread.id)
            whole += any(m.role == "assistant" and m.text.count(WORD.strip()) == TOKENS for m in said)
    return whole


async def measure() -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,))
    server.start()
    url = here.recv()
    try:
        with athlete(recordings=0) as (db, _):
            ids = [system.create_athlete(db).id for _ in range(TOGETHER)]
            for athlete_id in ids:
                with db.athlete_session(athlete_id) as s:
                    athletes.set_onboarding(s, athlete_id, {"step": None})
                    athletes.set_model_consent(s, athlete_id, NOW)
            settings = Settings(_env_file=None, openai_base_url=url, openai_api_key=SecretStr("k"), model="m")

            def factory(given: Settings) -> Models:
                endpoints, close = outside_models(given)
                return Models(Endpoint("offline", OfflineChatModel(), outside=False), endpoints, close)

            async with conversations(db, settings, factory) as talk:
                await listen(talk, ids[0], 0)  # what is loaded once
                cpu = process_time()
                heard = await asyncio.gather(
                    *(listen(talk, one, i * START_S / TOGETHER) for i, one in enumerate(ids))
                )
                cpu = process_time() - cpu
            whole = sum(told.count(WORD.strip()) == TOKENS for told, _ in heard)
            stored = _stored(db, ids)
        gaps = sorted(gap for _, of_one in heard for gap in of_one)
        peer = sorted(await plain(url))
    finally:
        here.send("done")
        server.join()
    ours_s, peer_s = (statistics.quantiles(found, n=100)[98] for found in (gaps, peer))
    name = f"{TOGETHER} conversations at {PER_S} tokens/s, gap between tokens p99"
    ours, aim = f"{ours_s * 1000:.0f} ms", f"{LONGEST_GAP_S * 1000:.0f} ms (aim)"
    print(f"{name} | {ours} | {aim} | {LONGEST_GAP_S / ours_s:.1f}×")
    alone = f"langchain-openai alone {peer_s * 1000:.0f} ms"
    print(f"{name} | {ours} | {alone} | {peer_s / ours_s:.2f}×")
    print(f"read and stored whole; CPU {cpu:.0f} s | {min(whole, stored)} | {TOGETHER} | {whole / TOGETHER}×")
    assert whole == stored == TOGETHER, "something was lost"


def main(argv: list[str] | None = None) -> None:
    """Print `name | ours | peer | ratio`."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
