"""The pages of numbers, their meaning and the calculators; thresholds and private places in the settings."""

from __future__ import annotations

from fakes.browser import Visitor
from playwright.async_api import expect

from api.number_pages import panels
from coach.domain.athlete import ThresholdKind
from coach.domain.calculators import CALCULATORS
from coach.domain.metrics import METRICS
from coach.store import athletes, private_places
from coach.text import LANGS, say
from coach.tools import TOOLS


def refused(visit: Visitor) -> None:
    """Let pass that the browser's console names requests which were refused, as they should be."""
    assert any("status of 4" in trouble for trouble in visit.troubles)
    visit.troubles[:] = [trouble for trouble in visit.troubles if "status of 4" not in trouble]


def test_every_panel_asks_a_tool_that_reads_with_arguments_it_takes(visit: Visitor) -> None:
    for asked in panels(visit.house.clock().date()).values():
        for tool, arguments in asked:
            assert TOOLS[tool].effect == "read"
            TOOLS[tool].args.model_validate(arguments)
            assert all(say(lang, f"web.numbers.{tool}") for lang in LANGS)


async def test_the_numbers_are_told_in_words(visit: Visitor) -> None:
    page = visit.page
    await page.goto(f"{visit.address}/numbers")
    total = page.locator("[data-tool=totals] .answer")
    await total.scroll_into_view_if_needed()
    await expect(total).to_contain_text("km")
    await expect(page.locator("[data-tool=readiness] .answer")).not_to_contain_text("계산하고 있어요")
    for panel in await page.locator("[data-tool]").all():
        await panel.scroll_into_view_if_needed()
        await expect(panel.locator(".answer p").first).not_to_have_text("계산하고 있어요…")
        await expect(panel.locator(".said.bad")).to_have_count(0)


async def test_what_a_metric_means_is_found_and_drawn(visit: Visitor) -> None:
    page = visit.page
    await page.goto(f"{visit.address}/metrics")
    await expect(page.locator(".metric")).to_have_count(len(METRICS))
    await page.get_by_label("찾기").fill("banister")
    shown = page.locator(".metric:visible")
    assert 0 < await shown.count() < len(METRICS)
    await page.get_by_label("찾기").fill("zzzz")
    await expect(page.locator("#none")).to_be_visible()
    await page.get_by_label("찾기").fill("")
    article = page.locator("#total_distance_m")
    await article.get_by_role("button").click()
    await expect(article.locator(".plot svg, .plot img")).to_be_visible()


async def test_a_race_is_worth_something(visit: Visitor) -> None:
    page = visit.page
    await page.goto(f"{visit.address}/calculators")
    await expect(page.locator("form.calculator")).to_have_count(len(CALCULATORS))
    form = page.locator("#performance")
    await form.locator("[name=distance_m]").fill("5 km")
    await form.locator("[name=time_s]").fill("20:00")
    await form.get_by_role("button").click()
    await expect(form.locator(".answer")).to_contain_text("49.8")
    await form.locator("[name=time_s]").fill("zwanzig")
    await form.get_by_role("button").click()
    await expect(form.locator(".answer .bad")).to_be_visible()
    await expect(form.locator("[name=time_s]")).to_have_attribute("aria-invalid", "true")
    await form.locator("[name=time_s]").fill("0:01")
    await form.get_by_role("button").click()
    await expect(form.locator(".answer .bad")).not_to_contain_text("읽지 못했어요")
    refused(visit)
    await page.locator("#which").select_option("vdot_paces")
    await expect(page.locator("#vdot_paces")).to_be_visible()
    await expect(form).to_be_hidden()


async def test_a_threshold_is_given_refused_and_taken_back(visit: Visitor) -> None:
    page, owner = visit.page, visit.house.owner.athlete_id

    def held() -> object:
        with visit.house.db.athlete_session(owner) as s:
            return getattr(athletes.get(s, owner).thresholds, ThresholdKind.hr_max_bpm.value)

    await page.goto(f"{visit.address}/settings")
    form = page.locator("#thresholds")
    field = form.locator("[name=hr_max_bpm]")
    await field.fill("400")
    await form.get_by_role("button").click()
    await expect(form.locator(".said.bad")).to_be_visible()
    refused(visit)
    await field.fill("188")
    await form.get_by_role("button").click()
    await expect(form.locator(".said.good")).to_be_visible()
    given = held()
    assert given is not None
    assert (given.value, given.origin) == (188, "given")  # type: ignore[attr-defined]
    await page.reload()
    await expect(field).to_have_value("188")
    await field.fill("")
    await form.get_by_role("button").click()
    await expect(form.locator(".said.good")).to_be_visible()
    after = held()
    assert after is None or after.origin == "estimated"  # type: ignore[attr-defined]


async def test_a_private_place_is_listed_and_shown_again(visit: Visitor) -> None:
    page, owner = visit.page, visit.house.owner.athlete_id
    with visit.house.db.athlete_session(owner) as s:
        private_places.add(s, owner, name="우리집", lat_deg=37.5, lon_deg=127.0, radius_m=200.0)
    await page.goto(f"{visit.address}/settings")
    places = page.locator("#places")
    await expect(places).to_contain_text("우리집")
    await places.get_by_role("button", name="다시 보이기").click()
    await expect(places).not_to_contain_text("우리집")
    with visit.house.db.athlete_session(owner) as s:
        assert private_places.places(s, owner) == []
