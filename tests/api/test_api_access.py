"""Every route against a stranger, another athlete and the owner. A route that is not listed fails."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from fakes.planned import stored
from fakes.web import House
from fastapi.routing import iter_route_contexts
from sqlalchemy import insert
from starlette.routing import Mount

from api.app import create_app
from api.authorize import PUBLIC, ROUTES, Action, Principal, authorize
from coach.domain.activity import Sport
from coach.domain.daily import Entry
from coach.domain.insights import Draft, Said
from coach.domain.nudges import NudgeKind
from coach.errors import NotAllowed, NotLoggedIn
from coach.knowledge import ingest
from coach.pipeline import recompute, saying
from coach.pipeline.saying import FirstWords
from coach.store import (
    accounts,
    activities,
    approvals,
    athletes,
    daily,
    edits,
    imports,
    insights,
    job_failures,
    journal,
    memories,
    model_calls,
    models,
    notices,
    nudges,
    private_places,
    runs,
    system,
    threads,
)
from coach.store.accounts import Account


def routes(house: House) -> list[tuple[str, str, str]]:
    """Return (name, method, path) of everything the application answers."""
    found = []
    for route in iter_route_contexts(house.app.routes):
        if isinstance(route.original_route, Mount):
            found.append((route.name, "GET", f"{route.path}/theme.css"))
        else:
            found += [(route.name, method, route.path) for method in sorted(route.methods)]
    return found


def other_athlete(house: House) -> Account:
    """Add an athlete with an account, who must not see anything of the owner's."""
    athlete = system.create_athlete(house.db, name="두리")
    with house.db.system_session() as s:
        added = s.execute(
            insert(models.accounts)
            .values(athlete_id=athlete.id, role="athlete")
            .returning(models.accounts.c.id)
        ).scalar_one()
        return accounts.get(s, added)


# What is in an address without belonging to anybody.
PUBLIC_NAMES = {
    "chart_id": "load_form",
    "token": "abc",
    "metric": "ctl",
    "tool": "load_and_form",
    "calculator": "vdot",
    "guideline": "heat_acclimation",
    "field": "hr_max_bpm",
    "provider": "apple_health",
    "source": "strava",
    "path_secret": "abc",
    "number": "1",
    "secret": "abc",
}


