"""Prices, costs and the estimate of tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.model_cost import Price, Used, cost_of, estimate_tokens, parse_prices, price_of


def test_prices_of_the_settings() -> None:
    prices = parse_prices("gpt-x=0.40/1.60/0.10, org/local:7b=0/0 ,")
    assert prices == {"gpt-x": Price(0.40, 1.60, 0.10), "org/local:7b": Price(0, 0, 0)}
    assert parse_prices("m=2/8")["m"].cached == 2, "without a price of its own, the cache costs as much"
    assert price_of("other", prices) is None


@pytest.mark.parametrize("text", ["m", "m=1", "m=1/2/3/4", "m=a/b", "=1/2", "m=-1/2", "m=inf/1", "m=nan/1"])
def test_prices_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"price|could not convert"):
        parse_prices(text)


def test_cached_tokens_cost_their_own_price() -> None:
    used = Used(read=1_000_000, written=500_000, cached=750_000)
    assert cost_of(used, Price(0.40, 1.60, 0.10)) == pytest.approx(0.1 + 0.075 + 0.8)
    assert cost_of(used, None) is None, "unknown is not nothing"
    assert cost_of(Used(10, 0, cached=99), Price(1, 1, 0)) == 0, "no more is cached than was read"


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 2), ("한국어", 3), ("지난주 5km", 5), ("🏃", 2)]
)
def test_tokens_by_script(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(a: str, b: str) -> None:
    assert max(estimate_tokens(a), estimate_tokens(b)) <= estimate_tokens(a + b)
    assert estimate_tokens(a + b) <= estimate_tokens(a) + estimate_tokens(b)
