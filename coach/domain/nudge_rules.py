"""When the coach may speak first, as a pure rule: what is said now, what waits until when, what is dropped.

Everything that is due at the moment of saying becomes one message: after two days without a worker there is
one message, not a replay. A receipt was asked for by an approval: it is bound by no quiet hours, pause or
number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coach.domain.nudge_times import day_begins, is_quiet, moment, quiet_ends
from coach.domain.nudges import MOST_A_DAY, Manners, NudgeKind

# Who leads a message that says several things.
ORDER = (
    NudgeKind.alert,
    NudgeKind.after_run,
    NudgeKind.race,
    NudgeKind.weekly,
    NudgeKind.morning,
    NudgeKind.silence,
    NudgeKind.receipt,
)
FRESH_RUN = timedelta(hours=24)
LATE = timedelta(days=3)
NOON = time(12)

OFF, PAUSED, NOTHING = "nudge_why.off", "nudge_why.paused", "nudge_why.nothing"
_LATE_WHY = {
    NudgeKind.after_run: "nudge_why.late_after_run",
    NudgeKind.morning: "nudge_why.late_morning",
    NudgeKind.race: "nudge_why.late_race",
}


@dataclass(frozen=True)
class Waiting:
    """Something to be said. `ended_at`: of a note after a run, when it ended (None: when it became due)."""

    id: int
    kind: NudgeKind
    local_date: date
    due_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What one message says now, in order; what waits and until when, what is dropped and why (text key)."""

    say: tuple[int, ...] = ()
    later: tuple[int, ...] = ()
    later_at: datetime | None = None
    drop: tuple[tuple[int, str], ...] = ()


def too_late(one: Waiting, zone: ZoneInfo) -> datetime:
    """Return from when on there is no point in saying it any more."""
    match one.kind:
        case NudgeKind.after_run:
            return (one.ended_at or one.due_at) + FRESH_RUN
        case NudgeKind.morning:
            return moment(one.local_date, NOON, zone)
        case NudgeKind.race:
            return day_begins(one.local_date + timedelta(days=1), zone)
        case _:
            return one.due_at + LATE


def decide(
    manners: Manners, zone: ZoneInfo, now: datetime, waiting: Iterable[Waiting], said_on_this_day: int
) -> Verdict:
    """Return what becomes of what waits. What is not due yet is left alone.

    `said_on_this_day`: messages the coach began on the athlete's day of `now`, receipts not counted.
    """
    today = now.astimezone(zone).date()
    paused = manners.paused_until is not None and today < manners.paused_until
    drop: list[tuple[int, str]] = []
    told: list[Waiting] = []
    asked: list[Waiting] = []
    for one in sorted(waiting, key=lambda w: (ORDER.index(w.kind), w.due_at, w.id)):
        if one.due_at > now:
            continue
        if not manners.wants(one.kind):
            drop.append((one.id, OFF))
        elif now >= too_late(one, zone):
            drop.append((one.id, _LATE_WHY.get(one.kind, "nudge_why.late")))
        elif one.kind is NudgeKind.receipt:
            asked.append(one)
        elif paused:
            drop.append((one.id, PAUSED))
        else:
            told.append(one)
    free_at = _free_at(manners, zone, now, said_on_this_day)
    if told and free_at > now:
        return Verdict(_ids(asked), _ids(told), free_at, tuple(drop))
    return Verdict(_ids([*told, *asked]), drop=tuple(drop))


def _free_at(manners: Manners, zone: ZoneInfo, now: datetime, said: int) -> datetime:
    """Return when something may be said unasked: now, after the quiet hours, or on a day that has room."""
    if said >= MOST_A_DAY:
        now = day_begins(now.astimezone(zone).date() + timedelta(days=1), zone)
    return quiet_ends(manners.quiet_from, manners.quiet_until, zone, now)


def is_quiet_for(manners: Manners, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether it is in the athlete's quiet hours."""
    return is_quiet(manners.quiet_from, manners.quiet_until, zone, now)


def _ids(those: Iterable[Waiting]) -> tuple[int, ...]:
    return tuple(one.id for one in those)
