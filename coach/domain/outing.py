"""When two recordings are one outing, and which of them says what.

The same run arrives from the watch, from an export and from another app. Copies of one recording share an
identity; other recordings of the same outing overlap in time and agree in distance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coach.domain.activity import Recording, Sport
from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source

MIN_OVERLAP = 0.80  # of the shorter one
MAX_DISTANCE_DIFFERENCE = 0.05
# Naive times written by some exporters are off by whole hours; what starts at the same minute and second,
# lasts as long and is as far is no other outing.
WHOLE_HOURS = timedelta(hours=14)
WHOLE_HOUR_SLACK_S = 2.0

# A run on a treadmill may be "other" in one app and a run in the next; foot sports are told apart by people,
# not by watches.
FAMILY: Mapping[Sport, str] = {
    Sport.run: "foot",
    Sport.walk: "foot",
    Sport.hike: "foot",
    Sport.ride: "ride",
    Sport.swim: "swim",
    Sport.strength: "gym",
    Sport.ski: "ski",
    Sport.row: "row",
    Sport.other: "",
}


@dataclass(frozen=True)
class Sketch:
    """As much of a recording as it takes to tell whether another one is the same outing."""

    sport: Sport
    start: datetime
    elapsed_s: float
    distance_m: float | None
    identity: str = ""
    part: int = 0

    @classmethod
    def of(cls, recording: Recording) -> Sketch:
        return cls(
            recording.sport,
            recording.start,
            recording.elapsed_s,
            recording.distance_m,
            recording.identity,
            recording.part,
        )


def _distances_agree(a: Sketch, b: Sketch) -> bool:
    if not a.distance_m or not b.distance_m:
        return True  # a recording without distance (strength, a broken sensor) is judged by time alone
    return abs(a.distance_m - b.distance_m) <= MAX_DISTANCE_DIFFERENCE * max(a.distance_m, b.distance_m)


def _families_agree(a: Sketch, b: Sketch) -> bool:
    one, other = FAMILY[a.sport], FAMILY[b.sport]
    return one == other or "" in (one, other)


def overlap(a: Sketch, b: Sketch) -> float:
    """Return the time both share, as a fraction (0–1) of the shorter one."""
    shorter = min(a.elapsed_s, b.elapsed_s)
    if shorter <= 0:
        return 1.0 if a.start == b.start else 0.0
    first_end = min(a.start + timedelta(seconds=a.elapsed_s), b.start + timedelta(seconds=b.elapsed_s))
    shared = (first_end - max(a.start, b.start)).total_seconds()
    return max(0.0, shared) / shorter


def same_outing(a: Sketch, b: Sketch) -> bool:
    """Return whether two recordings are of one outing: the same identity, or enough in common."""
    if a.identity and b.identity and a.identity == b.identity:
        return a.part == b.part
    if not (_families_agree(a, b) and _distances_agree(a, b)):
        return False
    longer, shorter = max(a.elapsed_s, b.elapsed_s), min(a.elapsed_s, b.elapsed_s)
    if overlap(a, b) >= MIN_OVERLAP and shorter >= 0.5 * longer:
        return True
    return _hours_apart(a, b)


def _hours_apart(a: Sketch, b: Sketch) -> bool:
    """Return whether the two differ only by a whole number of hours: one of them lost its time zone."""
    apart = abs(a.start - b.start)
    if not timedelta(minutes=30) < apart <= WHOLE_HOURS or not (a.distance_m and b.distance_m):
        return False
    off = apart.total_seconds() % 3600
    return (
        min(off, 3600 - off) <= WHOLE_HOUR_SLACK_S
        and abs(a.elapsed_s - b.elapsed_s) <= WHOLE_HOUR_SLACK_S
        and abs(a.distance_m - b.distance_m) <= 0.01 * max(a.distance_m, b.distance_m)
    )


# Fields that are chosen one by one; streams and laps belong together and come from the winner.
FIELDS = ("name", "note", "sub_sport", "utc_offset_s", "distance_m", "timer_s", "lengths", "device")


@dataclass(frozen=True)
class Chosen:
    """`winner` is the index of the source whose streams and times count; `fields` maps each field, and each
    of the device's totals as `totals.<name>`, to the index of the source it is taken from."""

    winner: int
    fields: Mapping[str, int]


def _worth(recording: Recording, source: Source) -> tuple[int, int, int, int]:
    streams = recording.streams
    channels = 0 if streams is None else sum(streams.get(name) is not None for name in streams.channels)
    samples = 0 if streams is None else len(streams)
    damaged = sum(f in ("truncated", "bad_crc", "no_header") for f in recording.flags)
    from_device = 1 if recording.identity else 0  # the watch's own file before what an app made of it
    return (-damaged, from_device, channels, samples)


def choose(
    sources: Sequence[tuple[Source, Recording]],
    permissions: Mapping[Source, Permission] = DEFAULT_PERMISSIONS,
) -> Chosen:
    """Choose, field by field, which source of one outing is believed. At least one source is needed.

    A source that permits more is taken before one that permits less, however good: so an activity that is
    known from a file and from a restricted source carries nothing of the restricted one.
    """
    if not sources:
        raise ValueError("an activity has at least one source")

    def openness(index: int) -> int:
        permission = permissions[sources[index][0]]
        return permission.to_model + permission.to_others + (permission.keep_for is None)

    most_open = max(openness(i) for i in range(len(sources)))
    usable = [i for i in range(len(sources)) if openness(i) == most_open]
    ranked = sorted(usable, key=lambda i: (_worth(sources[i][1], sources[i][0]), -i), reverse=True)
    fields: dict[str, int] = {}
    for index in ranked:
        recording = sources[index][1]
        for name in FIELDS:
            if getattr(recording, name) not in (None, "", ()) and name not in fields:
                fields[name] = index
        for name in recording.totals:
            fields.setdefault(f"totals.{name}", index)
    # Watches name runs after the place or the sport; what the athlete typed elsewhere says more.
    named = [i for i in usable if sources[i][1].name and not sources[i][1].identity]
    if named:
        fields["name"] = named[0]
    return Chosen(ranked[0], fields)
