"""The sessions of an activity file as recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from coach.domain.activity import Floats, Lap, Recording, Sport, SwimLength
from coach.errors import TooLarge
from coach.providers.files.fit.content import Content
from coach.providers.files.fit.rest import Message
from coach.providers.files.fit.samples import MAX_GAP_S, plausible_times, read_beats, read_streams
from coach.providers.files.fit.scan import Ints
from coach.providers.files.fit.sports import map_sport
from coach.providers.files.fit.summary import (
    read_device,
    read_identity,
    read_totals,
    read_utc_offset_s,
    valid,
)

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
MAX_TIMER_EVENTS = 10_000

# Values of `intensity` that are newer than fitparse's profile.
_INTENSITIES: Mapping[int, str] = {4: "recovery", 5: "interval", 6: "other"}

# The fields `event` and `event_type`, and what they hold when the timer is started or stopped.
_EVENT, _EVENT_TYPE = 0, 1
_TIMER, _START, _STOPS = 0, 0, (1, 4, 8, 9)

Beats = tuple[Floats, Floats]


def read_sessions(content: Content) -> list[Recording]:
    """Return one recording per session; transitions of a multisport outing are left out.

    A file without a session (cut short) gives one recording of its samples and laps, if it has any. Raises
    TooLarge for more timer events than any device writes.
    """
    found = content.of("session")
    sessions = sorted(found, key=lambda s: _start(s) or 0.0) or [Message("session", 0)]
    laps = content.of("lap")
    if not found and not laps and not len(content.records):
        return []
    starts = [_start(session) for session in sessions]
    edges = np.array([start for start in starts[1:] if start is not None])
    rows, jumped = plausible_times(content.records.time_s, _span_s(sessions, starts))
    flags = content.flags + (("time_jump",) if jumped else ())
    part_of_row = _part_at(content.records.time_s[rows], edges)
    laps_of = _by_part(laps, edges)
    lengths_of = _by_part(content.of("length"), edges)
    timer = _timer_events(content)
    beats = [read_beats(messages) for messages in content.heart_beats]

    all_transitions = all(s.text("sport") == "transition" for s in sessions)
    recordings: list[Recording] = []
    for number, session in enumerate(sessions):
        if session.text("sport") == "transition" and not all_transitions:
            continue
        part = _Part(
            content,
            session,
            rows=rows[part_of_row == number],
            laps=laps_of.get(number, []),
            lengths=lengths_of.get(number, []),
        )
        recordings.append(part.recording(len(recordings), flags, timer, beats))
    return recordings


def _start(message: Message) -> float | None:
    """Return when a session, lap or length started, as FIT time."""
    start = message.time_s("start_time")
    if start is None:
        end, elapsed = message.time_s("timestamp"), message.amount("total_elapsed_time")
        start = None if end is None or elapsed is None else max(end - elapsed, 0.0)
    return start


def _elapsed(message: Message) -> float:
    return message.amount("total_elapsed_time", "total_timer_time") or 0.0


def _span_s(sessions: Sequence[Message], starts: Sequence[float | None]) -> float:
    """Return how long the device says that all sessions together took, 0 when it does not say."""
    known = [(at, at + _elapsed(s)) for s, at in zip(sessions, starts, strict=True) if at is not None]
    return max(end for _, end in known) - min(at for at, _ in known) if known else 0.0


def _part_at(time_s: Floats, edges: Floats) -> Ints:
    """Return the number of the session to which each time belongs; `edges` start all but the first."""
    return np.searchsorted(edges, time_s, side="right")


def _by_part(messages: Sequence[Message], edges: Floats) -> dict[int, list[Message]]:
    """Return laps or lengths by session; what has no time is left out."""
    parts: dict[int, list[Message]] = {}
    for message in messages:
        start = _start(message)
        if start is not None:
            # Some writers round the start of a session and that of its first lap apart.
            number = int(_part_at(np.array([start + 0.5]), edges)[0])
            parts.setdefault(number, []).append(message)
    return parts


def _timer_events(content: Content) -> list[tuple[float, bool]]:
    """Return FIT time and "runs from now on" of each start and stop of the timer."""
    events = content.events
    event, event_type = events.get(_EVENT), events.get(_EVENT_TYPE)
    if event is None or event_type is None:
        return []
    started, stopped = event_type == _START, np.isin(event_type, _STOPS)
    chosen = (event == _TIMER) & ~np.isnan(events.time_s) & (started | stopped)
    if int(chosen.sum()) > MAX_TIMER_EVENTS:
        raise TooLarge("fit_overloaded")
    return list(zip(events.time_s[chosen].tolist(), started[chosen].tolist(), strict=True))


class _Part:
    """One session of a file and everything that lies in its time."""

    def __init__(
        self,
        content: Content,
        session: Message,
        rows: Ints,
        laps: Sequence[Message],
        lengths: Sequence[Message],
    ) -> None:
        self._content = content
        self._session = session
        self._rows = rows
        self._laps = laps
        self._lengths = lengths
        self._sport, self._sub_sport = self._find_sport()
        self._start_s, self._jumped = self._find_start()

    def _find_sport(self) -> tuple[Sport, str]:
        for message in (self._session, *self._laps[:1], self._content.first("sport")):
            if message is not None and message.text("sport"):
                return map_sport(message.text("sport"), message.text("sub_sport"))
        return Sport.other, ""

    def _find_start(self) -> tuple[float, bool]:
        """Return the start as FIT time, and whether what the file says of it was implausible."""
        said = _start(self._session)
        times = self._content.records.time_s[self._rows]
        if times.size:
            first = float(times[0])
            if said is None:
                return first, False
            if abs(first - said) > max(MAX_GAP_S, _elapsed(self._session)):
                return first, True
            return min(said, first), False
        file_id = self._content.first("file_id")
        created = file_id.time_s("time_created") if file_id else None
        return next((s for s in (said, *map(_start, self._laps), created) if s is not None), 0.0), False

    def recording(
        self,
        part: int,
        flags: tuple[str, ...],
        timer: Sequence[tuple[float, bool]],
        beats: Sequence[Beats],
    ) -> Recording:
        """Return the session as a recording."""
        content, session = self._content, self._session
        streams = read_streams(
            content.records, self._rows, self._start_s, self._sport, content.developer, beats
        )
        laps = tuple(map(self._lap, self._laps))
        elapsed = session.amount("total_elapsed_time")
        if elapsed is None:
            last = 0.0 if streams is None else float(streams.t_s[-1])
            elapsed = max([last, *(lap.start_s + lap.elapsed_s for lap in laps)])
        distance = session.amount("total_distance")
        if distance is None and streams is not None and (covered := streams.get("distance_m")) is not None:
            distance = float(np.nanmax(covered))
        if self._jumped and "time_jump" not in flags:
            flags = (*flags, "time_jump")
        if streams is None:
            flags = (*flags, "no_samples")
        file_id, workout = content.first("file_id"), content.first("workout")
        return Recording(
            sport=self._sport,
            sub_sport=self._sub_sport,
            start=FIT_EPOCH + timedelta(seconds=self._start_s),
            elapsed_s=elapsed,
            utc_offset_s=read_utc_offset_s(content.first("activity")),
            timer_s=session.amount("total_timer_time"),
            distance_m=distance or None,  # a watch that measured none writes zero
            name=workout.text("wkt_name") if workout else "",
            streams=streams,
            laps=laps,
            lengths=tuple(map(self._length, self._lengths)),
            pauses=self._pauses(timer, elapsed),
            totals=read_totals(session, self._sport),
            device=read_device(file_id),
            identity=read_identity(file_id),
            part=part,
            flags=flags,
        )

    def _offset(self, message: Message) -> float:
        return max((_start(message) or 0.0) - self._start_s, 0.0)

    def _lap(self, lap: Message) -> Lap:
        return Lap(
            start_s=self._offset(lap),
            elapsed_s=_elapsed(lap),
            timer_s=lap.amount("total_timer_time"),
            distance_m=lap.amount("total_distance"),
            avg_hr_bpm=valid("hr_bpm", lap.number("avg_heart_rate")),
            max_hr_bpm=valid("hr_bpm", lap.number("max_heart_rate")),
            ascent_m=lap.amount("total_ascent"),
            trigger=lap.text("lap_trigger"),
            intensity=lap.text("intensity") or _INTENSITIES.get(lap.raw.get("intensity") or 0, ""),
        )

    def _length(self, length: Message) -> SwimLength:
        strokes = length.amount("total_strokes")
        return SwimLength(
            start_s=self._offset(length),
            elapsed_s=_elapsed(length),
            active=length.text("length_type") != "idle",
            strokes=None if strokes is None else int(strokes),
            stroke=length.text("swim_stroke"),
        )

    def _pauses(
        self, timer: Sequence[tuple[float, bool]], elapsed_s: float
    ) -> tuple[tuple[float, float], ...]:
        """Return when the timer stood: from each stop to the next start within the session."""
        pauses: list[tuple[float, float]] = []
        stopped: float | None = None
        for at, runs in timer:
            offset = at - self._start_s
            if not 0 <= offset <= elapsed_s:
                continue
            if not runs:
                stopped = offset if stopped is None else stopped
            elif stopped is not None:
                if offset > stopped:
                    pauses.append((stopped, offset))
                stopped = None
        return tuple(pauses)
