"""What a typed reply to a proposal means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from coach.domain.plan.model import WorkoutKind

Kind = Literal["approve", "reject", "change", "question", "unclear"]
Wish = Literal["shorter", "longer", "easier", "drop", "move", "swap"]


@dataclass(frozen=True)
class When:
    """A day as people name it: a weekday, so many days ahead, or a day of a month. One of them is given.

    `week`: how many weeks ahead the weekday was said to be (0 this week); None: the next such day.
    """

    weekday: int | None = None  # 0 Monday … 6 Sunday
    ahead: int | None = None
    month: int | None = None
    day_of_month: int | None = None
    week: int | None = None


@dataclass(frozen=True)
class EditWish:
    """One change that the athlete wishes for, as far as the words go; what it is of, the plan tells.

    `of`: the day, `kind`: the workout as it was called; both None: not said. `to`: where it goes (move), or
    what it changes places with (swap). `to_m`, `to_s`: how long it should be.
    """

    wish: Wish
    of: When | None = None
    kind: WorkoutKind | None = None
    to: When | None = None
    to_m: float | None = None
    to_s: float | None = None


@dataclass(frozen=True)
class Reply:
    """What a reply means. `edits` may be empty where a change is wished for and not said of what.

    `bare`: a yes or no that names neither the act nor a plan ("네", "do that", "아니요"): it counts right
    after the card only.
    """

    kind: Kind
    edits: tuple[EditWish, ...] = ()
    bare: bool = False


def resolve(when: When, today: date) -> date | None:
    """Return the day that is meant, the next one of its name from `today` on; None: there is no such day."""
    if when.ahead is not None:
        return date.fromordinal(today.toordinal() + when.ahead)
    if when.weekday is not None:
        if when.week is not None:
            monday = today.toordinal() - today.weekday()
            return date.fromordinal(monday + 7 * when.week + when.weekday)
        return date.fromordinal(today.toordinal() + (when.weekday - today.weekday()) % 7)
    return None if when.day_of_month is None else _of_month(when.month, when.day_of_month, today)


def _of_month(month: int | None, day_of_month: int, today: date) -> date | None:
    for n in range(13):
        year, at = divmod(today.year * 12 + today.month - 1 + n, 12)
        if month is not None and at + 1 != month:
            continue
        try:
            found = date(year, at + 1, day_of_month)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
