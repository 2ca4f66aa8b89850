"""Linking Telegram on the settings page, in a real browser: the page notices by itself that it is linked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from fakes.browser import Visitor
from pydantic import SecretStr
from sqlalchemy import insert

from coach.store import messenger_system, models

T = "telegram"


async def test_a_chat_is_linked_by_its_picture_and_unlinked(visit: Visitor) -> None:
    house, page = visit.house, visit.page
    settings, panel = f"{visit.address}/settings", page.locator("#messenger")
    await page.goto(settings)
    await panel.get_by_text("TELEGRAM_BOT_TOKEN").wait_for()

    house.settings.telegram_bot_token = SecretStr("1:x")
    with house.db.system_session() as s:
        s.execute(insert(models.bots).values(service=T, username="hanbal_test_bot", connected=True))
    await page.set_viewport_size({"width": 380, "height": 800})
    await page.emulate_media(color_scheme="dark")
    await page.goto(settings)
    await panel.get_by_role("textbox", name="봇이 보낸 코드").fill("AAAA-2222")
    await panel.get_by_role("button", name="코드로 연결").click()
    await panel.get_by_text("맞지 않거나").wait_for()

    # The house's clock stands: the page's own has to agree that the code is good.
    await page.clock.set_fixed_time(house.clock())
    await page.goto(settings)
    await panel.get_by_role("button", name="연결하기").click()
    drawn = await panel.locator(".qr svg").bounding_box()
    assert drawn is not None
    assert drawn["width"] == drawn["height"] >= 200, "a phone can read it"
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing stands out at the side of a phone"
    address = urlsplit(await panel.get_by_role("link", name="텔레그램에서 열기").get_attribute("href") or "")
    assert (address.netloc, address.path) == ("t.me", "/hanbal_test_bot")

    (code,) = parse_qs(address.query)["start"]
    assert messenger_system.use_code(house.db, T, code, 77, house.clock()).outcome == "linked"
    await panel.get_by_text("연결됐어요").wait_for()
    await panel.get_by_text("연결돼 있어요").wait_for()

    unlink = panel.locator("#unlink")
    await unlink.click()
    assert await unlink.text_content() == "한 번 더 누르면 끊어요"
    assert messenger_system.by_chat(house.db, T, 77) is not None, "once is not enough"
    await unlink.click()
    await panel.get_by_role("button", name="연결하기").wait_for()
    assert messenger_system.by_chat(house.db, T, 77) is None
    assert [t for t in visit.troubles if "404" not in t] == [], "the wrong code is a 404 of ours"
    visit.troubles.clear()
