"""Synchronising now, how far it is, notices, jobs that gave up, what sources permit, and days by subject."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from fakes.web import BLOG, House
from sqlalchemy import insert, text

from api.app import create_app
from coach.domain.activity import Sport
from coach.domain.daily import DailyValue
from coach.domain.source import Source
from coach.providers.contract import Auth, Provider
from coach.store import (
    connections,
    daily,
    job_failures,
    models,
    notices,
    outbox,
    planned_workouts,
    provider_health,
    system,
)
from coach.store.accounts import Account
from coach.store.planned_workouts import PlannedWorkout

V1 = "/api/v1"


def opened(opening: Any) -> Any:
    raise AssertionError("nobody synchronises here")


KNOWN = {
    "garmin": Provider("garmin", Source.garmin, Auth.password, open=opened),
    "strava": Provider("strava", Source.strava, Auth.password, open=opened, uploads=True),
}


@pytest.fixture
def services(house: House) -> None:
    """The house with two services."""
    house.app = create_app(house.db, house.conversations, house.settings, clock=house.clock, known=KNOWN)


def connected(house: House, *names: str, state: str = "connected", **columns: Any) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        for name in names:
            connections.change(s, name, state=state, secret=b"x", **columns)


def jobs(house: House) -> list[tuple[str, dict[str, Any]]]:
    with house.db.system_session() as s:
        rows = s.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id"))
        return [(row.task_name, row.args) for row in rows]


def somebody_else(house: House) -> Account:
    athlete = system.create_athlete(house.db, name="두리")
    with house.db.system_session() as s:
        row = s.execute(
            insert(models.accounts).values(athlete_id=athlete.id, role="athlete").returning(models.accounts)
        ).one()
        return Account(row.id, row.athlete_id, row.role, False)


async def test_syncing_is_asked_for_once(house: House, services: None) -> None:
    client = house.athlete()
    assert (await client.post(f"{V1}/ingest/run")).json() == {"queued": []}
    missing = await client.post(f"{V1}/ingest/run", json={"provider": "garmin"})
    assert missing.status_code == 404
    assert (await client.post(f"{V1}/ingest/run", json={"provider": "myspace"})).status_code == 404
    assert (await client.post(f"{V1}/ingest/run", json={"provider": "../x"})).status_code == 422
    connected(house, "garmin", "strava")
    answer = await client.post(f"{V1}/ingest/run")
    assert answer.status_code == 202
    assert sorted(answer.json()["queued"]) == ["garmin", "strava"]
    one = await client.post(f"{V1}/ingest/run", json={"provider": "garmin"})
    assert one.json() == {"queued": ["garmin"]}
    waiting = [args["provider"] for name, args in jobs(house) if name == "sync"]
    assert sorted(waiting) == ["garmin", "strava"]


async def test_a_service_that_cannot_be_asked_says_why(house: House, services: None) -> None:
    connected(house, "garmin", state="needs_you", why_key="wrong_password")
    until = house.clock() + timedelta(minutes=20)
    connected(house, "strava", state="waiting", why_key="wrong_password", retry_at=until)
    client = house.athlete()
    assert (await client.post(f"{V1}/ingest/run", json={"provider": "garmin"})).status_code == 409
    later = await client.post(f"{V1}/ingest/run", json={"provider": "strava"})
    assert later.status_code == 429
    assert later.headers["retry-after"] == "1200"


async def test_the_status_tells_of_services_parcels_and_jobs(house: House, services: None) -> None:
    owner, now = house.owner.athlete_id, house.clock()
    client = house.athlete()
    nothing = (await client.get(f"{V1}/ingest/status")).json()
    assert nothing == {"sources": [], "remaining_s": 0, "outbox": {}, "failed_jobs": 0, "paused": []}
    connected(house, "garmin", cursor={"listed": True})
    pauses = {2: timedelta(minutes=5)}
    for _ in range(2):
        provider_health.note_failure(house.db, "garmin", "wrong_password", pauses=pauses, now=now)
    with house.db.athlete_session(owner) as s:
        for n in range(3):
            outbox.put(s, "upload", str(n), {}, next_at=now)
        why: dict[str, Any] = {"error_key": "incident", "error_params": {"incident": "ab12"}}
        job_failures.note(s, 5, "sync", {"provider": "garmin"}, **why, tries=3)
    found = (await client.get(f"{V1}/ingest/status")).json()
    assert [source["provider"] for source in found["sources"]] == ["garmin"]
    assert found["outbox"] == {"waiting": 3}
    assert found["failed_jobs"] == 1
    assert [(p["provider"], p["failures"]) for p in found["paused"]] == [("garmin", 2)]
    assert found["paused"][0]["because"]
    assert found["remaining_s"] == 0


async def test_a_notice_is_told_until_it_is_put_away(house: House, services: None) -> None:
    with house.db.athlete_session(house.owner.athlete_id) as s:
        notices.tell(s, "k", "error.incident", tone="alert", link="/connections#garmin", incident="ab12")
    client = house.athlete()
    told = (await client.get(f"{V1}/notices")).json()["notices"]
    assert len(told) == 1
    assert (told[0]["tone"], told[0]["link"]) == ("alert", "/connections#garmin")
    assert "ab12" in told[0]["text"]
    path = f"{V1}/notices/{told[0]['id']}"
    stranger = house.client(house.session(somebody_else(house)))
    assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.get(f"{V1}/notices")).json() == {"notices": []}
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(f"{V1}/notices")).json() == {"notices": []}


async def test_a_job_that_gave_up_is_explained_and_tried_again_once(house: House, services: None) -> None:
    connected(house, "garmin")
    with house.db.athlete_session(house.owner.athlete_id) as s:
        why: dict[str, Any] = {"error_key": "incident", "error_params": {"incident": "ab12"}}
        job_failures.note(s, 5, "sync", {"provider": "garmin"}, **why, tries=3)
        job_failures.note(s, 6, "recompute", {}, **why, tries=3)
    client = house.athlete()
    failed = (await client.get(f"{V1}/jobs/failed")).json()["jobs"]
    assert {job["job_id"]: job["title"] for job in failed} == {
        5: "Garmin 동기화",
        6: "지표 다시 계산하기",
    }
    assert all("ab12" in job["because"] and job["tries"] == 3 for job in failed)
    stranger = house.client(house.session(somebody_else(house)))
    assert (await stranger.post(f"{V1}/jobs/5/retry")).status_code == 404
    again = await client.post(f"{V1}/jobs/5/retry")
    assert again.status_code == 204, again.text
    assert "sync" in [name for name, _ in jobs(house)]
    assert (await client.post(f"{V1}/jobs/5/retry")).status_code == 404
    assert [j["job_id"] for j in (await client.get(f"{V1}/jobs/failed")).json()["jobs"]] == [6]


async def test_only_the_operator_sets_what_a_source_permits(house: House, services: None) -> None:
    client = house.athlete()
    listed = (await client.get(f"{V1}/sources")).json()
    assert listed["may_change"] is True
    strava = next(one for one in listed["sources"] if one["source"] == "strava")
    assert strava["is_default"] is True
    assert strava["warning"] is None
    wider = {"to_model": True, "to_others": False, "keep_days": None}
    stranger = house.client(house.session(somebody_else(house)))
    for method, body in (("PUT", wider), ("DELETE", None)):
        refused = await stranger.request(method, f"{V1}/sources/strava", json=body)
        assert refused.status_code == 403
        assert "운영" in refused.json()["detail"]
    assert (await stranger.get(f"{V1}/sources")).json()["may_change"] is False
    made = await client.put(f"{V1}/sources/strava", json=wider)
    assert made.status_code == 200, made.text
    assert made.json()["permission"] == wider
    assert made.json()["warning"]
    assert made.json()["is_default"] is False
    # It holds for everybody at once, and the panel says so.
    for who in (client, stranger):
        panel = (await who.get(f"{V1}/connections/strava")).json()
        assert panel["permission"] == wider
        assert "직접 지울 때까지" in panel["consequences"][2]
    stricter = {"to_model": False, "to_others": False, "keep_days": 3}
    assert (await client.put(f"{V1}/sources/garmin", json=stricter)).json()["warning"] is None
    back = (await client.delete(f"{V1}/sources/strava")).json()
    assert back["permission"] == strava["permission"]
    for wrong in ({}, {**wider, "keep_days": 0}, {**wider, "why": "x"}):
        assert (await client.put(f"{V1}/sources/strava", json=wrong)).status_code == 422
    assert (await client.put(f"{V1}/sources/myspace", json=wider)).status_code == 422
    made_token = await client.post(f"{V1}/auth/widget-tokens", json={"origin": BLOG})
    widget = house.client(authorization=f"Bearer {made_token.json()['token']}", origin=BLOG)
    assert (await widget.put(f"{V1}/sources/strava", json=wider)).status_code == 403


async def test_days_are_told_by_subject_with_unknown_as_null(house: House, services: None) -> None:
    owner, day = house.owner.athlete_id, date(2026, 11, 21)
    values = [
        DailyValue(day, "sleep_s", 26_100, Source.garmin),
        DailyValue(day, "sleep_deep_s", 5_400, Source.garmin),
        DailyValue(day, "sleep_start_min", -48, Source.garmin),
        DailyValue(day, "sleep_end_min", 402, Source.garmin),
        DailyValue(day, "sleep_s", 25_000, Source.apple_health),
        DailyValue(day, "rhr_bpm", 47, Source.garmin),
        DailyValue(day, "hrv_sdnn_ms", 62, Source.apple_health),
        DailyValue(day, "steps", 9000, Source.garmin),
    ]
    with house.db.athlete_session(owner) as s:
        daily.save_values(s, owner, values)
        plan = PlannedWorkout(Source.sheets, "7", day, Sport.run, "템포 8 km", distance_m=8000.0)
        planned_workouts.save(s, [plan])
    client = house.athlete()
    span = {"start": "2026-11-20", "end": "2026-11-22"}
    nights = (await client.get(f"{V1}/sleep", params=span)).json()["sleep"]
    assert [(n["source"], n["total_s"]) for n in nights] == [("apple_health", 25_000), ("garmin", 26_100)]
    assert nights[1]["start"] == "2026-11-20T23:12:00"
    assert nights[1]["end"] == "2026-11-21T06:42:00"
    assert nights[1]["rem_s"] is None
    assert nights[0]["start"] is None
    heart = (await client.get(f"{V1}/hr", params=span)).json()["days"]
    assert [(h["source"], h["rhr_bpm"], h["hrv_sdnn_ms"]) for h in heart] == [
        ("apple_health", None, 62),
        ("garmin", 47, None),
    ]
    planned = (await client.get(f"{V1}/planned-workouts", params=span)).json()["workouts"]
    assert [(p["title"], p["distance_m"], p["duration_s"]) for p in planned] == [("템포 8 km", 8000, None)]
    for path in ("sleep", "hr", "planned-workouts"):
        assert (await client.get(f"{V1}/{path}")).status_code == 422
        empty = await client.get(f"{V1}/{path}", params={"start": "2026-01-02", "end": "2026-01-01"})
        assert not any(empty.json().values())
    stranger = house.client(house.session(somebody_else(house)))
    for path in ("sleep", "hr", "planned-workouts"):
        assert not any((await stranger.get(f"{V1}/{path}", params=span)).json().values())
