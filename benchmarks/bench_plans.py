"""Building plans, with every safety rule, against the time that a person would notice."""

from __future__ import annotations

import random
from datetime import date
from time import process_time

from coach.domain.plan.build import attempt, build
from coach.domain.plan.model import Goal, GoalKind, Race, Situation
from coach.domain.plan.outcome import Built
from tests.domain.plan.athletes import TODAY, any_goal, any_situation, steady

ROUNDS = 20
PLANS = 2000
MOST_S, LEAST_PER_S = 0.050, 50.0


def main() -> None:
    """Print name | ours | aim | ratio."""
    goal = Goal(GoalKind.race, Race(date(2027, 4, 11), 42_195.0))
    situation = Situation(TODAY, done=steady(50, 18, 5), vdot=45.0, age=38)
    times = []
    for _ in range(ROUNDS):
        began = process_time()
        found = build(goal, situation)
        times.append(process_time() - began)
        assert isinstance(found, Built)
    ours = min(times)
    aim = f"{1e3 * MOST_S:.0f} ms | {MOST_S / ours:.1f}"
    print(f"marathon plan of 20 weeks, all rules | {1e3 * ours:.1f} ms | {aim}")
    drawn = []
    for seed in range(PLANS):
        chance = random.Random(seed)
        athlete = any_situation(chance)
        drawn.append((any_goal(chance, athlete.today), athlete))
    began = process_time()
    for wish, athlete in drawn:
        attempt(wish, athlete)
    each = PLANS / (process_time() - began)
    aim = f"{LEAST_PER_S:.0f} | {each / LEAST_PER_S:.1f}"
    print(f"plans of any athlete a second, all rules | {each:.0f} | {aim}")


if __name__ == "__main__":
    main()
