"""The plan as it stands: as a whole, a week, one workout with its reason, and what changed when."""

from __future__ import annotations

from pydantic import Field

from coach.domain.plan.model import Goal, Plan, Workout, WorkoutKind
from coach.errors import NotFound
from coach.store import plan_holds, planning_profiles, plans, workout_matches
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.tools.facts import Facts, day_name, of_day, opening
from coach.tools.plan_approval import change_lines, waiting
from coach.tools.plan_facts import (
    Current,
    add_plan,
    add_week,
    add_workout,
    current,
    days_card,
    next_workout,
    of_plan,
    plan_title,
    weeks_card,
)
from coach.tools.spec import Args, Card, Day, NoArgs, Note, Result, ToolContext, tool

REVISIONS_SHOWN = 20


class WeekArgs(Args):
    day: Day | None = Field(None, description="a day of the week; else today")


class WorkoutArgs(Args):
    day: Day | None = Field(None, description="its day; the next one if left out")
    kind: WorkoutKind | None = Field(None, description="if one is named")
    uid: str = Field("", max_length=80, description="if known")


@tool(effect="read")
def plan_overview(ctx: ToolContext, args: NoArgs) -> Result:
    """The whole plan: what it is for, its weeks, where the athlete stands, what comes next."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        try:
            found = current(session)
        except NotFound:
            goal = planning_profiles.goal(session)
            if goal is None:
                raise
            return _goal_alone(ctx, goal)
        notes = _open(session, found)
        cards = waiting(ctx, session)
        stands_still = bool(plan_holds.standing(session))
    plan, facts = found.plan, Facts(ctx)
    keys = add_plan(ctx, facts, plan)
    title = plan_title(ctx, plan)
    says = [Note(key="plan_tools.overview", params={"goal": title}, facts={"weeks": keys["weeks"]})]
    if "peak" in keys:
        says.append(
            Note(key="plan_tools.volume", facts={name: keys[name] for name in ("first", "peak", "longest")})
        )
    week = plan.week_of(ctx.today)
    if week is not None:
        says.append(Note(key="plan_tools.now_in", params={"week": str(week.number)}))
    if not stands_still:
        says += _race_ahead(ctx, facts, plan.goal)
    if not stands_still and (following := next_workout(plan, ctx.today)) is not None:
        line = words.day_line(following, ctx.lang, ctx.athlete.units, ctx.today)
        says.append(Note(key="plan_tools.next", params={"workout": line}))
    table = weeks_card(ctx, facts, plan)
    return Result(facts=facts.all(), says=tuple(says), notes=notes, cards=(*cards, table))


def _goal_alone(ctx: ToolContext, goal: Goal) -> Result:
    facts = Facts(ctx)
    title = words.goal_title(goal, ctx.lang, ctx.athlete.units)
    says = [Note(key="plan_tools.goal_alone", params={"goal": title}), *_race_ahead(ctx, facts, goal)]
    return Result(facts=facts.all(), says=tuple(says))


def _race_ahead(ctx: ToolContext, facts: Facts, goal: Goal) -> list[Note]:
    """Say how many days are left until the race, when there is one to come."""
    if goal.race is None or goal.race.day <= ctx.today:
        return []
    label = say(ctx.lang, "plan_tools.label_plan_days_to_race")
    left = (goal.race.day - ctx.today).days
    subject = of_day(ctx, goal.race.day)
    days = facts.add("race.days", "plan_days_to_race", left, "days", subject, label=label)
    return [
        Note(key="plan_tools.race_in", params={"day": day_name(ctx, goal.race.day)}, facts={"days": days})
    ]


@tool(effect="read")
def plan_week(ctx: ToolContext, args: WeekArgs) -> Result:
    """The planned workouts of a week, day by day, and which of them are done."""
    on = args.day or ctx.today
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        done = workout_matches.of_plan(session, found.head.id)
        notes = _open(session, found)
    week = found.plan.week_of(on)
    if week is None and on < found.plan.start:
        week = found.plan.weeks[0]
        notes = (*notes, Note(key="plan_tools.starts", params={"day": day_name(ctx, found.plan.start)}))
    if week is None:
        raise NotFound("day_outside_plan", day=day_name(ctx, on))
    facts = Facts(ctx)
    keys = add_week(ctx, facts, week)
    line = words.week_words(week, ctx.lang, ctx.athlete.units, ctx.today)
    if "distance" in keys:
        says = Note(key="plan_tools.week", facts={"distance": keys["distance"], "runs": keys["runs"]})
    else:
        says = Note(key="plan_tools.week_without")
    return Result(
        facts=facts.all(),
        says=(says, *_lines(ctx, week.workouts)),
        notes=notes,
        cards=(days_card(ctx, week, opening(ctx, line), done),),
    )


@tool(effect="read")
def workout(ctx: ToolContext, args: WorkoutArgs) -> Result:
    """One planned workout: its steps with targets, why it is done, and the guideline it rests on."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        notes = _open(session, found)
    meant = _meant(ctx, found.plan, args)
    if not meant:
        return _none_there(ctx, found.plan, args, notes)
    facts, says = Facts(ctx), list[Note]()
    for one in meant:
        add_workout(ctx, facts, one)
        says += _explained(ctx, one)
    return Result(facts=facts.all(), says=tuple(says), notes=notes)


