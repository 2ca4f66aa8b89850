"""Pictures by the real library, in its own process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from fakes.life import Lived

from coach.charts import build
from coach.charts.render import ChartFailed, Renderer, bundle_js

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    drawing = Renderer()
    yield drawing
    drawing.close()


def words(text: str) -> dict[str, Any]:
    return {
        "data": {"values": [{"t": text}]},
        "mark": {"type": "text", "fontSize": 40},
        "encoding": {"text": {"field": "t"}},
        "width": 300,
        "height": 80,
    }


def test_korean_is_drawn_with_glyphs(renderer: Renderer) -> None:
    """Boxes look alike whatever they stand for; glyphs do not."""
    assert renderer.png(words("한발")) != renderer.png(words("괜찮"))
    missing = [renderer.png(words(text)) for text in ("\U000f0000\U000f0001", "\U000f0002\U000f0003")]
    assert missing[0] == missing[1], "two words that no font has are drawn alike"
    assert renderer.png(words("한발")) != missing[0]


@pytest.mark.parametrize("chart", ["load_form", "hr_zones", "calendar", "recovery"])
def test_real_charts_are_drawn(renderer: Renderer, life: Lived, chart: str) -> None:
    ctx = life.ctx()
    pictures = []
    with life.db.athlete_session(life.full) as s:
        for theme in ("light", "dark"):
            spec = build(chart, {}, session=s, athlete=ctx.athlete, lang="ko", today=ctx.today, theme=theme)
            pictures.append(renderer.png(spec, 1))
    assert all(p.startswith(PNG) and len(p) > 3000 for p in pictures)
    assert pictures[0] != pictures[1]
    assert renderer.svg(spec).startswith("<svg")


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "http://127.0.0.1:1/x.json"}, "mark": "point", "encoding": {}},
        {"data": {"url": "file:///etc/hostname"}, "mark": "point", "encoding": {}},
        {"data": {"values": [{}]}, "mark": {"type": "image", "url": "/etc/hostname"}},
        {"data": {"values": [{"u": "http://127.0.0.1:1/x.png"}]}, "mark": "image",
         "encoding": {"url": {"field": "u"}}},
        {"data": {"values": [{}]}, "layer": [{"mark": "point"}, {"mark": {"type": "image"}}]},
    ],
)  # fmt: skip
def test_what_would_fetch_is_refused(renderer: Renderer, spec: dict[str, Any]) -> None:
    with pytest.raises(ChartFailed):
        renderer.png(spec)


def test_nonsense_fails_and_the_next_chart_is_drawn(renderer: Renderer) -> None:
    with pytest.raises(ChartFailed):
        renderer.png({"mark": "nothing of the kind"})
    assert renderer.png(words("1")).startswith(PNG)


def test_a_killed_worker_is_replaced(renderer: Renderer) -> None:
    first = renderer.png(words("1"))
    worker = renderer._process.pid
    os.kill(worker, signal.SIGKILL)
    assert renderer.png(words("1")) == first
    assert renderer._process.pid != worker


def test_two_threads_get_their_own_pictures(renderer: Renderer) -> None:
    texts = [str(n) for n in range(6)]
    alone = [renderer.png(words(text)) for text in texts]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda text: renderer.png(words(text)), texts)) == alone
    assert len(set(alone)) == len(alone)


def test_a_chart_that_takes_too_long_fails() -> None:
    hasty = Renderer(within_s=0.0)
    with pytest.raises(ChartFailed):
        hasty.png(words("1"))
    assert hasty._process is None, "the worker that hangs is ended"
    hasty.close()


def test_the_script_is_built_once_per_version(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    built = bundle_js(cache)
    (kept,) = cache.iterdir()
    assert version("vl-convert-python") in kept.name
    assert kept.read_bytes() == built
    assert b"vegaEmbed" in built
    kept.write_bytes(b"kept")
    assert bundle_js(cache) == b"kept"
