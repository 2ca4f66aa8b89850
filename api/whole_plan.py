"""A whole plan: its weeks, what was done and sent of them, where it leads, and what waits for a decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.approval_view import ApprovalOut, cards
from api.plan_view import (
    HeadOut,
    RevisionOut,
    TotalsOut,
    WeekOut,
    goal_words,
    head_out,
    revision_out,
    totals_out,
    week_out,
)
from coach.domain.activity import Sport
from coach.domain.athlete import Athlete
from coach.domain.plan.feasibility import Feasibility
from coach.domain.plan.model import Plan, Situation, dump
from coach.domain.plan.projection import project
from coach.errors import NotEnoughData
from coach.pipeline import matching, planning
from coach.pipeline.situation import situation_of
from coach.store import activities, deliveries, plan_holds, plans, workout_matches
from coach.store.plans import Head, Revision
from coach.store.session import Session
from coach.text import formats, say
from coach.text import plans as words


class FindingOut(BaseModel):
    """A warning that stands against a plan, and whether the athlete said that they know."""

    rule: str
    said: str
    day: date | None
    week: int | None
    acknowledged: bool


class ProjectedOut(BaseModel):
    """What a day is expected to be like when the plan is followed from today on."""

    day: date
    load: float
    ctl: float
    atl: float
    tsb: float


class FeasibilityOut(BaseModel):
    """Whether the target time is within reach; the VDOT that it needs, that is, and that may come."""

    verdict: Literal["comfortable", "realistic", "ambitious", "unlikely"]
    vdot_needed: float
    vdot_now: float
    vdot_reachable_low: float
    vdot_reachable_high: float
    weeks: float
    said: str


class AdherenceOut(BaseModel):
    """How much of what was due was done; nothing is made up for by more of something else."""

    due: int
    done: int
    key_due: int
    key_done: int
    missed: int
    share: float
    planned_m: float
    done_m: float | None
    said: str


class PlanOut(BaseModel):
    """One revision of a plan, whole."""

    head: HeadOut
    revision: RevisionOut
    said: str = Field(examples=["서울마라톤 · 3월 14일 (일) · 목표 4:00:00"])
    goal: dict[str, Any]
    start: date
    end: date
    race_day: date | None
    basis: dict[str, Any] = Field(description="What it was built from, as it was known that day.")
    totals: TotalsOut
    weeks: list[WeekOut]
    run_by_week: dict[int, float] = Field(description="Metres run so far, by number of the week.")
    findings: list[FindingOut]
    projection: list[ProjectedOut] = Field(description="Empty while fitness is not known.")
    remarks: list[str] = Field(description="What had to give when it was built, and why.")
    feasibility: FeasibilityOut | None = Field(description="Of the target time, when it was built.")
    adherence: AdherenceOut | None
    approval: ApprovalOut | None = Field(description="Of this plan, when it waits for a decision.")
    hold: bool
    may_undo: bool
    now: datetime = Field(description="When this was written.")


def shown(s: Session) -> tuple[Head, Revision] | None:
    """Return the plan to show: the one that runs, as it was approved, else the newest that stands."""
    running = plans.running(s)
    if running is not None and running.approved is not None:
        return running, plans.revision(s, running.id, running.approved)
    for head in plans.heads(s, limit=5):
        if head.state == "cancelled":
            continue
        if head.state == "done" and head.approved is not None:
            return head, plans.revision(s, head.id, head.approved)
        newest = plans.latest(s, head.id)
        if newest.state not in ("rejected", "expired"):
            return head, newest
    return None


def whole(s: Session, athlete: Athlete, head: Head, revision: Revision, now: datetime) -> PlanOut:
    """Return a revision with everything that belongs to it."""
    today = now.astimezone(athlete.zone).date()
    plan = revision.plan
    matches = workout_matches.of_plan(s, head.id)
    sent = {delivery.uid: delivery for delivery in deliveries.find(s, head.id)}
    try:
        situation = situation_of(s, athlete, today)
    except NotEnoughData:  # metrics are being computed: what rests on them comes later
        situation = None
    waiting = cards(s, athlete, now)
    feasible, remarks = planning.reasons_of(revision)
    older = [r for r in plans.revisions(s, head.id) if r.state in ("approved", "replaced")]
    return PlanOut(
        head=head_out(head),
        revision=revision_out(revision),
        said=goal_words(plan.goal, athlete, today),
        goal=dump(plan.goal),
        start=plan.start,
        end=plan.end,
        race_day=None if plan.goal.race is None else plan.goal.race.day,
        basis=dump(plan.basis),
        totals=totals_out(plan),
        weeks=[week_out(week, athlete, today, matches, sent) for week in plan.weeks],
        run_by_week=_run_by_week(s, athlete, plan, today),
        findings=[
            FindingOut(
                rule=f["rule"],
                said=words.finding_words(f, athlete.lang, athlete.units, today),
                day=f["day"],
                week=f["week"],
                acknowledged=f["rule"] in revision.acknowledged,
            )
            for f in revision.findings
        ],
        projection=[] if situation is None else _projection(plan, situation),
        remarks=[words.remark_words(r, athlete.lang, athlete.units, today) for r in remarks],
        feasibility=feasibility_out(feasible, athlete),
        adherence=_adherence(s, athlete, today) if head.state == "running" else None,
        approval=next((card for card in waiting if card.plan_id == head.id), None),
        hold=bool(plan_holds.standing(s)),
        may_undo=len(older) > 1,
        now=now,
    )


def _run_by_week(s: Session, athlete: Athlete, plan: Plan, today: date) -> dict[int, float]:
    if plan.start > today:
        return {}
    rows = activities.find(
        s, athlete.id, start=plan.start, end=min(today, plan.end), sport=Sport.run, limit=None
    )
    return {
        week.number: sum(r.distance_m or 0.0 for r in rows if week.start <= r.local_date <= week.end)
        for week in plan.weeks
        if week.start <= today
    }


def _projection(plan: Plan, situation: Situation) -> list[ProjectedOut]:
    return [
        ProjectedOut(day=p.day, load=p.load, ctl=p.ctl, atl=p.atl, tsb=p.tsb)
        for p in project(plan, situation)
    ]


def feasibility_out(found: Feasibility | None, athlete: Athlete) -> FeasibilityOut | None:
    """Return whether a target is within reach, with the reasons in words."""
    if found is None:
        return None
    return FeasibilityOut(
        verdict=found.verdict,
        vdot_needed=found.vdot_needed,
        vdot_now=found.vdot_now,
        vdot_reachable_low=found.vdot_reachable_low,
        vdot_reachable_high=found.vdot_reachable_high,
        weeks=found.weeks,
        said=words.feasibility_words(found, athlete.lang, athlete.units),
    )


def _adherence(s: Session, athlete: Athlete, today: date) -> AdherenceOut | None:
    found = matching.adherence_of(s, athlete, today)
    if found is None:
        return None
    lang, units = athlete.lang, athlete.units
    said = [say(lang, "plan_web.adherence", planned=found.due, done=found.done)]
    if found.done_m is not None:
        planned, done = (formats.distance(m, lang, units) for m in (found.planned_m, found.done_m))
        said.append(say(lang, "plan_web.adherence_distance", planned=planned, done=done))
    return AdherenceOut(
        due=found.due,
        done=found.done,
        key_due=found.key_due,
        key_done=found.key_done,
        missed=found.missed,
        share=found.share,
        planned_m=found.planned_m,
        done_m=found.done_m,
        said=" ".join(said),
    )
