"""Pictures of charts, drawn by one process of their own, and the library that draws them in a page.

vl-convert holds Python's lock while it draws, so in this process every answer would stall; in its own it
costs 22 ms at most. A spec that names an address or a file is refused.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Mapping
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from coach.errors import CoachError

DRAW_WITHIN_S = 30.0
FAMILY = "Noto Sans KR"


class ChartFailed(CoachError):
    """A chart could not be drawn."""


def _draw(pipe: Connection) -> None:
    """Draw specs until the pipe closes (in the worker process)."""
    import pylopdf_fonts_ko
    import vl_convert

    vl_convert.register_font_directory(str(Path(pylopdf_fonts_ko.sans_path()).parent))
    while True:
        try:
            spec, kind, scale = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            options = {"scale": scale} if kind == "png" else {}
            draw = getattr(vl_convert, f"vegalite_to_{kind}")
            pipe.send(("ok", draw(spec, allowed_base_urls=[], **options)))
        except Exception as error:  # whatever it is, the parent is told and the next chart is drawn
            pipe.send(("failed", str(error)))


class Renderer:
    """Draws specs in a worker process that is started when first needed, and anew after it failed."""

    def __init__(self, within_s: float = DRAW_WITHIN_S) -> None:
        self._within_s = within_s
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None

    def png(self, spec: Mapping[str, Any], scale: float = 2) -> bytes:
        """Return a picture. Raises ChartFailed."""
        return bytes(self._ask(spec, "png", scale))

    def svg(self, spec: Mapping[str, Any]) -> str:
        """Return a vector picture. Raises ChartFailed."""
        return str(self._ask(spec, "svg", 1))

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _ask(self, spec: Mapping[str, Any], kind: str, scale: float) -> Any:
        if _fetches(spec):
            raise ChartFailed("chart_failed")
        text = json.dumps(_with_font(spec))
        with self._lock:
            answer = self._answer(text, kind, scale)
            if answer is None:  # the worker was gone: once more, with a new one
                answer = self._answer(text, kind, scale)
        if answer is None or answer[0] != "ok":
            raise ChartFailed("chart_failed")
        return answer[1]

    def _answer(self, text: str, kind: str, scale: float) -> tuple[str, Any] | None:
        """Return what the worker answers, or None when it died. Raises ChartFailed when it takes too long."""
        if self._process is None or not self._process.is_alive():
            self._end()
            self._start()
        assert self._pipe is not None
        try:
            self._pipe.send((text, kind, scale))
            if self._pipe.poll(self._within_s):
                return self._pipe.recv()  # type: ignore[no-any-return]
        except (OSError, EOFError):
            self._end()
            return None
        self._end()
        raise ChartFailed("chart_failed")

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_draw, args=(theirs,), name="charts", daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


def _fetches(part: Any) -> bool:
    """Whether a spec names an address or a file: vl-convert refuses those of data, but opens images."""
    if isinstance(part, Mapping):
        return "url" in part or _is_image(part.get("mark")) or any(_fetches(value) for value in part.values())
    return isinstance(part, list | tuple) and any(_fetches(value) for value in part)


def _is_image(mark: Any) -> bool:
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "image"


def _with_font(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec with the one Korean font the worker has: with several it would choose a serif."""
    config = {**spec.get("config", {}), "font": FAMILY}
    return {**spec, "config": config}


def bundle_js(cache: Path | None = None) -> bytes:
    """Return Vega, Vega-Lite and Vega-Embed (`window.vegaEmbed`) as one script from the installed package.

    Building takes two seconds; with a `cache` directory it is kept there, by the package's version.
    """
    import vl_convert

    kept = cache / f"charts-{version('vl-convert-python')}.js" if cache else None
    if kept is not None and kept.exists():
        return kept.read_bytes()
    built: bytes = vl_convert.javascript_bundle().encode()  # type: ignore[call-arg] # has a default
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be reading: the file is there whole or not at all.
        with NamedTemporaryFile(dir=kept.parent, delete=False) as whole:
            whole.write(built)
        Path(whole.name).replace(kept)
    return built
