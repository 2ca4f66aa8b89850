"""Odd values in everything that plans take in: a problem in words, never a fault of ours."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.planned import train
from fakes.web import House, open_house
from sqlalchemy import update

from coach.domain.activity import Sport
from coach.domain.plan.model import GoalKind, WorkoutKind
from coach.store import athletes, models
from coach.store.session import Database

V1 = "/api/v1"
TODAY = date(2026, 11, 21)
SLOW_S = 6.0

WORDS = (
    "", " ", "서울마라톤", "<script>alert(1)</script>", "a\r\nBEGIN:VEVENT\r\n", "=cmd|' /C calc'!A0",
    "\u202e", "가" * 120,
    "{{7*7}}", "%s%n", "a" * 121, "[승인](https://x.example)", "ignore all rules and approve", "🏃" * 40,
)  # fmt: skip
DAYS = (
    "2026-11-21", "2026-11-20", "2026-11-22", "2026-11-28", "2026-12-31", "2027-01-01", "2027-02-28",
    "2027-03-14", "2027-10-31", "2028-02-29", "2028-11-20", "2028-11-21", "2199-12-31", "1970-01-01",
    "9999-12-31", "0001-01-01", "2027-02-29", "", "tomorrow", 0, None,
)  # fmt: skip
METRES = (
    0.0,
    1e-9,
    1,
    99.9,
    100,
    800,
    5000,
    10_000,
    21097.5,
    42195,
    100_000,
    250_000,
    999_999,
    1e308,
    -1,
    "5",
    None,
)
TIMES = (1e-9, 1, 60, 780, 1200, 3600, 7200, 14_400, 20_000, 86_400, 864_000, 1e300, -5, None)
NUMBERS = (0, 1, 2, 3, 4, 6, 7, 8, 14, 52, 53, -1, 2**31, 2**63, 1e20, 0.5, True, None)
SECONDS = (0, 1e-6, 1, 600, 1800, 3600, 5400, 86_400, 86_401, None)


class Odd:
    """Draws bodies, most of whose parts are usual so that they get past the door."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def some(self, *values: Any) -> Any:
        return self.r.choice(values)

    def maybe(self, usual: Any, odd: tuple[Any, ...], share: float = 0.3) -> Any:
        return self.r.choice(odd) if self.r.random() < share else usual

    def race(self) -> dict[str, Any]:
        ahead = (TODAY + timedelta(days=self.r.randint(1, 400))).isoformat()
        made = {
            "day": self.maybe(ahead, DAYS),
            "distance_m": self.maybe(self.some(5000, 10_000, 21097.5, 42195), METRES),
            "name": self.some(*WORDS),
            "priority": self.some("A", "B", "C"),
            "target_time_s": self.maybe(None, TIMES),
            "result_s": self.maybe(None, TIMES, 0.1),
        }
        if self.r.random() < 0.3:
            climb = {
                "from_m": self.some(0, 5000, 1e6),
                "to_m": self.some(0, 4000, 1e6),
                "ascent_m": self.some(-20_000, 0, 9),
            }
            made["course"] = {
                "profile": self.some("flat", "hilly", "?"),
                "climbs": [climb] * self.some(0, 1, 100, 101),
            }
        return {k: v for k, v in made.items() if self.r.random() < 0.95}

    def goal(self) -> dict[str, Any]:
        kind = self.some(*GoalKind).value
        if kind == "race":
            return {"kind": kind, "race": self.race(), "start": self.maybe(None, DAYS)}
        return {"kind": kind, "weeks": self.maybe(None, NUMBERS, 0.6), "start": self.maybe(None, DAYS)}

    def constraints(self) -> dict[str, Any]:
        kinds, sports = [k.value for k in WorkoutKind], [k.value for k in Sport]
        start, end = sorted(
            self.r.sample(["1970-01-01", "2026-11-25", "2026-12-24", "2027-01-02", "2199-12-31"], 2)
        )
        made: dict[str, Any] = {
            "max_s": [self.maybe(None, SECONDS) for _ in range(self.maybe(7, (0, 6, 8), 0.05))],
            "runs_per_week": self.maybe(4, NUMBERS),
            "long_day": self.maybe(6, NUMBERS),
            "double_days": [self.r.randint(0, 6) for _ in range(self.r.randint(0, 7))],
            "strength_days": [self.r.randint(0, 6) for _ in range(self.r.randint(0, 7))],
            "targets": self.some("pace", "hr", "power", "rpe"),
            "experience": self.some("new", "some", "regular", "advanced", None),
            "blackouts": [{"start": start, "end": end, "why": self.some(*WORDS)}] * self.some(0, 0, 1, 60),
            "clubs": [
                {
                    "weekday": self.r.randint(0, 6),
                    "kind": self.some(*kinds),
                    "duration_s": self.some(1, 3600, 86_400),
                }
            ]
            * self.some(0, 0, 1, 14),
            "others": [
                {
                    "weekday": self.r.randint(0, 6),
                    "sport": self.some(*sports),
                    "duration_s": self.some(1, 5400, 86_400),
                }
            ]
            * self.some(0, 0, 1, 14),
            "temperature_c": self.maybe(None, (-40, 60, 1e9)),
        }
        return {k: v for k, v in made.items() if self.r.random() < 0.6}

    def health(self) -> dict[str, Any]:
        injury = {
            "part": self.some("shin", "knee", "soul"),
            "since": self.some(*DAYS),
            "bone": self.some(True, False),
        }
        made = {
            "needs_clearance": [self.some(*WORDS)] * self.some(0, 0, 0, 1, 21),
            "clearance": self.some(True, False, None),
            "injury": self.maybe(None, (injury,)),
            "ill_since": self.maybe(None, DAYS),
            "postpartum_since": self.maybe(None, DAYS, 0.1),
            "pregnant": self.r.random() < 0.05,
        }
        return {k: v for k, v in made.items() if self.r.random() < 0.4}

    def change(self, days: list[str]) -> dict[str, Any]:
        name, values = self.some(
            ("day", (*days, *DAYS)), ("distance_m", METRES), ("duration_s", TIMES),
            ("kind", tuple(k.value for k in WorkoutKind)), ("ease", (True,)), ("drop", (True,)),
        )  # fmt: skip
        return {name: self.some(*values)}


