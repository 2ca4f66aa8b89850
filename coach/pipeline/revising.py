"""Changes of a plan by hand or by word: each makes a new revision that is proposed; the past stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from coach.domain.athlete import Athlete
from coach.domain.plan import edit as change
from coach.domain.plan.model import Plan, Situation, Workout, WorkoutKind
from coach.domain.plan.reply import EditWish, When, resolve
from coach.domain.plan.rules import Finding, UnsafePlan, checked
from coach.errors import BadInput, CoachError, Conflict, NotFound
from coach.pipeline import proposing
from coach.pipeline.situation import local_day, situation_of
from coach.store import approvals, athletes, plans
from coach.store.plans import Revision
from coach.store.session import Session

__all__ = ["Edit", "UnsafeEdit", "applied", "base", "edits_of", "revise"]

Op = Literal["move", "swap", "resize", "shorten", "lengthen", "ease", "drop", "kind", "restore"]
STEP_M, STEP_S = 500.0, 300.0
MOST_TRIES = 24
LARGEST = 1_000_000.0  # metres or seconds that anybody means


@dataclass(frozen=True)
class Edit:
    """One change of one session. `swap` exchanges all sessions of the days `day` and `other`.

    `move` takes `day`, `kind` a kind, `resize` a distance or a duration, which `shorten` and `lengthen` may
    do without. `restore` brings a session back as it was before it was emptied.
    """

    op: Op
    uid: str = ""
    day: date | None = None
    other: date | None = None
    distance_m: float | None = None
    duration_s: float | None = None
    kind: WorkoutKind | None = None


class UnsafeEdit(UnsafePlan):
    """A change that breaks a rule. `offer` is the nearest change that breaks none, where there is one."""

    def __init__(self, findings: tuple[Finding, ...], offer: Edit | None) -> None:
        super().__init__(findings)
        self.offer = offer


def base(s: Session, plan_id: int | None = None) -> Revision | None:
    """Return what changes build on: what waits for a decision, else what holds, else the newest draft.

    Of a plan, or (None) of the one that waits or runs.
    """
    for approval in reversed(approvals.find(s)):
        wanted = plan_id is None or approval.plan_id == plan_id
        if approval.kind == "plan" and approval.state == "pending" and wanted:
            return plans.revision(s, approval.plan_id or 0, approval.revision or 0)
    if plan_id is None:
        return plans.holding(s)
    head = plans.head(s, plan_id)
    return plans.latest(s, plan_id) if head.approved is None else plans.revision(s, plan_id, head.approved)


def revise(
    s: Session,
    athlete: Athlete,
    plan_id: int,
    edit: EditWish | Edit | Sequence[EditWish | Edit],
    now: datetime,
    *,
    call_key: str = "",
    channel: str = "web",
    thread_id: int | None = None,
) -> Revision:
    """Change a plan and propose what comes of it; the same `call_key` again returns what was made then.

    What waits for a decision is changed further, and replaced. Raises UnsafeEdit with the nearest safe
    change, BadInput and NotFound for what cannot be changed, Conflict where nothing changes, and as
    `propose`.
    """
    athletes.lock(s, athlete.id)
    known = plans.of_call(s, call_key)
    if known is not None:
        return known
    proposing.expire(s, athlete, now)
    plans.head(s, plan_id)
    held = base(s, plan_id)
    if held is None:
        raise NotFound("plan_not_found")
    situation = situation_of(s, athlete, local_day(athlete, now))
    every = edit if isinstance(edit, Sequence) else (edit,)
    plan, last = held.plan, None
    for one in every:
        for last in (one,) if isinstance(one, Edit) else edits_of(plan, one, situation.today):
            before = plan
            plan = applied(plan, last, situation, s=s, plan_id=plan_id)
    if plan == held.plan or last is None:
        raise Conflict("nothing_changes")
    known_of = proposing.still_known(held, plan, situation)
    try:
        safe = checked(plan, situation, known_of, warnings_pass=True)
    except UnsafePlan as error:
        offer = _offer(before, last, situation) if len(every) == 1 else None
        raise UnsafeEdit(error.findings, offer) from error
    made = plans.add_revision(
        s,
        held.plan_id,
        safe,
        origin="edited",
        parent=held.number,
        why_params={k: held.why_params[k] for k in ("remarks", "feasibility") if k in held.why_params},
        call_key=call_key,
    )
    proposing.propose(
        s, athlete, plan_id, made.number, now, channel=channel, thread_id=thread_id, situation=situation
    )
    return plans.revision(s, held.plan_id, made.number)


def applied(
    plan: Plan, edit: Edit, situation: Situation, *, s: Session | None = None, plan_id: int | None = None
) -> Plan:
    """Return the plan with a change. Raises BadInput, NotFound, Conflict."""
    today = situation.today
    match edit.op:
        case "swap":
            if edit.day is None or edit.other is None:
                raise BadInput("plan_to_missing")
            return change.swap_days(plan, edit.day, edit.other, today)
        case "move":
            if edit.day is None:
                raise BadInput("plan_to_missing")
            return change.move(plan, edit.uid, edit.day, today)
        case "resize" | "shorten" | "lengthen":
            return _resized(plan, edit, today)
        case "ease":
            return change.ease(plan, edit.uid, today)
        case "drop":
            return change.drop(plan, edit.uid, today)
        case "kind":
            if edit.kind is None:
                raise BadInput("kind_not_possible")
            return change.replace_kind(plan, edit.uid, edit.kind, situation)
        case "restore":
            return change.restore(plan, edit.uid, _earlier(s, plan_id, edit.uid), today)


def _resized(plan: Plan, edit: Edit, today: date) -> Plan:
    """Return the plan with a session of another size; `resize` alone may go either way."""
    workout = change.workout_of(plan, edit.uid)
    if any(size is not None and not size <= LARGEST for size in (edit.distance_m, edit.duration_s)):
        raise BadInput("workout_too_long")  # what is no number, too
    longer = edit.op == "lengthen"
    if edit.op == "resize" and edit.distance_m is not None:
        longer = edit.distance_m > workout.distance_m
    elif edit.op == "resize":
        longer = (edit.duration_s or 0.0) > workout.duration_s
    resize = change.lengthen if longer else change.shorten
    return resize(plan, edit.uid, today, distance_m=edit.distance_m, duration_s=edit.duration_s)


def edits_of(plan: Plan, wish: EditWish, today: date) -> tuple[Edit, ...]:
    """Return the changes of a plan that a wish means: of the next such day or session from today on.

    Raises NotFound where the plan has none, BadInput where the wish does not say enough.
    """
    if wish.wish == "swap":
        return (_swapped(plan, wish, today),)
    found = _meant(plan, wish, today)
    first = found[0]
    if wish.wish == "move":
        to = None if wish.to is None else _beside(plan, first.day, wish.to, today)
        if to is None:
            raise BadInput("plan_to_missing")
        return (Edit("move", first.uid, to),)
    if wish.wish == "drop":
        return tuple(Edit("drop", w.uid) for w in found)
    one = next((w for w in found if w.runs), first)
    if wish.wish == "easier":
        return (Edit("ease", one.uid),)
    op: Op = "shorten" if wish.wish == "shorter" else "lengthen"
    return (Edit(op, one.uid, distance_m=wish.to_m, duration_s=wish.to_s),)


def _swapped(plan: Plan, wish: EditWish, today: date) -> Edit:
    a = None if wish.of is None else _day(plan, wish.of, today)
    b = None if a is None or wish.to is None else _beside(plan, a, wish.to, today)
    if a is None or b is None:
        raise BadInput("plan_to_missing")
    if not any(w.kind is not WorkoutKind.rest for w in (*plan.on(a), *plan.on(b))):
        raise NotFound("no_such_workout")
    return Edit("swap", day=a, other=b)


def _meant(plan: Plan, wish: EditWish, today: date) -> tuple[Workout, ...]:
    """Return the sessions of the one day that is meant."""
    coming = [w for w in plan.workouts if w.day >= today and w.kind is not WorkoutKind.rest]
    if wish.of is None and wish.kind is None:
        raise BadInput("plan_which_workout")
    if wish.of is not None:
        day = _day(plan, wish.of, today)
        coming = [w for w in coming if w.day == day]
    if wish.kind is not None:
        coming = [w for w in coming if w.kind is wish.kind]
    if not coming:
        raise NotFound("no_such_workout")
    return tuple(w for w in coming if w.day == coming[0].day)


def _day(plan: Plan, when: When, today: date) -> date | None:
    """Return the day that is meant; a weekday alone is the next one of the plan."""
    alone = when.weekday is not None and when.week is None
    return resolve(when, max(today, plan.start) if alone else today)


def _beside(plan: Plan, day: date, when: When, today: date) -> date | None:
    """Return the day something goes to: a weekday is that of the same week, or the next where it is over."""
    if when.weekday is None or when.week is not None:
        return resolve(when, today)
    week = plan.week_of(day)
    first = day - timedelta(days=day.weekday()) if week is None else week.start
    to = first + timedelta(days=(when.weekday - first.weekday()) % 7)
    return to if to >= today else to + timedelta(days=7)


def _earlier(s: Session | None, plan_id: int | None, uid: str) -> Plan:
    """Return the newest content in which a session was not empty. Raises NotFound."""
    every = () if s is None or plan_id is None else plans.revisions(s, plan_id)
    for revision in reversed(every):
        found = revision.plan.by_uid.get(uid)
        if found is not None and found.kind is not WorkoutKind.rest:
            return revision.plan
    raise NotFound("workout_not_found")


def _offer(plan: Plan, edit: Edit, situation: Situation) -> Edit | None:
    """Return the nearest change of the same sort that breaks no rule, None where there is none."""
    for _, weaker in zip(range(MOST_TRIES), _weaker(plan, edit, situation.today), strict=False):
        try:
            new = applied(plan, weaker, situation)
            checked(new, situation, warnings_pass=True)
        except CoachError:
            continue
        if new != plan:
            return weaker
    return None


def _weaker(plan: Plan, edit: Edit, today: date) -> Iterator[Edit]:
    """Yield smaller changes of the same sort, the nearest to what was wished for first."""
    workout = plan.by_uid.get(edit.uid)
    if workout is None:
        return
    if edit.op in ("lengthen", "resize"):
        if edit.duration_s is not None:
            wished = edit.duration_s
            while (wished := wished - STEP_S) > workout.duration_s:
                yield Edit("resize", edit.uid, duration_s=wished)
        else:
            wished = edit.distance_m or 1.25 * workout.distance_m
            wished = wished // STEP_M * STEP_M + (STEP_M if wished % STEP_M else 0)
            while (wished := wished - STEP_M) > workout.distance_m:
                yield Edit("resize", edit.uid, distance_m=wished)
    elif edit.op == "move" and edit.day is not None:
        week = plan.week_of(workout.day)
        days = [] if week is None else [week.start + timedelta(days=n) for n in range(7)]
        wished_day = edit.day
        for day in sorted(days, key=lambda d: (abs((d - wished_day).days), d)):
            if day >= today and day not in (workout.day, wished_day):
                yield replace(edit, day=day)
    elif edit.op == "kind":
        for kind in (WorkoutKind.strides, WorkoutKind.easy):
            yield replace(edit, kind=kind)
