"""How charts look: colours of both themes, fonts, axes of time and pace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = "Noto Sans KR, Pretendard, Apple SD Gothic Neo, Malgun Gothic, sans-serif"


@dataclass(frozen=True)
class Palette:
    background: str
    text: str
    muted: str
    grid: str
    fitness: str
    fatigue: str
    form: str
    bar: str
    bar_soft: str
    heart: str
    ground: str
    good: str
    warn: str
    zones: tuple[str, str, str, str, str]


LIGHT = Palette(
    background="#ffffff",
    text="#23302b",
    muted="#66736d",
    grid="#e7ebe8",
    fitness="#1f6f54",
    fatigue="#e0723a",
    form="#7a86c8",
    bar="#2f8f6b",
    bar_soft="#b9d8ca",
    heart="#cf4646",
    ground="#c9cfcb",
    good="#2f8f6b",
    warn="#e0723a",
    zones=("#9ec9b5", "#5fae8d", "#f0c35a", "#e8873c", "#cc4a3f"),
)
DARK = Palette(
    background="#17201c",
    text="#e6ece9",
    muted="#93a19a",
    grid="#2b3732",
    fitness="#57c79c",
    fatigue="#f0955f",
    form="#a3aeea",
    bar="#4bb38a",
    bar_soft="#2f5c4b",
    heart="#f07878",
    ground="#46534d",
    good="#57c79c",
    warn="#f0955f",
    zones=("#3f7a63", "#4fae86", "#d9ac45", "#dd7a35", "#d25c50"),
)


def palette(theme: str) -> Palette:
    """Return the colours of a theme ("light" or "dark")."""
    return DARK if theme == "dark" else LIGHT


def config(c: Palette) -> dict[str, Any]:
    """Return the Vega-Lite configuration: fonts, grid and colours."""
    return {
        "font": FONT,
        "padding": 12,
        "view": {"stroke": None},
        "axis": {
            "labelColor": c.muted,
            "titleColor": c.muted,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "gridColor": c.grid,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
        "axisX": {"grid": False},
        "legend": {
            "labelColor": c.text,
            "titleColor": c.muted,
            "titleFontWeight": "normal",
            "title": None,
            "orient": "top",
            "labelFontSize": 12,
            "symbolStrokeWidth": 3,
        },
        "title": {"color": c.muted, "anchor": "start", "fontSize": 12, "fontWeight": "normal"},
        "text": {"color": c.text},
    }


def day_axis(lang: str, days: int) -> dict[str, Any]:
    """Return a time axis of local days that needs no locale."""
    if days > 70:
        expr = (
            "utcmonth(datum.value) == 0 ? utcFormat(datum.value, '%Y년') : utcFormat(datum.value, '%-m월')"
            if lang == "ko"
            else "utcmonth(datum.value) == 0 ? utcFormat(datum.value, '%Y') : utcFormat(datum.value, '%b')"
        )
        return {"labelExpr": expr, "tickCount": "month", "title": None, "labelOverlap": True}
    expr = "utcFormat(datum.value, '%-m/%-d')" if lang == "ko" else "utcFormat(datum.value, '%-d %b')"
    return {"labelExpr": expr, "title": None, "labelOverlap": True, "tickCount": 8}


def day_x(lang: str, days: int, field: str = "day") -> dict[str, Any]:
    """Return the x encoding of local days."""
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": day_axis(lang, days)}


def month_label(lang: str, iso: str = "datum.label") -> str:
    """Return the expression that names the month of an ISO date or month; January is named by its year."""
    month, year = f"slice({iso}, 5, 7)", f"slice({iso}, 0, 4)"
    if lang == "ko":
        return f"{month} == '01' ? slice({year}, 2) + '년' : {month} * 1 + '월'"
    return f"{month} == '01' ? {year} : utcFormat(utcParse(slice({iso}, 0, 7), '%Y-%m'), '%b')"


def day_label(lang: str, iso: str = "datum.label") -> str:
    """Return the expression that writes an ISO date short: 11/9 in Korean, 9 Nov in English."""
    return f"utcFormat(utcParse({iso}, '%Y-%m-%d'), '{'%-m/%-d' if lang == 'ko' else '%-d %b'}')"


# m:ss of seconds, rounded first so that there is no 4:60
PACE_LABEL = "floor(round(datum.value) / 60) + ':' + format(round(datum.value) % 60, '02d')"
CLOCK_LABEL = (
    "datum.value >= 3600 ? floor(datum.value / 3600) + ':' + format(floor(datum.value % 3600 / 60), '02d')"
    f" + ':' + format(floor(datum.value % 60), '02d') : {PACE_LABEL}"
)