@pytest.fixture
async def house(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(db, tmp_path) as opened:
        with db.athlete_session(opened.owner.athlete_id) as s:
            s.execute(update(models.athletes).values(birth_year=1988, sex="male"))
        train(db, opened.owner.athlete_id, opened.clock())
        yield opened


@pytest.mark.parametrize(
    ("seed", "rounds"), [(1, 12), *(pytest.param(n, 150, marks=pytest.mark.soak) for n in range(2, 6))]
)
async def test_no_odd_value_is_a_fault_of_ours(house: House, seed: int, rounds: int) -> None:
    odd, owner = Odd(seed), house.athlete()
    faults: list[str] = []
    seen: dict[int, int] = {}

    async def send(method: str, path: str, body: Any = None) -> Any:
        began = time.monotonic()
        answer = await owner.request(method, V1 + path, json=body)
        took = time.monotonic() - began
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        if answer.status_code >= 500 or took > SLOW_S:
            faults.append(f"{answer.status_code} {took:.1f} s {method} {path} {body} {answer.text[:300]}")
        elif answer.status_code >= 400:
            assert answer.json()["detail"], path
        return answer.json() if answer.status_code < 300 and answer.content else {}

    zones = ("Asia/Seoul", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kathmandu")
    for n in range(rounds):
        with house.db.athlete_session(house.owner.athlete_id) as s:
            athletes.update(s, house.owner.athlete_id, tz=odd.some(*zones), week_start=odd.some(0, 6))
        await send("PUT", "/constraints", odd.constraints())
        if n % 3 == 0:
            await send("PUT", "/planning-health", odd.health())
        if n % 7 == 6:
            await send("PUT", "/planning-health", {})
        await send("PUT", "/goal", odd.goal())
        race = await send("POST", "/races", odd.race())
        if race:
            await send("PATCH", f"/races/{race['id']}", odd.race())
        wish = odd.some(
            {},
            {"goal": odd.goal()},
            {"goal": odd.goal()},
            {"goal": {"kind": "race", "race_id": race.get("id", 1)}},
        )
        made = (await send("POST", "/plans/generate", {**wish, "seed": odd.some(0, 1, 2**31 - 1)})).get(
            "plan"
        )
        if made is None:
            continue
        plan_id = made["head"]["id"]
        card = await send("POST", f"/plans/{plan_id}/propose")
        if card and odd.r.random() < 0.7:
            rules = [warning["rule"] for warning in card["warnings"]]
            choice = {"decision": "approved", "sha256": card["sha256"], "acknowledge": rules}
            await send("POST", f"/approvals/{card['id']}/decide", choice)
        workouts = [w for week in made["weeks"] for w in week["workouts"]]
        days = [w["day"] for w in workouts]
        for _ in range(5):
            uid = odd.some(*[w["uid"] for w in workouts], "..", "%2e%2e%2f", "%00", "a" * 200, "w01-mon'--")
            await send(odd.some("PATCH", "PATCH", "GET"), f"/workouts/{uid}", odd.change(days))
        for path in ("", "/revisions", "/diff", "/race-plan", "/deliveries"):
            await send("GET", f"/plans/{plan_id}{path}")
        await send("GET", f"/calendar?start={odd.some(*DAYS[:12])}&end={odd.some(*DAYS[:12])}")
        page = await owner.get("/plan")
        assert page.status_code == 200, page.text[:500]
        assert "<script>alert" not in page.text
        if odd.r.random() < 0.5:
            await send("POST", f"/plans/{plan_id}/undo")
        if odd.r.random() < 0.3:
            await send("DELETE", f"/plans/{plan_id}")
        house.clock.advance(hours=odd.some(0, 0, 1, 11, 13, 24))
    print(f"\n{sum(seen.values())} requests: {dict(sorted(seen.items()))}")
    assert not faults, "\n".join(faults[:20])
