"""HTTP as far as a bot needs it, by hand: a fault may close the connection wherever it wants."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Request:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def form(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """Return the fields and the files of its body."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _multipart(self.body, kind)
        if kind.startswith("application/json"):
            given = json.loads(self.body or b"{}")
            return {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}, {}
        fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        if "?" in self.path:
            fields |= dict(parse_qsl(self.path.partition("?")[2]))
        return fields, {}


async def read(reader: asyncio.StreamReader) -> Request:
    """Return the next request of a connection. Raises IncompleteReadError at its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, unquote(path), headers, body)


def answer(code: int, body: bytes, kind: str = "application/json") -> bytes:
    """Return a whole answer."""
    return f"HTTP/1.1 {code} .\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def told(code: int, **body: Any) -> bytes:
    """Return an answer in the form of the Bot API."""
    return answer(code, json.dumps({"ok": code == 200, **body}, ensure_ascii=False).encode())


def _multipart(body: bytes, kind: str) -> tuple[dict[str, str], dict[str, bytes]]:
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        name = re.search(rb'\bname="([^"]*)"', head)
        assert name is not None
        if b"filename=" in head:
            files[name[1].decode()] = content
        else:
            fields[name[1].decode()] = content.decode()
    return fields, files
