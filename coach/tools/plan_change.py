"""Changes of a plan: one workout, days without training, back to the version before, the end of it.

Each makes a proposal that the athlete approves; nothing is changed before that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from coach.domain.plan.model import Blackout, Plan, WorkoutKind
from coach.domain.plan.reply import EditWish, When
from coach.domain.plan.reply.model import Wish
from coach.domain.plan.rules import UnsafePlan
from coach.errors import BadInput, NotFound
from coach.pipeline import adapting, approving, planning, revising
from coach.pipeline.revising import Edit, Op
from coach.store import approvals, athletes, planning_profiles, plans
from coach.store.plans import Revision
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.text.formats import date_range, distance, duration
from coach.tools.facts import day_name, opening
from coach.tools.plan_approval import CANCEL, change_lines, proposed, shown
from coach.tools.plan_facts import current, plan_title
from coach.tools.spec import Args, Choice, Day, NoArgs, Note, Question, Result, ToolContext, tool

ASKED_FOR = timedelta(days=7)
OPS: dict[str, Op] = {"shorter": "shorten", "longer": "lengthen", "easier": "ease", "drop": "drop"}
LONGEST_BLACKOUT = 92  # days
OVER_FOR = timedelta(days=90)  # what is longer over plays no part any more


class ChangeArgs(Args):
    what: Wish = Field(description="swap and move take `to`")
    day: Day | None = Field(None, description="the workout's day")
    uid: str = Field("", max_length=80, description="its uid instead")
    kind: WorkoutKind | None = Field(None, description="if a day has several")
    to: Day | None = Field(None, description="new day, or the day to swap with")
    to_m: float | None = Field(None, gt=0, le=100_000, description="new length in metres")
    to_s: float | None = Field(None, gt=0, le=43_200, description="new length in seconds")
    go: Literal["yes", "later"] = Field("yes", description="later: only if the athlete says no")


class BlackoutArgs(Args):
    start: Day = Field(description="first day off")
    end: Day = Field(description="last day")
    why: str = Field("", max_length=200, description="the athlete's words")


@tool(effect="propose")
def change_workout(ctx: ToolContext, args: ChangeArgs) -> Result:
    """Propose another day, length or effort for one workout, or to leave it out."""
    if args.go == "later":
        return Result(says=(Note(key="plan_tools.left_as_is", general=True),))
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        before = revising.base(session, found.head.id) or found.revision
        edit = _edit(ctx, before.plan, args)
        try:
            after = revising.revise(
                session,
                ctx.athlete,
                found.head.id,
                edit,
                ctx.now,
                call_key=ctx.call_key,
                channel=ctx.channel,
                thread_id=ctx.thread_id,
            )
        except UnsafePlan as error:
            offer = error.offer if isinstance(error, revising.UnsafeEdit) else None
            return _unsafe(ctx, before.plan, error, offer)
        return _proposal(ctx, session, before, after, "plan_tools.change_proposed")


def _edit(ctx: ToolContext, plan: Plan, args: ChangeArgs) -> EditWish | Edit:
    """Return the change that is meant, of one's own plan alone. Raises BadInput, NotFound."""
    if args.what in ("move", "swap") and args.to is None:
        raise BadInput("plan_to_missing")
    if args.uid:
        return _of_uid(plan, args)
    if args.day is not None and plan.week_of(args.day) is None:
        raise NotFound("day_outside_plan", day=day_name(ctx, args.day))
    of = None if args.day is None else _on(args.day)
    to = None if args.to is None else _on(args.to)
    return EditWish(args.what, of, args.kind, to, args.to_m, args.to_s)


def _of_uid(plan: Plan, args: ChangeArgs) -> Edit:
    one = plan.by_uid.get(args.uid)
    if one is None:
        raise NotFound("workout_not_found")
    if args.what == "swap":
        return Edit("swap", day=one.day, other=args.to)
    if args.what == "move":
        return Edit("move", one.uid, args.to)
    if args.what in ("shorter", "longer") and (args.to_m or args.to_s):
        return Edit("resize", one.uid, distance_m=args.to_m, duration_s=args.to_s)
    return Edit(OPS[args.what], one.uid)


