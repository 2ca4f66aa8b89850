"""Running sums over the samples of an activity."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.domain.activity import Floats
from coach.domain.streams import Samples


class Sums:
    """Running sums over the samples, to read any stretch of clock time in constant time."""

    def __init__(self, samples: Samples, settled_m: Floats | None) -> None:
        self.t_s = samples.t_s
        self.distance_m = samples.distance_m if samples.has_distance else None
        self._moving = self._sum(samples.moving.astype(np.float64))
        self._hr, self._hr_n = self._known(samples.hr_bpm)
        stepping = np.where(samples.moving & (samples.cadence_spm > 0), samples.cadence_spm, np.nan)
        self._cadence, self._cadence_n = self._known(stepping)
        self._power, self._power_n = self._known(samples.power_w)
        rise = np.zeros(len(samples)) if settled_m is None else np.diff(settled_m, prepend=settled_m[:1])
        self.has_altitude = settled_m is not None
        self._up, self._down = self._sum(np.maximum(rise, 0)), self._sum(np.maximum(-rise, 0))

    @staticmethod
    def _sum(values: Floats) -> Floats:
        return np.concatenate(([0.0], np.cumsum(values)))

    def _known(self, values: Floats) -> tuple[Floats, Floats]:
        known = ~np.isnan(values)
        return self._sum(np.where(known, values, 0.0)), self._sum(known.astype(np.float64))

    def row(self, start_s: float, end_s: float) -> dict[str, Any]:
        """Return what happened between two clock times; unknown values are None."""
        i, j = (int(k) for k in np.searchsorted(self.t_s, (start_s, end_s), side="left"))

        def mean(sums: Floats, counts: Floats) -> float | None:
            n = counts[j] - counts[i]
            return round(float((sums[j] - sums[i]) / n), 1) if n > 0 else None

        elapsed = end_s - start_s
        return {
            "start_s": round(start_s, 1),
            "elapsed_s": round(elapsed, 1),
            "moving_s": round(min(float(self._moving[j] - self._moving[i]), elapsed), 1),
            "avg_hr_bpm": mean(self._hr, self._hr_n),
            "avg_cadence_spm": mean(self._cadence, self._cadence_n),
            "avg_power_w": mean(self._power, self._power_n),
            "ascent_m": round(float(self._up[j] - self._up[i]), 1) if self.has_altitude else None,
            "descent_m": round(float(self._down[j] - self._down[i]), 1) if self.has_altitude else None,
        }
