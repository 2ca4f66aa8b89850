"""The look back on a week: beside the usual and the plan, one thing worth noticing, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from coach.domain.fact import Fact
from coach.domain.insights import Draft, Said
from coach.domain.metrics.totals import Span, week_of
from coach.domain.nudges import NudgeKind
from coach.domain.plan.adherence import Adherence, adherence
from coach.domain.plan.model import Plan, Week, Workout
from coach.graph.speaking.naming import plain
from coach.graph.speaking.part import Asked, Nudge, Paragraph, Part
from coach.pipeline import insights, looking, matching
from coach.store import activities, approvals, nudges, plan_holds, plans
from coach.store.approvals import Approval
from coach.store.session import Session
from coach.text import plans as words
from coach.text import say
from coach.tools.facts import Facts, during, of_period
from coach.tools.insight_words import facts_of, notes_of
from coach.tools.plan_approval import shown
from coach.tools.plan_facts import add_week
from coach.tools.spec import Card, Choice, Note, ToolContext

KEYS_TOLD = 2  # sessions of the next week
ASKED = "asked:"  # how the key of a nudge begins that the athlete asked for
AGAIN = timedelta(hours=24)  # a week that was looked back on within these is not told again unasked
# Of the sentences of a week those that the head says already, or the line about the plan.
_SAID_ELSEWHERE = ("insights.plan", "insights.steady", "insights.above", "insights.below")
_LONGEST = ("insights.longest_m_up", "insights.longest_m_down")
# What to look at next where it is about the body or about much: the rest can wait to be asked for.
_PRESSING = ("insights.look_body", "insights.look_long", "insights.look_volume_up", "insights.look_sleep")
FEELINGS = ("light", "fine", "tired")


@dataclass
class _Seen:
    """What is read of a week. `kept` is unknown without a plan, `ahead` the plan's next week."""

    span: Span
    draft: Draft | None
    plan: Plan | None
    kept: Adherence | None
    left: tuple[Workout, ...]  # of today, not done yet
    ahead: Week | None
    on_hold: bool
    proposal: Approval | None
    is_warned: bool  # of a run that was far longer than those before
    cards: list[Card] = field(default_factory=list)


