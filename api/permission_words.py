"""What a source permits, as sentences: what follows from it for the athlete."""

from __future__ import annotations

from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.text import Lang, say


def consequences(permission: Permission, lang: Lang) -> list[str]:
    """Return what follows from a permission: for the model, for other people, for how long it is kept."""
    kept = permission.keep_for
    return [
        say(lang, "connections_api.model_reads" if permission.to_model else "connections_api.model_withheld"),
        say(
            lang, "connections_api.others_see" if permission.to_others else "connections_api.others_withheld"
        ),
        say(lang, "connections_api.kept_always")
        if kept is None
        else say(lang, "connections_api.kept_days", n=kept.days),
    ]


def warning(source: Source, permission: Permission, lang: Lang) -> str | None:
    """Return what the operator takes upon themselves by permitting more than the source does, or None."""
    default = DEFAULT_PERMISSIONS[source]
    if (permission & default) == permission:
        return None
    return say(lang, "connections_api.more_than_permitted")
