"""Days with what was planned for them and what was done: the API's calendar, and the month of the page."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, Field

from api.plan_view import RaceOut, race_out
from api.whole_plan import shown
from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.plan.model import WorkoutKind
from coach.store import activities, planning_profiles, races, workout_matches
from coach.store.activities import Row
from coach.store.session import Session
from coach.text import formats, say
from coach.text import plans as words


class PlannedOut(BaseModel):
    """A planned workout of a day."""

    uid: str
    title: str = Field(examples=["이지런 10 km"])
    kind: WorkoutKind
    key: bool
    distance_m: float
    duration_s: float
    activity_id: int | None = Field(description="What was done of it; null: nothing so far.")


class DoneOut(BaseModel):
    """An activity of a day."""

    id: int
    sport: Sport
    name: str
    distance_m: float | None
    duration_s: float
    uid: str | None = Field(description="The workout it was; null: none that was planned.")


class DayOut(BaseModel):
    day: date
    planned: list[PlannedOut]
    done: list[DoneOut]
    races: list[RaceOut]
    away: str | None = Field(description="Why there is no training; empty where that was not said.")


class PlannedDaysOut(BaseModel):
    plan_id: int | None
    approved: bool = Field(description="Whether the plan runs; otherwise it is only a draft.")
    days: list[DayOut]


def calendar_of(s: Session, athlete: Athlete, start: date, end: date) -> PlannedDaysOut:
    """Return the days from `start` to `end`, both included."""
    found = shown(s)
    plan = None if found is None else found[1].plan
    matches = {} if found is None else workout_matches.of_plan(s, found[0].id)
    uid_of = {m.activity_id: uid for uid, m in matches.items()}
    done: dict[date, list[Row]] = {}
    for row in activities.find(s, athlete.id, start=start, end=end, limit=None, newest_first=False):
        done.setdefault(row.local_date, []).append(row)
    of_races = races.find(s, start, end)
    away = planning_profiles.constraints(s).blackouts
    lang, units = athlete.lang, athlete.units
    days = []
    for n in range((end - start).days + 1):
        day = start + timedelta(days=n)
        days.append(
            DayOut(
                day=day,
                planned=[
                    PlannedOut(
                        uid=w.uid,
                        title=words.workout_title(w, lang, units),
                        kind=w.kind,
                        key=w.key,
                        distance_m=w.distance_m,
                        duration_s=w.duration_s,
                        activity_id=matches[w.uid].activity_id if w.uid in matches else None,
                    )
                    for w in (plan.on(day) if plan is not None else ())
                ],
                done=[
                    DoneOut(
                        id=row.id,
                        sport=row.sport,
                        name=row.name,
                        distance_m=row.distance_m,
                        duration_s=row.moving_s or row.timer_s or row.elapsed_s,
                        uid=uid_of.get(row.id),
                    )
                    for row in done.get(day, ())
                ],
                races=[race_out(race, athlete) for race in of_races if race.day == day],
                away=next((b.why for b in away if day in b), None),
            )
        )
    return PlannedDaysOut(
        plan_id=None if found is None else found[0].id,
        approved=found is not None and found[0].state == "running",
        days=days,
    )


def month_of(s: Session, athlete: Athlete, first: date, today: date) -> dict[str, Any]:
    """Return a month as the page draws it: whole weeks, the athlete's first weekday in front."""
    lang = athlete.lang
    weeks = Calendar(athlete.week_start).monthdatescalendar(first.year, first.month)
    of_day = {d.day: d for d in calendar_of(s, athlete, weeks[0][0], weeks[-1][-1]).days}
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return {
        "title": say(
            lang, "plan_web.month_title", year=first.year, month=formats.month_name(first.month, lang)
        ),
        "before": f"{before:%Y-%m}",
        "after": f"{after:%Y-%m}",
        "weekdays": [formats.weekday_name((athlete.week_start + n) % 7, lang) for n in range(7)],
        "weeks": [[_cell(of_day[day], first, athlete, today) for day in week] for week in weeks],
    }


def _cell(day: DayOut, first: date, athlete: Athlete, today: date) -> dict[str, Any]:
    lang = athlete.lang
    items = [
        {"look": "race", "words": say(lang, "plan_web.month_race", name=race.title)} for race in day.races
    ]
    items += [{"look": "met" if w.activity_id else "planned", "words": w.title} for w in day.planned]
    items += [{"look": "done", "words": _done_words(d, athlete)} for d in day.done]
    if day.away is not None:
        items.append({"look": "away", "words": day.away or say(lang, "plan_web.month_away")})
    return {
        "iso": day.day.isoformat(),
        "number": day.day.day,
        "words": formats.day(day.day, lang, today),
        "inside": day.day.month == first.month,
        "today": day.day == today,
        "things": items,
    }


def _done_words(done: DoneOut, athlete: Athlete) -> str:
    lang, units = athlete.lang, athlete.units
    size = (
        formats.distance(done.distance_m, lang, units)
        if done.distance_m
        else formats.duration(done.duration_s, lang)
    )
    return f"{say(lang, f'sports.{done.sport.value}')} {size}"
