"""What is left of VDOT after days without running."""

from __future__ import annotations

from bisect import bisect_right

# Daniels, published by VDOT O2 in 2018; the page prints .994 for 42 days with cross-training, its
# neighbours say .944.
_DAYS = (5, 7, 14, 21, 28, 42, 56, 70, 72)
_NOTHING = (1.0, 0.994, 0.973, 0.952, 0.931, 0.889, 0.847, 0.805, 0.80)
_CROSS_TRAINED = (1.0, 0.997, 0.986, 0.976, 0.965, 0.944, 0.923, 0.902, 0.90)


def vdot_share_after(days_off: float, cross_trained: bool = False) -> float:
    """Return the share of VDOT that is left after days off, 0.8–1 (Daniels; between his days linear).

    Nothing is lost within five days and nothing more after 72; cross-training halves the loss.
    """
    shares = _CROSS_TRAINED if cross_trained else _NOTHING
    if days_off <= _DAYS[0]:
        return shares[0]
    if days_off >= _DAYS[-1]:
        return shares[-1]
    i = bisect_right(_DAYS, days_off)
    part = (days_off - _DAYS[i - 1]) / (_DAYS[i] - _DAYS[i - 1])
    return shares[i - 1] + part * (shares[i] - shares[i - 1])