def _unsafe(ctx: ToolContext, plan: Plan, error: UnsafePlan, offer: Edit | None) -> Result:
    """Return which rules a change breaks, and the nearest one that breaks none with the choice to take it."""
    lang, units = ctx.lang, ctx.athlete.units
    reasons = words.findings_words(error.findings, lang, units, ctx.today)
    says = [Note(key="plan_tools.change_unsafe", general=True)]
    says += [Note(key="plan_tools.line", params={"line": reason}) for reason in reasons]
    one = None if offer is None else plan.by_uid.get(offer.uid)
    if offer is None or one is None or offer.op not in ("move", "resize"):
        return Result(says=tuple(says))
    instead: dict[str, object] = {"uid": one.uid, "day": None, "kind": None, "to": None}
    if offer.op == "move" and offer.day is not None:
        instead |= {"what": "move", "to": offer.day.isoformat()}
        to = day_name(ctx, offer.day)
    else:
        instead |= {"what": "longer", "to_m": offer.distance_m, "to_s": offer.duration_s}
        to = (
            distance(offer.distance_m, lang, units)
            if offer.distance_m is not None
            else duration(offer.duration_s or 0.0, lang, "words")
        )
    choices = tuple(Choice(label=say(lang, f"plan_tools.go_{v}"), value=v) for v in ("yes", "later"))
    question = Question(
        key="plan_tools.ask_nearest",
        params={"workout": words.workout_short(one, lang, units), "to": to},
        field="go",
        tool="change_workout",
        choices=choices,
        args=instead,
    )
    return Result(says=tuple(says), question=question)


@tool(effect="propose")
def plan_blackout(ctx: ToolContext, args: BlackoutArgs) -> Result:
    """Keep days off (travel, work, a holiday) and propose the plan without them."""
    if args.end < ctx.today or (args.end - args.start).days >= LONGEST_BLACKOUT:
        raise BadInput("plan_blackout")
    first = max(args.start, ctx.today)
    span = date_range(first, args.end, ctx.lang, ctx.today)
    says = [Note(key="plan_tools.blackout_kept", params={"span": span})]
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        known = planning_profiles.constraints(session)
        blackout = Blackout(first, args.end, args.why)
        if blackout not in known.blackouts:
            recent = tuple(b for b in known.blackouts if b.end >= ctx.today - OVER_FOR)
            kept = replace(known, blackouts=(*recent, blackout))
            planning.set_constraints(session, ctx.athlete, kept)
        before = plans.holding(session)
        if before is None:
            says.append(Note(key="plan_tools.blackout_later", general=True))
            return Result(says=tuple(says))
        approval = adapting.adapt_running(session, ctx.athlete, ctx.now)
        if approval is None or approval.revision is None:
            says.append(Note(key="plan_tools.blackout_no_change", general=True))
            return Result(says=tuple(says))
        revision = plans.revision(session, before.plan_id, approval.revision)
        lines = _changed(ctx, before, revision)
        card = proposed(ctx, session, revision)  # asked where it can be answered
    return Result(says=(*says, *lines), cards=(card,))


@tool(effect="propose")
def undo_plan_change(ctx: ToolContext, args: NoArgs) -> Result:
    """Propose to go back to the version of the plan before the last change."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        found = current(session)
        before = revising.base(session, found.head.id) or found.revision
        after = approving.undo(
            session,
            ctx.athlete,
            ctx.now,
            channel=ctx.channel,
            thread_id=ctx.thread_id,
            call_key=ctx.call_key,
        )
        if after.state != "proposed":  # what waited was taken back, and what held before holds
            return Result(
                says=(Note(key="plan_tools.withdrawn", general=True), *_changed(ctx, before, after))
            )
        return _proposal(ctx, session, before, after, "plan_tools.undo_proposed")


@tool(effect="propose")
def cancel_plan(ctx: ToolContext, args: NoArgs) -> Result:
    """Ask the athlete whether to give the plan up; its workouts go off the watch once they approve."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        athletes.lock(session, ctx.athlete.id)  # asked once, however many ask
        found = current(session)
        content = {"plan_id": found.head.id, "why": CANCEL}
        asked = approvals.ask(
            session,
            "removal",
            approvals.hash_of(content),
            expires_at=ctx.now + ASKED_FOR,
            plan_id=found.head.id,
            content=content,
            channel=ctx.channel,
            thread_id=ctx.thread_id,
        )
        card = shown(ctx, session, asked)
    title = plan_title(ctx, found.plan)
    return Result(says=(Note(key="plan_tools.cancel_asked", params={"goal": title}),), cards=(card,))


def _proposal(ctx: ToolContext, session: Session, before: Revision, after: Revision, key: str) -> Result:
    card = proposed(ctx, session, after)
    return Result(
        says=(Note(key=key, general=True), *_changed(ctx, before, after)),
        cards=(card,),
    )


def _changed(ctx: ToolContext, before: Revision, after: Revision) -> list[Note]:
    lines = change_lines(ctx, before.plan, after.plan)
    return [Note(key="plan_tools.line", params={"line": opening(ctx, line)}) for line in lines]


def _on(day: date) -> When:
    return When(month=day.month, day_of_month=day.day)
