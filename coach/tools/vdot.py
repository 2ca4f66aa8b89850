"""VDOT in words: the number with its range, what it rests on, what time off took, and the trend."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.metrics.current_vdot import READS_OF_VDOT, WINDOW_DAYS, Vdot, vdot_on
from coach.domain.metrics.history import History
from coach.domain.metrics.registry import Unknown
from coach.domain.metrics.verification import Level
from coach.domain.source import Source
from coach.store import activities
from coach.store.activities import Row
from coach.store.history import history_of
from coach.text import say
from coach.tools.bests import best_name
from coach.tools.facts import Facts, day_name, of_day
from coach.tools.spec import Note, ToolContext

TREND_DAYS = 91
# The longest look back (races of a year), and the trend before it.
LOOKBACK_DAYS = TREND_DAYS + 365
SAME_VDOT = 0.3  # a smaller difference is none
LOST = 0.005  # a smaller loss to time off is not worth a sentence
OLD_DAYS = 60
READS = (*READS_OF_VDOT, "pace_s_per_km")


class Past:
    """The athlete's past up to a day, with the activities that facts rest on."""

    def __init__(self, ctx: ToolContext, day: date) -> None:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            self.history: History | None = history_of(
                session,
                ctx.athlete.id,
                day,
                measures=READS,
                daily_names=("vo2max",),
                since=day - timedelta(days=LOOKBACK_DAYS),
            )
            found = activities.find(
                session, ctx.athlete.id, start=day - timedelta(days=LOOKBACK_DAYS), end=day, limit=None
            )
            self.nothing = not found and activities.count(session, ctx.athlete.id) == 0
        self.day = day
        self._rows = {row.id: row for row in found}

    def rows(self, ids: Iterable[int]) -> list[Row]:
        """Return the activities of these numbers that still exist."""
        return [self._rows[i] for i in ids if i in self._rows]

    def sources(self, days: int = WINDOW_DAYS) -> set[Source]:
        """Return the sources of all runs of the last `days`: a best of them rests on every one."""
        first = self.day - timedelta(days=days - 1)
        return {
            source
            for row in self._rows.values()
            if row.sport is Sport.run and row.local_date >= first
            for source in row.sources
        }


def vdot_notes(ctx: ToolContext, facts: Facts, past: Past, now: Vdot | Unknown) -> list[Note]:
    """Add VDOT with its range and its basis as facts, and say them; or why there is none and what to do."""
    subject = of_day(ctx, past.day)
    if isinstance(now, Unknown):
        facts.measure("fitness.vdot", "vdot", now, subject, rows=())
        unknown = Note(
            key="fitness.unknown_vdot", params={"day": subject.label}, facts={"why": "fitness.vdot"}
        )
        return [unknown, Note(key="fitness.what_to_do")]
    vdot_facts(ctx, facts, past, now)
    numbers = {"vdot": "fitness.vdot", "low": "fitness.vdot_low", "high": "fitness.vdot_high"}
    says = [
        Note(key="fitness.vdot_is", params={"day": subject.label}, facts=numbers),
        basis_note(ctx, facts, past, now),
        *provisional_notes(now),
    ]
    lost = 1 - now.share
    if lost >= LOST:
        facts.add(
            "fitness.lost",
            "vdot_lost_pct",
            100 * lost,
            "pct",
            subject,
            label=say(ctx.lang, "fitness.label_lost"),
            rows=past.rows(now.activities),
            sources=past.sources(),
        )
        if now.days_off > 5:
            off = facts.add(
                "fitness.days_off",
                "days_off",
                now.days_off,
                "days",
                subject,
                label=say(ctx.lang, "fitness.label_days_off"),
                sources=past.sources(),
            )
            says.append(Note(key="fitness.time_off", facts={"days": off, "lost": "fitness.lost"}))
        else:
            says.append(Note(key="fitness.time_off_coming_back", facts={"lost": "fitness.lost"}))
    elif now.basis is not None and (past.day - now.basis.day).days > OLD_DAYS:
        age = facts.add(
            "basis.age_days",
            "age_days",
            (past.day - now.basis.day).days,
            "days",
            subject,
            label=say(ctx.lang, "fitness.label_age_days"),
            rows=past.rows([now.basis.activity_id]),
        )
        says.append(Note(key="fitness.old_basis", facts={"age": age}))
    return says


