"""A second tap at once is none; later, elsewhere, or by a press that is worked on again it counts."""

from __future__ import annotations

from bots.telegram.tapping import Taps


def test_the_same_button_at_once_is_the_same_tap() -> None:
    now = [0.0]
    taps = Taps(3, lambda: now[0])
    assert not taps.is_again(1, 2, "r:4:6", "a")
    assert taps.is_again(1, 2, "r:4:6", "b")
    assert not taps.is_again(1, 2, "r:4:6", "a"), "the first once more, after a kill"
    for chat, post, data in ((1, 2, "r:4:7"), (1, 3, "r:4:6"), (9, 2, "r:4:6")):
        assert not taps.is_again(chat, post, data, "c")
    now[0] = 3.0
    assert not taps.is_again(1, 2, "r:4:6", "d"), "meant by now"


def test_nothing_is_kept_that_was_long_ago() -> None:
    now = [0.0]
    taps = Taps(3, lambda: now[0])
    for n in range(100):
        taps.is_again(n, 1, "m:help", str(n))
    now[0] = 4.0
    taps.is_again(1, 1, "m:help", "x")
    assert len(taps._pressed) == 1
