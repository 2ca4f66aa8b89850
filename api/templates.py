"""The pages' templates. `t("login.title")` in a template is the sentence `web.login.title`."""

from __future__ import annotations

from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coach.text import Lang, say

WEB = Path(str(resources.files("api") / "web"))

_pages = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, lang: Lang, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page; `values` are the template's variables."""
    body = _pages.get_template(template).render(t=partial(_sentence, lang), lang=lang, **values)
    return HTMLResponse(body, status_code=status, headers={"cache-control": "no-store"})


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"web.{key}", **params)
