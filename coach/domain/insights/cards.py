"""Cards that recommend something: each a rule over aggregated facts, with the guideline it rests on.

Everything is looked at as of the last day of the last finished week, so that a card says one thing for a week
and does not come and go with every morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.insights.draft import Said
from coach.domain.metrics.load import NO_SPIKE_PCT

EASY_RUNS, EASY_SHARE = 8, 0.6  # of so many runs fewer than that share mostly easy
SLEEP_LEAST_S, SLEEP_NIGHTS = 7 * 3600.0, 8  # Watson 2015, Walsh 2021: seven hours
HRV_DAYS, HRV_Z = 4, -0.5  # below the usual range (Plews 2014) on so many days of the week
RHR_DAYS, RHR_ABOVE_BPM = 4, 5.0  # so much above the median of 28 days
MONOTONY = 2.0  # Foster 1998
STRENGTH_WEEKS = 4
TAPER_DAYS, TAPER_SHARE, TAPER_FROM_M = 14, 0.9, 20_000.0  # Bosquet 2007: two weeks
RPE_RUNS = 8
STALE_DAYS = 182


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rules read: numbers up to `day`, the last day of a finished week. Unknown is None."""

    day: date
    easy_runs: int | None = None  # mostly easy ones of the four weeks, of `measured_runs`
    measured_runs: int = 0
    spike_pct: float | None = None
    spike_day: date | None = None
    sleep_s: float | None = None  # mean of 14 nights
    nights: int = 0
    hrv_low_days: int | None = None
    rhr_high_days: int | None = None
    monotony: float | None = None
    plan_id: int | None = None  # one that runs and has at least four weeks to go
    strength_planned: int | None = None
    race_day: date | None = None  # the next one that matters, of at least 20 km, without a plan for it
    days_to_race: int | None = None  # from today
    load_week: float | None = None
    load_usual: float | None = None  # a week's mean of the four weeks before
    runs_of_six_weeks: int = 0
    rated_of_six_weeks: int = 0
    threshold_day: date | None = None  # the newest threshold there is


@dataclass(frozen=True, slots=True)
class Card:
    """One recommendation. `topic` is what it is about whatever the words; `key` names the time too."""

    topic: str
    key: str
    first: date
    last: date
    says: tuple[Said, ...]
    figures: tuple[str, ...]  # keys of the figures it rests on
    guideline: str = ""
    chart: str = ""


def candidates(seen: Outlook) -> tuple[Card, ...]:
    """Return the cards that hold, the most pressing first."""
    rules = (_body, _long_run, _taper, _sleep, _easy, _monotony, _strength, _thresholds, _rpe)
    return tuple(card for rule in rules if (card := rule(seen)) is not None)


def _card(
    seen: Outlook,
    topic: str,
    facts: dict[str, str],
    *,
    days: int,
    guideline: str = "",
    chart: str = "",
    anchor: str = "",
) -> Card:
    says = (
        Said(f"insights.card_{topic}", facts),
        Said(f"insights.card_{topic}_do", role="look"),
    )
    first = seen.day - timedelta(days=days - 1)
    key = f"{topic}:{anchor or seen.day.isoformat()}"
    return Card(topic, key, first, seen.day, says, tuple(facts.values()), guideline, chart)


def _body(seen: Outlook) -> Card | None:
    low, high = seen.hrv_low_days or 0, seen.rhr_high_days or 0
    if low < HRV_DAYS and high < RHR_DAYS:
        return None
    if low >= HRV_DAYS and high >= RHR_DAYS:
        facts = {"low": "hrv_low_days", "high": "rhr_high_days"}
        return _card(seen, "body", facts, days=7, guideline="hrv_guided", chart="recovery")
    if low >= HRV_DAYS:
        card = _card(seen, "body_hrv", {"low": "hrv_low_days"}, days=7, guideline="hrv_guided")
    else:
        card = _card(seen, "body_rhr", {"high": "rhr_high_days"}, days=7)
    # One topic, whichever of the two it shows in.
    key = f"body:{seen.day.isoformat()}"
    return Card("body", key, card.first, card.last, card.says, card.figures, card.guideline, "recovery")


def _long_run(seen: Outlook) -> Card | None:
    if seen.spike_pct is None or seen.spike_day is None or seen.spike_pct <= NO_SPIKE_PCT:
        return None
    facts = {"far": "spike_m", "spike": "spike_pct", "before": "spike_before_m"}
    anchor = seen.spike_day.isoformat()
    return _card(
        seen, "long_run", facts, days=37, guideline="long_run_spike", chart="weekly_volume", anchor=anchor
    )


def _taper(seen: Outlook) -> Card | None:
    if seen.race_day is None or seen.days_to_race is None or not 0 < seen.days_to_race <= TAPER_DAYS:
        return None
    if not seen.load_usual or seen.load_week is None or seen.load_week < TAPER_SHARE * seen.load_usual:
        return None
    facts = {"race": "race_day", "week": "load_week", "usual": "load_usual"}
    anchor = seen.race_day.isoformat()
    return _card(seen, "taper", facts, days=35, guideline="taper", chart="load_form", anchor=anchor)


def _sleep(seen: Outlook) -> Card | None:
    if seen.sleep_s is None or seen.nights < SLEEP_NIGHTS or seen.sleep_s >= SLEEP_LEAST_S:
        return None
    return _card(
        seen,
        "sleep",
        {"sleep": "sleep_mean_s", "nights": "nights"},
        days=14,
        guideline="sleep",
        chart="sleep",
    )


def _easy(seen: Outlook) -> Card | None:
    if seen.easy_runs is None or seen.measured_runs < EASY_RUNS:
        return None
    if seen.easy_runs >= EASY_SHARE * seen.measured_runs:
        return None
    facts = {"easy": "easy_runs", "runs": "measured_runs"}
    return _card(seen, "easy", facts, days=28, guideline="mostly_easy", chart="intensity")


def _monotony(seen: Outlook) -> Card | None:
    if seen.monotony is None or seen.monotony < MONOTONY:
        return None
    return _card(
        seen, "monotony", {"monotony": "monotony"}, days=7, guideline="overtraining", chart="load_form"
    )


def _strength(seen: Outlook) -> Card | None:
    if seen.plan_id is None or seen.strength_planned is None or seen.strength_planned > 0:
        return None
    facts = {"planned": "strength_planned"}
    return _card(seen, "strength", facts, days=7, guideline="strength_economy", anchor=f"plan{seen.plan_id}")


def _thresholds(seen: Outlook) -> Card | None:
    if seen.threshold_day is None or (seen.day - seen.threshold_day).days <= STALE_DAYS:
        return None
    return _card(
        seen,
        "thresholds",
        {"since": "threshold_day"},
        days=7,
        guideline="threshold_training",
        anchor=seen.threshold_day.isoformat(),
    )


def _rpe(seen: Outlook) -> Card | None:
    if seen.runs_of_six_weeks < RPE_RUNS or seen.rated_of_six_weeks:
        return None
    return _card(seen, "rpe", {"runs": "runs_of_six_weeks"}, days=42, guideline="rpe_talk_test")
