"""Charts and routes as pictures that can be read on a phone: narrow, with large letters, light."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from bots.telegram.desk import Pictures
from coach.charts import build
from coach.domain.athlete import Athlete
from coach.store.session import Session
from coach.text import Lang

WIDTH_PX = 400  # of the drawing itself; axes and their titles stand beside it
MARGIN_PX = 76
SENT_PX = 1280  # the messenger makes wider pictures smaller, which blurs letters
LETTERS = 15  # their size, in the drawing's pixels: about 10 points where the picture is as wide as a phone
LETTER_PX = 7.8  # how wide a letter of that size is; a Korean one is nearly twice as wide
_SIZES = {"axis": ("labelFontSize", "titleFontSize"), "legend": ("labelFontSize",), "title": ("fontSize",)}


def spec_of(s: Session, athlete: Athlete, card: Mapping[str, Any], lang: Lang, today: date) -> dict[str, Any]:
    """Return what a chart's card shows, for a phone. Private places are left out, as the chart does.

    Raises BadInput for a chart that is not there any more, NotFound for an activity that is not.
    """
    params = card.get("params") or {}
    return for_phone(build(card["chart"], params, session=s, athlete=athlete, lang=lang, today=today))


def for_phone(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec as wide as a phone shows it, with letters as large."""
    fitted: dict[str, Any] = deepcopy(dict(spec))
    config = fitted.setdefault("config", {})
    for part, names in _SIZES.items():
        config[part] = {**config.get(part, {}), **dict.fromkeys(names, LETTERS)}
    if (fitted.get("usermeta") or {}).get("map"):
        scale = WIDTH_PX / fitted["width"]
        return {**fitted, "width": WIDTH_PX, "height": fitted["height"] * scale}
    for one in (fitted, *fitted.get("vconcat", ())):
        if isinstance(one.get("width"), int | float):
            one["width"] = WIDTH_PX
        title = one.get("title")
        if isinstance(title, str):
            one["title"] = _lines(title)
        elif isinstance(title, dict) and isinstance(title.get("text"), str):
            title["text"] = _lines(title["text"])
    return fitted


def draw(pictures: Pictures, spec: Mapping[str, Any]) -> bytes:
    """Return the picture (PNG). Blocking. Raises ChartFailed."""
    return pictures.png(spec, SENT_PX / (WIDTH_PX + MARGIN_PX))


def _lines(text: str) -> list[str]:
    """Break a title into lines that fit: a wider one would make the whole picture smaller."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        wide = sum(1.8 if letter > "\u1100" else 1 for letter in longer) * LETTER_PX
        if wide > WIDTH_PX and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
