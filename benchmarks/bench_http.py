"""Load, fitness and zones of a year over HTTP, as the page of numbers asks for them, on the demo athlete."""

from __future__ import annotations

import asyncio
import gc
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import psycopg
import uvicorn

from api.app import create_app, utc_now
from coach.cli.processes import SWITCH_INTERVAL_S
from coach.cli.start import DEMO_PROFILE
from coach.config import Settings
from coach.graph.run import Conversations
from coach.pipeline import importing
from coach.pipeline.demo import demo_files, live, tell
from coach.store import accounts, athletes, system
from coach.store.postgres import bootstrap, migrate, start_embedded
from coach.store.session import Database

TIMES = 40
AIM_MS = 50.0


def asked(today: Any) -> list[tuple[str, str, str, dict[str, Any] | None]]:
    """Return (name, method, path, body) of what is measured."""
    first = (today - timedelta(days=365)).isoformat()
    span = f"start={first}&end={today}"
    return [
        ("load of a year, every day", "GET", f"/api/v1/metrics/ctl?{span}", None),
        ("fitness (VDOT) of a year, every week", "GET", f"/api/v1/metrics/vdot?{span}&by=week", None),
        ("fitness (VDOT) of a year, every day", "GET", f"/api/v1/metrics/vdot?{span}", None),
        ("time in zones of a year", "POST", "/api/v1/tools/zones", {"start": first, "end": str(today)}),
        ("load and form, in words", "POST", "/api/v1/tools/load_and_form", {}),
        ("readiness of a year, every day", "GET", f"/api/v1/metrics/readiness?{span}", None),
        ("chart of the load", "GET", f"/api/v1/charts/load_form/spec?{span}", None),
    ]


async def measured(base: str, token: str, today: Any) -> list[str]:
    lines = []
    async with httpx.AsyncClient(base_url=base, cookies={"hanbal": token}) as client:
        for name, method, path, body in asked(today):
            took = []
            for n in range(TIMES + 3):
                began = perf_counter()
                answer = await client.request(method, path, json=body)
                answer.raise_for_status()
                if n >= 3:  # warm
                    took.append(1000 * (perf_counter() - began))
            middle, p95 = statistics.median(took), statistics.quantiles(took, n=20)[18]
            began = perf_counter()
            await client.get("/healthz")
            bare = 1000 * (perf_counter() - began)
            aim = f" (aim p95 {AIM_MS:.0f} ms)"
            lines.append(
                f"{name} over HTTP{aim} | median {middle:.0f}, p95 {p95:.0f} ms | /healthz {bare:.1f} ms | –"
            )
    return lines


def measure() -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="hanbal-bench-"))
    place.chmod(0o711)
    server = start_embedded(place / "data")
    try:
        bootstrap(server.url)
        migrate(server.url)
        db = Database(server.url)
        now = utc_now()
        owner, _ = system.create_owner(db, now=now, **DEMO_PROFILE)
        with db.athlete_session(owner.athlete_id) as s:
            athlete = athletes.get(s, owner.athlete_id)
        today = now.astimezone(athlete.zone).date()
        life = live(today)
        with importing.reader_pool(2) as pool:
            importing.import_paths(
                db, owner.athlete_id, demo_files(life), pool=pool, now=now, channel="bench"
            )
        with db.athlete_session(owner.athlete_id) as s:
            tell(s, athlete, life)
            token = accounts.create_session(s, owner.id, now=now, user_agent="bench")
        with psycopg.connect(server.url, autocommit=True) as owner_of_all:
            owner_of_all.execute("ANALYZE")  # as the server does by itself within a minute
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        yield from asyncio.run(_serve(db, Settings(_env_file=None, data_dir=place / "data"), token, today))
        db.dispose()
    finally:
        server.stop()
        shutil.rmtree(place)


async def _serve(db: Database, settings: Settings, token: str, today: Any) -> list[str]:
    conversations = Conversations(db, settings=settings, clock=utc_now)
    await conversations.open()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(db, conversations, settings)
    gc.collect()
    gc.freeze()  # as `coach api` does
    web = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
    running = asyncio.create_task(web.serve())
    try:
        while not web.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.05)
        return await measured(f"http://127.0.0.1:{port}", token, today)
    finally:
        web.should_exit = True
        await running
        await conversations.aclose()


def main(report: Callable[[str], None] = print) -> None:
    """Print `name | ours | peer | ratio`."""
    for line in measure():
        report(line)


if __name__ == "__main__":
    main()
