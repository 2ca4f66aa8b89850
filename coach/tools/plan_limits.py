"""What life and health allow, told in a conversation. What lifts a gate is never taken from words alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from coach.domain.body import Side
from coach.domain.plan.model import Club, Constraints, Health, Injury, WorkoutKind
from coach.pipeline import holding, planning
from coach.store import planning_profiles
from coach.text import say
from coach.text.formats import weekday_name
from coach.tools.plan_approval import shown
from coach.tools.spec import Args, Card, Day, Note, Result, ToolContext, tool

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLUB_S = 3600.0  # a club session whose length was not said


class LimitArgs(Args):
    days: tuple[Weekday, ...] = Field((), description="the only days to run on")
    runs_per_week: int | None = Field(None, ge=1, le=14, description="runs a week")
    minutes: int | None = Field(None, ge=10, le=720, description="longest session")
    minutes_days: tuple[Weekday, ...] = Field((), description="days of that limit; all if empty")
    long_day: Weekday | None = Field(None, description="of the long run")
    club_days: tuple[Weekday, ...] = Field((), description="fixed sessions with others")
    club_kind: WorkoutKind = Field(WorkoutKind.easy, description="what those are")
    strength_days: tuple[Weekday, ...] = Field((), description="of strength training")
    double_days: tuple[Weekday, ...] = Field((), description="days with two runs")
    targets: Literal["pace", "hr", "power", "rpe"] | None = Field(None, description="what to train by")
    treadmill: bool | None = Field(None, description="there is one")
    track: bool | None = Field(None, description="there is one")


class HealthArgs(Args):
    injured: str = Field("", max_length=40, description="body part, such as knee")
    side: Side = Field("", description="side of it")
    since: Day | None = Field(None, description="first day of injury, illness, birth")
    bone: bool = Field(False, description="a stress fracture")
    ill: bool = Field(False, description="ill now")
    pregnant: bool = Field(False, description="pregnant now")
    postpartum: bool = Field(False, description="gave birth; since is the day")
    no_period: bool = Field(False, description="periods stopped")
    condition: str = Field("", max_length=200, description="one that needs a doctor's word")
    cleared: Literal["doctor", "healed"] | None = Field(None, description="says so; is asked back")


@tool(effect="draft")
def set_constraints(ctx: ToolContext, args: LimitArgs) -> Result:
    """Keep what training has to fit into: days, minutes, long run, club, strength, what to train by."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = planning_profiles.constraints(session)
        changed = _changed(known, args)
        planning.set_constraints(session, ctx.athlete, changed)
    says = [Note(key=key, params=params) for key, params in _told(ctx, args)]
    if not says:
        return Result(says=(Note(key="plan_tools.nothing_said", general=True),))
    return Result(says=tuple(says), notes=(Note(key="plan_tools.limits_later", general=True),))


def _changed(known: Constraints, args: LimitArgs) -> Constraints:
    most = list(known.max_s)
    if args.days:
        free = {WEEKDAYS.index(day) for day in args.days}
        most = [(None if limit == 0 else limit) if at in free else 0.0 for at, limit in enumerate(most)]
    if args.minutes is not None and not args.club_days:
        of = {WEEKDAYS.index(day) for day in args.minutes_days or WEEKDAYS}
        most = [60.0 * args.minutes if at in of and m != 0 else m for at, m in enumerate(most)]
    clubs = known.clubs
    if args.club_days:
        seconds = 60.0 * args.minutes if args.minutes is not None else CLUB_S
        clubs = tuple(Club(WEEKDAYS.index(day), args.club_kind, seconds) for day in args.club_days)
    return replace(
        known,
        max_s=tuple(most),
        clubs=clubs,
        runs_per_week=args.runs_per_week or known.runs_per_week,
        long_day=known.long_day if args.long_day is None else WEEKDAYS.index(args.long_day),
        strength_days=tuple(map(WEEKDAYS.index, args.strength_days)) or known.strength_days,
        double_days=tuple(map(WEEKDAYS.index, args.double_days)) or known.double_days,
        targets=args.targets or known.targets,
        treadmill=known.treadmill if args.treadmill is None else args.treadmill,
        track=known.track if args.track is None else args.track,
    )


