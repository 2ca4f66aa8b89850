"""`coach plan`: show the plan, build one, decide what was proposed, change it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from api.approval_view import ApprovalOut, approval_out, cards
from api.plan_problems import found
from api.whole_plan import PlanOut, shown, whole
from coach.cli.home import Home, home, now, use_demo
from coach.cli.plan_export import export
from coach.cli.plan_wish import goal_of
from coach.cli.talk import table_text
from coach.config import settings
from coach.domain.athlete import Athlete
from coach.domain.plan.outcome import Refused
from coach.domain.plan.rules import UnsafePlan
from coach.errors import BadInput, Conflict, NotFound
from coach.pipeline import approving, planning, proposing, revising
from coach.pipeline.revising import Edit
from coach.store import plans, system
from coach.store.approvals import Decision
from coach.text import formats, say
from coach.text import plans as words

CHANNEL = "cli"
YES = frozenset({"y", "yes", "네", "예"})
M_PER_KM = 1000.0


def plan(args: Namespace) -> int:
    """Do what `coach plan ACTION` names; without one show the plan."""
    if args.demo:
        use_demo()
    with home() as place:
        athlete = place.found(lang=settings().lang, tz=settings().tz)
        try:
            return ACTIONS[args.action or "show"](place, athlete, args)
        except (UnsafePlan, approving.WarningsOpen) as error:
            print(say(athlete.lang, f"error.{error.key}", **error.params), file=sys.stderr)
            for finding in found(error.findings, athlete):
                print(f"  - {finding.said}", file=sys.stderr)
            return 1


def _show(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Print the head of the plan and its weeks, and what waits for a decision."""
    lang, units, at = athlete.lang, athlete.units, now()
    with place.db.athlete_session(athlete.id) as s:
        there = shown(s)
        out = None if there is None else whole(s, athlete, *there, at)
        waiting = cards(s, athlete, at)
    if args.json:
        print("null" if out is None else out.model_dump_json(indent=2))
        return 0
    if out is None:
        print(say(lang, "plan_web.empty_title"))
        print(say(lang, "plan_web.cli_how"))
    else:
        print("\n".join(_head(out, athlete)))
        columns = [
            say(lang, f"plan_web.column_{name}")
            for name in ("week", "dates", "phase", "run", "longest", "key")
        ]
        today = at.astimezone(athlete.zone).date()
        rows = [
            [
                f"{'>' if week.start <= today <= week.end else ' '}{week.number}",
                formats.date_range(week.start, week.end, lang, today),
                say(lang, "plan.cutback" if week.cutback else f"plan.phase_{week.phase.value}"),
                formats.distance(week.run_m, lang, units),
                formats.distance(week.longest_m, lang, units),
                ", ".join(w.title for w in week.workouts if w.key),
            ]
            for week in out.weeks
        ]
        print(table_text("", columns, rows))
    for card in waiting:
        print()
        print(_card(card))
    return 0


def _head(out: PlanOut, athlete: Athlete) -> list[str]:
    lang = athlete.lang
    proposed = out.head.state == "draft" and out.revision.state == "proposed"
    lines = [f"{out.said} [{say(lang, f'plan_web.tag_{"proposed" if proposed else out.head.state}')}]"]
    if out.hold:
        lines.append(say(lang, "plan_web.hold_title"))
    if out.feasibility is not None:
        lines.append(out.feasibility.said)
    if out.adherence is not None:
        lines.append(out.adherence.said)
    return [*lines, *out.remarks]


