"""The chat page in a real browser."""

from __future__ import annotations

import asyncio

import pytest
from fakes.browser import Visitor
from fakes.first import say_first
from fakes.slow import WORDS
from playwright.async_api import expect

from coach.store import nudges

pytestmark = pytest.mark.browser

LAST_WORD = f"말{chr(0xAC00 + WORDS - 1)}"
GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk>
<name>{name}</name><trkseg>
{points}</trkseg></trk></gpx>"""


def gpx(name: str) -> bytes:
    """Return a run of ten minutes along a meridian."""
    points = "\n".join(
        f'<trkpt lat="{37.5 + i * 0.0003:.5f}" lon="127.0"><ele>20</ele>'
        f"<time>2026-11-20T22:{i // 6:02d}:{i % 6 * 10:02d}Z</time></trkpt>"
        for i in range(60)
    )
    return GPX.format(name=name, points=points).encode()


async def drop_connections(visit: Visitor) -> None:
    """Cut every open connection to the server, as a changed network does."""
    for protocol in list(visit.server.server_state.connections):
        protocol.transport.abort()  # type: ignore[union-attr]


async def test_an_answer_streams_with_its_steps_and_opens_its_numbers(visit: Visitor) -> None:
    page = visit.page
    await visit.say("지난주에 몇 킬로 뛰었어?")
    await visit.answered()
    turn = page.locator(".turn").last
    await expect(turn.locator(".bubble")).to_have_text("지난주에 몇 킬로 뛰었어?")
    await expect(turn.locator(".steps .done")).not_to_have_count(0)
    await expect(turn.locator(".spin")).to_have_count(0)
    number = turn.locator(".ref", has_text="km").first
    await number.click()
    source = page.get_by_role("dialog")
    await expect(source).to_contain_text("km")
    link = await source.get_by_role("link").first.get_attribute("href")
    assert str(link).startswith(f"{visit.address}/activities/")
    await page.keyboard.press("Escape")
    await expect(source).to_be_hidden()
    await expect(number).to_be_focused()
    await expect(page.locator("[aria-live=polite]")).to_contain_text("km")


async def test_reloading_in_the_middle_resumes_without_doubling(visit: Visitor) -> None:
    page = visit.page
    await visit.say("천천히 말해 줘")
    await expect(page.locator(".text.live")).to_contain_text("말갅")  # some words in
    await page.reload()
    await expect(page.locator(".text").last).to_contain_text(LAST_WORD, timeout=15_000)
    await visit.answered()
    words = (await page.locator(".text").last.inner_text()).split()
    assert words == [f"말{chr(0xAC00 + i)}" for i in range(WORDS)]
    await expect(page.locator(".bubble")).to_have_count(1)


async def test_a_lost_line_is_taken_up_again(visit: Visitor) -> None:
    page = visit.page
    await visit.say("천천히 말해 줘")
    await expect(page.locator(".text.live")).to_contain_text("말갃")
    # The next two attempts fail, and so does the stream that is open now.
    await page.evaluate("""() => {
        const real = window.fetch;
        let cut = 2;
        window.fetch = (address, options) =>
            String(address).includes("/events") && cut-- > 0
                ? Promise.reject(new TypeError("cut"))
                : real(address, options);
    }""")
    await drop_connections(visit)
    await expect(page.locator(".status")).to_contain_text("다시 잇는 중", timeout=10_000)
    await expect(page.locator(".text").last).to_contain_text(LAST_WORD, timeout=20_000)
    await visit.answered()
    assert len((await page.locator(".text").last.inner_text()).split()) == WORDS


async def test_what_the_coach_says_first_is_counted_and_stands_in_its_conversation(visit: Visitor) -> None:
    page, house = visit.page, visit.house

    def said() -> int:
        words = "이번 주에는 네 번 달렸어요."
        return say_first(house.db, house.owner.athlete_id, house.clock(), words)[0]

    greeting = await page.evaluate("document.querySelector('hanbal-chat').chat.thread.id")
    thread = await asyncio.to_thread(said)
    await page.goto(f"{visit.address}/?thread={greeting}")
    inbox = page.get_by_role("link", name="받은 편지함")
    await expect(inbox.locator(".count")).to_have_text("1")
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(page.get_by_role("button", name="대화 목록, 새 글 1개")).to_be_visible()
    async with page.expect_response("**/seen"):  # what stands on the screen was seen
        await page.goto(f"{visit.address}/?thread={thread}")
    await expect(page.locator(".turn").last).to_contain_text("이번 주에는 네 번 달렸어요.")
    await expect(page.get_by_role("button", name="대화 목록", exact=True)).to_be_visible()

    def unseen() -> int:
        with house.db.athlete_session(house.owner.athlete_id) as s:
            return nudges.unseen(s)

    assert await asyncio.to_thread(unseen) == 0


async def test_stop_keeps_what_was_said_and_retry_says_it_again(visit: Visitor) -> None:
    page = visit.page
    await visit.say("천천히 말해 줘")
    await expect(page.locator(".text.live")).to_contain_text("말갂")
    await page.get_by_role("button", name="멈추기").click()
    await visit.answered()
    stopped = await page.locator(".text").last.inner_text()
    assert stopped.startswith("말가")
    assert LAST_WORD not in stopped
    await expect(page.locator(".notice").last).to_have_text("여기서 멈췄어요.")
    await page.get_by_role("button", name="다시 답하기").click()
    await expect(page.locator(".text").last).to_contain_text(LAST_WORD, timeout=15_000)
    await visit.answered()
    # The greeting, the stopped answer, the whole one.
    await expect(page.locator(".text")).to_have_count(3)


async def test_enter_that_ends_a_korean_syllable_does_not_send(visit: Visitor) -> None:
    page = visit.page
    box = page.get_by_role("textbox", name="무엇이든")
    await box.fill("안녕하세")
    for composing in ("isComposing: true", "keyCode: 229"):
        event = f"new KeyboardEvent('keydown', {{key: 'Enter', {composing}, cancelable: true}})"
        await box.evaluate(f"(e) => e.dispatchEvent({event})")
    await expect(page.locator(".bubble")).to_have_count(0)
    await expect(box).to_have_value("안녕하세")
    await page.keyboard.press("Shift+Enter")
    await expect(page.locator(".bubble")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble")).to_have_count(1)
    await visit.answered()


async def test_a_dropped_file_becomes_an_activity(visit: Visitor, worker: None) -> None:
    page = visit.page
    await page.locator("input[type=file]").set_input_files(
        [
            {
                "name": "<b>아침.gpx",
                "mimeType": "application/gpx+xml",
                "buffer": gpx("아침 &lt;i>달리기&lt;/i>"),
            },
            {"name": "broken.fit", "mimeType": "application/octet-stream", "buffer": b"nothing"},
        ]
    )
    card = page.locator(".composer .import")
    await expect(card).to_have_attribute("data-state", "done", timeout=20_000)
    await expect(card).to_contain_text("<b>아침.gpx")
    await expect(card).to_contain_text("가져왔어요")
    await expect(card).to_contain_text("broken.fit")
    link = await card.get_by_role("link").first.get_attribute("href")
    await page.get_by_role("button", name="보내기", exact=True).click()
    await expect(page.locator(".turn").last.locator(".import")).to_have_count(1)
    await visit.answered()
    await page.goto(str(link))
    await expect(page.locator("h1")).to_contain_text("아침 <i>달리기</i>")
    await expect(page.locator(".plot svg").first).to_be_visible(timeout=20_000)


async def test_a_chart_is_drawn_under_the_strict_policy(visit: Visitor) -> None:
    page = visit.page
    await visit.say("주간 거리 그래프 보여줘")
    await visit.answered()
    chart = page.locator(".card.chart").last
    await expect(chart.locator("svg.marks")).to_be_visible(timeout=20_000)
    await expect(page.get_by_role("button", name="↓ 최근 글로")).to_be_hidden()


async def test_a_chart_that_cannot_be_drawn_comes_as_a_picture(visit: Visitor) -> None:
    page = visit.page
    await page.route("**/charts/bundle.js", lambda route: route.fulfill(status=404, body=""))
    await visit.say("주간 거리 그래프 보여줘")
    await expect(page.locator(".card.chart img")).to_be_visible(timeout=25_000)
    visit.troubles.clear()


async def test_hostile_words_stay_words(visit: Visitor) -> None:
    page = visit.page
    await visit.say("위험한 말 <img src=x onerror=window.hacked=1>")
    await visit.answered()
    await expect(page.locator(".bubble").last).to_have_text("위험한 말 <img src=x onerror=window.hacked=1>")
    answer = page.locator(".text").last
    await expect(answer).to_contain_text("<script>window.hacked=1</script>")
    await expect(answer.locator("strong")).to_have_text("진짜 굵게")
    assert await answer.locator("img, script, b, a[href^='javascript']").count() == 0
    await visit.say("11월 13일 달리기 보여줘")  # its name is markup
    await visit.answered()
    assert await page.locator(".turn img:not(.plot img)").count() == 0
    await page.goto(f"{visit.address}/activities/2")
    await expect(page.locator("h1")).to_contain_text("<img src=x")


async def test_the_keyboard_is_enough(visit: Visitor) -> None:
    page = visit.page
    box = page.get_by_role("textbox", name="무엇이든")
    await expect(box).to_be_focused()
    await page.keyboard.type("지난주에 몇 킬로 뛰었어?")
    await page.keyboard.press("Enter")
    await visit.answered()
    await expect(box).to_be_focused()
    for _ in range(30):
        await page.keyboard.press("Shift+Tab")
        if await page.locator(".ref:focus").count():
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="대화 메뉴").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")  # rename is first
    await page.keyboard.type("내 대화")
    await page.keyboard.press("Enter")
    await expect(page.locator(".threads [aria-current] .name")).to_have_text("내 대화")


async def test_targets_are_large_enough_and_nothing_overflows_a_phone(visit: Visitor) -> None:
    page = visit.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await visit.say("지난주에 몇 킬로 뛰었어?")
    await visit.answered()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    small = await page.locator("hanbal-chat button:visible:not(.ref)").evaluate_all(
        """(all) => all.map((b) => [b.getAttribute("aria-label") || b.textContent, b.getBoundingClientRect()])
            .filter(([, box]) => box.height && (box.height < 40 || box.width < 40)).map(([name]) => name)"""
    )
    assert small == []
    await page.get_by_role("button", name="대화 목록").click()
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("searchbox")).to_be_hidden()


async def test_reading_above_is_left_alone(visit: Visitor) -> None:
    page = visit.page
    await page.set_viewport_size({"width": 360, "height": 420})
    await visit.say("천천히 말해 줘")
    await expect(page.locator(".text.live")).to_contain_text("말갠", timeout=10_000)
    await page.locator(".scroll").evaluate("(e) => { e.scrollTop = 0; }")
    await expect(page.locator(".text").last).to_contain_text(LAST_WORD, timeout=15_000)
    assert await page.locator(".scroll").evaluate("(e) => e.scrollTop") < 5
    await page.get_by_role("button", name="↓ 최근 글로").click()
    await expect(page.get_by_role("button", name="↓ 최근 글로")).to_be_hidden()


async def test_logging_in_by_link_and_leaving(visit: Visitor) -> None:
    page, house = visit.page, visit.house
    await visit.context.clear_cookies()
    await page.goto(visit.address)
    await expect(page).to_have_url(f"{visit.address}/login")
    await page.goto(f"{visit.address}/login/{house.link}")
    await page.get_by_label("새 비밀번호").fill("두 발로 한 걸음씩")
    await page.get_by_role("button", name="정하고 시작하기").click()
    await expect(page.get_by_role("textbox", name="무엇이든")).to_be_visible()
    await page.goto(f"{visit.address}/settings")
    await page.get_by_label("언어").select_option("en")
    await page.locator("#profile").get_by_role("button", name="저장").click()
    await expect(page.locator("h1")).to_have_text("Settings")
    await page.get_by_role("button", name="Log out", exact=True).last.click()
    await expect(page).to_have_url(f"{visit.address}/login")
    await page.get_by_label("비밀번호").fill("두 발로 한 걸음씩")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Ask anything")).to_be_visible()
    # The page that was left was still asking when its session ended.
    visit.troubles[:] = [trouble for trouble in visit.troubles if "401" not in trouble]
