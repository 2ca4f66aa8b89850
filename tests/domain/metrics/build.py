"""Activities and athletes for the tests, written as a runner would describe them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from coach.domain.activity import Activity, Floats, Lap, Recording, Sport, Streams
from coach.domain.athlete import Athlete, Sex, Threshold, ThresholdKind, Thresholds
from coach.domain.metrics import Measure, Unknown

DAY = date(2026, 3, 2)  # a Monday
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def per_second(segments: Sequence[dict[str, float]], key: str) -> Floats:
    """Return golden.json's `segments_1hz` as one value per second."""
    return np.concatenate([np.full(int(s["s"]), float(s[key])) for s in segments])


def thresholds(origin: Any = "given", **values: float) -> Thresholds:
    return Thresholds(**{k: Threshold(ThresholdKind(k), v, origin, DAY) for k, v in values.items()})


FULL = thresholds(hr_max_bpm=190.0, hr_rest_bpm=50.0, lthr_bpm=170.0, threshold_speed_mps=1000 / 270)


def athlete(given: Thresholds = FULL, sex: Sex | None = Sex.male) -> Athlete:
    return Athlete(1, sex=sex, thresholds=given)


def activity(
    *,
    speed: Floats | None = None,
    hr: Floats | None = None,
    altitude: Floats | None = None,
    t: Floats | None = None,
    channels: dict[str, Floats] | None = None,
    sport: Sport = Sport.run,
    sub_sport: str = "",
    pauses: tuple[tuple[float, float], ...] = (),
    laps: tuple[Lap, ...] = (),
    totals: dict[str, float] | None = None,
    distance_m: float | None = None,
    elapsed_s: float | None = None,
    timer_s: float | None = None,
    **edits: Any,
) -> Activity:
    """Return an activity sampled once per second; `speed[i]` is run from sample i to sample i + 1.

    The distance channel follows from speed, so n speeds make n + 1 samples, whose other values repeat
    their last.
    """
    made: dict[str, Floats] = {}

    def one_more(values: Floats) -> Floats:
        return np.append(values, values[-1:])

    if speed is not None:
        made["distance_m"] = np.concatenate(([0.0], np.cumsum(speed)))
        hr, altitude = (None if x is None else one_more(x) for x in (hr, altitude))
    if hr is not None:
        made["hr_bpm"] = hr
    if altitude is not None:
        made["altitude_m"] = altitude
    made |= channels or {}
    streams = None
    if made:
        size = len(next(iter(made.values())))
        clock = np.arange(size, dtype=np.float64) if t is None else t
        streams = Streams(clock, made)
        elapsed_s = float(clock[-1]) if elapsed_s is None else elapsed_s
    recording = Recording(
        sport,
        START,
        elapsed_s=0.0 if elapsed_s is None else elapsed_s,
        sub_sport=sub_sport,
        timer_s=timer_s,
        distance_m=distance_m,
        streams=streams,
        laps=laps,
        pauses=pauses,
        totals=totals or {},
    )
    return Activity(1, recording, DAY, "Asia/Seoul", **edits)


def value(found: Measure | Unknown) -> float:
    """Return the value of a measure; an unknown fails the test with its reason."""
    assert isinstance(found, Measure), found
    assert found.value is not None
    return found.value


def because(found: Measure | Unknown) -> str:
    assert isinstance(found, Unknown), found
    return found.because
