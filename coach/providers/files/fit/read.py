"""A FIT file as recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from coach.domain.activity import Device, Floats, Lap, Recording, Sport, SwimLength
from coach.errors import NotAnActivity, UnreadableFile
from coach.providers.files.fit.content import Content, files_of, read_content, read_rr
from coach.providers.files.fit.rest import Message
from coach.providers.files.fit.samples import (
    MAX_GAP_S,
    both_feet,
    in_range,
    plausible_times,
    read_beats,
    read_streams,
)
from coach.providers.files.fit.scan import Ints, scan
from coach.providers.files.fit.sports import ON_FOOT, map_sport

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)

_KINDS: Mapping[str, str] = {
    "device": "fit.kind_device",
    "settings": "fit.kind_settings",
    "sport": "fit.kind_settings",
    "workout": "fit.kind_workout",
    "course": "fit.kind_course",
    "schedules": "fit.kind_schedule",
    "weight": "fit.kind_weight",
    "totals": "fit.kind_totals",
    "goals": "fit.kind_goals",
    "blood_pressure": "fit.kind_blood_pressure",
    "monitoring_a": "fit.kind_monitoring",
    "monitoring_b": "fit.kind_monitoring",
    "monitoring_daily": "fit.kind_monitoring",
    "segment": "fit.kind_segment",
    "segment_list": "fit.kind_segment",
}

# Total → fields of `session`, best first; units agree with the name's. The channel gives the valid range.
_TOTALS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "ascent_m": (("total_ascent",), None),
    "descent_m": (("total_descent",), None),
    "calories_kcal": (("total_calories",), None),
    "avg_hr_bpm": (("avg_heart_rate",), "hr_bpm"),
    "max_hr_bpm": (("max_heart_rate",), "hr_bpm"),
    "avg_speed_mps": (("enhanced_avg_speed", "avg_speed"), "speed_mps"),
    "max_speed_mps": (("enhanced_max_speed", "max_speed"), "speed_mps"),
    "avg_power_w": (("avg_power",), "power_w"),
    "max_power_w": (("max_power",), "power_w"),
    "normalized_power_w": (("normalized_power",), "power_w"),
    "training_effect": (("total_training_effect",), None),
    "anaerobic_training_effect": (("total_anaerobic_training_effect",), None),
    "avg_temperature_c": (("avg_temperature",), "temperature_c"),
    "avg_vertical_oscillation_mm": (("avg_vertical_oscillation",), "vertical_oscillation_mm"),
    "avg_vertical_ratio_pct": (("avg_vertical_ratio",), "vertical_ratio_pct"),
    "avg_ground_contact_ms": (("avg_stance_time",), "ground_contact_ms"),
    "pool_length_m": (("pool_length",), None),
}

# Values of `intensity` that are newer than fitparse's profile.
_INTENSITIES: Mapping[int, str] = {4: "recovery", 5: "interval", 6: "other"}

_TIMER = 0  # `event`
_STARTS, _STOPS = (0,), (1, 4, 8, 9)  # `event_type`


def read_fit(data: bytes) -> tuple[Recording, ...]:
    """Return what a FIT file recorded: one recording per session, transitions left out.

    A damaged file yields what is in it, with flags. Raises NotAnActivity for a workout, a course, settings
    …, UnreadableFile when it is empty, no FIT file or holds nothing readable, TooLarge when it holds more
    than any device writes.
    """
    contents = [read_content(data, segments) for segments in files_of(scan(data))]
    recordings: list[Recording] = []
    for content in contents:
        if _kind(content) is None:
            recordings += _recordings(content)
    if recordings:
        return tuple(recordings)
    kinds = [kind for kind in map(_kind, contents) if kind is not None]
    if kinds:
        raise NotAnActivity("not_an_activity", kind=kinds[0])
    raise UnreadableFile("fit_no_data")


def rr_intervals_s(data: bytes) -> Floats:
    """Return the intervals between heart beats that a FIT file holds, in seconds. Raises as `read_fit`."""
    return read_rr(data, scan(data))


def _kind(content: Content) -> str | None:
    """Return the text key that says what the file is, None for an activity (or when nothing says)."""
    file_id = content.first("file_id")
    kind = file_id.values.get("type") if file_id else None
    if kind is None or kind in ("activity", "activity_summary"):
        return None
    return _KINDS.get(str(kind), "fit.kind_other")


def _recordings(content: Content) -> list[Recording]:
    sessions: list[Message | None] = sorted(content.of("session"), key=lambda s: _start(s) or 0.0)
    moving = [s for s in sessions if s is not None and s.text("sport") != "transition"]
    if not sessions:
        if not len(content.records) and not content.of("lap"):
            return []
        sessions = [None]
    starts = [_start(s) for s in sessions]
    rows, jumped = plausible_times(content.records.time_s, _span(sessions, starts))
    flags = content.flags + (("time_jump",) if jumped else ())
    edges = np.array([s for s in starts[1:] if s is not None])
    part_of_row = _part(content.records.time_s[rows], edges)
    recordings: list[Recording] = []
    for number, session in enumerate(sessions):
        if session is not None and moving and session not in moving:
            continue
        mine = rows[part_of_row == number]
        in_part = _Part(content, session, number, edges, mine)
        recordings.append(in_part.recording(len(recordings), flags))
    return recordings


def _start(message: Message | None) -> float | None:
    """Return when a session, lap or length started, as FIT time."""
    if message is None:
        return None
    start = message.time_s("start_time")
    if start is None:
        end, elapsed = message.time_s("timestamp"), message.number("total_elapsed_time")
        start = None if end is None or elapsed is None else end - elapsed
    return start


def _span(sessions: Sequence[Message | None], starts: Sequence[float | None]) -> float:
    """Return how long the device says that all sessions together took, 0 when it does not say."""
    known = [
        (start, start + (session.number("total_elapsed_time") or 0.0))
        for session, start in zip(sessions, starts, strict=True)
        if session is not None and start is not None
    ]
    return max(end for _, end in known) - min(start for start, _ in known) if known else 0.0


def _part(time_s: Floats, edges: Floats) -> Ints:
    """Return the number of the session to which each time belongs; `edges` start all but the first."""
    return np.searchsorted(edges, time_s, side="right")


class _Part:
    """One session of a file and everything that lies in its time."""

    def __init__(
        self, content: Content, session: Message | None, number: int, edges: Floats, rows: Ints
    ) -> None:
        self.content = content
        self.session = session or Message("session", 0)
        self.rows = rows
        self.laps = self._mine("lap", number, edges)
        self.lengths = self._mine("length", number, edges)
        kinds = [m for m in (session, *self.laps[:1], content.first("sport")) if m and m.text("sport")]
        self.sport, self.sub_sport = (
            map_sport(kinds[0].text("sport"), kinds[0].text("sub_sport")) if kinds else (Sport.other, "")
        )
        self.start_s, self.jumped = self._start()

    def _mine(self, name: str, number: int, edges: Floats) -> list[Message]:
        messages = [(m, _start(m)) for m in self.content.of(name)]
        times = np.array([np.nan if start is None else start for _, start in messages])
        # Half a second of grace: laps carry whole seconds as sessions do, but some writers round apart.
        inside = _part(times + 0.5, edges) == number
        return [m for (m, start), mine in zip(messages, inside, strict=True) if mine and start is not None]

    def _start(self) -> tuple[float, bool]:
        """Return the start as FIT time, and whether what the file says of it was implausible."""
        said = _start(self.session)
        times = self.content.records.time_s[self.rows]
        if times.size:
            first = float(times[0])
            if said is None:
                return first, False
            elapsed = self.session.number("total_elapsed_time") or 0.0
            if abs(first - said) > max(MAX_GAP_S, elapsed):
                return first, True
            return min(said, first), False
        starts = [said, *map(_start, self.laps), self._created_s()]
        return next((s for s in starts if s is not None), 0.0), False

    def _created_s(self) -> float | None:
        file_id = self.content.first("file_id")
        return file_id.time_s("time_created") if file_id else None

    def recording(self, part: int, flags: tuple[str, ...]) -> Recording:
        """Return the session as a recording."""
        beats = [read_beats(messages) for messages in self.content.heart_beats]
        streams = read_streams(
            self.content.records, self.rows, self.start_s, self.sport, self.content.developer, beats
        )
        laps = tuple(map(self._lap, self.laps))
        last = float(streams.t_s[-1]) if streams is not None else 0.0
        elapsed = self.session.number("total_elapsed_time")
        if elapsed is None:
            elapsed = max([last, *(lap.start_s + lap.elapsed_s for lap in laps)])
        distance = self.session.number("total_distance")
        if distance is None and streams is not None and (covered := streams.get("distance_m")) is not None:
            distance = float(np.nanmax(covered))
        if streams is None:
            flags = (*flags, "no_samples")
        if self.jumped and "time_jump" not in flags:
            flags = (*flags, "time_jump")
        workout = self.content.first("workout")
        return Recording(
            sport=self.sport,
            sub_sport=self.sub_sport,
            start=FIT_EPOCH + timedelta(seconds=self.start_s),
            elapsed_s=elapsed,
            utc_offset_s=_utc_offset_s(self.content),
            timer_s=self.session.number("total_timer_time"),
            distance_m=distance,
            name=workout.text("wkt_name") if workout else "",
            streams=streams,
            laps=laps,
            lengths=tuple(map(self._length, self.lengths)),
            pauses=self._pauses(elapsed),
            totals=self._totals(),
            device=_device(self.content.first("file_id")),
            identity=_identity(self.content.first("file_id")),
            part=part,
            flags=flags,
        )

    def _offset(self, message: Message) -> float:
        return max((_start(message) or self.start_s) - self.start_s, 0.0)

    def _lap(self, lap: Message) -> Lap:
        intensity = lap.text("intensity") or _INTENSITIES.get(lap.raw.get("intensity") or 0, "")
        return Lap(
            start_s=self._offset(lap),
            elapsed_s=_elapsed(lap),
            timer_s=lap.number("total_timer_time"),
            distance_m=lap.number("total_distance"),
            avg_hr_bpm=_valid("hr_bpm", lap.number("avg_heart_rate")),
            max_hr_bpm=_valid("hr_bpm", lap.number("max_heart_rate")),
            ascent_m=lap.number("total_ascent"),
            trigger=lap.text("lap_trigger"),
            intensity=intensity,
        )

    def _length(self, length: Message) -> SwimLength:
        strokes = length.number("total_strokes")
        return SwimLength(
            start_s=self._offset(length),
            elapsed_s=_elapsed(length),
            active=length.text("length_type") != "idle",
            strokes=None if strokes is None else int(strokes),
            stroke=length.text("swim_stroke"),
        )

    def _pauses(self, elapsed_s: float) -> tuple[tuple[float, float], ...]:
        """Return when the timer stood: from each stop to the next start within the session."""
        events = self.content.events
        event, event_type = events.get(0), events.get(1)
        if event is None or event_type is None:
            return ()
        pauses: list[tuple[float, float]] = []
        stopped: float | None = None
        for i in np.flatnonzero((event == _TIMER) & ~np.isnan(events.time_s)).tolist():
            at = float(events.time_s[i]) - self.start_s
            if event_type[i] in _STOPS:
                stopped = at if stopped is None else stopped
            elif event_type[i] in _STARTS and stopped is not None:
                begin, end = max(stopped, 0.0), min(at, elapsed_s)
                if end > begin:
                    pauses.append((begin, end))
                stopped = None
        return tuple(pauses)

    def _totals(self) -> dict[str, float]:
        totals: dict[str, float | None] = {
            name: _valid(channel, self.session.number(*fields)) for name, (fields, channel) in _TOTALS.items()
        }
        for name in ("avg", "max"):
            cadence = self.session.number(f"{name}_cadence")
            if cadence is not None:
                cadence += self.session.number(f"{name}_fractional_cadence") or 0.0
                steps = float(both_feet(np.array([cadence]), self.sport)[0])
                totals[f"{name}_cadence_spm"] = _valid("cadence_spm", steps)
        step_mm = self.session.number("avg_step_length")
        if step_mm is not None and self.sport in ON_FOOT:
            totals["avg_stride_length_m"] = _valid("stride_length_m", step_mm * 2 / 1000)
        if self.sport is Sport.swim:
            totals["strokes"] = self.session.number("total_cycles")
        return {name: value for name, value in totals.items() if value is not None}


def _elapsed(message: Message) -> float:
    return message.number("total_elapsed_time", "total_timer_time") or 0.0


def _valid(channel: str | None, value: float | None) -> float | None:
    if channel is None or value is None:
        return value
    checked = float(in_range(channel, np.array([value]))[0])
    return None if np.isnan(checked) else checked


def _utc_offset_s(content: Content) -> int | None:
    """Return local time minus UTC, to the quarter of an hour: zones have no finer steps."""
    activity = content.first("activity")
    utc, local = (activity.raw.get(n) if activity else None for n in ("timestamp", "local_timestamp"))
    if not isinstance(utc, int) or not isinstance(local, int):
        return None
    offset = round((local - utc) / 900) * 900
    return offset if -12 * 3600 <= offset <= 14 * 3600 else None


def _device(file_id: Message | None) -> Device:
    if file_id is None:
        return Device()
    raw = file_id.raw
    product = file_id.text("product_name") or file_id.text("garmin_product")
    return Device(
        manufacturer=file_id.text("manufacturer") or _plain(raw.get("manufacturer")),
        product=product or _plain(raw.get("product")),
        serial=_plain(raw.get("serial_number")),
    )


def _identity(file_id: Message | None) -> str:
    """Return what all copies of the file share, "" when the file does not say when it was made."""
    if file_id is None or file_id.raw.get("time_created") is None:
        return ""
    return ":".join(
        _plain(file_id.raw.get(name)) for name in ("manufacturer", "product", "serial_number", "time_created")
    )


def _plain(value: object) -> str:
    return "" if value is None else str(value)
