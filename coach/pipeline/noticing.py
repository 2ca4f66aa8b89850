"""Which runs are worth asking about: those that were just run, each going out once.

Imports and backfill ask about nothing: a run counts as news where its service was connected before it ended,
or where it came in a few files at once. `looking` notices what a day brings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.grouping import Group, Part, belongs, ended, grouped, main_part
from coach.domain.nudges import NudgeKind
from coach.errors import NotFound
from coach.pipeline.looking import look
from coach.pipeline.situation import local_day
from coach.store import activities, arrivals, connections, nudges, queue
from coach.store.activities import Row
from coach.store.nudges import Nudge
from coach.store.session import Session

__all__ = ["after_sync", "answered", "defer", "look"]

FRESH = timedelta(hours=24)  # what ended earlier is no news
AHEAD = timedelta(minutes=15)  # by which a watch may be fast
PARTS_MAY_FOLLOW = timedelta(minutes=10)
WARM_UP = timedelta(minutes=25)  # what is shorter may be one: who is at the start is not asked about it
RACE_MAY_FOLLOW = timedelta(minutes=90)  # after its end
MAIN_SHARE = 3.0  # so much longer than all that was spoken of: that was the warm-up
FEW = 5  # activities that come together and are no heap of old ones
_JOB = "notice_runs"
_DAYS = 3  # around a run: of zones, and of what it may belong to


def defer(s: Session, athlete_id: int, today: date) -> None:
    """Have it looked in the background whether a run just came, where there is one of these days."""
    if activities.find(s, athlete_id, sport=Sport.run, start=today - timedelta(days=2), limit=1):
        queue.defer(
            s,
            _JOB,
            {},
            athlete_id=athlete_id,
            lock=f"{_JOB}:{athlete_id}",
            queueing_lock=f"{_JOB}:{athlete_id}",
        )


def after_sync(s: Session, athlete: Athlete, now: datetime) -> int:
    """Have runs that just came asked about, all of one going out together; return how many notes are new.

    What was run before the end of a note's wait joins it; after that nothing is said of it.
    """
    rows = _runs(s, athlete, now)
    fresh = [group for group in grouped(map(_part, rows.values())) if _is_fresh(group, now)]
    if not fresh:
        return 0
    known = nudges.since(s, NudgeKind.after_run, now - timedelta(days=_DAYS))
    places = {nudge.id: _parts_of(s, athlete, nudge) for nudge in known}
    new = 0
    for group in fresh:
        noted = [nudge for nudge in known if belongs(group, places[nudge.id])]
        told = any(rows[part.id].rpe is not None for part in group)
        only_begun = _only_begun(group, noted, places)
        if noted and not only_begun:
            _join(s, noted, group, told, now)
        elif not told and _is_news(s, group):
            first = rows[main_part(group).id if only_begun else group[0].id]
            new += nudges.add(
                s, NudgeKind.after_run, str(first.id), first.local_date, _due(group, now), _about(group)
            )
    return new


def _only_begun(group: Group, noted: Sequence[Nudge], places: Mapping[int, Sequence[Part]]) -> bool:
    """Whether all that was said is about the warm-up of what came now."""
    if not noted or any(nudge.state == "waiting" for nudge in noted):
        return False
    told = [part for nudge in noted for part in places[nudge.id]]
    far = [part.distance_m for part in told if part.distance_m]
    main = main_part(group)
    is_said = any(nudge.state in ("said", "merged") for nudge in noted)
    return is_said and len(far) == len(told) and (main.distance_m or 0.0) >= MAIN_SHARE * max(far)


def _due(group: Group, now: datetime) -> datetime:
    """Return when a group is spoken of, which may not be whole yet."""
    soon = now + PARTS_MAY_FOLLOW
    if max(part.end - part.start for part in group) >= WARM_UP:
        return soon
    return max(soon, ended(group) + RACE_MAY_FOLLOW)


def answered(s: Session, athlete: Athlete, nudge_id: int, now: datetime) -> bool:
    """Note that the athlete answered what was said; return whether that is the first answer."""
    return nudges.answered(s, nudge_id, now)


def _join(s: Session, noted: Sequence[Nudge], group: Group, told: bool, now: datetime) -> None:
    """Let the note of a group speak of all of it, once: what was said of a part was said of it."""
    waiting = [nudge.id for nudge in noted if nudge.state == "waiting"]
    over = told or any(nudge.state != "waiting" for nudge in noted)
    kept = None if over or not waiting else waiting[0]
    nudges.drop(s, [nudge_id for nudge_id in waiting if nudge_id != kept], "nudge_why.nothing")
    before = next((nudge for nudge in noted if nudge.id == kept), None)
    if before is not None and before.about != _about(group):
        more = not set(before.about.get("activity_ids", ())) >= {part.id for part in group}
        nudges.change(s, before.id, _about(group), _due(group, now) if more else before.due_at)


def _about(group: Group) -> dict[str, object]:
    return {"activity_ids": [part.id for part in group], "ended_at": ended(group).isoformat()}


def _runs(s: Session, athlete: Athlete, now: datetime) -> dict[int, Row]:
    today, around = local_day(athlete, now), timedelta(days=_DAYS)
    rows = activities.find(s, athlete.id, sport=Sport.run, start=today - around, end=today + around)
    return {row.id: row for row in rows}


def _part(row: Row) -> Part:
    end = row.start_at + timedelta(seconds=row.elapsed_s)
    return Part(row.id, row.start_at, end, row.distance_m, row.race)


def _is_fresh(group: Group, now: datetime) -> bool:
    return now - FRESH < ended(group) <= now + AHEAD


def _is_news(s: Session, group: Group) -> bool:
    """Whether any of it came as it was run, not with what lies back."""
    ids = [part.id for part in group]
    sources = arrivals.came_from(s, ids)
    if any(count <= FEW for count in arrivals.came_with(s, ids).values()):
        return True
    for known in connections.every(s):
        since = known.connected_at
        mine = [p for p in group if any(source.value == known.provider for source in sources.get(p.id, ()))]
        if since is None or not mine:
            continue
        if ended(mine) >= since:
            return True
        # Who connects again after a few days is not new here: what came meanwhile is little.
        source = next(source for source in sources[mine[0].id] if source.value == known.provider)
        if arrivals.brought_back(s, source, since) <= FEW:
            return True
    return False


def _parts_of(s: Session, athlete: Athlete, nudge: Nudge) -> list[Part]:
    """Return when the runs of a note were, also of those that were merged or deleted since."""
    found = list(_there(s, athlete, nudge.about.get("activity_ids", ())))
    if not found and (at := nudge.about.get("ended_at")) is not None:
        moment = datetime.fromisoformat(at)
        found = [Part(0, moment, moment)]
    return found


def _there(s: Session, athlete: Athlete, ids: Collection[int]) -> Iterable[Part]:
    for activity_id in ids:
        try:
            yield _part(activities.get(s, athlete.id, activity_id))
        except NotFound:  # deleted for good, with its source
            continue
