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
    reason = say(lang, f"error.{why.key}", **why.params) if why and has(lang, f"error.{why.key}") else ""
    return notices.tell(
        s,
        f"{kind}:{provider}",
        f"sync.{kind}",
        tone=tone,
        link=f"/connections#{provider}",
        service=title(lang, provider),
        why=reason,
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


def resolve_gone(s: Session, activity_id: int) -> None:
    """Say that an activity is there again."""
    notices.resolve(s, f"gone:{activity_id}")


def _lang(s: Session) -> Lang:
    return "en" if athletes.get(s, athlete_of(s)).lang == "en" else "ko"
