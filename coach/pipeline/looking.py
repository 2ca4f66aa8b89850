"""What a day brings that is worth a word: a race that comes near, a body out of its usual range, a silence.

An alert is for what stands out by the rules that tell changes from noise (`coach.domain.metrics.anomalies`),
in the direction that asks for care, and once a week per kind: who is warned too often reads no warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.insights.cards import HRV_Z, RHR_ABOVE_BPM
from coach.domain.metrics.anomalies import Anomaly, anomalies_of
from coach.domain.metrics.history import History
from coach.domain.metrics.load import longest_spike_pct
from coach.domain.metrics.recovery import hrv_z
from coach.domain.metrics.registry import Measure
from coach.domain.metrics.watched import What, series_of
from coach.domain.nudge_times import moment
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Race
from coach.pipeline.situation import local_day
from coach.store import activities, notices, nudges, planning_profiles, races, signs_of_life
from coach.store.history import history_of
from coach.store.session import Session

DAYS_BEFORE_RACE = (28, 14, 7, 3, 1, 0, -1)  # -1: the day after
BEFORE_START = time(6)  # of the day of a race, or after the quiet hours: most start between 8 and 10
SILENT_DAYS = 10
LEFT_DAYS = 21  # silent for so long before anybody looked: they are gone, and nobody calls after them
EPISODE = timedelta(days=7)
NIGHTS = 2  # of low variability in a row: a single one says little
SEEN_DAYS = 2  # a night is often known only a day later; what is older is no news
BEFORE = timedelta(days=60)  # of values against which a day is held
SPIKE_PCT, SPIKE_LEAST_M = 30.0, 2_000.0  # a run so much longer than any of 30 days, and by more than a lap
LOGIN = "needs_you:"  # notices of connections that only the athlete can mend (`coach.pipeline.telling`)


@dataclass(frozen=True)
class _Alert:
    metric: str
    key: str
    about: dict[str, Any]
    once_a_week: bool = True


def look(s: Session, athlete: Athlete, now: datetime) -> int:
    """Note what today brings; return how much of it is new. For once a day: asking again adds nothing."""
    today = local_day(athlete, now)
    new = _race(s, athlete.zone, today, now) + _silence(s, athlete, today, now)
    alarmed = _alarmed(s, now)
    for alert in _alerts(s, athlete, today):
        if alert.once_a_week and alert.metric in alarmed:
            continue
        new += nudges.add(s, NudgeKind.alert, alert.key, today, now, alert.about)
    return new


def _race(s: Session, zone: ZoneInfo, today: date, now: datetime) -> int:
    """Note the race that is nearest, of those whose day is one to speak of."""
    near = [
        race
        for race in races.find(s, today - timedelta(days=1), today + timedelta(days=max(DAYS_BEFORE_RACE)))
        if (race.day - today).days in DAYS_BEFORE_RACE
    ]
    if not near:
        return 0
    race = min(near, key=lambda r: _nearness(r, today))
    days = (race.day - today).days
    new: int = _countdown(s, race, days, today, now)
    if days == 1:  # of the day itself it is spoken before the start
        new += _countdown(s, race, 0, race.day, moment(race.day, BEFORE_START, zone))
    return new


def _countdown(s: Session, race: Race, days: int, day: date, due_at: datetime) -> bool:
    about = {"race_id": race.id, "days": days}
    return nudges.add(s, NudgeKind.race, f"{race.id}:{days}", day, due_at, about)


def _nearness(race: Race, today: date) -> tuple[int, bool, str, int]:
    days = (race.day - today).days
    return abs(days), days < 0, race.priority.value, race.id or 0


def _silence(s: Session, athlete: Athlete, today: date, now: datetime) -> int:
    """Note a silence: once, by the day it began. Who said that they are away is not missed."""
    last = last_sign(s, athlete, today)
    if last is None or not SILENT_DAYS <= (today - last).days < LEFT_DAYS:
        return 0
    if any(today in blackout for blackout in planning_profiles.constraints(s).blackouts):
        return 0
    return nudges.add(s, NudgeKind.silence, last.isoformat(), today, now, {"since": last.isoformat()})


def last_sign(s: Session, athlete: Athlete, today: date) -> date | None:
    """Return the last day on which the athlete did any sport or wrote anything, None when never."""
    words, out = signs_of_life.last_words(s), signs_of_life.last_day_out(s, today)
    signs = [day for day in (out, None if words is None else local_day(athlete, words)) if day is not None]
    return max(signs, default=None)


def is_gone(s: Session, athlete: Athlete, today: date) -> bool:
    """Whether a silence was spoken of, or is long: nobody calls after who does not want to."""
    last = last_sign(s, athlete, today)
    if last is None or (today - last).days < SILENT_DAYS:
        return False
    spoken = nudges.named(s, NudgeKind.silence, last.isoformat())
    return (today - last).days >= LEFT_DAYS or (spoken is not None and spoken.state in ("said", "merged"))


def _alarmed(s: Session, now: datetime) -> frozenset[str]:
    """Return what an alert was made about within an episode."""
    known = nudges.since(s, NudgeKind.alert, now - EPISODE)
    return frozenset(str(nudge.about.get("metric", "")) for nudge in known if nudge.state != "dropped")


def _alerts(s: Session, athlete: Athlete, today: date) -> Iterator[_Alert]:
    history = history_of(
        s,
        athlete.id,
        today,
        measures=("distance_m",),
        daily_names=("rhr_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms"),
        since=today - BEFORE,
    )
    if history is not None:
        yield from _of_body(history, today)
        for n in range(SEEN_DAYS):
            day = today - timedelta(days=n)
            spike = longest_spike_pct(history, day)
            if _is_alarming(spike) and not _raced(s, athlete, day):
                of_run = {"metric": "longest_spike_pct", "day": day.isoformat()}
                yield _Alert("longest_spike_pct", f"longest_spike_pct:{day}", of_run)
                break
    for notice in notices.open_ones(s):
        if notice.key.startswith(LOGIN):
            # Once per trouble: what was mended and breaks again is told anew.
            key = f"login:{notice.id}:{notice.created_at.isoformat()}"
            yield _Alert("login", key, {"notice": notice.id}, once_a_week=False)


def _of_body(history: History, today: date) -> Iterator[_Alert]:
    """Yield mornings that stand out from the athlete's own: a high resting heart rate, a low variability."""
    kinds: tuple[tuple[What, Callable[[Anomaly], bool]], ...] = (
        ("rhr", lambda found: found.value - found.usual >= RHR_ABOVE_BPM),
        ("hrv", lambda found: found.z < 0 and _is_low_week(history, found.day)),
    )
    for what, is_alarming in kinds:
        series = series_of(history, what, today - BEFORE, today)
        found = anomalies_of(series, today - timedelta(days=SEEN_DAYS - 1), today)
        alarming = [a for a in found if is_alarming(a)]
        if what == "hrv" and len(alarming) < NIGHTS and not any(a.rule == "two_days" for a in alarming):
            continue
        if alarming and _one_instrument(series.instruments):
            day = alarming[-1].day
            about = {"metric": series.name, "day": day.isoformat()}
            yield _Alert(series.name, f"{series.name}:{day}", about)


def _is_low_week(history: History, day: date) -> bool:
    """Whether the week's mean lies below its usual range too (Plews 2014)."""
    of_week = hrv_z(history, day)
    return isinstance(of_week, Measure) and of_week.value is not None and of_week.value < HRV_Z


def _one_instrument(instruments: tuple[str, ...]) -> bool:
    """Whether the newest values come from what measured those before: a new watch alarms nobody."""
    return len(set(instruments[-SEEN_DAYS:])) == 1 and instruments[-1] in instruments[:-SEEN_DAYS]


def _is_alarming(spike: object) -> bool:
    return (
        isinstance(spike, Measure)
        and spike.value is not None
        and spike.value > SPIKE_PCT
        and not spike.detail["provisional"]
        and spike.detail["distance_m"] - spike.detail["before_m"] >= SPIKE_LEAST_M
    )


def _raced(s: Session, athlete: Athlete, day: date) -> bool:
    """Whether the day's longest run was a race: for that one trained."""
    runs = activities.find(s, athlete.id, start=day, end=day, sport=Sport.run)
    return bool(runs) and max(runs, key=lambda r: r.distance_m or 0.0).race
