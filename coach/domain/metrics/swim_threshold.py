"""The critical swim speed: from a 400 m and a 200 m swum all out, and as an estimated threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.activity import Activity, Sport, SwimLength
from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.domain.metrics.history import Past
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric

LONG_M, SHORT_M = 400.0, 200.0
SAME_WALL_S = 3.0  # two lengths that lie closer were swum without a stop
RECOVERED_S = 120.0  # who swam all out needs at least this before the next effort
# Over 200 m one is 2 to 15 % faster than over 400 m when both were all out. Our own judgement.
FASTER = (1.02, 1.15)
AS_FAST = 0.98  # an effort was no test when another set of the same swim comes this close to it
TEST_DAYS = 180


@dataclass(frozen=True)
class SwimSet:
    """Lengths swum without a stop."""

    start_s: float
    elapsed_s: float
    distance_m: float

    @property
    def speed_mps(self) -> float:
        return self.distance_m / self.elapsed_s

    @property
    def end_s(self) -> float:
        return self.start_s + self.elapsed_s


def critical_swim_speed(time_400_s: float, time_200_s: float) -> float:
    """Return the critical swim speed in m/s from two maximal efforts: 200 m over the difference in time.

    The slope of distance over time (Wakayoshi 1992). Raises ValueError when 400 m was not slower.
    """
    if time_400_s <= time_200_s:
        raise ValueError("400 m takes longer than 200 m")
    return (LONG_M - SHORT_M) / (time_400_s - time_200_s)


def sets_of(lengths: Sequence[SwimLength], pool_m: float) -> list[SwimSet]:
    """Return the sets of a swim: what lies between two rests."""
    found: list[SwimSet] = []
    for length in lengths:
        if not length.active or length.elapsed_s <= 0:
            continue
        last = found[-1] if found else None
        if last is not None and length.start_s - last.end_s <= SAME_WALL_S:
            end_s = length.start_s + length.elapsed_s
            found[-1] = SwimSet(last.start_s, end_s - last.start_s, last.distance_m + pool_m)
        else:
            found.append(SwimSet(length.start_s, length.elapsed_s, pool_m))
    return found


def _all_out(sets: Sequence[SwimSet], metres: float, pool_m: float) -> SwimSet | None:
    """Return the fastest set of so many metres, unless another of at least that length comes close to it."""
    row = sorted((s for s in sets if s.distance_m >= metres - pool_m / 2), key=lambda s: -s.speed_mps)
    if not row or abs(row[0].distance_m - metres) > pool_m / 2:
        return None
    others = [s for s in row[1:] if s.speed_mps > AS_FAST * row[0].speed_mps]
    return None if others else row[0]


@metric(
    title="swim_test_speed_mps",
    unit="mps",
    scope="activity",
    combine="max",
    needs=("lengths",),
    source="Wakayoshi 1992: critical swim speed = (400 m − 200 m) / (time over 400 − time over 200)",
    evidence=Evidence.useful,
    version=1,
)
def swim_test_speed_mps(activity: Activity, athlete: Athlete) -> Measure | Unknown:
    """Critical swim speed from a 400 m and a 200 m that were swum all out within this swim.

    Nobody tells a watch that an effort was maximal. It counts as a test when both distances were swum
    without a stop, with two minutes or more between them, each clearly the fastest of its length, and the
    200 m 2–15 % faster than the 400 m: our own judgement, so the threshold made of it is an estimate.
    """
    if activity.sport is not Sport.swim:
        return Unknown("not_a_swim")
    pool_m = activity.recording.totals.get("pool_length_m")
    if not pool_m or pool_m <= 0 or not activity.recording.lengths:
        return Unknown("no_lengths")
    sets = sets_of(activity.recording.lengths, pool_m)
    long, short = _all_out(sets, LONG_M, pool_m), _all_out(sets, SHORT_M, pool_m)
    if long is None or short is None:
        return Unknown("no_swim_test")
    early, late = sorted((long, short), key=lambda s: s.start_s)
    rested = late.start_s - early.end_s >= RECOVERED_S
    if not rested or not FASTER[0] <= short.speed_mps / long.speed_mps <= FASTER[1]:
        return Unknown("no_swim_test")
    # As 400 and 200 m at the speeds swum: a pool of 33⅓ m has no wall at either.
    speed = critical_swim_speed(LONG_M / long.speed_mps, SHORT_M / short.speed_mps)
    detail = {"time_400_s": LONG_M / long.speed_mps, "time_200_s": SHORT_M / short.speed_mps}
    return Measure(speed, detail=detail, estimated=True)


def estimate_swim_threshold(past: Iterable[Past], on: date) -> Threshold | Unknown:
    """Estimate the critical swim speed: the latest test of the last 180 days."""
    first = on - timedelta(days=TEST_DAYS - 1)
    tests = [
        (p.day, p.activity_id, speed)
        for p in past
        if first <= p.day <= on and (speed := p.value("swim_test_speed_mps")) is not None
    ]
    if not tests:
        return Unknown("no_swim_test")
    _, activity_id, speed = max(tests)
    kind = ThresholdKind.swim_threshold_speed_mps
    return Threshold(kind, round(speed, 3), "estimated", on, "swim_test", (activity_id,))
