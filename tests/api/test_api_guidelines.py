"""The pages and the routes of guidelines: what is found, what it rests on, and whose it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fakes.guidelines import FEW, bring_few
from fakes.life import copy_of, drop
from fakes.web import House, open_house

from api.routers.guidelines import doi_link
from coach.knowledge import ingest
from coach.store import athletes
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import say
from coach.tools import TOOLS

LANGS: list[Any] = ["ko", "en"]
WATER = {"ko": "달릴 때 물은 얼마나 마셔야 해?", "en": "How much should I drink on a run?"}
OWN = """+++
id = "club-strides"
topic = "technique"
title = "Strides on Thursdays"
population = ["everyone"]
evidence = "convention"
citation = "Minutes of our club & friends"
authority = "javascript:alert(1)"
checked = 2026-05-03
verified = false
not_for = ""
+++

Our club runs six strides of 80 metres on the grass every Thursday.
"""


@pytest.fixture(scope="module")
async def library(
    embedded: Embedded, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A house with a few guidelines and one of the operator's own that nobody has checked."""
    address = copy_of(embedded.url, template)
    db = Database(address)
    place = tmp_path_factory.mktemp("own") / "en"
    place.mkdir()
    (place / "club.md").write_text(OWN)
    async with open_house(db, tmp_path_factory.mktemp("house"), tools=TOOLS) as opened:
        bring_few(db)  # after the house, which brings in all that come along, or none
        ingest.bring_in(db, ingest.read([place]), "own", complete=True)
        yield opened
    db.dispose()
    drop(address)


def speaking(house: House, lang: Any) -> Any:
    """Return a client of the owner, who reads this language."""
    with house.db.athlete_session(house.owner.athlete_id) as s:
        athletes.update(s, house.owner.athlete_id, lang=lang)
    return house.athlete()


@pytest.mark.parametrize("lang", LANGS)
async def test_all_are_listed_by_topic_in_the_readers_language(library: House, lang: Any) -> None:
    client = speaking(library, lang)
    page = (await client.get("/guidelines")).text
    assert f'<html lang="{lang}"' in page
    for topic in ("drink", "fuel", "injury", "technique"):
        assert say(lang, f"guidelines.topic.{topic}") in page
    heads = (await client.get("/api/v1/guidelines")).json()["guidelines"]
    assert {head["id"] for head in heads} >= FEW | {"club-strides"}
    assert {head["lang"] for head in heads if head["id"] in FEW} == {lang}
    assert all(head["title"] in page for head in heads if "'" not in head["title"])
    assert re.search(r'<input[^>]*type="search"[^>]*name="q"', page)
    assert 'id="found"' not in page, "nothing was asked"


@pytest.mark.parametrize("lang", LANGS)
async def test_own_and_unchecked_ones_are_marked(library: House, lang: Any) -> None:
    client = speaking(library, lang)
    page = (await client.get("/guidelines")).text
    (item,) = [i for i in re.findall(r"<li>.*?</li>", page, re.DOTALL) if "/guidelines/club-strides" in i]
    assert say(lang, "guidelines.page.own") in item
    assert say(lang, "guidelines.page.unverified") in item
    (checked,) = [i for i in re.findall(r"<li>.*?</li>", page, re.DOTALL) if "/guidelines/caffeine" in i]
    assert say(lang, "guidelines.page.own") not in checked
    assert say(lang, "guidelines.page.unverified") not in checked
    one = (await client.get("/guidelines/club-strides")).text
    assert say(lang, "guidelines.page.own") in one
    assert say(lang, "guidelines.page.unverified") in one
    assert "80 metres on the grass" in one
    assert 'href="javascript:' not in one
    assert "javascript:alert(1)" in one, "who stands behind it is shown as it is written"
    assert "club &amp; friends" in one


@pytest.mark.parametrize("lang", LANGS)
async def test_searching(library: House, lang: Any) -> None:
    client = speaking(library, lang)
    page = (await client.get("/guidelines", params={"q": WATER[lang]})).text
    found = page.split('id="found"')[1].split("</section>")[0]
    assert re.findall(r'href="/guidelines/([a-z_]+)"', found)[0] == "hydration"
    assert WATER[lang] in page, "what was asked stays in the box"
    nothing = (await client.get("/guidelines", params={"q": "qwertz <i>uiop</i>"})).text
    assert say(lang, "guidelines.page.none") in nothing
    assert "<i>uiop" not in nothing
    assert "/guidelines/caffeine" in nothing, "the topics stay below"
    assert 'id="found"' not in (await client.get("/guidelines", params={"q": "   "})).text
    assert (await client.get("/guidelines", params={"q": "x" * 501})).status_code == 422


@pytest.mark.parametrize("lang", LANGS)
async def test_one_is_shown_with_its_source_in_both_languages(library: House, lang: Any) -> None:
    client = speaking(library, lang)
    page = (await client.get("/guidelines/hydration")).text
    assert 'href="https://doi.org/10.1249/mss.0b013e31802ca597"' in page
    assert "Sawka" in page
    assert re.findall(r'<section class="panel" lang="(\w\w)">', page)[0] == lang
    told = (await client.get("/api/v1/guidelines/hydration")).json()
    assert [text["lang"] for text in told["texts"]] == sorted(LANGS, key=lambda one: one != lang)
    assert all(text["paragraphs"][0][:30] in page for text in told["texts"])
    for path in ("/guidelines/nowhere", "/api/v1/guidelines/nowhere"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/guidelines/..%2f..%2fetc")).status_code in (404, 422)


@pytest.mark.parametrize(
    ("authority", "leads"),
    [
        ("10.1249/mss.0b013e31802ca597", True),
        ("doi:10.1007/s40279-020-01378-6", True),
        ("10.1002/(SICI)1097-0118(199601)", True),
        ("World Health Organization", False),
        ("https://evil.example/10.1249/x", False),
        ("10.1249/x y", False),
        ('10.1249/x"onclick="alert(1)', False),
        ("10.12/short", False),
        ("javascript:10.1249/x", False),
        ("", False),
    ],
)
def test_only_a_well_formed_doi_leads_somewhere(authority: str, leads: bool) -> None:
    link = doi_link(authority)
    assert (link is not None) is leads
    assert link is None or link == f"https://doi.org/{authority.removeprefix('doi:')}"


@pytest.mark.parametrize("lang", LANGS)
async def test_without_any_the_page_says_what_to_do(house: House, lang: Any) -> None:
    page = (await speaking(house, lang).get("/guidelines")).text
    assert say(lang, "guidelines.page.none_yet") in page


@pytest.mark.parametrize("lang", LANGS)
async def test_a_tool_tells_what_its_numbers_stand_for(library: House, lang: Any) -> None:
    client = speaking(library, lang)
    answer = (await client.post("/api/v1/tools/guidelines", json={"question": WATER[lang]})).json()
    assert any("[1]" in sentence for sentence in answer["says"])
    first = answer["sources"][0]
    assert (first["number"], first["href"]) == (1, "/guidelines/hydration")
    assert first["authority"] == "10.1249/mss.0b013e31802ca597"
    assert len(first["text"]) > 100
    assert first["checked_on"] == "2026-11-21"
    none = (await client.post("/api/v1/tools/guidelines", json={"question": "qwertz uiop"})).json()
    assert none["sources"] == []
