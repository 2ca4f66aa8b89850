"""Timestamps of text formats → seconds since 1970 (UTC)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from coach.domain.activity import Floats

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)


@dataclass(frozen=True)
class Instants:
    """`epoch_s` is NaN where the text is no time. `utc_offset_s` is set when the text itself names an
    offset other than Z, `naive` when a time names none (GPX and TCX demand UTC, so it is read as UTC)."""

    epoch_s: Floats
    utc_offset_s: int | None
    naive: bool


def parse_instants(texts: list[str]) -> Instants:
    """Read ISO 8601 times; an empty text is NaN. Fast where all end in Z, as nearly all files do."""
    if texts and all(map(_UTC.fullmatch, texts)):
        try:
            stamps = np.array([t[:-1] for t in texts], dtype="datetime64[ms]")
        except ValueError:
            pass  # one of them is odd: read one by one
        else:
            return Instants(_plausible(stamps.astype(np.int64) / 1000.0), None, False)
    epoch_s = np.full(len(texts), np.nan)
    offsets: set[int] = set()
    naive = False
    for i, text in enumerate(texts):
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        if moment.tzinfo is None:
            naive = True
            moment = moment.replace(tzinfo=UTC)
        elif not text.rstrip().endswith("Z"):
            offset = moment.utcoffset()
            offsets.add(0 if offset is None else int(offset.total_seconds()))
        epoch_s[i] = moment.timestamp()
    offset_s = offsets.pop() if len(offsets) == 1 else None
    return Instants(_plausible(epoch_s), offset_s or None, naive)


def parse_instant(text: str) -> float | None:
    """Return the seconds since 1970 of one ISO 8601 time, or None."""
    epoch_s = float(parse_instants([text]).epoch_s[0])
    return None if np.isnan(epoch_s) else epoch_s


def as_datetime(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def _plausible(epoch_s: Floats) -> Floats:
    # Year 1980 (the GPS epoch) to 2200: beyond it no watch has been, and datetime would overflow.
    with np.errstate(invalid="ignore"):
        return np.where((epoch_s > 315_532_800) & (epoch_s < 7_258_118_400), epoch_s, np.nan)
