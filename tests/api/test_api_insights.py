"""The feed of insights over HTTP: sentences whose numbers open, cards that are put away and taken back."""

from __future__ import annotations

from datetime import timedelta

from fakes.web import House

from coach.domain.activity import Sport
from coach.pipeline import insights, recompute
from coach.store import activities, athletes


def summed_up(house: House, count: int = 20) -> None:
    """Keep a run of ten kilometres on every third day, and sum the weeks up."""
    athlete_id = house.owner.athlete_id
    with house.db.athlete_session(athlete_id) as s:
        for n in range(count):
            start = house.clock() - timedelta(days=3 * n)
            activities.create(
                s,
                athlete_id,
                sport=Sport.run,
                start_at=start,
                tz="Asia/Seoul",
                local_date=start.date(),
                elapsed_s=3000,
                moving_s=3000,
                distance_m=10_000,
            )
    recompute.bring_up_to_date(house.db, athlete_id, house.clock().date())
    with house.db.athlete_session(athlete_id) as s:
        insights.refresh(s, athletes.get(s, athlete_id), house.clock())


async def test_an_empty_feed_says_what_to_do_next(house: House) -> None:
    client = house.athlete()
    assert (await client.get("/api/v1/insights")).json() == {
        "cards": [],
        "items": [],
        "held": "",
        "before": None,
    }
    page = (await client.get("/insights")).text
    assert "아직 달리기 기록이 없어요" in page
    assert 'href="/connections"' in page


async def test_every_number_of_a_sentence_opens_to_a_fact(house: House) -> None:
    summed_up(house)
    client = house.athlete()
    feed = (await client.get("/api/v1/insights?limit=3")).json()
    older = (await client.get(f"/api/v1/insights?before={feed['before']}")).json()
    assert [item["kind"] for item in feed["items"][:1]] == ["week"]
    last = feed["items"][0]
    for sentence in last["sentences"]:
        for piece in sentence["pieces"]:
            if piece["fact"]:
                assert last["facts"][piece["fact"]]["text"] == piece["text"]
            assert "{" not in piece["text"]
    said = "".join(piece["text"] for piece in last["sentences"][0]["pieces"])
    runs = last["facts"]["runs"]
    assert said.startswith("지난주(")
    assert f"{runs['text']}번" in said
    assert len(runs["activities"]) == int(runs["text"])
    assert last["sentences"][-1]["role"] in ("look", "unknown")
    assert last["chart"]["spec_url"].startswith("/api/v1/charts/weekly_volume/spec?")
    assert not {i["id"] for i in feed["items"]} & {i["id"] for i in older["items"]}


async def test_a_card_is_put_away_and_taken_back(house: House) -> None:
    summed_up(house)
    client = house.athlete()
    [card] = (await client.get("/api/v1/insights")).json()["cards"]
    assert card["topic"] == "rpe"
    where = f"/api/v1/insights/{card['id']}"
    assert (await client.post(f"{where}/dismissal")).status_code == 204
    assert (await client.get("/api/v1/insights")).json()["cards"] == []
    assert (await client.get(where)).json()["dismissed_at"] is not None
    assert (await client.delete(f"{where}/dismissal")).status_code == 204
    assert [c["id"] for c in (await client.get("/api/v1/insights")).json()["cards"]] == [card["id"]]


async def test_what_was_seen_is_new_no_more_and_a_week_is_not_put_away(house: House) -> None:
    summed_up(house)
    client = house.athlete()
    week = (await client.get("/api/v1/insights?limit=1")).json()["items"][0]
    assert week["seen_at"] is None
    assert (await client.post(f"/api/v1/insights/{week['id']}/seen")).status_code == 204
    first = (await client.get(f"/api/v1/insights/{week['id']}")).json()["seen_at"]
    house.clock.advance(hours=2)
    await client.post(f"/api/v1/insights/{week['id']}/seen")
    assert (await client.get(f"/api/v1/insights/{week['id']}")).json()["seen_at"] == first
    assert (await client.post(f"/api/v1/insights/{week['id']}/dismissal")).status_code == 404
    assert (await client.get("/api/v1/insights/999999")).status_code == 404


async def test_the_page_holds_what_the_feed_says(house: House) -> None:
    summed_up(house)
    client = house.athlete()
    page = await client.get("/insights")
    feed = (await client.get("/api/v1/insights")).json()
    assert page.status_code == 200
    assert page.text.count('data-insight="') == len(feed["items"]) + len(feed["cards"])
    assert 'data-fact="distance_m"' in page.text
    assert page.text.count("data-dismiss>") == 1
