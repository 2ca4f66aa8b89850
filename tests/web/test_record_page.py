"""The page of the daily record."""

from __future__ import annotations

from fakes.browser import Visitor
from playwright.async_api import Route, expect

from coach.store import activities, daily


async def test_what_is_filled_in_is_kept_shown_and_deleted(visit: Visitor) -> None:
    page, owner = visit.page, visit.house.owner.athlete_id
    with visit.house.db.athlete_session(owner) as s:
        run = activities.find(s, owner, limit=1)[0]
    await page.goto(f"{visit.address}/activities/{run.id}")
    await page.get_by_role("link", name="어땠는지 적기").click()
    await page.locator("select[name=rpe]").select_option("7")
    await page.locator("select[name=where]").select_option("knee")
    await page.locator("select[name=side]").select_option("left")
    await page.locator("select[name=pain]").select_option("3")
    await page.get_by_label("메모").fill("<b>내리막</b>에서 욱신")
    await page.get_by_role("button", name="저장").click()
    shown = page.locator("#entries li")
    await expect(shown).to_have_count(3)
    await expect(page.locator("#entries")).to_contain_text("왼쪽 무릎 통증 3/10")
    await expect(page.locator("#entries")).to_contain_text("<b>내리막</b>에서 욱신")
    with visit.house.db.athlete_session(owner) as s:
        assert activities.get(s, owner, run.id).rpe == 7, "the load of a run may rest on it"
        assert {e.activity_id for e in daily.list_entries(s, owner)} == {run.id}

    await page.goto(f"{visit.address}/record")
    await shown.filter(has_text="무릎").get_by_role("button").click()
    await expect(shown).to_have_count(2)
    await shown.filter(has_text="RPE").get_by_role("button").click()
    await expect(shown).to_have_count(1)
    with visit.house.db.athlete_session(owner) as s:
        assert activities.get(s, owner, run.id).rpe is None, "taken back, so not said any more"


async def test_what_was_kept_before_a_failure_is_not_kept_twice(visit: Visitor) -> None:
    page = visit.page
    await page.goto(f"{visit.address}/record")
    await page.locator("select[name=fatigue]").select_option("4")
    await page.locator("[name=note]").fill("늦게 잤어요")
    answers = iter((False, True))  # the second request finds no network

    async def cut(route: Route) -> None:
        await (route.abort() if next(answers, False) else route.continue_())

    await page.route("**/api/v1/entries", cut)
    await page.get_by_role("button", name="저장").click()
    await expect(page.locator("#record .said.bad")).to_be_visible()
    await page.get_by_role("button", name="저장").click()
    await expect(page.locator("#entries li")).to_have_count(2)


async def test_an_empty_record_says_what_to_do(visit: Visitor) -> None:
    await visit.page.goto(f"{visit.address}/record")
    await expect(visit.page.locator("#entries")).to_contain_text("채팅에서")
    await visit.page.get_by_role("button", name="저장").click()
    await expect(visit.page.locator("#entries li")).to_have_count(0)