def belongings(house: House) -> dict[str, str]:
    """Give the owner one of everything; return path parameter → its value."""
    owner, now = house.owner.athlete_id, house.clock()
    known = [g for g in ingest.bundled().guidelines if g.id == PUBLIC_NAMES["guideline"]]
    ingest.bring_in(house.db, ingest.Files(known), "bundled", complete=False)
    with house.db.athlete_session(owner) as s:
        activity = activities.create(
            s, owner, sport=Sport.run, start_at=now, tz="Asia/Seoul", local_date=now.date(), elapsed_s=1800
        )
        # As the program does it: what nobody measured is being computed, and says so.
        recompute.measure(s, athletes.get(s, owner), (), activities.load(s, owner, activity.id))
        thread = threads.create(s, owner, "비밀 대화")
        run_id, _ = runs.create(s, owner, thread.id, uuid4().hex, "nobody")
        runs.finish(s, run_id, "done")
        call_id = model_calls.reserve(
            s,
            run_id=run_id,
            purpose="chat",
            host="h",
            model="m",
            day=now.date(),
            tokens=1,
            cost=None,
            most_tokens=10,
            most_cost=None,
            sent=[{"role": "user", "content": "비밀"}],
            tools="",
            removed={},
            now=now,
            alive=now,
        )
        entry = daily.add_entry(s, owner, Entry(kind="note", day=date(2026, 11, 20), text="비밀"))
        written, _ = journal.add(s, date(2026, 11, 20), "비밀", "page")
        edit, _ = edits.record(s, owner, activity.id, "deleted", {}, {})
        queued = imports.create(s, owner, state="done")
        token = accounts.create_session(s, house.owner.id, now=now)
        notices.tell(s, "secret", "connections_api.said_needs_you")
        notice = notices.open_ones(s)[0]
        why = {"error_key": "incident", "error_params": {"incident": "비밀"}}
        job_failures.note(s, 77, "recompute", {}, **why, tries=3)
        place = private_places.add(s, owner, name="비밀", lat_deg=37.5, lon_deg=127.0, radius_m=200.0)
        saved = Draft("card", "rpe:2026-11-15", now.date(), now.date(), (), (Said("insights.look_rpe"),))
        insights.save(s, owner, saved, now)
        [insight] = insights.find(s, owner, ("card",))
        memory = memories.add(
            s, kind="fact", about="", words="비밀", value={}, said_on=now.date(), valid_until=None,
            confidence=1.0, origin="page",
        )  # fmt: skip
        nudges.add(s, NudgeKind.weekly, "secret", now.date(), now)
        told = nudges.named(s, NudgeKind.weekly, "secret")
        assert told is not None
        words = FirstWords(kind="weekly", text="비밀", html="<p>비밀</p>", nudges=(told.id,))
        message_id = saying.say(s, athletes.get(s, owner), words, now)
        plan = stored(s, date(2026, 11, 23))
        workout = plan.plan.workouts[0]
        asked = approvals.ask(
            s,
            "plan",
            plan.sha256,
            plan_id=plan.plan_id,
            revision=plan.number,
            expires_at=now + timedelta(days=1),
        )
        assert plan.plan.goal.race is not None
    return {
        "place_id": str(place.id),
        "insight_id": str(insight.id),
        "memory_id": str(memory.id),
        "plan_id": str(plan.plan_id),
        "uid": workout.uid,
        "approval_id": str(asked.id),
        "race_id": str(plan.plan.goal.race.id),
        "activity_id": str(activity.id),
        "thread_id": str(thread.id),
        "run_id": str(run_id),
        "entry_id": str(entry.id),
        "note_id": str(written.id),
        "message_id": str(message_id),
        "edit_id": str(edit.id),
        "import_id": str(queued.id),
        "notice_id": str(notice.id),
        "job_id": "77",
        "call_id": str(call_id),
        "session_id": accounts.token_hash(token).hex(),
        **PUBLIC_NAMES,
    }


BODIES: dict[str, object] = {
    "correct_journal": {"entries": []},
    "change_activity": {"name": "남의 것"},
    "change_entry": {"kind": "note", "day": "2026-11-20", "text": "남의 것"},
    "rename_thread": {"title": "남의 것"},
    "change_memory": {"text": "남의 것"},
    "answer_memory": {"answer": "yes"},
    "change_race": {"name": "남의 것"},
    "approve_plan": {"sha256": "0" * 64},
    "reject_plan": {"sha256": "0" * 64},
    "decide_approval": {"sha256": "0" * 64, "decision": "approved"},
    "change_workout": {"drop": True},
    "schedule_workout": {"day": "2026-12-01"},
    "match_workout": {"activity_id": 1},
}


# An activity that was told has no samples, and so no track.
FROM_SAMPLES = {
    "activity_streams",
    "activity_samples",
    "activity_fit",
    "activity_geojson",
    "activity_wkt",
    "heatmap_picture",
    "heatmap_bounds",
}
SPANS = {"list_daily_values", "list_sleep", "list_heart", "list_planned_workouts", "calendar"}
# Nobody who has not run for months is given a plan of 40 km a week for their watch.
UNSAFE = {"workout_fit": 422, "week_fit": 422}
# A calendar's address carries its secret.
UNKNOWN = {"calendar_feed": 401}
# Nobody registered an application with Strava here, and a page of theirs leads on.
ELSEWHERE = {"favicon": 301, "strava_connect": 503, "strava_callback": 303, "strava_webhook_check": 404}


