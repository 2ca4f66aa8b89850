"""Reading a list whose pages shift while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from coach.errors import ServiceBroken
from coach.providers.garmin.values import number

PAGE = 100
OVERLAP = 5
# A service that shows the same page for ever must not keep us for ever.
_MOST_PAGES = 3_000
_MOST_WITHOUT_NEWS = 30

Row = Mapping[str, Any]


def number_of(row: Row) -> str:
    """Return the number of an activity, "" where it has none."""
    return "" if number(row.get("activityId"), low=1) is None else str(int(row["activityId"]))


def pages(ask: Callable[[int, int], Sequence[Row]], limit: int = PAGE) -> Iterator[Sequence[Row]]:
    """Yield of each page the rows that were not shown before, the newest first, until there are no more.

    `ask(start, limit)` returns one page, counted from the newest. An activity that arrives meanwhile pushes
    the others down: some are shown twice. One that is deleted pulls them up: without more, some would never
    be shown. So pages overlap, and a page that shows nothing known leaves a gap before it: it is dropped
    and an earlier one asked for. Where a page does show a known activity, nothing between can be missing,
    since everything after it in the list comes after it in the page. Raises ServiceBroken where the answers
    make no sense.
    """
    seen: set[str] = set()
    start, step_back, barren = 0, OVERLAP, 0
    full, short_pages = False, False
    for _ in range(_MOST_PAGES):
        rows = ask(start, limit)
        numbers = [number_of(row) for row in rows]
        if not rows:
            if start == 0 or not full:
                return
            start = max(start - limit, 0)  # after a full page: the list shrank to before our place
            continue
        if not any(numbers) or barren > _MOST_WITHOUT_NEWS:
            raise ServiceBroken("garmin_unreadable")
        if start > 0 and not full:
            short_pages = True  # a short page was not the last one: no reason to trust the next
        if start > 0 and seen.isdisjoint(numbers):
            start = max(start - step_back, 0)
            step_back, barren = step_back * 2, barren + 1
            continue
        fresh = {n: row for n, row in zip(numbers, rows, strict=True) if n and n not in seen}
        seen.update(fresh)
        step_back, barren = OVERLAP, 0 if fresh else barren + 1
        if fresh:
            yield list(fresh.values())
        full = len(rows) >= limit
        overlap = OVERLAP if full or (short_pages and fresh) else 0
        start += max(len(rows) - overlap, 1)
    raise ServiceBroken("garmin_unreadable")
