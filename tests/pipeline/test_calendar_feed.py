"""The calendar, read back by the library: days, words, versions, holds, and what it must not tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from plan_desk import COUCH, MARATHON, PlanDesk, trained

from coach.domain.plan.model import Race
from coach.errors import NotFound, NotLoggedIn
from coach.pipeline import calendar_feed
from coach.pipeline.calendar_feed import Feed
from coach.pipeline.revising import Edit
from coach.store import athletes, plan_holds, races
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text.plans import workout_title


@pytest.fixture
def desk(db: Database, athlete_id: int) -> PlanDesk:
    return PlanDesk(db, athlete_id)


@pytest.fixture
def beginner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete with an approved plan for the first 5 km."""
    yield from trained(embedded.url, template, COUCH, weeks=0)


@pytest.fixture
def marathoner(embedded: Embedded, template: str) -> Iterator[PlanDesk]:
    """An athlete who runs 45 km a week, with an approved plan for a marathon."""
    yield from trained(embedded.url, template, MARATHON)


def feed(desk: PlanDesk) -> Feed:
    with desk.db.athlete_session(desk.athlete_id) as s:
        return calendar_feed.calendar_of(s, athletes.get(s, desk.athlete_id), desk.now)


def events(desk: PlanDesk) -> dict[str, Any]:
    calendar = Calendar.from_ical(feed(desk).content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_every_workout_is_an_all_day_event_in_the_athletes_words(beginner: PlanDesk) -> None:
    revision = beginner.held()
    found = events(beginner)
    planned = [w for w in revision.plan.workouts if w.steps]
    assert len(found) == len(planned)
    for workout in planned:
        event = found[f"{revision.plan_id}-{workout.uid}@hanbal"]
        assert event.decoded("dtstart") == workout.day
        assert event.decoded("dtend") == workout.day + timedelta(days=1)
        assert workout_title(workout, "ko", "metric") in str(event["summary"])
        assert str(event["description"]).split("\n")[0]
        assert event.decoded("sequence") == revision.number
        assert event.decoded("last-modified") == revision.created_at.replace(microsecond=0)


def test_the_language_is_the_athletes(beginner: PlanDesk) -> None:
    revision = beginner.held()
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        athletes.update(s, beginner.athlete_id, lang="en", units="imperial")
    titles = " ".join(str(e["summary"]) for e in events(beginner).values())
    assert "min" in titles
    assert not any("가" <= c <= "힣" for c in titles)
    assert revision.plan.workouts


def test_lines_are_folded_by_bytes_and_the_file_says_what_it_is(beginner: PlanDesk) -> None:
    content = feed(beginner).content
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_it_is_the_same_until_something_changes(marathoner: PlanDesk) -> None:
    revision = marathoner.held()
    first = feed(marathoner)
    assert feed(marathoner) == first
    moved = next(w for w in revision.plan.workouts if w.runs and w.day > marathoner.today + timedelta(days=2))
    marathoner.revise(revision.plan_id, Edit("move", moved.uid, day=moved.day + timedelta(days=1)))
    assert feed(marathoner) == first, "what nobody approved is in no calendar"
    asked = marathoner.waiting()
    marathoner.acknowledge(asked)
    assert marathoner.decide(asked).taken
    after = feed(marathoner)
    assert after.etag != first.etag
    event = events(marathoner)[f"{revision.plan_id}-{moved.uid}@hanbal"]
    assert event.decoded("dtstart") == moved.day + timedelta(days=1)
    assert event.decoded("sequence") > revision.number


def test_a_hold_cancels_what_is_to_come_and_does_not_say_why(beginner: PlanDesk) -> None:
    before = events(beginner)
    with beginner.db.athlete_session(beginner.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "urgent", "가슴이 아파요", beginner.now)
    held = events(beginner)
    assert held.keys() == before.keys()
    for uid, event in held.items():
        assert str(event["status"]) == "CANCELLED"
        assert event.decoded("sequence") > before[uid].decoded("sequence")
    text = feed(beginner).content.decode()
    assert "가슴" not in text
    assert "chest" not in text


def test_nothing_approved_is_an_empty_calendar_with_the_races(desk: PlanDesk) -> None:
    assert events(desk) == {}
    evil = "10K; DROP\r\nATTACH:https://evil.example, \\n\u2028X"
    with desk.db.athlete_session(desk.athlete_id) as s:
        kept = races.save(s, Race(date(2026, 12, 20), 10_000.0, name=evil))
        races.save(s, Race(date(2026, 11, 1), 10_000.0, name="지난 대회"))
    (event,) = events(desk).values()
    assert str(event["uid"]) == f"race-{kept.id}@hanbal"
    assert event.decoded("dtstart") == date(2026, 12, 20)
    assert "ATTACH" not in event
    assert "\n" not in str(event["summary"])
    assert "DROP ATTACH:https://evil.example, \\n X" in str(event["summary"])


def test_a_cancelled_plan_disappears(beginner: PlanDesk) -> None:
    revision = beginner.held()
    from coach.pipeline import approving

    with beginner.db.athlete_session(beginner.athlete_id) as s:
        approving.cancel(s, beginner.athlete, revision.plan_id, beginner.now)
    assert not any(uid.startswith(f"{revision.plan_id}-") for uid in events(beginner))


def test_the_address_opens_once_renewed_and_closed(desk: PlanDesk) -> None:
    def ask(secret: str) -> Feed:
        return calendar_feed.feed_of(desk.db, secret, desk.now)

    with desk.db.athlete_session(desk.athlete_id) as s:
        first = calendar_feed.open_feed(s)
    assert ask(first) == feed(desk)
    with desk.db.athlete_session(desk.athlete_id) as s:
        second = calendar_feed.open_feed(s)
    assert second != first
    for wrong in (first, "", "x" * 43, "한" * 43, first + "\x00", "x" * 10_000):
        with pytest.raises(NotLoggedIn):
            ask(wrong)
    assert ask(second)
    with desk.db.athlete_session(desk.athlete_id) as s:
        known = calendar_feed.known_feed(s)
        assert known is not None
        assert known.last_used_at == desk.now
        calendar_feed.close_feed(s)
        with pytest.raises(NotFound):
            calendar_feed.close_feed(s)
    with pytest.raises(NotLoggedIn):
        ask(second)
