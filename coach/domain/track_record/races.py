"""Races: what was predicted on the eve of each, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from statistics import fmean
from typing import Any

from coach.domain.activity import Sport
from coach.domain.metrics.current_vdot import READS_OF_VDOT
from coach.domain.metrics.history import History
from coach.domain.metrics.performance import threshold_speed_of, vdot_of
from coach.domain.metrics.race_predictions import predict
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.thresholds import READS
from coach.domain.metrics.verification import MAX_S, Performance, race_of
from coach.domain.track_record.known import known_on
from coach.domain.track_record.registry import TrackRecord, tracked

ENOUGH = 3  # races: fewer say nothing of the next
THRESHOLD_MIN_S = 600.0  # shorter races say more of VO2max than of the threshold


def _raced(history: History) -> Iterator[tuple[Performance, History]]:
    """Return every race of a run with what was known on its eve, oldest first."""
    for past in history.activities:
        race = race_of(past) if past.sport is Sport.run else None
        if race is not None:
            yield race, known_on(history, race.day - timedelta(days=1))


def _summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    errors = [row["error"] for row in rows if row["error"] is not None]
    found: dict[str, Any] = {"races": len(rows), "n": len(errors), "enough": len(errors) >= ENOUGH}
    if errors:
        found |= {"mean_abs_error_pct": fmean(map(abs, errors)), "bias_pct": fmean(errors)}
    return found


@tracked(
    formulas=("race_predictions",),
    reads=(*READS_OF_VDOT, *READS, "pace_s_per_km"),
    key=("activity_id",),
    scoring=0,
)
def race_predictions(history: History) -> TrackRecord:
    """Predict each race over its own distance with what was known on its eve. Error: % of the time run.

    A positive error predicted a slower race than was run. A day that went wrong counts like any other.
    """
    rows: list[dict[str, Any]] = []
    for race, eve in _raced(history):
        row: dict[str, Any] = {
            "activity_id": race.activity_id,
            "day": race.day.isoformat(),
            "distance_m": race.distance_m,
            "actual_s": race.time_s,
            "error": None,
        }
        said = predict(eve, race.day, [race.distance_m])
        if isinstance(said, Unknown):
            row["because"] = said.because
        elif said[0].time_s is None or said[0].low_s is None or said[0].high_s is None:
            row["because"] = said[0].because
        else:
            row |= {
                "predicted_s": said[0].time_s,
                "low_s": said[0].low_s,
                "high_s": said[0].high_s,
                "inside": said[0].low_s <= race.time_s <= said[0].high_s,
                "error": 100 * (said[0].time_s / race.time_s - 1),
            }
        rows.append(row)
    inside = sum(bool(row.get("inside")) for row in rows)
    return TrackRecord({**_summary(rows), "inside": inside}, rows)


@tracked(formulas=(), reads=READS, key=("activity_id",), scoring=1)
def threshold_speed(history: History) -> TrackRecord:
    """Hold the threshold speed estimated on a race's eve against the one its VDOT shows. Error in %.

    Races from ten minutes to four hours; a positive error believed in a faster threshold than was shown.
    """
    rows: list[dict[str, Any]] = []
    for race, eve in _raced(history):
        if not THRESHOLD_MIN_S <= race.time_s <= MAX_S:
            continue
        shown = threshold_speed_of(vdot_of(race.distance_m, race.time_s))
        known = eve.athlete.thresholds.value("threshold_speed_mps")
        rows.append(
            {
                "activity_id": race.activity_id,
                "day": race.day.isoformat(),
                "estimated_mps": known,
                "shown_mps": shown,
                "error": None if known is None else 100 * (known / shown - 1),
            }
        )
    return TrackRecord(_summary(rows), rows)
