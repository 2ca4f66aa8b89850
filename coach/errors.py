"""Every error the coach raises on purpose.

    CoachError                 something to tell the athlete: a text key and its parameters
    ├── BadInput               what was given cannot be used; changes nothing
    │   ├── UnreadableFile     a file whose content cannot be read
    │   │   └── NotAnActivity  a readable file that holds something else (a workout, a course …)
    │   └── TooLarge           over a stated limit
    ├── NotFound               no such thing, or not this athlete's
    ├── NotAllowed             known who, but not permitted
    │   └── NotLoggedIn        not known who
    ├── Conflict               the thing changed meanwhile, or exists already
    ├── NotEnoughData          a fact cannot be computed yet; says what is missing
    ├── LimitReached           a cap on calls, time, tokens or money
    ├── ModelUnavailable       no language model answered
    ├── ProviderTrouble        something with a service that data come from
    │   ├── NeedsAthlete       only the athlete can mend it: a login refused, a permission taken back
    │   ├── ComeBackLater      over the service's limit, or its turn is not ours yet; says when
    │   └── ServiceBroken      it did not answer, or with what nobody can read
    └── SetupError             the installation is not able to run; says what to do

An error carries a *key* of the text catalogue and parameters, never a finished sentence: the edges
(page, terminal, chat) render it in the athlete's language with `coach.text.say`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class CoachError(Exception):
    """Something to tell the athlete.

    `key` names a sentence in the catalogue (`error.<key>`), `params` fill its placeholders.
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params


class BadInput(CoachError):
    """What was given cannot be used."""


class UnreadableFile(BadInput):
    """A file whose content cannot be read."""


class NotAnActivity(UnreadableFile):
    """A readable file that holds something other than an activity."""


class TooLarge(BadInput):
    """Over a stated limit."""


class NotFound(CoachError):
    """No such thing, or not this athlete's."""


class NotAllowed(CoachError):
    """Known who asks, but not permitted."""


class NotLoggedIn(NotAllowed):
    """Not known who asks."""


class Conflict(CoachError):
    """The thing changed meanwhile, or exists already."""


class NotEnoughData(CoachError):
    """A fact cannot be computed yet."""


class LimitReached(CoachError):
    """A cap on calls, time, tokens or money."""


class ModelUnavailable(CoachError):
    """No language model answered."""


class ProviderTrouble(CoachError):
    """Something with a service that data come from."""


class NeedsAthlete(ProviderTrouble):
    """Only the athlete can mend it: no further attempt before they act."""


class ComeBackLater(ProviderTrouble):
    """Not now. `until` is when to try again (aware, UTC)."""

    def __init__(self, key: str, *, until: datetime, **params: Any) -> None:
        super().__init__(key, **params)
        self.until = until


class ServiceBroken(ProviderTrouble):
    """The service did not answer, or with what nobody can read: trying again later may help."""


class SetupError(CoachError):
    """The installation is not able to run."""