def basis_note(ctx: ToolContext, facts: Facts, past: Past, now: Vdot) -> Note:
    """Add the performance that VDOT rests on, and say what it was."""
    if now.basis is None:
        return Note(key="fitness.basis_heart_rate")
    basis, rows = now.basis, past.rows([now.basis.activity_id])
    label, subject = say(ctx.lang, "fitness.label_basis"), of_day(ctx, basis.day)
    facts.add("basis.time_s", "best_time_s", basis.time_s, "s", subject, label=label, rows=rows)
    facts.add("basis.distance_m", "best_way_m", basis.distance_m, "m", subject, label=label, rows=rows)
    told = {"time": "basis.time_s"}
    params = {"day": day_name(ctx, basis.day)}
    if basis.level is Level.race_confirmed:
        return Note(
            key="fitness.basis_race_confirmed",
            params=params | {"distance": best_name(ctx, basis.distance_m)},
            facts=told,
        )
    key = "fitness.basis_race" if basis.level is Level.race else "fitness.basis_training"
    return Note(key=key, params=params, facts=told | {"distance": "basis.distance_m"})


def provisional_notes(now: Vdot) -> list[Note]:
    """Say that VDOT is provisional where it is, and what will settle it."""
    return [Note(key="fitness.provisional")] if now.provisional else []


def vdot_facts(ctx: ToolContext, facts: Facts, past: Past, now: Vdot) -> None:
    """Add VDOT and both ends of its range as facts."""
    name, subject = say(ctx.lang, "metric.vdot"), of_day(ctx, past.day)
    for key, value, label in (
        ("vdot", now.value, name),
        ("vdot_low", now.low, say(ctx.lang, "fitness.label_low", what=name)),
        ("vdot_high", now.high, say(ctx.lang, "fitness.label_high", what=name)),
    ):
        facts.add(
            f"fitness.{key}",
            "vdot",
            round(value, 2),
            "VDOT",
            subject,
            label=label,
            rows=past.rows(now.activities),
            sources=past.sources(),
            estimated=now.basis is None,
            provisional=now.provisional,
        )


def changed(then: Vdot, now: Vdot) -> float:
    """Return by how much VDOT has changed, as shown; 0 where it cannot be said to have.

    Another performance that lies lower within the range is no loss: a race may have left the window, and a
    best in training that took its place is a lower bound.
    """
    change = round(now.value, 1) - round(then.value, 1)
    another = now.basis != then.basis
    same = abs(change) < SAME_VDOT or (another and change < 0 and then.value <= now.high)
    return 0.0 if same else change


def comparable(then: Vdot, now: Vdot) -> bool:
    """Tell whether two VDOT differ by fitness rather than by what they are.

    One from heart rate and one from a race do not; and the first runs show no more than a floor, so that to
    stand above it is no gain.
    """
    return (then.basis is None) is (now.basis is None) and not then.provisional


def trend_notes(ctx: ToolContext, facts: Facts, past: Past, now: Vdot) -> list[Note]:
    """Say what VDOT was three months ago, as it was known then."""
    assert past.history is not None
    before = past.day - timedelta(days=TREND_DAYS)
    then = vdot_on(past.history, before)
    if isinstance(then, Unknown) or not comparable(then, now):
        return []
    sources, rows = past.sources(LOOKBACK_DAYS), past.rows((*then.activities, *now.activities))
    facts.add(
        "fitness.then",
        "vdot",
        round(then.value, 2),
        "VDOT",
        of_day(ctx, before),
        label=say(ctx.lang, "fitness.label_then"),
        rows=past.rows(then.activities),
        sources=sources,
        estimated=then.basis is None,
    )
    change = changed(then, now)
    if not change:
        return [Note(key="fitness.trend_same", facts={"then": "fitness.then"})]
    facts.add(
        "fitness.change",
        "vdot_change",
        round(abs(change), 1),
        "VDOT",
        of_day(ctx, past.day),
        label=say(ctx.lang, "fitness.label_change"),
        rows=rows,
        sources=sources,
    )
    key = "fitness.trend_up" if change > 0 else "fitness.trend_down"
    return [Note(key=key, facts={"then": "fitness.then", "change": "fitness.change"})]
