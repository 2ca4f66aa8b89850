"""The 16-bit checksum of FIT files (CRC-16/ARC: polynomial 0x8005 reflected, start 0)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Steps cost the same whatever the number of blocks, so small files get small blocks.
_SMALL_BLOCK, _BLOCK = 32, 256
_SMALL_FILE = 32_768


@lru_cache(maxsize=1)
def _byte_table() -> NDArray[np.uint16]:
    """Return what each byte value contributes when it is the last one."""
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = (table >> np.uint16(1)) ^ np.where(table & 1, np.uint16(0xA001), np.uint16(0))
    return table


def _behind_zeros(values: NDArray[np.uint16], zeros: int) -> NDArray[np.uint16]:
    """Return the checksums `values` after `zeros` further zero bytes."""
    table = _byte_table()
    for _ in range(zeros):
        values = (values >> np.uint16(8)) ^ table[values & np.uint16(0xFF)]
    return values


@lru_cache(maxsize=2)
def _block_tables(block: int) -> tuple[NDArray[np.uint16], list[int], list[int]]:
    """Return contributions by position in a block, and how a block moves an earlier checksum on."""
    by_position = np.empty((block, 256), np.uint16)
    by_position[-1] = _byte_table()
    for position in range(block - 2, -1, -1):
        by_position[position] = _behind_zeros(by_position[position + 1], 1)
    low = _behind_zeros(np.arange(256, dtype=np.uint16), block)
    high = _behind_zeros(np.arange(256, dtype=np.uint16) << np.uint16(8), block)
    return by_position, low.tolist(), high.tolist()


def crc16(data: bytes | memoryview, start: int = 0) -> int:
    """Return the checksum of `data`, continuing from the checksum `start`.

    The checksum is linear, so blocks are summed side by side (one numpy step per position in a block)
    and chained afterwards: 100 times faster than a loop over bytes.
    """
    buffer = np.frombuffer(data, np.uint8)
    block = _SMALL_BLOCK if buffer.size < _SMALL_FILE else _BLOCK
    blocks = buffer.size // block
    crc = start
    if blocks:
        by_position, low, high = _block_tables(block)
        matrix = buffer[: blocks * block].reshape(blocks, block)
        sums = np.zeros(blocks, np.uint16)
        for position in range(block):
            sums ^= by_position[position][matrix[:, position]]
        for block_sum in sums.tolist():
            crc = low[crc & 0xFF] ^ high[crc >> 8] ^ block_sum
    table = _byte_table().tolist()
    for byte in buffer[blocks * block :].tolist():
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc
