"""What every service that data come from is: declared once in its folder, opened for one athlete.

A provider is network and mapping, nothing else: it knows no database and no other provider. What it must keep
(tokens that rotate, limits that are used up) it hands to whoever opened it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, runtime_checkable

from coach.config import Settings
from coach.domain.activity import Recording
from coach.domain.daily import DailyValue
from coach.domain.plan.held import Held
from coach.domain.plan.model import Workout
from coach.domain.source import Source


class Auth(StrEnum):
    """How an athlete connects."""

    password = "password"  # noqa: S105 - a form: e-mail and password, perhaps a code; used once, never kept
    oauth = "oauth"  # a page of theirs, from which the athlete comes back
    address = "address"  # they send to an address of ours
    files = "files"  # nothing to connect: the athlete gives files


@dataclass(frozen=True)
class Listed:
    """One activity as a list of the service shows it: enough to know whether it must be fetched.

    `summary` is what was shown, untransformed; `sha256` is of the parts that change when it is edited.
    `echo_of` is our own number of it, when we put it there.
    """

    external_id: str
    start: datetime  # aware, UTC
    sha256: bytes
    summary: Mapping[str, Any]
    echo_of: str = ""


@dataclass(frozen=True)
class Payload:
    """An answer as it came, kept beside what is made of it."""

    endpoint: str
    external_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Fetched:
    """One activity: an original file to be read like any other, or recordings made of the service's answers.

    `describe` completes what was read from the file with what only the list knows (name, number, feel).
    `complete` is False where there should be more, which may come later: it is asked for again.
    """

    recordings: tuple[Recording, ...] = ()
    file: tuple[str, bytes] | None = None
    payloads: tuple[Payload, ...] = ()
    describe: Callable[[Sequence[Recording]], Sequence[Recording]] = field(default=lambda found: found)
    complete: bool = True


@dataclass(frozen=True)
class Days:
    """Values of days. `complete` is False where a part could not be had and should be asked for again.

    `sure_of` names what was answered in full for the whole range: of these a day without a value has none.
    """

    values: tuple[DailyValue, ...]
    payloads: tuple[Payload, ...] = ()
    complete: bool = True
    sure_of: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Who:
    """Whose account it is over there."""

    account_id: str
    name: str = ""
    tz: str | None = None


@dataclass(frozen=True)
class Opening:
    """What an account needs to be opened.

    `keep` is called with new tokens before the call that got them returns; when it raises, so does the call.
    `usage` and `keep_usage` hold what the service said of its limits, for all athletes together. `reserve` is
    the share of those limits (0–1) that is left to more urgent work.
    """

    settings: Settings
    tokens: str = field(repr=False)
    keep: Callable[[str], None]
    clock: Callable[[], datetime]
    usage: Callable[[], Mapping[str, Any]] = dict
    keep_usage: Callable[[Mapping[str, Any]], None] = lambda usage: None
    reserve: float = 0.0


class Account(Protocol):
    """An athlete's account, opened. Calls block, have time-outs, and never sleep for long.

    They raise ProviderTrouble: NeedsAthlete, ComeBackLater or ServiceBroken. Nothing else may escape,
    whatever the service answers.
    """

    def who(self) -> Who:
        """Ask whose account this is."""
        ...

    def listing(self, since: date | None = None) -> Iterator[Sequence[Listed]]:
        """Yield pages of activities, the newest first, until the service has no more (or all began before
        `since`). Each activity once, however the pages shift meanwhile."""
        ...

    def fetch(self, item: Listed) -> Fetched | None:
        """Fetch one activity; None when it is no longer there."""
        ...

    def days(self, start: date, end: date, *, thorough: bool) -> Days:
        """Fetch values of days (`end` included). Not `thorough`: only what may change without a new activity,
        in as few calls as possible."""
        ...

    def upload(self, name: str, data: bytes, external_id: str) -> str:
        """Put a file there and return its number over there, also when it was there already. Raises BadInput
        where the service refuses it, NotAllowed where it takes nothing."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


@dataclass(frozen=True)
class WorkoutOrder:
    """A planned workout with the words that go with it: `notes` one for each step, repeats not written out
    ("": none). `text` is the description, and ends with the mark by which it is found again."""

    workout: Workout
    name: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheduled:
    """A workout's place in the calendar over there."""

    id: str
    workout_id: str
    day: date


@runtime_checkable
class Workouts(Protocol):
    """An account that holds planned workouts, which the watch fetches from there.

    Numbers of things over there are text. Besides ProviderTrouble, writing raises BadInput where the service
    cannot hold or refuses this one workout, and NotFound where the thing is no longer there. Nothing is
    looked for before it is written: whoever calls does that.
    """

    def find_workouts(self) -> tuple[Held, ...]:
        """Return all workouts of the library, without their steps, the newest first."""
        ...

    def read_workout(self, workout_id: str) -> Held | None:
        """Return one workout with its steps; None when it is not there."""
        ...

    def would_hold(self, order: WorkoutOrder) -> Held:
        """Return what it should show after taking an order, without asking. Raises BadInput."""
        ...

    def create_workout(self, order: WorkoutOrder) -> str:
        """Put a workout into the library and return its number."""
        ...

    def update_workout(self, workout_id: str, order: WorkoutOrder) -> None:
        """Replace all of a workout; its places in the calendar stay."""
        ...

    def delete_workout(self, workout_id: str) -> None:
        """Delete a workout; nothing happens when it is gone."""
        ...

    def scheduled(self, start: date, end: date) -> tuple[Scheduled, ...]:
        """Return what stands in the calendar (`end` included)."""
        ...

    def schedule(self, workout_id: str, day: date) -> Scheduled:
        """Put a workout into the calendar; return its place as the service says it."""
        ...

    def reschedule(self, schedule_id: str, day: date) -> None:
        """Move a place in the calendar to another day."""
        ...

    def unschedule(self, schedule_id: str) -> None:
        """Take a place out of the calendar; nothing happens when it is gone."""
        ...


@dataclass(frozen=True)
class NeedsCode:
    """A login that waits for the code that the service sent. `state` goes on with it, elsewhere too."""

    state: str = field(repr=False)


class PasswordLogin(Protocol):
    """A login by e-mail and password. Both return the tokens. Raises NeedsAthlete when it is refused: then no
    further attempt is made before the athlete acts."""

    def begin(self, settings: Settings, email: str, password: str) -> str | NeedsCode: ...

    def finish(self, settings: Settings, state: str, code: str) -> str: ...


@dataclass(frozen=True)
class Granted:
    """What came back from a page of the service: tokens, and what the athlete allowed."""

    tokens: str = field(repr=False)
    scopes: tuple[str, ...]
    who: Who


class OAuthLogin(Protocol):
    """A login on a page of the service."""

    def page(self, settings: Settings, state: str, return_to: str, *, write: bool) -> str:
        """Return the address of their page. Raises SetupError where no application is registered."""
        ...

    def exchange(self, settings: Settings, code: str, scope: str) -> Granted:
        """Turn what came back into tokens. Raises NeedsAthlete where a needed permission was not given."""
        ...

    def revoke(self, settings: Settings, tokens: str) -> None:
        """Take the permission back over there. Raises ProviderTrouble."""
        ...


@dataclass(frozen=True)
class Provider:
    """A service. Texts: `sync.<name>` is its title, `sync.<name>_about` what connecting it gives.

    `every`: how often it is asked for news (with `jitter` more at most). `history`: how far back it is read;
    None: all. `has_days`: whether it has values of days. `cap`: how many accounts are worked on at once.
    `open` is None where nothing can be asked for.
    """

    name: str
    source: Source
    auth: Auth
    every: timedelta = timedelta(hours=1)
    jitter: timedelta = timedelta(minutes=5)
    history: timedelta | None = None
    cap: int = 2
    has_days: bool = True
    open: Callable[[Opening], Account] | None = None
    password: PasswordLogin | None = None
    oauth: OAuthLogin | None = None
    uploads: bool = False


@cache
def providers() -> Mapping[str, Provider]:
    """Return every provider: each folder of `coach.providers` that exports `provider`."""
    package = importlib.import_module("coach.providers")
    found: dict[str, Provider] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            folder = importlib.import_module(f"coach.providers.{module.name}")
            declared = getattr(folder, "provider", None)
            if declared is not None:
                assert isinstance(declared, Provider)
                assert declared.name not in found, declared.name
                found[declared.name] = declared
    return found
