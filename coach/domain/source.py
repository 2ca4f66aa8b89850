"""Where a datum came from, and what that source permits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Source(StrEnum):
    """Where a row came from."""

    file = "file"  # a recording the athlete gave: FIT, GPX, TCX
    archive = "archive"  # the athlete's own bulk export (Strava, Garmin, COROS …)
    garmin = "garmin"
    strava = "strava"  # Strava's API
    apple_health = "apple_health"
    sheets = "sheets"
    journal = "journal"  # what the athlete said or typed


@dataclass(frozen=True)
class Permission:
    """What may be done with a datum. Combine with `&`: the result allows what both allow."""

    to_model: bool  # may an external language model read it
    to_others: bool  # may the athlete's human coach see it
    keep_for: timedelta | None  # None: as long as the athlete wants

    @property
    def openness(self) -> tuple[int, bool, bool, timedelta]:
        """How much it allows, to compare: more things first, then which. Equal only where all is."""
        for_ever = self.keep_for is None
        allowed = self.to_model + self.to_others + for_ever
        return (allowed, self.to_model, self.to_others, self.keep_for or timedelta.max)

    @property
    def to_messenger(self) -> bool:
        """Whether it may go through a messenger, whose servers are others' and keep it for ever."""
        return self.to_others and self.keep_for is None

    def __and__(self, other: Permission) -> Permission:
        limits = [k for k in (self.keep_for, other.keep_for) if k is not None]
        return Permission(
            to_model=self.to_model and other.to_model,
            to_others=self.to_others and other.to_others,
            keep_for=min(limits, default=None),
        )


FREE = Permission(to_model=True, to_others=True, keep_for=None)

# Strava's API policy of 1 June 2026 forbids API data in an AI's context, showing it to other
# people, and keeping it longer than seven days. Everything else is the athlete's own.
# What holds in an installation is `coach.store.permissions.read`.
DEFAULT_PERMISSIONS: Mapping[Source, Permission] = {
    **dict.fromkeys(Source, FREE),
    Source.strava: Permission(to_model=False, to_others=False, keep_for=timedelta(days=7)),
}


def permission_of(sources: Iterable[Source], permissions: Mapping[Source, Permission]) -> Permission:
    """Return what all of `sources` together permit (nothing given: everything is permitted).

    `permissions` are those of this installation (`coach.store.permissions.read`): the operator may have
    changed the defaults.
    """
    result = FREE
    for source in sources:
        result = result & permissions[source]
    return result


def limited(permissions: Mapping[Source, Permission]) -> frozenset[Source]:
    """Return the sources that forbid anything."""
    return frozenset(source for source, permission in permissions.items() if permission != FREE)
