"""TCX (Garmin Training Center XML v2): activities with laps, with or without positions."""

from __future__ import annotations

import numpy as np

from coach.domain.activity import Device, Lap, Recording, Sport, Streams
from coach.errors import NotAnActivity, UnreadableFile
from coach.providers.files.parsed import Parsed
from coach.providers.files.sports import sport_of
from coach.providers.files.tcx_document import CHANNEL_COLUMNS, TcxActivity, TcxDocument, TcxLap
from coach.providers.files.times import as_datetime, parse_instant, parse_instants
from coach.providers.files.track import Track, build_track, cut_short, numbers

_TRIGGERS = {
    "Manual": "manual",
    "Distance": "distance",
    "Location": "position",
    "Time": "time",
    "HeartRate": "hr",
}
_INTENSITIES = {"Active": "active", "Resting": "rest"}


def read_tcx(name: str, data: bytes) -> Parsed:
    """Read the activities of a TCX document, one recording each.

    Raises NotAnActivity for courses and planned workouts, UnreadableFile for what is no readable TCX,
    TooLarge over the sample limit.
    """
    content = TcxDocument(name)
    complete = content.scanner.scan(data)
    recordings = tuple(r for a in content.activities if (r := _recording(a)) is not None)
    if not recordings:
        if content.planned and not content.activities:
            raise NotAnActivity(content.planned, name=name)
        if not complete:
            raise UnreadableFile("bad_xml", name=name)
        raise NotAnActivity("no_track", name=name)
    if not complete:
        recordings = cut_short(recordings)
    return Parsed(
        format="tcx",
        recordings=recordings,
        records=sum(len(r.streams) for r in recordings if r.streams is not None),
        flags=() if complete else ("truncated",),
    )


def _recording(activity: TcxActivity) -> Recording | None:
    sport, sub_sport = sport_of(activity.sport)
    track, naive, offset_s = _track(activity, sport)
    lap_starts = [parse_instant(lap.start) for lap in activity.laps]
    known = [s for s in (*lap_starts, parse_instant(activity.id)) if s is not None]
    if track is not None:
        start = track.start_epoch_s
        # A lap may begin seconds before its first sample; a wrong clock is further off.
        start = min([s for s in known if 0 <= start - s <= 600], default=start)
    elif known:
        start = min(known)
    else:
        return None
    lead_s = 0.0 if track is None else track.start_epoch_s - start
    laps = _laps(activity.laps, lap_starts, start)
    timer_s = sum(lap.timer_s for lap in laps if lap.timer_s is not None) or None
    ends_s = [lap.start_s + (lap.timer_s or 0.0) for lap in laps]
    if track is not None:
        ends_s.append(lead_s + track.elapsed_s)
    elapsed_s = max(ends_s, default=0.0)
    distances = [lap.distance_m for lap in laps if lap.distance_m is not None]
    distance_m = sum(distances) if distances else None
    if distance_m is None and track is not None:
        distance_m = track.last("distance_m")
    return Recording(
        sport=sport,
        sub_sport=sub_sport,
        start=as_datetime(start),
        elapsed_s=elapsed_s,
        utc_offset_s=offset_s,
        timer_s=None if timer_s is None else min(timer_s, elapsed_s),
        distance_m=distance_m or None,  # an app that knows none writes zero
        name=activity.title,
        note=activity.note,
        streams=None if track is None else Streams(track.streams.t_s + lead_s, track.streams.channels),
        laps=laps,
        pauses=() if track is None else tuple((a + lead_s, b + lead_s) for a, b in track.pauses),
        totals=_totals(activity.laps, laps),
        device=Device(**activity.device),
        part=activity.part,
        flags=(("no_samples",) if track is None else track.flags) + (("naive_time",) if naive else ()),
    )


def _track(activity: TcxActivity, sport: Sport) -> tuple[Track | None, bool, int | None]:
    if not activity.points:
        return None, False, None
    times, segment, *texts = zip(*activity.points, strict=True)
    activity.points = []  # the texts take far more room than the numbers
    instants = parse_instants(list(times))
    columns = {channel: numbers(column) for channel, column in zip(CHANNEL_COLUMNS, texts, strict=True)}
    track = build_track(instants.epoch_s, columns, numbers(segment).astype(np.int64), sport)
    return track, instants.naive, instants.utc_offset_s


def _laps(laps: list[TcxLap], starts: list[float | None], origin: float) -> tuple[Lap, ...]:
    result: list[Lap] = []
    for i, (lap, start) in enumerate(zip(laps, starts, strict=True)):
        if start is None:
            continue
        timer_s = lap.value("TotalTimeSeconds")
        following = next((s for s in starts[i + 1 :] if s is not None and s >= start), None)
        until_next_s = None if following is None else following - start
        elapsed_s = until_next_s if until_next_s is not None else timer_s
        result.append(
            Lap(
                start_s=max(start - origin, 0.0),
                elapsed_s=elapsed_s or 0.0,
                timer_s=timer_s,
                distance_m=lap.value("DistanceMeters"),
                avg_hr_bpm=lap.value("avg_hr_bpm") or None,
                max_hr_bpm=lap.value("max_hr_bpm") or None,
                trigger=_TRIGGERS.get(lap.fields.get("TriggerMethod", ""), ""),
                intensity=_INTENSITIES.get(lap.fields.get("Intensity", ""), ""),
            )
        )
    return tuple(result)


def _totals(raw: list[TcxLap], laps: tuple[Lap, ...]) -> dict[str, float]:
    totals: dict[str, float] = {}
    calories = [c for lap in raw if (c := lap.value("Calories")) is not None]
    if sum(calories) > 0:
        totals["calories_kcal"] = sum(calories)
    weighted = [(lap.avg_hr_bpm, lap.timer_s) for lap in laps if lap.avg_hr_bpm and lap.timer_s]
    if weighted and len(weighted) == len(laps):
        totals["avg_hr_bpm"] = sum(hr * s for hr, s in weighted) / sum(s for _, s in weighted)
    highest = [lap.max_hr_bpm for lap in laps if lap.max_hr_bpm]
    if highest:
        totals["max_hr_bpm"] = max(highest)
    return totals
