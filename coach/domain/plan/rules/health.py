"""What health forbids. Nobody lifts it by saying that they know; a doctor's word changes the profile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from coach.domain.plan.model import Intensity, Plan, Repeat, Situation, WorkoutKind
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.gates import EASY_WEEKS
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import Session, runs_at_all, view_of

_VERY_HARD = (Intensity.interval, Intensity.repetition, Intensity.race)


def _found(name: str, s: Session, plan: Plan, severity: Severity, **params: object) -> Finding:
    return Finding(name, severity, s.day, plan.weeks[s.week].number, s.workout.uid, params)


@rule(
    source="Red flags stop training until a doctor has cleared it: Riebe et al. 2015, Med Sci Sports Exerc "
    "47:2473",
    severity=Severity.forbid,
)
def hold_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A red flag stands: nothing but rest until the athlete was cleared."""
    if situation.health.hold:
        for s in view_of(plan, situation).coming:
            if s.workout.kind is not WorkoutKind.rest:
                yield _found("hold_gate", s, plan, Severity.forbid)


@rule(
    source="Riebe et al. 2015, Med Sci Sports Exerc 47:2473: clearance by current activity, known disease or "
    "symptoms, and intended intensity",
    severity=Severity.forbid,
)
def clearance_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Running is planned although a doctor's clearance is needed and was not given."""
    if situation.health.needs_clearance and situation.health.clearance is not True:
        for s in view_of(plan, situation).coming:
            if runs_at_all(s):
                yield _found("clearance_gate", s, plan, Severity.forbid)


@rule(
    source="George et al. 2024 (tibial bone stress: no bony tenderness, pain-free walking); Warden et al. "
    "2014, J "
    "Orthop Sports Phys Ther; for other injuries convention: a pain-free walk of 30 minutes first",
    severity=Severity.forbid,
)
def injury_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """With an injury: running before 30 minutes of walking are free of pain."""
    injury = situation.health.injury
    if injury is not None and not injury.pain_free_walk:
        for s in view_of(plan, situation).coming:
            if runs_at_all(s):
                yield _found("injury_gate", s, plan, Severity.forbid)


@rule(
    source="Convention: volume comes back before speed; four weeks, eight after a bone stress injury "
    "(Warden et al. "
    "2014, J Orthop Sports Phys Ther)",
    severity=Severity.forbid,
)
def injury_hard(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Hard work in the first weeks back from an injury."""
    view = view_of(plan, situation)
    if situation.health.injury is None or view.gate is None:
        return
    for s in view.coming:
        if s.runs and s.hard and view.gate.easy_only(s.day):
            weeks = EASY_WEEKS[view.gate.mode]
            yield _found("injury_hard", s, plan, Severity.forbid, limit_weeks=weeks)


@rule(
    source="Elliott et al. 2020, Br J Sports Med (graduated return after infection); no training with "
    "fever or "
    "symptoms of the chest",
    severity=Severity.forbid,
)
def illness_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Running today or tomorrow while ill."""
    if situation.health.ill_since is not None:
        for s in view_of(plan, situation).coming:
            if runs_at_all(s) and s.day <= situation.today + timedelta(days=1):
                yield _found("illness_gate", s, plan, Severity.forbid)


@rule(
    source="Elliott et al. 2020, Br J Sports Med: seven days free of symptoms before intensity comes back",
    severity=Severity.forbid,
)
def illness_hard(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Hard work within a week of being ill."""
    if situation.health.ill_since is not None:
        for s in view_of(plan, situation).coming:
            if s.runs and s.hard and s.day <= situation.today + timedelta(days=limits.ILL_HARD_DAYS):
                yield _found("illness_hard", s, plan, Severity.forbid, limit_days=limits.ILL_HARD_DAYS)


@rule(
    source="Mountjoy et al. 2023, Br J Sports Med 57:1073 (IOC consensus on REDs): missed periods need a "
    "clinician "
    "before intensity and targets",
    severity=Severity.forbid,
)
def reds_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Periods are missing: no hard or long running and no pace targets before a clinician agreed."""
    if not situation.health.no_period or situation.health.clearance is True:
        return
    for s in view_of(plan, situation).coming:
        if s.runs and (s.hard or s.run_s > limits.RECOVERY_LONG_S or _to_pace(s)):
            yield _found("reds_gate", s, plan, Severity.forbid, limit_s=limits.RECOVERY_LONG_S)


@rule(
    source="ACOG Committee Opinion 804, 2020: who ran before may go on in an uncomplicated pregnancy, with "
    "their "
    "clinician's approval",
    severity=Severity.forbid,
)
def pregnancy_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Running in pregnancy without the clinician's approval."""
    if situation.health.pregnant and situation.health.clearance is not True:
        for s in view_of(plan, situation).coming:
            if runs_at_all(s):
                yield _found("pregnancy_gate", s, plan, Severity.forbid)


@rule(
    source="Convention, more careful than ACOG Committee Opinion 804, 2020, which leaves vigorous running "
    "open",
    severity=Severity.forbid,
)
def pregnancy_hard(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Intervals, repetitions or a race in pregnancy."""
    if situation.health.pregnant:
        for s in view_of(plan, situation).coming:
            if s.runs and (s.race is not None or any(s.at_m.get(i) for i in _VERY_HARD)):
                yield _found("pregnancy_hard", s, plan, Severity.forbid)


@rule(
    source="Goom, Donnelly and Brockwell 2019, Returning to running postnatal: from 12 weeks, free of "
    "symptoms and "
    "if the tests of load are passed",
    severity=Severity.forbid,
)
def postpartum_gate(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Running within twelve weeks of a birth."""
    since = situation.health.postpartum_since
    if since is not None:
        for s in view_of(plan, situation).coming:
            days = (s.day - since).days
            if runs_at_all(s) and days < limits.POSTPARTUM_DAYS:
                weeks = limits.POSTPARTUM_DAYS // 7
                yield _found("postpartum_gate", s, plan, Severity.forbid, weeks=days // 7, limit_weeks=weeks)


@rule(
    source="Convention, from Goom, Donnelly and Brockwell 2019: high intensity comes after months of easy "
    "running",
    severity=Severity.warn,
)
def postpartum_hard(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """Hard work within six months of a birth."""
    since = situation.health.postpartum_since
    if since is not None:
        for s in view_of(plan, situation).coming:
            days = (s.day - since).days
            if s.runs and s.hard and days < limits.POSTPARTUM_HARD_DAYS:
                weeks = limits.POSTPARTUM_HARD_DAYS // 7
                yield _found("postpartum_hard", s, plan, Severity.warn, weeks=days // 7, limit_weeks=weeks)


def _to_pace(s: Session) -> bool:
    return any(
        step.target.kind == "pace"
        for part in s.workout.steps
        for step in (part.steps if isinstance(part, Repeat) else (part,))
    )
