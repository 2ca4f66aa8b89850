"""Garmin's library of workouts and its calendar: `coach.providers.contract.Workouts` for an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from garminconnect import Garmin

from coach.domain.plan.held import Held
from coach.errors import BadInput, NeedsAthlete, NotFound, ServiceBroken
from coach.providers.contract import Scheduled, WorkoutOrder
from coach.providers.garmin.trouble import PartMissing, PartRefused
from coach.providers.garmin.values import text
from coach.providers.garmin.workout_mapping import (
    held_of,
    id_of,
    is_whole,
    payload_of,
    scheduled_of,
)

PAGE = 100
MOST_PAGES = 50
_GONE = "404"


class GarminWorkouts:
    """What an account can do with workouts. Every call of the library goes through `_ask`."""

    _garmin: Garmin

    def _ask(self, call: Callable[[], Any]) -> Any:
        raise NotImplementedError

    def find_workouts(self) -> tuple[Held, ...]:
        """Return the library, page by page until one is empty: a short page may not be the last."""
        found: dict[str, Held] = {}
        for _ in range(MOST_PAGES):
            start = len(found)
            rows = self._rows(
                lambda start=start: self._garmin.get_workouts(  # type: ignore[misc]
                    start, PAGE, order_by="CREATED_DATE", order_seq="DESC"
                )
            )
            new = {held.id: held for held in _each(held_of, rows)}
            if not new.keys() - found.keys():
                break
            found |= new
        return tuple(found.values())

    def read_workout(self, workout_id: str) -> Held | None:
        """Return a workout with its steps; None when it is gone. Raises ProviderTrouble."""
        try:
            held = held_of(self._ask(lambda: self._garmin.get_workout_by_id(workout_id)))
        except PartRefused:
            return None  # somebody else's by now: not ours to see
        except PartMissing as absence:
            if str(absence) == _GONE:
                return None
            raise ServiceBroken("garmin_unreadable") from None
        if held is None or not is_whole(held):
            raise ServiceBroken("garmin_unreadable")  # half of an answer would look like a change by hand
        return held

    def would_hold(self, order: WorkoutOrder) -> Held:
        """Return what Garmin should show after taking an order. Raises BadInput."""
        held = held_of({**payload_of(order), "workoutId": 1})
        assert held is not None
        return held

    def create_workout(self, order: WorkoutOrder) -> str:
        """Put a workout into the library. Raises BadInput, ProviderTrouble."""
        payload = payload_of(order)
        answer = self._write(lambda: self._garmin.upload_workout(payload))
        found = id_of(answer.get("workoutId")) if isinstance(answer, dict) else ""
        if not found:
            raise ServiceBroken("garmin_unreadable")  # it may have arrived: whoever tries again looks first
        return found

    def update_workout(self, workout_id: str, order: WorkoutOrder) -> None:
        """Replace all of a workout. Raises BadInput, NotFound, ProviderTrouble."""
        payload = payload_of(order)
        self._write(lambda: self._garmin.update_workout(workout_id, payload))

    def delete_workout(self, workout_id: str) -> None:
        """Delete a workout; it may be gone. Raises ProviderTrouble."""
        self._remove(lambda: self._garmin.delete_workout(workout_id))

    def scheduled(self, start: date, end: date) -> tuple[Scheduled, ...]:
        """Return the calendar. Raises ProviderTrouble."""
        first, last = start.isoformat(), end.isoformat()
        rows = self._rows(lambda: self._garmin.get_scheduled_workouts_by_period(first, last))
        return tuple(_each(scheduled_of, rows))

    def schedule(self, workout_id: str, day: date) -> Scheduled:
        """Put a workout into the calendar. Raises BadInput, NotFound, ProviderTrouble."""
        answer = self._write(lambda: self._garmin.schedule_workout(workout_id, day.isoformat()))
        place = scheduled_of(answer)
        if place is None or place.workout_id != workout_id:
            raise ServiceBroken("garmin_unreadable")
        return place

    def reschedule(self, schedule_id: str, day: date) -> None:
        """Move a place in the calendar. Raises BadInput, NotFound, ProviderTrouble."""
        self._write(lambda: self._garmin.reschedule_workout(schedule_id, day.isoformat()))

    def unschedule(self, schedule_id: str) -> None:
        """Take a place out of the calendar; it may be gone. Raises ProviderTrouble."""
        self._remove(lambda: self._garmin.unschedule_workout(schedule_id))

    def _rows(self, call: Callable[[], Any]) -> list[Any]:
        try:
            answer = self._ask(call)
        except PartRefused:
            raise NeedsAthlete("garmin_forbidden") from None
        except PartMissing:
            raise ServiceBroken("garmin_unreadable") from None
        # Anything else for an empty list would make every workout look gone, and have it made again.
        if not isinstance(answer, list):
            raise ServiceBroken("garmin_unreadable")
        return answer

    def _write(self, call: Callable[[], Any]) -> Any:
        try:
            return self._ask(call)
        except PartRefused:
            raise NeedsAthlete("garmin_forbidden") from None
        except PartMissing as absence:
            said = str(absence)
            if said == _GONE:
                raise NotFound("plan_send_gone") from None
            if said.isdecimal():
                raise BadInput("plan_send_refused", status=said) from None
            if said == "empty":
                return None
            raise ServiceBroken("garmin_unreadable") from None

    def _remove(self, call: Callable[[], Any]) -> None:
        try:
            self._ask(call)
        except PartRefused:
            raise NeedsAthlete("garmin_forbidden") from None
        except PartMissing as absence:
            # A deletion is answered with nothing; other refusals are no deletion.
            if str(absence).isdecimal() and str(absence) != _GONE:
                raise ServiceBroken("garmin_no_answer") from None


def _each[T](read: Callable[[Any], T | None], rows: list[Any]) -> Iterator[T]:
    """Yield what each row is. One that cannot be read may be ours: nothing may be concluded from the rest.

    Workouts of Garmin's own adaptive plans have no number, but a name of another sort: never ours.
    """
    for row in rows:
        found = read(row)
        if found is not None:
            yield found
        elif not (isinstance(row, dict) and text(row.get("workoutUuid"))):
            raise ServiceBroken("garmin_unreadable")
