"""What the metrics of one activity share: cleaned samples, gradient, graded speed, threshold values.

Built once per Activity object and kept with it, so that thirty metrics clean the samples once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from coach.domain.activity import CHANNELS, Activity, Floats, Sport
from coach.domain.metrics.bouts import Bout, find_bouts
from coach.domain.metrics.grade import (
    INTENSITY_WINDOW_S,
    cost_ratio,
    fourth_power_mean,
    grade_of,
    settled_altitude,
)
from coach.domain.metrics.sums import Sums
from coach.domain.resample import Flags, Indices, trailing_mean
from coach.domain.streams import (
    MAX_SPEED_ON_FOOT_MPS,
    MIN_SPEED_COVERAGE,
    ON_FOOT,
    Samples,
    has_values,
    is_treadmill,
    samples_of,
)

MAX_SPEED_SWIMMING_MPS = 3.0  # 50 m freestyle has been swum at 2.5
_KEPT_AS = "_prepared"  # in the activity's __dict__, as functools.cached_property would keep it


@dataclass(frozen=True)
class Prepared:
    activity: Activity

    @cached_property
    def samples(self) -> Samples | None:
        return samples_of(self.activity)

    @cached_property
    def on_foot(self) -> bool:
        return self.activity.sport in ON_FOOT

    @cached_property
    def treadmill(self) -> bool:
        return is_treadmill(self.activity)

    @cached_property
    def distance_m(self) -> float | None:
        """The activity's distance; a said or corrected one wins over samples, None is unknown."""
        given = self.activity.recording.distance_m
        if given is not None and given > 0:
            return given
        samples = self.samples
        if samples is not None and samples.has_distance:
            total = float(samples.distance_m[-1])
            return total if total > 0 else None
        return None

    @cached_property
    def moving_method(self) -> Literal["speed", "timer", "lengths"]:
        """What moving time is read from."""
        samples = self.samples
        if self.activity.sport is Sport.swim:
            # A pool is told by its lengths, and a swimmer is slower than what counts as standing on foot.
            return "lengths" if any(n.active for n in self.activity.recording.lengths) else "timer"
        return "speed" if samples is not None and samples.has_speed and samples.moving_s > 0 else "timer"

    @cached_property
    def moving_s(self) -> float | None:
        """Seconds in motion; None is unknown."""
        recording, samples = self.activity.recording, self.samples
        timer_s = recording.timer_s or self.activity.moving_s or _without_pauses(self.activity)
        if self.moving_method == "lengths":
            return sum(length.elapsed_s for length in recording.lengths if length.active)
        if self.moving_method == "speed" and samples is not None:
            return min(samples.moving_s, timer_s) if timer_s else samples.moving_s
        return timer_s

    @cached_property
    def distance_is_whole(self) -> bool:
        """Tell whether the distance belongs to all of the moving time: a sensor that died leaves a part."""
        samples = self.samples
        if samples is None or not samples.has_speed or self.activity.distance_origin != "recorded":
            return True
        if self.activity.sport is Sport.swim:
            return True  # counted by lengths, not second by second
        known = ~np.isnan(samples.speed_mps[samples.moving])
        return known.size == 0 or float(np.mean(known)) >= MIN_SPEED_COVERAGE

    @cached_property
    def speed_is_believable(self) -> bool:
        """Tell whether distance and moving time can both be true: totals are not cleaned as samples are."""
        if self.distance_m is None or not self.moving_s:
            return True
        sport = self.activity.sport
        limit = MAX_SPEED_ON_FOOT_MPS if self.on_foot else CHANNELS["speed_mps"].high
        return self.distance_m / self.moving_s <= (MAX_SPEED_SWIMMING_MPS if sport is Sport.swim else limit)

    @cached_property
    def grade(self) -> Floats | None:
        """Gradient per sample; None when it is unknown (then the ground counts as flat)."""
        if self.samples is None or self.treadmill:
            return None
        return grade_of(self.samples)

    @cached_property
    def settled_m(self) -> Floats | None:
        """Altitude in steps that are no sensor noise; None when it is unknown."""
        return None if self.samples is None or self.treadmill else settled_altitude(self.samples)

    @cached_property
    def sums(self) -> Sums | None:
        return None if self.samples is None else Sums(self.samples, self.settled_m)

    @cached_property
    def graded(self) -> Floats | None:
        """Graded speed per sample in m/s, runs only; NaN while standing or unknown."""
        samples = self.samples
        if samples is None or not samples.has_speed or self.activity.sport is not Sport.run:
            return None
        speed = np.where(samples.moving, samples.speed_mps, np.nan)
        graded = speed if self.grade is None else speed * cost_ratio(self.grade)
        return graded if has_values(graded) else None

    @cached_property
    def bouts(self) -> tuple[Bout, ...]:
        """The stretches of work of a run, found from its speed; none in a steady one."""
        if self.samples is None or self.activity.sport is not Sport.run:
            return ()
        return find_bouts(self.samples, self.grade)

    @cached_property
    def graded_smooth(self) -> Floats | None:
        """Graded speed of the moving samples, each the mean of the last 30 s of its stretch."""
        graded, samples = self.graded, self.samples
        if graded is None or samples is None:
            return None
        known = ~np.isnan(graded)
        return trailing_mean(graded[known], _compressed(samples.first, known), INTENSITY_WINDOW_S)

    @cached_property
    def graded_mps(self) -> float | None:
        """The flat, even speed that would have cost the same (while moving)."""
        smooth = self.graded_smooth
        return None if smooth is None else fourth_power_mean(smooth)

    @cached_property
    def speed_coverage(self) -> float:
        """Share of the moving time whose speed is known."""
        if self.graded is None or not self.moving_s:
            return 0.0
        return min(1.0, float(np.count_nonzero(~np.isnan(self.graded))) / self.moving_s)


def prepared(activity: Activity) -> Prepared:
    """Return the shared intermediates of an activity, built at the first call for this object."""
    kept = activity.__dict__.get(_KEPT_AS)
    if not isinstance(kept, Prepared):
        # Of a copy: holding the activity itself would be a cycle, and memory would wait for the collector.
        kept = activity.__dict__[_KEPT_AS] = Prepared(replace(activity))
    return kept


def _compressed(first: Indices, known: Flags) -> Indices:
    """Return where each known sample's stretch begins among the known samples alone."""
    before = np.concatenate(([0], np.cumsum(known)))
    return np.asarray(before[first[known]])


def _without_pauses(activity: Activity) -> float | None:
    recording = activity.recording
    paused = sum(max(0.0, end - start) for start, end in recording.pauses)
    left = recording.elapsed_s - paused
    return left if left > 0 else None
