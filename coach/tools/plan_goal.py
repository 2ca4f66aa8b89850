"""What the athlete trains for, told in a conversation: one question at a time until it is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from coach.domain.plan.doubts import Doubt, doubts
from coach.domain.plan.model import Course, Goal, GoalKind, Priority, Race
from coach.pipeline import planning
from coach.store import planning_profiles
from coach.text import plans as words
from coach.text import say
from coach.text.formats import day as day_words
from coach.text.formats import weekday_name
from coach.tools.facts import Facts
from coach.tools.plan_asking import AIM_M, ask_aim, ask_distance
from coach.tools.plan_facts import of_goal
from coach.tools.plan_make import generated
from coach.tools.spec import Args, Choice, Day, Note, Question, Result, ToolContext, tool

Aim = Literal["5k", "10k", "half", "marathon", "race", "base", "fitness", "couch_to_5k", "return_from_injury"]
# The month in which well-known races are held; their day differs from year to year and is asked.
USUAL_MONTH = {
    "서울마라톤": 3, "동아마라톤": 3, "seoul": 3, "도쿄": 3, "tokyo": 3, "보스턴": 4, "boston": 4, "런던": 4,
    "london": 4, "베를린": 9, "berlin": 9, "춘천": 10, "chuncheon": 10, "시카고": 10, "chicago": 10,
    "jtbc": 11, "뉴욕": 11, "new york": 11,
}  # fmt: skip
WEEKS_AHEAD = {"5k": (6, 8, 10, 12), "10k": (8, 10, 12, 16), "half": (10, 12, 14, 16)}
WEEKS_AHEAD_LONG = (12, 16, 20, 24)


class GoalArgs(Args):
    aim: Aim | None = Field(None, description="a race or none")
    distance_m: float | None = Field(None, gt=0, le=250_000, description="of another race")
    day: Day | None = Field(None, description="race day, only as said")
    month: str | None = Field(None, pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="YYYY-MM, if no day")
    name: str | None = Field(None, max_length=80, description="of the race")
    target_time_s: float | None = Field(None, gt=0, le=172_800, description="time to reach")
    priority: Literal["A", "B", "C"] | None = Field(None, description="A goal race, B tune-up, C training")
    course: Literal["flat", "rolling", "hilly"] | None = Field(None, description="course profile")
    weeks: int | None = Field(None, ge=1, le=52, description="length if no race")
    sure: Literal["yes", "no"] | None = Field(None, description="answer to a doubt")
    then_plan: bool = Field(False, description="plan at once")


@tool(effect="draft")
def set_goal(ctx: ToolContext, args: GoalArgs) -> Result:
    """Keep what the athlete trains for: a race with its date and target, or an aim without a race.

    Asks for what is missing; never make up a date.
    """
    if args.aim is None and args.distance_m is None:
        with ctx.db.athlete_session(ctx.athlete.id) as session:
            known = planning_profiles.goal(session)
        if known is None or known.race is None:
            return Result(question=ask_aim(ctx))
        race = known.race
        if args.day is not None and race.day < ctx.today:
            race = replace(race, id=None, result_s=None, activity_id=None)  # the one that was run stays
        goal = replace(known, race=_amended(race, args))
    elif args.aim in ("base", "fitness", "couch_to_5k", "return_from_injury"):
        goal = Goal(GoalKind(args.aim), weeks=args.weeks)
    else:
        metres = args.distance_m or AIM_M.get(args.aim or "")
        if metres is None:
            return Result(question=ask_distance(ctx))
        if args.day is None or args.sure == "no":
            return Result(question=_ask_day(ctx, args))
        goal = Goal(GoalKind.race, _amended(Race(args.day, metres), args))
    return _kept(ctx, goal, args)


def _kept(ctx: ToolContext, goal: Goal, args: GoalArgs) -> Result:
    if args.sure != "yes" and (found := doubts(goal, ctx.today)):
        return Result(question=_doubt(ctx, found[0]))
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        planning.set_goal(session, ctx.athlete, goal, ctx.now)
    facts = Facts(ctx)
    says = _told(ctx, facts, goal)
    tune_up = goal.race is not None and goal.race.priority is not Priority.a
    if args.then_plan and not tune_up:
        made = generated(ctx, seed=0)
        return made.model_copy(update={"facts": (*facts.all(), *made.facts), "says": (*says, *made.says)})
    choices = tuple(
        Choice(label=say(ctx.lang, f"plan_tools.go_{value}"), value=value) for value in ("yes", "later")
    )
    question = Question(key="plan_tools.ask_make", field="go", tool="make_plan", choices=choices)
    # What was given here is no argument of the other tool.
    return Result(facts=facts.all(), says=says, question=question)


def _amended(race: Race, args: GoalArgs) -> Race:
    """Return a race with what was said of it."""
    return replace(
        race,
        day=args.day or race.day,
        name=args.name or race.name,
        target_time_s=args.target_time_s or race.target_time_s,
        priority=Priority(args.priority) if args.priority else race.priority,
        course=replace(race.course, profile=args.course) if args.course else race.course or Course(),
    )


def _told(ctx: ToolContext, facts: Facts, goal: Goal) -> tuple[Note, ...]:
    title = words.goal_title(goal, ctx.lang, ctx.athlete.units)
    if goal.race is None:
        return (Note(key="plan_tools.goal_kept", params={"goal": title}),)
    day = day_words(goal.race.day, ctx.lang)
    says = [Note(key="plan_tools.race_kept", params={"goal": title, "day": day})]
    if goal.race.target_time_s is not None:
        key = facts.add(
            "goal.target_s",
            "plan_target_time",
            goal.race.target_time_s,
            "s",
            of_goal(ctx, goal),
            label=say(ctx.lang, "plan_tools.label_plan_target_time"),
        )
        says.append(Note(key="plan_tools.target_kept", facts={"time": key}))
    return tuple(says)


def _ask_day(ctx: ToolContext, args: GoalArgs) -> Question:
    """Ask for the race day: Sundays of the month that was said, or some ahead; another may be typed."""
    month = _month_of(ctx, args)
    if month is not None:
        days = [day for day in _sundays(month) if day > ctx.today]
    else:
        sunday = ctx.today + timedelta(days=6 - ctx.today.weekday())
        weeks = WEEKS_AHEAD.get(args.aim or "", WEEKS_AHEAD_LONG)
        days = [sunday + timedelta(weeks=ahead) for ahead in weeks]
    choices = tuple(Choice(label=day_words(day, ctx.lang), value=day.isoformat()) for day in days)
    key = "plan_tools.ask_day_named" if args.name else "plan_tools.ask_day"
    params = {"name": args.name} if args.name else {}
    left = {"day": None, "sure": None}  # what was doubted is not said again
    return Question(key=key, params=params, field="day", tool="set_goal", choices=choices, args=left)


def _month_of(ctx: ToolContext, args: GoalArgs) -> date | None:
    """Return the first of the month in which the race is, as far as that is known and still to come."""
    if args.month:
        first = date.fromisoformat(f"{args.month}-01")
        return first if len([d for d in _sundays(first) if d > ctx.today]) > 1 else None
    name = (args.name or "").replace(" ", "").lower()
    found = next((m for known, m in USUAL_MONTH.items() if known.replace(" ", "") in name), None)
    if found is None:
        return None
    year = ctx.today.year + (found <= ctx.today.month)
    return date(year, found, 1)


def _sundays(first: date) -> list[date]:
    """Return the Sundays of a month: nearly all races are held on one."""
    sunday = first + timedelta(days=6 - first.weekday())
    days = (sunday + timedelta(weeks=n) for n in range(5))
    return [day for day in days if day.month == first.month]


def _doubt(ctx: ToolContext, doubt: Doubt) -> Question:
    params = words.filled(doubt.params, ctx.lang, ctx.athlete.units)
    params |= {
        name: weekday_name(int(value), ctx.lang)
        for name, value in doubt.params.items()
        if name.endswith("weekday")
    }
    choices = tuple(
        Choice(label=say(ctx.lang, f"plan_tools.sure_{value}"), value=value) for value in ("yes", "no")
    )
    return Question(
        key=f"plan_life.doubt_{doubt.key}", params=params, field="sure", tool="set_goal", choices=choices
    )