def test_every_route_is_listed_and_every_listed_route_exists(house: House) -> None:
    names = {name for name, _, _ in routes(house)}
    assert names == PUBLIC | ROUTES.keys()
    assert not PUBLIC & ROUTES.keys()


async def test_a_stranger_sees_nothing(house: House) -> None:
    ids = belongings(house)
    client = house.client()
    for name, method, path in routes(house):
        if name in PUBLIC:
            continue
        files = [("files", ("a.fit", b"x"))] if name == "upload" else None
        answer = await client.request(method, path.format(**ids), files=files)
        assert answer.status_code in (401, 303), (method, path, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["location"] == "/login"


async def test_another_athlete_finds_nothing_of_the_owners(house: House) -> None:
    ids = belongings(house)
    stranger = house.client(house.session(other_athlete(house)))
    tried = 0
    for name, method, path in routes(house):
        owned = [key for key in ids if f"{{{key}}}" in path and key not in PUBLIC_NAMES]
        if not owned:
            continue
        answer = await stranger.request(method, path.format(**ids), json=BODIES.get(name))
        assert answer.status_code == 404, (method, path, answer.status_code, answer.text)
        assert "비밀" not in answer.text
        tried += 1
    assert tried >= 15
    for path in ("threads", "activities", "entries", "memory", "races", "plans", "approvals"):
        listed = (await stranger.get(f"/api/v1/{path}")).json()
        assert not any(isinstance(value, list) and value for value in listed.values()), path
    owner = house.athlete()
    assert (await owner.get(f"/api/v1/threads/{ids['thread_id']}")).json()["thread"]["title"] == "비밀 대화"
    assert (await owner.get("/api/v1/entries")).json()["entries"][0]["text"] == "비밀"


async def test_the_owner_finds_everything(house: House) -> None:
    ids = belongings(house)
    owner = house.athlete()
    for name, method, path in routes(house):
        if method != "GET" or name in {"chart_spec", "chart_picture", "list_charts", "login_link_page"}:
            continue
        params = {"start": "2026-11-01", "end": "2026-11-30"} if name in SPANS else None
        answer = await owner.get(path.format(**ids), params=params)
        expected = 404 if name in FROM_SAMPLES else {**ELSEWHERE, **UNSAFE, **UNKNOWN}.get(name, 200)
        assert answer.status_code == expected, (path, answer.text)


def test_a_route_that_is_not_listed_is_refused(house: House) -> None:
    principal = Principal(1, 1, "admin", b"")
    with pytest.raises(NotAllowed):
        authorize(principal, ROUTES.get("forgotten"), 1)


def test_unknown_never_equals_unknown() -> None:
    with pytest.raises(NotLoggedIn):
        authorize(None, Action.read, None)
    with pytest.raises(NotAllowed):
        authorize(Principal(1, None, "admin", b""), Action.read, None)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        authorize(Principal(1, 1, "admin", b""), Action.read, 2)
    with pytest.raises(NotAllowed):
        authorize(Principal(1, 1, "athlete", b"", widget=True), Action.account, 1)
    authorize(Principal(1, 1, "athlete", b""), Action.account, 1)


def test_only_the_athlete_decides_about_a_plan() -> None:
    for name in ("decide_approval", "approve_plan", "reject_plan", "cancel_plan", "push_workout"):
        action = ROUTES[name]
        authorize(Principal(1, 1, "athlete", b""), action, 1)
        for nobody in (Principal(2, 1, "coach", b""), Principal(1, 1, "athlete", b"", widget=True)):
            with pytest.raises(NotAllowed):
                authorize(nobody, action, 1)


async def test_a_new_route_without_a_listing_is_refused_at_run_time(house: House) -> None:
    app = create_app(house.db, house.conversations, house.settings, clock=house.clock)

    @app.get("/api/v1/new", name="new")
    async def new() -> str:
        return "secret"

    house.app = app
    answer = await house.athlete().get("/api/v1/new")
    assert answer.status_code == 403
