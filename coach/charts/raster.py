"""Pictures made of squares: a heatmap as PNG, written without an imaging library."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from coach.charts.style import Palette
from coach.domain.activity import Floats
from coach.domain.heatmap import Heat

Pixels = NDArray[np.uint8]

FAINTEST, BRIGHTEST = 90, 245  # opacity of what was passed once, and most often


def png(pixels: Pixels) -> bytes:
    """Return pixels (rows, columns, RGBA) as a PNG file (ISO/IEC 15948, no filter, no interlacing)."""
    rows, columns, _ = pixels.shape
    head = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    # Each row begins with the number of its filter: 0 is none.
    lines = np.zeros((rows, 1 + 4 * columns), dtype=np.uint8)
    lines[:, 1:] = pixels.reshape(rows, -1)
    body = zlib.compress(lines.tobytes(), 6)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", body), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def heat_stops(c: Palette) -> tuple[str, ...]:
    """Return the colours of a heatmap, from what was passed once to what was passed most often."""
    return (c.bar_soft, c.bar, c.zones[2], c.warn, c.heart)


def heat_png(heat: Heat, colours: Palette) -> bytes:
    """Return a heatmap as PNG on a transparent ground: colour and opacity by the logarithm of the count."""
    counts = _glow(heat.counts.astype(np.float64))
    strength = np.log1p(counts) / np.log1p(max(1.0, float(heat.counts.max())))
    stops = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in heat_stops(colours)])
    at = np.linspace(0.0, 1.0, len(stops))
    pixels = np.zeros((*counts.shape, 4), dtype=np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.interp(strength, at, stops[:, channel])
    opacity = FAINTEST + (BRIGHTEST - FAINTEST) * np.clip(strength * 1.6, 0.0, 1.0)
    pixels[..., 3] = np.where(counts >= 1.0, opacity, opacity * counts)
    return png(pixels)


def _glow(counts: Floats) -> Floats:
    """Return counts with a soft edge of one square: a line one pixel wide is hard to see."""
    wide = np.pad(counts, 1)
    rows, columns = counts.shape
    shifted = [
        (0.55 if i != 1 and j != 1 else 0.8) * wide[i : i + rows, j : j + columns]
        for i in range(3)
        for j in range(3)
        if (i, j) != (1, 1)
    ]
    return np.maximum(counts, np.max(shifted, axis=0))
