"""The inbox over HTTP: what the coach said first, when it may, and how it stands in the conversation."""

from __future__ import annotations

from datetime import timedelta

from fakes.web import House

from coach.domain.activity import Sport
from coach.domain.nudges import NudgeKind
from coach.pipeline import saying
from coach.pipeline.saying import FirstWords
from coach.store import activities, athletes, nudge_settings, nudges, threads


def said(house: House, text: str, kind: NudgeKind = NudgeKind.weekly, key: str = "one") -> int:
    """Have the coach say something first; return the message's number."""
    athlete_id, now = house.owner.athlete_id, house.clock()
    with house.db.athlete_session(athlete_id) as s:
        nudges.add(s, kind, key, now.date(), now - timedelta(minutes=1))
        nudge = nudges.named(s, kind, key)
        assert nudge is not None
        words = FirstWords(kind=kind.value, text=text, html=f"<p>{text}</p>", raw=text, nudges=(nudge.id,))
        message_id = saying.say(s, athletes.get(s, athlete_id), words, now)
    assert message_id is not None
    return message_id


async def test_what_was_said_stands_in_the_inbox_until_it_was_seen(house: House) -> None:
    client = house.athlete()
    assert (await client.get("/api/v1/inbox")).json() == {"items": [], "unseen": 0, "before": None}
    first, second = said(house, "이번 주 이야기예요."), said(house, "내일이 대회예요.", NudgeKind.race, "3:1")
    inbox = (await client.get("/api/v1/inbox")).json()
    assert [item["id"] for item in inbox["items"]] == [second, first]
    assert [item["title"] for item in inbox["items"]] == ["대회", "한 주 이야기"]
    assert inbox["unseen"] == 2
    new = (await client.get("/api/v1/inbox/unseen")).json()
    assert (new["unseen"], new["id"], new["thread_id"]) == (2, second, inbox["items"][0]["thread_id"])
    assert (await client.post(f"/api/v1/inbox/{second}/seen", json={})).status_code == 204
    assert (await client.get("/api/v1/inbox/unseen")).json() == {"unseen": 0, "thread_id": None, "id": None}
    page = (await client.get("/api/v1/inbox", params={"limit": 1})).json()
    assert page["before"] == second
    rest = (await client.get("/api/v1/inbox", params={"limit": 1, "before": second})).json()
    assert [item["id"] for item in rest["items"]] == [first]
    assert (await client.post("/api/v1/inbox/999999/seen", json={})).status_code == 404


async def test_the_conversation_shows_it_as_a_turn_of_the_coach(house: House) -> None:
    client = house.athlete()
    message_id = said(house, "열흘째 조용하네요.")
    thread_id = (await client.get("/api/v1/inbox")).json()["items"][0]["thread_id"]
    listed = (await client.get("/api/v1/threads")).json()
    assert [thread["id"] for thread in listed["threads"]] == [thread_id]
    assert listed["greet"], "nobody greeted whoever comes now"
    with house.db.athlete_session(house.owner.athlete_id) as s:
        threads.create(s, house.owner.athlete_id, "")
    assert not (await client.get("/api/v1/threads")).json()["greet"]
    turns = (await client.get(f"/api/v1/threads/{thread_id}")).json()["turns"]
    assert [(turn["run_id"], turn["state"], turn["message"]) for turn in turns] == [("", "done", "")]
    kinds = [event["type"] for event in turns[0]["events"]]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[-1] == "RUN_FINISHED"
    told = next(e["payload"] for e in turns[0]["events"] if e["type"] == "TEXT_MESSAGE_CONTENT")
    assert told == {"messageId": f"first-{message_id}", "delta": "열흘째 조용하네요.", "refs": []}


async def test_how_a_run_was_is_told_once_and_asked_no_more(house: House) -> None:
    client, athlete_id, now = house.athlete(), house.owner.athlete_id, house.clock()
    with house.db.athlete_session(athlete_id) as s:
        ids = [
            activities.create(
                s, athlete_id, sport=Sport.run, start_at=now - timedelta(hours=n), tz="Asia/Seoul",
                local_date=now.date(), elapsed_s=3000.0, distance_m=10_000.0,
            ).id
            for n in (2, 1)
        ]  # fmt: skip
        nudges.add(s, NudgeKind.after_run, f"{ids[0]}", now.date(), now, {"activity_ids": ids[:1]})
        nudge = nudges.named(s, NudgeKind.after_run, f"{ids[0]}")
        assert nudge is not None
        pending = {"kind": "after_run", "nudge_id": nudge.id, "activity_id": ids[0]}
        words = FirstWords("after_run", "어땠어요?", "", nudges=(nudge.id,), pending=pending)
        saying.say(s, athletes.get(s, athlete_id), words, now)
        activities.merge(s, athlete_id, ids[0], ids[1])  # the same run from another service
    (item,) = (await client.get("/api/v1/inbox")).json()["items"]
    assert item["ask_rpe"] == ids[1]
    answer = {"activity_id": item["ask_rpe"], "rpe": 7, "text": ""}
    assert (await client.post("/api/v1/journal/after_run", json=answer)).status_code == 201
    (item,) = (await client.get("/api/v1/inbox")).json()["items"]
    assert (item["ask_rpe"], item["seen"]) == (None, True)
    with house.db.athlete_session(athlete_id) as s:
        assert nudges.get(s, nudge.id).answered_at is not None, "nor do words answer it in a conversation"


async def test_when_it_may_speak_is_read_and_changed(house: House) -> None:
    client = house.athlete()
    kept = (await client.get("/api/v1/checkins")).json()
    assert (kept["weekly_day"], kept["weekly_at"], kept["morning"]) == (6, "18:00:00", False)
    change = {"weekly_day": 5, "weekly_at": "09:00", "morning": True, "paused_until": "2026-12-01"}
    changed = (await client.patch("/api/v1/checkins", json=change)).json()
    assert (changed["weekly_day"], changed["weekly_at"], changed["morning"]) == (5, "09:00:00", True)
    assert changed["after_run"] is True
    assert (await client.patch("/api/v1/checkins", json={"paused_until": None})).json()[
        "paused_until"
    ] is None
    for nonsense in ({"weekly_day": 7}, {"weekly_at": "25:00"}, {"paused_until": "1990-01-01"}, {"what": 1}):
        answer = await client.patch("/api/v1/checkins", json=nonsense)
        assert answer.status_code in (400, 422), nonsense
    with house.db.athlete_session(house.owner.athlete_id) as s:
        assert nudge_settings.get(s).weekly_day == 5
