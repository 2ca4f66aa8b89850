"""What each source permits in this installation: the defaults, and what the operator set instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from coach.domain.source import DEFAULT_PERMISSIONS, Permission, Source
from coach.store import models
from coach.store.session import Session

_t = models.source_settings


def read(s: Session) -> Mapping[Source, Permission]:
    """Return what every source permits."""
    found = dict(DEFAULT_PERMISSIONS)
    for row in s.execute(select(_t)):
        keep = None if row.keep_days is None else timedelta(days=row.keep_days)
        found[Source(row.source)] = Permission(row.to_model, row.to_others, keep)
    return found
