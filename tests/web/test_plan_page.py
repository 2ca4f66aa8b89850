"""The page of plans in a browser: a wish becomes a proposal, and a yes to it a plan that runs."""

from __future__ import annotations

import asyncio
import re

from fakes.browser import Visitor
from fakes.planned import train
from playwright.async_api import Route, expect
from sqlalchemy import update

from coach.store import models, plans


async def test_a_wish_is_proposed_approved_changed_and_rejected(visit: Visitor) -> None:
    house, page, athlete_id = visit.house, visit.page, visit.house.owner.athlete_id
    with house.db.athlete_session(athlete_id) as s:
        s.execute(update(models.athletes).values(birth_year=1988, sex="male"))
    train(house.db, athlete_id, house.clock())
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{visit.address}/plan")
    await expect(page.locator("#empty")).to_contain_text("아직 계획이 없어요")
    wish = page.locator("#wish")
    await wish.locator("[name=day]").fill("2027-02-21")
    await wish.locator("[name=distance]").select_option("21097.5")
    await wish.locator("[name=target]").fill("1:45:00")
    await wish.locator("[name=name]").fill("봄 하프 <b>")
    await wish.locator("[name=long_day]").select_option("6")
    # What forbids it is named, and nothing is kept.
    await wish.locator("[name=needs_clearance]").fill("심장")
    await wish.get_by_role("button", name="계획 짜기").click()
    await expect(wish.locator(".findings li").first).to_contain_text("의사")
    await expect(page.locator("#empty")).to_be_visible()
    assert any("status of 422" in trouble for trouble in visit.troubles)
    visit.troubles[:] = [trouble for trouble in visit.troubles if "status of 422" not in trouble]
    await wish.locator("[name=clearance]").select_option("yes")
    await wish.get_by_role("button", name="계획 짜기").click()
    card = page.locator(".approval")
    await expect(card).to_contain_text("봄 하프 <b>")
    for warning in await card.locator("[data-warning]").all():
        await warning.check()
    with house.db.athlete_session(athlete_id) as s:
        assert plans.holding(s) is None
    await card.get_by_role("button", name="승인하기").click()
    await expect(page.locator("#head")).to_contain_text("진행 중")
    await expect(page.locator(".approval")).to_have_count(0)
    with house.db.athlete_session(athlete_id) as s:
        holds = plans.holding(s)
    assert holds is not None
    assert holds.plan.goal.race is not None
    assert holds.plan.goal.race.target_time_s == 6300
    await expect(page.locator(".week")).to_have_count(len(holds.plan.weeks))
    await expect(page.locator(".plot svg").first).to_be_visible()
    # A change is proposed with its difference, and a no leaves everything as it was.
    week = page.locator("#week-2")
    await week.locator("> summary").click()
    workout = week.locator(
        ".workout", has=page.get_by_role("button", name="바꾸기", include_hidden=True)
    ).first
    title = (await workout.locator("summary").inner_text()).split("\n")[0].strip()
    await workout.locator("> summary").click()
    await expect(workout.locator(".steps li").first).to_be_visible()
    await workout.get_by_role("button", name="바꾸기").click()
    await page.locator("#change").get_by_role("button", name="빼기").click()
    await expect(card.locator(".diff")).to_contain_text(title.removesuffix("핵심").strip())
    await card.get_by_role("button", name="거절하기").click()
    await expect(page.locator(".approval")).to_have_count(0)
    with house.db.athlete_session(athlete_id) as s:
        assert plans.holding(s) == holds
    # Nothing runs over the edge of a narrow screen.
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    await expect(page.locator("#month .item.done").first).to_be_visible()
    # Undoing asks once more before it does anything.
    undo = page.get_by_role("button", name=re.compile("그만두기"))
    await undo.click()
    await expect(page.locator("#head .said")).to_contain_text("한 번 더")
    await undo.click()
    await expect(page.locator("#head")).to_have_count(0)
    with house.db.athlete_session(athlete_id) as s:
        assert plans.running(s) is None


async def test_a_press_before_the_script_is_there_is_not_lost(visit: Visitor) -> None:
    page = visit.page
    there = asyncio.Event()

    async def late(route: Route) -> None:
        await there.wait()
        await route.continue_()

    await page.route("**/static/plan.js", late)
    await page.goto(f"{visit.address}/plan", wait_until="commit")
    wish = page.locator("#wish")
    await wish.locator("[name=day]").fill("2027-02-21")
    await wish.locator("[name=needs_clearance]").fill("심장")
    await wish.get_by_role("button", name="계획 짜기").click()
    there.set()
    await expect(wish.locator(".findings li").first).to_contain_text("의사")
    assert "?" not in page.url
    visit.troubles[:] = [trouble for trouble in visit.troubles if "status of 422" not in trouble]
