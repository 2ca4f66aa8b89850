"""A history as it was known on a day, without what was learnt later.

`History.until` takes away what came later. Two things would still tell of the future: a month's estimated
thresholds rest on the whole month, so here they are estimated anew from each day's own past; and nothing
tells when the athlete gave a threshold, so given ones do not count in a replay. What is left: the loads of
past days are those computed with today's thresholds. Form is a share of fitness, where such a factor
cancels out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from coach.domain.athlete import Threshold, Thresholds
from coach.domain.metrics.history import History
from coach.domain.metrics.thresholds import estimate


def known_on(history: History, day: date) -> History:
    """Return the history at the end of `day`, with the thresholds that could be estimated then."""
    past = history.until(day)
    found = estimate(past.activities, past.daily.get("rhr_bpm", {}), past.last_day, past.athlete.birth_year)
    thresholds = [t for t in found.values() if isinstance(t, Threshold)]
    held = Thresholds(**{t.kind.value: t for t in thresholds})
    return replace(past, athlete=replace(past.athlete, thresholds=held), thresholds=thresholds)
