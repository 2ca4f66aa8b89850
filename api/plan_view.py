"""A plan as its reader gets it: the stored numbers in SI units, beside the words that code makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.plan.doubts import Doubt
from coach.domain.plan.model import (
    Goal,
    Phase,
    Plan,
    Race,
    Repeat,
    Step,
    Week,
    Workout,
    WorkoutKind,
    dump,
)
from coach.store.deliveries import Delivery
from coach.store.plans import Head, Revision
from coach.store.workout_matches import Match
from coach.text import formats, say
from coach.text import plans as words


class TargetOut(BaseModel):
    """Pace in s/km (low is faster), heart rate in bpm, power in W, RPE 0–10."""

    kind: Literal["none", "pace", "hr", "power", "rpe"]
    low: float | None
    high: float | None


class StepOut(BaseModel):
    kind: str = Field(examples=["work"])
    intensity: str = Field(examples=["threshold"])
    ends: Literal["distance", "time", "lap"] = Field(description="What ends it; the other is an estimate.")
    distance_m: float
    duration_s: float
    target: TargetOut
    said: str = Field(examples=["역치 20분, 4'30\"–4'40\"/km"])


class PartOut(BaseModel):
    """One or more steps done `times` over."""

    times: int
    steps: list[StepOut]


class MatchOut(BaseModel):
    activity_id: int
    origin: Literal["found", "said"]
    score: float
    detail: dict[str, Any] = Field(description="Planned against done, step by step.")


class DeliveryOut(BaseModel):
    """What a service holds of a workout. `receipt` is what was read back there."""

    uid: str
    provider: str
    state: Literal["waiting", "sent", "removed", "refused", "failed", "changed"]
    grade: Literal["exact", "degraded", "unsupported"] | None
    wanted_day: date | None
    sent_day: date | None
    receipt: dict[str, Any]
    updated_at: datetime


class WorkoutOut(BaseModel):
    """One session. Totals are the sums of its steps."""

    uid: str = Field(examples=["w03-thu"])
    day: date
    kind: WorkoutKind
    sport: Sport
    title: str = Field(examples=["이지런 10 km"])
    key: bool = Field(description="One of the sessions of the week that count most.")
    hard: bool
    second: bool = Field(description="The second session of its day.")
    race_id: int | None
    origin: str
    note: str
    place: str
    distance_m: float
    duration_s: float
    parts: list[PartOut]
    lines: list[str] = Field(description="Its steps in words.")
    purpose: str
    guideline: str
    match: MatchOut | None = None
    delivery: DeliveryOut | None = None


class WeekOut(BaseModel):
    number: int
    start: date
    end: date
    phase: Phase
    cutback: bool
    run_m: float
    run_s: float
    longest_m: float
    said: str
    workouts: list[WorkoutOut]


class TotalsOut(BaseModel):
    weeks: int
    run_m: float
    run_s: float
    peak_m: float = Field(description="Of the week with the most running.")
    longest_m: float


class HeadOut(BaseModel):
    """A plan without its content."""

    id: int
    state: Literal["draft", "running", "done", "cancelled"]
    approved: int | None = Field(description="The revision that holds; null: none was approved yet.")
    start_day: date
    end_day: date
    created_at: datetime


class RevisionOut(BaseModel):
    """One version of a plan without its weeks."""

    plan_id: int
    number: int
    parent: int | None
    state: Literal["draft", "proposed", "approved", "rejected", "replaced", "expired"]
    origin: Literal["built", "edited", "adapted", "imported", "undone"]
    sha256: str = Field(description="Of its content, in hex: what an approval is for.")
    acknowledged: list[str]
    created_at: datetime


def workout_out(
    workout: Workout,
    athlete: Athlete,
    *,
    match: Match | None = None,
    delivery: Delivery | None = None,
) -> WorkoutOut:
    """Return a workout with its words."""
    lang, units = athlete.lang, athlete.units
    return WorkoutOut(
        uid=workout.uid,
        day=workout.day,
        kind=workout.kind,
        sport=workout.sport,
        title=words.workout_title(workout, lang, units),
        key=workout.key,
        hard=workout.hard,
        second=workout.second,
        race_id=workout.race_id,
        origin=workout.origin,
        note=workout.note,
        place=workout.place,
        distance_m=workout.distance_m,
        duration_s=workout.duration_s,
        parts=[_part(part, athlete) for part in workout.steps],
        lines=list(words.step_lines(workout, lang, units)),
        purpose=words.purpose_words(workout, lang),
        guideline=words.guideline_words(workout, lang),
        match=None if match is None else match_out(match),
        delivery=None if delivery is None else delivery_out(delivery),
    )


def _part(part: Step | Repeat, athlete: Athlete) -> PartOut:
    times, steps = (part.times, part.steps) if isinstance(part, Repeat) else (1, (part,))
    return PartOut(times=times, steps=[_step(step, athlete) for step in steps])


def _step(step: Step, athlete: Athlete) -> StepOut:
    return StepOut(
        kind=step.kind.value,
        intensity=step.intensity.value,
        ends=step.ends,
        distance_m=step.distance_m,
        duration_s=step.duration_s,
        target=TargetOut(kind=step.target.kind, low=step.target.low, high=step.target.high),
        said=words.step_line(step, athlete.lang, athlete.units),
    )


def match_out(match: Match) -> MatchOut:
    return MatchOut(
        activity_id=match.activity_id, origin=match.origin, score=match.score, detail=dict(match.detail)
    )


def delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(
        uid=delivery.uid,
        provider=delivery.provider,
        state=delivery.state,
        grade=delivery.grade,
        wanted_day=delivery.wanted_day,
        sent_day=delivery.sent_day,
        receipt=dict(delivery.receipt),
        updated_at=delivery.updated_at,
    )


def week_out(
    week: Week,
    athlete: Athlete,
    today: date,
    matches: Mapping[str, Match],
    sent: Mapping[str, Delivery],
) -> WeekOut:
    """Return a week with its workouts."""
    return WeekOut(
        number=week.number,
        start=week.start,
        end=week.end,
        phase=week.phase,
        cutback=week.cutback,
        run_m=week.run_m,
        run_s=week.run_s,
        longest_m=week.longest_m,
        said=words.week_words(week, athlete.lang, athlete.units, today),
        workouts=[
            workout_out(w, athlete, match=matches.get(w.uid), delivery=sent.get(w.uid)) for w in week.workouts
        ],
    )


def totals_out(plan: Plan) -> TotalsOut:
    """Return what a plan adds up to: the sums of its weeks."""
    return TotalsOut(
        weeks=len(plan.weeks),
        run_m=sum(week.run_m for week in plan.weeks),
        run_s=sum(week.run_s for week in plan.weeks),
        peak_m=max((week.run_m for week in plan.weeks), default=0.0),
        longest_m=max((week.longest_m for week in plan.weeks), default=0.0),
    )


def head_out(head: Head) -> HeadOut:
    return HeadOut(
        id=head.id,
        state=head.state,
        approved=head.approved,
        start_day=head.start_day,
        end_day=head.end_day,
        created_at=head.created_at,
    )


def revision_out(revision: Revision) -> RevisionOut:
    return RevisionOut(
        plan_id=revision.plan_id,
        number=revision.number,
        parent=revision.parent,
        state=revision.state,
        origin=revision.origin,
        sha256=revision.sha256.hex(),
        acknowledged=sorted(revision.acknowledged),
        created_at=revision.created_at,
    )


class RaceOut(BaseModel):
    id: int
    day: date
    distance_m: float
    priority: Literal["A", "B", "C"]
    name: str
    title: str
    course: dict[str, Any]
    target_time_s: float | None
    result_s: float | None
    activity_id: int | None


def race_out(race: Race, athlete: Athlete) -> RaceOut:
    """Return a race that is stored."""
    return RaceOut(
        id=race.id or 0,
        day=race.day,
        distance_m=race.distance_m,
        priority=race.priority.value,
        name=race.name,
        title=words.race_title(race, athlete.lang, athlete.units),
        course=dump(race.course),
        target_time_s=race.target_time_s,
        result_s=race.result_s,
        activity_id=race.activity_id,
    )


def doubt_words(doubt: Doubt, athlete: Athlete, today: date) -> str:
    """Return the question about something that may be a slip."""
    lang = athlete.lang
    params = words.filled(doubt.params, lang, athlete.units, today)
    for name in ("weekday", "said_weekday"):
        if name in params:
            params[name] = formats.weekday_name(doubt.params[name], lang)
    return say(lang, f"plan_life.doubt_{doubt.key}", **params)


def goal_words(goal: Goal, athlete: Athlete, today: date) -> str:
    """Return a goal as the head of a plan has it: what, when, in what time."""
    lang, units = athlete.lang, athlete.units
    said = [words.goal_title(goal, lang, units)]
    if goal.race is not None:
        said.append(formats.day(goal.race.day, lang, today))
        if goal.race.target_time_s is not None:
            said.append(say(lang, "plan.goal_target", time=formats.clock(goal.race.target_time_s)))
    return " · ".join(said)
