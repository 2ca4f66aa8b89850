"""The library of workouts and the calendar of the invented Garmin, with the habits of the real one.

It obeys the numbers of its types and writes the names anew from them; what it does not know it takes without
a word; its numbers are 32-bit; lists show no steps. An update replaces everything and leaves the calendar.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = Any

STEP_TYPES = {1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 6: "repeat", 7: "other"}
CONDITIONS = {
    1: "lap.button", 2: "time", 3: "distance", 4: "calories", 5: "power", 6: "heart.rate", 7: "iterations",
}  # fmt: skip
TARGETS = {
    1: "no.target", 2: "power.zone", 3: "cadence", 4: "heart.rate.zone", 5: "speed.zone", 6: "pace.zone",
}  # fmt: skip
SPORTS = {
    1: "running", 2: "cycling", 3: "other", 4: "swimming", 5: "strength_training", 6: "cardio_training",
}  # fmt: skip
SUMMARY = ("workoutId", "ownerId", "workoutName", "description", "sportType", "createdDate", "updateDate")


@dataclass
class WorkoutDesk:
    """`workouts` and `calendar` by their numbers. `pages_of` caps every page of the library."""

    access: str = ""
    workouts: dict[int, Json] = field(default_factory=dict)
    calendar: dict[int, Json] = field(default_factory=dict)
    pages_of: int = 1_000
    _workout_id: int = 1_408_000_000
    _schedule_id: int = 9_007_199_254_740_993  # more than a float can tell apart
    _changes: int = 0

    def workout_routes(self) -> list[Route]:
        base = "/workout-service"
        known = (
            (base + "/workouts", "GET", self._library),
            (base + "/workout", "POST", self._create),
            (base + "/workout/{id:int}", "GET", self._read),
            (base + "/workout/{id:int}", "PUT", self._update),
            (base + "/workout/{id:int}", "DELETE", self._delete),
            (base + "/schedule/workoutScheduleByPeriod", "GET", self._period),
            (base + "/schedule/{id:int}", "POST", self._schedule),
            (base + "/schedule/{id:int}", "GET", self._place),
            (base + "/schedule/{id:int}", "PUT", self._move),
            (base + "/schedule/{id:int}", "DELETE", self._unschedule),
            ("/calendar-service/year/{year:int}/month/{month:int}", "GET", self._month),
        )
        return [Route(path, self._allowed(answer), methods=[method]) for path, method, answer in known]

    def _allowed(self, answer: Any) -> Any:
        async def respond(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.access}":
                return JSONResponse({"message": "HTTP 401 Unauthorized"}, 401)
            said = await request.json() if request.method in ("POST", "PUT") else None
            found = answer(request, said)
            if found is MISSING:
                return JSONResponse({"message": "HTTP 404 Not Found"}, 404)
            if found is REFUSED:
                return JSONResponse({"message": "HTTP 400 Bad Request"}, 400)
            return Response(status_code=204) if found is None else JSONResponse(found)

        return respond

    # What the athlete does in the app

    def draw_up(self, name: str = "내 인터벌", description: str | None = None, **more: Json) -> int:
        """Let the athlete make a workout of their own; return its number."""
        step = {
            "type": "ExecutableStepDTO", "stepOrder": 1, "stepType": {"stepTypeId": 3},
            "endCondition": {"conditionTypeId": 2}, "endConditionValue": 1800.0,
            "targetType": {"workoutTargetTypeId": 1},
        }  # fmt: skip
        said = {
            "workoutName": name, "description": description, "sportType": {"sportTypeId": 1},
            "workoutSegments": [{"segmentOrder": 1, "workoutSteps": [step]}], **more,
        }  # fmt: skip
        return int(self._put(self._new_workout(), said)["workoutId"])

    def put_on(self, workout_id: int, day: date) -> int:
        """Put a workout into the calendar; return the number of its place."""
        self._schedule_id += 1
        self.calendar[self._schedule_id] = {
            "workoutScheduleId": self._schedule_id, "workoutId": workout_id, "calendarDate": day.isoformat(),
        }  # fmt: skip
        return self._schedule_id

    def days_of(self, workout_id: int) -> list[str]:
        """Return on which days a workout stands in the calendar."""
        return sorted(p["calendarDate"] for p in self.calendar.values() if p["workoutId"] == workout_id)

    # What the requests do

    def _new_workout(self) -> int:
        self._workout_id += 1
        return self._workout_id

    def _put(self, number: int, said: Json) -> Json:
        """Keep a workout as it was said, each name made from the number beside it."""
        self._changes += 1
        before = self.workouts.get(number, {})
        stamp = f"2026-11-21T00:00:{self._changes % 60:02d}.0"
        kept = _obeyed(said)
        kept.update(
            workoutId=number,
            ownerId=90_210,
            workoutName=str(kept["workoutName"])[:80],
            createdDate=before.get("createdDate", stamp),
            updatedDate=stamp,
        )
        self.workouts[number] = kept
        return kept

    def _library(self, request: Request, said: Json) -> Json:
        start, limit = int(request.query_params["start"]), int(request.query_params["limit"])
        newest = sorted(self.workouts.values(), key=lambda w: -w["workoutId"])
        page = newest[start : start + min(limit, self.pages_of)]
        return [{name: w.get(name) for name in SUMMARY} for w in page]

    def _create(self, request: Request, said: Json) -> Json:
        steps = list(_steps(said))
        if len(steps) > 50 or not steps:
            return REFUSED
        return self._put(self._new_workout(), said)

    def _read(self, request: Request, said: Json) -> Json:
        return self.workouts.get(request.path_params["id"], MISSING)

    def _update(self, request: Request, said: Json) -> Json:
        number = request.path_params["id"]
        if number not in self.workouts:
            return MISSING
        if said.get("workoutId") != number:
            return REFUSED
        self._put(number, said)
        return None

    def _delete(self, request: Request, said: Json) -> Json:
        if self.workouts.pop(request.path_params["id"], None) is None:
            return MISSING
        for place in [p for p in self.calendar.values() if p["workoutId"] == request.path_params["id"]]:
            del self.calendar[place["workoutScheduleId"]]
        return None

    def _shown(self, place: Json) -> Json:
        workout = self.workouts.get(place["workoutId"], {})
        return {
            "workoutScheduleId": place["workoutScheduleId"],
            "workout": {"workoutId": place["workoutId"], "workoutName": workout.get("workoutName")},
            "calendarDate": place["calendarDate"],
            "ownerId": 90_210,
        }

    def _schedule(self, request: Request, said: Json) -> Json:
        if request.path_params["id"] not in self.workouts:
            return MISSING
        number = self.put_on(request.path_params["id"], date.fromisoformat(said["date"]))
        return self._shown(self.calendar[number])

    def _place(self, request: Request, said: Json) -> Json:
        place = self.calendar.get(request.path_params["id"])
        return MISSING if place is None else self._shown(place)

    def _move(self, request: Request, said: Json) -> Json:
        place = self.calendar.get(request.path_params["id"])
        if place is None:
            return MISSING
        place["calendarDate"] = said["calendarDate"]
        return self._shown(place)

    def _unschedule(self, request: Request, said: Json) -> Json:
        return MISSING if self.calendar.pop(request.path_params["id"], None) is None else None

    def _period(self, request: Request, said: Json) -> Json:
        first, last = request.query_params["startDate"], request.query_params["endDate"]
        found = sorted(self.calendar.values(), key=lambda p: (p["calendarDate"], p["workoutScheduleId"]))
        return [
            {**p, "workoutName": self.workouts.get(p["workoutId"], {}).get("workoutName")}
            for p in found
            if first <= p["calendarDate"] <= last
        ]

    def _month(self, request: Request, said: Json) -> Json:
        # The calendar's January is month 0.
        month = f"{request.path_params['year']}-{request.path_params['month'] + 1:02d}"
        items = [
            {
                "id": p["workoutScheduleId"],
                "itemType": "workout",
                "workoutId": p["workoutId"],
                "date": p["calendarDate"],
            }
            for p in self.calendar.values()
            if p["calendarDate"].startswith(month)
        ]
        return {"calendarItems": items}


MISSING, REFUSED = object(), object()


def _steps(said: Json) -> Any:
    for segment in said.get("workoutSegments", []):
        yield from _below(segment.get("workoutSteps", []))


def _below(steps: list[Json]) -> Any:
    for step in steps:
        yield step
        yield from _below(step.get("workoutSteps") or [])


def _single(value: Json) -> Json:
    """Return a number as 32 bits keep it."""
    return value if value is None else struct.unpack("f", struct.pack("f", value))[0]


def _typed(given: Json, number: str, key: str, names: dict[int, str], otherwise: int) -> Json:
    known = (given or {}).get(number)
    known = known if known in names else otherwise
    return {number: known, key: names[known]}


def _obeyed(said: Json) -> Json:
    """Return what was said with every name made from its number, and numbers as they are kept."""
    kept = dict(said)
    if "sportType" in said:
        kept["sportType"] = _typed(said["sportType"], "sportTypeId", "sportTypeKey", SPORTS, 3)
    if "workoutSegments" in said:
        kept["workoutSegments"] = [
            {**segment, "workoutSteps": [_obeyed_step(step) for step in segment["workoutSteps"]]}
            for segment in said["workoutSegments"]
        ]
    return kept


def _obeyed_step(step: Json) -> Json:
    kept = {
        **step,
        "stepType": _typed(step.get("stepType"), "stepTypeId", "stepTypeKey", STEP_TYPES, 7),
        "endCondition": _typed(
            step.get("endCondition"), "conditionTypeId", "conditionTypeKey", CONDITIONS, 1
        ),
        "endConditionValue": _single(step.get("endConditionValue")),
        "zoneNumber": step.get("zoneNumber"),
    }
    if "workoutSteps" in step:
        kept["workoutSteps"] = [_obeyed_step(inner) for inner in step["workoutSteps"]]
        return kept
    target = _typed(step.get("targetType"), "workoutTargetTypeId", "workoutTargetTypeKey", TARGETS, 1)
    aimed = target["workoutTargetTypeId"] != 1
    for name in ("targetValueOne", "targetValueTwo"):
        kept[name] = _single(step.get(name)) if aimed else None
    return {**kept, "targetType": target}
