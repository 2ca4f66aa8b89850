"""Services in memory, served over HTTP on this machine: they outlive the process that asks them."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from fakes.service import Hook, Service, quiet

import coach.errors
from coach.errors import CoachError


@contextmanager
def served(services: Mapping[str, Service]) -> Iterator[int]:
    """Serve services by name and return the port. Those that are added later are served, too."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name, call, args = pickle.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                answer: tuple[Any, ...] = ("ok", services[name].call(call, *args))
            except CoachError as error:
                answer = ("error", type(error).__name__, error.key, error.params)
            body = pickle.dumps(answer)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class RemoteService:
    """A service in another process. `on` hears "before <call>" and "after <call>" on this side."""

    port: int
    name: str
    on: Hook = quiet

    def call(self, name: str, *args: Any) -> Any:
        """Answer a call."""
        self.on(f"before {name}")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/", pickle.dumps((self.name, name, args)))
            kind, *answer = pickle.loads(connection.getresponse().read())
        finally:
            connection.close()
        if kind == "error":
            error: type[CoachError] = getattr(coach.errors, answer[0])
            raise error(answer[1], **answer[2])
        self.on(f"after {name}")
        return answer[0]