def _week(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Print the days of a week with every step: this week, or the one of a number."""
    lang, at = athlete.lang, now()
    today = at.astimezone(athlete.zone).date()
    with place.db.athlete_session(athlete.id) as s:
        there = shown(s)
        if there is None:
            raise NotFound("no_running_plan")
        out = whole(s, athlete, *there, at)
    first = out.weeks[0].number
    current = next((w.number for w in out.weeks if w.start <= today <= w.end), first)
    wanted = args.number or current
    week = next((w for w in out.weeks if w.number == wanted), None)
    if week is None:
        raise BadInput("no_such_week", n=wanted, last=out.weeks[-1].number)
    print(week.said)
    for workout in week.workouts:
        mark = "✓" if workout.match is not None else " "
        print(f"{mark} {formats.day(workout.day, lang, today)}  {workout.title}  ({workout.uid})")
        for line in workout.lines:
            print(f"      {line}")
        if workout.purpose:
            print(f"      {workout.purpose}")
    return 0


def _generate(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Build a plan for a goal that was typed, or the one that is kept, and propose it."""
    lang, units, at = athlete.lang, athlete.units, now()
    with place.db.athlete_session(athlete.id) as s:
        goal = goal_of(s, args)
        made = planning.generate(s, athlete, goal, at, seed=args.seed)
        if isinstance(made, Refused):
            print(say(lang, "error.plan_refused"), file=sys.stderr)
            for finding in found(made.findings, athlete):
                print(f"  - {finding.said}", file=sys.stderr)
            if made.offer is not None:
                print(words.offer_words(made.offer, lang, units), file=sys.stderr)
            return 1
        revision = made.revision
        asked = proposing.propose(s, athlete, revision.plan_id, revision.number, at, channel=CHANNEL)
        out = whole(s, athlete, plans.head(s, revision.plan_id), revision, at)
        card = approval_out(s, athlete, asked)
    print("\n".join(_head(out, athlete)))
    print(_card(card))
    print(say(lang, "plan_web.cli_decide"))
    return 0


def _approve(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Show what waits and approve it after a typed yes; each warning is asked about by itself."""
    lang = athlete.lang
    card = _waiting(place, athlete)
    print(_card(card))
    for warning in card.warnings:
        if not warning.acknowledged and not _yes(say(lang, "plan_web.cli_know", warning=warning.said)):
            print(say(lang, "plan_web.cli_not_decided"))
            return 1
    if not _yes(say(lang, "plan_web.cli_sure")):
        print(say(lang, "plan_web.cli_not_decided"))
        return 1
    return _decide(place, athlete, card, "approved")


def _reject(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Reject what waits."""
    return _decide(place, athlete, _waiting(place, athlete), "rejected")


def _waiting(place: Home, athlete: Athlete) -> ApprovalOut:
    """Return the newest question that waits. Raises Conflict when none does."""
    with place.db.athlete_session(athlete.id) as s:
        there = cards(s, athlete, now())
    if not there:
        raise Conflict("no_approval_waits")
    return there[-1]


def _decide(place: Home, athlete: Athlete, card: ApprovalOut, decision: Decision) -> int:
    """Decide for exactly what was printed, as the owner of this installation."""
    account, at = system.owner(place.db), now()
    by = None if account is None else account.id
    sha256 = bytes.fromhex(card.sha256)
    with place.db.athlete_session(athlete.id) as s:
        if decision == "approved" and card.warnings:
            rules = [warning.rule for warning in card.warnings]
            approving.acknowledge(s, athlete, card.plan_id or 0, card.revision or 0, rules, at)
        done = approving.decide(s, athlete, card.id, sha256, decision, at, by=by, channel=CHANNEL)
    print(say(athlete.lang, done.told, **done.params))
    for finding in found(done.findings, athlete):
        print(f"  - {finding.said}")
    return 0 if done.taken else 1


def _change(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Change one workout; what comes of it is proposed."""
    at = now()
    edit = _edit(args)
    with place.db.athlete_session(athlete.id) as s:
        before = revising.base(s)
        if before is None:
            raise NotFound("no_running_plan")
        after = revising.revise(s, athlete, before.plan_id, edit, at, channel=CHANNEL)
        card = next(c for c in cards(s, athlete, at) if c.revision == after.number and c.kind == "plan")
    print(_card(card))
    print(say(athlete.lang, "plan_web.cli_decide"))
    return 0


def _edit(args: Namespace) -> Edit:
    """Return the change that the options name, exactly one of them."""
    wishes = [
        Edit("move", args.workout, args.to) if args.to else None,
        Edit("resize", args.workout, distance_m=args.km * M_PER_KM) if args.km else None,
        Edit("resize", args.workout, duration_s=args.minutes * 60) if args.minutes else None,
        Edit("ease", args.workout) if args.easier else None,
        Edit("drop", args.workout) if args.drop else None,
    ]
    given = [wish for wish in wishes if wish is not None]
    if len(given) != 1:
        raise BadInput("one_change")
    return given[0]


def _undo(place: Home, athlete: Athlete, args: Namespace) -> int:
    """Take the last change back: what waits, else what was approved last."""
    at = now()
    with place.db.athlete_session(athlete.id) as s:
        approving.undo(s, athlete, at, channel=CHANNEL)
        waiting = cards(s, athlete, at)
    for card in waiting:
        print(_card(card))
    print(say(athlete.lang, "plan_web.cli_decide" if waiting else "plan_web.cli_undone"))
    return 0


def _cancel(place: Home, athlete: Athlete, args: Namespace) -> int:
    """End the plan after a typed yes."""
    with place.db.athlete_session(athlete.id) as s:
        there = shown(s)
    if there is None or there[0].state not in ("draft", "running"):
        raise NotFound("no_running_plan")
    if not _yes(say(athlete.lang, "plan_web.cli_cancel_sure")):
        print(say(athlete.lang, "plan_web.cli_not_decided"))
        return 1
    with place.db.athlete_session(athlete.id) as s:
        approving.cancel(s, athlete, there[0].id, now())
    print(say(athlete.lang, "plan_web.cli_cancelled"))
    return 0


def _card(card: ApprovalOut) -> str:
    """Return a card as text: what is asked, what changes, what warns, until when."""
    lines = [f"── {card.question}", card.title, *card.why, *card.lines]
    lines += [f"  · {line}" for line in card.changes]
    lines += [f"  ! {warning.said}" for warning in card.warnings]
    return "\n".join([*lines, card.until])


def _yes(question: str) -> bool:
    """Ask, and return whether a yes was typed. Without anybody to ask it was not: a program types no yes."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{question} [y/N] ").strip().lower() in YES
    except EOFError:
        return False


ACTIONS: dict[str, Callable[[Home, Athlete, Namespace], int]] = {
    "show": _show,
    "week": _week,
    "generate": _generate,
    "approve": _approve,
    "reject": _reject,
    "change": _change,
    "undo": _undo,
    "cancel": _cancel,
    "export": export,
}
