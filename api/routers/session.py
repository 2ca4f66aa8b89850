"""What the chat needs to begin: who is logged in, the sentences of the page, what could be asked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.deps import House, Services, Who
from api.errors import documented
from coach.store import accounts, activities, athletes
from coach.text import Lang, say
from coach.text.catalogue import catalogue

router = APIRouter(tags=["accounts"])

PROMPTS = ("week", "form", "last", "compare")
PROMPTS_WITHOUT_DATA = ("what", "log", "pain")
ACCEPTED_FILES = ".fit,.gpx,.tcx,.gz,.zip,.json,.xml,.csv"
CHAT_TEXTS = "web.chat."


class SessionAthlete(BaseModel):
    id: int
    name: str
    units: Literal["metric", "imperial"]
    tz: str
    week_start: int


class ModelState(BaseModel):
    """The external model: None of it is set when every answer is made on this machine."""

    name: str | None = Field(None, examples=["gpt-5-mini"])
    host: str | None = Field(None, examples=["api.openai.com"])
    consent_given_at: datetime | None = None


class SessionState(BaseModel):
    athlete: SessionAthlete
    has_password: bool
    lang: Lang
    texts: dict[str, str] = Field(examples=[{"send": "보내기"}])
    prompts: list[str] = Field(examples=[["지난주에 몇 킬로 뛰었어?"]])
    activities: int = Field(examples=[512])
    accept: str = Field(description="What the file dialogue offers.", examples=[ACCEPTED_FILES])
    max_upload_mb: int
    model: ModelState


@router.get("/session", name="session", summary="Who is logged in", responses=documented(401, 403))
def session(house: House, who: Who) -> SessionState:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        count = activities.count(s, who.athlete_id)
        has_password = accounts.get(s, who.account_id).has_password
        consent = athletes.get_model_consent(s, who.athlete_id)
    lang = athlete.lang
    prompts = PROMPTS if count else PROMPTS_WITHOUT_DATA
    return SessionState(
        athlete=SessionAthlete.model_validate(athlete, from_attributes=True),
        has_password=has_password,
        lang=lang,
        texts={
            key.removeprefix(CHAT_TEXTS): text
            for key, text in catalogue(lang).items()
            if key.startswith(CHAT_TEXTS)
        },
        prompts=[say(lang, f"web.prompts.{name}") for name in prompts],
        activities=count,
        accept=ACCEPTED_FILES,
        max_upload_mb=house.settings.max_upload_mb,
        model=model_state(house, consent),
    )


def model_state(house: Services, consent: datetime | None) -> ModelState:
    """Return which model is configured, where it is, and whether the athlete agreed."""
    if not house.settings.has_model:
        return ModelState(consent_given_at=consent)
    first = house.settings.openai_base_url.split(",")[0].strip()
    host = urlsplit(first).hostname if first else "api.openai.com"
    name = house.settings.model.split(",")[0].strip()
    return ModelState(name=name, host=host, consent_given_at=consent)