@tool(effect="read")
def plan_changes(ctx: ToolContext, args: NoArgs) -> Result:
    """What the latest version of the plan changed against the one before, and why."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        latest = plans.latest(session, found.head.id)
        before = None if latest.parent is None else plans.revision(session, latest.plan_id, latest.parent)
        notes = _open(session, found)
        cards = waiting(ctx, session)
    if before is None:
        return Result(says=(Note(key="plan_tools.never_changed"),), notes=notes, cards=cards)
    lines = change_lines(ctx, before.plan, latest.plan)
    state = say(ctx.lang, f"plan_tools.revision_{latest.state}")
    says = [Note(key="plan_tools.changed_last", params={"state": state})]
    says += [Note(key="plan_tools.line", params={"line": line}) for line in lines]
    return Result(says=tuple(says), notes=notes, cards=cards)


@tool(effect="read")
def plan_history(ctx: ToolContext, args: NoArgs) -> Result:
    """Every version of the plan: when it came, where from, and what was decided about it."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        revisions = plans.revisions(session, found.head.id)
        notes = _open(session, found)
    rows = tuple(
        (
            str(one.number),
            day_name(ctx, one.created_at.astimezone(ctx.athlete.zone).date()),
            opening(ctx, say(ctx.lang, f"plan_tools.origin_{one.origin}")),
            opening(ctx, say(ctx.lang, f"plan_tools.revision_{one.state}")),
        )
        for one in revisions[-REVISIONS_SHOWN:]
    )
    columns = tuple(say(ctx.lang, f"plan_tools.column_{c}") for c in ("number", "day", "origin", "state"))
    facts = Facts(ctx)
    count = facts.add(
        "plan.revisions",
        "plan_revisions",
        len(revisions),
        "count",
        of_plan(ctx, found.plan),
        label=say(ctx.lang, "plan_tools.label_plan_revisions"),
    )
    card = Card(kind="table", title=plan_title(ctx, found.plan), columns=columns, rows=rows)
    return Result(
        facts=facts.all(),
        says=(Note(key="plan_tools.history", facts={"count": count}),),
        notes=notes,
        cards=(card,),
    )


def _open(session: Session, found: Current) -> tuple[Note, ...]:
    """Return what belongs to every answer about a plan: that it stands still, or waits for a decision."""
    notes = []
    if plan_holds.standing(session):
        notes.append(Note(key="plan_tools.on_hold", general=True))
    if not found.holds:
        notes.append(Note(key="plan_tools.not_approved", general=True))
    return tuple(notes)


def _meant(ctx: ToolContext, plan: Plan, args: WorkoutArgs) -> list[Workout]:
    if args.uid:
        one = plan.by_uid.get(args.uid)
        if one is None:
            raise NotFound("workout_not_found")
        return [one]
    if args.kind is not None:
        first = args.day or ctx.today
        of_kind = (w for w in plan.workouts if w.kind is args.kind and w.day >= first)
        one = next(of_kind, None)
        return [one] if one is not None else []
    if args.day is not None:
        return list(plan.on(args.day))
    one = next_workout(plan, ctx.today)
    return [one] if one is not None else []


def _none_there(ctx: ToolContext, plan: Plan, args: WorkoutArgs, notes: tuple[Note, ...]) -> Result:
    if args.kind is not None:
        kind = say(ctx.lang, f"plan.kind_{args.kind.value}")
        return Result(says=(Note(key="plan_tools.none_of_kind", params={"kind": kind}),), notes=notes)
    on = args.day or ctx.today
    says = [Note(key="plan_tools.rest_day", params={"day": day_name(ctx, on)})]
    if on < plan.start:
        says = [Note(key="plan_tools.starts", params={"day": day_name(ctx, plan.start)})]
    elif plan.week_of(on) is None:
        raise NotFound("day_outside_plan", day=day_name(ctx, on))
    if (following := next_workout(plan, on)) is not None:
        line = words.day_line(following, ctx.lang, ctx.athlete.units, ctx.today)
        says.append(Note(key="plan_tools.next", params={"workout": line}))
    return Result(says=tuple(says), notes=notes)


def _explained(ctx: ToolContext, one: Workout) -> list[Note]:
    """Return a workout in sentences: what, its steps, why, and what that rests on."""
    lang, units = ctx.lang, ctx.athlete.units
    line = opening(ctx, words.day_line(one, lang, units, ctx.today))
    said = [Note(key="plan_tools.workout", params={"workout": line})]
    said += [
        Note(key="plan_tools.line", params={"line": opening(ctx, step)})
        for step in words.step_lines(one, lang, units)
    ]
    if purpose := words.purpose_words(one, lang):
        said.append(Note(key="plan_tools.purpose", params={"purpose": purpose}))
    if guideline := words.guideline_words(one, lang):
        said.append(Note(key="plan_tools.rests_on", params={"guideline": guideline}))
    return said


def _lines(ctx: ToolContext, workouts: tuple[Workout, ...]) -> list[Note]:
    """Return a line per workout still to come, for where no table is drawn."""
    return [
        Note(
            key="plan_tools.line",
            params={"line": opening(ctx, words.day_line(one, ctx.lang, ctx.athlete.units, ctx.today))},
        )
        for one in workouts
        if one.steps
    ]
