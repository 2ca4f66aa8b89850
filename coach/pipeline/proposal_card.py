"""What the athlete sees before they decide: made by code from the stored content, and from nothing else.

The chat, the page, the terminal and a messenger draw the same card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from coach.domain.athlete import Athlete
from coach.domain.plan.diff import diff
from coach.domain.plan.model import Plan, Week, Workout, WorkoutKind
from coach.pipeline import delivering
from coach.pipeline.planning import reasons_of, why_of
from coach.store import connections, plans
from coach.store.approvals import Approval, Kind, State
from coach.store.plans import Revision
from coach.store.session import Session
from coach.text import formats, say
from coach.text import plans as words
from coach.text.catalogue import Lang
from coach.text.formats import Units
from coach.text.plan_why import why_words

DAYS_SHOWN = 14
LINES_SHOWN = 40  # of what is not a plan


@dataclass(frozen=True)
class WeekRow:
    """A week of the plan in numbers (m) and words."""

    number: int
    start: date
    end: date
    phase: str
    run_m: float
    longest_m: float
    key: tuple[str, ...]  # its key sessions
    line: str  # all of it in one line


@dataclass(frozen=True)
class SessionRow:
    """A session of the first days, with its steps."""

    uid: str
    day: date
    title: str
    lines: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class WarningRow:
    """A rule that warns; a plan is approved only when all of them were acknowledged."""

    rule: str
    said: str
    acknowledged: bool


@dataclass(frozen=True)
class Proposal:
    """One question with all that is shown of it. `sha256` (hex) goes back with the decision.

    `lines` say what it is about where it is no plan. `changes`: what differs from what holds now; empty for a
    plan that holds nothing yet.
    """

    id: int
    kind: Kind
    plan_id: int | None
    revision: int | None
    sha256: str
    state: State
    channel: str
    title: str
    until: str
    expires_at: datetime
    start: date | None = None
    end: date | None = None
    span: str = ""
    why: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    weeks: tuple[WeekRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    remarks: tuple[str, ...] = ()
    feasibility: str = ""
    warnings: tuple[WarningRow, ...] = ()


def card_of(
    s: Session, athlete: Athlete, approval: Approval, *, lang: Lang | None = None, bare: bool = False
) -> Proposal:
    """Return what is shown of a question, in the athlete's language unless another is named.

    `bare`: the plan alone, without sentences that quote what was recorded.
    """
    lang = lang or athlete.lang
    asked = approval.created_at.astimezone(athlete.zone).date()
    common: dict[str, Any] = {
        "id": approval.id,
        "kind": approval.kind,
        "plan_id": approval.plan_id,
        "revision": approval.revision,
        "sha256": approval.sha256.hex(),
        "state": approval.state,
        "channel": approval.channel,
        "until": _until(approval, athlete, lang),
        "expires_at": approval.expires_at,
    }
    if approval.kind != "plan":
        title = say(lang, f"plan_life.card_{approval.kind}")
        return Proposal(**common, title=title, lines=_lines(approval, lang, asked))
    revision = plans.revision(s, approval.plan_id or 0, approval.revision or 0)
    about = _of_plan(revision, _held(s, revision), lang, athlete.units, asked)
    if bare:
        on_page = say(lang, "plan_tools.warned_on_page")
        about |= {
            "why": (),
            "feasibility": "",
            "remarks": (),
            "warnings": tuple(replace(row, said=on_page) for row in about["warnings"]),
        }
    leads = _leads_to(s, revision, lang) if approval.state == "pending" else ()
    return Proposal(**{**common, **about, "remarks": (*about["remarks"], *leads)})


def _of_plan(revision: Revision, held: Plan | None, lang: Lang, units: Units, asked: date) -> dict[str, Any]:
    plan = revision.plan
    feasibility, remarks = reasons_of(revision)
    first = max(plan.start, asked)
    shown = [w for w in plan.workouts if first <= w.day < first + timedelta(days=DAYS_SHOWN)]
    return {
        "title": words.goal_title(plan.goal, lang, units),
        "start": plan.start,
        "end": plan.end,
        "span": formats.date_range(plan.start, plan.end, lang, asked),
        "why": why_words(revision.why_key, why_of(revision), lang, units, asked),
        "changes": () if held is None else tuple(words.diff_lines(diff(held, plan), lang, units)),
        "weeks": tuple(_week(week, lang, units, asked) for week in plan.weeks if week.end >= asked),
        "sessions": tuple(_session(w, lang, units) for w in shown),
        "remarks": tuple(words.remark_words(r, lang, units, asked) for r in remarks),
        "feasibility": "" if feasibility is None else words.feasibility_words(feasibility, lang, units),
        "warnings": _warnings(revision, lang, units, asked),
    }


def _week(week: Week, lang: Lang, units: Units, asked: date) -> WeekRow:
    return WeekRow(
        number=week.number,
        start=week.start,
        end=week.end,
        phase=say(lang, "plan.cutback" if week.cutback else f"plan.phase_{week.phase.value}"),
        run_m=week.run_m,
        longest_m=week.longest_m,
        key=tuple(words.workout_title(w, lang, units) for w in week.workouts if w.key),
        line=words.week_words(week, lang, units, asked),
    )


def _session(workout: Workout, lang: Lang, units: Units) -> SessionRow:
    empty = workout.kind is WorkoutKind.rest
    return SessionRow(
        uid=workout.uid,
        day=workout.day,
        title=words.workout_title(workout, lang, units),
        lines=() if empty else words.step_lines(workout, lang, units),
        purpose=words.purpose_words(workout, lang),
    )


def _warnings(revision: Revision, lang: Lang, units: Units, asked: date) -> tuple[WarningRow, ...]:
    """Return the warnings, one of each rule: the first place stands for all of them."""
    found: dict[str, WarningRow] = {}
    for finding in revision.findings:
        rule = str(finding["rule"])
        if finding["severity"] == "warn" and rule not in found:
            said = words.finding_words(finding, lang, units, asked)
            found[rule] = WarningRow(rule, said, rule in revision.acknowledged)
    return tuple(found.values())


def _held(s: Session, revision: Revision) -> Plan | None:
    """Return what holds of the same plan, or of the one that would be replaced."""
    held = plans.holding(s)
    if held is not None and held.plan_id == revision.plan_id and held.number != revision.number:
        return held.plan
    return None


def _leads_to(s: Session, revision: Revision, lang: Lang) -> tuple[str, ...]:
    """Return what approving does beyond the plan itself."""
    running = plans.running(s)
    found = []
    if running is not None and running.id != revision.plan_id:
        found.append(say(lang, "plan_life.leads_to_end"))
    if delivering.is_on(connections.get(s, delivering.SERVICE)):
        found.append(say(lang, "plan_life.leads_to_watch"))
    return tuple(found)


def _lines(approval: Approval, lang: Lang, asked: date) -> tuple[str, ...]:
    """Return what a question is about that is no plan, from its stored content."""
    content = approval.content
    found = []
    for workout in (*content.get("workouts", ()), *content.get("items", ())):
        day = workout.get("day")
        on = formats.day(date.fromisoformat(day), lang, asked) if day else ""
        found.append(" ".join(part for part in (on, str(workout.get("name", ""))) if part))
    for hold in content.get("holds", ()):
        raised = datetime.fromisoformat(hold["raised_at"]).date()
        found.append(say(lang, "plan_life.card_hold", day=formats.day(raised, lang, asked)))
    return tuple(line for line in found if line)[:LINES_SHOWN]


def _until(approval: Approval, athlete: Athlete, lang: Lang) -> str:
    at = approval.expires_at.astimezone(athlete.zone)
    asked = approval.created_at.astimezone(athlete.zone).date()
    # Midnight is the end of the day before.
    at = at - timedelta(minutes=1) if at.time().replace(microsecond=0) == datetime.min.time() else at
    day = formats.day(at.date(), lang, asked)
    return say(lang, "plan_life.card_until", day=day, time=f"{at:%H:%M}")
