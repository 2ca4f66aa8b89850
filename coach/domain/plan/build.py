"""Building a plan: from the athlete as they are and what they want to every session until the race and after.

The same input gives the same plan. Whatever is built here is held against every safety rule before it leaves:
what a rule forbids comes back as a refusal with the safe alternative, never as a plan.
"""

from __future__ import annotations

from datetime import date, timedelta

from coach.domain.plan.feasibility import feasibility
from coach.domain.plan.model import Basis, Goal, GoalKind, Plan, Situation
from coach.domain.plan.offers import offer_for
from coach.domain.plan.outcome import Built, Refused
from coach.domain.plan.phases import Slot, first_day, to_race, weeks_between, without_race
from coach.domain.plan.profile import Profile, profile_of
from coach.domain.plan.remarks import remarks_of
from coach.domain.plan.rules import Finding, Severity, check
from coach.domain.plan.state import State
from coach.domain.plan.week import fill

BUILDER = 1
MOST_WEEKS = 75  # with the recovery below what a plan may have
SOON_DAYS = 14  # a start later than this leaves a hole that nobody trains through


def build(goal: Goal, situation: Situation, *, seed: int = 0) -> Built | Refused:
    """Return the plan for a goal, or what stands against it and what would be safe instead.

    `seed` chooses among equivalent sessions (hills or fartlek, one tempo run or several shorter ones).
    """
    found = attempt(goal, situation, seed=seed)
    if isinstance(found, Refused):
        return Refused(found.findings, offer_for(goal, situation, found.findings, attempt))
    return found


def attempt(goal: Goal, situation: Situation, *, seed: int = 0) -> Built | Refused:
    """Build without thinking of an alternative: what `build` tries, and what it tries offers with."""
    wrong = _impossible(goal, situation)
    if wrong:
        return Refused(wrong)
    start = first_day(situation.today, _start(goal, situation), situation.week_start)
    if goal.race is not None and start > goal.race.day:
        start = goal.race.day
    profile = profile_of(goal, situation, start)
    slots = _slots(profile)
    state = State(profile, slots, seed)
    filled = fill(state)
    within = {r.day: r for r in profile.races if start <= r.day <= slots[-1].end}
    for race in state.dropped:
        within.pop(race.day, None)
    plan = Plan(
        goal=goal,
        start=start,
        end=slots[-1].end,
        weeks=filled,
        basis=basis_of(situation),
        races=tuple(within[day] for day in sorted(within)),
        seed=seed,
        builder=BUILDER,
    )
    findings = check(plan, situation)
    forbidden = tuple(f for f in findings if f.severity is Severity.forbid)
    if forbidden:
        return Refused(forbidden)
    if not plan.workouts:
        return Refused((Finding("no_days", Severity.forbid),))
    feasible = feasibility(goal, situation)
    return Built(plan, feasible, remarks_of(plan, state, feasible))


def basis_of(situation: Situation) -> Basis:
    """Return what a plan is built from, as it is known today."""
    days = {r.day for r in situation.runs if 0 < (situation.today - r.day).days <= 28}
    return Basis(
        day=situation.today,
        weekly_m=situation.weekly_m,
        longest_m=situation.longest_m(),
        runs_per_week=len(days) / 4,
        vdot=situation.vdot,
        vdot_low=situation.vdot_low,
        vdot_high=situation.vdot_high,
        vdot_estimated=situation.vdot_estimated,
        ctl=situation.ctl,
        atl=situation.atl,
        load_per_hour=situation.load_per_hour,
    )


def _impossible(goal: Goal, situation: Situation) -> tuple[Finding, ...]:
    """Return why no week can be laid out at all."""
    if all(most == 0 for most in situation.constraints.max_s):
        return (Finding("no_days", Severity.forbid),)
    if goal.kind is not GoalKind.race:
        return ()
    if goal.race is None:
        raise ValueError("a goal of the kind race has a race")
    day = goal.race.day
    if day <= situation.today:
        return (Finding("race_past", Severity.forbid, params={"race_day": day.isoformat()}),)
    if (day - situation.today).days > 7 * MOST_WEEKS:
        params = {"race_day": day.isoformat(), "weeks": MOST_WEEKS}
        return (Finding("race_too_far_off", Severity.forbid, params=params),)
    if any(day in b for b in situation.constraints.blackouts):
        return (Finding("race_in_blackout", Severity.forbid, params={"race_day": day.isoformat()}),)
    return ()


def _start(goal: Goal, situation: Situation) -> date | None:
    today = situation.today
    if goal.start is None or goal.start > today + timedelta(days=SOON_DAYS):
        return None
    if goal.start == today and any(run.day == today for run in situation.runs):
        return None  # today's run is done
    return goal.start


def _slots(p: Profile) -> tuple[Slot, ...]:
    goal, week_start = p.goal, p.situation.week_start
    gated = _gated_weeks(p)
    if goal.kind is GoalKind.race and goal.race is not None:
        return to_race(p.start, goal.race.day, p.event, week_start, p.cycle, gated)
    weeks = p.weeks or 1
    return without_race(p.start, min(weeks, MOST_WEEKS), week_start, p.cycle, gated)


def _gated_weeks(p: Profile) -> int:
    """Return how many of the first weeks alternate walking and running."""
    gate = p.gate
    if gate is None:
        return 0
    spans = weeks_between(p.start, gate.end, p.situation.week_start)
    return sum(gate.week(first) is not None for first, _ in spans)