def weekly(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word the newest of the weeks due. None: it was just spoken of, or nothing is there to speak of."""
    span = week_meant(due[-1].local_date, ctx.athlete.week_start)
    ids = tuple(n.id for n in due)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        if not activities.count(session, ctx.athlete.id):
            said_before = nudges.latest(session, NudgeKind.weekly, state="said") is not None
            return None if said_before else _nothing(ctx, ids)
        if not due[-1].key.startswith(ASKED) and looking.is_gone(session, ctx.athlete, ctx.today):
            return None
        if _was_spoken_of(ctx, session, span, due[-1]):
            return None
        seen = _seen(ctx, session, span)
        if seen.proposal is not None:
            seen.cards.append(shown(ctx, session, seen.proposal))
    if seen.draft is None:  # before the first run
        return None
    facts = Facts(ctx)
    figures = facts_of(ctx, seen.draft.figures)
    head = _head(ctx, seen, seen.draft, figures)
    # Who was told to rest is not told of records.
    noticed = () if seen.on_hold else _worth_noticing(ctx, seen, seen.draft, figures, head)
    says: list[Paragraph] = [
        *(((Note(key="speaking.held", general=True),),) if seen.on_hold else ()),
        (*head, *_against_plan(ctx, facts, seen)),
        *([noticed] if noticed else []),
        _ahead(ctx, facts, seen),
    ]
    chart = Card(
        kind="chart",
        chart=seen.draft.chart,
        params=seen.draft.chart_params,
        title=say(ctx.lang, "insights.chart_week"),
    )
    return Part(
        NudgeKind.weekly,
        ids,
        tuple(paragraph for paragraph in says if paragraph),
        facts=(*figures, *facts.all()),
        cards=(chart, *seen.cards),
        asked=_asked(ctx, seen, due[-1]),
        # What presses is said however short the message.
        spare=frozenset({1} if noticed and not any(n.key in _PRESSING for n in noticed) else ()),
    )


def week_meant(day: date, week_start: int) -> Span:
    """Return the week that a look back on a day is about: the one that most of the last seven days lie in."""
    return week_of(day - timedelta(days=3), week_start)


def _was_spoken_of(ctx: ToolContext, session: Session, span: Span, nudge: Nudge) -> bool:
    """Whether this week was looked back on already: lately because the athlete asked, or unasked when it was
    over, before the day of the check-in was moved. Who asks again is answered.
    """
    if nudge.key.startswith(ASKED):
        return False
    for one in nudges.since(session, NudgeKind.weekly, ctx.now - timedelta(days=14)):
        of_it = week_meant(one.local_date, ctx.athlete.week_start) == span
        if one.id == nudge.id or one.state not in ("said", "merged") or not of_it:
            continue
        was_whole = not one.key.startswith(ASKED) and one.local_date >= span.last
        if was_whole or (one.said_at or one.due_at) > ctx.now - AGAIN:
            return True
    return False


def _seen(ctx: ToolContext, session: Session, span: Span) -> _Seen:
    # On its last evening a week is looked back on as a whole.
    looked_on = max(ctx.today, span.last + timedelta(days=1)) if ctx.today >= span.last else ctx.today
    draft = insights.look(session, ctx.athlete, "week", span.first, looked_on)
    running = plans.holding(session)
    waiting = [one for one in approvals.pending(session, ctx.now) if one.kind == "plan"]
    plan = None if running is None else running.plan
    seen = _Seen(
        span,
        draft,
        plan,
        kept=None,
        left=(),
        ahead=None if plan is None else plan.week_of(span.last + timedelta(days=1)),
        on_hold=bool(plan_holds.standing(session)),
        proposal=waiting[-1] if waiting else None,
        is_warned=_is_warned(session, ctx, span),
    )
    if running is not None and plan is not None:
        own = plan.with_workouts(tuple(w for w in plan.workouts if w.day in span))
        pairs = matching.kept_pairs(session, running.plan_id)
        until = min(span.last + timedelta(days=1), ctx.today)
        done = matching.done_between(session, ctx.athlete, plan.start, min(until, plan.end))
        seen.kept = adherence(own, pairs, done, until)
        matched = {pair.uid for pair in pairs}
        seen.left = tuple(w for w in own.workouts if _is_left(w, ctx.today) and w.uid not in matched)
    return seen


def _is_left(workout: Workout, today: date) -> bool:
    # A race is over by the evening, whether its file is here or not.
    return workout.day == today and bool(workout.runs) and workout.race_id is None


def _head(ctx: ToolContext, seen: _Seen, draft: Draft, figures: Sequence[Fact]) -> list[Note]:
    """Say how much was run, how far at the most, and what is usual."""
    there = {figure.key: figure.value for figure in draft.figures}
    told = during(ctx, seen.span.first, min(seen.span.last, ctx.today))
    first = draft.says[0]
    if first.key != "insights.ran":
        return _little(ctx, draft, figures, told)
    runs = there["runs"]
    says = [
        Note(
            key="speaking.ran",
            params={"during": told, "n": runs},
            facts={"runs": "runs", "distance": "distance_m"},
        )
    ]
    longest = there.get("longest_m") is not None and runs != 1
    if there.get("usual.distance_m"):
        usual = {"usual": "usual.distance_m"}
        if longest:
            says.append(Note(key="speaking.longest_usual", facts={**usual, "longest": "longest_m"}))
        else:
            says.append(Note(key="speaking.usual", facts=usual))
    elif longest:
        says.append(Note(key="speaking.longest", facts={"longest": "longest_m"}))
    return says


def _little(ctx: ToolContext, draft: Draft, figures: Sequence[Fact], told: str) -> list[Note]:
    """Say what there is to say of a week without a distance: nothing has to be made up for."""
    first = draft.says[0]
    if first.key == "insights.none":
        return [Note(key="speaking.no_run", params={"during": told})]
    [note] = notes_of(ctx, [first], figures, draft.first, min(draft.last, ctx.today))
    return [note]


def _against_plan(ctx: ToolContext, facts: Facts, seen: _Seen) -> list[Note]:
    """Say what of the planned sessions was done; of a plan on hold nothing was asked."""
    kept = seen.kept
    # Of a week without a run it is known what was not done.
    if kept is None or not kept.done or seen.on_hold:
        return []
    subject = of_period(ctx, seen.span.first, min(seen.span.last, ctx.today))

    def add(name: str, value: float, unit: str, label: str) -> str:
        named = say(ctx.lang, label)
        return facts.add(f"kept.{name}", f"plan_{name}", value, unit, subject, label=named)

    says = []
    if kept.planned_m and kept.done_m is not None:
        told = {
            "planned": add("planned_m", kept.planned_m, "m", "plan_tools.label_kept_planned_m"),
            "done": add("done_m", kept.done_m, "m", "speaking.label_done_m"),
        }
        key = "speaking.kept" if kept.done_m <= kept.planned_m else "speaking.kept_more"
        if kept.key_due:
            key += "_key"
            told["key_due"] = add("key_due", kept.key_due, "count", "plan_tools.label_kept_key_due")
            told["key_done"] = add("key_done", kept.key_done, "count", "plan_tools.label_kept_key_done")
        says.append(Note(key=key, facts=told))
    else:
        told = {
            "due": add("due", kept.due, "count", "plan_tools.label_kept_due"),
            "done": add("done", kept.done, "count", "plan_tools.label_kept_done"),
        }
        says.append(Note(key="speaking.kept_sessions", params={"n": kept.due}, facts=told))
    for workout in seen.left[:1]:
        says.append(Note(key="speaking.left_today", params={"workout": _titled(ctx, workout)}))
    return says


def _is_warned(session: Session, ctx: ToolContext, span: Span) -> bool:
    """Whether an alert spoke already of a run of this week that was far longer than those before."""
    alerts = nudges.since(session, NudgeKind.alert, ctx.now - timedelta(days=14))
    return any(
        one.about.get("metric") == "longest_spike_pct"
        and one.state in ("said", "merged")
        and date.fromisoformat(str(one.about.get("day") or one.local_date)) in span
        for one in alerts
    )


def _worth_noticing(
    ctx: ToolContext, seen: _Seen, draft: Draft, figures: Sequence[Fact], head: Sequence[Note]
) -> Paragraph:
    """Return the one thing that stood out, with what to look at where that presses. Nothing is said twice."""
    told = {fact for note in head for fact in note.facts.values()}
    said_before = (*_SAID_ELSEWHERE, *(_LONGEST if "longest_m" in told else ()))
    chosen: list[Said] = [
        said
        for said in draft.says[1:]
        if said.role == "says"
        and said.key not in said_before
        and not said.key.startswith("insights.distance_m_")
    ][:1]
    pressing = [said for said in draft.says if said.role == "look" and said.key in _PRESSING]
    chosen += [said for said in pressing if not (seen.is_warned and said.key == "insights.look_long")]
    return notes_of(ctx, chosen, figures, draft.first, draft.last)


def _ahead(ctx: ToolContext, facts: Facts, seen: _Seen) -> Paragraph:
    """Say what the plan has next, or that it stands still."""
    if seen.plan is None:
        return ()
    if seen.on_hold:
        return (Note(key="plan_tools.on_hold", general=True),)
    if seen.ahead is None:
        return ()
    keys = add_week(ctx, facts, seen.ahead)
    when = "this" if ctx.today >= seen.ahead.start else "next"
    if "distance" not in keys:
        return ()
    kind = "_cutback" if seen.ahead.cutback else ""
    runs = sum(w.runs for w in seen.ahead.workouts)
    says = [
        Note(
            key=f"speaking.{when}_week{kind}",
            params={"n": runs},
            facts={"runs": keys["runs"], "distance": keys["distance"]},
        )
    ]
    pressing = [w for w in seen.ahead.workouts if w.key and w.day >= ctx.today][:KEYS_TOLD]
    if pressing:
        named = ", ".join(plain(words.day_line(w, ctx.lang, ctx.athlete.units, ctx.today)) for w in pressing)
        says.append(Note(key="speaking.key_sessions", params={"sessions": named}))
    return tuple(says)


def _titled(ctx: ToolContext, workout: Workout) -> str:
    return plain(words.workout_title(workout, ctx.lang, ctx.athlete.units))


def _asked(ctx: ToolContext, seen: _Seen, nudge: Nudge) -> Asked:
    """Ask for the decision that waits, else how the week felt."""
    if seen.proposal is not None:
        pending = {"kind": "approval", "id": seen.proposal.id}
        return Asked(Note(key="speaking.ask_proposal", general=True), pending=pending)
    when = "this" if ctx.today <= seen.span.last else "last"
    choices = tuple(Choice(label=say(ctx.lang, f"speaking.felt_{f}"), value=f) for f in FEELINGS)
    pending = {"kind": "weekly", "nudge_id": nudge.id, "week": seen.span.first.isoformat()}
    return Asked(Note(key=f"speaking.ask_{when}_week", general=True), choices, pending)


def _nothing(ctx: ToolContext, ids: tuple[int, ...]) -> Part:
    """Say once what to do where nothing was ever recorded."""
    link = Card(kind="link", title=say(ctx.lang, "speaking.connect"), href="/connections")
    return Part(NudgeKind.weekly, ids, ((Note(key="speaking.no_data", general=True),),), cards=(link,))
