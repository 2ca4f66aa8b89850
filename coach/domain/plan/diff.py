"""What differs between two revisions of a plan: sessions by their uid, and the volume of weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from coach.domain.plan.model import Plan, Workout


@dataclass(frozen=True)
class Change:
    """One session that came, went, moved to another day, or holds something else (`changed`: on any day)."""

    kind: Literal["added", "removed", "moved", "changed"]
    uid: str
    before: Workout | None = None
    after: Workout | None = None

    @property
    def day(self) -> date:
        """The day a reader looks for it: where it is now, or was."""
        workout = self.after or self.before
        assert workout is not None
        return workout.day


@dataclass(frozen=True)
class WeekChange:
    """How much is run in a week, before and after, in m; 0 where a plan has no such week."""

    number: int
    start: date
    before_m: float
    after_m: float


@dataclass(frozen=True)
class Diff:
    """All that differs, by day. Empty (false) where both plans ask the same of the athlete."""

    changes: tuple[Change, ...] = ()
    weeks: tuple[WeekChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)


def diff(old: Plan, new: Plan) -> Diff:
    """Return what changes from one revision to the next. Who put a session there is no change of it."""
    changes = []
    for uid in {**old.by_uid, **new.by_uid}:
        before, after = old.by_uid.get(uid), new.by_uid.get(uid)
        kind = _kind(before, after)
        if kind is not None:
            changes.append(Change(kind, uid, before, after))
    changes.sort(key=lambda c: (c.day, c.uid))
    return Diff(tuple(changes), _weeks(old, new))


def _kind(
    before: Workout | None, after: Workout | None
) -> Literal["added", "removed", "moved", "changed"] | None:
    if before is None or after is None:
        return "added" if before is None else "removed"
    if before == after:
        return None
    same = replace(after, origin=before.origin)
    if same == before:
        return None
    return "moved" if replace(same, day=before.day, second=before.second) == before else "changed"


def _weeks(old: Plan, new: Plan) -> tuple[WeekChange, ...]:
    before = {week.start: week for week in old.weeks}
    after = {week.start: week for week in new.weeks}
    changes = []
    for start in sorted({*before, *after}):
        was, now = before.get(start), after.get(start)
        was_m, now_m = (0.0 if week is None else week.run_m for week in (was, now))
        if abs(now_m - was_m) >= 1:
            number = (now or was).number  # type: ignore[union-attr]
            changes.append(WeekChange(number, start, was_m, now_m))
    return tuple(changes)
