"""One's own data on the settings page: keeping, taking back and deleting, in a real browser."""

from __future__ import annotations

from fakes.browser import Visitor

from coach.store import athletes, system, threads


async def test_a_conversation_goes_for_good_and_then_everything(visit: Visitor) -> None:
    house, page = visit.house, visit.page
    owner = house.owner.athlete_id
    with house.db.athlete_session(owner) as s:
        thread_id = threads.create(s, owner, "지울 대화").id
        threads.archive(s, thread_id)
    await page.set_viewport_size({"width": 380, "height": 800})
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{visit.address}/settings")
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing stands out at the side of a phone"

    await page.locator("#chats select").select_option("90")
    await page.locator("#chats button").click()
    await page.get_by_text("오늘 밤부터").wait_for()
    with house.db.athlete_session(owner) as s:
        assert athletes.get_chat_keep_days(s, owner) == 90

    for_good = page.get_by_role("button", name="완전히 지우기")
    await for_good.click()
    await page.get_by_role("button", name="한 번 더").click()
    await page.get_by_text("지운 대화가 없어요").wait_for()

    await page.locator("#leave [name=word]").fill("지우기")
    await page.locator("#leave button").click()
    await page.get_by_text("모두 지웠어요").wait_for()
    assert system.owner(house.db) is None
    assert visit.troubles == []
