"""Two outings laid over each other, by distance or by time: where one gained on the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coach.domain.activity import Activity, Floats
from coach.domain.metrics.prepared import prepared
from coach.domain.resample import merged, paused_before
from coach.domain.streams import has_values

Align = Literal["distance", "time"]

STEP_M, STEP_S = 20.0, 5.0
MAX_STEPS = 2000
SHORTEST_M, SHORTEST_S = 400.0, 120.0
PACE_WINDOW_M, PACE_WINDOW_S = 200.0, 60.0  # shorter and GPS speaks louder than the runner
SLOWEST_MPS = 0.5
ROWS_S = 300.0


@dataclass(frozen=True)
class Line:
    """One outing by the second of its timer: how far, and what was measured there. Missing is NaN."""

    t_s: Floats
    distance_m: Floats
    channels: Mapping[str, Floats]


@dataclass(frozen=True)
class Side:
    """One outing at the shared points. `t_s` is its timer there, `distance_m` how far it was."""

    t_s: Floats
    distance_m: Floats
    pace_s_per_km: Floats
    hr_bpm: Floats
    cadence_spm: Floats
    altitude_m: Floats


@dataclass(frozen=True)
class Aligned:
    """Two outings at the same points: metres from the start, or seconds of the timer.

    `lead` is how far a is ahead of b, in seconds at the same distance or in metres at the same time;
    negative is behind.
    """

    by: Align
    at: Floats
    a: Side
    b: Side
    lead: Floats

    def rows(self, every: float) -> list[dict[str, float | None]]:
        """Return one line per `every` metres or seconds, the last shorter.

        Keys: index, start, end, gained (seconds or metres that a gained on b), lead (at its end), and
        pace, hr, cadence of both (`a_pace_s_per_km` …), None where unknown.
        """
        edges = np.append(np.arange(0.0, self.at[-1], every), self.at[-1])
        if edges.size > 2 and edges[-1] - edges[-2] < 0.1 * every:
            edges = np.delete(edges, -2)  # no line for the last few metres
        lead = np.interp(edges, self.at, self.lead)
        found = []
        for n in range(edges.size - 1):
            inside = (self.at >= edges[n]) & (self.at <= edges[n + 1])
            row: dict[str, float | None] = {
                "index": float(n + 1),
                "start": float(edges[n]),
                "end": float(edges[n + 1]),
                "gained": float(lead[n + 1] - lead[n]),
                "lead": float(lead[n + 1]),
            }
            for name, side in (("a", self.a), ("b", self.b)):
                t = np.interp(edges[n : n + 2], self.at, side.t_s)
                d = np.interp(edges[n : n + 2], self.at, side.distance_m)
                way = float(d[1] - d[0])
                row[f"{name}_pace_s_per_km"] = float(t[1] - t[0]) / way * 1000 if way > 1 else None
                row[f"{name}_hr_bpm"] = _mean(side.hr_bpm[inside])
                row[f"{name}_cadence_spm"] = _mean(side.cadence_spm[inside])
            found.append(row)
        return found


def line_of(activity: Activity) -> Line | None:
    """Return an outing by its running timer, or None without samples that know how far."""
    samples = prepared(activity).samples
    if samples is None or not samples.has_distance:
        return None
    t = samples.t_s - paused_before(samples.t_s, merged(activity.recording.pauses))
    return Line(
        t - t[0],
        samples.distance_m - samples.distance_m[0],
        {
            "hr_bpm": samples.hr_bpm,
            "cadence_spm": np.where(samples.moving, samples.cadence_spm, np.nan),
            "altitude_m": samples.altitude_m,
        },
    )


def align(a: Line, b: Line, by: Align) -> Aligned | None:
    """Lay two outings over each other as far as both go; None where that is too short to say anything."""
    reach = min(_reach(a, by), _reach(b, by))
    step, shortest = (STEP_M, SHORTEST_M) if by == "distance" else (STEP_S, SHORTEST_S)
    if reach < shortest:
        return None
    count = min(MAX_STEPS, int(reach // step) + 1)
    at = np.linspace(0.0, reach, count)
    sides = [_side(line, by, at) for line in (a, b)]
    lead = sides[1].t_s - sides[0].t_s if by == "distance" else sides[0].distance_m - sides[1].distance_m
    return Aligned(by, at, sides[0], sides[1], lead)


def _reach(line: Line, by: Align) -> float:
    return float(line.distance_m[-1] if by == "distance" else line.t_s[-1])


def _side(line: Line, by: Align, at: Floats) -> Side:
    if by == "distance":
        # Where one stood, the same distance has many times: the first is when it was reached.
        onward = np.concatenate(([True], np.diff(line.distance_m) > 0))
        axis, t = line.distance_m[onward], line.t_s[onward]
        times, far, window = np.interp(at, axis, t), at, PACE_WINDOW_M
    else:
        times, far, window = at, np.interp(at, line.t_s, line.distance_m), PACE_WINDOW_S
    half = max(1, round(window / 2 / (at[1] - at[0])))
    low, high = _window(at.size, half)
    way, took = far[high] - far[low], times[high] - times[low]
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(way > SLOWEST_MPS * took, 1000 * took / way, np.nan)
    values = {name: _at(line.t_s, channel, times, half) for name, channel in line.channels.items()}
    return Side(times, far, pace, **values)


def _window(size: int, half: int) -> tuple[Floats, Floats]:
    index = np.arange(size)
    return np.maximum(index - half, 0), np.minimum(index + half, size - 1)


def _at(t_s: Floats, values: Floats, times: Floats, half: int) -> Floats:
    """Return the mean of `values` between the neighbours `half` points away on either side."""
    known = ~np.isnan(values)
    if not has_values(values):
        return np.full(times.shape, np.nan)
    low, high = _window(times.size, max(1, half // 2))
    begin = np.searchsorted(t_s, times[low], side="left")
    end = np.searchsorted(t_s, times[high], side="right")
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    n = counts[end] - counts[begin]
    return np.where(n > 0, (sums[end] - sums[begin]) / np.maximum(n, 1), np.nan)


def _mean(values: Floats) -> float | None:
    return float(np.nanmean(values)) if has_values(values) else None