def _told(ctx: ToolContext, args: LimitArgs) -> list[tuple[str, dict[str, str]]]:
    told: list[tuple[str, dict[str, str]]] = []
    for name in ("days", "club_days", "strength_days", "double_days"):
        if days := getattr(args, name):
            told.append((f"plan_tools.kept_{name}", {"days": _days(ctx, days)}))
    if args.runs_per_week is not None:
        told.append(("plan_tools.kept_runs", {"runs": str(args.runs_per_week)}))
    if args.minutes is not None and not args.club_days:
        of = _days(ctx, args.minutes_days) if args.minutes_days else say(ctx.lang, "plan_tools.every_day")
        told.append(("plan_tools.kept_minutes", {"minutes": str(args.minutes), "days": of}))
    if args.long_day is not None:
        told.append(("plan_tools.kept_long_day", {"day": _days(ctx, (args.long_day,))}))
    if args.targets is not None:
        by = say(ctx.lang, f"plan_tools.by_{args.targets}")
        told.append(("plan_tools.kept_targets", {"targets": by}))
    for name in ("treadmill", "track"):
        if getattr(args, name) is not None:
            told.append(("plan_tools.kept_place", {"place": say(ctx.lang, f"plan.place_{name}")}))
    return told


def _days(ctx: ToolContext, days: tuple[str, ...]) -> str:
    return ", ".join(weekday_name(WEEKDAYS.index(day), ctx.lang) for day in WEEKDAYS if day in days)


@tool(effect="draft")
def set_health(ctx: ToolContext, args: HealthArgs) -> Result:
    """Keep an injury, illness, pregnancy or condition that training must respect.

    Being cleared is never kept by this: the athlete confirms it on a card.
    """
    if args.cleared is not None:
        return _asked_back(ctx)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = planning_profiles.health(session)
        changed = _stricter(ctx, known, args)
        if changed == known:
            return Result(says=(Note(key="plan_tools.nothing_said", general=True),))
        planning.set_health(session, ctx.athlete, changed)
    return Result(says=(Note(key="plan_tools.health_kept", general=True),))


def _stricter(ctx: ToolContext, known: Health, args: HealthArgs) -> Health:
    """Return what is known with what was told; nothing in it takes anything back."""
    since = min(args.since or ctx.today, ctx.today)
    needs = known.needs_clearance
    if args.condition and args.condition not in needs:
        needs = (*needs, args.condition)
    injury = known.injury
    if args.injured or args.bone:
        bone = args.bone or (injury is not None and injury.bone)
        injury = Injury(args.injured or (injury.part if injury else ""), since, bone=bone, side=args.side)
    return replace(
        known,
        clearance=None if args.condition else known.clearance,
        needs_clearance=needs,
        injury=injury,
        ill_since=(known.ill_since or since) if args.ill else known.ill_since,
        pregnant=known.pregnant or args.pregnant,
        postpartum_since=since if args.postpartum else known.postpartum_since,
        no_period=known.no_period or args.no_period,
    )


def _asked_back(ctx: ToolContext) -> Result:
    """Return the card on which the athlete confirms that a hold may end, or the way to the form."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if holding.held(session):
            approval = holding.ask_clearance(
                session, ctx.athlete.id, ctx.now, channel=ctx.channel, thread_id=ctx.thread_id
            )
            card = shown(ctx, session, approval)
            return Result(says=(Note(key="plan_tools.confirm_cleared", general=True),), cards=(card,))
    link = Card(kind="link", title=say(ctx.lang, "plan_tools.health_form"), href="/plan")
    return Result(says=(Note(key="plan_tools.change_health_there", general=True),), cards=(link,))
