"""The list of activities: every page, each activity once, however the pages shift meanwhile."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from fakes.garmin import Garmin, Run
from garmin_account import Connected, days_ago, every_page
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import NeedsAthlete, ServiceBroken
from coach.providers.garmin.listing import Row, number_of, pages

FIRST = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def _fill(fake: Garmin, count: int) -> None:
    fake.add(*(Run(FIRST - timedelta(days=n)) for n in range(count)))


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 2), (99, 2), (100, 3), (230, 4)])
def test_every_activity_is_listed_once_the_newest_first(garmin: Connected, count: int, calls: int) -> None:
    _fill(garmin.fake, count)
    found = every_page(garmin.open())
    assert [item.external_id for item in found] == [str(run.id) for run in garmin.fake.runs]
    assert [item.start for item in found] == [run.start for run in garmin.fake.runs]
    assert len(garmin.fake.requests) == calls


def test_the_list_ends_where_all_began_before_a_day(garmin: Connected) -> None:
    _fill(garmin.fake, 350)
    found = every_page(garmin.open(), since=days_ago(130))
    assert {str(run.id) for run in garmin.fake.runs if run.start.date() >= days_ago(130)} <= {
        item.external_id for item in found
    }
    assert len(garmin.fake.requests) == 2


def test_short_pages_are_not_the_end(garmin: Connected) -> None:
    _fill(garmin.fake, 120)
    garmin.fake.short_pages = 40
    assert len(every_page(garmin.open())) == 120


def test_what_arrives_meanwhile_doubles_nothing_and_what_goes_hides_nothing(garmin: Connected) -> None:
    """The real library against pages that shift before each answer."""
    fake = garmin.fake
    _fill(fake, 260)
    deleted: set[int] = set()

    def shift(n: int) -> None:
        if n in (1, 3):
            deleted.update(run.id for run in fake.runs[:20])
            del fake.runs[:20]
        elif n == 2:
            fake.add(*(Run(FIRST + timedelta(hours=h)) for h in range(7)))

    fake.before_page = shift
    before = {run.id for run in fake.runs}
    found = [int(item.external_id) for item in every_page(garmin.open())]
    assert len(found) == len(set(found))
    assert before - deleted <= set(found)


class _Shifting:
    """A list that changes before every answer, as told by a seed."""

    def __init__(self, count: int, seed: int, most: int) -> None:
        self.rows = list(range(10_000, 10_000 - count, -1))
        self.stayed = set(self.rows)
        self._random = random.Random(seed)
        self._most = most
        self._next = 20_000
        self.asked = 0

    def ask(self, start: int, limit: int) -> Sequence[Row]:
        self.asked += 1
        for _ in range(self._random.randint(0, self._most) if self.asked < 40 else 0):
            if self._random.random() < 0.5 and self.rows:
                gone = self.rows.pop(self._random.randrange(len(self.rows)))
                self.stayed.discard(gone)
            elif self._random.random() < 0.7:
                self.rows.insert(0, self._next)
                self._next += 1
            else:  # an older one, from a watch that had not been synchronised: it has its place by its start
                place = self._random.randrange(len(self.rows) + 1)
                above = self.rows[place - 1] if place else self._next
                below = self.rows[place] if place < len(self.rows) else 0
                if above - below > 1:
                    self.rows.insert(place, (above + below) // 2)
        return [{"activityId": n} for n in self.rows[start : start + limit]]


@given(st.integers(0, 90), st.integers(0, 10**6), st.integers(0, 30), st.sampled_from([6, 10, 25]))
@settings(max_examples=250, derandomize=True, deadline=None)
def test_no_shift_loses_or_doubles(count: int, seed: int, most: int, limit: int) -> None:
    service = _Shifting(count, seed, most)
    found = [number_of(row) for page in pages(service.ask, limit) for row in page]
    assert len(found) == len(set(found))
    assert {str(n) for n in service.stayed} <= set(found)


def test_a_list_that_shrinks_below_our_place_has_not_ended() -> None:
    rows = list(range(200, 50, -1))
    asked: list[int] = []

    def ask(start: int, limit: int) -> Sequence[Row]:
        if asked == [0]:
            del rows[:60]
        asked.append(start)
        return [{"activityId": n} for n in rows[start : start + limit]]

    assert [int(number_of(row)) for page in pages(ask) for row in page] == list(range(200, 50, -1))


def test_a_service_that_ignores_the_offset_is_broken() -> None:
    with pytest.raises(ServiceBroken, match="garmin_unreadable"):
        list(pages(lambda start, limit: [{"activityId": n + 1} for n in range(limit)]))


def test_activities_without_number_or_start_are_left_out(garmin: Connected) -> None:
    _fill(garmin.fake, 4)
    garmin.fake.runs[0].more = {"activityId": None}
    garmin.fake.runs[1].more = {"startTimeGMT": 3, "beginTimestamp": "soon"}
    garmin.fake.runs[2].more = {"startTimeGMT": None}
    assert [item.start for item in every_page(garmin.open())] == [run.start for run in garmin.fake.runs[2:]]


@pytest.mark.parametrize("kind", ["wrong_types", "nulls", "empty", "html", "broken_json", "404", "204"])
def test_an_unreadable_page_is_never_the_end_of_the_list(garmin: Connected, kind: str) -> None:
    _fill(garmin.fake, 150)
    account = garmin.open()
    listing = account.listing()
    assert len(next(listing)) == 100
    garmin.fake.fault("*/search/activities", kind)  # type: ignore[arg-type]
    with pytest.raises(ServiceBroken, match="garmin_unreadable"):
        next(listing)


def test_a_list_that_may_not_be_seen_needs_the_athlete(garmin: Connected) -> None:
    garmin.fake.fault("*/search/activities", "403")
    with pytest.raises(NeedsAthlete, match="garmin_forbidden"):
        every_page(garmin.open())


def test_only_an_edit_changes_the_fingerprint(garmin: Connected) -> None:
    run = Run(FIRST)
    garmin.fake.add(run)

    def fingerprint() -> bytes:
        return every_page(garmin.open())[0].sha256

    first = fingerprint()
    run.more = {"vO2MaxValue": 60, "userRoles": [], "hrTimeInZone_1": 3.0}
    assert fingerprint() == first
    changes: list[dict[str, object]] = [
        {"activityName": "다른 이름"},
        {"description": "맞바람"},
        {"distance": 1.0},
        {"activityType": {"typeKey": "hiking"}},
        {"eventType": {"typeKey": "race"}},
    ]
    seen = {first}
    for change in changes:
        run.more = dict(change)
        seen.add(fingerprint())
    assert len(seen) == 1 + len(changes)


def test_a_summary_says_nothing_of_other_people(garmin: Connected) -> None:
    garmin.fake.add(Run(FIRST))
    [item] = every_page(garmin.open())
    assert "Somebody" not in str(item.summary)
    assert item.summary["activityType"]["typeKey"] == "running"


def test_a_sync_without_news_costs_at_most_six_calls(garmin: Connected) -> None:
    for history in (10, 400):
        garmin.fake.runs.clear()
        garmin.fake.requests.clear()
        _fill(garmin.fake, history)
        account = garmin.open()
        every_page(account, since=days_ago(14))
        account.days(days_ago(2), date(2026, 11, 21), thorough=False)
        assert len(garmin.fake.requests) == (6 if history == 10 else 5)
    assert garmin.kept == []
