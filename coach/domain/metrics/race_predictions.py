"""Race predictions of a day: several models, a range, and why the range is as wide as it is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coach.domain.metrics.bests import MILE_M
from coach.domain.metrics.critical_efforts import critical_speed_on
from coach.domain.metrics.current_vdot import READS_OF_VDOT, Vdot, fitness_past, vdot_on
from coach.domain.metrics.fitness import described, weekly_volume_m
from coach.domain.metrics.history import History
from coach.domain.metrics.performance import race_time_of
from coach.domain.metrics.predict import MARATHON_M, riegel, vickers_vertosick
from coach.domain.metrics.registry import Evidence, Measure, Unknown, metric
from coach.domain.metrics.verification import MAX_S, Level

HALF_M = 21_097.5
DISTANCES_M = (MILE_M, 5000.0, 10_000.0, HALF_M, MARATHON_M)
# Without a performance, the distance that the models start from.
REFERENCE_M = 10_000.0
VV_FROM_M = (5000.0, HALF_M * 1.03)  # what the races were that Vickers & Vertosick fitted
CS_S = (120.0, 1200.0)  # where the two-parameter model holds
PER_DOUBLING = 0.015  # what each doubling of the distance beyond the evidence adds to either side (judgement)
# A race this far below the best is no longer evidence of what the athlete can do.
WORTH = 0.93
# Of about the distance asked for it may lie further below: most marathons do. What was run long before the
# best is another athlete's.
WORTH_OVER_IT, OVER_IT, EARLIER_DAYS = 0.85, 1.25, 60
TOO_FAR = 10.0  # beyond so many times the distance of the evidence nothing is said
FAR = 4.0
OLD_DAYS = 60
APART = 0.03  # models further apart than this say so


@dataclass(frozen=True)
class Prediction:
    """A race time over a distance in s, with its range; `time_s` is None where `because` says why.

    `models`: model → time. `optimistic`: the marathon of a model that does not know the weekly volume.
    """

    distance_m: float
    time_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    models: dict[str, float] = field(default_factory=dict)
    model: str = ""
    reason: str = ""
    optimistic: bool = False
    because: str = ""
    activities: tuple[int, ...] = ()  # what it starts from


def predict(history: History, day: date, distances_m: Sequence[float]) -> list[Prediction] | Unknown:
    """Predict races of a day from what was known by then; Unknown when there is nothing to start from.

    Each starts from the race nearest in distance that is worth about as much as the best performance (over
    the distance itself somewhat less will do), else from that. Up to the half marathon the VDOT time stands,
    for the marathon Vickers & Vertosick's when the weekly volume is known: VDOT and Riegel are ten minutes
    too fast for half of recreational marathoners. The range holds every model and what the evidence leaves
    open. From the half to the marathon the predictions of both are joined (see `_joined`). Beyond the
    marathon only a marathon tells.
    """
    now = vdot_on(history, day)
    if isinstance(now, Unknown):
        return now
    volume = weekly_volume_m(history, day)
    km_per_week = volume.value / 1000 if isinstance(volume, Measure) and volume.value else None
    cs = critical_speed_on(history, day)
    line = None if isinstance(cs, Unknown) else (cs[0].cs_mps, cs[0].d_prime_m)
    raced = fitness_past(history).raced(day)

    def one(metres: float) -> Prediction:
        races = [race for race in raced if _tells(race, now, metres)]
        return _one(_nearest(now, races, metres), day, metres, km_per_week, line)

    between = {r.basis.distance_m for r in raced if r.basis and _tells(r, now, r.basis.distance_m)}
    knots = [HALF_M, *sorted(m for m in between if HALF_M < m < 0.99 * MARATHON_M), MARATHON_M]
    every = [
        _joined(metres, knots, one) if HALF_M < metres < MARATHON_M else one(metres)
        for metres in sorted({*DISTANCES_M, *distances_m})
    ]
    found = {p.distance_m: p for p in _no_faster_farther(every)}
    return [found[metres] for metres in distances_m]


def _no_faster_farther(by_distance: Sequence[Prediction]) -> Iterator[Prediction]:
    """Yield predictions, the shortest first, none at a better pace than a shorter one.

    Where two races are worth different fitness, the nearest changes from one to the other on the way.
    """
    pace = 0.0  # s/m
    for p in by_distance:
        if p.time_s is not None and p.high_s is not None:
            time_s = max(p.time_s, pace * p.distance_m)
            pace = time_s / p.distance_m
            yield replace(p, time_s=time_s, high_s=max(p.high_s, time_s))
        else:
            yield p


def _joined(metres: float, knots: Sequence[float], one: Callable[[float], Prediction]) -> Prediction:
    """Predict a distance between the half and the marathon from the predictions on either side.

    The marathon knows the weekly volume or a marathon that was run, the half knows neither: each by itself
    would have the last kilometre cost a quarter of an hour. Between them, and the races run there, the
    logarithm of time goes straight over that of distance, as with Riegel.
    """
    at = bisect_left(knots, metres)
    own, lower, upper = one(metres), one(knots[at - 1]), one(knots[at])
    alike = upper.model == "vdot" and lower.activities == upper.activities
    if metres == knots[at] or alike or None in (own.time_s, lower.time_s, upper.time_s):
        return own
    share = math.log(metres / knots[at - 1]) / math.log(knots[at] / knots[at - 1])

    def straight(a_s: float | None, b_s: float | None) -> float:
        assert a_s is not None
        assert b_s is not None
        return math.exp((1 - share) * math.log(a_s) + share * math.log(b_s))

    time_s = straight(lower.time_s, upper.time_s)
    models = own.models | {upper.model: time_s}
    return replace(
        own,
        time_s=time_s,
        low_s=min(straight(lower.low_s, upper.low_s), *models.values()),
        high_s=max(straight(lower.high_s, upper.high_s), *models.values()),
        models=models,
        model=upper.model,
        reason=upper.reason,
        activities=tuple(dict.fromkeys((*lower.activities, *upper.activities))),
    )


def _tells(race: Vdot, now: Vdot, metres: float) -> bool:
    """Tell whether a race is evidence of what the athlete can do over a distance today."""
    if race.basis is None or race.value < WORTH_OVER_IT * now.value:
        return False
    earlier_days = 0 if now.basis is None else (now.basis.day - race.basis.day).days
    # What took longer than VDOT was made for speaks for its own distance alone.
    over_it = 1 / OVER_IT <= race.basis.distance_m / metres <= OVER_IT
    short = race.basis.time_s <= MAX_S
    return (short and race.value >= WORTH * now.value) or (over_it and earlier_days <= EARLIER_DAYS)


def _nearest(now: Vdot, races: Sequence[Vdot], metres: float) -> Vdot:
    """Return the evidence for a distance: endurance shows over distance, so the race nearest to it.

    A best in training that is worth more is a lower bound of today, and wins within twice the distance.
    """

    def apart(v: Vdot) -> float:
        return abs(math.log(metres / (REFERENCE_M if v.basis is None else v.basis.distance_m)))

    if not races:
        return now
    race = min(races, key=lambda v: (round(apart(v), 3), -v.value))
    trained = now.basis is not None and not now.basis.raced and now.value > race.value
    return now if trained and apart(now) <= max(math.log(2), apart(race)) else race


def _one(
    now: Vdot, day: date, metres: float, km_per_week: float | None, line: tuple[float, float] | None
) -> Prediction:
    start_m = REFERENCE_M if now.basis is None else now.basis.distance_m
    # What the performance would be today: time off has changed it.
    start_s = race_time_of(now.value, start_m)
    # Neither VDOT nor Vickers & Vertosick were made for ultras: a 5 km would predict 50 km at a pace that
    # the marathon's own prediction does not hold.
    ultra_from_less = metres > MARATHON_M * 1.01 and start_m < MARATHON_M * 0.99
    if metres / start_m > TOO_FAR or ultra_from_less:
        return Prediction(metres, because="prediction_too_far")
    models = {"vdot": race_time_of(now.value, metres), "riegel": riegel(start_m, start_s, metres)}
    marathon = metres >= MARATHON_M * 0.99
    if marathon and metres <= MARATHON_M * 1.01 and km_per_week is not None:
        low_m, high_m = VV_FROM_M
        within = low_m <= start_m <= high_m
        from_m, from_s = (start_m, start_s) if within else (REFERENCE_M, race_time_of(now.value, REFERENCE_M))
        marathon_s = vickers_vertosick(from_m, from_s, km_per_week)
        models["vickers_vertosick"] = riegel(MARATHON_M, marathon_s, metres)  # a course is never exact
    if line is not None and CS_S[0] <= (metres - line[1]) / line[0] <= CS_S[1]:
        models["critical_speed"] = (metres - line[1]) / line[0]
    ran_it = now.basis is not None and now.basis.raced and marathon and start_m >= 0.99 * MARATHON_M
    model = "vickers_vertosick" if "vickers_vertosick" in models and not ran_it else "vdot"
    time_s = models[model]
    far = PER_DOUBLING * max(0.0, abs(math.log2(metres / start_m)) - 0.5)
    fast, slow = race_time_of(now.high, metres), race_time_of(now.low, metres)
    below, above = 1 - fast / models["vdot"] + far, slow / models["vdot"] - 1 + far
    return Prediction(
        metres,
        time_s,
        min(time_s * (1 - below), *models.values()),
        max(time_s * (1 + above), *models.values()),
        models,
        model,
        _reason(now, day, metres / start_m, models, marathon and km_per_week is None and not ran_it),
        optimistic=marathon and model == "vdot" and not ran_it,
        activities=now.activities,
    )


def _reason(now: Vdot, day: date, ratio: float, models: dict[str, float], no_volume: bool) -> str:
    """Return what makes the range as wide as it is, the weightiest first (text key `fitness.reason_*`)."""
    if now.provisional:
        return "few_runs"
    if now.level is Level.heart_rate or now.basis is None:
        return "heart_rate"
    if no_volume:
        return "no_volume"
    if not 1 / FAR < ratio < FAR:
        return "far"
    if max(models.values()) / min(models.values()) - 1 > 2 * APART:
        return "models"
    if (day - now.basis.day).days > OLD_DAYS:
        return "old"
    if not now.basis.raced:
        return "training"
    if max(models.values()) / min(models.values()) - 1 > APART:
        return "models"
    return "race"


@metric(
    title="race_predictions",
    unit="count",
    scope="day",
    combine="none",
    needs=READS_OF_VDOT,
    source="Daniels & Gilbert 1979; Riegel 1981; Vickers & Vertosick 2016 (marathon with weekly volume)",
    evidence=Evidence.useful,
    version=4,
)
def race_predictions(history: History, day: date) -> Measure | Unknown:
    """Race times from the mile to the marathon; the rows are in `detail.rows`, each with range and models.

    A row too far beyond the evidence has no time and says why. The value is the number of rows with a time.
    """
    found = predict(history, day, DISTANCES_M)
    now = vdot_on(history, day)
    if isinstance(found, Unknown) or isinstance(now, Unknown):
        return Unknown("need_effort") if not isinstance(found, Unknown) else found
    detail: dict[str, Any] = {
        "vdot": round(now.value, 2),
        "level": now.level.value,
        "activities": list(now.activities),
        "rows": [_row(p) for p in found],
    }
    if now.basis is not None:
        detail |= {"basis": described(now.basis, day)}
    return Measure(float(sum(p.time_s is not None for p in found)), detail=detail)


def _row(p: Prediction) -> dict[str, Any]:
    if p.time_s is None or p.low_s is None or p.high_s is None:
        return {"distance_m": p.distance_m, "time_s": None, "because": p.because}
    return {
        "distance_m": p.distance_m,
        "time_s": round(p.time_s, 1),
        "low_s": round(p.low_s, 1),
        "high_s": round(p.high_s, 1),
        "model": p.model,
        "models": {name: round(seconds, 1) for name, seconds in p.models.items()},
        "reason": p.reason,
        "optimistic": p.optimistic,
        "activities": list(p.activities),
    }
