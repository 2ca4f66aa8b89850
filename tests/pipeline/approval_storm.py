"""Answers to proposals as a hostile world brings them: doubled, late, forged, of others, all at once."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

from plan_desk import PlanDesk

from coach.domain.plan.model import Goal, GoalKind
from coach.errors import CoachError, NotFound
from coach.store.approvals import Approval, Decision

GOALS = (Goal(GoalKind.couch_to_5k), Goal(GoalKind.fitness), Goal(GoalKind.base))
PER_ROUND = 40


@dataclass
class Storm:
    """What came of a storm. `rounds`: questions that were answered in time; `why`: what answers were told."""

    rounds: int
    answers: int
    taken: int
    why: Counter[str]


def storm(desk: PlanDesk, foreign: PlanDesk, rng: random.Random, *, answers: int, threads: int) -> Storm:
    """Propose again and again and answer each proposal many times over, from several threads.

    After each round what is kept and what is to be sent is exactly what the one answer that counted says.
    """
    told: Counter[str] = Counter()
    old: list[Approval] = []
    rounds = taken = 0
    wanted: set[str] = set()
    with ThreadPoolExecutor(threads) as pool:
        while rounds * PER_ROUND < answers:
            rounds += 1
            if rounds % 3 == 0:  # one that nobody answers in time
                old.append(desk.propose(desk.make(GOALS[0], seed=-rounds)))
            asked = desk.propose(desk.make(GOALS[rounds % len(GOALS)], seed=rounds))
            before = desk.holding()
            lapsed = rounds % 5 == 0
            if lapsed:
                told[_answer(PlanDesk(desk.db, desk.athlete_id, asked.expires_at), asked, "approved")()] += 1
            calls = [_call(desk, foreign, asked, old, rng) for _ in range(PER_ROUND - 2)]
            calls += [_answer(desk, asked, "approved"), _answer(desk, asked, "rejected")]
            rng.shuffle(calls)
            found = list(pool.map(lambda call: call(), calls))
            taken += found.count("taken")
            told.update(found)
            assert found.count("taken") == (0 if lapsed else 1), found
            wanted |= _settled(desk, asked, before)
            old.append(asked)
    effects = [p.key for p in desk.parcels()]
    assert len(effects) == len(set(effects)), "an effect is written once"
    assert {key for key in effects if not key.endswith(":gone")} == wanted, "and only what was approved"
    assert foreign.parcels() == []
    return Storm(rounds - rounds // 5, rounds * PER_ROUND, taken, told)


def _settled(desk: PlanDesk, asked: Approval, before: object) -> set[str]:
    """Check that one answer alone had its effect; return which sessions it lets onto the watch."""
    kept, held = desk.asked(asked), desk.holding()
    if kept.state in ("rejected", "expired"):
        assert held == before
        return set()
    assert kept.state == "approved"
    assert held is not None
    assert (held.plan_id, held.number) == (asked.plan_id, asked.revision)
    last = desk.today + timedelta(days=13)
    coming = {w.uid for w in held.plan.workouts if w.steps and desk.today <= w.day <= last}
    keys = {p.key for p in desk.parcels() if p.key.startswith(f"{held.plan_id}:")}
    keys = {key for key in keys if not key.endswith(":gone")}
    assert {key.split(":")[1] for key in keys} >= coming
    return keys


def _call(
    desk: PlanDesk, foreign: PlanDesk, asked: Approval, old: list[Approval], rng: random.Random
) -> Callable[[], str]:
    """Return one answer of the storm."""
    decision: Decision = rng.choice(("approved", "rejected"))
    match rng.randrange(6):
        case 0:  # a forged hash
            return _answer(desk, replace(asked, sha256=secrets.token_bytes(32)), decision, never=True)
        case 1:  # somebody else
            return _answer(foreign, asked, decision, never=True)
        case 2:  # a question that does not exist
            return _answer(desk, replace(asked, id=asked.id + 10_000), decision, never=True)
        case 3 if old:  # one that was answered long ago, or its hash for this one
            past = rng.choice(old)
            mixed = rng.choice((past, replace(asked, sha256=past.sha256), replace(past, sha256=asked.sha256)))
            return _answer(desk, mixed, decision, never=mixed.sha256 != asked.sha256 or mixed.id != asked.id)
        case 4:  # a week late, on a clock of its own
            return _answer(_later(desk, asked), replace(asked, sha256=b"late"), decision, never=True)
        case _:  # a double click
            return _answer(desk, asked, decision)


def _later(desk: PlanDesk, asked: Approval) -> PlanDesk:
    return PlanDesk(desk.db, desk.athlete_id, asked.expires_at - timedelta(microseconds=1))


def _answer(desk: PlanDesk, asked: Approval, decision: Decision, *, never: bool = False) -> Callable[[], str]:
    def answer() -> str:
        try:
            found = desk.decide(asked, decision)
        except NotFound:
            return "not found"
        except CoachError as error:
            return error.key
        assert not (never and found.taken)
        return "taken" if found.taken else found.why

    return answer
