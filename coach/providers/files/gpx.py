"""GPX 1.0 and 1.1: tracks with times, with the extensions of Garmin, Strava, Cluetrust and Apple."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coach.domain.activity import Device, Floats, Recording
from coach.errors import NotAnActivity, TooLarge, UnreadableFile
from coach.providers.files.limits import SAMPLES, SPLIT_GAP_S, TEXT_CHARS
from coach.providers.files.parsed import Parsed
from coach.providers.files.sports import sport_of
from coach.providers.files.times import Instants, as_datetime, parse_instants
from coach.providers.files.track import Track, build_track, cut_short, numbers
from coach.providers.files.xml import XmlScanner

# A point is a list: time, segment, then the channels in this order.
_CHANNELS = (
    "lat_deg",
    "lon_deg",
    "altitude_m",
    "hr_bpm",
    "cadence_spm",
    "power_w",
    "temperature_c",
    "speed_mps",
)
_COLUMN = {
    "time": 0,
    "ele": 4,
    "hr": 5,
    "heartrate": 5,
    "cad": 6,
    "cadence": 6,
    "power": 7,
    "watts": 7,
    "PowerInWatts": 7,
    "atemp": 8,
    "temp": 8,
    "speed": 9,
}
_UNKNOWN = ("nan",) * (len(_CHANNELS) - 2)  # all but latitude and longitude


@dataclass
class _Trk:
    name: str = ""
    kind: str = ""
    note: str = ""
    points: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """One `<trk>` with its points as columns."""

    trk: _Trk
    instants: Instants
    columns: dict[str, Floats]
    segment: Floats

    @property
    def first_s(self) -> float:
        return float(np.nanmin(self.instants.epoch_s))

    @property
    def last_s(self) -> float:
        return float(np.nanmax(self.instants.epoch_s))


class _Content:
    """What one pass over a GPX document collects."""

    def __init__(self, name: str) -> None:
        self.file_name = name
        self.creator = ""
        self.title = ""
        self.trks: list[_Trk] = []
        self.plan_points = 0  # of routes and waypoints
        self._trk: _Trk | None = None
        self._segment = 0
        self._count = 0
        self._in_metadata = False
        self.scanner = XmlScanner(
            name,
            starts={
                "gpx": self._start_gpx,
                "metadata": self._start_metadata,
                "trk": self._start_trk,
                "trkseg": self._start_trkseg,
                "trkpt": self._start_trkpt,
                "rtept": self._start_plan_point,
                "wpt": self._start_plan_point,
            },
            ends={
                "metadata": self._end_metadata,
                "trk": self._end_trk,
                "trkpt": self._end_trkpt,
                "name": self._end_name,
                "type": self._end_type,
                "desc": self._end_desc,
            },
            columns=_COLUMN,
        )

    def _start_gpx(self, attributes: dict[str, str]) -> None:
        self.creator = attributes.get("creator", "")[:TEXT_CHARS]

    def _start_metadata(self, _: dict[str, str]) -> None:
        self._in_metadata = True

    def _end_metadata(self, _: str) -> None:
        self._in_metadata = False

    def _start_trk(self, _: dict[str, str]) -> None:
        self._trk = _Trk()
        self.trks.append(self._trk)

    def _end_trk(self, _: str) -> None:
        self._trk = None

    def _start_trkseg(self, _: dict[str, str]) -> None:
        self._segment += 1

    def _start_plan_point(self, _: dict[str, str]) -> None:
        self.plan_points += 1

    def _start_trkpt(self, attributes: dict[str, str]) -> None:
        get = attributes.get
        self.scanner.row = ["", str(self._segment), get("lat", "nan"), get("lon", "nan"), *_UNKNOWN]

    def _end_trkpt(self, _: str) -> None:
        self._count += 1
        if self._count > SAMPLES:
            raise TooLarge("too_many_samples", name=self.file_name, limit=SAMPLES)
        if self._trk is not None and self.scanner.row is not None:
            self._trk.points.append(self.scanner.row)
        self.scanner.row = None

    def _end_name(self, text: str) -> None:
        if self.scanner.row is not None:
            return
        if self._trk is not None:
            self._trk.name = text.strip()[:TEXT_CHARS]
        elif self._in_metadata:
            self.title = text.strip()[:TEXT_CHARS]

    def _end_type(self, text: str) -> None:
        if self._trk is not None and self.scanner.row is None:
            self._trk.kind = text.strip()[:TEXT_CHARS]

    def _end_desc(self, text: str) -> None:
        if self._trk is not None and self.scanner.row is None:
            self._trk.note = text.strip()[:TEXT_CHARS]


def read_gpx(name: str, data: bytes) -> Parsed:
    """Read the tracks of a GPX document.

    Tracks that follow each other within four hours are one outing with pauses between them; others are
    recordings of their own. Raises NotAnActivity for a route or a track without times, UnreadableFile for
    what is no readable GPX, TooLarge over the sample limit.
    """
    content = _Content(name)
    complete = content.scanner.scan(data)
    pieces = [_piece(trk) for trk in content.trks if trk.points]
    timed = sorted((p for p in pieces if not np.isnan(p.instants.epoch_s).all()), key=lambda p: p.first_s)
    if not timed:
        if pieces:
            raise NotAnActivity("no_times", name=name)
        if not complete:
            raise UnreadableFile("bad_xml", name=name)
        raise NotAnActivity("course" if content.plan_points else "no_track", name=name)
    groups: list[list[_Piece]] = [[timed[0]]]
    for piece in timed[1:]:
        last_s = max(p.last_s for p in groups[-1])
        if piece.first_s - last_s <= SPLIT_GAP_S:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    recordings = tuple(_recording(group, content) for group in groups)
    if not complete:
        recordings = cut_short(recordings)
    return Parsed(
        format="gpx",
        recordings=recordings,
        records=sum(len(r.streams) for r in recordings if r.streams is not None),
        flags=() if complete else ("truncated",),
    )


def _piece(trk: _Trk) -> _Piece:
    times, segment, *texts = zip(*trk.points, strict=True)
    trk.points = []  # the texts take far more room than the numbers
    return _Piece(
        trk,
        parse_instants(list(times)),
        {channel: numbers(column) for channel, column in zip(_CHANNELS, texts, strict=True)},
        numbers(segment),
    )


def _recording(group: list[_Piece], content: _Content) -> Recording:
    trk = group[0].trk
    name = trk.name or content.title
    sport, sub_sport = sport_of(trk.kind, *(() if trk.kind else (name, content.file_name)))
    track = build_track(
        np.concatenate([p.instants.epoch_s for p in group]),
        {c: np.concatenate([p.columns[c] for p in group]) for c in _CHANNELS},
        np.concatenate([p.segment for p in group]).astype(np.int64),
        sport,
    )
    assert track is not None  # a group holds only pieces with times
    offsets = {p.instants.utc_offset_s for p in group}
    naive = any(p.instants.naive for p in group)
    return Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=as_datetime(track.start_epoch_s),
        elapsed_s=track.elapsed_s,
        utc_offset_s=offsets.pop() if len(offsets) == 1 else None,
        timer_s=_timer_s(track),
        distance_m=track.last("distance_m"),
        name=name,
        note=trk.note,
        streams=track.streams,
        pauses=track.pauses,
        device=Device(product=content.creator),
        flags=track.flags + (("naive_time",) if naive else ()),
    )


def _timer_s(track: Track) -> float | None:
    # Without a break in the track nothing says whether the watch was paused.
    return track.elapsed_s - sum(b - a for a, b in track.pauses) if track.pauses else None
