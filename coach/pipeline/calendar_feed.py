"""The approved plan as an iCalendar feed at an address with a secret in it.

The secret is all the authority there is, so the feed tells what is planned and nothing else: no activity, no
value of health, not even why a plan is on hold.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from coach.domain.athlete import Athlete
from coach.domain.plan.model import Race, Workout, WorkoutKind
from coach.errors import NotFound, NotLoggedIn
from coach.pipeline import holding
from coach.pipeline.situation import local_day
from coach.store import addresses, athletes, plan_holds, plans, races, sync_system
from coach.store.accounts import token_hash
from coach.store.addresses import Address
from coach.store.plans import Revision
from coach.store.session import Database, Session
from coach.text import say
from coach.text.plans import purpose_words, race_title, step_lines, workout_title

PROVIDER = "calendar"
_SECRET_CHARS = (20, 200)
_ASK_EVERY = timedelta(hours=6)
_PRODUCT = "-//Hanbal//Training plan 1//"


@dataclass(frozen=True)
class Feed:
    """The calendar as it is sent, and what tells one version from another."""

    content: bytes
    etag: str


def open_feed(s: Session) -> str:
    """Open the athlete's calendar address and return its secret, shown once; the one before is closed."""
    return addresses.open_one(s, PROVIDER)


def close_feed(s: Session) -> None:
    """Close the address: its secret opens nothing any more. Raises NotFound where none is open."""
    if not addresses.close(s, PROVIDER):
        raise NotFound("no_calendar")


def known_feed(s: Session) -> Address | None:
    """Return when the address was opened and last asked, or None where none is open."""
    return addresses.get(s, PROVIDER)


def feed_of(db: Database, secret: str, now: datetime) -> Feed:
    """Return the calendar behind a secret. Raises NotLoggedIn("calendar_unknown").

    The database is asked for its hash in any case, so an unknown secret takes as long as a revoked one.
    """
    shaped = _SECRET_CHARS[0] <= len(secret) <= _SECRET_CHARS[1] and secret.isascii()
    athlete_id = sync_system.use_address(db, PROVIDER, token_hash(secret if shaped else ""), now)
    if athlete_id is None:
        raise NotLoggedIn("calendar_unknown")
    with db.athlete_session(athlete_id) as s:
        if not addresses.is_open(s, PROVIDER, secret):
            raise NotLoggedIn("calendar_unknown")
        return calendar_of(s, athletes.get(s, athlete_id), now)


def calendar_of(s: Session, athlete: Athlete, now: datetime) -> Feed:
    """Return the calendar of the plan that runs, with the races to come: the same bytes until one changes."""
    today, lang = local_day(athlete, now), athlete.lang
    revision = plans.holding(s)
    held = holding.still(s)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(lang, "plan_exchange.calendar_name"))
    about = say(lang, f"plan_exchange.calendar_{'held' if held else 'about'}")
    calendar.add("x-wr-caldesc", about)
    calendar.add("refresh-interval", _ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    if revision is not None:
        turns, turned = plan_holds.turns(s)
        changed = max(revision.created_at, turned or revision.created_at)
        for workout in revision.plan.workouts:
            if workout.steps:
                stopped = held and workout.day >= today
                event = _event(workout, athlete, revision, changed, revision.number + turns)
                if stopped:
                    event.add("status", "CANCELLED")
                calendar.add_component(event)
    for race in _races_beside(s, revision, today):
        calendar.add_component(_race(race, athlete))
    content = calendar.to_ical()
    return Feed(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _event(workout: Workout, athlete: Athlete, revision: Revision, changed: datetime, sequence: int) -> Event:
    lang, units = athlete.lang, athlete.units
    title = workout_title(workout, lang, units)
    if workout.kind is WorkoutKind.race:
        title = say(lang, "plan_exchange.calendar_race", name=title)
    lines = [*step_lines(workout, lang, units), purpose_words(workout, lang)]
    event = _all_day(workout.day, f"{revision.plan_id}-{workout.uid}@hanbal", changed, sequence)
    event.add("summary", _one_line(title))
    event.add("description", "\n".join(_one_line(line) for line in lines if line))
    return event


def _race(race: Race, athlete: Athlete) -> Event:
    title = race_title(race, athlete.lang, athlete.units)
    moment = datetime.combine(race.day, datetime.min.time(), UTC)
    event = _all_day(race.day, f"race-{race.id}@hanbal", moment, 0)
    event.add("summary", _one_line(say(athlete.lang, "plan_exchange.calendar_race", name=title)))
    return event


def _all_day(day: date, uid: str, changed: datetime, sequence: int) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # a run does not make the day busy
    event.add("class", "PRIVATE")
    return event


def _one_line(text: str) -> str:
    """Return words without what could end a line of the file: names of races are somebody's own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _races_beside(s: Session, revision: Revision | None, today: date) -> list[Race]:
    """Return races that are no workout of the plan."""
    planned = [] if revision is None else [w for w in revision.plan.workouts if w.kind is WorkoutKind.race]
    numbers, days = {w.race_id for w in planned}, {w.day for w in planned}
    return [r for r in races.find(s, start=today) if r.id not in numbers and r.day not in days]
