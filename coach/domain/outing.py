"""When two recordings are one outing, and which of them says what.

The same run arrives from the watch, from an export and from another app. Copies of one recording share an
identity; other recordings of the same outing overlap in time and agree in distance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coach.domain.activity import Device, Recording, Sport
from coach.domain.source import Permission, Source

MIN_OVERLAP = 0.80  # of the shorter one
MAX_DISTANCE_DIFFERENCE = 0.05
# Naive times written by some exporters are off by whole hours; what starts at the same minute and second,
# lasts as long and is as far is no other outing. A typed-in one is: to work and back, 20 minutes each.
WHOLE_HOURS = timedelta(hours=14)
WHOLE_HOUR_SLACK_S = 2.0
# Positions alone, joined up, can make a third more of a distance than a wheel counted.
AT_ONCE_SLACK_S = 5.0

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
    typed: bool = False  # nothing recorded it: its times are what somebody remembered

    @classmethod
    def of(cls, recording: Recording) -> Sketch:
        return cls(
            recording.sport,
            recording.start,
            recording.elapsed_s,
            recording.distance_m,
            recording.identity,
            recording.part,
            "no_samples" in recording.flags,
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
    if shorter < 1:  # a moment rather than a span
        return 1.0 if abs(a.start - b.start) < timedelta(seconds=1) else 0.0
    first_end = min(a.start + timedelta(seconds=a.elapsed_s), b.start + timedelta(seconds=b.elapsed_s))
    shared = (first_end - max(a.start, b.start)).total_seconds()
    return max(0.0, shared) / shorter


def same_outing(a: Sketch, b: Sketch) -> bool:
    """Return whether two recordings are of one outing: the same identity, or enough in common.

    Symmetric, and true of a recording and itself.
    """
    if a.identity and a.identity == b.identity and a.part == b.part:
        # Some programs write one identity into all they export, so time has a say. And a part of a multisport
        # file may also come alone, under another number: that is told by time and distance.
        return overlap(a, b) > 0
    if not _families_agree(a, b):
        return False
    if _at_once(a, b):
        return True
    if not _distances_agree(a, b):
        return False
    longer, shorter = max(a.elapsed_s, b.elapsed_s), min(a.elapsed_s, b.elapsed_s)
    if overlap(a, b) >= MIN_OVERLAP and shorter >= 0.5 * longer:
        return True
    return _hours_apart(a, b)


def _at_once(a: Sketch, b: Sketch) -> bool:
    """Return whether both begin and end together. Then one measured wrong: nobody is out twice at a time."""
    apart = abs((a.start - b.start).total_seconds())
    if a.typed or b.typed or min(a.elapsed_s, b.elapsed_s) < 60:
        return False
    return apart <= AT_ONCE_SLACK_S and abs(a.elapsed_s - b.elapsed_s) <= AT_ONCE_SLACK_S


def _hours_apart(a: Sketch, b: Sketch) -> bool:
    """Return whether the two differ only by a whole number of hours: one of them lost its time zone."""
    apart = abs(a.start - b.start)
    if not timedelta(minutes=30) < apart <= WHOLE_HOURS or not (a.distance_m and b.distance_m):
        return False
    # Two devices' own files are both right about the time, typed times are round ones.
    if (a.identity and b.identity) or a.typed or b.typed:
        return False
    off = apart.total_seconds() % 3600
    return (
        min(off, 3600 - off) <= WHOLE_HOUR_SLACK_S
        and abs(a.elapsed_s - b.elapsed_s) <= WHOLE_HOUR_SLACK_S
        and abs(a.distance_m - b.distance_m) <= 0.01 * max(a.distance_m, b.distance_m)
    )


# Fields that are chosen one by one; streams and laps belong together and come from the winner. The sport and
# whether it was a race are chosen too, by rules of their own.
FIELDS = ("name", "note", "sub_sport", "utc_offset_s", "distance_m", "timer_s", "lengths", "device")


@dataclass(frozen=True)
class Chosen:
    """`ranked` are the indexes of the sources that may be used, the best first; `fields` maps each field, and
    each of the device's totals as `totals.<name>`, to the index of the source it is taken from."""

    ranked: tuple[int, ...]
    fields: Mapping[str, int]

    @property
    def winner(self) -> int:
        """The source whose samples, laps and times count."""
        return self.ranked[0]


def _worth(recording: Recording) -> tuple[int, int, int, int]:
    streams = recording.streams
    channels = 0 if streams is None else sum(streams.get(name) is not None for name in streams.channels)
    samples = 0 if streams is None else len(streams)
    damaged = sum(f in ("truncated", "bad_crc", "no_header") for f in recording.flags)
    from_device = 1 if recording.identity else 0  # the watch's own file before what an app made of it
    return (-damaged, from_device, channels, samples)


def _content(source: Source, recording: Recording) -> tuple[str, ...]:
    """Return what decides between sources of equal worth: what they say, never the order they came in."""
    r = recording
    values = (source.value, r.start.isoformat(), r.elapsed_s, r.timer_s, r.distance_m, r.name, r.note)
    more = (r.external_id, r.identity, r.part, len(r.laps), sorted(r.totals.items()))
    return tuple(map(str, values + more))


def choose(
    sources: Sequence[tuple[Source, Recording]],
    permissions: Mapping[Source, Permission],
) -> Chosen:
    """Choose, field by field, which source of one outing is believed. At least one source is needed.

    The order of `sources` does not matter. A source that permits more is taken before one that permits less,
    however good: so an activity that is known from a file and from a restricted source carries nothing of the
    restricted one.
    """
    if not sources:
        raise ValueError("an activity has at least one source")

    openness = [permissions[source].openness for source, _ in sources]
    usable = [i for i in range(len(sources)) if openness[i] == max(openness)]
    ranked = sorted(usable, key=lambda i: (_worth(sources[i][1]), _content(*sources[i])), reverse=True)
    fields: dict[str, int] = {}
    for index in ranked:
        recording = sources[index][1]
        for name in FIELDS:
            if getattr(recording, name) not in (None, "", (), Device()):
                fields.setdefault(name, index)
        for name in recording.totals:
            fields.setdefault(f"totals.{name}", index)
    # Watches name runs after the place or the sport; what the athlete typed elsewhere says more.
    named = [i for i in ranked if sources[i][1].name and not sources[i][1].identity]
    if named:
        fields["name"] = named[0]
    for name, told in (("sport", Sport.other), ("race", False)):
        saying = [i for i in ranked if getattr(sources[i][1], name) != told]
        if saying:
            fields[name] = saying[0]
    return Chosen(tuple(ranked), fields)
