"""The athlete's profile, and consent to an external model."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import House, Services, Who
from api.errors import documented
from api.routers.runs import known_zone
from coach.domain.athlete import Athlete, Sex
from coach.errors import BadInput, NotFound
from coach.pipeline.profile import forget_threshold, recompute_dependants
from coach.store import athletes
from coach.text import Lang
from coach.tools.profile import GIVEN, ChangeArgs, kind_of, profile_change
from coach.tools.spec import ToolContext
from coach.tools.wording import worded

router = APIRouter(prefix="/profile", tags=["profile"])

EARLIEST_BIRTH_YEAR = 1900


class ProfileOut(BaseModel):
    """Who the athlete is. Unknown is null. `week_start`: 0 is Monday."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "name": "지민",
                    "lang": "ko",
                    "units": "metric",
                    "tz": "Asia/Seoul",
                    "week_start": 0,
                    "birth_year": 1988,
                    "sex": "female",
                    "thresholds": {"hr_max_bpm": {"value": 186, "origin": "estimated"}},
                }
            ]
        },
    )

    id: int
    name: str
    lang: Lang
    units: Literal["metric", "imperial"]
    tz: str
    week_start: int
    birth_year: int | None
    sex: Sex | None
    thresholds: dict[str, ThresholdOut] = {}


class ThresholdOut(BaseModel):
    value: float
    origin: Literal["given", "estimated"]


ProfileOut.model_rebuild()


class ProfileChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"lang": "en", "units": "imperial"}]}
    )

    name: str | None = Field(None, max_length=80)
    lang: Lang | None = None
    units: Literal["metric", "imperial"] | None = None
    tz: str | None = Field(None, max_length=64)
    week_start: Annotated[int, Field(ge=0, le=6)] | None = None
    birth_year: Annotated[int, Field(ge=EARLIEST_BIRTH_YEAR, le=2100)] | None = None
    sex: Sex | None = None


class Consent(BaseModel):
    """Whether an external model may be used, and since when."""

    given_at: datetime | None = Field(examples=["2026-11-21T09:00:00Z"])


# These cannot be unknown: null leaves them as they are.
_ALWAYS_KNOWN = ("name", "lang", "units", "tz", "week_start")


def profile_out(athlete: Athlete) -> ProfileOut:
    kinds = athlete.thresholds.__dataclass_fields__
    held = {kind: found for kind in kinds if (found := getattr(athlete.thresholds, kind)) is not None}
    fields = {name: getattr(athlete, name) for name in ProfileOut.model_fields if name != "thresholds"}
    thresholds = {k: ThresholdOut(value=v.value, origin=v.origin) for k, v in held.items()}
    return ProfileOut(**fields, thresholds=thresholds)


@router.get("", name="get_profile", summary="The profile", responses=documented(401, 403))
def get_profile(house: House, who: Who) -> ProfileOut:
    with house.session(who) as s:
        return profile_out(athletes.get(s, who.athlete_id))


@router.patch(
    "", name="change_profile", summary="Change the profile", responses=documented(400, 401, 403, 422)
)
def change_profile(change: ProfileChange, house: House, who: Who) -> ProfileOut:
    fields = change.model_dump(exclude_unset=True)
    fields = {k: v for k, v in fields.items() if not (v is None and k in _ALWAYS_KNOWN)}
    known_zone(fields.get("tz"))
    if (fields.get("birth_year") or 0) > house.clock().year:
        raise BadInput("bad_request_field", field="birth_year", problem=str(fields["birth_year"]))
    with house.session(who) as s:
        if fields:
            athletes.update(s, who.athlete_id, **fields)
            # What the athlete chose here is not overwritten by what a browser says, nor asked again.
            asked = athletes.get_onboarding(s, who.athlete_id)
            chosen = {"tz": fields["tz"]} if "tz" in fields else {}
            athletes.set_onboarding(s, who.athlete_id, {**asked, **chosen})
        for field in fields:
            recompute_dependants(s, who.athlete_id, field)
        return profile_out(athletes.get(s, who.athlete_id))


@router.put(
    "/model-consent",
    name="give_consent",
    summary="Agree to an external model",
    responses=documented(401, 403),
)
def give_consent(house: House, who: Who) -> Consent:
    """From now on the conversation and the facts an answer needs may go to the configured model."""
    return _set_consent(house, who, house.clock())


@router.delete(
    "/model-consent",
    name="withdraw_consent",
    summary="Withdraw consent to an external model",
    responses=documented(401, 403),
)
def withdraw_consent(house: House, who: Who) -> Consent:
    return _set_consent(house, who, None)


def _set_consent(house: Services, who: Who, at: datetime | None) -> Consent:
    with house.session(who) as s:
        athletes.set_model_consent(s, who.athlete_id, at)
        # The conversation asks only those who have not decided.
        asked = athletes.get_onboarding(s, who.athlete_id)
        decision = "offline" if at is None else "agree"
        athletes.set_onboarding(s, who.athlete_id, {**asked, "model": decision})
    return Consent(given_at=at)


class ThresholdIn(BaseModel):
    """What was measured, as one would say it; null: estimate it again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"value": "4:35"}]})

    value: Annotated[str, Field(max_length=40)] | None


class Said(BaseModel):
    says: list[str]


@router.put(
    "/thresholds/{field}",
    name="change_threshold",
    summary="Give a threshold, or take it back",
    responses=documented(400, 401, 403, 404, 422),
)
def change_threshold(field: str, given: ThresholdIn, house: House, who: Who) -> Said:
    """Read as in a conversation: beats per minute, watts, or a pace such as 4:35."""
    if field not in GIVEN:
        raise NotFound("nothing_here")
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
    if given.value is None or not given.value.strip():
        with house.session(who) as s:
            forget_threshold(s, athlete, kind_of(field))
        return Said(says=[])
    context = ToolContext(athlete, house.db, house.clock(), athlete.lang)
    args = ChangeArgs.model_validate({"field": field, "value": given.value})
    return Said(says=list(worded(profile_change(context, args), context).says))
