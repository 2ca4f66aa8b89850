"""What lies at the service in one turn: our workouts by their marks, and the calendar. Looked at once, first;
what is done after that is noted here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain.plan.held import Difference, Held, compare
from coach.errors import NotFound, ServiceBroken
from coach.pipeline.delivering_orders import Ordered, tag_in
from coach.pipeline.turn import Turn
from coach.providers.contract import Scheduled, Workouts
from coach.store.deliveries import Delivery

# How far around today the calendar is read: what was moved by hand further than that counts as taken out.
BEHIND, AHEAD = timedelta(days=14), timedelta(days=34)


class ByHand(Exception):
    """The athlete changed over there what we had put there. `differences`: what was changed."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(f"{len(differences)} differences")
        self.differences = tuple(differences)


@dataclass
class Shelf:
    """The library and the calendar. Every writing call makes sure first that the turn is still ours."""

    turn: Turn
    account: Workouts
    library: dict[str, Held]
    places: dict[str, list[Scheduled]] = field(default_factory=dict)

    @classmethod
    def look(cls, turn: Turn, account: Workouts, today: date) -> Shelf:
        """Ask for both. Raises ProviderTrouble."""
        shelf = cls(turn, account, {held.id: held for held in account.find_workouts()})
        for place in account.scheduled(today - BEHIND, today + AHEAD):
            shelf.places.setdefault(place.workout_id, []).append(place)
        return shelf

    def tagged(self, tag: str, first: str = "") -> list[str]:
        """Return the workouts with a mark of ours: `first` before all others, then the oldest."""
        found = [held.id for held in self.library.values() if tag_in(held.text) == tag]
        return sorted(found, key=lambda number: (number != first, int(number)))

    def put(self, one: Ordered, before: Delivery) -> tuple[str, str, Held]:
        """Have one workout there as ordered, once; return its number, its place's, and what was read back.

        Raises ByHand where the athlete changed what was there, BadInput, ProviderTrouble.
        """
        expected = self.account.would_hold(one.order)
        found = self.tagged(one.tag, before.remote_id)
        if not found and before.remote_sha256 is not None:
            raise ByHand([Difference("", "workout", one.order.name, None)])
        held: Held | None = None
        if found:
            number, *doubles = found
            held = self._read(number)
            same = _is(held, expected)
            by_hand = self._by_hand(number, held, expected, before, one.workout.day, edited=not same)
            if by_hand:
                raise ByHand(by_hand)
            if not same:
                self.turn.renew()
                self.account.update_workout(number, one.order)
                held = None
            for double in doubles:
                self.delete(double)
        else:
            self.turn.renew()
            number = self.account.create_workout(one.order)
        place = self._place(number, one.workout.day, before)
        held = held or self._read(number)
        self.library[number] = held
        return number, place, held

    def take_away(self, tag: str, before: Delivery, *, force: bool) -> None:
        """Remove what we put there: what carries our mark, nothing else. Raises ByHand, ProviderTrouble.

        Where the athlete took the mark out, the workout is theirs and only our place in the calendar goes.
        """
        found = self.tagged(tag)
        if before.remote_id in found and before.remote_sha256 is not None and not force:
            held = self._read(before.remote_id)
            if held.sha256 != before.remote_sha256:
                raise ByHand([Difference("", "workout", None, held.name)])
        for number in found:
            self.delete(number)
        if before.remote_id in self.library:
            for place in list(self.places.get(before.remote_id, [])):
                if place.id == before.schedule_id:
                    self._unschedule(place)

    def delete(self, number: str) -> None:
        """Delete a workout of ours with its places in the calendar."""
        for place in list(self.places.get(number, [])):
            self._unschedule(place)
        self.turn.renew()
        self.account.delete_workout(number)
        self.library.pop(number, None)

    def place_by_hand(self, number: str, before: Delivery) -> Difference | None:
        """Return how its place in the calendar differs from where we put it, or None."""
        mine = [place for place in self.places.get(number, []) if place.id == before.schedule_id]
        if not before.schedule_id or before.sent_day is None:
            return None
        # Moving it in the app may give it another number: on the right day it is where it should be.
        days = [place.day for place in mine or self.places.get(number, [])]
        if before.sent_day in days:
            return None
        now = days[0].isoformat() if days else None
        return Difference("", "day", before.sent_day.isoformat(), now)

    def _by_hand(
        self, number: str, held: Held, expected: Held, before: Delivery, day: date, *, edited: bool
    ) -> list[Difference]:
        """Return what the athlete changed since it was put there. What is as wanted by now, we may have done
        and not have come to note."""
        there = any(place.day == day for place in self.places.get(number, []))
        moved = None if there else self.place_by_hand(number, before)
        found = [] if moved is None else [moved]
        if edited and before.remote_sha256 not in (None, held.sha256):
            found += changes(expected, held)
        return found

    def _read(self, number: str) -> Held:
        held = self.account.read_workout(number)
        if held is None:
            raise ServiceBroken("plan_send_vanished")
        return held

    def _place(self, number: str, day: date, before: Delivery) -> str:
        """Have a workout in the calendar on one day, once; return the number of its place."""
        places = self.places.setdefault(number, [])
        on_day = [place for place in places if place.day == day]
        if on_day:
            on_day.sort(key=lambda place: place.id != before.schedule_id)
            for double in on_day[1:]:
                self._unschedule(double)
            return on_day[0].id
        ours = [place for place in places if before.schedule_id in ("", place.id)]
        if not ours and before.sent_day is not None:
            ours = [place for place in places if place.day == before.sent_day]
        if not ours:
            self.turn.renew()
            made = self.account.schedule(number, day)
            places.append(made)
            if made.day != day:
                raise ServiceBroken("plan_send_other_day")
            return made.id
        for double in ours[1:]:
            if double.day == ours[0].day:
                self._unschedule(double)
        self.turn.renew()
        try:
            self.account.reschedule(ours[0].id, day)
        except NotFound:
            raise ServiceBroken("plan_send_vanished") from None
        places.remove(ours[0])
        places.append(Scheduled(ours[0].id, number, day))
        return ours[0].id

    def _unschedule(self, place: Scheduled) -> None:
        self.turn.renew()
        self.account.unschedule(place.id)
        self.places[place.workout_id].remove(place)


def changes(expected: Held, held: Held) -> tuple[Difference, ...]:
    """Return what was changed by hand, the name included."""
    renamed = [] if held.name == expected.name else [Difference("", "name", expected.name, held.name)]
    return (*renamed, *compare(expected, held))


def _is(held: Held, expected: Held) -> bool:
    """Return whether what is there is what was ordered, description included."""
    return not changes(expected, held) and tag_in(held.text) == tag_in(expected.text)
