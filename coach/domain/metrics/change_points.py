"""Where a series changed its level: PELT with a penalty that autocorrelation does not cheapen.

The penalty is 6σ²·ln n (4σ²·ln n cries wolf in 14 % of steady series with an autocorrelation of .3). σ comes
from differences, which a step hardly touches; but neighbours that resemble each other make differences
small, so it is raised to the long-run σ of an AR(1) series, √((1+φ)/(1−φ)) times as large.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np

from coach.domain.activity import Floats

PENALTY = 6.0
SHORTEST = 7  # of a segment: below it one cold is a change
A_SIDE = 20  # values on either side of a change that is reported
FAR = (3, 4, 5)  # lags at which AR(1) noise has nearly forgotten
MOST_MEMORY = 0.8
GLITCH_SDS = 4.0
GLITCH_WINDOW = 15
MAD_TO_SD = 1.4826
MEAN_DEVIATION_TO_SD = sqrt(pi / 2)


@dataclass(frozen=True)
class Noise:
    """How a series scatters around its level: `sd` of single values, `memory` the AR(1) coefficient."""

    sd: float
    memory: float

    @property
    def long_run_sd(self) -> float:
        """The σ whose √n law the mean of such values follows."""
        return self.sd * sqrt((1 + self.memory) / (1 - self.memory))


def noise_of(values: Floats) -> Noise:
    """Return the noise of a series, at least A_SIDE values, whatever steps it has.

    The larger of two robust scales of the first differences (their MAD; their mean, which rounded values do
    not fool) and the memory that makes them so much smaller than differences over 3–5 values.
    """
    first = np.diff(values)
    near = _scale(first)
    far = sqrt(sum(_scale(values[k:] - values[:-k]) ** 2 for k in FAR) / len(FAR))
    memory = 0.0 if far == 0 else min(max(1 - (near / far) ** 2, 0.0), MOST_MEMORY)
    widest = max(near, MAD_TO_SD * float(np.median(np.abs(first))))
    return Noise(widest / sqrt(2 * (1 - memory)), memory)


def _scale(differences: Floats) -> float:
    return MEAN_DEVIATION_TO_SD * float(np.mean(np.abs(differences)))


def without_glitches(values: Floats) -> Floats:
    """Return the values, clipped to four robust SD around the median of their 15 neighbours.

    The SD is the larger of those from the MAD and the mean deviation: alike neighbours have no MAD.
    """
    if values.size < GLITCH_WINDOW:
        return values
    # At the ends there are fewer neighbours: those that would lie beyond are left out.
    beyond = np.pad(values, GLITCH_WINDOW // 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(beyond, GLITCH_WINDOW)
    middle = np.asarray(np.nanmedian(windows, axis=1))
    reach = GLITCH_SDS * robust_sd(np.abs(values - middle))
    return np.asarray(np.clip(values, middle - reach, middle + reach))


def robust_sd(apart: Floats) -> float:
    """Return the SD of values from how far each is from the middle: by MAD or mean, whichever is larger."""
    return max(MAD_TO_SD * float(np.median(apart)), MEAN_DEVIATION_TO_SD * float(apart.mean()))


def segments_of(values: Floats, noise: Noise) -> list[range]:
    """Return the stretches of equal level, in order: PELT, least squares, every index tried.

    The linear kernel's cost is the least-squares cost, so `KernelCPD` finds what `Pelt(model="l2")` finds, a
    thousand times faster. Killick, Fearnhead & Eckley 2012 J Am Stat Assoc 107:1590.
    """
    size = int(values.size)
    if size < 2 * SHORTEST or noise.sd == 0:
        return [range(size)]
    from ruptures import KernelCPD  # its import costs more than a second

    found = KernelCPD(kernel="linear", min_size=SHORTEST, jump=1).fit(values.reshape(-1, 1))
    ends = [int(end) for end in found.predict(pen=PENALTY * noise.long_run_sd**2 * log(size))]
    return [range(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]


def stands_out(step: float, error: float, size: int) -> bool:
    """Whether a step of known standard error buys its penalty in a series of so many values.

    One split lowers the squared error by step²·n₁n₂/(n₁+n₂), which must exceed 6σ²·ln n.
    """
    return step**2 > PENALTY * log(size) * error**2


def error_of(noise: Noise, before: int, after: int) -> float:
    """Return the standard error of the difference between the means of so many values."""
    return noise.long_run_sd * sqrt(1 / before + 1 / after)


def smallest_seen(noise: Noise, size: int) -> float:
    """Return the step in the middle of so many values that just stands out."""
    return sqrt(PENALTY * log(size)) * error_of(noise, size // 2, size - size // 2)
