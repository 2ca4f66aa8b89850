"""Metrics and the answers of tools over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fakes.web import House

from coach.domain.activity import Sport
from coach.domain.metrics import METRICS
from coach.domain.metrics.registry import Measure, Unknown
from coach.pipeline import recompute
from coach.store import activities, athletes, metrics
from coach.text import say
from coach.tools import TOOLS


def runs(house: House, n: int = 20) -> list[int]:
    """Keep n runs of ten kilometres, two days apart, with a load of 50 each."""
    ids = []
    with house.db.athlete_session(house.owner.athlete_id) as s:
        for k in range(n):
            start = house.clock() - timedelta(days=2 * k)
            row = activities.create(
                s,
                house.owner.athlete_id,
                sport=Sport.run,
                start_at=start,
                tz="Asia/Seoul",
                local_date=start.date(),
                elapsed_s=3000,
                moving_s=3000,
                distance_m=10_000,
            )
            athlete = athletes.get(s, row.athlete_id)
            recompute.measure(s, athlete, (), activities.load(s, row.athlete_id, row.id))
            measured: dict[str, Measure | Unknown] = {
                "training_load": Measure(50.0, detail={"method": "rpe"}),
                "trimp": Unknown("need_hr_max"),
            }
            metrics.save(
                s, row.athlete_id, row.id, measured, {name: METRICS[name].version for name in measured}
            )
            ids.append(row.id)
    return ids


async def get(house: House, path: str) -> dict[str, Any]:
    answer = await house.athlete().get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_every_metric_is_listed_with_what_it_means(house: House) -> None:
    found = (await get(house, "/metrics"))["metrics"]
    assert [m["name"] for m in found] == list(METRICS)
    assert all(m["title"] and m["about"] and m["source"] and m["evidence"] for m in found)


async def test_a_metric_of_days_has_a_value_for_each_day(house: House) -> None:
    runs(house)
    today = house.clock().date()
    span = f"start={today - timedelta(days=9)}&end={today}"
    found = (await get(house, f"/metrics/ctl?{span}"))["values"]
    assert len(found) == 10
    assert found[-1]["start"] == today.isoformat()
    assert found[-1]["value"] > 15
    assert found[-1]["version"] == METRICS["ctl"].version
    weekly = (await get(house, f"/metrics/ctl?{span}&by=week"))["values"]
    assert len(weekly) in (2, 3)
    assert weekly[-1]["value"] == found[-1]["value"]


async def test_a_metric_of_activities_says_why_it_is_unknown(house: House) -> None:
    newest = runs(house, 3)[0]
    found = (await get(house, "/metrics/trimp"))["values"]
    assert len(found) == 3
    assert {v["value"] for v in found} == {None}
    assert {v["because"] for v in found} == {"need_hr_max"}
    assert found[0]["text"] == say("ko", "unknown.need_hr_max")
    [one] = (await get(house, f"/metrics/training_load?activity_id={newest}"))["values"]
    assert (one["value"], one["detail"]) == (50.0, {"method": "rpe"})


async def test_a_metric_of_spans_adds_up(house: House) -> None:
    runs(house)
    end = house.clock().date()
    whole = f"start={end - timedelta(days=60)}&end={end}"
    [total] = (await get(house, f"/metrics/total_distance_m?{whole}"))["values"]
    months = (await get(house, f"/metrics/total_distance_m?{whole}&by=month"))["values"]
    assert total["value"] == 200_000
    assert sum(m["value"] for m in months) == 200_000
    assert (months[0]["start"], months[-1]["end"]) == (total["start"], total["end"])


async def test_what_is_not_the_athletes_or_does_not_exist(house: House) -> None:
    client = house.athlete()
    mine = runs(house, 1)[0]
    for path, status in (
        ("/metrics/tss", 404),
        ("/metrics/ctl?start=x", 422),
        ("/metrics/ctl?start=1900-01-01", 400),
        ("/metrics/ctl?by=hour", 422),
        ("/metrics/ctl?activity_id=1", 400),
        (f"/metrics/trimp?activity_id={mine + 999}", 404),
        ("/metrics/..%2f..", 404),
    ):
        answer = await client.get(f"/api/v1{path}")
        assert answer.status_code == status, (path, answer.text)
        assert "Traceback" not in answer.text
    assert (await house.client().get("/api/v1/metrics/ctl")).status_code == 401


async def test_a_tool_answers_in_words(house: House) -> None:
    runs(house)
    client = house.athlete()
    answer = await client.post("/api/v1/tools/load_and_form", json={})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["says"]
    assert all("{" not in sentence for sentence in told["says"])
    assert told["charts"][0]["spec_url"].startswith("/api/v1/charts/load_form/spec")
    assert (await client.get(told["charts"][0]["spec_url"])).status_code == 200
    assert {f["metric"] for f in told["facts"]} >= {"ctl", "atl", "tsb"}


@pytest.mark.parametrize("tool", [t.name for t in TOOLS.values() if t.effect != "read"])
async def test_a_tool_that_changes_something_is_not_asked_here(house: House, tool: str) -> None:
    assert (await house.athlete().post(f"/api/v1/tools/{tool}", json={})).status_code == 404


async def test_bad_arguments_of_a_tool_are_named(house: House) -> None:
    client = house.athlete()
    for body in ({"day": "tomorrow"}, {"athlete_id": 2}):
        answer = await client.post("/api/v1/tools/load_and_form", json=body)
        assert answer.status_code == 400, answer.text
    assert (await client.post("/api/v1/tools/load_and_form", json=[1])).status_code in (400, 422)


async def test_one_activity_that_waits_keeps_no_other_from_being_told(house: House) -> None:
    ids = runs(house, 3)
    with house.db.athlete_session(house.owner.athlete_id) as s:
        metrics.outdate(s, house.owner.athlete_id, ["elapsed_s"], on=[house.clock().date()])
    found = {v["activity_id"]: v for v in (await get(house, "/metrics/elapsed_s"))["values"]}
    assert found[ids[0]]["because"] == "being_recomputed"
    assert found[ids[0]]["value"] is None
    assert [found[n]["value"] for n in ids[1:]] == [3000, 3000]
