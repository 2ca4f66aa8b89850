"""Plans over HTTP: from a goal to a plan that runs, changed, undone and ended; what is refused and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.planned import trained_house
from fakes.web import BLOG, House

from coach.store import plan_holds
from coach.store.postgres import Embedded

RACE = {"day": "2027-02-21", "distance_m": 21097.5, "name": "봄 하프", "target_time_s": 6300}


@pytest.fixture
async def house(embedded: Embedded, template: str, tmp_path: Path) -> AsyncIterator[House]:
    """An owner with twelve weeks of running; it is Saturday, 21 November 2026."""
    async with trained_house(embedded.url, template, tmp_path) as opened:
        yield opened


async def generated(owner: httpx.AsyncClient, goal: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await owner.post("/api/v1/plans/generate", json={"goal": goal or {"kind": "race", "race": RACE}})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["plan"]
    return made


async def proposed(owner: httpx.AsyncClient, plan_id: int) -> dict[str, Any]:
    answer = await owner.post(f"/api/v1/plans/{plan_id}/propose")
    assert answer.status_code == 201, answer.text
    card: dict[str, Any] = answer.json()
    return card


def decision(card: dict[str, Any], what: str = "approved") -> dict[str, Any]:
    rules = [warning["rule"] for warning in card["warnings"]]
    return {"decision": what, "sha256": card["sha256"], "acknowledge": rules if what == "approved" else []}


async def test_a_plan_from_goal_to_end(house: House) -> None:
    owner = house.athlete()
    # Named first, with what life allows.
    goal = await owner.put("/api/v1/goal", json={"kind": "race", "race": RACE})
    assert goal.status_code == 200
    assert "봄 하프" in goal.json()["said"]
    assert goal.json()["doubts"] == []
    limits = {"max_s": [0, 3600, 3600, 5400, 0, None, None], "long_day": 6}
    assert (await owner.put("/api/v1/constraints", json=limits)).status_code == 200
    assert (await owner.get("/api/v1/constraints")).json()["long_day"] == 6
    made = await generated(owner)
    assert made["head"]["state"] == "draft"
    assert made["totals"]["run_m"] == pytest.approx(sum(week["run_m"] for week in made["weeks"]))
    for week in made["weeks"]:
        runs = [w for w in week["workouts"] if w["sport"] == "run" and w["parts"]]
        assert week["run_m"] == pytest.approx(sum(w["distance_m"] for w in runs))
        # No running on Mondays and Fridays, as was said.
        assert not {0, 4} & {date.fromisoformat(w["day"]).weekday() for w in runs if w["kind"] != "race"}
    assert made["projection"] == []  # no watch ever measured what an hour of this athlete is worth
    # Nothing runs before the athlete approved exactly what was shown.
    assert (await owner.get("/api/v1/plans/current")).status_code == 404
    card = await proposed(owner, made["head"]["id"])
    assert card["sha256"] == made["revision"]["sha256"]
    assert any("봄 하프" in line or "주차" in line for line in [card["title"], *card["lines"]])
    forged = {**decision(card), "sha256": "0" * 64}
    refused = await owner.post(f"/api/v1/approvals/{card['id']}/decide", json=forged)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    done = await owner.post(f"/api/v1/approvals/{card['id']}/decide", json=decision(card))
    assert done.status_code == 200, done.text
    assert done.json()["approval"]["state"] == "approved"
    again = await owner.post(f"/api/v1/approvals/{card['id']}/decide", json=decision(card))
    assert again.status_code == 409
    running = (await owner.get("/api/v1/plans/current")).json()
    assert running["head"]["state"] == "running"
    assert running["revision"]["sha256"] == card["sha256"]
    # A change is a proposal with its difference; what runs stays until it is approved.
    coming = [w for week in running["weeks"] for w in week["workouts"] if w["day"] > "2026-11-23"]
    easy = next(w for w in coming if w["kind"] == "easy")
    changed = await owner.patch(f"/api/v1/workouts/{easy['uid']}", json={"drop": True})
    assert changed.status_code == 200, changed.text
    second = changed.json()["approval"]
    assert changed.json()["diff"]["lines"] == second["changes"]
    assert easy["title"] in " ".join(second["changes"])
    plan_id = running["head"]["id"]
    assert (await owner.get("/api/v1/plans/current")).json()["revision"]["number"] == 1
    difference = await owner.get(f"/api/v1/plans/{plan_id}/diff", params={"from": 1, "to": 2})
    assert difference.json()["lines"] == second["changes"]
    shown = {"sha256": second["sha256"], "acknowledge": decision(second)["acknowledge"]}
    assert (await owner.post(f"/api/v1/plans/{plan_id}/approve", json=shown)).status_code == 200
    assert (await owner.get(f"/api/v1/workouts/{easy['uid']}")).json()["kind"] == "rest"
    # And back again.
    undone = await owner.post(f"/api/v1/plans/{plan_id}/undo")
    assert undone.status_code == 200, undone.text
    assert undone.json()["origin"] == "undone"
    third = (await owner.get("/api/v1/approvals")).json()["approvals"][-1]
    rejected = {"sha256": third["sha256"]}
    assert (await owner.post(f"/api/v1/plans/{plan_id}/reject", json=rejected)).status_code == 200
    states = [r["state"] for r in (await owner.get(f"/api/v1/plans/{plan_id}/revisions")).json()["revisions"]]
    assert states == ["replaced", "approved", "rejected"]
    # Without a watch nothing can be sent, and that is said.
    push = await owner.post(f"/api/v1/workouts/{coming[-1]['uid']}/push")
    assert push.status_code == 409
    assert "Garmin" in push.json()["detail"]
    days = await owner.get("/api/v1/calendar", params={"start": "2026-11-16", "end": "2026-11-29"})
    of_days = {day["day"]: day for day in days.json()["days"]}
    assert len(of_days) == 14
    assert of_days["2026-11-20"]["done"]
    assert any(day["planned"] for day in of_days.values())
    assert (await owner.delete(f"/api/v1/plans/{plan_id}")).status_code == 204
    assert (await owner.get("/api/v1/plans/current")).status_code == 404
    assert (await owner.delete(f"/api/v1/plans/{plan_id}")).status_code == 409


async def test_an_unsafe_wish_gets_its_reasons_and_what_would_be_safe(house: House) -> None:
    owner = house.athlete()
    soon = {"day": "2026-12-20", "distance_m": 42195, "target_time_s": 10_800}
    answer = await owner.post("/api/v1/plans/generate", json={"goal": {"kind": "race", "race": soon}})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:hanbal:problem:plan_refused"
    assert problem["findings"]
    assert all(f["said"] for f in problem["findings"])
    offered = await owner.post("/api/v1/plans/generate", json={"goal": problem["offer"]["goal"]})
    assert offered.status_code == 201, offered.text
    # A change that breaks a rule which forbids leaves everything as it was.
    plan_id = offered.json()["plan"]["head"]["id"]
    await proposed(owner, plan_id)
    sessions = [w for week in offered.json()["plan"]["weeks"] for w in week["workouts"]]
    long = next(w for w in sessions if w["kind"] == "long")
    much = {"distance_m": 1.6 * long["distance_m"]}
    unsafe = await owner.patch(f"/api/v1/workouts/{long['uid']}", json=much)
    assert unsafe.status_code == 422, unsafe.text
    assert unsafe.json()["findings"]
    assert len((await owner.get(f"/api/v1/plans/{plan_id}/revisions")).json()["revisions"]) == 1
    both = {"distance_m": 5000, "drop": True}
    assert (await owner.patch(f"/api/v1/workouts/{long['uid']}", json=both)).status_code == 422


async def test_a_red_flag_stops_proposals_and_only_the_athletes_own_yes_lifts_it(house: House) -> None:
    owner = house.athlete()
    with house.db.athlete_session(house.owner.athlete_id) as s:
        plan_holds.raise_hold(s, "chest_pain", "urgent", "가슴이 아파요", house.clock())
    answer = await owner.post("/api/v1/plans/generate", json={"goal": {"kind": "race", "race": RACE}})
    assert answer.status_code == 422
    health = await owner.put("/api/v1/planning-health", json={"clearance": True})
    assert health.json()["hold"] is True
    page = (await owner.get("/plan")).text
    assert "계획을 멈춰 두었어요" in page
    assert "가슴이 아파요" in page
    assert 'data-post="/api/v1/approvals/clearance"' in page
    asked = (await owner.post("/api/v1/approvals/clearance")).json()
    assert f'id="approval-{asked["id"]}"' in (await owner.get("/plan")).text
    assert asked["kind"] == "clearance"
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert plan_holds.standing(s)
    done = await owner.post(f"/api/v1/approvals/{asked['id']}/decide", json=decision(asked))
    assert done.status_code == 200, done.text
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert not plan_holds.standing(s)


async def test_the_chat_in_another_site_may_look_and_decide_nothing(house: House) -> None:
    owner = house.athlete()
    made = await generated(owner)
    card = await proposed(owner, made["head"]["id"])
    token = (await owner.post("/api/v1/auth/widget-tokens", json={"origin": BLOG})).json()["token"]
    widget = house.client(authorization=f"Bearer {token}")
    assert (await widget.get("/api/v1/approvals")).status_code == 200
    for method, path, body in (
        ("POST", f"approvals/{card['id']}/decide", decision(card)),
        ("POST", f"plans/{made['head']['id']}/approve", {"sha256": card["sha256"]}),
        ("DELETE", f"plans/{made['head']['id']}", None),
        ("PATCH", f"workouts/{made['weeks'][0]['workouts'][0]['uid']}", {"drop": True}),
        ("GET", "planning-health", None),
    ):
        answer = await widget.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 403, (path, answer.status_code)
    assert (await owner.get("/api/v1/approvals")).json()["approvals"][0]["state"] == "pending"


async def test_races_are_kept_and_goals_that_cannot_be_are_refused(house: House) -> None:
    owner = house.athlete()
    added = await owner.post("/api/v1/races", json=RACE)
    assert added.status_code == 201
    race = added.json()
    changed = await owner.patch(f"/api/v1/races/{race['id']}", json={"target_time_s": None, "priority": "B"})
    assert changed.json()["target_time_s"] is None
    assert changed.json()["priority"] == "B"
    assert changed.json()["name"] == "봄 하프"
    goal = await owner.put("/api/v1/goal", json={"kind": "race", "race_id": race["id"]})
    assert goal.json()["goal"]["race"]["id"] == race["id"]
    monday = {**RACE, "day": "2027-03-15"}
    odd = await owner.put("/api/v1/goal", json={"kind": "race", "race": monday})
    assert len(odd.json()["doubts"]) == 1
    for bad in (
        {"kind": "race"},
        {"kind": "base", "race": RACE},
        {"kind": "race", "race": {**RACE, "day": "2020-01-01"}},
        {"kind": "race", "race": {**RACE, "distance_m": -1}},
    ):
        answer = await owner.put("/api/v1/goal", json=bad)
        assert answer.status_code in (400, 422), bad
    assert (await owner.delete(f"/api/v1/races/{race['id']}")).status_code == 204
    assert (await owner.get("/api/v1/races")).json()["races"][0]["id"] != race["id"]
