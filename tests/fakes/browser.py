"""Somebody at the page: what they do, and what went wrong in front of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import uvicorn
from fakes.web import House
from playwright.async_api import BrowserContext, Page


@dataclass
class Site:
    """The coach at an address."""

    house: House
    server: uvicorn.Server
    address: str


@dataclass
class Visitor:
    """A page with everything that went wrong in it."""

    house: House
    server: uvicorn.Server
    address: str
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    async def say(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="무엇이든").fill(text)
        await self.page.keyboard.press("Enter")

    async def answered(self) -> None:
        """Wait for the end of the answer: the stop button is gone and the answer can be copied."""
        await self.page.locator(".turn").last.locator(".coach > .actions").wait_for(timeout=15_000)
        await self.page.get_by_role("button", name="보내기", exact=True).wait_for()
