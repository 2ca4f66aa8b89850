"""The daily look at the watch's calendar: is what we put there still there, as we put it?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from coach.domain.plan.held import Difference, Held, compare
from coach.errors import ComeBackLater, NeedsAthlete
from coach.pipeline import telling
from coach.pipeline.delivering_changes import note_change
from coach.pipeline.delivering_checks import not_before
from coach.pipeline.delivering_orders import SERVICE, ordered, tag_of
from coach.pipeline.delivering_sends import SOON
from coach.pipeline.delivering_shelf import Shelf
from coach.pipeline.delivering_told import resolve_changed
from coach.pipeline.reach import Reach
from coach.pipeline.turn import Turn, opened, taken
from coach.providers.contract import Workouts
from coach.store import athletes, connections, deliveries, plans
from coach.store.deliveries import Delivery
from coach.store.session import Session


@dataclass(frozen=True)
class Looked:
    """What a look found. `changed`: by hand since the last look; `mended`: as we put it, once more."""

    workouts: int = 0
    changed: int = 0
    mended: int = 0


def look(reach: Reach, athlete_id: int) -> Looked:
    """Read back what lies ahead, note what was changed by hand and ask about it; change nothing of theirs.

    Copies of our own workouts that a lost answer left behind are removed. Raises ComeBackLater while somebody
    else works on the connection, ProviderTrouble, and TurnLost.
    """
    with taken(reach, athlete_id, reach.services[SERVICE], f"look:{uuid4().hex}") as turn:
        if turn is None:
            with reach.db.athlete_session(athlete_id) as s:
                known = connections.get(s, SERVICE)
            if known is None or known.state == "off":
                return Looked()
            raise ComeBackLater("plan_send_turn", until=reach.clock() + SOON)
        rows, tags = _ahead(turn)
        if not rows:
            return Looked()
        try:
            with opened(turn) as account:
                return _look(turn, account, rows, tags) if isinstance(account, Workouts) else Looked()
        except NeedsAthlete as error:
            with turn.session() as s:
                connections.trouble(s, SERVICE, "needs_you", error)
                telling.tell(s, "needs_you", SERVICE, "alert", error)
            return Looked()


def _ahead(turn: Turn) -> tuple[list[Delivery], dict[tuple[int, str], str]]:
    """Return what was put there for today or later, with its marks; nothing while the service is paused."""
    with turn.session() as s:
        known = connections.get(s, SERVICE)
        if known is None or not_before(s, known, turn.now()) is not None:
            return [], {}
        today = turn.now().astimezone(athletes.get(s, turn.athlete_id).zone).date()
        rows = [
            row
            for row in deliveries.find(s, provider=SERVICE)
            if row.state in ("sent", "changed")
            and row.wanted_sha256 is not None
            and row.sent_day is not None
            and row.sent_day >= today
            and row.receipt.get("account", known.account_id) == known.account_id
        ]
        made = {row.plan_id: plans.head(s, row.plan_id).created_at for row in rows}
        tags = {
            (row.plan_id, row.uid): tag_of(turn.athlete_id, row.plan_id, made[row.plan_id], row.uid)
            for row in rows
        }
        return rows, tags


def _look(turn: Turn, account: Workouts, rows: list[Delivery], tags: dict[tuple[int, str], str]) -> Looked:
    with turn.session() as s:
        today = turn.now().astimezone(athletes.get(s, turn.athlete_id).zone).date()
    shelf = Shelf.look(turn, account, today)
    changed = mended = 0
    for row in rows:
        differences = _by_hand(turn, shelf, row)
        with turn.session() as s:
            now_there = deliveries.get(s, row.plan_id, row.uid, SERVICE)
            if now_there != row:
                continue  # decided or sent anew meanwhile
            if differences:
                changed += note_change(s, row, differences, turn.now())
            elif row.state == "changed":
                _mend(s, row)
                mended += 1
        for copy in shelf.tagged(tags[row.plan_id, row.uid], row.remote_id)[1:]:
            if row.remote_id in shelf.library:
                shelf.delete(copy)
    return Looked(len(rows), changed, mended)


def _by_hand(turn: Turn, shelf: Shelf, row: Delivery) -> list[Difference]:
    """Return what was changed of one workout."""
    held = shelf.account.read_workout(row.remote_id) if row.remote_id in shelf.library else None
    if held is None:
        return [Difference("", "workout", row.receipt.get("name"), None)]
    moved = shelf.place_by_hand(row.remote_id, row)
    found = [] if moved is None else [moved]
    if row.remote_sha256 is not None and held.sha256 != row.remote_sha256:
        found += _edits(turn, shelf, row, held)
    return found


def _edits(turn: Turn, shelf: Shelf, row: Delivery, held: Held) -> list[Difference]:
    """Return what was edited, step by step where the plan still has what was sent."""
    before = str(row.receipt.get("name", ""))
    renamed = [] if held.name == before else [Difference("", "name", before, held.name)]
    with turn.session() as s:
        holding = plans.holding(s)
        workout = holding.plan.by_uid.get(row.uid) if holding and holding.plan_id == row.plan_id else None
        one = None
        if workout is not None:
            athlete = athletes.get(s, turn.athlete_id)
            one = ordered(athlete, plans.head(s, row.plan_id), workout)
    if one is None or one.sha256 != row.sent_sha256:
        return renamed or [Difference("", "content", None, None)]
    steps = compare(shelf.account.would_hold(one.order), held)
    return [*renamed, *steps] or [Difference("", "content", None, None)]


def _mend(s: Session, row: Delivery) -> None:
    """Note that a workout is again as we put it."""
    receipt = {name: value for name, value in row.receipt.items() if name != "changed"}
    deliveries.write(s, row.plan_id, row.uid, SERVICE, state="sent", receipt=receipt)
    resolve_changed(s, row.plan_id, row.uid)
