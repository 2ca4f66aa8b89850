"""The calendar over HTTP: its secret, conditional requests, guessing, renewing and closing."""

from __future__ import annotations

from urllib.parse import urlsplit

from fakes.web import House
from icalendar import Calendar

CALENDAR = "/api/v1/calendar"


async def opened(house: House) -> str:
    answer = await house.athlete().post(CALENDAR)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["webcal"] == body["url"].replace("http://", "webcal://")
    return urlsplit(body["url"]).path


async def test_a_calendar_app_reads_it_without_a_session(one_house: House) -> None:
    path = await opened(one_house)
    answer = await one_house.client().get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(answer.content)["x-wr-calname"] == "한발 훈련"
    again = await one_house.client().get(
        path, headers={"if-none-match": f'"other", W/{answer.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert (await one_house.client().get(path, headers={"if-none-match": '"other"'})).status_code == 200


async def test_the_address_is_shown_once_renewed_and_closed(one_house: House) -> None:
    first = await opened(one_house)
    status = (await one_house.athlete().get(f"{CALENDAR}/feed")).json()
    assert status["is_open"] is True
    assert first.split("/")[-1].removesuffix(".ics") not in str(status)
    second = await opened(one_house)
    assert (await one_house.client().get(first)).status_code == 401
    assert (await one_house.client().get(second)).status_code == 200
    assert (await one_house.athlete().delete(CALENDAR)).status_code == 204
    assert (await one_house.client().get(second)).status_code == 401
    assert (await one_house.athlete().delete(CALENDAR)).status_code == 404
    assert (await one_house.athlete().get(f"{CALENDAR}/feed")).json()["is_open"] is False


async def test_guessing_is_slowed_down(house: House) -> None:
    path = await opened(house)
    for wrong in ("x" * 43, "y" * 43, "한글", "a", "%20", "z" * 200):
        assert (await house.client().get(f"{CALENDAR}/{wrong}.ics")).status_code == 401
    refused = await house.client().get(path)
    assert refused.status_code == 429
    assert "캘린더" in refused.json()["detail"]
    house.clock.advance(minutes=2)
    assert (await house.client().get(path)).status_code == 200


async def test_only_the_athlete_opens_it_and_its_secret_opens_nothing_else(one_house: House) -> None:
    for send in (one_house.client().post, one_house.client().delete):
        assert (await send(CALENDAR)).status_code == 401
    path = await opened(one_house)
    secret = path.split("/")[-1].removesuffix(".ics")
    for other in ("/api/v1/push/sheets", "/api/v1/push/health"):
        answer = await one_house.client().post(other, json={}, headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code == 401
    listed = await one_house.client().get("/api/v1/entries", headers={"authorization": f"Bearer {secret}"})
    assert listed.status_code == 401
