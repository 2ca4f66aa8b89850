"""Past runs and histories for the tests of fitness, from the few numbers that a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete, Sex, Threshold, ThresholdKind
from coach.domain.metrics import Measure, Unknown
from coach.domain.metrics.history import History, Past

from .build import DAY


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def a_run(
    id: int,
    days_ago: int,
    efforts: Sequence[tuple[float, float]] = (),
    *,
    race: bool = False,
    metres: float | None = None,
    seconds: float | None = None,
    sport: Sport = Sport.run,
    distance_from: str = "watch",
    **values: float,
) -> Past:
    """Return a run with these best efforts (m, s); its distance and time are those of the longest."""
    rows = [{"distance_m": m, "time_s": s, "start_s": 0.0} for m, s in efforts]
    longest = max(efforts, default=(None, None), key=lambda e: e[0] or 0)
    whole = {"distance_m": metres or longest[0], "elapsed_s": seconds or longest[1]}
    measures: dict[str, Measure | Unknown] = {
        name: Measure(value) for name, value in {**whole, **values}.items() if value is not None
    }
    if rows:
        detail = {"rows": rows, "distance_from": distance_from}
        measures["distance_bests"] = Measure(float(len(rows)), detail=detail)
    return Past(id, ago(days_ago), sport, measures, race)


def jog(id: int, days_ago: int, *, hr: float = 140.0, pace: float = 345.0, km: float = 8.0) -> Past:
    """Return an easy run with heart rate and no effort worth the name."""
    seconds = pace * km
    return a_run(
        id,
        days_ago,
        metres=1000 * km,
        seconds=seconds,
        moving_s=seconds,
        avg_hr_bpm=hr,
        graded_pace_s_per_km=pace,
        pace_s_per_km=pace,
    )


def history(
    *pasts: Past,
    first: int = 400,
    thresholds: Mapping[str, float] | None = None,
    sex: Sex | None = None,
    birth_year: int | None = None,
    daily: Mapping[str, Mapping[date, float]] | None = None,
) -> History:
    """Return a history that begins `first` days before DAY, with given thresholds that always held."""
    held = [Threshold(ThresholdKind(k), v, "given", date(1970, 1, 1)) for k, v in (thresholds or {}).items()]
    return History(
        Athlete(1, sex=sex, birth_year=birth_year),
        ago(first),
        DAY,
        activities=sorted(pasts, key=lambda p: p.day),
        thresholds=held,
        daily=daily or {},
    )
