"""What reading one file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coach.domain.activity import Recording
from coach.domain.daily import DailyValue


@dataclass(frozen=True)
class Measured:
    """What one file says of a quantity on one day, as it says it.

    A phone sends a day in pieces that overlap, so a day's value can only be told from all of them together:
    `entries` are kept, in the unit `units` as the phone is set to.
    """

    quantity: str
    day: date
    units: str
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Parsed:
    """The content of one file.

    `format` is what the file is by its content (fit, gpx, tcx, health_auto_export …), `records` the number of
    samples read. `flags` say what was wrong with the file as a whole and was read nevertheless. `measured`
    is what `daily` was made of, where a later file may know more of the same days.
    """

    format: str
    recordings: tuple[Recording, ...] = ()
    daily: tuple[DailyValue, ...] = ()
    records: int = 0
    flags: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = ()
