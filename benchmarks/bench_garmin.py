"""The Garmin provider against an invented Garmin that answers in 50 ms. Ours are calls, seconds and CPU; the
peer of a time is the limit it must keep."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from coach.config import Settings
from coach.providers.contract import Listed, Opening
from coach.providers.files.archive import walk
from coach.providers.garmin.client import GarminAccount
from coach.providers.reading import read

TODAY = date(2026, 11, 21)
DELAY_S = 0.05
RUNS, DAYS = 30, 42
YEARS_OF_RUNS = 2_500


def fetched(account: GarminAccount, items: list[Listed]) -> tuple[float, float]:
    """Fetch activities; return CPU seconds of fetching, and of reading what was fetched."""
    fetching = reading = 0.0
    for item in items:
        began = process_time()
        found = account.fetch(item)
        fetching += process_time() - began
        assert found is not None
        assert found.file is not None
        began = process_time()
        for name, content in walk(found.file[1], found.file[0]):
            assert isinstance(content, bytes)
            assert found.describe(read(name, content).recordings)
        reading += process_time() - began
    return fetching, reading


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from fakes.garmin import Day, Garmin, Run, running

    fake = Garmin(delay_s=DELAY_S)
    for n in range(DAYS):
        fake.days[TODAY - timedelta(days=n)] = Day()
    start = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    fake.add(*(Run(start - timedelta(days=n * 1.4), seconds=2_700) for n in range(RUNS)))
    first = TODAY - timedelta(days=DAYS - 1)
    for run in fake.runs:
        run.download()  # made once, so that the service's work is not counted as ours
    with running(fake) as url:
        opening = Opening(Settings(garmin_url=url), fake.tokens(), lambda _: None, lambda: datetime.now(UTC))
        account = GarminAccount(opening)
        began = perf_counter()
        items = [item for page in account.listing(first) for item in page]
        account.days(first, TODAY, thorough=True)
        fetching, reading = fetched(account, items)
        took = perf_counter() - began
        calls = len(fake.requests)
        print(
            f"garmin: first {DAYS} days, {RUNS} runs, {calls} calls | {took:.1f} s | 20 s | {20 / took:.1f}"
        )
        both = (fetching + reading) / RUNS * 1000
        print(
            f"garmin: CPU of a run fetched ({fetching / RUNS * 1000:.1f} ms, with the service's own) and read"
            f" ({reading / RUNS * 1000:.1f} ms) | {both:.1f} ms | 60 ms | {60 / both:.1f}"
        )
        fake.requests.clear()
        began = perf_counter()
        list(account.listing(TODAY - timedelta(days=14)))
        account.days(TODAY - timedelta(days=2), TODAY, thorough=False)
        took = perf_counter() - began
        print(f"garmin: nothing new, {took:.2f} s | {len(fake.requests)} calls | 6 calls | -")
        fake.delay_s = 0.0
        fake.add(*(Run(start - timedelta(days=42 + n * 1.45), seconds=60) for n in range(YEARS_OF_RUNS)))
        fake.requests.clear()
        began, cpu = perf_counter(), process_time()
        listed = sum(len(page) for page in account.listing())
        took, cpu = perf_counter() - began, process_time() - cpu
        assert listed == len(fake.runs)
        calls = len(fake.requests)
        print(f"garmin: {listed} activities listed, {calls} calls, CPU {cpu:.1f} s | {took:.1f} s | - | -")


if __name__ == "__main__":
    main()
