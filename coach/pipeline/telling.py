"""What the athlete is told once about a connection."""

from __future__ import annotations

from coach.errors import CoachError
from coach.store import athletes, notices
from coach.store.activities import Row
from coach.store.notices import Tone
from coach.store.session import Session, athlete_of
from coach.text import say
from coach.text.catalogue import Lang, has


def tell(s: Session, kind: str, provider: str, tone: Tone, why: CoachError | None = None) -> bool:
    """Tell the athlete of a connection, once per kind and service until it is resolved.

    The sentence is `sync.<kind>`, with the service's title and the reason in the athlete's language.
    """
    lang = _lang(s)
    return notices.tell(
        s,
        f"{kind}:{provider}",
        f"sync.{kind}",
        tone=tone,
        link=f"/connections#{provider}",
        service=title(lang, provider),
        why=_reason(lang, why) if why else "",
    )


def resolve(s: Session, provider: str, *kinds: str) -> None:
    """Say that what was told of a connection is over."""
    for kind in kinds:
        notices.resolve(s, f"{kind}:{provider}")


def title(lang: Lang, provider: str) -> str:
    """Return what a service is called."""
    key = f"sync.{provider}"
    return say(lang, key) if has(lang, key) else provider


def tell_gone(s: Session, provider: str, row: Row) -> None:
    """Tell the athlete that an activity is no longer in the lists, as it was deleted over there."""
    lang = _lang(s)
    notices.tell(
        s,
        f"gone:{row.id}",
        "sync.gone",
        tone="info",
        link=f"/activities/{row.id}",
        service=title(lang, provider),
        name=row.name or say(lang, f"sports.{row.sport}"),
        day=row.local_date.isoformat(),
    )


def tell_not_uploaded(s: Session, provider: str, row: Row, why: CoachError) -> None:
    """Tell the athlete that an activity does not get to a service, and why."""
    notices.tell(
        s,
        f"{provider}_upload:{row.id}",
        "sync.not_uploaded",
        tone="warning",
        link=f"/connections#{provider}",
        service=title(_lang(s), provider),
        day=row.local_date.isoformat(),
        why=_reason(_lang(s), why),
    )


def resolve_not_uploaded(s: Session, provider: str, activity_id: int) -> None:
    """Say that an activity got there after all."""
    notices.resolve(s, f"{provider}_upload:{activity_id}")


def resolve_gone(s: Session, activity_id: int) -> None:
    """Say that an activity is there again."""
    notices.resolve(s, f"gone:{activity_id}")


def _reason(lang: Lang, why: CoachError) -> str:
    key = f"error.{why.key}"
    return say(lang, key, **why.params) if has(lang, key) else ""


def _lang(s: Session) -> Lang:
    return "en" if athletes.get(s, athlete_of(s)).lang == "en" else "ko"
