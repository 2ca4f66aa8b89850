"""The HTTP side against whoever is not the athlete: other sites, other names, other athletes, two at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fakes.web import BLOG, House, open_house
from sqlalchemy import func, insert, select

from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.store import accounts, activities, daily, edits, imports, models, runs, system, threads
from coach.store.accounts import Account
from coach.store.session import Database

HUGE = 10**30


@pytest.fixture
async def house(db: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(db, tmp_path) as opened:
        yield opened


def other_account(house: House) -> Account:
    athlete = system.create_athlete(house.db, name="두리")
    with house.db.system_session() as s:
        added = s.scalars(
            insert(models.accounts)
            .values(athlete_id=athlete.id, role="athlete")
            .returning(models.accounts.c.id)
        ).one()
        return accounts.get(s, added)


def belongings(house: House, athlete_id: int) -> dict[str, Any]:
    now = house.clock()
    with house.db.athlete_session(athlete_id) as s:
        activity = activities.create(
            s,
            athlete_id,
            sport=Sport.run,
            start_at=now,
            tz="Asia/Seoul",
            local_date=now.date(),
            elapsed_s=1800,
            name="비밀 코스",
        )
        thread = threads.create(s, athlete_id, "비밀 대화")
        run_id, _ = runs.create(s, athlete_id, thread.id, uuid4().hex, "nobody")
        threads.add_message(s, athlete_id, thread.id, "user", "비밀 말", run_id=run_id)
        runs.finish(s, run_id, "done")
        entry = daily.add_entry(s, athlete_id, Entry(kind="note", day=date(2026, 11, 20), text="비밀"))
        edit, _ = edits.record(s, athlete_id, activity.id, "deleted", {}, {})
        queued = imports.create(s, athlete_id, state="done")
    return {
        "activity": activity.id,
        "thread": thread.id,
        "run": run_id,
        "entry": entry.id,
        "edit": edit.id,
        "import": queued.id,
    }


# Not even the application may read these.
UNSEEN = {"bot_strangers", "bot_updates"}


def counts(house: House, athlete_id: int) -> dict[str, int]:
    with house.db.athlete_session(athlete_id) as s:
        return {
            t.name: s.scalar(select(func.count()).select_from(t)) or 0
            for t in models.metadata.sorted_tables
            if t.name not in UNSEEN
        }


# Whose page


STRANGERS = [
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "EVIL.example.",
]


async def test_a_strangers_name_that_leads_here_is_refused(house: House) -> None:
    """DNS rebinding: the page's origin and the Host header agree, and both are the stranger's."""
    for host in STRANGERS:
        client = house.athlete()
        for method, path in (("GET", "/login"), ("GET", "/api/v1/session"), ("POST", "/api/v1/auth/login")):
            answer = await client.request(
                method,
                path,
                json={"password": "열려라참깨"} if method == "POST" else None,
                headers={"host": host, "origin": f"http://{host}", "accept": "application/json"},
            )
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.json()["type"].endswith("unknown_host")


AT_HOME = ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "192.168.0.7", "nas", "nas.local:8765", "pi.lan"]


async def test_the_names_of_a_home_are_known(house: House) -> None:
    for host in AT_HOME:
        assert (await house.athlete().get("/api/v1/session", headers={"host": host})).status_code == 200


async def test_a_public_address_is_known_by_its_name(db: Database, tmp_path: Path) -> None:
    async with open_house(db, tmp_path, public_url="https://coach.example/") as house:
        for host, status in (("coach.example", 200), ("other.example", 403)):
            answer = await house.client().get("/login", headers={"host": host, "accept": "*/*"})
            assert answer.status_code == status


OTHER_PAGES = [
    {"origin": "null"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:3000"},
    {"origin": "http://127.0.0.1.evil.example"},
    {"origin": "http://evil@127.0.0.1"},
    {"origin": BLOG},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example", "authorization": "Bearer x"},
    {"origin": "null", "host": ""},
]


async def test_another_page_makes_the_browser_change_nothing(house: House) -> None:
    for headers in OTHER_PAGES:
        client = house.athlete()
        ids = belongings(house, house.owner.athlete_id)
        before = counts(house, house.owner.athlete_id)
        for method, path in (
            ("POST", "/api/v1/runs"),
            ("POST", f"/api/v1/edits/{ids['edit']}/undo"),
            ("PUT", "/api/v1/profile/model-consent"),
            ("DELETE", f"/api/v1/activities/{ids['activity']}"),
            ("POST", "/api/v1/auth/logout"),
            ("POST", "/api/v1/uploads"),
        ):
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code == 403, (method, path, answer.text)
        assert counts(house, house.owner.athlete_id) == before
        assert (await client.get("/api/v1/session")).status_code == 200


NOT_JSON = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]


async def test_a_form_is_not_json(house: House) -> None:
    for kind in NOT_JSON:
        body = b'{"message":"hi","client_key":"12345678"}'
        answer = await house.athlete().post("/api/v1/runs", content=body, headers={"content-type": kind})
        assert answer.status_code == 400


# What every answer says

EXPECTED = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-resource-policy",
)


async def test_every_answer_carries_the_headers(house: House) -> None:
    @house.app.get("/api/v1/broken", name="healthz")
    async def broken() -> None:
        raise RuntimeError("sk-secret at /home/someone")

    client = house.athlete()
    for method, path, status in (
        ("GET", "/", 200),
        ("GET", "/login", 200),
        ("GET", "/static/theme.css", 200),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/%2e%2e/app.py", 404),
        ("GET", "/nowhere", 404),
        ("PATCH", "/", 405),
        ("GET", "/favicon.ico", 301),
        ("GET", "/api/v1/threads/abc", 422),
        ("GET", "/api/v1/broken", 500),
        ("OPTIONS", "/api/v1/runs", 405),
        ("GET", "/%ff", 400),
    ):
        answer = await client.request(method, path)
        assert answer.status_code == status, (path, answer.status_code)
        for name in EXPECTED:
            assert name in answer.headers, (path, name)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text


async def test_pages_hold_no_script_and_no_style_of_their_own(house: House) -> None:
    client = house.athlete()
    for path in ("/", "/login", "/login/abc", "/settings", "/nowhere"):
        page = (await client.get(path, headers={"accept": "text/html"})).text
        assert "<script>" not in page
        assert " style=" not in page
        assert " onclick" not in page


async def test_what_the_athlete_typed_is_text_in_every_page(house: House) -> None:
    client, evil = house.athlete(), "\"><img src=x onerror=alert(1)>'"
    owner = house.owner.athlete_id
    ids = belongings(house, owner)
    assert (
        await client.patch(f"/api/v1/activities/{ids['activity']}", json={"name": evil})
    ).status_code == 200
    assert (await client.patch("/api/v1/profile", json={"name": evil})).status_code == 200
    agent = house.client("", **{"user-agent": evil})
    assert (await agent.post("/api/v1/auth/link", json={"token": house.link})).status_code == 200
    for path in ("/", "/settings", f"/activities/{ids['activity']}"):
        page = (await client.get(path)).text
        assert "<img src=x" not in page, path


# Logging in


async def test_a_link_used_by_two_at_once_lets_one_in(house: House) -> None:
    answers = await asyncio.gather(
        *(house.client().post("/api/v1/auth/link", json={"token": house.link}) for _ in range(8))
    )
    assert sorted({a.status_code for a in answers}) in ([200, 401], [200, 401, 429])
    assert sum(a.status_code == 200 for a in answers) == 1


async def test_a_session_somebody_planted_is_not_the_one_that_logs_in(house: House) -> None:
    planted = "planted-by-somebody"
    answer = await house.client(planted).post("/api/v1/auth/link", json={"token": house.link})
    assert answer.cookies["hanbal"] != planted
    assert (await house.client(planted).get("/api/v1/session")).status_code == 401


async def test_a_hash_a_sealed_token_or_an_id_is_no_session(house: House) -> None:
    token = house.session()
    owner = house.client(token)
    sealed = (await owner.post("/api/v1/auth/widget-tokens", json={"origin": BLOG})).json()["token"]
    (listed, *_) = (await owner.get("/api/v1/auth/sessions")).json()["sessions"]
    for wrong in (accounts.token_hash(token).hex(), sealed, listed["id"], "", "0", "' OR true --", "%00"):
        assert (await house.client(wrong).get("/api/v1/session")).status_code == 401
        bearer = house.client("", authorization=f"Bearer {wrong}")
        assert (await bearer.get("/api/v1/session")).status_code == (200 if wrong == sealed else 401)
    # A cookie's token is not taken as a bearer's, and a widget token does not fall back to the cookie.
    assert (await house.client("", authorization=f"Bearer {token}").get("/api/v1/session")).status_code == 401
    assert (await house.client(token, authorization="Bearer x").get("/api/v1/session")).status_code == 401


async def test_a_widget_token_talks_and_looks_and_dies_with_its_session(house: House) -> None:
    owner = house.athlete()
    ids = belongings(house, house.owner.athlete_id)
    sealed = (await owner.post("/api/v1/auth/widget-tokens", json={"origin": BLOG})).json()["token"]
    widget = house.client("", authorization=f"Bearer {sealed}", origin=BLOG)
    assert (await widget.get("/api/v1/session")).status_code == 200
    for method, path, body in (
        ("DELETE", f"/api/v1/activities/{ids['activity']}", None),
        ("PATCH", f"/api/v1/threads/{ids['thread']}", {"title": "x"}),
        ("PUT", "/api/v1/auth/password", {"new": "새 비밀번호예요"}),
        ("POST", "/api/v1/auth/widget-tokens", {"origin": BLOG}),
        ("GET", "/api/v1/auth/sessions", None),
        ("PUT", "/api/v1/profile/model-consent", None),
    ):
        assert (await widget.request(method, path, json=body)).status_code == 403, path
    hostile = await widget.get("/api/v1/session", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in hostile.headers
    seen = await widget.get("/api/v1/session")
    assert seen.headers["access-control-allow-origin"] == BLOG
    assert "access-control-allow-credentials" not in seen.headers
    assert (await owner.delete("/api/v1/auth/sessions")).status_code == 204
    assert (await widget.get("/api/v1/session")).status_code == 401


# Another athlete


async def test_numbers_of_another_athlete_lead_nowhere(house: House) -> None:
    """In every parameter and body; and the answer is the one for a number that does not exist."""
    owner = house.owner.athlete_id
    ids = belongings(house, owner)
    stranger = house.client(house.session(other_account(house)))
    before = counts(house, owner)
    none = 2**40

    async def ask(method: str, path: str, **given: Any) -> httpx.Response:
        return await stranger.request(method, path, **given)

    def say(thread: int, attached: list[int]) -> dict[str, Any]:
        return {"message": "안녕", "client_key": uuid4().hex, "thread_id": thread, "attachments": attached}

    entry = {"kind": "note", "day": "2026-11-20", "text": "내 것", "activity_id": 0}
    form = {"files": ("a.fit", b"x")}
    for name, send in {
        "talk": lambda n: ask("POST", "/api/v1/runs", json=say(n, [])),
        "upload": lambda n: ask("POST", "/api/v1/uploads", data={"thread_id": str(n)}, files=form),
        "entry": lambda n: ask("POST", "/api/v1/entries", json={**entry, "activity_id": n}),
        "chart": lambda n: ask("GET", f"/api/v1/charts/splits?activity_id={n}"),
        "route": lambda n: ask("GET", f"/api/v1/charts/route/spec?activity_id={n}"),
        "picture": lambda n: ask("GET", f"/api/v1/charts/streams.png?activity_id={n}"),
        "undo": lambda n: ask("POST", f"/api/v1/edits/{n}/undo"),
        "page": lambda n: ask("GET", f"/activities/{n}"),
        "export": lambda n: ask("GET", f"/api/v1/threads/{n}/export?format=json"),
    }.items():
        theirs = {
            "talk": ids["thread"],
            "upload": ids["thread"],
            "export": ids["thread"],
            "undo": ids["edit"],
        }.get(name, ids["activity"])
        foreign, missing = await send(theirs), await send(none)
        assert foreign.status_code == 404, (name, foreign.text)
        assert (foreign.status_code, foreign.json()["type"]) == (missing.status_code, missing.json()["type"])
        assert "비밀" not in foreign.text
    # Lists that filter by a number show nothing of it.
    listed = await ask("GET", f"/api/v1/entries?activity_id={ids['activity']}")
    assert listed.json() == {"entries": []}
    # A file of another athlete beside a message is ignored.
    started = await ask("POST", "/api/v1/runs", json={**say(1, [ids["import"]]), "thread_id": None})
    assert started.status_code == 201
    events = await ask("GET", f"/api/v1/runs/{started.json()['run_id']}/events")
    assert "비밀" not in events.text
    assert counts(house, owner) == before


# Strange values


STRANGE = [
    f"/api/v1/charts/splits?activity_id={HUGE}",
    "/api/v1/charts/splits?activity_id=-1",
    "/api/v1/charts/load_form?start=0001-01-01&end=9999-12-31",
    "/api/v1/charts/weekly_volume?start=0001-01-01&end=0001-01-02",
    "/api/v1/charts/weekly_volume?start=9999-12-30&end=9999-12-31",
    "/api/v1/charts/recovery?end=0001-01-01",
    "/api/v1/charts/load_form?metric=%27%3B%20DROP%20TABLE%20activities%3B--",
    "/api/v1/activities?start=0001-01-01&end=9999-12-31",
    "/api/v1/activities?text=%25%27%22%5C",
    "/api/v1/daily-values?start=0001-01-01&end=9999-12-31",
    f"/api/v1/threads/{HUGE}",
    f"/api/v1/threads/1?before={HUGE}",
    f"/api/v1/runs/{uuid4()}/events?after={2**31 - 1}",
    "/api/v1/runs/{x}/events",
    f"/api/v1/entries?activity_id={HUGE}",
    "/api/v1/threads?q=%25%5C",
    "//evil.example/%2f..",
    "/login/https://evil.example",
]


async def test_strange_values_are_answered_and_never_break_anything(house: House) -> None:
    for path in STRANGE:
        answer = await house.athlete().get(path)
        assert answer.status_code < 500, answer.text
        assert "evil" not in answer.headers.get("location", "")


async def test_days_at_the_ends_of_the_calendar_break_no_page_later(house: House) -> None:
    client = house.athlete()
    for day in ("0001-01-01", "9999-12-31"):
        await client.post("/api/v1/entries", json={"kind": "mood", "day": day, "value": 3})
    for path in ("entries", "charts/recovery", "charts/load_form", "session"):
        assert (await client.get(f"/api/v1/{path}")).status_code < 500, path
