"""The whole coach with a Chromium in front of it: real store, real tools, the offline coach, a worker."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fakes.browser import Site, Visitor
from fakes.slow import SlowCoach
from fakes.web import House, open_house
from playwright.async_api import Browser, async_playwright

from api.charts import ChartHouse
from coach.charts.render import Renderer, bundle_js
from coach.domain.activity import Sport
from coach.graph.model import Endpoint, Models, configured
from coach.jobs.registry import JobContext
from coach.jobs.worker import work
from coach.pipeline import recompute
from coach.pipeline.importing import reader_pool
from coach.store import activities, athletes
from coach.store.session import Database
from coach.tools import TOOLS


def find_chromium() -> str | None:
    """Return the Chromium to use, "" for Playwright's own, None when there is none."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return "" if any(cache.glob("chromium*/chrome-linux*/*chrome*")) else None


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium. Without one: skipped with a word, failed where REQUIRE_BROWSER=1."""
    chromium = find_chromium()
    if chromium is None:
        message = "NO BROWSER TESTS: no Chromium was found (set CHROMIUM, or install one)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    async with async_playwright() as playwright:
        # No sandbox: tests may run as root, and only our own pages are opened.
        launched = await playwright.chromium.launch(executable_path=chromium or None, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def site(db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The coach at an address, with three runs of last week and the first questions answered."""

    def model(settings: Any) -> Models:
        offline = configured(settings).offline
        return Models(Endpoint("offline", SlowCoach(inner=offline.model), outside=False))

    charts = ChartHouse(Renderer, lambda: bundle_js(CACHE))
    async with open_house(db, tmp_path, tools=TOOLS, charts=charts, model_factory=model) as house:
        _fill(house)
        config = uvicorn.Config(
            house.app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells no other way
            await asyncio.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Site(house, server, f"http://127.0.0.1:{port}")
        server.should_exit = True
        await serving


CACHE = Path(tempfile.gettempdir()) / f"hanbal-test-bundle-{os.getuid()}"  # two seconds to build


def _fill(house: House) -> None:
    owner = house.owner.athlete_id
    with house.db.athlete_session(owner) as s:
        done = {"step": None, "answers": {}, "skipped": [], "clearance": False, "tz": "Asia/Seoul"}
        athletes.set_onboarding(s, owner, done)
        for days, km in ((5, 8.2), (8, 10.0), (10, 24.1)):
            start = house.clock() - timedelta(days=days)
            row = activities.create(
                s,
                owner,
                sport=Sport.run,
                start_at=start,
                tz="Asia/Seoul",
                local_date=start.date(),
                elapsed_s=km * 330,
                moving_s=km * 330,
                distance_m=km * 1000,
                name='<img src=x onerror="window.hacked=1">' if days == 8 else "아침 달리기",
            )
            recompute.measure(s, athletes.get(s, owner), (), activities.load(s, owner, row.id))


@pytest.fixture
async def worker(site: Site) -> AsyncIterator[None]:
    """The process that reads files, here as a task."""
    house = site.house
    with reader_pool(1) as readers:
        task = asyncio.create_task(work(JobContext(house.db, house.settings, readers, house.clock)))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def visit(browser: Browser, site: Site) -> AsyncIterator[Visitor]:
    """The owner's browser at the chat page. Any script error or broken policy fails the test."""
    house, address = site.house, site.address
    context = await browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    await context.add_cookies([{"name": "hanbal", "value": house.session(), "url": address}])
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    visitor = Visitor(house, site.server, address, context, page)
    page.on("pageerror", lambda error: visitor.troubles.append(str(error)))
    page.on("console", lambda said: visitor.troubles.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "blob:", "data:")) else visitor.foreign.append(asked.url)
        ),
    )
    await page.goto(address)
    await visitor.answered()  # the greeting
    yield visitor
    hacked = await page.evaluate("window.hacked")
    await context.close()
    assert hacked is None
    assert visitor.foreign == []
    expected = ("ERR_INTERNET_DISCONNECTED", "net::ERR_", "Failed to fetch")
    assert [t for t in visitor.troubles if not any(e in t for e in expected)] == []
