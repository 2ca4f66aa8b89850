"""Adapting a running plan: the reasons of a day and the changed plan, for 20 weeks. The aim is 30 ms.

There is no peer: what others call adapting asks a server.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.bench_metrics import best_of
from coach.domain.daily import Entry
from coach.domain.plan.adapt import adapt
from coach.domain.plan.model import Plan
from coach.domain.plan.signals import Signal, SignalKind, signals
from tests.domain.plan.running_plan import DAY, START, pairs_of, plan_of, situation_on

TODAY = START + 14 * DAY


def fresh(plan: Plan) -> Plan:
    """Return the plan without what was kept of an earlier look at it."""
    return replace(plan)


def main() -> None:
    plan, known = plan_of(20), situation_on(plan_of(20), TODAY)
    pairs = pairs_of(plan, known.done)
    ill = (Entry("illness", TODAY, text="감기 걸렸어"),)
    taken = best_of(20, lambda: signals(fresh(plan), pairs, replace(known), ill))
    print(f"the reasons of a day, plan of 20 weeks | {taken:.1f} ms | aim 30 ms | –")
    away = replace(known, done=tuple(d for d in known.done if (TODAY - d.day).days > 26))
    for name, situation, found in (
        ("an illness", known, signals(plan, pairs, known, ill)),
        ("26 days away", away, (Signal(SignalKind.gap, "gap", TODAY, {"days": 26}),)),
    ):
        taken = best_of(20, lambda found=found, of=situation: adapt(fresh(plan), found, replace(of)))  # type: ignore[misc]
        print(f"adapting a plan of 20 weeks to {name} | {taken:.1f} ms | aim 30 ms | –")


if __name__ == "__main__":
    main()
