"""How much: one run against the last thirty days, one week against those before it."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from coach.domain.plan.model import Phase, Plan, Situation
from coach.domain.plan.rules import limits
from coach.domain.plan.rules.registry import Finding, Severity, rule
from coach.domain.plan.rules.view import Session, coming_weeks, view_of

_EDGE_M = 1.0  # what rounding may add


@rule(
    source="Frandsen et al. 2025, Br J Sports Med: 5,205 runners, injuries rose when a run went more than "
    "10 % "
    "beyond the longest of the 30 days before; beyond 30 % nobody may lift it (convention)",
    severity=Severity.forbid,
)
def session_spike(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A run is much longer than the longest of the 30 days before it. A races are exempt."""
    view = view_of(plan, situation)
    for s in view.coming:
        if not s.runs or s.goal_race or view.gated(s.day):
            continue
        longest = view.longest_before[s.day]
        if s.run_m <= limits.session_limit_m(longest) + _EDGE_M:
            continue
        far = s.run_m > limits.session_most_m(longest) + _EDGE_M and s.race is None
        yield Finding(
            "session_spike",
            Severity.forbid if far else Severity.warn,
            s.day,
            plan.weeks[s.week].number,
            s.workout.uid,
            {"distance_m": s.run_m, "longest_m": longest, "limit_m": limits.session_limit_m(longest)},
        )


@rule(
    source="Convention, judged from Frandsen et al. 2025: two runs of a day load the same legs",
    severity=Severity.forbid,
)
def daily_total(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """The runs of one day are together too much, for the longest run of the last 30 days or for anybody."""
    view = view_of(plan, situation)
    days: dict[object, list[Session]] = {}
    for s in view.coming:
        if s.runs and not s.goal_race:
            days.setdefault(s.day, []).append(s)
    for sessions in days.values():
        last = sessions[-1]
        total_m, total_s = sum(s.run_m for s in sessions), sum(s.run_s for s in sessions)
        longest = view.longest_before[last.day]
        limit = most = inf
        if total_s > limits.DAY_MOST_S:
            limit = most = total_m * limits.DAY_MOST_S / total_s
        elif len(sessions) > 1 and not view.gated(last.day):
            limit = max(limits.DAY_SHARE * longest, limits.session_limit_m(longest)) + _EDGE_M
            most = max(limits.DAY_MOST * longest, limits.session_most_m(longest)) + _EDGE_M
        if total_m > limit:
            raced = any(s.race for s in sessions)
            yield Finding(
                "daily_total",
                Severity.forbid if total_m > most and not raced else Severity.warn,
                last.day,
                plan.weeks[last.week].number,
                last.workout.uid,
                {"distance_m": total_m, "duration_s": total_s, "limit_m": limit},
            )


@rule(
    source="Convention: +10 % a week, never more than 20 % above the own four weeks. Weak evidence: Buist "
    "et al. "
    "2008, Am J Sports Med (no fewer injuries by the 10 % rule); Nielsen et al. 2014, J Orthop Sports Phys "
    "Ther",
    severity=Severity.forbid,
)
def weekly_rise(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A week is much more than the last full one and than the four before it."""
    view = view_of(plan, situation)
    for week, first in coming_weeks(view):
        if view.gated(first):
            continue
        if week.run_m <= limits.week_limit_m(week.before) + _EDGE_M:
            continue
        far = week.run_m > limits.week_most_m(week.before) + _EDGE_M
        yield Finding(
            "weekly_rise",
            Severity.forbid if far else Severity.warn,
            first,
            week.week.number,
            params={
                "distance_m": week.run_m,
                "usual_m": limits.usual_m(week.before),
                "limit_m": limits.week_limit_m(week.before),
            },
        )


@rule(
    source="Convention: a week of 20–30 % less every third or fourth week; untested by trials",
    severity=Severity.warn,
)
def cutback(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """More weeks build up in a row than the body catches up with: three, for some two."""
    view = view_of(plan, situation)
    allowed = limits.building_weeks(situation)
    row: list[float] = []
    for week in view.weeks:
        lighter = bool(row) and week.run_m <= limits.RELIEF_SHARE * max(row) + _EDGE_M
        if lighter or not week.whole or view.gated(week.week.start) or week.week.phase in _CATCHING_UP:
            row = []
            continue
        row.append(week.run_m)
        if len(row) > allowed and week.run_m > 1.03 * row[0] and week.first is not None:
            yield Finding(
                "cutback",
                Severity.warn,
                week.first,
                week.week.number,
                params={"weeks": len(row), "most": allowed},
            )


_CATCHING_UP = frozenset({Phase.taper, Phase.race, Phase.recovery})


@rule(
    source="Daniels' Running Formula and convention: a long run of 25–35 % of the week, half of it with "
    "three "
    "runs; published marathon plans go to 15–52 %",
    severity=Severity.warn,
)
def long_run_share(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """The longest run is too much of its week, or of the last full week where that was more."""
    view = view_of(plan, situation)
    for week, first in coming_weeks(view):
        long = week.longest
        if long is None or long.day < view.today or long.race is not None or view.gated(first):
            continue
        share = limits.long_share(week.runs)
        limit = max(share * week.base_m + limits.LONG_SLACK_M, limits.LONG_FREE_M)
        if week.runs > 1 and long.run_m > limit:
            yield Finding(
                "long_run_share",
                Severity.warn,
                long.day,
                week.week.number,
                long.workout.uid,
                {
                    "distance_m": long.run_m,
                    "share_pct": 100 * long.run_m / week.base_m,
                    "limit_m": limit,
                },
            )


@rule(
    source="Daniels' Running Formula: 150 minutes at most; Pfitzinger and Douglas, Advanced Marathoning: "
    "to three "
    "hours. Convention",
    severity=Severity.forbid,
)
def long_run_duration(plan: Plan, situation: Situation) -> Iterator[Finding]:
    """A run in training lasts longer than three hours, a beginner's longer than two and a half."""
    careful = limits.beginner(situation)
    for s in view_of(plan, situation).coming:
        if not s.runs or s.goal_race:
            continue
        limit = limits.LONG_BEGINNER_S if careful else limits.LONG_MOST_S
        if s.run_s > limit + 30:
            far = s.run_s > limits.LONG_MOST_S + 30 and s.race is None
            yield Finding(
                "long_run_duration",
                Severity.forbid if far else Severity.warn,
                s.day,
                plan.weeks[s.week].number,
                s.workout.uid,
                {"duration_s": s.run_s, "limit_s": limits.LONG_MOST_S if far else limit},
            )
