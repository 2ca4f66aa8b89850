"""The page of connections: states in words, secrets shown once, an end that asks, what sources permit."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from fakes.browser import Visitor
from playwright.async_api import expect

from coach.domain.source import Source
from coach.errors import ComeBackLater, NeedsAthlete, ServiceBroken
from coach.store import athletes, connections, job_failures, notices, permissions, remote_items
from coach.store.vault import Vault


def connected(visit: Visitor, provider: str, **columns: Any) -> None:
    """Make a connection that has tokens; `columns` as in coach.store.connections."""
    house = visit.house
    with house.db.athlete_session(house.owner.athlete_id) as s:
        connections.keep_secret(s, Vault(house.settings), provider, "secret", "tokens")
        connections.well(s, provider, account_id="1", account_name="하나", connected_at=house.clock())
        if columns:
            connections.change(s, provider, **columns)


async def test_a_connection_says_what_it_waits_for_and_when_it_goes_on(visit: Visitor) -> None:
    house, page = visit.house, visit.page
    now, athlete = house.clock(), house.owner.athlete_id
    connected(visit, "garmin", cursor={"listed": True})
    connected(visit, "strava", scopes=("read", "activity:read_all"))
    with house.db.athlete_session(athlete) as s:
        late = now + timedelta(hours=2)
        error = ComeBackLater("strava_limit", until=late)
        connections.trouble(s, "strava", "waiting", error, retry_at=late)
        seen = [remote_items.Seen(str(n), now - timedelta(days=n), b"1", {}) for n in range(4)]
        remote_items.saw(s, "garmin", seen, now)
        remote_items.mark(s, "garmin", "0", "done", now=now)
    with house.db.athlete_session(athlete) as s:
        athletes.update(s, athlete, name="<b>하나")
    await page.goto(f"{visit.address}/connections")
    # Whoever came by somebody else's link sees whose account it is.
    await expect(page.locator("main > p.muted").first).to_contain_text("<b>하나 님의 계정에 연결돼요.")
    garmin, strava = page.locator("#garmin"), page.locator("#strava")
    await expect(garmin.locator(".state")).to_have_text("연결됨")
    await expect(garmin.locator("progress")).to_have_attribute("value", "1")
    await expect(garmin).to_contain_text("활동 4개 가운데 1개")
    await expect(strava.locator(".state")).to_have_text("잠시 대기")
    await expect(strava).to_contain_text("14:00")
    # Uploading was not allowed there, so it cannot be turned on here.
    await expect(strava.locator("[data-act=upload]")).to_be_disabled()
    # Approved workouts go to the watch until that is turned off, and it stays so.
    box = garmin.locator("[data-act=workouts]")
    await expect(box).to_be_checked()
    async with page.expect_response("**/api/v1/connections/garmin"):
        await box.uncheck()
    await page.reload()
    await expect(box).not_to_be_checked()
    # While the page is open it follows what happens.
    with house.db.athlete_session(athlete) as s:
        connections.trouble(s, "garmin", "needs_you", NeedsAthlete("garmin_login_expired"))
    await expect(garmin.locator(".state")).to_have_text("확인 필요", timeout=6000)
    await expect(garmin.locator("[name=password]")).to_be_visible()
    # What somebody types is not drawn over.
    email = garmin.locator("[name=email]")
    await email.fill("hana@mail.example")
    with house.db.athlete_session(athlete) as s:
        connections.well(s, "garmin")
        soon = now + timedelta(minutes=20)
        connections.trouble(s, "strava", "broken", ServiceBroken("strava_broken", status=503), retry_at=soon)
    await expect(strava.locator(".state")).to_have_text("저쪽 문제", timeout=6000)
    await expect(strava).to_contain_text("12:20")
    await expect(email).to_have_value("hana@mail.example")


async def test_disconnecting_asks_first(visit: Visitor) -> None:
    house, page = visit.house, visit.page
    connected(visit, "garmin")
    await page.goto(f"{visit.address}/connections")
    dialog = page.locator("#leave")
    for choice, stays in (("그대로 두기", True), ("끊고 기록은 남기기", False)):
        await page.locator("#garmin").get_by_role("button", name="연결 끊기").click()
        await expect(dialog).to_contain_text("Garmin")
        await dialog.get_by_role("button", name=choice).click()
        await expect(page.locator("#garmin .state")).to_have_text("연결됨" if stays else "연결 안 됨")
        with house.db.athlete_session(house.owner.athlete_id) as s:
            kept = connections.get(s, "garmin")
            assert kept is not None
            assert kept.has_secret is stays


async def test_a_secret_is_shown_once_with_the_steps(visit: Visitor) -> None:
    page = visit.page
    await page.goto(f"{visit.address}/connections")
    for name in ("apple_health", "sheets"):
        panel = page.locator(f"#{name}")
        await panel.get_by_role("button", name="보낼 주소 만들기").click()
        secret = panel.locator("[name=secret]")
        await expect(secret).to_be_visible()
        shown = await secret.input_value()
        assert len(shown) > 30
        await expect(panel.locator("ol li").first).to_be_visible()
        if name == "sheets":
            script = panel.locator("[name=script]")
            await expect(script).to_have_value(re.compile(re.escape(shown)))
        await page.reload()
        await expect(panel.locator(".state")).to_have_text("연결됨")
        assert shown not in await page.content()


async def test_the_operator_sets_what_a_source_permits_and_tries_again_what_failed(visit: Visitor) -> None:
    house, page, athlete = visit.house, visit.page, visit.house.owner.athlete_id
    with house.db.athlete_session(athlete) as s:
        args = {"provider": "garmin", "athlete_id": athlete}
        job_failures.note(s, 1, "sync", args, error_key="job_failed", error_params={}, tries=3)
    await page.goto(f"{visit.address}/connections")
    row = page.locator("tr[data-source=strava]")
    await expect(row.locator("[name=to_model]")).not_to_be_checked()
    await row.locator("[name=to_model]").check()
    await expect(page.locator("#sources .said")).to_contain_text("약관")
    failed = page.locator("#jobs li")
    await expect(failed).to_contain_text("Garmin")
    await failed.get_by_role("button").click()
    await expect(failed).to_have_count(0)
    with house.db.athlete_session(athlete) as s:
        assert permissions.read(s)[Source.strava].to_model
        assert not permissions.read(s)[Source.strava].to_others
        assert job_failures.waiting(s) == []


async def test_a_notice_is_shown_wherever_one_is_until_it_is_put_away(visit: Visitor) -> None:
    house, page = visit.house, visit.page
    with house.db.athlete_session(house.owner.athlete_id) as s:
        notices.tell(s, "one", "error.garmin_login_expired", tone="alert", link="/connections#garmin")
    for path in ("/", "/numbers"):
        await page.goto(f"{visit.address}{path}")
        await expect(page.locator(".notice.alert")).to_contain_text("Garmin")
    await page.locator(".notice a").click()
    await expect(page).to_have_url(f"{visit.address}/connections#garmin")
    await page.locator(".notice").get_by_role("button", name="닫기").click()
    await expect(page.locator(".notice")).to_have_count(0)
    await page.reload()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator(".notice")).to_have_count(0)
