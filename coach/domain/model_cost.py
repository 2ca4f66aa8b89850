"""What calls of language models cost: tokens estimated before a call, money by the prices of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MILLION = 1_000_000

# A rule of our own, meant to be a little too high: byte-pair encodings take 3 to 4 characters of English to a
# token, and up to one token for each syllable of Korean or sign of Chinese and Japanese.
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
PLAIN_PER_TOKEN = 3
OTHER_TOKENS = 2  # of a sign of any other script, and of an emoji
MESSAGE_TOKENS = 4  # that a message costs beside its words


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens: read, written, and read again from the endpoint's cache."""

    read: float
    written: float
    cached: float


@dataclass(frozen=True)
class Used:
    """Tokens of one call. `cached` are among those read; `estimated`: by our rule, as nobody said."""

    read: int = 0
    written: int = 0
    cached: int = 0
    estimated: bool = False

    @property
    def total(self) -> int:
        """Tokens read and written."""
        return self.read + self.written


def parse_prices(text: str) -> dict[str, Price]:
    """Return prices by model from "name=read/written" or "name=read/written/cached", separated by commas.

    Without a price of their own, cached tokens cost as much as others. Raises ValueError for anything else.
    """
    prices = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, found, amounts = part.rpartition("=")
        numbers = [float(amount) for amount in amounts.split("/")] if found else []
        known = all(0 <= number < float("inf") for number in numbers)
        if not name.strip() or len(numbers) not in (2, 3) or not known:
            raise ValueError(f"{part!r} is no price: write model=read/written or model=read/written/cached")
        prices[name.strip()] = Price(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else numbers[0])
    return prices


def cost_of(used: Used, price: Price | None) -> float | None:
    """Return what a call costs in dollars, or None where nobody said what its model costs."""
    if price is None:
        return None
    cached = min(used.cached, used.read)
    paid = (used.read - cached) * price.read + cached * price.cached + used.written * price.written
    return paid / MILLION


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """Return the price of a model, or None when the settings name none."""
    return prices.get(model)


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text is, by its script."""
    plain = len(text.encode("ascii", "ignore"))
    wide = 0 if plain == len(text) else sum(len(run) for run in _WIDE.findall(text))
    return -(-plain // PLAIN_PER_TOKEN) + wide + OTHER_TOKENS * (len(text) - plain - wide)
