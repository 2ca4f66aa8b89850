"""The page of settings: profile, thresholds, private places, the model, Telegram, passwords and sessions."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.authorize import Principal
from api.deps import House, Services, Who
from api.messenger_view import standing as messenger_standing
from api.model_call_view import health_words
from api.own_data_view import own_data_view
from api.routers.auth import SessionOut, live_sessions
from api.routers.session import model_state
from api.templates import page
from coach.domain.athlete import Athlete, Threshold, ThresholdKind
from coach.graph.exam.standing import named, standing
from coach.store import accounts, athletes, model_exams, model_health, nudge_settings, private_places
from coach.text import Lang, formats, say
from coach.text.formats import M_PER_MILE
from coach.tools.profile import GIVEN, kind_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/settings", name="settings_page")
def settings_page(house: House, who: Who) -> HTMLResponse:
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        consent = athletes.get_model_consent(s, who.athlete_id)
        has_password = accounts.get(s, who.account_id).has_password
        hidden = private_places.places(s, who.athlete_id)
        messenger = messenger_standing(s, house.settings)
        manners = nudge_settings.get(s)
    today = house.clock().astimezone(athlete.zone).date()
    model = model_state(house, consent)
    examined = examined_models(house, who, athlete)
    lang, paused = athlete.lang, manners.paused_until
    agreed = consent.astimezone(athlete.zone).date() if consent else None
    linked = messenger.linked_at.astimezone(athlete.zone).date() if messenger.linked_at else None
    return page(
        "settings.html",
        athlete.lang,
        athlete=athlete,
        this_year=today.year,
        zones=sorted(available_timezones()),
        model=model if model.name else None,
        examined=examined,
        consent_day=formats.day(agreed, athlete.lang, today) if agreed else None,
        has_password=has_password,
        least=accounts.MIN_PASSWORD,
        own=own_data_view(house, who),
        m=partial(_messenger_sentence, athlete.lang),
        messenger=messenger,
        messenger_day=formats.day(linked, athlete.lang, today) if linked else "",
        c=lambda key, **params: say(lang, f"inbox.checkins.{key}", **params),
        manners=asdict(manners),
        paused=formats.day(paused, lang, today) if paused and paused > today else None,
        weekdays=[formats.weekday_name(day, lang) for day in range(7)],
        sessions=[_session_line(session, athlete) for session in live_sessions(house, who)],
        thresholds=[_threshold_line(athlete, field) for field in GIVEN],
        places=[
            {"id": p.id, "name": p.name, "radius": formats.elevation(p.radius_m, athlete.units)}
            for p in hidden
        ],
    )


def examined_models(house: Services, who: Principal, athlete: Athlete) -> list[dict[str, str]]:
    """Return how each configured model is doing and what the exam says of it, best first."""
    lines = []
    lang, now = athlete.lang, house.clock().astimezone(athlete.zone)
    today = now.date()
    with house.session(who) as s:
        for host, name in named(house.settings):
            found = model_exams.latest(s, host, name)
            day = "" if found is None else formats.day(found.taken_at.date(), lang, today)
            said = say(lang, f"exam.standing_{standing(s, host, name)}", day=day)
            health = model_health.read(s, host, name)
            lines.append({"name": name, "host": host, "said": said, "state": health_words(health, now, lang)})
    return lines


def _messenger_sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"messenger.{key}", **params)


def _threshold_line(athlete: Athlete, field: str) -> dict[str, str]:
    """Return one threshold as the form shows it: what was given to type over, else what is estimated."""
    kind, lang = kind_of(field), athlete.lang
    held: Threshold | None = getattr(athlete.thresholds, kind.value)
    shown = "" if held is None else _typed(held, athlete)
    given = held is not None and held.origin == "given"
    origin = ""
    if held is not None and not given:
        how = say(lang, f"basis.{held.basis}") if held.basis else say(lang, "tools.origin_estimated")
        origin = f"{shown} · {how}"
    return {
        "field": field,
        "label": say(lang, f"tools.label_{field}"),
        "given": shown if given else "",
        "estimated": "" if given else shown,
        "origin": origin,
    }


def _typed(threshold: Threshold, athlete: Athlete) -> str:
    """Return a threshold as it may be typed back."""
    match threshold.kind:
        case ThresholdKind.threshold_speed_mps:
            mile = athlete.units == "imperial"
            return formats.clock((M_PER_MILE if mile else 1000) / threshold.value) + (" /mi" if mile else "")
        case ThresholdKind.swim_threshold_speed_mps:
            return formats.clock(100 / threshold.value)
        case _:
            return f"{threshold.value:.0f}"


def _session_line(session: SessionOut, athlete: Athlete) -> dict[str, Any]:
    seen = session.last_seen_at.astimezone(athlete.zone)
    widget = say(athlete.lang, "web.settings.session_widget")
    return {
        "id": session.id,
        "current": session.current,
        "what": widget if session.widget else _device(session.user_agent),
        "seen": f"{formats.day(seen.date(), athlete.lang)} {seen:%H:%M}",
    }


# Looked for in this order: each browser's name also carries those that follow.
_BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Whale", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux")


def _device(user_agent: str) -> str:
    names = [next((n for n in known if n in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in names if name) or user_agent[:60] or "?"
