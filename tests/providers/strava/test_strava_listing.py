"""The list of activities: nothing lost and nothing twice, however the pages come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fakes.strava import STARTED, Strava
from strava_accounts import Line, connected

from coach.errors import ServiceBroken
from coach.providers.contract import Listed
from coach.providers.strava import mapping

MANY = 450


def filled(count: int) -> Strava:
    fake = Strava()
    for n in range(count):
        fake.add(1000 + n, STARTED - timedelta(hours=20 * n), 60)
    return fake


def listed(line: Line, since: date | None = None) -> list[Listed]:
    return [item for page in line.open().listing(since) for item in page]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with connected(filled(MANY)) as line:
        yield line


@pytest.fixture(autouse=True)
def quiet(line: Line) -> None:
    line.fake.requests.clear()
    line.fake.on_page = None
    line.fake.page_sizes.clear()
    line.fake.usage, line.fake.reading_usage, line.used = [0, 0], [0, 0], {}


def numbers(items: list[Listed]) -> list[int]:
    return [int(item.external_id) for item in items]


def test_the_list_is_whole_and_newest_first(line: Line) -> None:
    found = listed(line)
    assert numbers(found) == list(range(1000, 1000 + MANY))
    assert [item.start for item in found] == sorted((item.start for item in found), reverse=True)
    assert line.fake.count("/athlete/activities") <= 6


@pytest.mark.parametrize("sizes", [[197], [1], [199, 3, 200, 1, 1], [5] * 4])
def test_a_short_page_is_not_the_end(line: Line, sizes: list[int]) -> None:
    line.fake.page_sizes = list(sizes)
    assert numbers(listed(line)) == list(range(1000, 1000 + MANY))


def test_what_arrives_or_goes_in_the_middle_moves_nothing(line: Line) -> None:
    before = dict(line.fake.activities)
    turns = iter((lambda: line.fake.add(9001, STARTED + timedelta(hours=1), 60), lambda: None))

    def shift(page: int) -> None:
        next(turns, lambda: line.fake.activities.pop(1000, None))()

    line.fake.on_page = shift
    try:
        found = numbers(listed(line))
    finally:
        line.fake.activities = before
    assert len(found) == len(set(found))
    assert set(range(1001, 1000 + MANY)) <= set(found)


def test_activities_that_begin_at_once_are_all_there(line: Line) -> None:
    before = dict(line.fake.activities)
    for n in range(3):  # on both sides of the first page's end
        line.fake.add(5000 + n, STARTED - timedelta(hours=20 * 198), 60)
    line.fake.page_sizes = [200]
    try:
        found = numbers(listed(line))
    finally:
        line.fake.activities = before
    assert sorted(found) == sorted([*range(1000, 1000 + MANY), 5000, 5001, 5002])


def test_only_as_far_back_as_asked(line: Line) -> None:
    since = (STARTED - timedelta(days=20)).date()
    found = listed(line, since)
    assert {item.external_id for item in found} >= {str(1000 + n) for n in range(24)}
    assert line.fake.count("/athlete/activities") == 1


def test_a_server_that_never_ends_is_broken(line: Line) -> None:
    class Stuck(Strava):
        def _listing(self, query: dict[str, str]) -> list[dict[str, Any]]:
            return super()._listing({"per_page": "200"})

    stuck = Stuck(activities={1: line.fake.activities[1000]})
    with connected(stuck) as other, pytest.raises(ServiceBroken, match="strava_unreadable"):
        listed(other)


def test_odd_lines_leave_the_others_alone(line: Line) -> None:
    odd: dict[int, dict[str, Any]] = {
        1: {"id": None, "start_date": "2026-10-01T00:00:00Z"},
        2: {"id": 2, "start_date": "soon"},
        3: {"id": 3, "start_date": "2026-10-01T00:00:00Z", "name": 5, "sport_type": None},
    }

    class Odd(Strava):
        def _listing(self, query: dict[str, str]) -> list[Any]:
            return [*odd.values(), "x", None] if query["page"] == "1" and "before" not in query else []

    with connected(Odd()) as other:
        assert numbers(listed(other)) == [3]


def test_the_hash_follows_edits_and_nothing_else() -> None:
    fake = filled(1)
    shown = fake.activities[1000]

    def sha(**changes: Any) -> bytes:
        found = mapping.listed({**shown, **changes})
        assert found is not None
        return found.sha256

    assert sha(kudos_count=99, photo_count=2, achievement_count=5) == sha()
    for change in ({"name": "남산"}, {"sport_type": "TrailRun"}, {"workout_type": 1}, {"distance": 1.0}):
        assert sha(**change) != sha()


def test_our_own_are_recognised() -> None:
    found = mapping.listed({**filled(1).activities[1000], "external_id": "hanbal-12-3.fit"})
    assert found is not None
    assert found.echo_of == "hanbal-12-3"
    assert mapping.echo_of("garmin_ping_12") == mapping.echo_of(None) == ""
