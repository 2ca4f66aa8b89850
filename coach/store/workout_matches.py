"""Which activity was which workout of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row as Record
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.workout_matches


@dataclass(frozen=True)
class Match:
    """An activity that was a workout. `score` 0–1; `detail`: planned against done, step by step, as JSON.

    A score of 0, said by the athlete: it was not that workout. Such rows are in `refused` alone.
    """

    plan_id: int
    uid: str
    activity_id: int
    origin: Literal["found", "said"]
    score: float
    detail: Mapping[str, Any]


def save(s: Session, match: Match) -> None:
    """Keep a match in place of what either of the two was matched with."""
    mine = (_t.c.athlete_id == athlete_of(s)) & (_t.c.plan_id == match.plan_id)
    same = (_t.c.activity_id == match.activity_id) & (_t.c.uid == match.uid)
    either = (_t.c.activity_id == match.activity_id) | (_t.c.uid == match.uid)
    if match.score > 0:
        s.execute(delete(_t).where(mine, _t.c.score > 0, either, ~same))
    new = insert(_t).values(athlete_id=athlete_of(s), **{**vars(match), "detail": dict(match.detail)})
    s.execute(
        new.on_conflict_do_update(
            index_elements=["athlete_id", "plan_id", "uid", "activity_id"],
            set_={
                **{name: new.excluded[name] for name in ("origin", "score", "detail")},
                "matched_at": func.now(),
            },
        )
    )


def remove(s: Session, plan_id: int, uid: str) -> None:
    """Forget a match."""
    s.execute(
        delete(_t).where(
            _t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id, _t.c.uid == uid, _t.c.score > 0
        )
    )


def of_plan(s: Session, plan_id: int) -> dict[str, Match]:
    """Return the matches of a plan by workout."""
    query = select(_t).where(_t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id, _t.c.score > 0)
    return {r.uid: _match(r) for r in s.execute(query)}


def refused(s: Session, plan_id: int) -> frozenset[tuple[str, int]]:
    """Return what the athlete took apart: workout and activity."""
    query = select(_t.c.uid, _t.c.activity_id).where(
        _t.c.athlete_id == athlete_of(s), _t.c.plan_id == plan_id, _t.c.score == 0
    )
    return frozenset((r.uid, r.activity_id) for r in s.execute(query))


def of_activity(s: Session, activity_id: int) -> tuple[Match, ...]:
    """Return what an activity was matched with."""
    query = select(_t).where(
        _t.c.athlete_id == athlete_of(s), _t.c.activity_id == activity_id, _t.c.score > 0
    )
    return tuple(_match(r) for r in s.execute(query))


def _match(r: Record[Any]) -> Match:
    return Match(**{name: getattr(r, name) for name in Match.__dataclass_fields__})
