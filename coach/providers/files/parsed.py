"""What reading one file gives."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.activity import Recording
from coach.domain.daily import DailyValue


@dataclass(frozen=True)
class Parsed:
    """The content of one file.

    `format` is what the file is by its content (fit, gpx, tcx, health_auto_export …), `records` the number of
    samples read. `flags` say what was wrong with the file as a whole and was read nevertheless.
    """

    format: str
    recordings: tuple[Recording, ...] = ()
    daily: tuple[DailyValue, ...] = ()
    records: int = 0
    flags: tuple[str, ...] = ()
