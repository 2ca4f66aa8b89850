"""The chart worker and the page's chart library: started on first use, one of each per process."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Renderer(Protocol):
    """Draws specs outside of this process, as `coach.charts.render.Renderer` does."""

    def png(self, spec: Mapping[str, Any], scale: float = 2) -> bytes: ...

    def close(self) -> None: ...


class ChartHouse:
    """Pictures of charts, and the library that draws them in a page."""

    def __init__(self, renderer: Callable[[], Renderer], bundle: Callable[[], bytes]) -> None:
        self._renderer_of = renderer
        self._bundle_of = bundle
        self._lock = threading.Lock()
        self._renderer: Renderer | None = None
        self._bundle: bytes | None = None

    def png(self, spec: Mapping[str, Any]) -> bytes:
        """Return a chart as a picture. Blocking."""
        with self._lock:
            if self._renderer is None:
                self._renderer = self._renderer_of()
            renderer = self._renderer
        return renderer.png(spec)

    def bundle(self) -> bytes:
        """Return the JavaScript library. Blocking the first time (about two seconds unless it is cached)."""
        with self._lock:
            if self._bundle is None:
                self._bundle = self._bundle_of()
            return self._bundle

    @property
    def bundle_tag(self) -> str:
        """Name the library's content, for a browser that has it already."""
        return hashlib.sha256(self.bundle()).hexdigest()[:20]

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            if self._renderer is not None:
                self._renderer.close()
                self._renderer = None
