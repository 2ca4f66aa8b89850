"""The PNG that is written here is one that other programs read."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from coach.charts.raster import heat_png, png
from coach.charts.style import palette
from coach.domain.heatmap import Bounds, Heat


def read(body: bytes) -> np.ndarray:
    """Read a PNG by the standard: chunks with their checksums, eight bits RGBA, filter 0 on each row."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, head, kinds = 8, b"", b"", []
    while at < len(body):
        (length,) = struct.unpack(">I", body[at : at + 4])
        kind, content = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        assert struct.unpack(">I", body[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + content)
        kinds.append(kind)
        head, data = (content, data) if kind == b"IHDR" else (head, data + content)
        at += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    columns, rows, *rest = struct.unpack(">IIBBBBB", head)
    assert rest == [8, 6, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(rows, 1 + 4 * columns)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(rows, columns, 4)


def test_pixels_come_back_as_they_were():
    pixels = np.random.default_rng(0).integers(0, 256, (13, 7, 4), dtype=np.uint8)
    assert np.array_equal(read(png(pixels)), pixels)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_more_often_the_warmer_on_a_clear_ground(theme):
    counts = np.zeros((9, 30), dtype=np.int64)
    counts[4, 3], counts[4, 14], counts[4, 25] = 1, 10, 100
    pixels = read(heat_png(Heat(counts, Bounds(0, 0, 1, 1), 3, 0), palette(theme)))
    assert pixels[0, :, 3].max() == 0, "nothing where nobody was"
    once, often, most = pixels[4, 3], pixels[4, 14], pixels[4, 25]
    assert 0 < once[3] < often[3] <= most[3]
    heart = palette(theme).heart
    assert tuple(most[:3]) == tuple(int(heart[i : i + 2], 16) for i in (1, 3, 5))
    assert tuple(once[:3]) != tuple(often[:3])
